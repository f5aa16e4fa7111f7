"""What needs a person now: broken notebooks, the grader's own errors, violations, written answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from gradlab.base.outcome import Outcome, Tone, Toned
from gradlab.gradebook.classroom import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.gradebook.classroom import Assignment, Classroom, Mark, Student, Submission, TestCell


class Reminder(Toned):
    """Why a person is needed although no test cell raises an alarm, the most urgent first."""

    BROKEN = "broken notebook", Tone.ALARM
    NOT_GRADED = "not graded"
    NOTE = "note"
    WRITTEN = "written answer"


Reason: TypeAlias = Outcome | Reminder

ALARMS = tuple(outcome for outcome in Outcome if outcome.tone is Tone.ALARM)
REASONS: tuple[Reason, ...] = (*ALARMS, *Reminder)
"""Why a person is needed, the most urgent first."""


@dataclass(frozen=True)
class Need:
    """One thing to look at.

    Args:
        why: the reason that a person is needed.
        student: who did the work.
        assignment: its name.
        notebook: its name, "" if it is not known.
        cell: its name, "" for the notebook as a whole.
        detail: what is known about it.
    """

    why: Reason
    student: Student
    assignment: str
    notebook: str = ""
    cell: str = ""
    detail: str = ""


def needs(classroom: Classroom) -> list[Need]:
    """Return everything that needs a person, the most urgent first."""
    found = [
        need
        for assignment in classroom.assignments
        for submission in classroom.of(assignment)
        for need in _needs(assignment, submission)
    ]
    return sorted(found, key=lambda need: REASONS.index(need.why))


def _needs(assignment: Assignment, submission: Submission) -> Iterator[Need]:
    student, name = submission.student, assignment.name
    if submission.status == Status.SUBMITTED:
        yield Need(Reminder.NOT_GRADED, student, name)
    for problem in submission.problems:
        notebook = next((stem for stem in submission.broken if problem.startswith(f"{stem}.ipynb")), "")
        yield Need(Reminder.BROKEN, student, name, notebook, detail=problem)
    notebooks = dict.fromkeys(cell.notebook for cell in assignment.cells)
    for note in submission.notes:
        notebook = next((stem for stem in notebooks if note.startswith(f"{stem}.ipynb: ")), "")
        yield Need(Reminder.NOTE, student, name, notebook, detail=note)
    if submission.status == Status.SUBMITTED:
        return
    for cell in assignment.cells:
        mark = submission.mark(cell)
        why = _why(submission, cell, mark)
        if why is not None:
            yield Need(why, student, name, cell.notebook, cell.name, mark.message)


def _why(submission: Submission, cell: TestCell, mark: Mark) -> Reason | None:
    """Return why a person has to look at a cell, None if that is not needed."""
    if mark.outcome in ALARMS and (mark.needs_person or not mark.is_by_hand):
        return Outcome(mark.outcome)
    if mark.needs_person and cell.notebook not in submission.broken:
        return Reminder.WRITTEN
    return None
