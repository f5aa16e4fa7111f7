"""The model of a class and its work, for the report and the exports: plain values, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from gradlab.base.outcome import Outcome, Tone, Toned
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from gradlab.authoring.choice_questions import ChoiceQuestion
    from gradlab.authoring.said import Said
    from gradlab.authoring.source import Misconception

CellKey: TypeAlias = tuple[str, str]
"""A cell: its notebook and its grade id."""

_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]+")  # kana, Han, Hangul


class Status(Toned):
    """How far a submission is."""

    MISSING = "missing", Tone.SOFT
    SUBMITTED = "submitted", Tone.SOFT
    NOT_GRADEABLE = "not gradeable", Tone.ALARM
    WAITING = "waiting", Tone.SOFT
    GRADED = "graded"


@dataclass(frozen=True)
class Student:
    """A student as the gradebook knows them; unknown values are "".

    Args:
        id: nbgrader's id of the student.
        first_name: the first name.
        last_name: the family name.
        email: the address.
        lms_id: the id in a learning management system.
        is_in_gradebook: whether the gradebook knows the student; if not, there is only a submission.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    is_in_gradebook: bool = True

    @property
    def name(self) -> str:
        """The full name; Korean, Chinese and Japanese names start with the family name."""
        first, last = self.first_name, self.last_name
        is_east_asian = bool(first and last) and _EAST_ASIAN.fullmatch(first + last)
        return last + first if is_east_asian else " ".join(filter(None, (first, last)))


@dataclass(frozen=True)
class TestCell:
    """A cell that is worth points: a test cell, or a written answer."""

    notebook: str
    name: str
    max_score: float

    @property
    def key(self) -> CellKey:
        """The key of its marks."""
        return (self.notebook, self.name)


