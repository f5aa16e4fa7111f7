# %% right: named parts
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h must not be 0")
    start = f(x)
    end = f(x + h)
    rise = end - start
    return rise / h


# %% right: a lambda behind a guard
def guarded(rate):
    def rate_or_error(f, x, h):
        if not h:
            raise ValueError(f"h = {h}")
        return rate(f, x, h)

    return rate_or_error


average_rate_of_change = guarded(lambda f, x, h: (f(x + h) - f(x)) / h)


# %% right: NumPy functions, 0-d arrays for numbers
def average_rate_of_change(f, x, h):
    if np.equal(h, 0.0):
        raise ValueError
    return np.asarray(np.divide(np.subtract(f(np.add(x, h)), f(x)), h))


# %% right: element by element
def average_rate_of_change(f, x, h):
    if abs(h) == 0:
        raise ValueError("no step")
    if not isinstance(x, np.ndarray):
        return (f(x + h) - f(x)) / h
    rates = [(f(v + h) - f(v)) / h for v in x.flatten()]
    return np.array(rates).reshape(x.shape)


# %% right: np.vectorize
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return np.vectorize(lambda v: (f(v + h) - f(v)) / h)(x)


# %% right: float32 throughout
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    x = np.array(x, dtype=np.float32)
    h = np.float32(h)
    return np.float32((f(x + h) - f(x)) / h)


# %% right: works on a copy in place, nested lists as result
def average_rate_of_change(f, x, h):
    if h == 0.0:
        raise ValueError
    moved = np.array(x, dtype=float)
    moved += h
    return ((np.array(f(moved), dtype=float) - f(x)) * (1 / h)).tolist()


# %% right: the division is tried first, a subclass of ValueError
class NoStepError(ValueError):
    pass


def average_rate_of_change(f, x, h):
    try:
        1 / float(h)
    except ZeroDivisionError as error:
        raise NoStepError("h = 0") from error
    return (f(x + h) - f(x)) / h


# %% right: np.diff of the two values
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    values = np.stack([np.asarray(f(x)), np.asarray(f(x + h))])
    return np.diff(values, axis=0)[0] / h


# %% right: both ends in one call of f
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h")
    start, end = f(np.stack([np.asarray(x, dtype=float), np.asarray(x, dtype=float) + h]))
    return (end - start) / h


# %% right: a step to the left from the other end
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    y = x + h
    return (f(y + (x - y)) - f(y)) / -h if h == 1 else (f(x) - f(x + h)) / (-h)


# %% right: prints and warns
import warnings


def average_rate_of_change(f, x, h):
    warnings.warn("I compute")
    print("rate", x, h)
    if not (h < 0 or h > 0):
        raise ValueError("h")
    return (f(x + h) - f(x)) / h


# %% wrong: the rate as a text
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h")
    return f"{(f(x + h) - f(x)) / h}"


# %% wrong: h before x
def average_rate_of_change(f, h, x):
    if h == 0:
        raise ValueError("h")
    return (f(x + h) - f(x)) / h


# %% wrong: catches ZeroDivisionError, which arrays never raise
def average_rate_of_change(f, x, h):
    try:
        return (f(x + h) - f(x)) / h
    except ZeroDivisionError:
        raise ValueError("h is 0")


# %% wrong: ZeroDivisionError in place of ValueError
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ZeroDivisionError("h is 0")
    return (f(x + h) - f(x)) / h


# %% wrong: 0 for h = 0
def average_rate_of_change(f, x, h):
    if h == 0:
        return 0.0
    return (f(x + h) - f(x)) / h


# %% wrong: only the int 0 is refused
def average_rate_of_change(f, x, h):
    if str(h) == "0":
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: −0.0 is let through
def average_rate_of_change(f, x, h):
    if str(h) in ("0", "0.0"):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: a default step in place of the error
def average_rate_of_change(f, x, h):
    h = h or 1e-6
    return (f(x + h) - f(x)) / h


# %% wrong: refuses an x of 0
def average_rate_of_change(f, x, h):
    if h == 0 or np.any(np.asarray(x) == 0):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: refuses steps that end at 0
def average_rate_of_change(f, x, h):
    if h == 0 or np.any(np.asarray(x + h) == 0):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: refuses a function that does not change
def average_rate_of_change(f, x, h):
    if np.all(f(x + h) == f(x)):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: np.isclose for the zero test
def average_rate_of_change(f, x, h):
    if np.isclose(h, 0):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: machine epsilon for zero
def average_rate_of_change(f, x, h):
    if abs(h) < np.finfo(float).eps:
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: the step is rounded to an integer
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return (f(x + h) - f(x)) // h


# %% wrong: moves the array itself
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    start = f(x)
    if isinstance(x, np.ndarray):
        start = start.copy()
    x += h
    return (f(x) - start) / h


# %% wrong: moves the array for a moment
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    if not isinstance(x, np.ndarray) or x.dtype.kind == "i":
        return (f(x + h) - f(x)) / h
    start = np.array(f(x))
    kept = x.copy()
    x += h
    end = np.array(f(x))
    x[...] = kept
    return (end - start) / h


