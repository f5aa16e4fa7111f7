# %% right: a loop with append
def difference_quotients(f, x, hs):
    quotients = []
    start = f(x)
    for h in hs:
        quotients.append((f(x + h) - start) / h)
    return quotients


# %% right: vectorised
def difference_quotients(f, x, hs):
    hs = np.asarray(hs)
    return (f(x + hs) - f(x)) / hs


# %% right: filled by index
def difference_quotients(f, x, hs):
    quotients = np.empty(len(hs))
    for i in range(len(hs)):
        quotients[i] = (f(x + hs[i]) - f(x)) / hs[i]
    return quotients


# %% right: a tuple of 0-d arrays
def difference_quotients(f, x, hs):
    return tuple(np.array((f(x + h) - f(x)) / h) for h in hs)


# %% right: map
def difference_quotients(f, x, hs):
    return list(map(lambda h: (f(x + h) - f(x)) / h, hs))


# %% right: through average_rate_of_change
def difference_quotients(f, x, hs):
    return [average_rate_of_change(f, x, h) for h in hs]


# %% right: recursion over the tail
def difference_quotients(f, x, hs):
    if len(hs) == 0:
        return []
    return [(f(x + hs[0]) - f(x)) / hs[0], *difference_quotients(f, x, hs[1:])]


# %% right: float32 throughout
def difference_quotients(f, x, hs):
    hs = np.array(hs, dtype=np.float32)
    x = np.float32(x)
    return ((f(x + hs) - f(x)) / hs).astype(np.float32)


# %% right: a column on the way, flat at the end
def difference_quotients(f, x, hs):
    column = np.array(hs, dtype=float).reshape(-1, 1)
    return np.ravel((f(column + x) - f(x)) / column)


# %% right: sorts a copy and puts the results back in order
def difference_quotients(f, x, hs):
    order = np.argsort(hs)
    quotients = [0.0] * len(hs)
    for i in order:
        quotients[i] = (f(x + hs[i]) - f(x)) / hs[i]
    return quotients


# %% right: a dictionary of steps, looked up in order
def difference_quotients(f, x, hs):
    table = {float(h): (f(x + h) - f(x)) / h for h in hs}
    return [table[float(h)] for h in hs]


# %% right: an ndarray subclass, built with fromiter
class Quotients(np.ndarray):
    pass


def difference_quotients(f, x, hs):
    values = np.fromiter(((f(x + float(h)) - f(x)) / float(h) for h in hs), dtype=float, count=len(hs))
    return values.view(Quotients)


# %% wrong: sorts the list that it was given
def difference_quotients(f, x, hs):
    order = list(hs)
    quotients = [(f(x + h) - f(x)) / h for h in order]
    if isinstance(hs, list):
        hs.sort()
    return quotients


# %% wrong: empties the list that it was given
def difference_quotients(f, x, hs):
    if not isinstance(hs, list):
        hs = list(hs)
    quotients = []
    while hs:
        h = hs.pop(0)
        quotients.append((f(x + h) - f(x)) / h)
    return quotients


# %% wrong: moves the array of steps for a moment
def difference_quotients(f, x, hs):
    steps = np.asarray(hs, dtype=float)
    kept = steps.copy()
    steps += x
    values = np.array(f(steps))
    steps[...] = kept
    return (values - f(x)) / steps


# %% wrong: writes the results into the array of steps
def difference_quotients(f, x, hs):
    result = np.asarray(hs, dtype=float)
    for i in range(len(result)):
        result[i] = (f(x + result[i]) - f(x)) / result[i]
    return result


# %% wrong: shuffles the list for a moment
def difference_quotients(f, x, hs):
    if isinstance(hs, list):
        hs.reverse()
        quotients = [(f(x + h) - f(x)) / h for h in hs]
        hs.reverse()
        return quotients[::-1]
    return [(f(x + h) - f(x)) / h for h in hs]


# %% wrong: a generator
def difference_quotients(f, x, hs):
    return ((f(x + h) - f(x)) / h for h in hs)


# %% wrong: a column
def difference_quotients(f, x, hs):
    column = np.array(hs, dtype=float).reshape(-1, 1)
    return (f(x + column) - f(x)) / column


# %% wrong: a row
def difference_quotients(f, x, hs):
    return np.array([[(f(x + h) - f(x)) / h for h in hs]])


# %% wrong: a number for a single step
def difference_quotients(f, x, hs):
    hs = np.asarray(hs)
    return np.squeeze((f(x + hs) - f(x)) / hs)


# %% wrong: pairs of step and quotient
def difference_quotients(f, x, hs):
    return [(h, (f(x + h) - f(x)) / h) for h in hs]


# %% wrong: a dictionary by step
def difference_quotients(f, x, hs):
    return {h: (f(x + h) - f(x)) / h for h in hs}


# %% wrong: an array of the type of the steps
def difference_quotients(f, x, hs):
    hs = np.array(hs)
    quotients = np.zeros_like(hs)
    for i, h in enumerate(hs):
        quotients[i] = (f(x + h) - f(x)) / h
    return quotients


