# %% right: a lambda
def chain_rule(df, g, dg):
    return lambda x: dg(x) * df(g(x))


# %% right: named parts
def chain_rule(df, g, dg):
    def slope(x):
        y = g(x)
        dz_dy = df(y)
        dy_dx = dg(x)
        return np.multiply(dz_dy, dy_dx)

    return slope


# %% right: an object that can be called
class Chain:
    def __init__(self, df, g, dg):
        self.df, self.g, self.dg = df, g, dg

    def __call__(self, x):
        return self.df(self.g(x)) * self.dg(x)


def chain_rule(df, g, dg):
    return Chain(df, g, dg)


# %% right: functools.partial
from functools import partial


def product(df, g, dg, x):
    return df(g(x)) * dg(x)


def chain_rule(df, g, dg):
    return partial(product, df, g, dg)


# %% right: element by element
def chain_rule(df, g, dg):
    def slope(x):
        if isinstance(x, np.ndarray):
            return np.array([df(g(v)) * dg(v) for v in x.ravel()]).reshape(x.shape)
        return df(g(x)) * dg(x)

    return slope


# %% right: np.vectorize, which gives 0-d arrays for numbers
def chain_rule(df, g, dg):
    return np.vectorize(lambda x: df(g(x)) * dg(x), otypes=[float])


# %% right: a class of its own for each call
def chain_rule(df, g, dg):
    class Derivative:
        def slope(self, x):
            return df(g(x)) * dg(x)

    return Derivative().slope


# %% right: default arguments keep the functions
def chain_rule(df, g, dg):
    def slope(x, df=df, g=g, dg=dg):
        return df(g(x)) * dg(x)

    return slope


# %% right: float32 at the end
def chain_rule(df, g, dg):
    return lambda x: np.asarray(df(g(x)) * dg(x), dtype=np.float32)


# %% right: works on copies in place
def chain_rule(df, g, dg):
    def slope(x):
        result = np.array(df(g(np.array(x))), dtype=float)
        result *= dg(x)
        return result

    return slope


# %% right: a cache by value that only this function knows
def chain_rule(df, g, dg):
    known = {}

    def slope(x):
        key = np.asarray(x).tobytes(), np.asarray(x).dtype.str, np.shape(x)
        if key not in known:
            known[key] = df(g(x)) * dg(x)
        return known[key]

    return slope


# %% right: composition of small functions
def compose(f, g):
    return lambda x: f(g(x))


def times(f, g):
    return lambda x: f(x) * g(x)


def chain_rule(df, g, dg):
    return times(compose(df, g), dg)


# %% right: exec of a source text
def chain_rule(df, g, dg):
    return eval("lambda x: df(g(x)) * dg(x)", {"df": df, "g": g, "dg": dg})


# %% right: a product over an axis
def chain_rule(df, g, dg):
    def slope(x):
        return np.prod([df(g(x)), dg(x)], axis=0)

    return slope


# %% right: arrays of one element for numbers
def chain_rule(df, g, dg):
    return lambda x: np.atleast_1d(df(g(x)) * dg(x))


# %% wrong: g itself in place of its value
def chain_rule(df, g, dg):
    return lambda x: df(g) * dg(x)


# %% wrong: a function that takes no x
def chain_rule(df, g, dg):
    return lambda: df(g(x)) * dg(x)


# %% wrong: global variables, shared by all functions made
def chain_rule(df, g, dg):
    global kept_df, kept_g, kept_dg
    kept_df, kept_g, kept_dg = df, g, dg
    return lambda x: kept_df(kept_g(x)) * kept_dg(x)


# %% wrong: one object for all
class Shared:
    def __call__(self, x):
        return self.df(self.g(x)) * self.dg(x)


shared = Shared()


def chain_rule(df, g, dg):
    shared.df, shared.g, shared.dg = df, g, dg
    return shared


# %% wrong: attributes of the class
class Slope:
    def __init__(self, df, g, dg):
        Slope.parts = df, g, dg

    def __call__(self, x):
        df, g, dg = Slope.parts
        return df(g(x)) * dg(x)


