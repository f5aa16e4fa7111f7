# %% right: one backward, None becomes 0
def autograd_partials(f, x, y):
    a = torch.tensor(float(x), requires_grad=True)
    b = torch.tensor(float(y), requires_grad=True)
    z = f(a, b)
    if z.requires_grad:
        z.backward()
    return (a.grad.item() if a.grad is not None else 0.0, b.grad.item() if b.grad is not None else 0.0)

# %% right: allow_unused, a list of 0-d tensors
def autograd_partials(f, x, y):
    leaves = tuple(torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in (x, y))
    z = f(*leaves)
    gradients = torch.autograd.grad(z, leaves, allow_unused=True) if z.requires_grad else (None, None)
    return [torch.zeros(()) if g is None else g for g in gradients]

# %% right: two separate passes with the other variable held
def autograd_partials(f, x, y):
    def slope(g, at):
        leaf = torch.tensor(float(at), requires_grad=True)
        z = g(leaf)
        if not z.requires_grad:
            return 0.0
        z.backward()
        return leaf.grad.item()

    return slope(lambda t: f(t, torch.tensor(float(y))), x), slope(lambda t: f(torch.tensor(float(x)), t), y)

# %% right: torch.func.grad with argnums
def autograd_partials(f, x, y):
    return torch.func.grad(lambda a, b: f(a, b).sum(), argnums=(0, 1))(torch.tensor(float(x)), torch.tensor(float(y)))

# %% right: one leaf with two elements
def autograd_partials(f, x, y):
    point = torch.tensor([x, y], dtype=torch.float32, requires_grad=True)
    z = f(point[0], point[1])
    if z.grad_fn is None:
        return torch.zeros(2)
    z.backward()
    return point.grad

# %% right: gradients that start at zero
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    for leaf in leaves:
        leaf.grad = torch.zeros(())
    z = f(*leaves)
    if z.requires_grad:
        z.backward()
    return np.array([leaf.grad.item() for leaf in leaves])

# %% right: the Jacobian of both
def autograd_partials(f, x, y):
    point = (torch.tensor(x * 1.0), torch.tensor(y * 1.0))
    dx, dy = torch.autograd.functional.jacobian(f, point)
    return float(dx), float(dy)

# %% right: leaves of shape (1,)
def autograd_partials(f, x, y):
    x = torch.tensor([float(x)], requires_grad=True)
    y = torch.tensor([float(y)], requires_grad=True)
    z = f(x, y)
    try:
        z.backward()
    except RuntimeError:  # nothing was recorded
        pass
    return tuple(torch.zeros(1) if leaf.grad is None else leaf.grad for leaf in (x, y))

# %% right: zero times both is added
def autograd_partials(f, x, y):
    x, y = [torch.nn.Parameter(torch.tensor(float(v))) for v in (x, y)]
    (f(x, y) + 0 * x + 0 * y).backward()
    return np.float32(x.grad), np.float32(y.grad)

# %% right: two graphs, backward cleared in between
def autograd_partials(f, x, y):
    x = torch.tensor(float(x), requires_grad=True)
    y = torch.tensor(float(y), requires_grad=True)
    result = []
    for leaf in (x, y):
        x.grad = y.grad = None
        z = f(x, y)
        if z.requires_grad:
            z.backward()
        result.append(0 if leaf.grad is None else float(leaf.grad))
    return result

# %% right: forward mode, one tangent at a time
def autograd_partials(f, x, y):
    point = (torch.tensor(float(x)), torch.tensor(float(y)))
    one, zero = torch.tensor(1.0), torch.tensor(0.0)
    return [torch.func.jvp(f, point, tangent)[1] for tangent in ((one, zero), (zero, one))]

# %% wrong: backward forgotten
def autograd_partials(f, x, y):
    x = torch.tensor(float(x), requires_grad=True)
    y = torch.tensor(float(y), requires_grad=True)
    f(x, y)
    return x.grad, y.grad


# %% wrong: only the derivative in x
def autograd_partials(f, x, y):
    x = torch.tensor(float(x), requires_grad=True)
    f(x, torch.tensor(float(y))).backward()
    return x.grad.item()

# %% wrong: y needs no gradient
def autograd_partials(f, x, y):
    x = torch.tensor(float(x), requires_grad=True)
    y = torch.tensor(float(y))
    z = f(x, y)
    if z.requires_grad:
        z.backward()
    return tuple(0.0 if leaf.grad is None else leaf.grad.item() for leaf in (x, y))

# %% wrong: autograd.grad refuses an unused variable
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    return tuple(g.item() for g in torch.autograd.grad(f(*leaves), leaves))

# %% wrong: unused y gives 1
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    f(*leaves).backward()
    return tuple(1.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves)

# %% wrong: unused variables are left out of the result
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    f(*leaves).backward()
    return [leaf.grad.item() for leaf in leaves if leaf.grad is not None]

# %% wrong: unused x is cared for, unused y is not
def autograd_partials(f, x, y):
    a = torch.tensor(float(x), requires_grad=True)
    b = torch.tensor(float(y), requires_grad=True)
    f(a, b).backward()
    return (0.0 if a.grad is None else a.grad.item()), b.grad.item()

