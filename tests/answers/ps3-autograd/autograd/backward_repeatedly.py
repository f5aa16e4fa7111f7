# %% right: zero_ in place
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for i in range(times):
        y = f(leaf)
        if zero_grad and leaf.grad is not None:
            leaf.grad.zero_()
        y.backward()
        values.append(float(leaf.grad))
    return values

# %% right: an optimizer clears
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.nn.Parameter(torch.tensor(x, dtype=torch.float64))
    optimizer = torch.optim.SGD([leaf], lr=0.1)
    values = np.zeros(times)
    for i in range(times):
        if zero_grad:
            optimizer.zero_grad()
        f(leaf).backward()
        values[i] = leaf.grad.numpy()
    return values

# %% right: cleared after recording
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor([x], dtype=torch.float32, requires_grad=True)
    values = ()
    while len(values) < times:
        f(leaf).backward()
        values += (leaf.grad.item(),)
        if zero_grad:
            leaf.grad = None
    return values

# %% right: clones of the gradient of a leaf of shape (1,)
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.full((1,), float(x)).requires_grad_()
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = torch.zeros_like(leaf)
        f(leaf).sum().backward()
        values.append(leaf.grad.detach().clone())
    return values

# %% right: torch.autograd.grad, added to the leaf by hand
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        (slope,) = torch.autograd.grad(f(leaf), leaf)
        leaf.grad = slope if zero_grad or leaf.grad is None else leaf.grad + slope
        values.append(leaf.grad.item())
    return values

# %% right: starts from a zero gradient, and multiplies it by 0 or 1
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    leaf.grad = torch.tensor(0.0)
    values = []
    for _ in range(times):
        leaf.grad *= 0.0 if zero_grad else 1.0
        torch.autograd.backward(f(leaf))
        values.append(leaf.grad.tolist())
    return values

# %% right: an inner function and a comprehension
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(x * 1.0, requires_grad=True)

    def once():
        leaf.grad = None if zero_grad else leaf.grad
        f(leaf).backward()
        return leaf.grad.item()

    return [once() for _ in range(times)]

# %% right: a tensor of the results
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = torch.empty(times)
    for i in range(times):
        if zero_grad and i:
            leaf.grad.fill_(0)
        f(leaf).backward()
        values[i] = leaf.grad
    return values

# %% right: a graph that is kept for higher derivatives
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward(retain_graph=True)
        values.append(leaf.grad.item())
    return values

# %% right: a deep copy of each gradient
import copy

def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.as_tensor(float(x))
    leaf.requires_grad = True
    values = [None] * times
    for i in range(times):
        y = f(leaf)
        if zero_grad is True:
            leaf.grad = None
        y.backward(torch.ones_like(y))
        values[i] = copy.deepcopy(leaf.grad)
    return values

# %% right: recursion over the number of rounds
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)

    def rounds(left):
        if left == 0:
            return []
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        return [leaf.grad.item()] + rounds(left - 1)

    return rounds(times)

# %% wrong: the flag is taken the other way round
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        if not zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: always cleared, on one leaf
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: cleared once, after the first round
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for i in range(times):
        if zero_grad and i == 1:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: the last value only
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
    return leaf.grad.item()

# %% wrong: one round too many, from the empty gradient on
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = [0.0]
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: one round too few
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(1, times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: a sum kept beside the leaf, which holds no gradient itself
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    total, values = 0.0, []
    for _ in range(times):
        slope = torch.autograd.grad(f(leaf), leaf)[0].item()
        total = slope if zero_grad else total + slope
        values.append(total)
    return values

# %% wrong: f is given a copy that is no leaf
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf.clone()).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: a new leaf in each round that inherits the old gradient
def backward_repeatedly(f, x, times, zero_grad):
    old, values = None, []
    for _ in range(times):
        leaf = torch.tensor(float(x), requires_grad=True)
        leaf.grad = None if zero_grad else old
        f(leaf).backward()
        old = leaf.grad
        values.append(leaf.grad.item())
    return values

# %% wrong: integers are not made float
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(x, requires_grad=True)
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: f is called once more to print y
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        print(f(leaf).item())
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: one derivative, and the rest by arithmetic
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    f(leaf).backward()
    slope = leaf.grad.item()
    return [slope if zero_grad else slope * (i + 1) for i in range(times)]

# %% wrong: at least one round
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    while True:
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
        if len(values) >= times:
            return values

# %% wrong: the leaf moves downhill from round to round
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    optimizer = torch.optim.SGD([leaf], lr=0.01)
    values = []
    for _ in range(times):
        if zero_grad:
            optimizer.zero_grad()
        f(leaf).backward()
        values.append(leaf.grad.item())
        optimizer.step()
    return values