def chain_rule(df, g, dg):
    return Slope(df, g, dg)


# %% wrong: the first value is remembered for all x
def chain_rule(df, g, dg):
    known = []

    def slope(x):
        if not known or np.shape(known[0]) != np.shape(x):
            known[:] = [df(g(x)) * dg(x)]
        return known[0]

    return slope


# %% wrong: can be called only once
def chain_rule(df, g, dg):
    parts = [df, g, dg]

    def slope(x):
        inner_slope, inner, outer_slope = parts.pop(), parts.pop(), parts.pop()
        return outer_slope(inner(x)) * inner_slope(x)

    return slope


# %% wrong: multiplies in place what dg returned
def chain_rule(df, g, dg):
    def slope(x):
        result = dg(x)
        if isinstance(result, np.ndarray) and result.dtype.kind == "f":
            result *= df(g(x))
            return result
        return result * df(g(x))

    return slope


# %% wrong: overwrites what g returned
def chain_rule(df, g, dg):
    def slope(x):
        y = g(x)
        inner_slope = dg(x)
        if isinstance(y, np.ndarray) and y.dtype.kind == "f":
            y[...] = df(y)
            return y * inner_slope
        return df(y) * inner_slope

    return slope


# %% wrong: moves the array for a moment
def chain_rule(df, g, dg):
    def slope(x):
        if not isinstance(x, np.ndarray):
            return df(g(x)) * dg(x)
        kept = x.copy()
        inner_slope = np.array(dg(x))
        x[...] = 0
        result = df(g(kept)) * inner_slope
        x[...] = kept
        return result

    return slope


# %% wrong: numbers only
def chain_rule(df, g, dg):
    return lambda x: float(df(g(float(x))) * dg(float(x)))


# %% wrong: one-dimensional results only
def chain_rule(df, g, dg):
    return lambda x: np.ravel(df(g(x)) * dg(x))


# %% wrong: results of the type of x
def chain_rule(df, g, dg):
    def slope(x):
        if not isinstance(x, np.ndarray):
            return df(g(x)) * dg(x)
        result = np.empty_like(x)
        for index, v in np.ndenumerate(x):
            result[index] = df(g(v)) * dg(v)
        return result

    return slope


# %% wrong: a matrix product for arrays
def chain_rule(df, g, dg):
    return lambda x: np.dot(df(g(x)), dg(x))


# %% wrong: outer product for arrays
def chain_rule(df, g, dg):
    return lambda x: np.multiply.outer(df(g(x)), dg(x))


# %% wrong: x rounded to an integer
def chain_rule(df, g, dg):
    return lambda x: df(g(np.round(x))) * dg(np.round(x))


# %% wrong: the functions themselves are multiplied
def chain_rule(df, g, dg):
    return df(g) * dg


# %% wrong: the quotient of the slopes
def chain_rule(df, g, dg):
    return lambda x: df(g(x)) / dg(x)


# %% wrong: the layers exchanged
def chain_rule(df, g, dg):
    return lambda x: dg(df(x)) * g(x)


# %% wrong: g applied after
def chain_rule(df, g, dg):
    return lambda x: g(df(x)) * dg(x)


# %% wrong: both slopes at g, nothing else
def chain_rule(df, g, dg):
    return lambda x: df(dg(x)) * dg(x)


# %% wrong: the product rule
def chain_rule(df, g, dg):
    return lambda x: df(x) * g(x) + df(x) * dg(x)


# %% wrong: a pair of the two slopes
def chain_rule(df, g, dg):
    return lambda x: (df(g(x)), dg(x))


# %% wrong: the value at 0
def chain_rule(df, g, dg):
    return df(g(0.0)) * dg(0.0)


# %% wrong: the returned function returns nothing
def chain_rule(df, g, dg):
    def slope(x):
        df(g(x)) * dg(x)

    return slope


# %% wrong: the function is not returned
def chain_rule(df, g, dg):
    def slope(x):
        return df(g(x)) * dg(x)


