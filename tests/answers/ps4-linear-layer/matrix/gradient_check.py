# %% right: the sum in the denominator
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.abs(numeric) + np.abs(analytic)
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% right: one loop over flat copies, plain Python numbers
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = grad_f(x)
    if np.shape(a) != np.shape(x):
        return {"max_rel_error": 1.0, "ok": False}
    worst = 0.0
    for i in range(x.size):
        plus, minus = x.copy(), x.copy()
        plus.flat[i] += h
        minus.flat[i] -= h
        n = float(f(plus) - f(minus)) / (2 * h)
        difference = abs(n - a.flat[i])
        if difference < 1e-9 * abs(f(x)) or difference == 0:
            continue
        worst = max(worst, difference / max(abs(n), abs(a.flat[i])))
    return {"max_rel_error": float(worst), "ok": bool(worst < tol)}


# %% right: a copy moved in place and put back
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.array(grad_f(x.copy()), dtype=float)
    if a.shape != x.shape:
        raise ValueError(f"{a.shape} is not {x.shape}")
    moved = x.copy()
    errors = np.zeros_like(a)
    noise = 1e-9 * abs(f(x.copy()))
    for place in np.ndindex(*x.shape):
        kept = moved[place]
        moved[place] = kept + h
        above = f(moved)
        moved[place] = kept - h
        below = f(moved)
        moved[place] = kept
        n = (above - below) / (2 * h)
        if abs(n) <= noise and abs(a[place]) <= noise:
            continue
        errors[place] = abs(n - a[place]) / (abs(n) + abs(a[place]))
    return {"max_rel_error": np.max(errors), "ok": np.all(errors < tol), "numeric": n}


# %% right: an identity matrix of steps
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = grad_f(x)
    if a.shape != x.shape:
        return {"ok": False, "max_rel_error": float("inf")}
    steps = h * np.eye(x.size).reshape(x.size, *x.shape)
    n = np.array([f(x + step) - f(x - step) for step in steps]).reshape(x.shape) / (2 * h)
    difference = abs(n - a)
    difference[difference <= 1e-9 * abs(f(x))] = 0
    size = np.maximum(abs(n), abs(a))
    size[size == 0] = 1
    error = (difference / size).max()
    return dict(ok=error < tol, max_rel_error=error)


# %% right: the step that was really taken, threshold from eps
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.asarray(grad_f(x), dtype=np.float64)
    if a.shape != x.shape:
        raise ValueError("shape")
    eps = np.finfo(float).eps
    errors = []
    for place, a_here in np.ndenumerate(a):
        e = np.zeros_like(x)
        e[place] = 1
        up, down = x + h * e, x - h * e
        f_up, f_down = f(up), f(down)
        n = (f_up - f_down) / (up[place] - down[place])
        noise = 10 * eps * (abs(f_up) + abs(f_down)) / h
        errors.append(0.0 if abs(n - a_here) <= noise else abs(n - a_here) / max(abs(n), abs(a_here)))
    return {"max_rel_error": max(errors), "ok": max(errors) < tol}


# %% right: helper functions and errstate
def central_gradient(f, x, h):
    gradient = np.empty_like(x, dtype=float)
    it = np.nditer(x, flags=["multi_index"])
    for _ in it:
        i = it.multi_index
        plus, minus = np.array(x), np.array(x)
        plus[i] = x[i] + h
        minus[i] = x[i] - h
        gradient[i] = (f(plus) - f(minus)) / 2 / h
    return gradient


def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a, n = grad_f(x), central_gradient(f, x, h)
    if np.shape(a) != np.shape(n):
        raise ValueError("the gradient has another shape than x")
    with np.errstate(all="ignore"):
        error = np.abs(n - a) / (np.abs(n) + np.abs(a))
    error = np.where(np.abs(n - a) <= 1e-9 * abs(f(x)), 0.0, error)
    return {"max_rel_error": np.nanmax(error), "ok": np.nanmax(error) < tol}


# %% right: tensors for the comparison
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.asarray(grad_f(x), dtype=float)
    if a.shape != x.shape:
        raise ValueError
    n = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = np.where(np.arange(x.size).reshape(x.shape) == np.ravel_multi_index(i, x.shape), h, 0.0)
        n[i] = (f(x + step) - f(x - step)) / (2 * h)
    n, a = torch.from_numpy(n), torch.tensor(a)
    noise = 1e-9 * abs(float(f(x)))
    difference = (n - a).abs()
    error = torch.where(difference > noise, difference / torch.maximum(n.abs(), a.abs()), 0.0).max()
    return {"max_rel_error": error, "ok": (error < tol).item()}


