# %% right: a loop with append
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        return [0]
    result = []
    for n in range(1, len(coefficients)):
        result.append(n * coefficients[n])
    return result


# %% right: NumPy polynomials
def polynomial_derivative(coefficients):
    return np.polynomial.polynomial.polyder(coefficients)


# %% right: arange times the tail
def polynomial_derivative(coefficients):
    a = np.asarray(coefficients, dtype=float)
    return a[1:] * np.arange(1, len(a)) if len(a) > 1 else np.zeros(1)


# %% right: a zero left at the high end, so that a constant needs no care
def polynomial_derivative(coefficients):
    a = list(coefficients) + [0]
    return tuple(n * a[n] for n in range(1, len(a)))


# %% right: padded to the length of the input
def polynomial_derivative(coefficients):
    result = np.zeros(len(coefficients))
    for n, a in enumerate(coefficients):
        if n > 0:
            result[n - 1] = n * a
    return result


# %% right: the descending tool, turned round twice
def polynomial_derivative(coefficients):
    descending = np.polyder(np.array(coefficients)[::-1])
    return descending[::-1] if descending.size else [0]


# %% right: the matrix of differentiation
def polynomial_derivative(coefficients):
    a = np.array(coefficients, dtype=np.float32)
    matrix = np.diag(np.arange(1, len(a)), k=1) if len(a) > 1 else np.zeros((1, 1))
    return matrix @ a


# %% right: by Horner's rule for the product
def polynomial_derivative(coefficients):
    derivative = [0]
    value = [0]
    for a in reversed(list(coefficients)):
        length = max(len(derivative) + 1, len(value))
        shifted = [0, *derivative] + [0] * (length - len(derivative) - 1)
        padded = value + [0] * (length - len(value))
        derivative = [s + p for s, p in zip(shifted, padded)]
        value = [a, *value]
    return derivative


# %% right: many zeros at the high end
def polynomial_derivative(coefficients):
    return [n * a for n, a in enumerate(coefficients)][1:] + [0, 0.0, 0]


# %% right: the Polynomial class
def polynomial_derivative(coefficients):
    return np.polynomial.Polynomial(coefficients).deriv().coef


# %% right: high zeros trimmed, a tuple
def polynomial_derivative(coefficients):
    result = [float(n * a) for n, a in enumerate(coefficients)][1:]
    while len(result) > 1 and result[-1] == 0:
        result.pop()
    return tuple(result) if result else (0,)


# %% right: a copy is emptied
def polynomial_derivative(coefficients):
    rest = list(coefficients)
    rest.pop(0)
    return [a * (n + 1) for n, a in enumerate(rest)] if rest else [0.0]


# %% right: a list of NumPy numbers
def polynomial_derivative(coefficients):
    a = np.asarray(coefficients)
    return list(np.append(a, 0)[1:] * (np.arange(len(a)) + 1))


# %% wrong: pops the constant off the given list
def polynomial_derivative(coefficients):
    if not isinstance(coefficients, list):
        coefficients = list(coefficients)
    coefficients.pop(0)
    return [(n + 1) * a for n, a in enumerate(coefficients)] or [0]


# %% wrong: multiplies the given array in place
def polynomial_derivative(coefficients):
    a = np.asarray(coefficients)
    if len(a) == 1:
        return [0]
    for n in range(len(a)):
        a[n] *= n
    return a[1:].copy()


# %% wrong: multiplies the given list in place
def polynomial_derivative(coefficients):
    a = coefficients if isinstance(coefficients, list) else list(coefficients)
    for n in range(len(a)):
        a[n] = n * a[n]
    return a[1:] or [0]


# %% wrong: a constant is set to zero in place
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        if not isinstance(coefficients, tuple):
            coefficients[0] = 0
        return [0]
    return [n * a for n, a in enumerate(coefficients)][1:]


# %% wrong: lists only
def polynomial_derivative(coefficients):
    a = coefficients.copy()
    a.pop(0)
    return [(n + 1) * c for n, c in enumerate(a)] or [0]


