"""Collects what `check` compares, for the audit, which measures how close wrong answers come."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.checks._scenario import CallResult


@dataclass(frozen=True)
class Comparison:
    """One row of a `check`: the question, the right outcome, the answer's outcome and the tolerances.

    The question is an object that becomes a text by `str`.
    """

    shown: object
    right: CallResult
    got: CallResult
    rtol: float
    atol: float
    any_shape: bool


Settles: TypeAlias = Callable[[Comparison], bool]


@dataclass(frozen=True)
class _Noting:
    comparisons: list[Comparison] = field(default_factory=list)
    settles: Settles | None = None


_noting: ContextVar[_Noting | None] = ContextVar("noting", default=None)


@contextmanager
def noted_comparisons(settles: Settles | None = None) -> Iterator[list[Comparison]]:
    """Collect all comparisons that `check` makes inside the `with` block.

    Args:
        settles: tells whether a comparison shows clearly enough that an answer is wrong: a `check` that has
            failed then asks nothing more. If it is given, failures are not explained, either.
    """
    noting = _Noting(settles=settles)
    token = _noting.set(noting)
    try:
        yield noting.comparisons
    finally:
        _noting.reset(token)


def note(comparison: Comparison) -> None:
    """Note a row of a `check` if comparisons are being collected."""
    noting = _noting.get()
    if noting is not None:
        noting.comparisons.append(comparison)


def is_settled(comparison: Comparison) -> bool:
    """Tell whether nobody wants to know more about an answer that has failed."""
    noting = _noting.get()
    return noting is not None and noting.settles is not None and noting.settles(comparison)


def is_explained() -> bool:
    """Tell whether somebody wants to know why an answer fails."""
    noting = _noting.get()
    return noting is None or noting.settles is None
