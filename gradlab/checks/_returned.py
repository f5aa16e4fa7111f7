"""Describes what an answer returned, in numbers and short texts, to find equal wrong answers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

from gradlab.base.texts import without_control
from gradlab.checks._messages import show
from gradlab.checks._values import as_float64

if TYPE_CHECKING:
    from gradlab.checks._scenario import CallResult

Description = dict[str, Any]

MAX_CASES = 16
MAX_PARTS = 32  # per case: numbers, texts and containers
MAX_TEXT_CHARS = 160
_MAX_DEPTH = 4
_DIGITS = 10


def described(outcomes: Sequence[CallResult]) -> list[Description]:
    """Return an answer's outcomes in a form for JSON, one description for each case.

    An error gives ``{"error": "TypeError"}``, numbers ``{"type": "float", "shape": [], "values": [4.0]}``,
    a container ``{"type": "dict", "items": [description of a key, of its value, …]}``, and everything else
    ``{"text": "<function>"}``. Numbers have 10 digits; those that JSON lacks are texts: "nan", "inf",
    "-inf". Only the first cases are described, and only the first parts of each.
    """
    return [
        {"error": type(outcome.error).__name__}
        if outcome.error is not None
        else _Describer().describe(outcome.value)
        for outcome in outcomes[:MAX_CASES]
    ]


class _Describer:
    """Describes one value, up to a number of parts."""

    def __init__(self) -> None:
        self._n_left = MAX_PARTS

    def describe(self, value: object, depth: int = 0) -> Description:
        self._n_left -= 1
        try:
            numbers = as_float64(value)
        except TypeError:
            pass
        else:
            told = numbers.ravel()[: self._n_left + 1].tolist()
            self._n_left -= len(told)
            return {
                "type": _type_name(value),
                "shape": list(numbers.shape),
                "values": [_number(number) for number in told],
            }
        parts: Iterable[object]
        if isinstance(value, Mapping):
            parts = chain.from_iterable(value.items())
        elif isinstance(value, Sequence) and not isinstance(value, str | bytes):
            parts = value
        else:
            parts = ()
        if not parts or depth == _MAX_DEPTH:
            return {"text": without_control(show(value))[:MAX_TEXT_CHARS]}
        items = []
        for part in parts:
            if self._n_left <= 0:
                break
            items.append(self.describe(part, depth + 1))
        return {"type": _type_name(value), "items": items}


def _type_name(value: object) -> str:
    return without_control(type(value).__name__)[:MAX_TEXT_CHARS]


def _number(value: float) -> float | str:
    rounded = float(f"{value:.{_DIGITS}g}")
    if math.isfinite(rounded):
        return rounded
    return float(value) if math.isfinite(value) else str(value)  # the largest numbers round to infinity
