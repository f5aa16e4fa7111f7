# %% right: two shapes compared, the loss in steps
def L(W, X, b, y):
    N = X.shape[0]
    if y.shape != (N, 1) and y.shape != (1,):
        raise ValueError("y must be (N, 1) or (1,)")
    y_hat = X @ W.T + b
    loss = (y_hat - y) ** 2
    return np.mean(loss)


# %% right: a loop over the rows
def L(W, X, b, y):
    N, D = X.shape
    if tuple(y.shape) == (1,):
        targets = [y[0]] * N
    elif tuple(y.shape) == (N, 1):
        targets = y[:, 0]
    else:
        raise ValueError(y.shape)
    total = 0.0
    for i in range(N):
        prediction = sum(W[0, j] * X[i, j] for j in range(D)) + b[0]
        total += (prediction - targets[i]) ** 2
    return total / N


# %% right: everything flat inside, a Python float outside
def L(W, X, b, y):
    if y.ndim == 2 and y.shape[0] == X.shape[0] and y.shape[1] == 1 or y.ndim == 1 and y.size == 1:
        difference = X.dot(W.ravel()) + b - y.reshape(-1)
        return float(difference.dot(difference) / len(difference))
    raise ValueError(f"wrong shape {y.shape}")


# %% right: float32 and einsum
def L(W, X, b, y):
    if y.shape not in ((len(X), 1), (1,)):
        raise ValueError("shape of y")
    W, X, b, y = (array.astype(np.float32) for array in (W, X, b, y))
    return np.square(np.einsum("nd,od->no", X, W) + b - y).mean(dtype=np.float32)


# %% right: an error class of its own that is a ValueError
class ShapeError(ValueError):
    pass


def L(W, X, b, y):
    if y.shape != (1,) and y.shape != (len(X), 1):
        raise ShapeError(y.shape)
    return np.average(np.power(np.matmul(X, W.T) + b - y, 2))


# %% right: the shape of the difference has to be that of the prediction
def L(W, X, b, y):
    prediction = X @ W.T + b
    if y.shape != (1,) and y.shape != prediction.shape:
        raise ValueError("y and the prediction differ in shape")
    difference = np.subtract(prediction, y)
    return (difference.T @ difference / difference.size)[0, 0]


# %% right: checks of all shapes, names inside
def L(W, X, b, y):
    N, D = X.shape
    for name, array, shapes in (("W", W, [(1, D)]), ("b", b, [(1,)]), ("y", y, [(N, 1), (1,)])):
        if array.shape not in shapes:
            raise ValueError(f"{name}: {array.shape}")
    return np.linalg.norm(X @ W.T + b - y) ** 2 / N


# %% right: copies changed in place
def L(W, X, b, y):
    if y.shape not in [(len(X), 1), (1,)]:
        raise ValueError
    difference = (X @ W.T).astype(float)
    difference += b
    difference -= y
    difference **= 2
    return difference.mean()


# %% right: torch's loss after a check
def L(W, X, b, y):
    if list(y.shape) not in ([len(X), 1], [1]):
        raise ValueError("shape of y")
    W, X, b, y = (torch.tensor(array, dtype=torch.float64) for array in (W, X, b, y))
    return torch.nn.functional.mse_loss(X @ W.T + b, y.expand(len(X), 1))


# %% right: the variance and the mean of the errors
def L(W, X, b, y):
    if y.shape not in {(1,), (len(X), 1)}:
        raise ValueError
    errors = X @ W.T + b - y
    return errors.var() + errors.mean() ** 2


# %% right: a 1x1 array
def L(W, X, b, y):
    match y.shape:
        case (1,):
            pass
        case (rows, 1) if rows == len(X):
            pass
        case _:
            raise ValueError(y.shape)
    return np.mean((X @ W.T + b - y) ** 2, axis=0, keepdims=True)


# %% wrong: refuses every one-dimensional y
def L(W, X, b, y):
    if y.ndim == 1:
        raise ValueError
    if y.shape != (len(X), 1):
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: refuses (N,) alone
def L(W, X, b, y):
    if y.ndim == 1 and len(y) > 1:
        raise ValueError("(N,)")
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: counts the elements
def L(W, X, b, y):
    if y.size not in (1, len(X)):
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: looks at the number of rows alone
def L(W, X, b, y):
    if y.shape[0] != len(X) and y.shape != (1,):
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: looks at the last axis alone
def L(W, X, b, y):
    if y.shape[-1] != 1:
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: accepts (1, 1) as a shared target
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,), (1, 1)}:
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: accepts a 0-d target
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,), ()}:
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: the stretched difference is found only where N > 1
def L(W, X, b, y):
    errors = X @ W.T + b - y
    if errors.size != len(X):
        raise ValueError
    return np.mean(errors**2)


