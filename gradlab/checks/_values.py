"""Comparing values: sizes first, then numbers in float64.

A right answer may come in many styles (a float, a 0-d array or tensor; a list, a tuple, an
array). Whatever carries the same numbers in the same shape is the same value here.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

RTOL = 1e-5
ATOL = 1e-7

Float64Array = npt.NDArray[np.float64]


class NotNumbersError(TypeError):
    """A value, or a part of it, is no real number.

    Args:
        refused: what is not.
    """

    def __init__(self, refused: object) -> None:
        super().__init__(f"numbers expected, not {kind_of(refused)}")
        self.refused = refused


def kind_of(value: object) -> str:
    """Return the name of a value's type, also if the value stays in another process."""
    return str(getattr(value, "_kind", type(value).__name__))


def as_float64(value: object) -> Float64Array:
    """Return the numbers that a value carries, as a float64 array of its shape.

    Args:
        value: a real number, also a `Fraction` or a `Decimal`; an array, also of objects; a tensor, with or
            without graph; a table or a column of pandas; or a sequence of these, of equal shapes.

    Raises:
        TypeError: if the value carries anything except for real numbers.
    """
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(value, torch.Tensor):
        value = value.detach().cpu().resolve_neg().resolve_conj().numpy()
    elif pandas is not None and isinstance(value, pandas.Series | pandas.DataFrame | pandas.Index):
        value = value.to_numpy()
    if isinstance(value, int | Fraction | Decimal):
        return np.asarray(_as_float(value))
    if isinstance(value, float | np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype == np.object_:
            return np.array([_number(item) for item in array.flat], dtype=np.float64).reshape(array.shape)
        if array.dtype.kind not in "biuf":
            raise NotNumbersError(value)
        return array.astype(np.float64)
    if isinstance(value, str | bytes | bytearray | Mapping) or not isinstance(value, Sequence):
        raise NotNumbersError(value)
    try:
        return np.array([as_float64(item) for item in value], dtype=np.float64)
    except ValueError as error:
        raise TypeError("rows of equal length expected") from error


def _number(item: object) -> Float64Array:
    """Return an item of an array of objects, which has the array's shape only if all items are numbers."""
    number = as_float64(item)
    if number.shape:
        raise NotNumbersError(item)
    return number


def _as_float(number: Fraction | Decimal | int) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf
    except ValueError:  # a signaling NaN
        return math.nan


def is_telling(value: object) -> bool:
    """Tell whether a value tells answers apart: it holds a finite number other than 0, or a text.

    None, NaN, an infinity, an empty list, and 0 or False alone have too many causes.
    """
    if isinstance(value, str | bytes):
        return True
    try:
        numbers = as_float64(value)
        return bool((np.isfinite(numbers) & (numbers != 0)).any())
    except TypeError:
        pass
    parts: Any = value.values() if isinstance(value, Mapping) else value
    return isinstance(value, Mapping | Sequence | set | frozenset) and any(map(is_telling, parts))


def agree(
    got: object,
    expected: object,
    *,
    rtol: float = RTOL,
    atol: float = ATOL,
    any_shape: bool = False,
) -> bool:
    """Tell whether two values are the same.

    Numbers are compared by size, then shape, then value in float64. A single number may come
    in any shape. Strings, None, truth values and dictionaries are compared as they are (a
    dictionary may have more keys than expected), as are sets; sequences item by item.

    Args:
        got: the value of the student's code.
        expected: the value that it should have.
        rtol: relative tolerance, as in `numpy.allclose`.
        atol: absolute tolerance.
        any_shape: let only the sizes of arrays count, so that (D,) is as good as (1, D).
    """
    if isinstance(expected, Mapping):
        return isinstance(got, Mapping) and all(
            key in got and agree(got[key], item, rtol=rtol, atol=atol, any_shape=any_shape)
            for key, item in expected.items()
        )
    if expected is None or isinstance(expected, str | bytes):
        return type(got) is type(expected) and got == expected
    if isinstance(expected, bool | np.bool_):
        return _is_truth_value(got) and bool(got) == bool(expected)
    try:
        numbers = as_float64(expected)
    except TypeError:
        return _same_items(got, expected, rtol=rtol, atol=atol, any_shape=any_shape)
    try:
        got_numbers = as_float64(got)
    except TypeError:
        return False
    return _same_numbers(got_numbers, numbers, rtol, atol, any_shape=any_shape)


def _same_numbers(
    got: Float64Array, expected: Float64Array, rtol: float, atol: float, *, any_shape: bool
) -> bool:
    if got.size != expected.size:
        return False
    if expected.size != 1 and not any_shape and got.shape != expected.shape:
        return False
    return np.allclose(got.ravel(), expected.ravel(), rtol=rtol, atol=atol, equal_nan=True)


def _same_items(got: object, expected: object, **tolerance: Any) -> bool:  # passed on to `agree`
    if isinstance(expected, set | frozenset):
        return isinstance(got, set | frozenset) and got == expected
    if not isinstance(expected, Sequence):
        raise TypeError(f"a hidden test can't expect a {type(expected).__name__}")
    if isinstance(got, str | bytes) or not isinstance(got, Sequence) or len(got) != len(expected):
        return False
    return all(agree(g, e, **tolerance) for g, e in zip(got, expected, strict=True))


def _is_truth_value(value: object) -> bool:
    if isinstance(value, bool | np.bool_):
        return True
    dtype = str(getattr(value, "dtype", ""))
    return dtype in {"bool", "torch.bool"} and getattr(value, "ndim", None) == 0
