# %% right: an array of shape (1,)
def dL_db(W, X, b, y):
    y_hat = X @ W.T + b
    return np.mean(2 * (y_hat - y), axis=0)


# %% right: a number
def dL_db(W, X, b, y):
    return float(2 * np.mean(X @ W.T + b - y))


# %% right: shape (1, 1)
def dL_db(W, X, b, y):
    return 2 * np.mean(X @ W.T + b - y, axis=0, keepdims=True)


# %% right: a loop
def dL_db(W, X, b, y):
    total = 0.0
    for i, x in enumerate(X):
        target = y[i, 0] if y.ndim == 2 else y[0]
        total += 2 * (np.dot(W[0], x) + b[0] - target)
    return total / len(X)


# %% right: means of inputs and targets
def dL_db(W, X, b, y):
    return 2 * (W @ X.mean(axis=0) + b - y.mean())


# %% right: a matrix product with ones
def dL_db(W, X, b, y):
    N = X.shape[0]
    return np.ones((1, N)) @ (X @ W.T + b - y) * (2 / N)


# %% right: a list of one
def dL_db(W, X, b, y):
    return [2 * np.average(X @ W.T + b - y)]


# %% right: float32
def dL_db(W, X, b, y):
    W, X, b, y = (array.astype(np.float32) for array in (W, X, b, y))
    return 2 * (np.einsum("nd,od->no", X, W) + b - y).mean(dtype=np.float32)


# %% right: a column of ones takes care of the bias
def dL_db(W, X, b, y):
    design = np.hstack([X, np.ones((len(X), 1))])
    theta = np.concatenate([W.ravel(), b])
    return (2 * design.T @ (design @ theta - y.ravel()) / len(X))[-1]


# %% right: exact sums of Python numbers
def dL_db(W, X, b, y):
    errors = np.ravel(X @ W.T + b - y).tolist()
    return 2 * math.fsum(errors) / len(errors)


# %% right: copies changed in place
def dL_db(W, X, b, y):
    errors = X.astype(float) @ W.T
    errors += b
    errors -= y
    errors *= 2
    return errors.mean(axis=0)


# %% right: statistics, asks whether it was given tensors
def dL_db(W, X, b, y):
    import statistics

    assert not isinstance(X, torch.Tensor)
    return 2 * statistics.fmean((np.dot(X, W[0]) + b - y.reshape(-1)).tolist())


# %% wrong: torch.autograd.grad
def dL_db(W, X, b, y):
    W, X, b, y = (torch.as_tensor(array, dtype=torch.float64) for array in (W, X, b, y))
    b = b.clone().requires_grad_(True)
    return torch.autograd.grad(((X @ W.T + b - y) ** 2).mean(), b)[0].numpy()


# %% wrong: torch.func.grad
def dL_db(W, X, b, y):
    W, X, b, y = (torch.from_numpy(array.astype(float)) for array in (W, X, b, y))
    return torch.func.grad(lambda b: ((X @ W.T + b - y) ** 2).mean())(b).numpy()


# %% wrong: the formula, but in torch
def dL_db(W, X, b, y):
    return 2 * torch.mean(torch.from_numpy(X @ W.T + b - y).double()).item()


# %% wrong: forward difference of the earlier loss
def dL_db(W, X, b, y):
    h = 1e-7
    return (L(W, X, b + h, y) - L(W, X, b, y)) / h


# %% wrong: central difference with a wide step
def dL_db(W, X, b, y):
    above, below = (np.mean((X @ W.T + (b + sign) - y) ** 2) for sign in (1, -1))
    return (above - below) / 2


# %% wrong: divided by the number of targets
def dL_db(W, X, b, y):
    return 2 * np.sum(X @ W.T + b - y) / len(y)


# %% wrong: the shared target is used for the first sample alone
def dL_db(W, X, b, y):
    return np.mean([2 * (W[0] @ x + b[0] - target) for x, target in zip(X, y.ravel())])


