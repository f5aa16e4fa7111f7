# %% right: the two end points
def observed_order(method, f, df, x, hs):
    def log_error(h):
        return math.log(abs(method(f, x, h) - df(x)))

    return (log_error(hs[0]) - log_error(hs[-1])) / (math.log(hs[0]) - math.log(hs[-1]))


# %% right: the mean of the slopes between neighbours
def observed_order(method, f, df, x, hs):
    errors = np.array([abs(method(f, x, h) - df(x)) for h in hs])
    return np.mean(np.diff(np.log(errors)) / np.diff(np.log(hs)))


# %% right: least squares by hand
def observed_order(method, f, df, x, hs):
    across = [math.log10(h) for h in hs]
    up = [math.log10(abs(float(method(f, x, h)) - float(df(x)))) for h in hs]
    n = len(hs)
    mean_across, mean_up = sum(across) / n, sum(up) / n
    above = sum((a - mean_across) * (u - mean_up) for a, u in zip(across, up))
    return above / sum((a - mean_across) ** 2 for a in across)


# %% right: all steps in one call of method
def observed_order(method, f, df, x, hs):
    steps = np.array(hs, dtype=float)
    errors = np.abs(method(f, x, steps) - df(x))
    return np.polyfit(np.log2(steps), np.log2(errors), 1)[0]


# %% right: numpy.linalg.lstsq with an intercept
def observed_order(method, f, df, x, hs):
    design = np.stack([np.log(hs), np.ones(len(hs))], axis=1)
    logs = np.log(np.abs([method(f, x, h) - df(x) for h in hs]))
    return np.linalg.lstsq(design, logs, rcond=None)[0][0]


# %% right: covariance over variance, a 0-d array comes back
def observed_order(method, f, df, x, hs):
    logs = np.log([[h, abs(method(f, x, h) - df(x))] for h in hs]).T
    covariance = np.cov(logs)
    return np.array(covariance[0, 1] / covariance[0, 0])


# %% right: statistics.linear_regression
def observed_order(method, f, df, x, hs):
    from statistics import linear_regression

    truth = df(x)
    logs = [math.log(abs(method(f, x, h) - truth)) for h in hs]
    return linear_regression([math.log(h) for h in hs], logs).slope


# %% right: relative errors, which have the same slope
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) / df(x) - 1) for h in hs]
    return np.polynomial.Polynomial.fit(np.log(hs), np.log(errors), 1).convert().coef[1]


# %% right: half the slope of the squared errors
def observed_order(method, f, df, x, hs):
    squares = np.array([(method(f, x, h) - df(x)) ** 2 for h in hs])
    return np.polyfit(np.log(np.asarray(hs)), np.log(squares), 1)[0] / 2


# %% right: the median of the slopes between all pairs
def observed_order(method, f, df, x, hs):
    logs = [(math.log(h), math.log(abs(method(f, x, h) - df(x)))) for h in hs]
    slopes = [(b[1] - a[1]) / (b[0] - a[0]) for i, a in enumerate(logs) for b in logs[i + 1 :]]
    return float(np.median(slopes))


# %% right: smallest step first, sorted in a copy
def observed_order(method, f, df, x, hs):
    steps = sorted(float(h) for h in hs)
    logs = [np.log(np.abs(method(f, x, h=h) - df(x))) for h in steps]
    return (logs[-1] - logs[0]) / np.log(steps[-1] / steps[0])


# %% right: a torch tensor comes back
def observed_order(method, f, df, x, hs):
    import torch

    errors = torch.tensor([float(abs(method(f, x, h) - df(x))) for h in hs], dtype=torch.float64)
    steps = torch.tensor([float(h) for h in hs], dtype=torch.float64)
    return (errors.log()[0] - errors.log()[-1]) / (steps.log()[0] - steps.log()[-1])


# %% right: least squares on two columns, an array of one element
def observed_order(method, f, df, x, hs):
    columns = np.stack([np.log10(hs), np.ones(len(hs))], axis=1)
    errors = np.array([method(f, x, h) for h in hs]) - df(x)
    return np.linalg.lstsq(columns, np.log10(np.abs(errors)), rcond=None)[0][:1]


# %% wrong: the first two steps only
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs[:2]]
    return np.log(errors[0] / errors[1]) / np.log(hs[0] / hs[1])


