"""What needs a person now: broken notebooks, the grader's own errors, violations, manual answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from gradlab.report.records import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.report.records import Assignment, Classroom, Mark, Student, Submission, TestCell


class Kind(StrEnum):
    """Why a person is needed, the most urgent first."""

    EXAMINER_ERROR = "examiner error"
    BROKEN = "broken notebook"
    VIOLATION = "violation"
    NOT_GRADED = "not graded"
    NOTE = "note"
    WRITTEN = "written answer"


@dataclass(frozen=True)
class Need:
    """One thing to look at.

    Args:
        kind: why.
        student: whose work.
        assignment: for what.
        notebook: where, "" where that is not known.
        cell: which, "" where it is the whole.
        detail: what is known about it.
    """

    kind: Kind
    student: Student
    assignment: str
    notebook: str = ""
    cell: str = ""
    detail: str = ""


def needs(classroom: Classroom) -> list[Need]:
    """Return all that needs a person, the most urgent first."""
    found = [
        need
        for assignment in classroom.assignments
        for submission in classroom.of(assignment)
        for need in _needs(assignment, submission)
    ]
    order = list(Kind)
    return sorted(found, key=lambda need: order.index(need.kind))


def _needs(assignment: Assignment, submission: Submission) -> Iterator[Need]:
    student, name = submission.student, assignment.name
    if submission.status == Status.SUBMITTED:
        yield Need(Kind.NOT_GRADED, student, name)
    for problem in submission.problems:
        notebook = next((one for one in submission.broken if problem.startswith(f"{one}.ipynb")), "")
        kind = Kind.BROKEN if notebook or submission.status == Status.NOT_GRADEABLE else Kind.NOTE
        yield Need(kind, student, name, notebook, detail=problem)
    if submission.status == Status.SUBMITTED:
        return
    for cell in assignment.cells:
        mark = submission.mark(cell)
        kind_of_cell = _kind(submission, cell, mark)
        if kind_of_cell is not None:
            yield Need(kind_of_cell, student, name, cell.notebook, cell.name, mark.message)


def _kind(submission: Submission, cell: TestCell, mark: Mark) -> Kind | None:
    if mark.outcome == Kind.EXAMINER_ERROR and mark.needs_person:
        return Kind.EXAMINER_ERROR
    if mark.outcome == Kind.VIOLATION and (mark.needs_person or not mark.is_by_hand):
        return Kind.VIOLATION
    if mark.needs_person and cell.notebook not in submission.broken:
        return Kind.WRITTEN
    return None