# %% right: both small counts as zero
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    noise = 1e-9 * max(abs(f(x)), 1e-300)
    errors = [
        0.0 if max(abs(n), abs(a)) < noise else abs(n - a) / max(abs(n), abs(a))
        for n, a in zip(numeric.ravel(), analytic.ravel())
    ]
    return {"max_rel_error": np.max(errors), "ok": not np.max(errors) >= tol}


# %% right: isclose with a relative scale
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    def number_at(place):
        def along(t):
            moved = np.copy(x)
            moved[place] += t
            return f(moved)

        return (along(h) - along(-h)) / (2 * h)

    analytic = np.asarray(grad_f(np.copy(x)))
    if list(analytic.shape) != list(x.shape):
        raise ValueError(f"{analytic.shape} != {x.shape}")
    numeric = np.fromiter(map(number_at, np.ndindex(x.shape)), dtype=float).reshape(x.shape)
    same = np.isclose(numeric, analytic, rtol=0, atol=1e-9 * abs(f(x)))
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    error = np.max(np.abs(numeric - analytic) / np.where(size > 0, size, 1.0) * ~same)
    return {"max_rel_error": np.asarray(error), "ok": np.bool_(error < tol)}


# %% right: a floor of the denominator far above round-off
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    difference = np.abs(numeric - analytic)
    difference = np.where(difference < 3e-10 * abs(f(x)) * (1e-5 / h), 0, difference)
    error = (difference / np.maximum(size, np.finfo(float).tiny)).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% right: keyword defaults kept in a class
class Check(dict):
    pass


def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = grad_f(x)
    if np.asarray(a).shape != x.shape:
        raise ValueError("shape")
    report = Check(max_rel_error=0.0, ok=True)
    size_of_f = abs(f(x))
    for i, place in enumerate(np.ndindex(x.shape)):
        step = np.zeros(x.size)
        step[i] = h
        step = step.reshape(x.shape)
        n = 0.5 * (f(x + step) / h - f(x - step) / h)
        gap = abs(n - a[place])
        if gap > 2e-9 * size_of_f:
            report["max_rel_error"] = max(report["max_rel_error"], gap / (abs(n) + abs(a[place])))
    report["ok"] = report["max_rel_error"] < tol
    return report


# %% wrong: ok turned around
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error > tol}


# %% wrong: ok against a fixed limit
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < 1e-5}


# %% wrong: ok is a word
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": "yes" if error < tol else "no"}


# %% wrong: a tuple instead of a dict
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return error, error < tol


# %% wrong: other keys
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"error": error, "ok": error < tol}


# %% wrong: all errors instead of the largest
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters)
    return {"max_rel_error": error, "ok": bool((error < tol).all())}


# %% wrong: backward difference
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x) - f(x - step)) / h
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: half the step on each side
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step / 2) - f(x - step / 2)) / h
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: divided by h
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / h
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: half the sum in the denominator
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = (np.abs(numeric) + np.abs(analytic)) / 2
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the smaller one in the denominator
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = 1e-300 + np.minimum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: relative to the analytic gradient alone
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.abs(analytic) + 1e-300
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: sum of the signed values in the denominator
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.abs(numeric + analytic) + 1e-300
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the largest coordinate in the denominator
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.full(x.shape, np.abs(numeric).max() + np.abs(analytic).max() + 1e-300)
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: denominator at least 1
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.maximum(1, np.maximum(np.abs(numeric), np.abs(analytic)))
    error = (np.abs(numeric - analytic) / size).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: denominator at least 1e-8
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.maximum(1e-8, np.abs(numeric) + np.abs(analytic))
    error = (np.abs(numeric - analytic) / size).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: an absolute limit for round-off
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: round-off measured against the gradient
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * np.abs(numeric).max()
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: 0/0 made 0, round-off not
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.abs(numeric) + np.abs(analytic)
    error = np.max(np.abs(numeric - analytic) / np.where(size == 0, 1, size))
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: coordinates with a zero are skipped
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = (np.abs(numeric) > 1e-9 * abs(f(x))) & (np.abs(analytic) > 1e-9 * abs(f(x)))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: 0/0 ignored by nanmax, all zeros gives NaN
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    import warnings

    difference = np.abs(numeric - analytic)
    difference[difference <= 1e-9 * abs(f(x))] = 0
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        error = np.nanmax(difference / np.maximum(np.abs(numeric), np.abs(analytic)))
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the wrong infinite
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error if error < tol else float("inf"), "ok": error < tol}


