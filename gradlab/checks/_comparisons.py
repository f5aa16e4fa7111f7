"""Who wants to know what `check` compares: the audit, which asks how near wrong answers come."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gradlab.checks._scenario import CallResult


@dataclass(frozen=True)
class Comparison:
    """One row of a `check`: what is asked, what is right, what came, and how near is near enough."""

    shown: str
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
    shown: Callable[[Any], str],
    cases: Sequence[Any],
    rights: Sequence[CallResult],
    outcomes: Sequence[CallResult],
    **tolerance: Any,
) -> None:
    """Note the rows of one `check`, where somebody wants to know."""
    noted = _noted.get()
    if noted is not None:
        rows = zip(cases, rights, outcomes, strict=True)
        noted += [Comparison(shown(one), right, got, **tolerance) for one, right, got in rows]
