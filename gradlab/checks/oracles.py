"""Independent ways to know the right value.

Each oracle computes the value in another way than the reference solutions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.checks._values import Float64Array, as_float64

if TYPE_CHECKING:
    from collections.abc import Callable


def central_quotient(f: Callable[[Any], Any], x: Any, h: float) -> Float64Array:  # number or array
    """Return (f(x+h) - f(x-h)) / 2h, elementwise.

    Args:
        f: takes and returns numbers or arrays.
        x: number or array.
        h: step, positive.
    """
    x = as_float64(x)
    return as_float64((f(x + h) - f(x - h)) / (2 * h))


def torch_derivative(f: Callable[[Any], Any], x: Any) -> Float64Array:  # number or array
    """Return df/dx at each element of x by torch autograd, in float64.

    Args:
        f: maps a tensor elementwise, written with operators or torch functions.
        x: number or array.
    """
    import torch  # noqa: PLC0415  # slow to import, and only some tests need it

    leaf = torch.tensor(as_float64(x), dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(f(leaf).sum(), leaf)
    return as_float64(gradient)


def torch_gradient(f: Callable[..., Any], *args: Any, wrt: int = 0) -> Float64Array:  # arrays
    """Return the gradient of a scalar function with respect to one argument, by torch autograd.

    Args:
        f: maps tensors to a tensor with one element.
        args: the arguments, numbers or arrays, taken as float64 tensors.
        wrt: the position of that argument.

    Returns:
        The gradient, float64, in the shape of that argument.
    """
    import torch  # noqa: PLC0415  # slow to import, and only some tests need it

    tensors = [torch.tensor(as_float64(arg), dtype=torch.float64) for arg in args]
    tensors[wrt].requires_grad_(True)  # noqa: FBT003  # torch's signature
    (gradient,) = torch.autograd.grad(f(*tensors).sum(), tensors[wrt])
    return as_float64(gradient)


def least_squares(X: Any, y: Any) -> Float64Array:  # noqa: N803  # arrays or tensors; the course's names
    """Return the weights and the bias with the least mean squared error, in that order.

    Args:
        X: inputs, shape (N, D).
        y: targets, N of them in any shape.

    Returns:
        Shape (D + 1,): the D weights, then the bias, by `numpy.linalg.lstsq`.
    """
    inputs = as_float64(X)
    design = np.column_stack([inputs, np.ones(len(inputs))])
    solution, *_ = np.linalg.lstsq(design, as_float64(y).ravel())
    return as_float64(solution)