# %% wrong: not a number for an unused variable
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    f(*leaves).backward()
    return tuple(math.nan if leaf.grad is None else leaf.grad.item() for leaf in leaves)

# %% wrong: the arguments of f swapped
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    partials = torch.autograd.grad(f(*leaves[::-1]), leaves, materialize_grads=True)
    return tuple(p.item() for p in partials)

# %% wrong: the points swapped
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (y, x)]
    partials = torch.autograd.grad(f(*leaves), leaves, materialize_grads=True)
    return tuple(p.item() for p in partials)

# %% wrong: points cut to integers
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(int(v)), requires_grad=True) for v in (x, y)]
    partials = torch.autograd.grad(f(*leaves), leaves, materialize_grads=True)
    return tuple(p.item() for p in partials)

# %% wrong: the first backward uses up the graph
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    z = f(*leaves)
    return tuple(torch.autograd.grad(z, leaf, materialize_grads=True)[0].item() for leaf in leaves)

# %% wrong: one leaf for all points with the same coordinates
kept = {}

def autograd_partials(f, x, y):
    leaves = [kept.setdefault((i, float(v)), torch.tensor(float(v), requires_grad=True)) for i, v in enumerate((x, y))]
    f(*leaves).backward()
    return tuple(0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves)

# %% wrong: partial differences by a float64 tensor
def autograd_partials(f, x, y):
    t = lambda v: torch.tensor(float(v), dtype=torch.float64)
    h = 1e-6
    return [float((f(t(x + h), t(y)) - f(t(x - h), t(y))) / (2 * h)), float((f(t(x), t(y + h)) - f(t(x), t(y - h))) / (2 * h))]

# %% wrong: the value of f comes along
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    z = f(*leaves)
    partials = torch.autograd.grad(z, leaves, materialize_grads=True)
    return z.item(), *(p.item() for p in partials)

# %% wrong: the gradient scaled to length one
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    partials = torch.stack(torch.autograd.grad(f(*leaves), leaves, materialize_grads=True))
    return (partials / partials.norm()).tolist()

# %% wrong: a dictionary by name
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    partials = torch.autograd.grad(f(*leaves), leaves, materialize_grads=True)
    return {"x": partials[0].item(), "y": partials[1].item()}

# %% wrong: the second derivative for y
def autograd_partials(f, x, y):
    x = torch.tensor(float(x), requires_grad=True)
    y = torch.tensor(float(y), requires_grad=True)
    (dx,) = torch.autograd.grad(f(x, y), x, create_graph=True, materialize_grads=True)
    if not dx.requires_grad:
        return dx.item(), 0.0
    return dx.item(), torch.autograd.grad(dx, y, materialize_grads=True)[0].item()

# %% wrong: autograd in x, differences in y
def autograd_partials(f, x, y):
    leaf = torch.tensor(float(x), dtype=torch.float64, requires_grad=True)
    t = lambda v: torch.tensor(float(v), dtype=torch.float64)
    z = f(leaf, t(y))
    dx = torch.autograd.grad(z, leaf)[0].item() if z.requires_grad else 0.0
    return dx, ((f(t(x), t(y + 1e-5)) - f(t(x), t(y - 1e-5))) / 2e-5).item()

# %% wrong: x is made float, y is not
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(x), requires_grad=True), torch.tensor(y, requires_grad=True)]
    return tuple(p.item() for p in torch.autograd.grad(f(*leaves), leaves, materialize_grads=True))


# %% right: the skeleton of the hint
def autograd_partials(f, x, y):
    leaf_x = torch.tensor(float(x), requires_grad=True)
    leaf_y = torch.tensor(float(y), requires_grad=True)
    z = f(leaf_x, leaf_y)
    if z.requires_grad:
        z.backward()
    return tuple(0.0 if leaf.grad is None else leaf.grad.item() for leaf in (leaf_x, leaf_y))


# %% wrong: nothing recorded gives a single 0
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    z = f(*leaves)
    if not z.requires_grad:
        return 0.0
    z.backward()
    return tuple(0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves)


# %% wrong: nothing recorded gives None
def autograd_partials(f, x, y):
    leaves = [torch.tensor(float(v), requires_grad=True) for v in (x, y)]
    z = f(*leaves)
    if z.requires_grad:
        z.backward()
        return tuple(0.0 if leaf.grad is None else leaf.grad.item() for leaf in leaves)


# %% equivalent: a tensor with one element is a number
-    return tuple(partial.item() for partial in partials)
+    return tuple(partial for partial in partials)


# %% right: named tuple from a hook
from collections import namedtuple

Partials = namedtuple("Partials", "dx dy")


def autograd_partials(f, x, y):
    got = {"x": 0.0, "y": 0.0}
    a, b = (torch.tensor(float(v), dtype=torch.float64, requires_grad=True) for v in (x, y))
    a.register_hook(lambda g: got.update(x=got["x"] + g.item()))
    b.register_hook(lambda g: got.update(y=got["y"] + g.item()))
    z = f(a, b)
    if z.requires_grad:
        z.backward()
    return Partials(got["x"], got["y"])
