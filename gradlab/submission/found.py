"""What was found in a submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.submission.cells import text_of
from gradlab.submission.notes import DOUBTS, Assumption
from gradlab.submission.places import normal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradlab.submission.official import OfficialCell


@dataclass(frozen=True)
class Answers:
    """What a submission answers.

    Args:
        cells: the submitted cells by grade id; an answer from several cells as one.
        further: the student's other cells, by the grade id of the cell before them ("" at the beginning).
        assumed: the grade ids of the answers that each assumption is about.
        names: what each answer that the release asks for defines, by its grade id.
    """

    cells: Mapping[str, Any]
    further: Mapping[str, Sequence[Any]]
    assumed: Mapping[Assumption, Sequence[str]]
    names: Mapping[str, frozenset[str]]

    @property
    def n_asked(self) -> int:
        """How many answers the release asks for."""
        return len(self.names)

    def differing(self, other: Answers, official: Sequence[OfficialCell]) -> list[str]:
        """Return the answers that another notebook has in another version, which is not as released."""
        return [
            cell.grade_id
            for cell in official
            if cell.grade_id in self.names
            and cell.grade_id in other.cells
            and self._text(other, cell) not in {self._text(self, cell), normal(cell.source)}
        ]

    @staticmethod
    def _text(answers: Answers, cell: OfficialCell) -> str:
        return normal(text_of(answers.cells.get(cell.grade_id, {})))

    @property
    def in_doubt(self) -> frozenset[str]:
        """The answers of which there are several versions."""
        return frozenset(name for what in DOUBTS for name in self.assumed.get(what, ()))

    @property
    def lost(self) -> frozenset[str]:
        """The answers that were not found."""
        return frozenset(self.assumed.get(Assumption.NOWHERE, ()))

    @property
    def notes(self) -> tuple[str, ...]:
        """The assumptions, in words."""
        return tuple(what.note(names) for what, names in self.assumed.items())
