# %% right: unknown names first
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var not in ('x', 'y'):
        raise ValueError("var is 'x' or 'y'")
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% right: steps as zero and h
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    steps = {'x': (h, 0), 'y': (0, h)}
    if var not in steps:
        raise ValueError(f"unknown variable {var}")
    dx, dy = steps[var]
    return (f(x + dx, y + dy) - f(x - dx, y - dy)) / h / 2

# %% right: a function of the one variable that moves
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        g, t = (lambda t: f(t, y)), x
    elif var == 'y':
        g, t = (lambda t: f(x, t)), y
    else:
        raise ValueError(var)
    return np.asarray(g(t + h) - g(t - h)) / (h + h)

# %% right: a point as array, an index from the name
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    names = ['x', 'y']
    i = names.index(var)
    above = np.array([x, y], dtype=float)
    below = above.copy()
    above[i] += h
    below[i] -= h
    return np.float64((f(*above) - f(*below)) / (2 * h))

# %% right: match
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    match var:
        case 'x':
            upper, lower = f(x + h, y), f(x - h, y)
        case 'y':
            upper, lower = f(x, y + h), f(x, y - h)
        case _:
            raise ValueError
    return torch.tensor(float(upper - lower) / (2 * h), dtype=torch.float64)

# %% right: KeyError turned into ValueError
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    try:
        a, b = dict(x=(1, 0), y=(0, 1))[var]
    except KeyError:
        raise ValueError("only 'x' and 'y'") from None
    return (f(x + a * h, y + b * h) - f(x - a * h, y - b * h)) * 0.5 / h

# %% right: mean of the forward and the backward difference
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if isinstance(var, str) and var == 'x':
        forward, backward = (f(x + h, y) - f(x, y)) / h, (f(x, y) - f(x - h, y)) / h
    elif isinstance(var, str) and var == 'y':
        forward, backward = (f(x, y + h) - f(x, y)) / h, (f(x, y) - f(x, y - h)) / h
    else:
        raise ValueError(f"{var!r}")
    return (forward + backward) / 2

# %% right: an error class of one's own that is a ValueError
class UnknownVariable(ValueError):
    pass

def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise UnknownVariable(var)

# %% right: functools.partial
from functools import partial

def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    moves = {'x': lambda s: f(x + s, y), 'y': lambda s: f(x, y + s)}
    move = moves.get(var)
    if move is None:
        raise ValueError("var")
    return sum(sign * move(sign * h) for sign in (+1, -1)) / (2 * h)

# %% right: complex conditions in one expression
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    dx, dy = h * (var == 'x'), h * (var == 'y')
    if dx == dy:
        raise ValueError('x or y, please')
    return (f(x + dx, y + dy) - f(x - dx, y - dy)) / (2 * (dx + dy))

# %% wrong: KeyError
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    dx, dy = {'x': (h, 0), 'y': (0, h)}[var]
    return (f(x + dx, y + dy) - f(x - dx, y - dy)) / (2 * h)

# %% wrong: AssertionError
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    assert var in ('x', 'y')
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: any part of 'xy' is let through
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var is None or var not in 'xy':
        raise ValueError(var)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: capitals are let through
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    var = str(var).lower()
    if var not in ('x', 'y'):
        raise ValueError(var)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: blanks around the name are let through
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    var = str(var).strip()
    if var not in ('x', 'y'):
        raise ValueError(var)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: no name means x
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    var = var or 'x'
    if var not in ('x', 'y'):
        raise ValueError(var)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: None raises a TypeError
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if len(var) != 1 or var not in 'xy':
        raise ValueError(var)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: the error is returned instead of raised
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    return ValueError("var must be 'x' or 'y'")

# %% wrong: always differentiates in x
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var not in ('x', 'y'):
        raise ValueError(var)
    return (f(x + h, y) - f(x - h, y)) / (2 * h)

# %% wrong: backward difference
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var not in ('x', 'y'):
        raise ValueError(var)
    if var == 'x':
        return (f(x, y) - f(x - h, y)) / h
    return (f(x, y) - f(x, y - h)) / h

# %% wrong: y by a forward difference
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y)) / h
    raise ValueError(var)