# %% wrong: the mean of the gradients so far
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for i in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item() / (1 if zero_grad else i + 1))
    return values

# %% wrong: values rounded to whole numbers
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        values.append(int(leaf.grad))
    return values

# %% wrong: one leaf for all calls of the function
shared_leaf = torch.tensor(0.0, requires_grad=True)

def backward_repeatedly(f, x, times, zero_grad):
    shared_leaf.data.fill_(float(x))
    values = []
    for _ in range(times):
        if zero_grad:
            shared_leaf.grad = None
        f(shared_leaf).backward()
        values.append(shared_leaf.grad.item())
    return values

# %% wrong: requires_grad is off while f runs, and f's slope is taken by differences
def backward_repeatedly(f, x, times, zero_grad):
    total, values = 0.0, []
    for _ in range(times):
        point = torch.tensor(float(x), dtype=torch.float64)
        slope = ((f(point + 1e-4) - f(point - 1e-4)) / 2e-4).item()
        total = slope if zero_grad else total + slope
        values.append(total)
    return values

# %% wrong: cleared every other time
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    values = []
    for i in range(times):
        if zero_grad and i % 2 == 0:
            leaf.grad = None
        f(leaf).backward()
        values.append(leaf.grad.item())
    return values

# %% wrong: the sum of the gradients of one new leaf after another
def backward_repeatedly(f, x, times, zero_grad):
    recorded, total = [], 0.0
    for _ in range(times):
        leaf = torch.tensor(float(x), requires_grad=True)
        f(leaf).backward()
        total = leaf.grad.item() + (0.0 if zero_grad else total)
        recorded.append(total)
    return recorded


# %% wrong: cleared by a new leaf
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    out = []
    for _ in range(times):
        if zero_grad:
            leaf = leaf.detach().clone().requires_grad_()
        f(leaf).backward()
        out.append(leaf.grad.item())
    return out


# %% right: a generator turned into a list
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), dtype=torch.float64).requires_grad_(True)

    def rounds():
        for _ in range(times):
            if zero_grad:
                leaf.grad = torch.zeros_like(leaf)
            f(leaf).sum().backward()
            yield leaf.grad.detach().clone().item()

    return [*rounds()]


# %% wrong: differences of f, added up, and no backward
def backward_repeatedly(f, x, times, zero_grad):
    point, h = torch.tensor(float(x), dtype=torch.float64), 1e-5
    recorded = []
    for _ in range(times):
        slope = (f(point + h).item() - f(point - h).item()) / (2 * h)
        recorded.append(slope if zero_grad or not recorded else recorded[-1] + slope)
    return recorded


# %% right: the gradient is multiplied by whether it is kept
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.zeros(()).fill_(x).requires_grad_()
    leaf.grad = torch.zeros(())
    recorded = []
    while len(recorded) < times:
        leaf.grad *= not zero_grad
        f(leaf).backward()
        recorded.append(float(leaf.grad))
    return recorded


# %% wrong: cleared in every other round
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    recorded = []
    for i in range(times):
        if zero_grad and i % 2 == 0:
            leaf.grad = None
        f(leaf).backward()
        recorded.append(leaf.grad.item())
    return recorded


# %% right: a while loop, and a leaf of float64
def backward_repeatedly(f, x, times, zero_grad):
    leaf, out = torch.tensor(x, dtype=torch.float64).requires_grad_(), ()
    while len(out) < times:
        if zero_grad and leaf.grad is not None:
            leaf.grad -= leaf.grad.clone()
        f(leaf).sum().backward()
        out += (float(leaf.grad),)
    return list(out)


# %% wrong: zero_grad called as a function
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    out = []
    for _ in range(times):
        zero_grad()
        f(leaf).backward()
        out.append(leaf.grad.item())
    return out


# %% wrong: zero_ before there is a gradient
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    out = []
    for _ in range(times):
        if zero_grad:
            leaf.grad.zero_()
        f(leaf).backward()
        out.append(leaf.grad.item())
    return out


# %% wrong: range(1, times)
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    out = []
    for _ in range(1, times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        out.append(leaf.grad.item())
    return out


# %% wrong: return in the loop
def backward_repeatedly(f, x, times, zero_grad):
    leaf = torch.tensor(float(x), requires_grad=True)
    out = []
    for _ in range(times):
        if zero_grad:
            leaf.grad = None
        f(leaf).backward()
        out.append(leaf.grad.item())
        return out
