"""A class and its work, as the report takes them: plain values, read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from gradlab.source import Misconception

CellKey: TypeAlias = tuple[str, str]
"""A cell: its notebook and its grade id."""


class Status(StrEnum):
    """How far a submission is."""

    MISSING = "missing"
    SUBMITTED = "submitted"
    NOT_GRADEABLE = "not gradeable"
    WAITING = "waiting"
    GRADED = "graded"


@dataclass(frozen=True)
class Student:
    """A person: the gradebook's id, and the name, which may be empty."""

    id: str
    name: str = ""


@dataclass(frozen=True)
class TestCell:
    """A cell that is worth points: a test cell, or a written answer."""

    notebook: str
    name: str
    max_score: float

    @property
    def key(self) -> CellKey:
        """What it is called in marks."""
        return (self.notebook, self.name)


@dataclass(frozen=True)
class Exercise:
    """The cells that judge one answer.

    Args:
        notebook: where it stands.
        name: the answer's grade id.
        title: the name, with the notebook's where another notebook has the same.
        cells: in the notebook's order.
    """

    notebook: str
    name: str
    title: str
    cells: tuple[TestCell, ...]

    @cached_property
    def max_score(self) -> float:
        """The points that it is worth."""
        return sum(cell.max_score for cell in self.cells)


@dataclass(frozen=True)
class Assignment:
    """What was asked."""

    name: str
    due: dt.datetime | None
    exercises: tuple[Exercise, ...]
    misconceptions: tuple[tuple[str, Misconception], ...] = ()  # with the notebooks that name them

    @cached_property
    def cells(self) -> tuple[TestCell, ...]:
        """All cells that are worth points."""
        return tuple(cell for exercise in self.exercises for cell in exercise.cells)

    @cached_property
    def exercise_of(self) -> Mapping[CellKey, Exercise]:
        """The exercise of each cell."""
        return {cell.key: exercise for exercise in self.exercises for cell in exercise.cells}

    @cached_property
    def max_score(self) -> float:
        """The points that it is worth."""
        return sum(exercise.max_score for exercise in self.exercises)


@dataclass(frozen=True, slots=True)
class Mark:
    """What the gradebook and the outcome file hold of one cell of one submission.

    Args:
        score: with extra credit, None where nobody has judged yet.
        is_by_hand: whether a person has given the score.
        needs_person: whether it waits for one.
        outcome: of the exam, "" where a person judges or the outcome is not known.
        message: what the student is told.
        misconception: the name of the one that the answer shows, "" if none.
    """

    score: float | None = None
    is_by_hand: bool = False
    needs_person: bool = False
    outcome: str = ""
    message: str = ""
    misconception: str = ""


UNKNOWN = Mark()


@dataclass(frozen=True)
class Change:
    """What another grading made of a cell."""

    cell: CellKey
    score_before: float | None
    score_after: float | None
    outcome_before: str
    outcome_after: str
    why: str
    graded_before: dt.datetime | None


@dataclass(frozen=True)
class Submission:
    """One student's work on one assignment.

    Args:
        student: whose.
        assignment: for what.
        status: how far it is.
        marks: by cell, of those that the gradebook or the outcome file knows.
        submitted: when, in UTC, None where that is not known.
        seconds_late: after the due date and the extension; 0 if in time.
        penalty: the points that lateness costs.
        comments: what a person has written, by the cell of the answer.
        problems: what a person has to look at.
        broken: the notebooks that could not be graded.
        returned: what the outcome file holds of each cell, for `gradlab.wrong_answers`.
        changes: what the last grading changed.
    """

    student: Student
    assignment: str
    status: Status
    marks: Mapping[CellKey, Mark] = field(default_factory=dict)
    submitted: dt.datetime | None = None
    seconds_late: float = 0.0
    penalty: float = 0.0
    comments: Mapping[CellKey, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()
    returned: Mapping[CellKey, Any] = field(default_factory=dict, repr=False)
    changes: tuple[Change, ...] = ()

    @property
    def is_judged(self) -> bool:
        """Whether its scores say something."""
        return self.status in {Status.GRADED, Status.WAITING}

    @cached_property
    def points(self) -> float:
        """The points so far, before what lateness costs."""
        return sum(mark.score or 0.0 for mark in self.marks.values())

    @property
    def score(self) -> float:
        """The points so far, after what lateness costs; never below 0, as nbgrader has it."""
        return max(self.points - self.penalty, 0.0)

    def mark(self, cell: TestCell) -> Mark:
        """Return the mark of a cell."""
        return self.marks.get(cell.key, UNKNOWN)

    def exercise_score(self, exercise: Exercise) -> float | None:
        """Return the points of an exercise, None where one of its cells has not been judged."""
        scores = [self.mark(cell).score for cell in exercise.cells]
        known = [score for score in scores if score is not None]
        return sum(known) if len(known) == len(scores) else None

    def is_attempted(self, exercise: Exercise) -> bool:
        """Return whether there was an answer to an exercise, as far as the exam can tell."""
        return any(self.mark(cell).outcome != "not attempted" for cell in exercise.cells)


@dataclass(frozen=True)
class Classroom:
    """All that the report is made of.

    Args:
        students: by id.
        assignments: by name.
        submissions: by assignment and student, those that there are.
    """

    students: tuple[Student, ...]
    assignments: tuple[Assignment, ...]
    submissions: Mapping[str, Mapping[str, Submission]]

    def submission(self, assignment: Assignment, student: Student) -> Submission:
        """Return a student's work, missing where there is none."""
        known = self.submissions[assignment.name].get(student.id)
        return known or Submission(student, assignment.name, Status.MISSING)

    def of(self, assignment: Assignment) -> list[Submission]:
        """Return the submissions of an assignment, in the order of students."""
        known = self.submissions[assignment.name]
        return [known[student.id] for student in self.students if student.id in known]