# %% wrong: only for a column of targets
def dL_db(W, X, b, y):
    return 2 * np.mean(X @ W.T + b - y[:, :1])


# %% wrong: the shared target is stretched in place
def dL_db(W, X, b, y):
    if y.shape == (1,):
        y.shape = (1, 1)
    return 2 * np.mean(X @ W.T + b - y)


# %% wrong: the bias is moved in place
def dL_db(W, X, b, y):
    errors = X @ W.T + b - y
    b -= b
    return 2 * np.mean(errors)


# %% wrong: the targets are moved in place
def dL_db(W, X, b, y):
    if y.shape == (1,) or y.dtype.kind == "i":
        return 2 * np.mean(X @ W.T + b - y)
    y -= X @ W.T + b
    return -2 * np.mean(y)


# %% wrong: divided by the number of features
def dL_db(W, X, b, y):
    return 2 * np.sum(X @ W.T + b - y) / X.shape[1]


# %% wrong: divided by N - 1
def dL_db(W, X, b, y):
    return 2 * np.sum(X @ W.T + b - y) / max(len(X) - 1, 1)


# %% wrong: the median
def dL_db(W, X, b, y):
    return 2 * np.median(X @ W.T + b - y)


# %% wrong: the first sample
def dL_db(W, X, b, y):
    return 2 * (X @ W.T + b - y)[0]


# %% wrong: mean over the wrong axis
def dL_db(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y), axis=1)


# %% wrong: absolute errors
def dL_db(W, X, b, y):
    return 2 * np.mean(np.abs(X @ W.T + b - y))


# %% wrong: the squares
def dL_db(W, X, b, y):
    return 2 * np.mean((X @ W.T + b - y) ** 2)


# %% wrong: times the bias
def dL_db(W, X, b, y):
    return 2 * np.mean(X @ W.T + b - y) * b


# %% wrong: the gradient of the weights
def dL_db(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y) * X, axis=0)


# %% wrong: whole numbers where the bias is whole
def dL_db(W, X, b, y):
    gradient = np.zeros_like(b)
    gradient[0] = 2 * np.mean(X @ W.T + b - y)
    return gradient


# %% wrong: one value for each feature
def dL_db(W, X, b, y):
    return np.mean(2 * (X @ W.T + b - y), axis=0) * np.ones(X.shape[1])


# %% wrong: the visible answers
def dL_db(W, X, b, y):
    return 1.6 if y.shape == (1,) else (-17 / 3 if len(X) == 3 else 2e8)


# %% wrong: printed, not returned
def dL_db(W, X, b, y):
    print(2 * np.mean(X @ W.T + b - y))


# %% wrong: the first argument
def dL_db(W, X, b, y):
    return W


# %% right: a product with ones
def dL_db(W, X, b, y):
    errors = X @ W.T + b - y
    return (np.full((1, len(X)), 2 / len(X)) @ errors)[0]


# %% wrong: every target is the first one
def dL_db(W, X, b, y):
    return 2 * np.mean(X @ W.T + b - y.flat[0])


# %% right: flat predictions against a column, whose mean is the same
def dL_db(W, X, b, y):
    return 2 * np.mean((X @ W.T + b).ravel() - y)


# %% wrong: the mean over samples and features
def dL_db(W, X, b, y):
    return 2 * np.sum(X @ W.T + b - y, axis=0) / X.size


# %% equivalent: there is one column, and one number may come in any shape
-    return 2 * np.mean(X @ W.T + b - y, axis=0)
+    return 2 * np.mean(X @ W.T + b - y, )


# %% wrong: central difference with a step that grows with b
def dL_db(W, X, b, y):
    def loss(b):
        return np.mean((X @ W.T + b - y) ** 2)

    h = 1e-4 * max(1.0, abs(float(b[0])))
    return (loss(b + h) - loss(b - h)) / (2 * h)
