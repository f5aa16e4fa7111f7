"""Scores by exercise, for statistics and spreadsheets."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from gradlab.exporters._table import FALSE, TRUE, TableExporter, name, points, text
from gradlab.gradebook.classroom import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.gradebook.classroom import Assignment, Classroom, Student, Submission

STUDENT = ("student_id", "last_name", "first_name", "email")
LATE = "late penalty"


def _identity(student: Student) -> list[str]:
    return [text(student.id), name(student.last_name), name(student.first_name), text(student.email)]


class LongExporter(TableExporter):
    """One row for each assignment, student and exercise.

    A late submission has an extra row, for the exercise "late penalty" with a negative score, so that the
    scores of a submission add up. If nothing was submitted, `submitted` is FALSE and the score empty.
    If a person has to judge (again), `needs_manual_grade` is TRUE, and the score is the current one, or
    empty.
    """

    file_name = "scores-long.csv"

    def rows(
        self, classroom: Classroom, students: Sequence[Student], assignments: Sequence[Assignment]
    ) -> Iterator[Sequence[str]]:
        """Yield the heading, then the rows by assignment and student."""
        columns = ("submitted", "timestamp", "score", "max_score", "needs_manual_grade")
        yield ("assignment", *STUDENT, "notebook", "exercise", *columns)
        for assignment, student in product(assignments, students):
            for row in _rows(assignment, classroom.submission(assignment, student)):
                yield [text(assignment.name), *_identity(student), *row]


def _rows(assignment: Assignment, submission: Submission) -> Iterator[list[str]]:
    is_there = TRUE if submission.status != Status.MISSING else FALSE
    when = f"{submission.submitted:%Y-%m-%dT%H:%M:%SZ}" if submission.submitted else ""
    for exercise in assignment.exercises:
        names = [text(exercise.notebook), text(exercise.name)]
        score, max_score = points(submission.exercise_score(exercise)), points(exercise.max_score)
        waits = TRUE if submission.waits(exercise) else FALSE
        yield [*names, is_there, when, score, max_score, waits]
    if submission.penalty:
        waits = TRUE if submission.is_penalty_outdated else FALSE
        yield ["", LATE, TRUE, when, points(-submission.penalty), points(0), waits]


class WideExporter(TableExporter):
    """One row for each student, with the exercises, the late penalty and the total of each assignment.

    Columns are named ``<assignment>/<notebook>/<exercise>``, ``<assignment>/late penalty``,
    ``<assignment>/total`` and ``<assignment>/needs_manual_grade``. The total is empty if nothing was
    submitted, and while anything waits for a person.
    """

    file_name = "scores-wide.csv"

    def rows(
        self, classroom: Classroom, students: Sequence[Student], assignments: Sequence[Assignment]
    ) -> Iterator[Sequence[str]]:
        """Yield the heading, then the rows by student."""
        further = (LATE, "total", "needs_manual_grade")
        heading = [
            f"{assignment.name}/{column}"
            for assignment in assignments
            for column in (
                *(f"{exercise.notebook}/{exercise.name}" for exercise in assignment.exercises),
                *further,
            )
        ]
        yield [*STUDENT, *map(text, heading)]
        for student in students:
            submissions = [
                (assignment, classroom.submission(assignment, student)) for assignment in assignments
            ]
            yield [*_identity(student), *(cell for pair in submissions for cell in _columns(*pair))]


def _columns(assignment: Assignment, submission: Submission) -> list[str]:
    scores = [points(submission.exercise_score(exercise)) for exercise in assignment.exercises]
    waits = (
        TRUE if submission.is_penalty_outdated or any(map(submission.waits, assignment.exercises)) else FALSE
    )
    if submission.status == Status.MISSING:
        return [*scores, "", "", waits]
    return [*scores, points(-submission.penalty), points(submission.final_score), waits]
