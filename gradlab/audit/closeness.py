"""How near a wrong answer's values come to the right ones, measured in tolerances."""

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

SANE = 100.0  # tolerances that should lie between right and wrong


@dataclass(frozen=True)
class Near:
    """How near an answer came.

    Args:
        clearest: the largest distance of all comparisons, in tolerances; infinite where kinds differ.
        close: what was asked where values differ by too few tolerances to be sure, and by how many.
    """

    clearest: float = 0.0
    close: dict[str, float] = field(default_factory=dict)


def nearest(comparisons: Iterable[Comparison]) -> Near:
    """Return how near an answer came in its comparisons."""
    clearest = 0.0
    close: dict[str, float] = {}
    for one in comparisons:
        far = distance_of(one)
        clearest = max(clearest, far)
        if 1 < far < SANE:
            close[one.shown] = min(far, close.get(one.shown, SANE))
    return Near(clearest, close)


def distance_of(one: Comparison) -> float:
    """Return how far what came is from what is right, in tolerances."""
    if one.right.error is not None or one.got.error is not None:
        return 0.0 if type(one.right.error) is type(one.got.error) else math.inf
    return _distance(one.got.value, one.right.value, one)


def _distance(got: Any, right: Any, one: Comparison) -> float:
    if isinstance(right, Mapping):
        has_all = isinstance(got, Mapping) and got.keys() >= right.keys()
        return _farthest([(got[key], right[key]) for key in right], one) if has_all else math.inf
    try:
        values, numbers = as_float64(got), as_float64(right)
    except TypeError:
        if isinstance(right, list | tuple):
            is_as_long = isinstance(got, list | tuple) and len(got) == len(right)
            return _farthest(list(zip(got, right, strict=True)), one) if is_as_long else math.inf
        return 0.0 if _agree(got, right, one) else math.inf
    if isinstance(right, bool | np.bool_):
        return 0.0 if _agree(got, right, one) else math.inf
    return _between(values.ravel(), numbers.ravel(), one)


def _farthest(pairs: list[tuple[Any, Any]], one: Comparison) -> float:
    return max((_distance(got, right, one) for got, right in pairs), default=0.0)


def _between(got: Any, right: Any, one: Comparison) -> float:
    if got.size != right.size:
        return math.inf
    same = (got == right) | (np.isnan(got) & np.isnan(right))
    with np.errstate(all="ignore"):
        far = np.abs(got - right) / (one.atol + one.rtol * np.abs(right))
    far = np.where(same, 0.0, np.where(np.isfinite(far), far, math.inf))
    return float(far.max(initial=0.0))


def _agree(got: object, right: object, one: Comparison) -> bool:
    try:
        return agree(got, right, rtol=one.rtol, atol=one.atol, any_shape=one.any_shape)
    except TypeError:  # what can't be compared
        return False
