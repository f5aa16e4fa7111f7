"""How close a wrong answer's values are to the right ones, in tolerances."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.checks import agree, as_float64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.checks import Comparison

SANE = 100.0  # right and wrong should be this many tolerances apart


@dataclass(frozen=True)
class Near:
    """How close an answer came to being right.

    Args:
        clearest: the largest distance in any comparison, in tolerances; infinite if kinds or sizes differ.
        close: the questions whose values differ by too few tolerances to be sure, each with that number.
    """

    clearest: float = 0.0
    close: dict[str, float] = field(default_factory=dict)


def nearest(comparisons: Iterable[Comparison]) -> Near:
    """Return how close an answer came in all its comparisons."""
    clearest = 0.0
    close: dict[str, float] = {}
    for comparison in comparisons:
        far = distance_of(comparison)
        clearest = max(clearest, far)
        if 1 < far < SANE:
            shown = str(comparison.shown)
            close[shown] = min(far, close.get(shown, SANE))
    return Near(clearest, close)


def distance_of(comparison: Comparison) -> float:
    """Return the distance of an answer's value from the right one, in tolerances."""
    if comparison.right.error is not None or comparison.got.error is not None:
        return 0.0 if type(comparison.right.error) is type(comparison.got.error) else math.inf
    return _distance(comparison.got.value, comparison.right.value, comparison)


def _distance(got: Any, right: Any, comparison: Comparison) -> float:
    if isinstance(right, Mapping):
        has_all = isinstance(got, Mapping) and got.keys() >= right.keys()
        return _farthest([(got[key], right[key]) for key in right], comparison) if has_all else math.inf
    try:
        values, numbers = as_float64(got), as_float64(right)
    except TypeError:
        if isinstance(right, list | tuple):
            is_as_long = isinstance(got, list | tuple) and len(got) == len(right)
            return _farthest(list(zip(got, right, strict=True)), comparison) if is_as_long else math.inf
        return 0.0 if _agree(got, right, comparison) else math.inf
    if isinstance(right, bool | np.bool_):
        return 0.0 if _agree(got, right, comparison) else math.inf
    return _between(values.ravel(), numbers.ravel(), comparison)


def _farthest(pairs: list[tuple[Any, Any]], comparison: Comparison) -> float:
    return max((_distance(got, right, comparison) for got, right in pairs), default=0.0)


def _between(got: Any, right: Any, comparison: Comparison) -> float:
    if got.size != right.size:
        return math.inf
    same = (got == right) | (np.isnan(got) & np.isnan(right))
    with np.errstate(all="ignore"):
        far = np.abs(got - right) / (comparison.atol + comparison.rtol * np.abs(right))
    far = np.where(same, 0.0, np.where(np.isfinite(far), far, math.inf))
    return float(far.max(initial=0.0))


def _agree(got: object, right: object, comparison: Comparison) -> bool:
    try:
        return agree(got, right, rtol=comparison.rtol, atol=comparison.atol, any_shape=comparison.any_shape)
    except TypeError:  # values that can't be compared
        return False