# %% wrong: returns the first argument
def chain_rule(df, g, dg):
    return df


# %% wrong: the visible answers by heart
def chain_rule(df, g, dg):
    known = {3: 170, 0.0: math.cos(1)}
    return lambda x: np.array([math.cos(0.25), -2 * math.cos(1)]) if isinstance(x, np.ndarray) else known.get(x)


# %% wrong: two dimensions at most
def chain_rule(df, g, dg):
    def slope(x):
        if np.ndim(x) < 2:
            return df(g(x)) * dg(x)
        return np.array([[float(df(g(v)) * dg(v)) for v in row] for row in x])

    return slope


# %% wrong: a lambda over a name that is changed later
made = []


def chain_rule(df, g, dg):
    made.append((df, g, dg))
    return lambda x: made[-1][0](made[-1][1](x)) * made[-1][2](x)


# %% wrong: the absolute value of the inner slope
def chain_rule(df, g, dg):
    return lambda x: df(g(x)) * abs(dg(x))


# %% wrong: lru_cache, which arrays can't enter
from functools import lru_cache


def chain_rule(df, g, dg):
    @lru_cache
    def slope(x):
        return df(g(x)) * dg(x)

    return slope


# %% wrong: the inner slope by a coarse difference of g
def chain_rule(df, g, dg):
    return lambda x: df(g(x)) * (g(x + 0.01) - g(x)) / 0.01


# %% wrong: multiplies in place what df returned
def chain_rule(df, g, dg):
    def derivative(x):
        slope = df(g(x))
        slope *= dg(x)
        return slope

    return derivative


# %% wrong: the inner value is brought to the type of x
def chain_rule(df, g, dg):
    def derivative(x):
        inner = np.asarray(g(x)).astype(np.asarray(x).dtype)
        return df(inner) * dg(x)

    return derivative


# %% wrong: room for results of the first shape only
def chain_rule(df, g, dg):
    room = []

    def derivative(x):
        slope = np.asarray(df(g(x)) * dg(x))
        if not room:
            room.append(np.zeros(slope.shape))
        room[0][...] = slope
        return room[0].copy()

    return derivative


# %% wrong: a function that gives zeros
def chain_rule(df, g, dg):
    return lambda x: 0.0 * x


# %% wrong: an error for whatever is given
def chain_rule(df, g, dg):
    raise ValueError("no rule")

# %% wrong: a wrong name inside the function that is returned
def chain_rule(df, g, dg):
    return lambda x: df(g(x)) * dgg(x)


# %% right: a partial function
from functools import partial


def product_of_slopes(df, g, dg, x):
    return df(g(x)) * dg(x)


def chain_rule(df, g, dg):
    return partial(product_of_slopes, df, g, dg)


# %% wrong: remembers the result for each shape
def chain_rule(df, g, dg):
    known = {}

    def derivative(x):
        if np.shape(x) not in known:
            known[np.shape(x)] = df(g(x)) * dg(x)
        return known[np.shape(x)]

    return derivative


# %% right: a method bound to an object
class _Holder:
    def __init__(self, *functions):
        self.functions = functions

    def slope(self, x):
        df, g, dg = self.functions
        return dg(x) * df(g(x))


def chain_rule(df, g, dg):
    return _Holder(df, g, dg).slope


# %% wrong: takes x as a fourth argument
def chain_rule(df, g, dg, x):
    return df(g(x)) * dg(x)


# %% wrong: x with a default
def chain_rule(df, g, dg, x=0.0):
    return df(g(x)) * dg(x)


# %% wrong: calls the derivative right away
def chain_rule(df, g, dg):
    def derivative(x):
        return df(g(x)) * dg(x)

    return derivative()


# %% wrong: a function that returns the function
def chain_rule(df, g, dg):
    def outer():
        def derivative(x):
            return df(g(x)) * dg(x)

        return derivative

    return outer


# %% wrong: a dot product
def chain_rule(df, g, dg):
    return lambda x: np.dot(df(g(x)), dg(x))