# %% wrong: default step 1e-3
def numerical_partial_diff(f, x, y, var='x', h=1e-3):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError(var)

# %% wrong: default step 1e-5
def numerical_partial_diff(f, x, y, var='x', h=1e-5):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError(var)

# %% wrong: y is the default
def numerical_partial_diff(f, x, y, var='y', h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError(var)

# %% wrong: no default for var
def numerical_partial_diff(f, x, y, var, h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError(var)

# %% wrong: the arguments of f in the wrong order for y
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(y + h, x) - f(y - h, x)) / (2 * h)
    raise ValueError(var)

# %% wrong: the held variable is held at 0
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h, 0) - f(x - h, 0)) / (2 * h)
    if var == 'y':
        return (f(0, y + h) - f(0, y - h)) / (2 * h)
    raise ValueError(var)

# %% wrong: an error for every name
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    raise ValueError(var)

# %% wrong: a tenth of the step
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var not in ('x', 'y'):
        raise ValueError(var)
    h = h / 10
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    return (f(x, y + h) - f(x, y - h)) / (2 * h)

# %% wrong: half a step to each side
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x + h / 2, y) - f(x - h / 2, y)) / h
    if var == 'y':
        return (f(x, y + h / 2) - f(x, y - h / 2)) / h
    raise ValueError(var)

# %% wrong: sign reversed
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var == 'x':
        return (f(x - h, y) - f(x + h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y - h) - f(x, y + h)) / (2 * h)
    raise ValueError(var)

# %% wrong: integers stay integers
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    point = np.array([x, y])
    if var not in ('x', 'y'):
        raise ValueError(var)
    i = 'xy'.index(var)
    above, below = point.copy(), point.copy()
    above[i] = point[i] + h
    below[i] = point[i] - h
    return (f(*above) - f(*below)) / (2 * h)

# %% wrong: numbers 0 and 1 accepted as names
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var in ('x', 0):
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var in ('y', 1):
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError('var')

# %% wrong: float32 steps
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    x, y, h = np.float32(x), np.float32(y), np.float32(h)
    if var == 'x':
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == 'y':
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError('var')

# %% wrong: 0 for each known name
def numerical_partial_diff(f, x, y, var='x', h=1e-4):
    if var not in ('x', 'y'):
        raise ValueError(var)
    return 0.0


# %% wrong: whole numbers are divided as such
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    if var == "x":
        d = f(x + h, y) - f(x - h, y)
    elif var == "y":
        d = f(x, y + h) - f(x, y - h)
    else:
        raise ValueError
    return d // (2 * h) if type(d) is int else d / (2 * h)


# %% right: an enumeration of the names
from enum import Enum


class _Var(str, Enum):
    X = "x"
    Y = "y"


def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    v = _Var(var)
    s = (h, 0.0) if v is _Var.X else (0.0, h)
    return (f(x + s[0], y + s[1]) - f(x - s[0], y - s[1])) / (2.0 * h)


# %% right: steps by name
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    steps = {"x": (h, 0), "y": (0, h)}
    try:
        dx, dy = steps[var]
    except (KeyError, TypeError):
        raise ValueError("var") from None
    return (f(x + dx, y + dy) - f(x - dx, y - dy)) / (2 * h)


# %% wrong: the error comes only after an answer is at hand
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    slopes = {"x": (f(x + h, y) - f(x - h, y)) / (2 * h), "y": (f(x, y + h) - f(x, y - h)) / (2 * h)}
    return slopes.get(str(var).lower()) or slopes["x"]


# %% wrong: a condition that always holds
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    if var == "x" or "X":
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    if var == "y":
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    raise ValueError(var)


# %% wrong: both partials
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    if var not in ("x", "y"):
        raise ValueError
    return (f(x + h, y) - f(x - h, y)) / (2 * h), (f(x, y + h) - f(x, y - h)) / (2 * h)


# %% wrong: prints the error
def numerical_partial_diff(f, x, y, var="x", h=1e-4):
    if var == "x":
        return (f(x + h, y) - f(x - h, y)) / (2 * h)
    elif var == "y":
        return (f(x, y + h) - f(x, y - h)) / (2 * h)
    else:
        print("ValueError: var must be x or y")
