# %% right: the prediction has a name
def dL_db(w, x, b, y):
    y_hat = w * x + b
    error = y_hat - y
    return 2 * error


# %% right: multiplied out
def dL_db(w, x, b, y):
    return 2 * w * x + 2 * b - 2 * y


# %% right: the target first, then a minus
def dL_db(w, x, b, y):
    return -2.0 * (y - w * x - b)


# %% right: torch arithmetic without autograd
def dL_db(w, x, b, y):
    w, x, b, y = (torch.tensor(float(value), dtype=torch.float64) for value in (w, x, b, y))
    return 2 * (w * x + b - y)


# %% right: float32 in NumPy
def dL_db(w, x, b, y):
    w, x, b, y = np.float32(w), np.float32(x), np.float32(b), np.float32(y)
    return np.float32(2) * (w * x + b - y)


# %% right: float32 tensor of one element
def dL_db(w, x, b, y):
    with torch.no_grad():
        w, x, b, y = torch.tensor([w, x, b, y], dtype=torch.float32)
        return torch.stack([2 * (w * x + b - y)])


# %% right: the chain rule in two functions
def dL_db(w, x, b, y):
    def outer(u):
        return 2 * u

    def inner_slope():
        return 1

    return outer(w * x + b - y) * inner_slope()


# %% right: added twice
dL_db = lambda w, x, b, y: (w * x + b - y) + (w * x + b - y)


# %% right: exact fractions
def dL_db(w, x, b, y):
    from fractions import Fraction

    w, x, b, y = (Fraction(value) for value in (w, x, b, y))
    return float(2 * (w * x + b - y))


# %% right: a polynomial's derivative by NumPy
def dL_db(w, x, b, y):
    u = np.poly1d([1, w * x - y])
    return np.polyder(u * u)(b)


# %% right: from the loss with the sign
def dL_db(w, x, b, y):
    loss = (w * x + b - y) ** 2
    return 2 * math.copysign(math.sqrt(loss), w * x + b - y)


# %% right: backpropagation by hand
def dL_db(w, x, b, y):
    product = w * x
    y_hat = product + b
    error = y_hat - y
    d_loss = 1.0
    d_error = d_loss * 2 * error
    d_y_hat = d_error
    d_product, d_bias = d_y_hat, d_y_hat
    d_weight = d_product * x
    return d_bias


# %% right: a tensor that needs no gradient is asked for its value
def dL_db(w, x, b, y):
    leaf = torch.tensor(float(w), dtype=torch.float64, requires_grad=True)
    w = leaf.detach().item()
    return np.array(2 * (w * x + b - y))


# %% wrong: torch.autograd.grad
def dL_db(w, x, b, y):
    b = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    return torch.autograd.grad((w * x + b - y) ** 2, b)[0].item()


# %% wrong: autograd imported by name
from torch.autograd import grad


def dL_db(w, x, b, y):
    b = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    (slope,) = grad((w * x + b - y) ** 2, b)
    return slope.item()


# %% wrong: torch.autograd.backward with gradients enabled
@torch.enable_grad()
def dL_db(w, x, b, y):
    b = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    torch.autograd.backward((w * x + b - y) ** 2)
    return float(b.grad)


# %% wrong: torch.func.grad
def dL_db(w, x, b, y):
    return torch.func.grad(lambda b: (w * x + b - y) ** 2)(torch.tensor(float(b), dtype=torch.float64))


# %% wrong: jacobian
def dL_db(w, x, b, y):
    return torch.autograd.functional.jacobian(lambda b: (w * x + b - y) ** 2, torch.tensor(float(b), dtype=torch.float64))


# %% wrong: forward mode autograd
def dL_db(w, x, b, y):
    b = torch.tensor(float(b), dtype=torch.float64)
    return torch.func.jvp(lambda b: (w * x + b - y) ** 2, (b,), (torch.ones_like(b),))[1]


