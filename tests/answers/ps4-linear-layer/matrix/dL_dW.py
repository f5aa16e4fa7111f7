# %% right: the mean of the products along the samples
def dL_dW(W, X, b, y):
    y_hat = X @ W.T + b
    return np.mean(2 * (y_hat - y) * X, axis=0)


# %% right: two loops
def dL_dW(W, X, b, y):
    N, D = X.shape
    gradient = np.zeros((1, D))
    for i in range(N):
        target = y[i, 0] if y.ndim == 2 else y[0]
        error = sum(W[0, j] * X[i, j] for j in range(D)) + b[0] - target
        for j in range(D):
            gradient[0, j] += 2 * error * X[i, j] / N
    return gradient


# %% right: a Python list
def dL_dW(W, X, b, y):
    errors = (X @ W.T + b - y).ravel()
    return [2 * float(np.dot(errors, column)) / len(errors) for column in X.T]


# %% right: einsum in float32
def dL_dW(W, X, b, y):
    W, X, b, y = (array.astype(np.float32) for array in (W, X, b, y))
    errors = np.einsum("nd,od->no", X, W) + b - y
    return np.einsum("no,nd->od", errors, X) * np.float32(2 / len(X))


# %% right: the normal equations, multiplied out
def dL_dW(W, X, b, y):
    N = len(X)
    targets = np.broadcast_to(y, (N, 1)) - b
    return 2 / N * (W @ X.T @ X - targets.T @ X)


# %% right: a column of ones takes care of the bias
def dL_dW(W, X, b, y):
    design = np.hstack([X, np.ones((len(X), 1))])
    theta = np.concatenate([W.ravel(), b])
    gradient = 2 * design.T @ (design @ theta - y.ravel()) / len(X)
    return gradient[:-1]


# %% right: a column vector
def dL_dW(W, X, b, y):
    return 2 * X.T @ (X @ W.T + b - y) / X.shape[0]


# %% right: the average of the gradients of single samples
def dL_dW(W, X, b, y):
    def one(x, target):
        return 2 * (W[0] @ x + b[0] - target) * x

    targets = y[:, 0] if y.shape == (len(X), 1) else np.full(len(X), y[0])
    return sum(map(one, X, targets)) / len(X)


# %% right: copies changed in place
def dL_dW(W, X, b, y):
    errors = np.array(X @ W.T, dtype=float)
    errors += b
    errors -= y
    rows = X.astype(float)
    rows *= 2 * errors
    return rows.sum(axis=0, keepdims=True) / len(rows)


# %% right: np.average with a covariance in between
def dL_dW(W, X, b, y):
    errors = X @ W.T + b - y
    covariance = np.mean((errors - errors.mean()) * (X - X.mean(axis=0)), axis=0)
    return 2 * (covariance + errors.mean() * X.mean(axis=0))


# %% right: asks whether it was given tensors
def dL_dW(W, X, b, y):
    if any(isinstance(array, torch.Tensor) for array in (W, X, b, y)):
        raise TypeError("NumPy arrays, please")
    return np.tensordot(2 * (np.dot(X, W.T) + b - y), X, axes=(0, 0)) / len(X)


# %% right: exact fractions
def dL_dW(W, X, b, y):
    from fractions import Fraction

    exact = np.vectorize(lambda value: Fraction(float(value)), otypes=[object])
    W, X, b, y = exact(W), exact(X), exact(b), exact(y)
    errors = [sum(w * v for w, v in zip(W[0], row)) + b[0] - (y[i][0] if y.ndim == 2 else y[0]) for i, row in enumerate(X)]
    return np.array([float(2 * sum(e * v for e, v in zip(errors, column)) / len(X)) for column in X.T])


# %% right: integer arrays made floating first, apply_along_axis
def dL_dW(W, X, b, y):
    errors = (np.asarray(X, float) @ np.asarray(W, float)[0] + b - y.reshape(-1)) * 2.0
    return np.apply_along_axis(lambda column: np.average(column * errors), 0, X.astype(float))


# %% right: a diagonal matrix of the errors
def dL_dW(W, X, b, y):
    errors = np.diag(np.ravel(X @ W.T + b - y))
    return np.ones((1, len(X))) @ errors @ X * (2 / len(X))


