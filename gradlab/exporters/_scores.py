"""The scores of a class, as the gradebook has them: a few questions about everybody."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from nbgrader import api
from sqlalchemy import select

from gradlab.report import database
from gradlab.report.reading import exercise_by_name
from gradlab.source import read_source

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from nbgrader.api import Gradebook

    from gradlab.source import SourceNotebook

ExerciseKey: TypeAlias = tuple[str, str]
"""An exercise: its notebook and its name."""


@dataclass(frozen=True)
class Person:
    """A student, as the gradebook knows them; "" is what it does not know."""

    id: str
    last_name: str
    first_name: str
    email: str
    lms_id: str


@dataclass(frozen=True)
class Submission:
    """One student's scores in one assignment.

    Args:
        timestamp: when it was submitted, in UTC, None where that is not known.
        penalty: the points that lateness costs.
        scores: by exercise; None where nobody has judged yet.
        waiting: the exercises that wait for a person.
    """

    timestamp: dt.datetime | None
    penalty: float
    scores: Mapping[ExerciseKey, float | None]
    waiting: frozenset[ExerciseKey]

    @property
    def total(self) -> float | None:
        """The points that count, None as long as anything has no score or waits for a person."""
        known = [score for score in self.scores.values() if score is not None]
        if self.waiting or len(known) < len(self.scores):
            return None
        return max(0.0, sum(known) - self.penalty)


@dataclass(frozen=True)
class Assignment:
    """What was asked, and what came: the maximum of each exercise in order, submissions by student."""

    name: str
    exercises: Mapping[ExerciseKey, float]
    submissions: Mapping[str, Submission]

    def total(self, student: str) -> float | None:
        """Return a student's points that count, None where there are none yet."""
        submission = self.submissions.get(student)
        return None if submission is None else submission.total


@dataclass
class _Exercise:
    """What is being gathered of one exercise of one submission."""

    scores: list[float | None] = field(default_factory=list)
    waits: bool = False

    @property
    def score(self) -> float | None:
        known = [score for score in self.scores if score is not None]
        return sum(known) if len(known) == len(self.scores) else None


def read_students(gradebook: Gradebook) -> list[Person]:
    """Return all students, in nbgrader's order."""
    columns = (
        api.Student.id,
        api.Student.last_name,
        api.Student.first_name,
        api.Student.email,
        api.Student.lms_user_id,
    )
    order = (api.Student.last_name, api.Student.first_name, api.Student.id)
    rows = gradebook.db.execute(select(*columns).order_by(*order))
    return [Person(*(value or "" for value in row)) for row in rows]


def read_assignment(gradebook: Gradebook, name: str, folder: Path, submitted: set[str]) -> Assignment:
    """Return an assignment with all scores.

    Args:
        gradebook: the gradebook.
        name: of the assignment.
        folder: where its source notebooks are, which say what is judged by a cell; they need not be there.
        submitted: the students of whom there is a submission, graded or not.
    """
    entry = gradebook.find_assignment(name)
    exercises: dict[ExerciseKey, float] = {}
    exercise_of: dict[str, ExerciseKey] = {}
    for notebook in database.notebooks(gradebook.db, entry.id):
        cells = database.graded_cells(gradebook.db, notebook.id)
        source = read_source(folder / f"{notebook.name}.ipynb")
        named = _exercises(source, [cell.name for cell in cells])
        for cell in sorted(cells, key=lambda one: list(named).index(one.name)):
            exercise_of[cell.id] = key = (notebook.name, named[cell.name])
            exercises[key] = exercises.get(key, 0.0) + (cell.max_score or 0.0)
    not_graded = Submission(None, 0.0, dict.fromkeys(exercises), frozenset())
    submissions = dict.fromkeys(submitted, not_graded)
    for student, submission in _submissions(gradebook.db, entry.id, exercises, exercise_of):
        # A row without any of this may be there for an extension alone.
        is_graded = submission.timestamp or any(score is not None for score in submission.scores.values())
        if is_graded or student in submitted:
            submissions[student] = submission
    return Assignment(name, exercises, submissions)


def _exercises(source: SourceNotebook | None, cells: list[str]) -> dict[str, str]:
    """Return the exercise of each cell that is worth points, in order."""
    known = dict(source.exercises) if source is not None else {}
    for name in sorted(cells):
        known.setdefault(name, exercise_by_name(name))
    return known


def _submissions(
    db: Any,
    assignment_id: str,
    exercises: Mapping[ExerciseKey, float],
    exercise_of: Mapping[str, ExerciseKey],
) -> Iterator[tuple[str, Submission]]:
    penalties, grades = database.penalties(db, assignment_id), database.grades(db, assignment_id)
    for row in database.submissions(db, assignment_id):
        found: dict[ExerciseKey, _Exercise] = defaultdict(_Exercise)
        for cell, auto, manual, extra, needs_person in grades.get(row.id, ()):
            exercise = found[exercise_of[cell]]
            score = auto if manual is None else manual
            exercise.scores.append(None if score is None else score + (extra or 0.0))
            exercise.waits |= bool(needs_person)
        scores = {key: found[key].score for key in exercises}
        waiting = frozenset(key for key in exercises if found[key].waits)
        yield row.student_id, Submission(row.timestamp, float(penalties[row.id]), scores, waiting)
