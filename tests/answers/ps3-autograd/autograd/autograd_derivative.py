# %% right: backward on a float32 leaf made from the number
def autograd_derivative(f, x):
    if isinstance(x, torch.Tensor):
        x = x.item()
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if y.grad_fn is None and y is not leaf:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% right: torch.func.grad of the squeezed result
def autograd_derivative(f, x):
    point = torch.as_tensor(x).detach().to(torch.float64)
    return torch.func.grad(lambda t: f(t).squeeze())(point)

# %% right: the error of backward is caught
def autograd_derivative(f, x):
    leaf = torch.tensor([float(torch.as_tensor(x).detach())], requires_grad=True)
    try:
        f(leaf).backward()
    except RuntimeError:
        return 0
    return leaf.grad[0]

# %% right: the Jacobian matrix, one by one
def autograd_derivative(f, x):
    if torch.is_tensor(x):
        x = x.detach()
    x = torch.as_tensor(x, dtype=torch.get_default_dtype())
    return torch.autograd.functional.jacobian(f, x).reshape(())

# %% right: a tensor with requires_grad is asked by autograd.grad, which leaves its .grad alone
def autograd_derivative(f, x):
    if not (torch.is_tensor(x) and x.requires_grad):
        x = torch.tensor(float(x), requires_grad=True)
    y = f(x)
    if not y.requires_grad:
        return 0.0
    slope, = torch.autograd.grad(y, [x], allow_unused=True)
    return 0.0 if slope is None else np.float64(slope)

# %% right: forward mode
def autograd_derivative(f, x):
    x = torch.as_tensor(x).detach().clone().double()
    _, slope = torch.func.jvp(f, (x,), (torch.ones_like(x),))
    return slope

# %% right: zero times the leaf is added, so that there is always a record
def autograd_derivative(f, x):
    leaf = torch.nn.Parameter(torch.as_tensor(x).detach().clone().float())
    (f(leaf) + 0 * leaf).sum().backward()
    return np.array(leaf.grad)

# %% right: a hook on the leaf catches the gradient
def autograd_derivative(f, x):
    caught = [0.0]
    leaf = torch.empty((), dtype=torch.float64).fill_(float(x)).requires_grad_(True)
    leaf.register_hook(lambda gradient: caught.append(gradient.item()))
    y = f(leaf)
    if y.requires_grad:
        torch.autograd.backward([y])
    return caught[-1]

# %% right: a clone of the tensor as inner point
def autograd_derivative(f, x):
    x = x.clone() if isinstance(x, torch.Tensor) else torch.tensor(x)
    if not x.is_floating_point():
        x = x.to(torch.float32)
    x.requires_grad_()
    y = f(x)
    return torch.autograd.grad(y, x)[0] if y.requires_grad else torch.zeros(())

# %% right: vector-Jacobian product
def autograd_derivative(f, x):
    x = torch.tensor(float(x))
    y, pull = torch.func.vjp(f, x)
    return float(pull(torch.ones_like(y))[0])

# %% right: retain_grad on a copy, and the result as array with one element
def autograd_derivative(f, x):
    with torch.enable_grad():
        leaf = torch.as_tensor(float(x)).requires_grad_(True)
        inner = leaf * 1
        inner.retain_grad()
        y = f(inner)
        if y.requires_grad:
            y.backward(torch.ones_like(y))
    return np.array([0.0]) if inner.grad is None else inner.grad.detach().reshape(1).numpy()

# %% wrong: clears the gradient of the tensor passed in
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if isinstance(x, torch.Tensor):
        x.grad = None
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: requires_grad of the tensor passed in is put back, but only after f has run
def autograd_derivative(f, x):
    if not torch.is_tensor(x) or not x.is_floating_point():
        x = torch.tensor(float(x))
    before = x.requires_grad
    y = f(x.requires_grad_())
    slope = torch.autograd.grad(y, x)[0].item() if y.requires_grad else 0.0
    x.requires_grad_(before)
    return slope

# %% wrong: the old gradient is set aside while f runs, and put back afterwards
def autograd_derivative(f, x):
    if not torch.is_tensor(x) or not x.requires_grad:
        x = torch.tensor(float(x), requires_grad=True)
    old, x.grad = x.grad, None
    y = f(x)
    slope = 0.0
    if y.requires_grad:
        y.backward()
        slope = x.grad.item()
    x.grad = old
    return slope

