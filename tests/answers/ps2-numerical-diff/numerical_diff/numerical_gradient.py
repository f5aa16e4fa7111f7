# %% right: moves a float copy and restores it
def numerical_gradient(f, x, h=1e-4):
    point = np.array(x, dtype=float)
    gradient = np.empty_like(point)
    for index in np.ndindex(*point.shape):
        kept = point[index]
        point[index] = kept + h
        right = float(f(point))
        point[index] = kept - h
        left = float(f(point))
        point[index] = kept
        gradient[index] = (right - left) / (2 * h)
    return gradient


# %% right: rows of the identity matrix as steps
def numerical_gradient(f, x, h=1e-4):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps]).reshape(x.shape)


# %% right: nditer with a multi-index
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape, dtype=np.float64)
    iterator = np.nditer(x, flags=["multi_index"])
    while not iterator.finished:
        i = iterator.multi_index
        right, left = x.astype(float), x.astype(float)
        right[i] += h
        left[i] -= h
        gradient[i] = (f(right) - f(left)) / (2 * h)
        iterator.iternext()
    return gradient


# %% right: flat indices into fresh copies, a nested list comes back
def numerical_gradient(f, x, h=1e-4):
    def moved(i, by):
        copy = x.astype(float).copy()
        copy.flat[i] += by
        return copy

    slopes = [(f(moved(i, h)) - f(moved(i, -h))) / (2 * h) for i in range(x.size)]
    return np.reshape(slopes, x.shape).tolist()


# %% right: ndenumerate and where
def numerical_gradient(f, x, h=1e-4):
    places = np.arange(x.size).reshape(x.shape)
    gradient = np.full(x.shape, np.nan)
    for index, place in np.ndenumerate(places):
        here = places == place
        gradient[index] = (f(np.where(here, x + h, x)) - f(np.where(here, x - h, x))) / (2 * h)
    return gradient


# %% right: central difference of a function of one number
def numerical_gradient(f, x, h=1e-4):
    def along(index):
        direction = np.zeros(x.shape)
        direction[index] = 1.0
        return lambda t: f(x + t * direction)

    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        g = along(index)
        gradient[index] = (g(h) - g(-h)) / (2 * h)
    return gradient


# %% right: recursion over the first axis
def numerical_gradient(f, x, h=1e-4):
    x = np.array(x, dtype=float)
    if x.ndim == 0:
        return (f(x + h) - f(x - h)) / (2 * h)

    def with_part(i):
        def g(part):
            whole = x.copy()
            whole[i] = part
            return f(whole)

        return g

    return np.array([numerical_gradient(with_part(i), x[i], h) for i in range(len(x))])


# %% right: forward and backward differences, averaged
def numerical_gradient(f, x, h=1e-4):
    here = f(x.astype(float))
    gradient = np.zeros_like(x, dtype=float)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x, dtype=float)
        step[index] = h
        gradient[index] = ((f(x + step) - here) / h + (here - f(x - step)) / h) / 2
    return gradient


# %% right: a torch tensor comes back
def numerical_gradient(f, x, h=1e-4):
    import torch

    gradient = torch.zeros(*x.shape, dtype=torch.float64)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = float(f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% right: np.vectorize over the places
def numerical_gradient(f, x, h=1e-4):
    def slope(place):
        step = np.zeros(x.size)
        step[int(place)] = h
        step = step.reshape(x.shape)
        return (f(x + step) - f(x - step)) / (2 * h)

    return np.vectorize(slope, otypes=[float])(np.arange(x.size).reshape(x.shape))


# %% right: the slopes collected in float32
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape, dtype=np.float32)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% right: keeps each point that f saw
def numerical_gradient(f, x, h=1e-4):
    rights = [x.astype(float, order="C") for _ in range(x.size)]
    lefts = [x.astype(float, order="C") for _ in range(x.size)]
    for i in range(x.size):
        rights[i].reshape(-1)[i] += h
        lefts[i].reshape(-1)[i] -= h
    differences = np.array([f(r) for r in rights]) - np.array([f(l) for l in lefts])
    return (differences / (2 * h)).reshape(x.shape)


# %% wrong: / 2 * h
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / 2 * h
    return gradient


