"""Test cells that were not asked by value: an answer can forge their result, or a person gives the points."""

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
    """An outcome, and the way in which the cell was asked if that was not by value."""

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
    """Return the outcome of a mark, with the way in which its cell was asked."""
    return AskedOutcome(outcome, mark.asked if mark.is_asked_otherwise else "")


def asked_table(assignment: Assignment, submissions: Sequence[Submission]) -> Table:
    """Return the cells that were not asked by value, how, for how many submissions, and why."""
    rows = [
        [cell.name, assignment.exercise_of[cell.key].title, Term(f"asked {way}"), n, Message(why)]
        for cell in assignment.cells
        for way, n in sorted(ways_of(submission.mark(cell) for submission in submissions).items())
        for why in (assignment.why_asked.get(cell.key, ""),)
    ]
    columns = [Column("cell"), Column("exercise"), Column("asked"), Column("n_asked_so", is_number=True)]
    return Table("asked", [*columns, Column("why")], rows)


def ways_of(marks: Iterable[Mark]) -> Counter[str]:
    """Count the marks whose cells were not asked by value, by the way in which they were."""
    return Counter(mark.asked for mark in marks if mark.is_asked_otherwise)
