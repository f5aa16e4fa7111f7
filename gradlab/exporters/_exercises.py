"""Scores of each exercise: long, for statistics, and wide, for a spreadsheet."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from gradlab.exporters._table import FALSE, TRUE, TableExporter, name, points, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.exporters._scores import Assignment, Person

STUDENT = ("student_id", "last_name", "first_name", "email")
LATE = "late penalty"


def _student(person: Person) -> list[str]:
    return [text(person.id), name(person.last_name), name(person.first_name), text(person.email)]


class LongExporter(TableExporter):
    """One row for each assignment, student and exercise.

    A late submission has a row more, for the exercise "late penalty" with a negative score, so that the
    scores of a submission add up. Where nothing was submitted, `submitted` is FALSE and the score empty.
    Where a person has to judge (again), `needs_manual_grade` is TRUE, and the score is the one so far, or
    empty.
    """

    file_name = "scores-long.csv"

    def rows(self, students: Sequence[Person], assignments: Sequence[Assignment]) -> Iterator[Sequence[str]]:
        """Yield the heading, then the rows by assignment and student."""
        columns = ("submitted", "timestamp", "score", "max_score", "needs_manual_grade")
        yield ("assignment", *STUDENT, "notebook", "exercise", *columns)
        for assignment, person in product(assignments, students):
            for row in _rows(assignment, person):
                yield [text(assignment.name), *_student(person), *row]


def _rows(assignment: Assignment, person: Person) -> Iterator[list[str]]:
    submission = assignment.submissions.get(person.id)
    if submission is None:
        for key, maximum in assignment.exercises.items():
            yield [*map(text, key), FALSE, "", "", points(maximum), FALSE]
        return
    when = f"{submission.timestamp:%Y-%m-%dT%H:%M:%SZ}" if submission.timestamp else ""
    for key, maximum in assignment.exercises.items():
        waits = TRUE if key in submission.waiting else FALSE
        yield [*map(text, key), TRUE, when, points(submission.scores[key]), points(maximum), waits]
    if submission.penalty:
        yield ["", LATE, TRUE, when, points(-submission.penalty), points(0), FALSE]


class WideExporter(TableExporter):
    """One row for each student; for each assignment the exercises, what lateness costs, and the total.

    Columns are named ``<assignment>/<notebook>/<exercise>``, ``<assignment>/late penalty``,
    ``<assignment>/total`` and ``<assignment>/needs_manual_grade``. The total is empty where nothing was
    submitted, and as long as anything waits for a person.
    """

    file_name = "scores-wide.csv"

    def rows(self, students: Sequence[Person], assignments: Sequence[Assignment]) -> Iterator[Sequence[str]]:
        """Yield the heading, then the rows by student."""
        heading = [
            "/".join((assignment.name, *column))
            for assignment in assignments
            for column in (*assignment.exercises, (LATE,), ("total",), ("needs_manual_grade",))
        ]
        yield [*STUDENT, *map(text, heading)]
        for person in students:
            yield [*_student(person), *(cell for one in assignments for cell in _columns(one, person))]


def _columns(assignment: Assignment, person: Person) -> list[str]:
    submission = assignment.submissions.get(person.id)
    if submission is None:
        return [*("" for _ in assignment.exercises), "", "", FALSE]
    scores = [points(submission.scores[key]) for key in assignment.exercises]
    waits = TRUE if submission.waiting else FALSE
    return [*scores, points(-submission.penalty), points(submission.total), waits]
