# %% right: named parts
def numerical_diff(f, x, h=1e-4):
    right, left = f(x + h), f(x - h)
    return (right - left) / (2 * h)


# %% right: the mean of the forward and the backward difference
def numerical_diff(f, x, h=1e-4):
    here = f(x)
    ahead = (f(x + h) - here) / h
    behind = (here - f(x - h)) / h
    return (ahead + behind) / 2


# %% right: element by element, lists of lists for arrays
def numerical_diff(f, x, h=1e-4):
    if isinstance(x, np.ndarray) and x.ndim:
        return [numerical_diff(f, part, h) for part in x]
    return float(f(x + h) - f(x - h)) / h / 2


# %% right: always an array, 0-d for a number
def numerical_diff(f, x, h=1e-4):
    x = np.array(x, dtype=float)
    return np.asarray(0.5 * (f(x + h) - f(x - h)) / h)


# %% right: moves a copy in place
def numerical_diff(f, x, h=1e-4):
    moved = np.array(x, dtype=float)
    moved += h
    right = np.array(f(moved))
    moved -= 2 * h
    left = np.array(f(moved))
    return (right - left) / (2 * h)


# %% right: a stencil of coefficients
def numerical_diff(f, x, h=1e-4):
    stencil = {-1: -0.5, 1: 0.5}
    return sum(weight * f(x + side * h) for side, weight in stencil.items()) / h


# %% right: the last number written as a comprehension over a flat copy
def numerical_diff(f, x, h=1e-4):
    flat = [(f(v + h) - f(v - h)) / (2 * h) for v in np.ravel(x).tolist()]
    return np.array(flat).reshape(np.shape(x))


# %% right: both ends in one call of f
def numerical_diff(f, x, h=1e-4):
    offsets = np.array([h, -h], dtype=float).reshape(2, *[1] * np.ndim(x))
    values = f(np.asarray(x) + offsets)
    return -np.diff(values, axis=0)[0] / (2 * h)


# %% right: a float32 answer, rounded at the end
def numerical_diff(f, x, h=1e-4):
    return np.float32((f(x + h) - f(x - h)) / (h + h))


# %% right: a torch tensor comes back, 0-d for a number
def numerical_diff(f, x, h=1e-4):
    import torch

    return torch.from_numpy(np.array((f(x + h) - f(x - h)) / (2 * h)))


# %% right: np.gradient over three points
def numerical_diff(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    values = f(np.stack([x - h, x, x + h]))
    return np.gradient(values, h, axis=0)[1]


# %% right: a nested function
def numerical_diff(f, x, h=0.0001):
    def shifted(by):
        return f(np.add(x, by))

    return np.divide(shifted(+h) - shifted(-h), 2 * h)


# %% wrong: the signature of the lecture notes, with a global f
def numerical_diff(x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: only f(x - h) is divided
def numerical_diff(f, x, h=1e-4):
    return f(x + h) - f(x - h) / (2 * h)


# %% wrong: divides by the square of the step
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h**2)


# %% wrong: the sum in place of the difference
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) + f(x - h)) / (2 * h)


# %% wrong: the default step is 1e-3
def numerical_diff(f, x, h=1e-3):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: the default step is the best one, not 1e-4
def numerical_diff(f, x, h=np.cbrt(np.finfo(float).eps)):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: a fifth as large a step inside, for more accuracy
def numerical_diff(f, x, h=1e-4):
    h /= 5
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: five points, more accurate than asked for
def numerical_diff(f, x, h=1e-4):
    return (8 * (f(x + h) - f(x - h)) - f(x + 2 * h) + f(x - 2 * h)) / (12 * h)


# %% wrong: the second derivative
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - 2 * f(x) + f(x - h)) / h**2


# %% wrong: a complex step, exact
def numerical_diff(f, x, h=1e-4):
    return np.imag(f(x + 1e-20j)) / 1e-20


# %% wrong: an integer is moved by a whole step
def numerical_diff(f, x, h=1e-4):
    x = np.asarray(x)
    step = np.full_like(x, h) if x.dtype.kind == "i" else h
    with np.errstate(all="ignore"):
        return (f(x + step) - f(x - step)) / (2 * h)


# %% wrong: the slopes keep the dtype of x
def numerical_diff(f, x, h=1e-4):
    slopes = np.zeros_like(x)
    slopes[...] = (f(x + h) - f(x - h)) / (2 * h)
    return slopes


