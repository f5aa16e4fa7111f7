"""Test cells whose result an answer can forge, or whose points a person gives."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import escape

from gradlab.report.tables import Column, Table
from gradlab.report.values import Message, Term, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradlab.gradebook.classroom import Assignment, Mark, Submission
    from gradlab.report.words import Words


@dataclass(frozen=True, slots=True)
class AskedOutcome(Value):
    """An outcome, and how the cell was asked if that matters; see `gradlab.gradebook.classroom.Mark`."""

    outcome: Term
    asked: str

    def html(self, words: Words) -> str:
        """Return both."""
        mark = f" <small>({escape(words.term(f'asked {self.asked}'))})</small>" if self.asked else ""
        return self.outcome.html(words) + mark

    def parts(self) -> tuple[Any, ...]:
        """Return both."""
        return (*self.outcome.parts(), self.asked)


def asked_outcome(outcome: Term, mark: Mark) -> AskedOutcome:
    """Return the outcome of a mark, with how its cell was asked if that matters."""
    return AskedOutcome(outcome, mark.caveat)


def asked_table(assignment: Assignment, submissions: Sequence[Submission]) -> Table:
    """Return the cells that can be forged or wait for a person: how asked, for how many, and why."""
    rows = [
        [cell.name, assignment.exercise_of[cell.key].title, Term(f"asked {way}"), n, Message(why)]
        for cell in assignment.cells
        for way, n in sorted(ways_of(submission.mark(cell) for submission in submissions).items())
        for why in (assignment.why_asked.get(cell.key, ""),)
    ]
    columns = [Column("cell"), Column("exercise"), Column("asked"), Column("n_asked_so", is_number=True)]
    return Table("asked", [*columns, Column("why")], rows)


def ways_of(marks: Iterable[Mark]) -> Counter[str]:
    """Count the marks that can be forged or that a person gives, by how their cells were asked."""
    return Counter(mark.caveat for mark in marks if mark.caveat)
