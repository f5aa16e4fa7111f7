# %% right: named parts
def numerical_diff_forward(f, x, h=1e-4):
    rise = f(x + h) - f(x)
    run = h
    return rise / run


# %% right: element by element, lists of lists for arrays
def numerical_diff_forward(f, x, h=1e-4):
    def slope(v):
        if np.ndim(v):
            return [slope(part) for part in v]
        x = float(v)
        return (f(x + h) - f(x)) / h

    return slope(x)


# %% right: always an array, 0-d for a number
def numerical_diff_forward(f, x, h=1e-4):
    x = np.array(x, dtype=float)
    return np.divide(np.subtract(f(x + h), f(x)), h)


# %% right: a loop over the flattened copy
def numerical_diff_forward(f, x, h=1e-4):
    flat = np.asarray(x, dtype=float).flatten()
    slopes = np.empty_like(flat)
    for i, x_i in enumerate(flat):
        x_here = x_i
        slopes[i] = (f(x_here + h) - f(x_here)) / h
    return slopes.reshape(np.shape(x))


# %% right: both ends in one call of f
def numerical_diff_forward(f, x, h=1e-4):
    ends = np.stack([np.asarray(x + h, dtype=float), np.asarray(x, dtype=float)])
    high, low = f(ends)
    return (high - low) / h


# %% right: a float32 answer with a comparison of shapes
def numerical_diff_forward(f, x, h=1e-4):
    x = np.asarray(x).astype(np.float32)
    h = np.float32(h)
    slope = (f(x + h) - f(x)) / h
    assert np.shape(slope) == x.shape
    return slope


# %% right: np.vectorize
def numerical_diff_forward(f, x, h=1e-4):
    return np.vectorize(lambda x: (f(x + h) - f(x)) / h, otypes=[float])(x)


# %% right: a plain number comes back as a Python float
def numerical_diff_forward(f, x, h=1e-4):
    slope = f(x + h) / h - f(x) / h
    return float(slope) if np.ndim(x) == 0 else slope


# %% right: a lambda
numerical_diff_forward = lambda f, x, h=1e-4: (f(x + h) - f(x)) / h


# %% right: a torch tensor comes back
def numerical_diff_forward(f, x, h=1e-4):
    import torch

    return torch.as_tensor(np.asarray((f(x + h) - f(x)) / h))


# %% right: prints on the way
def numerical_diff_forward(f, x, h=1e-4):
    print("f =", f, "x =", x, "h =", h)
    slope = (f(x + h) - f(x)) * (1 / h)
    print(slope)
    return slope


# %% wrong: the signature of the lecture notes, with a global f
def numerical_diff_forward(x, h=1e-4):
    return (f(x + h) - f(x)) / h


# %% wrong: moves the array in place and restores it
def numerical_diff_forward(f, x, h=1e-4):
    here = f(x)
    x += h
    there = f(x)
    x -= h
    return (there - here) / h


# %% wrong: moves the array in place and leaves it there
def numerical_diff_forward(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    here = np.array(f(x))
    x += h
    there = f(x)
    return (there - here) / h


# %% wrong: writes into what f returned
def numerical_diff_forward(f, x, h=1e-4):
    here = np.asarray(f(x), dtype=float)
    here -= f(x + h)
    return here / -h


# %% wrong: the default step is 1e-3
def numerical_diff_forward(f, x, h=1e-3):
    return (f(x + h) - f(x)) / h


# %% wrong: the default step is 1e-5
def numerical_diff_forward(f, x, h=1e-5):
    return (f(x + h) - f(x)) / h


# %% wrong: no default step
def numerical_diff_forward(f, x, h):
    return (f(x + h) - f(x)) / h


# %% wrong: central, more accurate than asked for
def numerical_diff_forward(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: a smaller step inside, for more accuracy
def numerical_diff_forward(f, x, h=1e-4):
    h = h / 10
    return (f(x + h) - f(x)) / h


# %% wrong: the size of the slope
def numerical_diff_forward(f, x, h=1e-4):
    return abs(f(x + h) - f(x)) / h


# %% wrong: rounded to three places
def numerical_diff_forward(f, x, h=1e-4):
    return np.round((f(x + h) - f(x)) / h, 3)


# %% wrong: numbers only
def numerical_diff_forward(f, x, h=1e-4):
    x = float(x)
    return (f(x + h) - f(x)) / h


# %% wrong: flattens the array
def numerical_diff_forward(f, x, h=1e-4):
    x = np.ravel(x)
    slope = (f(x + h) - f(x)) / h
    return slope if slope.size > 1 else slope[0]


# %% wrong: the mean slope of an array
def numerical_diff_forward(f, x, h=1e-4):
    return np.mean((f(x + h) - f(x)) / h)


# %% wrong: keeps the dtype of x
def numerical_diff_forward(f, x, h=1e-4):
    return np.asarray((f(x + h) - f(x)) / h).astype(np.asarray(x).dtype)


# %% wrong: moves the first element only
def numerical_diff_forward(f, x, h=1e-4):
    if np.ndim(x) == 0:
        return (f(x + h) - f(x)) / h
    there = np.array(x, dtype=float)
    there[0] += h
    here = np.array(x, dtype=float)
    return (f(there) - f(here)) / h


# %% wrong: prints the slope and returns nothing
def numerical_diff_forward(f, x, h=1e-4):
    print((f(x + h) - f(x)) / h)


# %% wrong: Richardson extrapolation, more accurate than asked for
def numerical_diff_forward(f, x, h=1e-4):
    def slope(h):
        return (f(x + h) - f(x)) / h

    return 2 * slope(h / 2) - slope(h)


# %% wrong: the function and the point swapped
def numerical_diff_forward(x, f, h=1e-4):
    return (f(x + h) - f(x)) / h


# %% wrong: two dimensions at most
def numerical_diff_forward(f, x, h=1e-4):
    if np.ndim(x) > 2:
        raise ValueError("x")
    return (f(x + h) - f(x)) / h


# %% wrong: writes into what f returned for the right point
def numerical_diff_forward(f, x, h=1e-4):
    slope = f(x + h)
    slope -= f(x)
    slope /= h
    return slope


# %% wrong: zeros in the shape of x
def numerical_diff_forward(f, x, h=1e-4):
    return 0.0 * x


# %% right: an object that can be called
class Forward:
    def __call__(self, f, x, h=1e-4):
        return (f(x + h) - f(x)) / h


numerical_diff_forward = Forward()


# %% wrong: a step relative to x
def numerical_diff_forward(f, x, h=1e-4):
    h = h * np.maximum(1, np.abs(x))
    return (f(x + h) - f(x)) / h