# %% wrong: in place on a float array, restored from a copy
def numerical_diff(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    before = x.copy()
    x[...] = before + h
    right = np.array(f(x))
    x[...] = before - h
    left = np.array(f(x))
    x[...] = before
    return (right - left) / (2 * h)


# %% wrong: leaves the array moved to the left
def numerical_diff(f, x, h=1e-4):
    x = np.asarray(x, dtype=float)
    x -= h
    left = f(x + 0)
    return (f(x + 2 * h) - left) / (2 * h)


# %% wrong: writes the slopes into x
def numerical_diff(f, x, h=1e-4):
    slopes = (f(x + h) - f(x - h)) / (2 * h)
    if isinstance(x, np.ndarray) and x.dtype == float:
        x[...] = slopes
    return slopes


# %% wrong: numbers only
def numerical_diff(f, x, h=1e-4):
    x = float(x)
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: one-dimensional arrays only
def numerical_diff(f, x, h=1e-4):
    if np.ndim(x) == 0:
        return (f(x + h) - f(x - h)) / (2 * h)
    return np.array([float(f(v + h) - f(v - h)) / (2 * h) for v in x])


# %% wrong: flattens the array
def numerical_diff(f, x, h=1e-4):
    slopes = (f(x + h) - f(x - h)) / (2 * h)
    return slopes.flatten() if np.ndim(x) else slopes


# %% wrong: the slope of the sum, one number for an array
def numerical_diff(f, x, h=1e-4):
    return np.sum(f(x + h) - f(x - h)) / (2 * h)


# %% wrong: the step grows with x
def numerical_diff(f, x, h=1e-4):
    h = h * np.maximum(1, np.abs(x))
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: a hard-coded x squared
def numerical_diff(f, x, h=1e-4):
    return 2 * x


# %% wrong: the size of the slope
def numerical_diff(f, x, h=1e-4):
    return np.abs(f(x + h) - f(x - h)) / (2 * h)


# %% wrong: rounded to three places
def numerical_diff(f, x, h=1e-4):
    return np.round((f(x + h) - f(x - h)) / (2 * h), 3)


# %% wrong: the slope as text
def numerical_diff(f, x, h=1e-4):
    return f"{(f(x + h) - f(x - h)) / (2 * h)}"


# %% wrong: prints the slope and returns nothing
def numerical_diff(f, x, h=1e-4):
    print((f(x + h) - f(x - h)) / (2 * h))


# %% wrong: float32 on the way, too coarse for the default step
def numerical_diff(f, x, h=1e-4):
    x, h = np.asarray(x, dtype=np.float32), np.float32(h)
    return (f(x + h) - f(x - h)) / (h + h)


# %% wrong: values of f in float32
def numerical_diff(f, x, h=1e-4):
    right, left = np.float32(f(x + h)), np.float32(f(x - h))
    return (right - left) / (2 * h)


# %% wrong: whole numbers are moved by whole steps, at least by one
def numerical_diff(f, x, h=1e-4):
    if isinstance(x, int):
        h = int(h) or 1
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: writes into what f returned for the left point
def numerical_diff(f, x, h=1e-4):
    slope = f(x - h)
    slope -= f(x + h)
    slope /= -2 * h
    return slope


# %% wrong: remembers slopes by place and step, whatever f is
slopes_known = {}


def numerical_diff(f, x, h=1e-4):
    place = repr(x), h
    if place not in slopes_known:
        slopes_known[place] = (f(x + h) - f(x - h)) / (2 * h)
    return slopes_known[place]


# %% wrong: zeros in the shape of x
def numerical_diff(f, x, h=1e-4):
    return 0.0 * x


# %% wrong: a forward difference where the left point would be negative
def numerical_diff(f, x, h=1e-4):
    left = x - h
    if np.any(left < 0) and np.all(np.asarray(x) >= 0):
        return (f(x + h) - f(x)) / h
    return (f(x + h) - f(x - h)) / (2 * h)


# %% right: the mean of both one-sided differences
def numerical_diff(f, x, h=1e-4):
    forward, backward = ((f(x + step) - f(x)) / step for step in (h, -h))
    return (forward + backward) / 2


# %% wrong: extrapolated to a higher order
def numerical_diff(f, x, h=1e-4):
    def central(step):
        return (f(x + step) - f(x - step)) / (2 * step)

    return (4 * central(h / 2) - central(h)) / 3


# %% right: subtracts both values over the width
def numerical_diff(f, x, h=1e-4):
    a, b = (np.asarray(f(np.asarray(x, dtype=float) + s * h), dtype=float) for s in (-1, 1))
    return np.subtract(b, a) / np.ptp([-h, h])


# %% wrong: a tuple by a comma
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h),


# %% wrong: the sum of both one-sided differences
def numerical_diff(f, x, h=1e-4):
    return (f(x + h) - f(x)) / h + (f(x) - f(x - h)) / h


# %% wrong: yields
def numerical_diff(f, x, h=1e-4):
    yield (f(x + h) - f(x - h)) / (2 * h)