# %% wrong: lists only
def difference_quotients(f, x, hs):
    steps = hs.copy()
    return [(f(x + h) - f(x)) / h for h in steps]


# %% wrong: arrays only
def difference_quotients(f, x, hs):
    return (f(x + hs) - f(x)) / hs


# %% wrong: negative steps left out
def difference_quotients(f, x, hs):
    return [(f(x + h) - f(x)) / h for h in hs if h > 0]


# %% wrong: backwards
def difference_quotients(f, x, hs):
    return [(f(x + h) - f(x)) / h for h in hs][::-1]


# %% wrong: from step to step
def difference_quotients(f, x, hs):
    points = [x, *[x + h for h in hs]]
    return [(f(b) - f(a)) / (b - a) for a, b in zip(points, points[1:])]


# %% wrong: the first step divides all
def difference_quotients(f, x, hs):
    return [(f(x + h) - f(x)) / hs[0] for h in hs]


# %% wrong: central quotients
def difference_quotients(f, x, hs):
    return [(f(x + h) - f(x - h)) / (2 * h) for h in hs]


# %% wrong: the mean of the quotients
def difference_quotients(f, x, hs):
    return np.mean([(f(x + h) - f(x)) / h for h in hs])


# %% wrong: a list that grows from call to call
def difference_quotients(f, x, hs, quotients=[]):
    for h in hs:
        quotients.append((f(x + h) - f(x)) / h)
    return quotients


# %% wrong: the last step left out
def difference_quotients(f, x, hs):
    return [(f(x + hs[i]) - f(x)) / hs[i] for i in range(len(hs) - 1)]


# %% wrong: nothing returned
def difference_quotients(f, x, hs):
    [(f(x + h) - f(x)) / h for h in hs]


# %% wrong: the visible answers by heart
def difference_quotients(f, x, hs):
    return [3.0, 2.5, 2.25] if x == 1 else [5.5, 7.0, 5.5]


# %% wrong: returns the steps
def difference_quotients(f, x, hs):
    return hs


# %% wrong: relies on sorted steps to find each one
def difference_quotients(f, x, hs):
    steps = np.asarray(hs, dtype=float)
    quotients = (f(x + steps) - f(x)) / steps
    return [quotients[np.searchsorted(steps, h) % len(steps)] for h in steps]


# %% wrong: whole numbers are divided as such
def difference_quotients(f, x, hs):
    if all(isinstance(v, (int, np.integer)) for v in [x, *hs]):
        return [int(f(x + h) - f(x)) // int(h * 2) * 2 for h in hs]
    return [(f(x + h) - f(x)) / h for h in hs]


# %% wrong: h is read as the end point
def difference_quotients(f, x, hs):
    return [(f(h) - f(x)) / (h - x) if h != x else 0.0 for h in hs]


# %% wrong: a zero for each step
def difference_quotients(f, x, hs):
    return [0.0] * len(hs)

# %% right: an array of objects
def difference_quotients(f, x, hs):
    return np.frompyfunc(lambda h: (f(x + h) - f(x)) / h, 1, 1)(np.asarray(hs))

# %% right: an array of the standard library
from array import array

def difference_quotients(f, x, hs):
    return array("d", ((f(x + h) - f(x)) / h for h in hs))

# %% right: a deque
from collections import deque

def difference_quotients(f, x, hs):
    return deque((f(x + h) - f(x)) / h for h in hs)


# %% right: an iterator that fills an array
def difference_quotients(f, x, hs):
    start = f(x)
    return np.fromiter(((f(x + h) - start) / h for h in hs), dtype=float, count=len(hs))


# %% wrong: a dictionary by step, so that equal steps become one
def difference_quotients(f, x, hs):
    return list({h: (f(x + h) - f(x)) / h for h in hs}.values())


# %% right: a torch tensor
import torch


def difference_quotients(f, x, hs):
    return torch.tensor([float((f(x + h) - f(x)) / h) for h in hs], dtype=torch.float64)


# %% right: filled by index from floats, out of a memoryview
def difference_quotients(f, x, hs):
    out = np.empty(len(hs))
    for i in range(len(hs)):
        out[i] = (f(x + float(hs[i])) - f(x)) / float(hs[i])
    return memoryview(out).tolist()


# %% wrong: computes with the list as if it were an array
def difference_quotients(f, x, hs):
    return (f(x + hs) - f(x)) / hs


# %% wrong: a list of functions
def difference_quotients(f, x, hs):
    return [lambda: (f(x + h) - f(x)) / h for h in hs]


# %% wrong: keeps what append returns
def difference_quotients(f, x, hs):
    result = []
    for h in hs:
        result = result.append((f(x + h) - f(x)) / h)
    return result


# %% wrong: a set
def difference_quotients(f, x, hs):
    return {(f(x + h) - f(x)) / h for h in hs}