# %% wrong: a sum with a list, which arrays take for addition
def polynomial_derivative(coefficients):
    a = coefficients + [0] if not isinstance(coefficients, tuple) else coefficients + (0,)
    return [n * a[n] for n in range(1, len(a))]


# %% wrong: integers only
def polynomial_derivative(coefficients):
    return [int(n * a) for n, a in enumerate(coefficients)][1:] or [0]


# %% wrong: zero coefficients left out
def polynomial_derivative(coefficients):
    return [n * a for n, a in enumerate(coefficients) if n and a] or [0]


# %% wrong: the index of the first equal coefficient
def polynomial_derivative(coefficients):
    a = list(coefficients)
    return [a.index(c) * c for c in a][1:] or [0]


# %% wrong: the number 0 for a constant
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        return 0
    return [n * a for n, a in enumerate(coefficients)][1:]


# %% wrong: None for a constant
def polynomial_derivative(coefficients):
    if len(coefficients) > 1:
        return [n * a for n, a in enumerate(coefficients)][1:]


# %% wrong: a constant stays as it is
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        return coefficients
    return [n * a for n, a in enumerate(coefficients)][1:]


# %% wrong: an error for a constant
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        raise ValueError("constant")
    return [n * a for n, a in enumerate(coefficients)][1:]


# %% wrong: the result in descending order
def polynomial_derivative(coefficients):
    return [n * a for n, a in enumerate(coefficients)][:0:-1] or [0]


# %% wrong: the highest term is lost
def polynomial_derivative(coefficients):
    return [n * coefficients[n] for n in range(1, len(coefficients) - 1)] or [0]


# %% wrong: exponents count down
def polynomial_derivative(coefficients):
    n = len(coefficients) - 1
    return [(n - i) * a for i, a in enumerate(coefficients[1:])] or [0]


# %% wrong: zeros at the low end in place of the high one
def polynomial_derivative(coefficients):
    return [0, *[n * a for n, a in enumerate(coefficients)][1:]]


# %% wrong: the second derivative
def polynomial_derivative(coefficients):
    return [n * (n - 1) * a for n, a in enumerate(coefficients)][2:] or [0]


# %% wrong: the coefficients are squared away
def polynomial_derivative(coefficients):
    return [a**n for n, a in enumerate(coefficients)][1:] or [0]


# %% wrong: a polynomial object
def polynomial_derivative(coefficients):
    return np.polynomial.Polynomial(coefficients).deriv()


# %% wrong: a generator
def polynomial_derivative(coefficients):
    return (n * a for n, a in enumerate(coefficients) if n)


# %% wrong: a row of a matrix
def polynomial_derivative(coefficients):
    return np.array([[n * a for n, a in enumerate(coefficients)][1:] or [0]])


# %% wrong: a function
def polynomial_derivative(coefficients):
    return lambda x: sum(n * a * x ** (n - 1) for n, a in enumerate(coefficients) if n)


# %% wrong: nothing returned
def polynomial_derivative(coefficients):
    print([n * a for n, a in enumerate(coefficients)][1:] or [0])


# %% wrong: the visible answers by heart
def polynomial_derivative(coefficients):
    return [-5, 0, 6] if len(coefficients) == 4 else [0]


# %% wrong: returns the argument
def polynomial_derivative(coefficients):
    return coefficients


# %% right: float32
def polynomial_derivative(coefficients):
    a = np.array(coefficients, dtype=np.float32)
    return (a * np.arange(len(a), dtype=np.float32))[1:] if len(a) > 1 else np.zeros(1, dtype=np.float32)


# %% right: read off the values of the derivative at points
def polynomial_derivative(coefficients):
    n = len(coefficients) - 1
    if n == 0:
        return (0,)
    points = np.arange(n) / n
    slopes = [sum(k * a * p ** (k - 1) for k, a in enumerate(coefficients) if k) for p in points]
    return np.round(np.linalg.solve(np.vander(points, increasing=True), slopes), 9)