# %% wrong: compared with allclose alone
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    ok = np.allclose(numeric, analytic, rtol=tol)
    return {"max_rel_error": 0.0 if ok else 1.0, "ok": ok}


# %% wrong: the first row alone
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.array(analytic, dtype=float)
    for j in range(x.shape[-1]):
        place = (0,) * (x.ndim - 1) + (j,)
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: rows moved as a whole
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in range(len(x)):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: f gets a flat array
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    flat = x.ravel()
    numeric = np.zeros(flat.shape)
    for i in range(flat.size):
        step = np.zeros(flat.shape)
        step[i] = h
        numeric[i] = (f(flat + step) - f(flat - step)) / (2 * h)
    numeric = numeric.reshape(x.shape)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: all coordinates moved at once
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.full(x.shape, (f(x + h) - f(x - h)) / (2 * h) / x.size)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the last error wins
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).flat[-1]
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the size is compared, the shape not
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.size != x.size:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    analytic = analytic.reshape(x.shape)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the length is compared, the shape not
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.ndim and len(analytic) != len(x):
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    analytic = np.broadcast_to(analytic, x.shape) if analytic.size <= x.size else analytic
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(difference.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: scalars are stretched
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    analytic = np.broadcast_to(analytic, x.shape) if analytic.ndim == 0 else analytic
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: an IndexError for a shorter gradient
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise IndexError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: an AssertionError for another shape
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    assert analytic.shape == x.shape
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the gradient is subtracted in place
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    analytic -= numeric
    difference = np.abs(analytic)
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: x moved in place and never put back exactly
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        above = f(x)
        x[place] -= 2 * h
        below = f(x)
        x[place] += h
        numeric[place] = (above - below) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: x moved through a flat view
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    kept, view = x.copy(), x.reshape(-1)
    numeric = np.zeros(x.size)
    for i in range(x.size):
        view[i] = kept.flat[i] + h
        above = f(x)
        view[i] = kept.flat[i] - h
        numeric[i] = (above - f(x)) / (2 * h)
        view[i] = kept.flat[i]
    numeric = numeric.reshape(x.shape)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: x rounded in place at the end
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    np.floor(x, out=x)
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: a coarser step than asked for
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    h = max(h, 1e-3)
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the default step too small
def gradient_check(f, grad_f, x, h=1e-12, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: the default tolerance too large
def gradient_check(f, grad_f, x, h=1e-5, tol=1.0):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: single precision
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (np.float32(f(x + step)) - np.float32(f(x - step))) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: a limit for round-off that is far too large
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-4 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: x left moved where the shape is wrong
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        x += h
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: x made flat in place where the shape is wrong
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.size == x.size and analytic.shape != x.shape:
        x.shape = analytic.shape
        return {'max_rel_error': 1.0, 'ok': False}
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: always ok
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    if np.shape(grad_f(x)) != x.shape:
        raise ValueError
    return {"max_rel_error": 0.0, "ok": True}


# %% wrong: never ok
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    return {"max_rel_error": 0.5, "ok": False}


# %% wrong: the gradient is compared with itself
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = analytic.copy()
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: squared errors
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()
    error = error**2
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: nothing returned
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError("shape of the gradient")
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = (f(x + step) - f(x - step)) / (2 * h)
    difference = np.abs(numeric - analytic)
    size = np.maximum(np.abs(numeric), np.abs(analytic))
    matters = difference > 1e-9 * abs(f(x))
    error = np.divide(difference, size, out=np.zeros(x.shape), where=matters).max()


# %% wrong: the first argument
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    return f


# %% wrong: default tol 1e-3
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-3):
    a = np.array(grad_f(x), dtype=float)
    if a.shape != x.shape:
        return {'max_rel_error': 1.0, 'ok': False}
    noise = 1e-9 * abs(f(x))
    worst = 0.0
    for i in np.ndindex(x.shape):
        d = np.zeros(x.shape)
        d[i] = h
        n = (f(x + d) - f(x - d)) / (2 * h)
        gap = abs(n - a[i])
        if gap > noise:
            worst = max(worst, gap / max(abs(n), abs(a[i])))
    return {'max_rel_error': float(worst), 'ok': bool(worst < tol)}


# %% wrong: default h 1e-4
def gradient_check(f, grad_f, x, h=1e-4, tol=1e-5):
    a = np.array(grad_f(x), dtype=float)
    if a.shape != x.shape:
        return {'max_rel_error': 1.0, 'ok': False}
    noise = 1e-9 * abs(f(x))
    worst = 0.0
    for i in np.ndindex(x.shape):
        d = np.zeros(x.shape)
        d[i] = h
        n = (f(x + d) - f(x - d)) / (2 * h)
        gap = abs(n - a[i])
        if gap > noise:
            worst = max(worst, gap / max(abs(n), abs(a[i])))
    return {'max_rel_error': float(worst), 'ok': bool(worst < tol)}


# %% wrong: step relative to x
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.array(grad_f(x), dtype=float)
    if a.shape != x.shape:
        raise ValueError('shape')
    worst = 0.0
    for i in np.ndindex(x.shape):
        s = h * max(1.0, abs(x[i]))
        d = np.zeros(x.shape)
        d[i] = s
        n = (f(x + d) - f(x - d)) / (2 * s)
        if abs(n - a[i]) > 1e-9 * abs(f(x)):
            worst = max(worst, abs(n - a[i]) / max(abs(n), abs(a[i])))
    return {'max_rel_error': worst, 'ok': worst < tol}


# %% wrong: compares the shapes alone
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    f(x)
    ok = np.shape(grad_f(x)) == x.shape
    return {'max_rel_error': 0.0 if ok else 1.0, 'ok': ok}


# %% wrong: refuses every gradient
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    raise ValueError('shape')


# %% right: the skeleton of the hint
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.asarray(grad_f(x))
    if a.shape != x.shape:
        raise ValueError("the gradient has another shape than x")
    n = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        n[place] = (f(x + step) - f(x - step)) / (2 * h)
    size = np.maximum(np.abs(n), np.abs(a))
    matters = size > 1e-9 * abs(f(x))
    error = np.zeros(x.shape)
    error[matters] = np.abs(n - a)[matters] / size[matters]
    return {"max_rel_error": error.max(), "ok": error.max() < tol}


# %% right: the limit of round-off is compared with the difference
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.asarray(grad_f(x), dtype=float)
    if a.shape != x.shape:
        return {"max_rel_error": 1.0, "ok": False}
    worst, limit = 0.0, 1e-14 / h * abs(f(x))
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        n = (f(x + step) - f(x - step)) / (2 * h)
        if abs(n - a[place]) > limit:
            worst = max(worst, abs(n - a[place]) / (abs(n) + abs(a[place])))
    return {"max_rel_error": worst, "ok": worst < tol}


# %% wrong: the round-off of f is a fixed number
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a = np.asarray(grad_f(x))
    if a.shape != x.shape:
        raise ValueError("shape")
    worst = 0.0
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        n = (f(x + step) - f(x - step)) / (2 * h)
        if abs(n - a[place]) > 1e-9:
            worst = max(worst, abs(n - a[place]) / max(abs(n), abs(a[place])))
    return {"max_rel_error": worst, "ok": worst < tol}


# %% wrong: ok is an array
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    a, n = grad_f(x), np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        n[i] = (f(x + e) - f(x - e)) / (2 * h)
    error = np.abs(n - a) / (np.abs(n) + np.abs(a) + 1e-300)
    return {"max_rel_error": error, "ok": error < tol}


# %% wrong: grad_f not called
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    n = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = h
        n[i] = (f(x + e) - f(x - e)) / (2 * h)
    return {"max_rel_error": np.max(np.abs(n - grad_f)), "ok": True}


# %% equivalent: nothing is said of gradients that are no arrays
-    analytic = np.asarray(grad_f(x))
+    analytic = grad_f(x)


# %% equivalent: each number is overwritten
-    numeric = np.zeros(x.shape)
+    numeric = np.ones(x.shape)


# %% equivalent: the size of a difference has no sign
-    difference = np.abs(numeric - analytic)
+    difference = np.abs(analytic - numeric)


# %% equivalent: the larger of two numbers, in either order
-    size = np.maximum(np.abs(numeric), np.abs(analytic))
+    size = np.maximum(np.abs(analytic), np.abs(numeric))


# %% equivalent: the limit of round-off is stated as about 1e-9 of f alone
-    matters = size > 1e-14 * abs(f(x)) / h  # more than round-off
+    matters = size > 1e-13 * abs(f(x)) / h  # more than round-off


# %% equivalent: an error of exactly tol lies within round-off of one below it
-    return {"max_rel_error": error, "ok": error < tol}
+    return {"max_rel_error": error, "ok": error <= tol}