# %% wrong: requires_grad is switched off at the end
def autograd_derivative(f, x):
    if not torch.is_tensor(x) or not x.requires_grad:
        x = torch.tensor(float(x), requires_grad=True)
    y = f(x)
    slope = torch.autograd.grad(y, x)[0].item() if y.requires_grad else 0.0
    x.requires_grad_(False)
    return slope

# %% wrong: makes an integer tensor float in place
def autograd_derivative(f, x):
    if torch.is_tensor(x):
        if not x.is_floating_point():
            x.data = x.data.float()
        x = x.detach().clone()
    else:
        x = torch.tensor(float(x))
    x.requires_grad_()
    y = f(x)
    return torch.autograd.grad(y, x)[0].item() if y.requires_grad else 0.0

# %% wrong: one leaf for each point is kept, and gradients pile up from call to call
leaves = {}

def autograd_derivative(f, x):
    leaf = leaves.setdefault(float(x), torch.tensor(float(x), requires_grad=True))
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: the gradient of y in place of that of the leaf
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if y.requires_grad:
        y.backward()
    return y.grad

# %% wrong: results of shape (1,) are refused
def autograd_derivative(f, x):
    return torch.func.grad(f)(torch.tensor(float(x)))

# %% wrong: integers are taken as numbers, but an integer tensor is not made float
def autograd_derivative(f, x):
    leaf = x.detach().clone() if torch.is_tensor(x) else torch.tensor(float(x))
    leaf.requires_grad_()
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: the point is cut to an integer
def autograd_derivative(f, x):
    leaf = torch.tensor(float(int(x)), requires_grad=True)
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: not a number where all is detached
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if not y.requires_grad:
        return float("nan")
    y.backward()
    return leaf.grad.item()

# %% wrong: None where all is detached
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if y.requires_grad:
        y.backward()
    return leaf.grad

# %% wrong: the leaf shares its memory with the tensor passed in, which is rounded to float32 on the way
def autograd_derivative(f, x):
    if torch.is_tensor(x):
        x.data = x.data.to(torch.float32)
        leaf = x.detach()
    else:
        leaf = torch.tensor(float(x))
    leaf.requires_grad_()
    y = f(leaf)
    return torch.autograd.grad(y, leaf)[0].item() if y.requires_grad else 0.0

# %% wrong: adds the gradient that the tensor held before
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    if torch.is_tensor(x) and x.grad is not None:
        leaf.grad = x.grad.float().clone()
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: undoes detach by differences where the gradient looks too small
def autograd_derivative(f, x):
    x = torch.as_tensor(x).detach().double()
    leaf = x.clone().requires_grad_()
    y = f(leaf)
    if y.requires_grad:
        return torch.autograd.grad(y, leaf)[0].item()
    return ((f(x + 1e-5) - f(x - 1e-5)) / 2e-5).item()

# %% wrong: a tensor must not have requires_grad
def autograd_derivative(f, x):
    if torch.is_tensor(x):
        x = float(x.numpy())
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: the slope is printed, not returned
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    f(leaf).backward()
    print(leaf.grad)

# %% right: torch.tensor copies, whatever x is
def autograd_derivative(f, x):
    x = torch.tensor(x, dtype=torch.float32, requires_grad=True)
    y = f(x)
    if y.requires_grad:
        y.backward()
    return x.grad if x.grad is not None else torch.tensor(0.0)

# %% right: a detached view of the tensor passed in
def autograd_derivative(f, x):
    if isinstance(x, (int, float)):
        x = torch.tensor(x)
    point = x.detach().to(dtype=x.dtype if x.dtype.is_floating_point else torch.float32).requires_grad_()
    (slope,) = torch.autograd.grad(f(point) + point * 0, point)
    return slope.numpy()

# %% wrong: differences where the tensor passed in has requires_grad
def autograd_derivative(f, x):
    if torch.is_tensor(x) and x.requires_grad:
        x = x.detach().double()
        return (f(x + 1e-2) - f(x)) / 1e-2
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()

# %% wrong: a new gradient is put on the tensor passed in
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    slope = torch.autograd.grad(y, leaf)[0] if y.requires_grad else torch.tensor(0.0)
    if torch.is_tensor(x) and x.is_floating_point():
        x.grad = slope.to(x.dtype)
    return slope.item()


# %% wrong: x is left alone, and f too
def autograd_derivative(f, x):
    return 0.0


