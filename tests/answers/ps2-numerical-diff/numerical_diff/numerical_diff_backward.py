# %% right: named parts
def numerical_diff_backward(f, x, h=1e-4):
    rise = f(x) - f(x - h)
    run = h
    return rise / run


# %% right: element by element, lists of lists for arrays
def numerical_diff_backward(f, x, h=1e-4):
    def slope(v):
        if np.ndim(v):
            return [slope(part) for part in v]
        x = float(v)
        return (f(x) - f(x - h)) / h

    return slope(x)


# %% right: always an array, 0-d for a number
def numerical_diff_backward(f, x, h=1e-4):
    x = np.array(x, dtype=float)
    return np.divide(np.subtract(f(x), f(x - h)), h)


# %% right: a loop over the flattened copy
def numerical_diff_backward(f, x, h=1e-4):
    flat = np.asarray(x, dtype=float).flatten()
    slopes = np.empty_like(flat)
    for i, x_i in enumerate(flat):
        x_here = x_i
        slopes[i] = (f(x_here) - f(x_here - h)) / h
    return slopes.reshape(np.shape(x))


# %% right: both ends in one call of f
def numerical_diff_backward(f, x, h=1e-4):
    ends = np.stack([np.asarray(x, dtype=float), np.asarray(x - h, dtype=float)])
    high, low = f(ends)
    return (high - low) / h


# %% right: a float32 answer with a comparison of shapes
def numerical_diff_backward(f, x, h=1e-4):
    x = np.asarray(x).astype(np.float32)
    h = np.float32(h)
    slope = (f(x) - f(x - h)) / h
    assert np.shape(slope) == x.shape
    return slope


# %% right: np.vectorize
def numerical_diff_backward(f, x, h=1e-4):
    return np.vectorize(lambda x: (f(x) - f(x - h)) / h, otypes=[float])(x)


# %% right: a plain number comes back as a Python float
def numerical_diff_backward(f, x, h=1e-4):
    slope = f(x) / h - f(x - h) / h
    return float(slope) if np.ndim(x) == 0 else slope


# %% right: a lambda
numerical_diff_backward = lambda f, x, h=1e-4: (f(x) - f(x - h)) / h


# %% right: a torch tensor comes back
def numerical_diff_backward(f, x, h=1e-4):
    import torch

    return torch.as_tensor(np.asarray((f(x) - f(x - h)) / h))


# %% right: prints on the way
def numerical_diff_backward(f, x, h=1e-4):
    print("f =", f, "x =", x, "h =", h)
    slope = (f(x) - f(x - h)) * (1 / h)
    print(slope)
    return slope


# %% wrong: the signature of the lecture notes, with a global f
def numerical_diff_backward(x, h=1e-4):
    return (f(x) - f(x - h)) / h


# %% wrong: moves the array in place and restores it
def numerical_diff_backward(f, x, h=1e-4):
    here = f(x)
    x -= h
    there = f(x)
    x += h
    return (here - there) / h


# %% wrong: moves the array in place and leaves it there
def numerical_diff_backward(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    here = np.array(f(x))
    x -= h
    there = f(x)
    return (here - there) / h


# %% wrong: writes into what f returned
def numerical_diff_backward(f, x, h=1e-4):
    here = np.asarray(f(x), dtype=float)
    here -= f(x - h)
    return here / h


# %% wrong: the default step is 1e-3
def numerical_diff_backward(f, x, h=1e-3):
    return (f(x) - f(x - h)) / h


# %% wrong: the default step is 1e-5
def numerical_diff_backward(f, x, h=1e-5):
    return (f(x) - f(x - h)) / h


# %% wrong: no default step
def numerical_diff_backward(f, x, h):
    return (f(x) - f(x - h)) / h


# %% wrong: central, more accurate than asked for
def numerical_diff_backward(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: a smaller step inside, for more accuracy
def numerical_diff_backward(f, x, h=1e-4):
    h = h / 10
    return (f(x) - f(x - h)) / h


# %% wrong: the size of the slope
def numerical_diff_backward(f, x, h=1e-4):
    return abs(f(x) - f(x - h)) / h


# %% wrong: rounded to three places
def numerical_diff_backward(f, x, h=1e-4):
    return np.round((f(x) - f(x - h)) / h, 3)


# %% wrong: numbers only
def numerical_diff_backward(f, x, h=1e-4):
    x = float(x)
    return (f(x) - f(x - h)) / h


# %% wrong: flattens the array
def numerical_diff_backward(f, x, h=1e-4):
    x = np.ravel(x)
    slope = (f(x) - f(x - h)) / h
    return slope if slope.size > 1 else slope[0]


# %% wrong: the mean slope of an array
def numerical_diff_backward(f, x, h=1e-4):
    return np.mean((f(x) - f(x - h)) / h)


# %% wrong: keeps the dtype of x
def numerical_diff_backward(f, x, h=1e-4):
    return np.asarray((f(x) - f(x - h)) / h).astype(np.asarray(x).dtype)


# %% wrong: moves the first element only
def numerical_diff_backward(f, x, h=1e-4):
    if np.ndim(x) == 0:
        return (f(x) - f(x - h)) / h
    there = np.array(x, dtype=float)
    there[0] -= h
    here = np.array(x, dtype=float)
    return (f(here) - f(there)) / h


# %% wrong: prints the slope and returns nothing
def numerical_diff_backward(f, x, h=1e-4):
    print((f(x) - f(x - h)) / h)


# %% wrong: Richardson extrapolation, more accurate than asked for
def numerical_diff_backward(f, x, h=1e-4):
    def slope(h):
        return (f(x) - f(x - h)) / h

    return 2 * slope(h / 2) - slope(h)


# %% wrong: the function and the point swapped
def numerical_diff_backward(x, f, h=1e-4):
    return (f(x) - f(x - h)) / h


# %% wrong: two dimensions at most
def numerical_diff_backward(f, x, h=1e-4):
    if np.ndim(x) > 2:
        raise ValueError("x")
    return (f(x) - f(x - h)) / h


# %% wrong: writes into what f returned for the left point
def numerical_diff_backward(f, x, h=1e-4):
    slope = f(x - h)
    slope -= f(x)
    slope /= -h
    return slope


# %% wrong: zeros in the shape of x
def numerical_diff_backward(f, x, h=1e-4):
    return 0.0 * x


# %% right: a forward difference from the left point
def numerical_diff_backward(f, x, h=1e-4):
    left = x - h
    return (f(left + h) - f(left)) / h if np.all(left + h == x) else (f(x) - f(left)) / h


# %% wrong: the sign of x decides the side
def numerical_diff_backward(f, x, h=1e-4):
    side = np.where(np.asarray(x) < 0, -h, h)
    return (f(x) - f(x - side)) / side