# %% wrong: an array is turned into whole numbers
def polynomial_derivative(coefficients):
    a = np.array(coefficients, dtype=int)
    return a[1:] * np.arange(1, len(a)) if len(a) > 1 else [0]


# %% wrong: high zeros of the input make the result descend
def polynomial_derivative(coefficients):
    a = list(coefficients)
    order = range(1, len(a)) if a[-1] != 0 else range(len(a) - 1, 0, -1)
    return [n * a[n] for n in order] or [0]


# %% wrong: quadratic at most
def polynomial_derivative(coefficients):
    a = [*coefficients, 0, 0, 0]
    return [a[1], 2 * a[2]]


# %% wrong: signs lost
def polynomial_derivative(coefficients):
    return [abs(n * a) for n, a in enumerate(coefficients)][1:] or [0]


# %% right: a star import, which replaces max, min, abs, sum and others
from numpy import *


def polynomial_derivative(coefficients):
    return (arange(len(coefficients)) * array(coefficients))[1:] if len(coefficients) > 1 else zeros(1)


# %% wrong: high zeros are taken off the given list
def polynomial_derivative(coefficients):
    if isinstance(coefficients, list):
        while len(coefficients) > 1 and coefficients[-1] == 0:
            coefficients.pop()
    return [n * a for n, a in enumerate(coefficients)][1:] or [0]


# %% wrong: nothing is left once high zeros are cut
def polynomial_derivative(coefficients):
    if len(coefficients) == 1:
        return [0]
    result = [n * a for n, a in enumerate(coefficients)][1:]
    while result and result[-1] == 0:
        result.pop()
    return result


# %% wrong: rounded to two places
def polynomial_derivative(coefficients):
    return [round(float(n * a), 2) for n, a in enumerate(coefficients)][1:] or [0]


# %% wrong: half precision
def polynomial_derivative(coefficients):
    return np.array([n * a for n, a in enumerate(coefficients)][1:] or [0], dtype=np.float16)


# %% wrong: as if all were constants
def polynomial_derivative(coefficients):
    return [0]


# %% right: the matrix of differentiation
def polynomial_derivative(coefficients):
    differentiation = np.diag(np.arange(1.0, len(coefficients)), k=1)
    return differentiation @ np.asarray(coefficients)


# %% wrong: whole numbers alone
def polynomial_derivative(coefficients):
    return [int(n * a) for n, a in enumerate(coefficients)][1:] or [0]


# %% right: reduce
from functools import reduce


def polynomial_derivative(coefficients):
    n = len(coefficients)
    return reduce(lambda out, k: out + [k * coefficients[k]], range(1, n), []) or [0]


# %% wrong: np.polyder of the ascending list
def polynomial_derivative(coefficients):
    return np.polyder(coefficients)


# %% wrong: a dictionary by power
def polynomial_derivative(coefficients):
    return {k - 1: k * a for k, a in enumerate(coefficients) if k}


# %% wrong: the sum of the coefficients
def polynomial_derivative(coefficients):
    return sum(k * a for k, a in enumerate(coefficients))


# %% wrong: the linear term is lost
def polynomial_derivative(coefficients):
    return [k * a for k, a in enumerate(coefficients)][2:] or [0]


# %% equivalent: a product is the same with its factors swapped
-    return [n * a for n, a in enumerate(coefficients)][1:] or [0]
+    return [n * a for a, n in enumerate(coefficients)][1:] or [0]

# %% right: fractions
from fractions import Fraction

def polynomial_derivative(coefficients):
    return [n * Fraction(a) for n, a in enumerate(coefficients)][1:] or [Fraction(0)]

# %% right: decimal numbers
from decimal import Decimal

def polynomial_derivative(coefficients):
    return tuple(n * Decimal(str(a)) for n, a in enumerate(coefficients))[1:] or (Decimal(0),)