# %% wrong: the sign is reversed
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x - step) - f(x + step)) / (2 * h)
    return gradient


# %% wrong: backward differences
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x) - f(x - step)) / h
    return gradient


# %% wrong: ignores h
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = 1e-4
        gradient[index] = (f(x + step) - f(x - step)) / 2e-4
    return gradient


# %% wrong: the default step is 1e-3
def numerical_gradient(f, x, h=1e-3):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: the default step is 1e-5
def numerical_gradient(f, x, h=1e-5):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: moves by half a step to each side
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h / 2
        gradient[index] = (f(x + step) - f(x - step)) / h
    return gradient


# %% wrong: one number, the slope along the diagonal
def numerical_gradient(f, x, h=1e-4):
    return (f(x + h) - f(x - h)) / (2 * h)


# %% wrong: the last variable is left out
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in list(np.ndindex(x.shape))[:-1]:
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: one-dimensional only
def numerical_gradient(f, x, h=1e-4):
    slopes = []
    for i in range(len(x)):
        right, left = x.astype(float), x.astype(float)
        right[i] = right[i] + h
        left[i] = left[i] - h
        slopes.append((f(right) - f(left)) / (2 * h))
    return np.array(slopes)


# %% wrong: two dimensions at most
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    table = gradient[None, :] if x.ndim == 1 else gradient
    for i in range(table.shape[0]):
        for j in range(table.shape[1]):
            step = np.zeros(table.shape)
            step[i, j] = h
            step = step.reshape(x.shape)
            table[i, j] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: f is given a flat array
def numerical_gradient(f, x, h=1e-4):
    flat = x.astype(float).ravel()
    gradient = np.zeros(flat.size)
    for i in range(flat.size):
        step = np.zeros(flat.size)
        step[i] = h
        gradient[i] = (f(flat + step) - f(flat - step)) / (2 * h)
    return gradient.reshape(x.shape)


# %% wrong: f is given a list
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f((x + step).tolist()) - f((x - step).tolist())) / (2 * h)
    return gradient


# %% wrong: a number in place of an array with one element
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient if gradient.size > 1 else gradient.item()


# %% wrong: axes of length one are squeezed away
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return np.atleast_1d(gradient.squeeze())


# %% wrong: filled in column order
def numerical_gradient(f, x, h=1e-4):
    slopes = []
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes).reshape(x.shape, order="F")


# %% wrong: transposed
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient.T


# %% wrong: in place on the caller's array, each element put back afterwards
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        x_float = x if x.dtype == float else x.astype(float)
        x_float[index] += h
        right = f(x_float)
        x_float[index] -= 2 * h
        left = f(x_float)
        x_float[index] += h
        gradient[index] = (right - left) / (2 * h)
    return gradient


# %% wrong: in place through a flat view
def numerical_gradient(f, x, h=1e-4):
    flat = np.asarray(x, dtype=float).reshape(-1)
    gradient = np.zeros(x.size)
    for i in range(x.size):
        kept = flat[i]
        flat[i] = kept + h
        right = f(flat.reshape(x.shape))
        flat[i] = kept - h
        left = f(flat.reshape(x.shape))
        flat[i] = kept
        gradient[i] = (right - left) / (2 * h)
    return gradient.reshape(x.shape)