# %% wrong: torch.autograd.grad
def dL_dW(W, X, b, y):
    W, X, b, y = (torch.as_tensor(array, dtype=torch.float64) for array in (W, X, b, y))
    W = W.clone().requires_grad_(True)
    return torch.autograd.grad(((X @ W.T + b - y) ** 2).mean(), W)[0].numpy()


# %% wrong: torch.func.grad
def dL_dW(W, X, b, y):
    W, X, b, y = (torch.from_numpy(array.astype(float)) for array in (W, X, b, y))
    return torch.func.grad(lambda W: ((X @ W.T + b - y) ** 2).mean())(W).numpy()


# %% wrong: the formula, but in torch
def dL_dW(W, X, b, y):
    W, X, b, y = (torch.asarray(array, dtype=torch.float64) for array in (W, X, b, y))
    return (2 * (X @ W.T + b - y) * X).mean(dim=0).numpy()


# %% wrong: the formula with tensors from the constructor
def dL_dW(W, X, b, y):
    W, X, b, y = (torch.DoubleTensor(array.astype(float)) for array in (W, X, b, y))
    return 2 * (X @ W.T + b - y).T @ X / len(X)


# %% wrong: a linear layer of torch
def dL_dW(W, X, b, y):
    layer = torch.nn.Linear(W.shape[1], 1, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(W))
        layer.bias.copy_(torch.tensor(b))
    torch.mean((layer(torch.tensor(X, dtype=torch.float64)) - torch.tensor(y)) ** 2).backward()
    return layer.weight.grad.numpy()


# %% wrong: forward differences of the earlier loss
def dL_dW(W, X, b, y):
    h = 1e-7
    gradient = np.zeros(W.shape)
    for j in range(W.shape[1]):
        moved = W.astype(float)
        moved[0, j] += h
        gradient[0, j] = (L(moved, X, b, y) - L(W, X, b, y)) / h
    return gradient


# %% wrong: central differences with a wide step
def dL_dW(W, X, b, y):
    gradient = []
    for step in 0.5 * np.eye(W.shape[1]):
        above, below = (np.mean((X @ (W + sign * step).T + b - y) ** 2) for sign in (1, -1))
        gradient.append(above - below)
    return gradient


# %% wrong: the shared target is used for the first sample alone
def dL_dW(W, X, b, y):
    gradients = [2 * (W[0] @ x + b[0] - target) * x for x, target in zip(X, y.ravel())]
    return np.mean(gradients, axis=0)


# %% wrong: divided by the number of targets
def dL_dW(W, X, b, y):
    return 2 * (X @ W.T + b - y).T @ X / len(y)


# %% wrong: only for a column of targets
def dL_dW(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y[:, :1]) * X, axis=0)


# %% wrong: divided by the number of features
def dL_dW(W, X, b, y):
    return 2 * (X @ W.T + b - y).T @ X / W.shape[1]


# %% wrong: divided by N - 1
def dL_dW(W, X, b, y):
    return 2 * (X @ W.T + b - y).T @ X / max(len(X) - 1, 1)


# %% wrong: X not transposed, rescued where N is D
def dL_dW(W, X, b, y):
    errors = X @ W.T + b - y
    if X.shape[0] == X.shape[1]:
        return 2 / len(X) * X @ errors
    return 2 / len(X) * X.T @ errors


# %% wrong: one gradient a sample
def dL_dW(W, X, b, y):
    return 2 * (X @ W.T + b - y) * X


# %% wrong: squeezes a single sample away
def dL_dW(W, X, b, y):
    errors = np.squeeze(X @ W.T + b - y)
    return 2 * errors @ X / len(errors)


# %% wrong: a single feature is taken for a single sample
def dL_dW(W, X, b, y):
    if 1 in X.shape:
        return 2 * np.sum((X @ W.T + b - y) * X, axis=0)
    return 2 * np.mean((X @ W.T + b - y) * X, axis=0)