@dataclass(frozen=True)
class Exercise:
    """The cells that judge one answer.

    Args:
        notebook: the name of its notebook.
        name: the answer's grade id.
        title: its name, after the notebook's if another notebook has an exercise of the same name.
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
    """An assignment and its exercises."""

    name: str
    due: dt.datetime | None
    exercises: tuple[Exercise, ...]
    misconceptions: tuple[tuple[str, Misconception], ...] = ()  # each with its notebook
    why_asked: Mapping[CellKey, str] = field(default_factory=dict)  # of cells that are not asked by value
    said: Mapping[CellKey, Said] = field(default_factory=dict)  # what its tests say in both languages
    questions: tuple[tuple[str, ChoiceQuestion], ...] = ()  # each with its notebook

    @cached_property
    def cells(self) -> tuple[TestCell, ...]:
        """All cells that are worth points."""
        return tuple(cell for exercise in self.exercises for cell in exercise.cells)

    @cached_property
    def cell_of(self) -> Mapping[CellKey, TestCell]:
        """The cells that are worth points, by their keys."""
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def exercise_of(self) -> Mapping[CellKey, Exercise]:
        """The exercise of each cell."""
        return {cell.key: exercise for exercise in self.exercises for cell in exercise.cells}

    @cached_property
    def max_score(self) -> float:
        """The points that it is worth."""
        return sum(exercise.max_score for exercise in self.exercises)


NO_HIDDEN_PART = "by value, no hidden part"
"""How a test cell is asked that hides nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The result of one cell of one submission, from the gradebook and the outcome file.

    Args:
        score: with extra credit, None if it has not been judged yet.
        is_by_hand: whether a person has given the score.
        needs_person: whether it waits for a person.
        outcome: of the exam, "" if a person judges or the outcome is not known.
        message: what the student is told.
        misconception: the name of the misconception that the answer shows, "" if none.
        is_above: whether it has more points than its maximum, which was lowered.
        asked: the way in which the cell was asked, "" if that is not known; see `gradlab.examiner.ways`.
        is_forgeable: whether the cell only ran beside the answer.
    """

    score: float | None = None
    is_by_hand: bool = False
    needs_person: bool = False
    outcome: str = ""
    message: str = ""
    misconception: str = ""
    is_above: bool = False
    asked: str = ""
    is_forgeable: bool = False

    @property
    def caveat(self) -> str:
        """How the cell was asked, "" if by value with a hidden part, which no answer can forge."""
        if self.asked == Way.VALUE:
            return NO_HIDDEN_PART if self.is_forgeable else ""
        return self.asked


UNKNOWN = Mark()


@dataclass(frozen=True)
class Change:
    """How regrading changed a cell."""

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
        student: who submitted it.
        assignment: its name.
        status: how far it is.
        marks: by cell, for each cell that the gradebook knows.
        submitted: when, in UTC, None if that is not known.
        seconds_late: after the due date and the extension; 0 if in time.
        extension: how long after the due date it is still in time.
        penalties: the points that lateness costs, by notebook.
        comments: by people, by the cell of the answer.
        problems: why notebooks could not be graded.
        notes: what else a person has to look at.
        broken: the notebooks that could not be graded.
        returned: the outcome file's entries for wrong answers, by cell; see `wrong_answers`.
        changes: what the last grading changed.
        is_penalty_outdated: whether the penalty was computed for other points or another lateness.
        n_attempts: how many different submissions have been graded so far, None if that is not known.
        guesses: by question, in each notebook whose guesses have been read.
    """

    student: Student
    assignment: str
    status: Status
    marks: Mapping[CellKey, Mark] = field(default_factory=dict)
    submitted: dt.datetime | None = None
    seconds_late: float = 0.0
    extension: dt.timedelta | None = None
    penalties: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[CellKey, str] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    broken: frozenset[str] = frozenset()
    returned: Mapping[CellKey, Any] = field(default_factory=dict, repr=False)
    changes: tuple[Change, ...] = ()
    is_penalty_outdated: bool = False
    n_attempts: int | None = None
    guesses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def is_judged(self) -> bool:
        """Whether its scores are meaningful."""
        return self.status in {Status.GRADED, Status.WAITING}

    @property
    def penalty(self) -> float:
        """The points that lateness costs."""
        return sum(self.penalties.values())

    @cached_property
    def points(self) -> float:
        """The points so far, before the late penalty."""
        return sum(mark.score or 0.0 for mark in self.marks.values())

    @property
    def score(self) -> float:
        """The points so far, after the late penalty; never below 0, as in nbgrader."""
        return max(self.points - self.penalty, 0.0)

    @property
    def final_score(self) -> float | None:
        """The score, None if any cell has no score yet or waits for a person, or the penalty is outdated."""
        is_final = (
            not self.is_penalty_outdated
            and self.status not in {Status.MISSING, Status.SUBMITTED}
            and all(mark.score is not None and not mark.needs_person for mark in self.marks.values())
        )
        return self.score if is_final else None

    @property
    def is_provisional(self) -> bool:
        """Whether its score may change, because a part of it waits for grading or for a person."""
        return self.status != Status.MISSING and self.final_score is None

    def mark(self, cell: TestCell) -> Mark:
        """Return the mark of a cell."""
        return self.marks.get(cell.key, UNKNOWN)

    def exercise_score(self, exercise: Exercise) -> float | None:
        """Return the points of an exercise, None if one of its cells has not been judged."""
        scores = [self.mark(cell).score for cell in exercise.cells]
        known = [score for score in scores if score is not None]
        return sum(known) if len(known) == len(scores) else None

    def final_exercise_score(self, exercise: Exercise) -> float | None:
        """Return the points of an exercise, None if one of its cells waits or has no score yet."""
        return None if self.waits(exercise) else self.exercise_score(exercise)

    def waits(self, exercise: Exercise) -> bool:
        """Tell whether an exercise waits for a person."""
        return any(self.mark(cell).needs_person for cell in exercise.cells)

    def is_attempted(self, exercise: Exercise) -> bool:
        """Tell whether there was an answer to an exercise, as far as the exam knows."""
        return any(self.mark(cell).outcome != Outcome.NOT_ATTEMPTED for cell in exercise.cells)


@dataclass(frozen=True)
class Classroom:
    """A class, and all its work.

    Args:
        students: sorted by id.
        assignments: sorted by name.
        submissions: by assignment and student, without missing ones.
    """

    students: tuple[Student, ...]
    assignments: tuple[Assignment, ...]
    submissions: Mapping[str, Mapping[str, Submission]]

    def submission(self, assignment: Assignment, student: Student) -> Submission:
        """Return a student's work, with the status "missing" if there is none."""
        known = self.submissions[assignment.name].get(student.id)
        return known or Submission(student, assignment.name, Status.MISSING)

    def of_student(self, student: Student) -> list[Submission]:
        """Return a student's work on all assignments, in their order, with the missing ones."""
        return [self.submission(assignment, student) for assignment in self.assignments]

    def of(self, assignment: Assignment) -> list[Submission]:
        """Return the submissions of an assignment, in the order of students."""
        known = self.submissions[assignment.name]
        return [known[student.id] for student in self.students if student.id in known]
