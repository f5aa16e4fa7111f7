"""What wrong answers returned, in short forms for people."""

from __future__ import annotations

import itertools
import textwrap
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.gradebook.wrong_answers import WrongAnswer

MAX_CASES = 3
MAX_VALUES = 6
MAX_VALUE_CHARS = 120
TIMES = "\N{MULTIPLICATION SIGN}"


def cases(group: WrongAnswer) -> tuple[str, ...]:
    """Return short forms of what the answers returned on the first cases."""
    shown = tuple(map(described, group.returned[:MAX_CASES]))
    n_more = len(group.returned) - MAX_CASES
    return (*shown, f"… (+{n_more})") if n_more > 0 else shown


def described(description: Any) -> str:
    """Return the short form of a value that `gradlab.gradebook.wrong_answers` describes."""
    match description:
        case {"error": str(name)}:
            return name
        case {"text": str(text)}:
            return textwrap.shorten(text, MAX_VALUE_CHARS, placeholder="…")
        case {"values": [value], "shape": []}:
            return _number(value)
        case {"values": [*values], "shape": [*shape]}:
            size = "" if len(shape) == 1 else f" ({TIMES.join(map(str, shape))})"
            return f"[{_listed(map(_number, values))}]{size}"
        case {"items": [*items]}:
            return f"({_listed(map(described, items))})"
    return textwrap.shorten(str(description), MAX_VALUE_CHARS, placeholder="…")


def _listed(texts: Iterable[str]) -> str:
    shown = [*itertools.islice(texts, MAX_VALUES + 1)]
    return ", ".join(shown if len(shown) <= MAX_VALUES else [*shown[:MAX_VALUES], "…"])


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else textwrap.shorten(str(value), MAX_VALUE_CHARS)