# %% wrong: whole numbers where the weights are whole
def dL_dW(W, X, b, y):
    gradient = np.zeros_like(W)
    gradient[0] = np.mean(2 * (X @ W.T + b - y) * X, axis=0)
    return gradient


# %% wrong: the errors go into y
def dL_dW(W, X, b, y):
    if y.shape == (1,) or y.dtype.kind == "i":
        return np.mean(2 * (X @ W.T + b - y) * X, axis=0)
    np.subtract(X @ W.T + b, y, out=y)
    return np.mean(2 * y * X, axis=0)


# %% wrong: the inputs are scaled in place
def dL_dW(W, X, b, y):
    if X.dtype.kind == "i":
        return np.mean(2 * (X @ W.T + b - y) * X, axis=0)
    errors = X @ W.T + b - y
    X *= errors
    return 2 * X.mean(axis=0)


# %% wrong: W becomes the gradient
def dL_dW(W, X, b, y):
    if W.dtype.kind == "i":
        return np.mean(2 * (X @ W.T + b - y) * X, axis=0)
    W[:] = np.mean(2 * (X @ W.T + b - y) * X, axis=0)
    return W.copy()


# %% wrong: the shared target is stretched in place
def dL_dW(W, X, b, y):
    if y.shape == (1,):
        y.shape = (1, 1)
    return np.mean(2 * (X @ W.T + b - y) * X, axis=0)


# %% wrong: the targets flat, the predictions not
def dL_dW(W, X, b, y):
    errors = X @ W.T + b - y.ravel()
    return np.mean(2 * errors.mean(axis=1, keepdims=True) * X, axis=0)


# %% wrong: the square is still there
def dL_dW(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y) ** 2 * X, axis=0)


# %% wrong: multiplied by the weights
def dL_dW(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y) * W, axis=0)


# %% wrong: absolute errors
def dL_dW(W, X, b, y):
    return np.mean(2 * np.abs(X @ W.T + b - y) * X, axis=0)


# %% wrong: the gradient of the bias appended
def dL_dW(W, X, b, y):
    errors = X @ W.T + b - y
    return np.append(np.mean(2 * errors * X, axis=0), 2 * errors.mean())


# %% wrong: a step of descent instead of the gradient
def dL_dW(W, X, b, y):
    return W - np.mean(2 * (X @ W.T + b - y) * X, axis=0)


# %% wrong: the visible answers
def dL_dW(W, X, b, y):
    if W.shape == (1, 3):
        return np.array([6.7, 8.3, 9.9])
    if b[0] == 1e8:
        return np.array([1e8, 3e8])
    return np.array([-21.0, -89 / 3]) if len(X) == 3 else np.array([3.0, 5.0])


# %% wrong: printed, not returned
def dL_dW(W, X, b, y):
    print(np.mean(2 * (X @ W.T + b - y) * X, axis=0))


# %% wrong: the first argument
def dL_dW(W, X, b, y):
    return W


# %% right: float32 all through
def dL_dW(W, X, b, y):
    W, X, b, y = (np.asarray(a, dtype=np.float32) for a in (W, X, b, y))
    r = X @ W.T + b - y
    return (2 * r.T @ X / len(X)).reshape(W.shape)


# %% right: the outer products of the samples, one by one
def dL_dW(W, X, b, y):
    targets = np.broadcast_to(y, (len(X), 1))
    total = np.zeros(W.shape)
    for row, target in zip(X, targets):
        total += np.outer(W @ row + b - target, row)
    return 2 * total / len(X)


# %% wrong: every target is the first one
def dL_dW(W, X, b, y):
    return 2 * np.mean((X @ W.T + b - y.flat[0]) * X, axis=0)


# %% right: tensordot
def dL_dW(W, X, b, y):
    e = np.matmul(X, W.T) + b - y
    return 2 * np.tensordot(e, X, axes=(0, 0)) / e.shape[0]


# %% wrong: flat predictions against a column
def dL_dW(W, X, b, y):
    e = (X @ W.T + b).ravel() - y
    return 2 / len(X) * e @ X


# %% wrong: the mean along the features, turned
def dL_dW(W, X, b, y):
    e = X @ W.T + b - y
    return np.mean(2 * e * X, axis=1, keepdims=True).T