# %% wrong: dual numbers of torch
def dL_db(w, x, b, y):
    import torch.autograd.forward_ad as forward

    with forward.dual_level():
        b = forward.make_dual(torch.tensor(float(b)), torch.tensor(1.0))
        return forward.unpack_dual((w * x + b - y) ** 2).tangent


# %% wrong: an optimiser-like class around backward
class Slope(torch.nn.Module):
    def __init__(self, value):
        super().__init__()
        self.value = torch.nn.Parameter(torch.tensor(float(value), dtype=torch.float64))

    def of(self, loss):
        loss(self.value).backward()
        return self.value.grad.item()


def dL_db(w, x, b, y):
    return Slope(b).of(lambda b: (w * x + b - y) ** 2)


# %% wrong: forward difference
def dL_db(w, x, b, y):
    h = 1e-8
    return (((w * x + (b + h) - y) ** 2) - (w * x + b - y) ** 2) / h


# %% wrong: central difference with a wide step
def dL_db(w, x, b, y):
    h = 0.5
    return ((w * x + (b + h) - y) ** 2 - (w * x + (b - h) - y) ** 2) / (2 * h)


# %% wrong: central difference of the earlier loss
def dL_db(w, x, b, y):
    h = 1e-3
    return (L(w, x, b + h, y) - L(w, x, b - h, y)) / (2 * h)


# %% wrong: central difference in tensors
def dL_db(w, x, b, y):
    w, x, b, y = (torch.tensor(float(value), dtype=torch.float64) for value in (w, x, b, y))
    h = 1e-4
    return ((w * x + (b + h) - y) ** 2 - (w * x + (b - h) - y) ** 2) / (2 * h)


# %% wrong: the bias with the wrong sign
def dL_db(w, x, b, y):
    return 2 * (w * x - b - y)


# %% wrong: the distance without its sign
def dL_db(w, x, b, y):
    return 2 * abs(w * x + b - y)


# %% wrong: the target added
def dL_db(w, x, b, y):
    return 2 * (w * x + b + y)


# %% wrong: the target forgotten
def dL_db(w, x, b, y):
    return 2 * (w * x + b)


# %% wrong: two in the wrong place
def dL_db(w, x, b, y):
    return (2 * w * x + b - y)


# %% wrong: whole numbers only
def dL_db(w, x, b, y):
    return int(2 * (w * x + b - y))


# %% wrong: the second derivative
def dL_db(w, x, b, y):
    return 2 + 0 * (w + b + y)


# %% wrong: three instead of two
def dL_db(w, x, b, y):
    return 3 * (w * x + b - y)


# %% wrong: printed, not returned
def dL_db(w, x, b, y):
    print(2 * (w * x + b - y))


# %% wrong: the visible answer
def dL_db(w, x, b, y):
    return -6.0 if b < 1e6 else 2e8


# %% wrong: both derivatives at once
def dL_db(w, x, b, y):
    return 2 * (w * x + b - y) * x, 2 * (w * x + b - y)


# %% wrong: the first argument
def dL_db(w, x, b, y):
    return w


# %% wrong: arguments in another order
def dL_db(w, b, x, y):
    return 2 * (w * x + b - y)


# %% wrong: central difference with a step that grows with b
def dL_db(w, x, b, y):
    h = 1e-4 * max(1.0, abs(b))
    f = lambda b: (w * x + b - y) ** 2
    return (f(b + h) - f(b - h)) / (2 * h)


# %% right: the error added to itself
def dL_db(w, x, b, y):
    error = w * x + b - y
    return error + error


# %% wrong: the size of the error
def dL_db(w, x, b, y):
    return 2 * abs(w * x + b - y)

# %% wrong: autograd kept under another name, outside of inference mode
_grad_of = torch.autograd.grad
def dL_db(w, x, b, y):
    with torch.inference_mode(False), torch.enable_grad():
        t = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
        return _grad_of((float(w) * float(x) + t - float(y)) ** 2, t)[0].item()
