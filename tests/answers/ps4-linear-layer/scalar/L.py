# %% right: the prediction has a name
def L(w, x, b, y):
    y_hat = w * x + b
    loss = (y_hat - y) ** 2
    return loss


# %% right: the target first, multiplied by itself
def L(w, x, b, y):
    difference = y - (x * w + b)
    return difference * difference


# %% right: a lambda with pow
L = lambda w, x, b, y: pow(w * x + b - y, 2)


# %% right: torch functions where there is a tensor
def L(w, x, b, y):
    difference = w * x + b - y
    if torch.is_tensor(difference):
        return torch.square(difference)
    return difference**2


# %% right: everything becomes a float64 tensor, the graph follows
def L(w, x, b, y):
    w, x, b, y = (torch.as_tensor(value, dtype=torch.float64) for value in (w, x, b, y))
    return torch.nn.functional.mse_loss(w * x + b, y)


# %% right: everything becomes a float32 tensor, the graph follows
def L(w, x, b, y):
    w, x, b, y = (torch.as_tensor(value, dtype=torch.float32) for value in (w, x, b, y))
    return torch.sub(torch.add(torch.mul(w, x), b), y).pow(2)


# %% right: names changed with new objects, in steps
def L(w, x, b, y):
    w = w * x
    w = w + b
    w = w - y
    return w**2


# %% right: a small class that is called
class Loss:
    def __call__(self, w, x, b, y):
        return self.residual(w, x, b, y) ** 2

    @staticmethod
    def residual(w, x, b, y):
        return b - y + w * x


L = Loss()


# %% right: operator functions and a dot product
def L(w, x, b, y):
    from functools import reduce
    from operator import add, mul

    prediction = reduce(add, map(mul, (w, b), (x, 1)))
    return (prediction - y) ** 2.0


# %% right: gradients enabled on purpose
@torch.enable_grad()
def L(w, x, b, y):
    return (w * x + b - y).__pow__(2) if isinstance(w, torch.Tensor) else (w * x + b - y) ** 2


# %% right: the binomial formula
def L(w, x, b, y):
    y_hat = w * x + b
    return y_hat**2 - 2 * y_hat * y + y**2


# %% right: intermediate gradients kept, an answer with a print
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    print("loss", loss)
    return loss


# %% wrong: float() around everything
def L(w, x, b, y):
    return (float(w) * float(x) + float(b) - float(y)) ** 2


# %% wrong: a NumPy result
def L(w, x, b, y):
    w, x, b, y = (value.detach().numpy() if isinstance(value, torch.Tensor) else value for value in (w, x, b, y))
    return np.square(w * x + b - y)


# %% wrong: computed under no_grad
@torch.no_grad()
def L(w, x, b, y):
    return (w * x + b - y) ** 2


# %% wrong: a new leaf that requires grad
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    if isinstance(loss, torch.Tensor):
        return torch.tensor(loss.item(), requires_grad=True)
    return loss


# %% wrong: calls backward itself
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    if isinstance(loss, torch.Tensor) and loss.requires_grad:
        loss.backward(retain_graph=True)
    return loss


# %% wrong: calls backward itself and then clears weight and bias
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    if isinstance(loss, torch.Tensor) and loss.requires_grad:
        loss.backward()
        return loss.detach()
    return loss


# %% wrong: turns requires_grad on in the arguments
def L(w, x, b, y):
    for value in (w, b):
        if isinstance(value, torch.Tensor) and value.is_leaf:
            value.requires_grad_(True)
    return (w * x + b - y) ** 2


# %% wrong: turns requires_grad off in the input
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    if isinstance(x, torch.Tensor):
        x.requires_grad_(False)
    return loss


# %% wrong: changes tensors in place
def L(w, x, b, y):
    if isinstance(w, torch.Tensor) and not w.requires_grad:
        w *= x
        w += b
        w -= y
        return w**2
    return (w * x + b - y) ** 2


# %% wrong: writes through .data
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    if isinstance(y, torch.Tensor):
        y.data.copy_(torch.as_tensor(w * x + b).detach())
    return loss


# %% wrong: the bias forgotten
def L(w, x, b, y):
    return (w * x - y) ** 2


# %% wrong: the bias with the wrong sign
def L(w, x, b, y):
    return (w * x - b - y) ** 2


# %% wrong: the prediction alone
def L(w, x, b, y):
    return w * x + b


# %% wrong: only too low predictions count
def L(w, x, b, y):
    return (y - w * x - b) ** 2 * (y > w * x + b)


# %% wrong: weight and bias swapped
def L(w, x, b, y):
    return (b * x + w - y) ** 2


# %% wrong: only for tensors
def L(w, x, b, y):
    return torch.square(w * x + b - y)


# %% wrong: only for four tensors
def L(w, x, b, y):
    if not isinstance(w, torch.Tensor):
        return (w * x + b - y) ** 2
    return torch.nn.functional.mse_loss(w * x + b, y)


# %% wrong: the bias is cut off the graph
def L(w, x, b, y):
    b = b.detach() if isinstance(b, torch.Tensor) else b
    return (w * x + b - y) ** 2


# %% wrong: the input is cut off the graph
def L(w, x, b, y):
    x = x.detach() if isinstance(x, torch.Tensor) else x
    return (w * x + b - y) ** 2


# %% wrong: the root of the square
def L(w, x, b, y):
    return ((w * x + b - y) ** 2) ** 0.5


# %% wrong: a cube
def L(w, x, b, y):
    return (w * x + b - y) ** 3


# %% wrong: rounded
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2
    return round(loss, 1) if not isinstance(loss, torch.Tensor) else loss


# %% wrong: the visible answer
def L(w, x, b, y):
    return 9.0 + 0 * (w + b)


# %% wrong: nothing returned
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2


# %% wrong: the first argument
def L(w, x, b, y):
    return w


# %% wrong: clears gradients that were there
def L(w, x, b, y):
    for value in (w, b):
        if isinstance(value, torch.Tensor):
            value.grad = None
    return (w * x + b - y) ** 2


# %% wrong: graph kept only where w is a tensor
def L(w, x, b, y):
    e = (w * x + b - y) ** 2
    return e if isinstance(w, torch.Tensor) or not isinstance(e, torch.Tensor) else e.item()


# %% wrong: graph kept only where b is a tensor
def L(w, x, b, y):
    e = (w * x + b - y) ** 2
    return e if isinstance(b, torch.Tensor) or not isinstance(e, torch.Tensor) else e.item()


# %% wrong: torch.square only for a tensor w, else a number's square by float
def L(w, x, b, y):
    if isinstance(w, torch.Tensor):
        return torch.square(w * x + b - y)
    return (float(w) * float(x) + float(b) - float(y)) ** 2


# %% wrong: graph only for tensors whose w requires grad
def L(w, x, b, y):
    e = (w * x + b - y) ** 2
    return e if not isinstance(w, torch.Tensor) or w.requires_grad else e.detach()


# %% right: the error times itself
def L(w, x, b, y):
    error = w * x + b - y
    return error * error


# %% wrong: the square root of the square
def L(w, x, b, y):
    return ((w * x + b - y) ** 2) ** 0.5


# %% wrong: twice in place of squared
def L(w, x, b, y):
    return (w * x + b - y) * 2


# %% wrong: a tuple by a comma
def L(w, x, b, y):
    loss = (w * x + b - y) ** 2,
    return loss


# %% equivalent: a square has no sign
-    return (w * x + b - y) ** 2
+    return (y - (w * x + b)) ** 2

# %% wrong: an operation on bits, with a difference in a name
def L(w, x, b, y):
    difference = w * x + b - y
    return difference ^ 2