# %% wrong: restores all but the last element
def numerical_gradient(f, x, h=1e-4):
    before = x.astype(float)
    point = np.asarray(x, dtype=float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        point[...] = before
        point[index] += h
        right = f(point)
        point[index] -= 2 * h
        gradient[index] = (right - f(point)) / (2 * h)
    return gradient


# %% wrong: writes the gradient into a float x
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    if x.dtype == float:
        x[...] = gradient
    return gradient


# %% wrong: an integer step
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: whole slopes for integers
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient.round().astype(x.dtype) if x.dtype.kind == "i" else gradient


# %% wrong: integers are refused
def numerical_gradient(f, x, h=1e-4):
    if x.dtype.kind != "f":
        raise TypeError("x must hold floating numbers")
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: scaled to length one
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient / np.linalg.norm(gradient)


# %% wrong: five points, more accurate than asked for
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        s = np.zeros(x.shape)
        s[index] = h
        gradient[index] = (8 * (f(x + s) - f(x - s)) - f(x + 2 * s) + f(x - 2 * s)) / (12 * h)
    return gradient


# %% wrong: flat views that are copies where the array is transposed
def numerical_gradient(f, x, h=1e-4):
    rights = [x.astype(float) for _ in range(x.size)]
    lefts = [x.astype(float) for _ in range(x.size)]
    for i in range(x.size):
        rights[i].reshape(-1)[i] += h
        lefts[i].reshape(-1)[i] -= h
    differences = np.array([f(r) for r in rights]) - np.array([f(l) for l in lefts])
    return (differences / (2 * h)).reshape(x.shape)


# %% wrong: the gradient is filled through ravel, a copy where x is transposed
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros_like(x, dtype=float)
    flat = gradient.ravel()
    for k, index in enumerate(np.ndindex(x.shape)):
        step = np.zeros(x.shape)
        step[index] = h
        flat[k] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: nditer visits a transposed array in another order
def numerical_gradient(f, x, h=1e-4):
    slopes = []
    places = np.nditer(x, flags=["multi_index"])
    for _ in places:
        step = np.zeros(x.shape)
        step[places.multi_index] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes).reshape(x.shape)


# %% wrong: as many rows as there are columns, at most
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        if x.ndim == 2 and index[0] >= x.shape[1] > 1:
            continue
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: remembers gradients by x alone
gradients_known = {}


def numerical_gradient(f, x, h=1e-4):
    place = x.tobytes(), x.shape
    if place not in gradients_known:
        gradient = np.zeros(x.shape)
        for index in np.ndindex(x.shape):
            step = np.zeros(x.shape)
            step[index] = h
            gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
        gradients_known[place] = gradient
    return gradients_known[place].copy()


# %% wrong: moves the caller's matrix, but a copy of a vector
def numerical_gradient(f, x, h=1e-4):
    point = x if x.ndim == 2 and x.dtype == float else x.astype(float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        kept = point[index]
        point[index] = kept + h
        right = f(point)
        point[index] = kept - h
        left = f(point)
        point[index] = kept
        gradient[index] = (right - left) / (2 * h)
    return gradient


# %% wrong: an integer step beyond one dimension
def numerical_gradient(f, x, h=1e-4):
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        step = np.zeros_like(x) if x.ndim > 1 else np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient


# %% wrong: zeros in the shape of x
def numerical_gradient(f, x, h=1e-4):
    return np.zeros(x.shape)


# %% wrong: an error for whatever is given
def numerical_gradient(f, x, h=1e-4):
    raise ValueError("no gradient")


# %% right: rows of the identity matrix
def numerical_gradient(f, x, h=1e-4):
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    slopes = [(f(x + step) - f(x - step)) / (2 * h) for step in steps]
    return np.array(slopes, dtype=float).reshape(x.shape)


# %% wrong: the order of memory instead of that of the indices
def numerical_gradient(f, x, h=1e-4):
    slopes = []
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        slopes.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(slopes).reshape(x.shape, order="F")


# %% right: a dictionary of slopes by index
def numerical_gradient(f, x, h=1e-4):
    def moved(i, by):
        z = np.array(x, dtype=float, copy=True)
        z[i] += by
        return z

    slopes = {i: (f(moved(i, h)) - f(moved(i, -h))) / (2 * h) for i in np.ndindex(x.shape)}
    return np.array([slopes[i] for i in np.ndindex(x.shape)]).reshape(x.shape)


# %% wrong: other names for x in place of copies
def numerical_gradient(f, x, h=1e-4):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        plus = x
        plus[i] += h
        minus = x
        minus[i] -= h
        grad[i] = (f(plus) - f(minus)) / (2 * h)
    return grad


# %% wrong: returns inside the loop
def numerical_gradient(f, x, h=1e-4):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
        return grad


# %% equivalent: each number is overwritten
-    gradient = np.zeros(x.shape)
+    gradient = np.ones(x.shape)

# %% right: an array of objects
def numerical_gradient(f, x, h=1e-4):
    gradient = np.empty(x.shape, dtype=object)
    for index in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        gradient[index] = (f(x + step) - f(x - step)) / (2 * h)
    return gradient