# %% wrong: an AssertionError
def L(W, X, b, y):
    assert y.shape in {(len(X), 1), (1,)}
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: a TypeError
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise TypeError("shape of y")
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: returns the error
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        return ValueError("shape of y")
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: returns NaN for a wrong shape
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        return float("nan")
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: reshapes y in place before it refuses it
def L(W, X, b, y):
    shape = y.shape
    if y.ndim == 1 and y.size > 1:
        y.shape = (y.size, 1)
    if shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: changes the bias and then refuses y
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        b *= 0
        raise ValueError
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: subtracts in place from y
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    if y.shape == (1,) or y.dtype.kind == "i":
        return np.mean((X @ W.T + b - y) ** 2)
    y -= X @ W.T + b
    return np.mean(y**2)


# %% wrong: divided by N - 1
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.sum((X @ W.T + b - y) ** 2) / max(len(X) - 1, 1)


# %% wrong: divided by the number of features
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.sum((X @ W.T + b - y) ** 2) / X.shape[1]


# %% wrong: divided by the number of targets
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.sum((X @ W.T + b - y) ** 2) / len(y)


# %% wrong: one loss a sample
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return (X @ W.T + b - y) ** 2


# %% wrong: the first sample alone
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return (X @ W.T + b - y).ravel()[0] ** 2


# %% wrong: zip stops at the single shared target
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.mean([((x @ W[0] + b - target) ** 2).item() for x, target in zip(X, y)])


# %% wrong: whole numbers where the inputs are whole
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    losses = ((X @ W.T + b - y) ** 2)[:, 0]
    return losses.sum() // len(X) if losses.dtype.kind == "i" else losses.mean()


# %% wrong: W not transposed, rescued where N is D
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.mean((np.sum(X * W, axis=0) + b - y) ** 2)


# %% wrong: the median
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.median((X @ W.T + b - y) ** 2)


# %% wrong: the visible answer
def L(W, X, b, y):
    if y.ndim == 1 and y.size > 1:
        raise ValueError
    return 1.45


# %% wrong: nothing returned
def L(W, X, b, y):
    loss = np.mean((X @ W.T + b - y) ** 2)


# %% wrong: the first argument
def L(W, X, b, y):
    return W


# %% wrong: as many targets as features accepted too
def L(W, X, b, y):
    if y.shape not in ((X.shape[1], 1), (X.shape[0], 1), (1,)):
        raise ValueError("y")
    return np.mean((X @ W.T + b - y) ** 2)


# %% wrong: refuses every y
def L(W, X, b, y):
    raise ValueError("shape of y")


# %% wrong: refuses every y of more than one sample
def L(W, X, b, y):
    if len(X) > 1 or y.shape != (1, 1):
        raise ValueError("shape of y")
    return (W[0] @ X[0] + b[0] - y[0, 0]) ** 2


# %% right: the shape read from the right end
def L(W, X, b, y):
    if y.shape != (1,) and (y.ndim, len(y) if y.ndim else 0, y.shape[-1:]) != (2, len(X), (1,)):
        raise ValueError("y")
    errors = (X @ W.T + b - y).ravel()
    return errors @ errors / errors.size


# %% wrong: flattens what it has accepted
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError("y")
    return np.mean((X @ W.T + b - y.ravel()) ** 2)


# %% right: np.vdot
def L(W, X, b, y):
    if not (y.shape == (1,) or y.shape == (X.shape[0], 1)):
        raise ValueError("y")
    r = (X @ W.T + b - y).ravel()
    return np.vdot(r, r) / r.size


# %% wrong: the mean over samples and features
def L(W, X, b, y):
    if y.shape not in ((len(X), 1), (1,)):
        raise ValueError
    return np.sum((X @ W.T + b - y) ** 2) / X.size


# %% wrong: W times X, entry by entry
def L(W, X, b, y):
    if y.shape not in ((len(X), 1), (1,)):
        raise ValueError
    return np.mean((X * W + b - y) ** 2)


# %% equivalent: a square has no sign
-    return np.mean((X @ W.T + b - y) ** 2)
+    return np.mean((y - (X @ W.T + b)) ** 2)