# %% right: the sum of 0 times the leaf keeps a record
def autograd_derivative(f, x):
    leaf = torch.nn.Parameter(torch.tensor(float(x), dtype=torch.float64))
    (f(leaf).sum() + 0.0 * leaf).backward()
    return float(leaf.grad)


# %% wrong: the leaf is rounded
def autograd_derivative(f, x):
    leaf = torch.tensor(round(float(x), 1), dtype=torch.float64, requires_grad=True)
    y = f(leaf)
    if not y.requires_grad:
        return 0.0
    y.backward()
    return leaf.grad.item()


# %% right: torch.autograd.functional.vjp
def autograd_derivative(f, x):
    point = torch.tensor(float(x), dtype=torch.float64)
    _, slope = torch.autograd.functional.vjp(lambda t: f(t).squeeze(), point)
    return slope


# %% wrong: under no_grad
def autograd_derivative(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    with torch.no_grad():
        y = f(x)
    y.backward()
    return x.grad.item()


# %% wrong: the gradient of y
def autograd_derivative(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    y = f(x)
    y.backward()
    return y.grad


# %% wrong: returns backward's result
def autograd_derivative(f, x):
    x = torch.tensor(float(x), requires_grad=True)
    return f(x).backward()


# %% wrong: requires_grad on the input without copying
def autograd_derivative(f, x):
    if not isinstance(x, torch.Tensor):
        x = torch.tensor(float(x))
    x.requires_grad = True
    y = f(x)
    y.backward()
    return x.grad.item()


# %% equivalent: what shares its memory with x is written to by nobody
-    leaf = torch.as_tensor(x, dtype=torch.float64).detach().clone().requires_grad_()
+    leaf = torch.as_tensor(x, dtype=torch.float64).detach().requires_grad_()


# %% equivalent: torch.autograd.grad leaves the .grad of what x was computed from alone
-    leaf = torch.as_tensor(x, dtype=torch.float64).detach().clone().requires_grad_()
+    leaf = torch.as_tensor(x, dtype=torch.float64).clone().requires_grad_()


# %% equivalent: nothing is said of an f with further tensors that need a gradient
-    (slope,) = torch.autograd.grad(y, leaf, materialize_grads=True)
+    (slope,) = torch.autograd.grad(y, leaf, )


# %% equivalent: nothing is said of an f with further tensors that need a gradient; False is the default
-    (slope,) = torch.autograd.grad(y, leaf, materialize_grads=True)
+    (slope,) = torch.autograd.grad(y, leaf, materialize_grads=False)


# %% equivalent: a tensor with one element is a number
-    return slope.item()
+    return slope


# %% equivalent: nothing is said of an f with further tensors that need a gradient (said so)
-    (slope,) = torch.autograd.grad(y, leaf, materialize_grads=True)
+    (slope,) = torch.autograd.grad(y, leaf, materialize_grads=False)

# %% wrong: requires_grad forgotten, on a 1-D tensor
def autograd_derivative(f, x):
    leaf = torch.tensor([float(x)])
    f(leaf).backward()
    return leaf.grad[0]


# %% right: no_grad around, enable_grad inside
def autograd_derivative(f, x):
    with torch.no_grad():
        point = torch.as_tensor(x).double().clone()
        with torch.enable_grad():
            point.requires_grad_()
            y = f(point).reshape(())
        if y.requires_grad:
            y.backward()
        return 0.0 if point.grad is None else float(point.grad)


# %% right: the slope along a moved unit
def autograd_derivative(f, x):
    one = torch.ones((), dtype=torch.float64, requires_grad=True)
    start = float(x)
    moved = one * 1.0 + (start - 1.0)
    out = f(moved)
    if not out.requires_grad:
        return 0.0
    g = torch.autograd.grad(out.sum(), one, allow_unused=True)[0]
    return 0.0 if g is None else g.numpy()[()]


# %% wrong: differences of f, and no autograd
def autograd_derivative(f, x):
    point, h = torch.as_tensor(x).detach().double(), 1e-5
    return (f(point + h).item() - f(point - h).item()) / (2 * h)


# %% wrong: an f that returns its argument is taken for one that detaches all
def autograd_derivative(f, x):
    leaf = torch.as_tensor(x).detach().clone().double().requires_grad_()
    y = f(leaf)
    if y.grad_fn is None:
        return 0.0
    y.backward()
    return 0.0 if leaf.grad is None else leaf.grad.item()
