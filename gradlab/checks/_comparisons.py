"""Collects what `check` compares, for the audit, which measures how close wrong answers come."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


_noted: ContextVar[list[Comparison] | None] = ContextVar("noted", default=None)


@contextmanager
def noted_comparisons() -> Iterator[list[Comparison]]:
    """Collect all comparisons that `check` makes inside the `with` block."""
    comparisons: list[Comparison] = []
    token = _noted.set(comparisons)
    try:
        yield comparisons
    finally:
        _noted.reset(token)


def note(
    shown: Sequence[object],
    rights: Sequence[CallResult],
    outcomes: Sequence[CallResult],
    **tolerance: Any,
) -> None:
    """Note the rows of one `check` if comparisons are being collected."""
    noted = _noted.get()
    if noted is not None:
        rows = zip(shown, rights, outcomes, strict=True)
        noted += [Comparison(question, right, got, **tolerance) for question, right, got in rows]