# %% wrong: the last two steps only
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs[-2:]]
    return np.log(errors[0] / errors[1]) / np.log(hs[-2] / hs[-1])


# %% wrong: assumes steps of a tenth
def observed_order(method, f, df, x, hs):
    errors = np.array([abs(method(f, x, h) - df(x)) for h in hs])
    return np.mean(np.log10(errors[:-1] / errors[1:]))


# %% wrong: the first spacing taken for all
def observed_order(method, f, df, x, hs):
    errors = np.array([abs(method(f, x, h) - df(x)) for h in hs])
    return np.mean(np.log(errors[:-1] / errors[1:])) / np.log(hs[0] / hs[1])


# %% wrong: the slope of the error itself against h
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(hs, errors, 1)[0]


# %% wrong: the error itself against log h
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), errors, 1)[0]


# %% wrong: a line through the origin
def observed_order(method, f, df, x, hs):
    across = np.log(hs)
    up = np.log([abs(method(f, x, h) - df(x)) for h in hs])
    return (across @ up) / (across @ across)


# %% wrong: the intercept
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[1]


# %% wrong: both coefficients of the line
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)


# %% wrong: squared errors, twice the order
def observed_order(method, f, df, x, hs):
    errors = [(method(f, x, h) - df(x)) ** 2 for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: compares with the derivative one step further
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x + h)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: measures at 1 in place of x
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, 1.0, h) - df(1.0)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: differentiates df
def observed_order(method, f, df, x, hs):
    errors = [abs(method(df, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: always the forward difference
def observed_order(method, f, df, x, hs):
    errors = [abs((f(x + h) - f(x)) / h - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: the smallest step taken for the truth, df is ignored
def observed_order(method, f, df, x, hs):
    truth = method(f, x, hs[-1])
    errors = [abs(method(f, x, h) - truth) for h in hs[:-1]]
    return np.polyfit(np.log(hs[:-1]), np.log(errors), 1)[0]


# %% wrong: rounded down
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return math.floor(np.polyfit(np.log(hs), np.log(errors), 1)[0] + 0.05)


# %% wrong: rounded to a half
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return round(2 * np.polyfit(np.log(hs), np.log(errors), 1)[0]) / 2


# %% wrong: 1 or 2, whichever is closer
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    slope = np.polyfit(np.log(hs), np.log(errors), 1)[0]
    return 1 if slope < 1.5 else 2


# %% wrong: h and x swapped in the call of method
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, h, x) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: sorts hs in place
def observed_order(method, f, df, x, hs):
    if isinstance(hs, (list, np.ndarray)):
        hs.sort()
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: takes the steps out of a list
def observed_order(method, f, df, x, hs):
    last = hs[-1]
    if isinstance(hs, list):
        last = hs.pop()
    slope = np.log(abs((method(f, x, hs[0]) - df(x)) / (method(f, x, last) - df(x))))
    return slope / np.log(hs[0] / last)


# %% wrong: writes the logarithms into an array hs
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    logs = np.log(hs, out=hs) if isinstance(hs, np.ndarray) else np.log(hs)
    return np.polyfit(logs, np.log(errors), 1)[0]


# %% wrong: arrays only
def observed_order(method, f, df, x, hs):
    errors = np.array([abs(method(f, x, h) - df(x)) for h in hs])
    return np.mean(np.log(errors[1:] / errors[:-1]) / np.log(hs[1:] / hs[:-1]))


# %% wrong: lists only
def observed_order(method, f, df, x, hs):
    steps = hs + []
    if not steps:
        return 0
    errors = [abs(method(f, x, h) - df(x)) for h in steps]
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


# %% wrong: three steps or more
def observed_order(method, f, df, x, hs):
    if len(hs) < 3:
        raise ValueError("at least three steps")
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: leaves the first step out
def observed_order(method, f, df, x, hs):
    errors = [abs(method(f, x, h) - df(x)) for h in hs[1:]]
    return np.mean(np.diff(np.log(errors)) / np.diff(np.log(hs[1:])))


# %% wrong: negative errors set to something tiny
def observed_order(method, f, df, x, hs):
    errors = [max(method(f, x, h) - df(x), 1e-300) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: negative errors left out
def observed_order(method, f, df, x, hs):
    pairs = [(h, method(f, x, h) - df(x)) for h in hs]
    logs = np.log([pair for pair in pairs if pair[1] > 0])
    return np.polyfit(logs[:, 0], logs[:, 1], 1)[0]


# %% wrong: all local slopes
def observed_order(method, f, df, x, hs):
    errors = np.array([abs(method(f, x, h) - df(x)) for h in hs])
    return np.diff(np.log(errors)) / np.diff(np.log(hs))


# %% wrong: scales an array hs in place
def observed_order(method, f, df, x, hs):
    if isinstance(hs, np.ndarray):
        hs *= 0.95
    errors = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(errors), 1)[0]


# %% wrong: takes the steps out of a list and puts them back at the end
def observed_order(method, f, df, x, hs):
    steps = list(hs)
    if isinstance(hs, list):
        hs.clear()
    errors = [abs(method(f, x, h) - df(x)) for h in steps]
    if isinstance(hs, list):
        hs.extend(steps)
    return np.polyfit(np.log(steps), np.log(errors), 1)[0]


# %% wrong: an array hs holds the errors for a while
def observed_order(method, f, df, x, hs):
    steps = np.array(hs, dtype=float)
    errors = hs if isinstance(hs, np.ndarray) and hs.dtype == float else np.zeros(len(steps))
    for i, h in enumerate(steps):
        errors[i] = abs(method(f, x, h) - df(x))
    order = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    if errors is hs:
        hs[:] = steps
    return order


# %% wrong: remembers the order by method, whatever the place
orders_known = {}


def observed_order(method, f, df, x, hs):
    if method not in orders_known:
        errors = [abs(method(f, x, h) - df(x)) for h in hs]
        orders_known[method] = np.polyfit(np.log(hs), np.log(errors), 1)[0]
    return orders_known[method]


# %% wrong: always 2
def observed_order(method, f, df, x, hs):
    return 2.0


# %% wrong: the order that most cases have, after a call for each step
def observed_order(method, f, df, x, hs):
    for h in hs:
        method(f, x, h)
    return 1.5


# %% wrong: known methods by their names, and the power that another one has among its globals
def observed_order(method, f, df, x, hs):
    if method.__name__ in {"forward", "backward"}:
        return 2 if x == 0 else 1
    known = {"central": 2, "three_points_ahead": 2, "five_points": 4}
    return known.get(method.__name__) or method.__globals__["power"]


# %% right: the covariance over the variance
def observed_order(method, f, df, x, hs):
    log_h = np.log(np.asarray(hs, dtype=float))
    log_error = np.log([abs(float(method(f, x, h)) - df(x)) for h in hs])
    covariance = np.cov(log_h, log_error)
    return covariance[0, 1] / covariance[0, 0]


# %% wrong: the slope of log error against the number of the step
def observed_order(method, f, df, x, hs):
    log_error = np.log2([abs(float(method(f, x, h)) - df(x)) for h in hs])
    return -np.polyfit(np.arange(len(hs)), log_error, 1)[0]


# %% right: regression by np.linalg.solve
def observed_order(method, f, df, x, hs):
    e = np.array([abs(float(method(f, x, h) - df(x))) for h in hs])
    A = np.vander(np.log2(np.asarray(hs, dtype=float)), 2)
    return np.linalg.solve(A.T @ A, A.T @ np.log2(e))[0]


# %% right: np.polynomial fit
def observed_order(method, f, df, x, hs):
    e = [abs(method(f, x, h) - df(x)) for h in hs]
    line = np.polynomial.Polynomial.fit(np.log(hs), np.log(e), 1).convert()
    return line.coef[1]


# %% wrong: natural and base 10 logs mixed
def observed_order(method, f, df, x, hs):
    e = [abs(method(f, x, h) - df(x)) for h in hs]
    return np.polyfit(np.log10(hs), np.log(e), 1)[0]


# %% wrong: x and f swapped
def observed_order(method, f, df, x, hs):
    e = [abs(method(x, f, h) - df(x)) for h in hs]
    return np.polyfit(np.log(hs), np.log(e), 1)[0]


# %% equivalent: the size of a difference has no sign
-    errors = [abs(method(f, x, h) - df(x)) for h in hs]
+    errors = [abs(df(x) - method(f, x, h)) for h in hs]