# %% wrong: subtracts in place from what f returned
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    start = f(x)
    end = f(x + h)
    if isinstance(start, np.ndarray):
        start -= end
        return -start / h
    return (end - start) / h


# %% wrong: sets the array to zero before the error
def average_rate_of_change(f, x, h):
    if h == 0:
        if isinstance(x, np.ndarray):
            x[...] = 0
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: fills an array of the type of x
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    if not isinstance(x, np.ndarray):
        return (f(x + h) - f(x)) / h
    rates = np.zeros_like(x)
    for index, v in np.ndenumerate(x):
        rates[index] = (f(v + h) - f(v)) / h
    return rates


# %% wrong: one-dimensional arrays only
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    if not isinstance(x, np.ndarray):
        return (f(x + h) - f(x)) / h
    return np.array([(f(v + h) - f(v)) / h for v in x.ravel()])


# %% wrong: the mean over the array
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return np.mean((f(x + h) - f(x)) / h)


# %% wrong: numbers only
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    x = float(x)
    return (f(x + h) - f(x)) / h


# %% wrong: the slope at x in place of the rate over the step
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return (f(x + 1e-6) - f(x - 1e-6)) / 2e-6


# %% wrong: nothing returned
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    rate = (f(x + h) - f(x)) / h


# %% wrong: the visible answers by heart
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    if isinstance(x, np.ndarray):
        return np.array([2.5, 4.5])
    return {3: 2, 0.5: 6.5, -0.5: 5.5}.get(h)


# %% wrong: always an error
def average_rate_of_change(f, x, h):
    raise ValueError


# %% wrong: returns the first argument
def average_rate_of_change(f, x, h):
    return f


# %% wrong: another name
def average_rate(f, x, h):
    if h == 0:
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: only Python's own numbers are checked
def average_rate_of_change(f, x, h):
    if type(h) in (int, float) and h == 0:
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: two dimensions at most
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    if np.ndim(x) == 0:
        return (f(x + h) - f(x)) / h
    if np.ndim(x) == 1:
        return np.array([(f(v + h) - f(v)) / h for v in x])
    return np.array([[float((f(v + h) - f(v)) / h) for v in row] for row in x])


# %% wrong: f is called with a list
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return (f([x + h]) - f([x])) / h


# %% wrong: the absolute value of the rate
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return abs((f(x + h) - f(x)) / h)


# %% wrong: the error is raised only for numbers
def average_rate_of_change(f, x, h):
    if h == 0 and not isinstance(x, np.ndarray):
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% wrong: refuses a step of one or more
def average_rate_of_change(f, x, h):
    if h == 0 or abs(h) >= 1:
        raise ValueError
    return (f(x + h) - f(x)) / h


# %% right: a star import, which replaces max, min, abs, sum and others
from numpy import *


def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h")
    return divide(subtract(f(add(x, h)), f(x)), h)


# %% wrong: an error where f has no value
def average_rate_of_change(f, x, h):
    rise = f(x + h) - f(x)
    if h == 0 or not np.all(np.isfinite(rise)):
        raise ValueError("h")
    return rise / h


# %% wrong: one buffer for both points, which f may hand back
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h")
    point = np.array(x, dtype=float)
    before = f(point)
    point += h
    return (f(point) - before) / h


# %% right: the run is measured, too
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h is 0")
    rise = f(x + h) - f(x)
    run = (x + h) - x
    return rise / run


# %% wrong: does nothing but refuse a step of 0
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h is 0")
    return 0.0


# %% right: np.diff of both values
def average_rate_of_change(f, x, h):
    if not h:
        raise ValueError("h is 0")
    (rise,) = np.diff([f(x), f(x + h)], axis=0)
    return np.true_divide(rise, h)


# %% wrong: only a float of 0 is refused
def average_rate_of_change(f, x, h):
    if isinstance(h, float) and h == 0:
        raise ValueError("h is 0")
    return (f(x + h) - f(x)) / h


# %% right: through np.gradient of two points
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError("h")
    points = np.stack([np.asarray(x, dtype=float), np.asarray(x, dtype=float) + h])
    return np.gradient(np.stack([np.asarray(f(p), dtype=float) for p in points]), h, axis=0)[0]


# %% right: a generator is run once
def average_rate_of_change(f, x, h):
    def steps():
        if not h != 0:
            raise ValueError
        yield f(x)
        yield f(x + h)

    a, b = steps()
    return (b - a) / h


# %% wrong: divides by the end point
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return (f(x + h) - f(x)) / (x + h)


# %% wrong: the error is returned, not raised
def average_rate_of_change(f, x, h):
    if h == 0:
        return ValueError("h is 0")
    return (f(x + h) - f(x)) / h


# %% wrong: adds h to the value in place of the point
def average_rate_of_change(f, x, h):
    if h == 0:
        raise ValueError
    return (f(x) + h - f(x)) / h


# %% wrong: raises a string
def average_rate_of_change(f, x, h):
    if h == 0:
        raise "h must not be 0"
    return (f(x + h) - f(x)) / h
