"""What was found in a submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.submission.notes import Assumption

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Answers:
    """What a submission answers.

    Args:
        cells: the submitted cells by grade id; an answer from several cells as one.
        further: the student's other cells, by the grade id of the cell before them ("" at the beginning).
        assumed: the grade ids of the answers that each assumption is about.
        n_asked: how many answers the release asks for.
    """

    cells: Mapping[str, Any]
    further: Mapping[str, Sequence[Any]]
    assumed: Mapping[Assumption, Sequence[str]]
    n_asked: int

    @property
    def lost(self) -> frozenset[str]:
        """The answers that were not found."""
        return frozenset(self.assumed.get(Assumption.NOWHERE, ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """The assumptions, in words."""
        return tuple(what.note(names) for what, names in self.assumed.items())
