# %% right: as in the lecture, grads zeroed in place
def gd_step(W, b, X, y, lr):
    if tuple(y.shape) != (X.shape[0], 1):
        raise ValueError("y must be (N, 1)")
    y_hat = X @ W.T + b
    loss = torch.mean((y_hat - y) ** 2)
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% right: the formula, no autograd
def gd_step(W, b, X, y, lr):
    N = X.size(0)
    if y.size() != torch.Size([N, 1]):
        raise ValueError(y.size())
    with torch.no_grad():
        error = X @ W.T + b - y
        loss = (error**2).mean()
        W.sub_(lr * 2 / N * error.T @ X)
        b.sub_(lr * 2 * error.mean())
    return loss
# %% right: torch.autograd.grad, detached loss
def gd_step(W, b, X, y, lr):
    if y.ndim != 2 or y.shape[0] != X.shape[0] or y.shape[1] != 1:
        raise ValueError(f"targets of shape {y.shape}")
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(X, W, b), y)
    for parameter, gradient in zip((W, b), torch.autograd.grad(loss, (W, b))):
        parameter.data.add_(gradient, alpha=-lr)
    return loss.detach()
# %% right: an optimizer from torch
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError
    optimizer = torch.optim.SGD([W, b], lr=lr)
    optimizer.zero_grad()
    loss = (X @ W.T + b - y).square().mean()
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return float(loss)
# %% right: new data for the same tensors
def gd_step(W, b, X, y, lr):
    if list(y.shape) != [len(X), 1]:
        raise ValueError("shape of y")
    W.grad, b.grad = None, None
    loss = ((torch.mm(X, W.t()) + b - y) ** 2).sum() / len(X)
    loss.backward()
    W.data = W.data - lr * W.grad
    b.data = b.data - lr * b.grad
    W.grad, b.grad = None, None
    return loss.item()
# %% right: sample by sample in Python numbers
def gd_step(W, b, X, y, lr):
    n = len(X)
    if y.dim() != 2 or len(y) != n or y.shape[1] != 1:
        raise ValueError("y is not (N, 1)")
    weights, bias = W.detach()[0].tolist(), b.item()
    dW, db, loss = [0.0] * len(weights), 0.0, 0.0
    for row, (target,) in zip(X.tolist(), y.tolist()):
        error = sum(w * x for w, x in zip(weights, row)) + bias - target
        loss += error**2 / n
        db += 2 * error / n
        dW = [d + 2 * error * x / n for d, x in zip(dW, row)]
    with torch.no_grad():
        W.copy_(torch.tensor([[w - lr * d for w, d in zip(weights, dW)]]))
        b.copy_(torch.tensor([bias - lr * db]))
    return loss
# %% right: numpy in float64, written back
def gd_step(W, b, X, y, lr):
    if y.shape != torch.Size((X.shape[0], 1)):
        raise ValueError("bad targets")
    A, t = X.numpy().astype(float), y.numpy().astype(float)
    w, c = W.detach().numpy().astype(float), b.detach().numpy().astype(float)
    e = A @ w.T + c - t
    with torch.no_grad():
        W[:] = torch.tensor(w - 2 * lr * (e * A).mean(axis=0))
        b[:] = torch.tensor(c - 2 * lr * e.mean())
    return np.mean(e**2)
# %% right: functional gradient with respect to copies
def gd_step(W, b, X, y, lr):
    if y.shape != X.shape[:1] + (1,):
        raise ValueError("y")

    def mse(weights, bias):
        return ((X @ weights.T + bias - y) ** 2).mean()

    (dW, db), loss = torch.func.grad_and_value(mse, argnums=(0, 1))(W.detach(), b.detach())
    W.data -= lr * dW
    b.data -= lr * db
    return loss
# %% right: requires_grad switched off for the update, and on again
def gd_step(W, b, X, y, lr):
    if y.shape != (X.shape[0], 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    dW, db = W.grad.clone(), b.grad.clone()
    W.requires_grad_(False)
    b.requires_grad_(False)
    W -= lr * dW
    b -= lr * db
    W.requires_grad_()
    b.requires_grad_()
    W.grad = None
    b.grad = None
    return loss.item()
# %% right: computes on copies first, checks through the error of the shapes
def gd_step(W, b, X, y, lr):
    prediction = (X @ W.T + b).detach()
    if prediction.shape != y.shape:
        raise ValueError(f"{prediction.shape} and {y.shape}")
    w, c = W.detach().clone().requires_grad_(), b.detach().clone().requires_grad_()
    loss = (X @ w.T + c - y).pow(2).mean()
    loss.backward()
    with torch.no_grad():
        W.add_(w.grad, alpha=-lr)
        b.add_(c.grad, alpha=-lr)
    return loss.data
# %% wrong: clears the gradients before, not after
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    W.grad = b.grad = None
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
    return loss.item()
# %% wrong: clears the gradient of W only
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
    return loss.item()
# %% wrong: the bias gradient comes from the new W
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        loss = ((X @ W.T + b - y) ** 2).mean()
        W -= lr * 2 / len(X) * (X @ W.T + b - y).T @ X
        b -= lr * 2 * (X @ W.T + b - y).mean()
    return loss.item()
# %% wrong: the 2 is missing in the gradient
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        error = X @ W.T + b - y
        W -= lr * error.T @ X / len(X)
        b -= lr * error.mean()
    return (error**2).mean().item()
# %% wrong: lr ignored
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= 0.1 * W.grad
        b -= 0.1 * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: checks the number of dimensions only
def gd_step(W, b, X, y, lr):
    if y.ndim != 2:
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: checks the length only
def gd_step(W, b, X, y, lr):
    if len(y) != len(X):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: checks the number of elements only
def gd_step(W, b, X, y, lr):
    if y.numel() != len(X):
        raise ValueError("y")
    loss = ((X @ W.T + b - y.reshape(-1, 1)) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: accepts (1,) when there is one sample
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1) and not (len(X) == 1 and y.shape == (1,)):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: accepts one target for all rows
def gd_step(W, b, X, y, lr):
    if y.ndim != 2 or y.shape[1] != 1 or len(y) not in (1, len(X)):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: an assertion in place of a ValueError
def gd_step(W, b, X, y, lr):
    assert y.shape == (len(X), 1)
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: checks after backward
def gd_step(W, b, X, y, lr):
    if len(y) != len(X):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad.zero_()
        b.grad.zero_()
    return loss.item()
# %% wrong: checks after the update
def gd_step(W, b, X, y, lr):
    targets = y.reshape(-1)[: len(X)].reshape(-1, 1)
    loss = ((X @ W.T + b - targets) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    if y.shape != (len(X), 1):
        raise ValueError("y")
    return loss.item()
# %% wrong: switches requires_grad off and leaves it so
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    W.requires_grad_(True)
    b.requires_grad_(True)
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    W.requires_grad_(False)
    b.requires_grad_(False)
    W -= lr * W.grad
    b -= lr * b.grad
    W.grad = b.grad = None
    return loss.item()
# %% wrong: y changed in place
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        y -= X @ W.T + b
        loss = (y**2).mean().item()
        W += lr * 2 / len(X) * y.T @ X
        b += lr * 2 * y.mean()
    return loss
# %% wrong: X changed in place
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        error = X @ W.T + b - y
        b -= lr * 2 * error.mean()
        W -= lr * 2 * X.mul_(error).mean(0, keepdim=True)
    return (error**2).mean().item()
# %% wrong: y flattened in place before it is refused
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        if y.numel() == len(X):
            y.resize_(len(X), 1)
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    return loss.item()
# %% wrong: root of the mean squared error returned
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    return loss.item() ** 0.5
# %% wrong: the summed loss returned
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    losses = (X @ W.T + b - y) ** 2
    losses.mean().backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    return losses.sum().item()
# %% wrong: returns nothing
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
# %% wrong: W and b in place of the loss
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    return W, b
# %% wrong: the mean absolute error
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = (X @ W.T + b - y).abs().mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
        W.grad = b.grad = None
    return loss.item()
# %% wrong: W moved uphill only, a sign slip
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        error = y - X @ W.T - b
        W += lr * 2 * error.T @ X / len(X)
        b -= lr * 2 * error.mean()
    return (error**2).mean().item()
# %% wrong: momentum kept on the side
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    loss = ((X @ W.T + b - y) ** 2).mean()
    gradients = torch.autograd.grad(loss, (W, b))
    with torch.no_grad():
        for parameter, gradient in zip((W, b), gradients):
            parameter.velocity = 0.9 * getattr(parameter, "velocity", 0) + gradient
            parameter -= lr * parameter.velocity
    return loss.item()
# %% wrong: two steps on the loss's own grad left when it was zero
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    fresh = W.grad is None
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
    if fresh:
        W.grad = b.grad = None
    return loss.item()

# %% wrong: leaves X with requires_grad
def gd_step(W, b, X, y, lr):
    if y.shape != (X.shape[0], 1):
        raise ValueError("y")
    X.requires_grad_()
    loss = ((X @ W.T + b - y) ** 2).mean()
    gW, gb = torch.autograd.grad(loss, (W, b))
    with torch.no_grad():
        W -= lr * gW
        b -= lr * gb
    return loss.item()

# %% wrong: b becomes (1, 1) through keepdim and .data
def gd_step(W, b, X, y, lr):
    if y.shape != (X.shape[0], 1):
        raise ValueError("y")
    with torch.no_grad():
        r = X @ W.T + b - y
        W -= lr * 2 * r.T @ X / len(X)
        b.data = b.data - lr * 2 * r.mean(0, keepdim=True)
        return (r ** 2).mean().item()

# %% wrong: W and b become float64 through NumPy
def gd_step(W, b, X, y, lr):
    if y.shape != (X.shape[0], 1):
        raise ValueError("y")
    w, c, x, t = (a.detach().numpy().astype(float) for a in (W, b, X, y))
    e = x @ w.T + c - t
    W.data = torch.from_numpy(w - lr * 2 * np.mean(e * x, axis=0, keepdims=True))
    b.data = torch.from_numpy(c - lr * 2 * np.mean(e, axis=0))
    return np.mean(e ** 2)

# %% right: a helper named after what it computes
def mean_squared_error(W, b, X, y):
    return ((X @ W.T + b - y) ** 2).mean()

def gd_step(W, b, X, y, lr):
    if y.shape != (X.shape[0], 1):
        raise ValueError("y")
    loss = mean_squared_error(W, b, X, y)
    grads = torch.autograd.grad(loss, (W, b))
    with torch.no_grad():
        for p, g in zip((W, b), grads):
            p.copy_(p - lr * g)
    return loss.item()

# %% wrong: refuses everything
def gd_step(W, b, X, y, lr):
    raise ValueError("y")

# %% wrong: refuses rightly, and then does nothing
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    return 0.0

# %% wrong: the loss alone
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    return ((X @ W.T + b - y) ** 2).mean().item()


# %% right: torch.optim.SGD for one step
def gd_step(W, b, X, y, lr):
    if tuple(y.shape) != (X.shape[0], 1):
        raise ValueError("y")
    optimizer = torch.optim.SGD([W, b], lr=lr)
    loss = torch.nn.functional.mse_loss(torch.nn.functional.linear(X, W, b), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


# %% wrong: the step on b sees the new W
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError("y")
    with torch.no_grad():
        error = X @ W.T + b - y
        loss = (error**2).mean().item()
        W -= lr * 2 * error.T @ X / len(X)
        b -= lr * 2 * (X @ W.T + b - y).mean(dim=0)
    return loss


# %% right: sub_ through detach views
def gd_step(W, b, X, y, lr):
    if tuple(y.shape) != (X.shape[0], 1):
        raise ValueError("y")
    loss = torch.mean(torch.square(X.detach() @ W.T + b - y.detach()))
    for leaf, slope in zip((W, b), torch.autograd.grad(loss, (W, b))):
        leaf.detach().sub_(lr * slope)
    return loss.detach()


# %% wrong: whole thing under no_grad
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError
    with torch.no_grad():
        loss = ((X @ W.T + b - y) ** 2).mean()
        loss.backward()
        W -= lr * W.grad
        b -= lr * b.grad
    W.grad = b.grad = None
    return loss.item()


# %% wrong: zeroed before use
def gd_step(W, b, X, y, lr):
    if y.shape != (len(X), 1):
        raise ValueError
    loss = ((X @ W.T + b - y) ** 2).mean()
    loss.backward()
    W.grad.zero_()
    b.grad.zero_()
    with torch.no_grad():
        W -= lr * W.grad
        b -= lr * b.grad
    return loss.item()


# %% equivalent: a square has no sign
-    loss = ((X @ W.T + b - y) ** 2).mean()
+    loss = ((y - (X @ W.T + b)) ** 2).mean()

# %% right: hooks do the update
def gd_step(W, b, X, y, lr):
    if list(y.shape) != [len(X), 1]:
        raise ValueError("shape")
    loss = ((X @ W.T + b - y) ** 2).sum() / len(X)
    def update(p):
        with torch.no_grad():
            p.add_(p.grad, alpha=-lr)
        p.grad = None
    hooks = [p.register_post_accumulate_grad_hook(update) for p in (W, b)]
    loss.backward()
    for hook in hooks:
        hook.remove()
    return loss.item()

# %% right: NumPy's views of the same memory
def gd_step(W, b, X, y, lr):
    if y.size() != torch.Size([X.size(0), 1]):
        raise ValueError(f"{y.size()}")
    w, c = W.detach().numpy(), b.detach().numpy()
    e = X.numpy() @ w.T + c - y.numpy()
    loss = float((e**2).mean())
    w -= (lr * 2 * e.T @ X.numpy() / len(e)).astype(np.float32)
    c -= np.float32(lr * 2 * e.mean())
    return loss
