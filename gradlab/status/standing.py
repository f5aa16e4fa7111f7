"""How far an assignment is, and the command that is next."""

from __future__ import annotations

import contextlib
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nbgrader.utils import notebook_hash

from gradlab.base.errors import CourseError
from gradlab.feedback.bulk import FeedbackRun
from gradlab.gradebook.classroom import Status, Student
from gradlab.gradebook.reading import read_records
from gradlab.grading import pipeline
from gradlab.serve.command import exchange_of
from gradlab.submission.reading import SECRET_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Submission
    from gradlab.serve.inbox import Inbox


@dataclass(frozen=True)
class Standing:
    """How far an assignment is.

    Args:
        name: of the assignment.
        is_generated: whether the gradebook knows it.
        is_released: whether students can fetch it from the exchange.
        n_arrived: students with a submission in the exchange that has not been collected.
        n_submitted: students with a submission that has been collected.
        n_ungraded: how many of these submissions `gradlab autograde` would examine.
        n_waiting: how many wait for a person.
        n_stale: how many have a page of feedback that is missing, or would look different now.
        n_held: how many have a page of feedback that is not in the exchange.
        n_out: how many have all of their pages there, as they would look now.
        scores: the complete ones.
        max_score: the points that the assignment is worth.
        problem: why it can't be graded, "" if it can.
    """

    name: str
    is_generated: bool = False
    is_released: bool = False
    n_arrived: int = 0
    n_submitted: int = 0
    n_ungraded: int = 0
    n_waiting: int = 0
    n_stale: int = 0
    n_held: int = 0
    n_out: int = 0
    scores: tuple[float, ...] = ()
    max_score: float = 0.0
    problem: str = ""

    @property
    def n_complete(self) -> int:
        """How many submissions have a complete score."""
        return len(self.scores)

    @property
    def next_step(self) -> str:
        """The next command, or what to do before there is one."""
        has_none = not (self.n_submitted or self.n_arrived)
        steps = (
            (self.problem, self.problem),
            (not self.is_generated, f"nbgrader generate_assignment {self.name}"),
            (has_none and not self.is_released, f"nbgrader release_assignment {self.name}"),
            (has_none, f"wait for submissions, then nbgrader collect {self.name}"),
            (self.n_arrived, f"nbgrader collect {self.name} --update"),
            (self.n_ungraded, f"gradlab autograde {self.name}"),
            (self.n_waiting, f"jupyter lab (Nbgrader > Formgrader > Manual Grading > {self.name})"),
            (self.n_stale, f"gradlab feedback {self.name}"),
            (self.n_held, f"nbgrader release_feedback {self.name}"),
        )
        return next((step for is_next, step in steps if is_next), "")


class Standings:
    """How far the assignments of a course are.

    Args:
        course: the course.
    """

    def __init__(self, course: Course) -> None:
        self._course = course
        self._inbox: Inbox | None = None
        with contextlib.suppress(CourseError):  # nothing is released yet, or the exchange is of another kind
            self._inbox, _ = exchange_of(course.root)

    def of(self, name: str) -> Standing:
        """Return how far an assignment is."""
        is_released = self._inbox is not None and name in self._inbox.released()
        records = read_records(self._course, name)
        if records is None:
            return Standing(name, is_released=is_released)
        students = self._course.students(name)
        graded = [
            submission
            for row in records.rows
            if row.student_id in students or records.is_submission(row)
            for submission in (records.submission(row, Student(row.student_id)),)
            if submission.status != Status.SUBMITTED
        ]
        scores = (submission.final_score for submission in graded)
        pages = Counter(self._pages(submission) for submission in graded)
        problem, n_ungraded = self._ungraded(name, students)
        return Standing(
            name,
            is_generated=True,
            is_released=is_released,
            n_arrived=self._n_arrived(name),
            n_submitted=len(students),
            n_ungraded=n_ungraded,
            n_waiting=sum(any(mark.needs_person for mark in each.marks.values()) for each in graded),
            n_stale=pages["stale"],
            n_held=pages["held"],
            n_out=pages["out"],
            scores=tuple(score for score in scores if score is not None),
            max_score=records.assignment.max_score,
            problem=problem,
        )

    @cached_property
    def _feedback(self) -> FeedbackRun:
        return FeedbackRun(self._course.root)

    def _ungraded(self, name: str, students: Sequence[str]) -> tuple[str, int]:
        """Return why an assignment can't be graded, and how many of its submissions have to be."""
        try:
            forecasts = list(pipeline.forecasts(self._course, name, students))
        except CourseError as error:
            return str(error), 0
        return "", sum(forecast.is_examined for forecast in forecasts)

    def _n_arrived(self, name: str) -> int:
        """Return how many students have a newer submission in the exchange than in the course."""
        if self._inbox is None:
            return 0
        found = self._inbox.arrivals()  # the oldest first
        newest = {arrival.student: arrival for arrival in found if arrival.assignment == name}
        folders = {student: self._course.step("submitted", student, name) for student in newest}
        return sum(not self._inbox.is_collected(newest[student], folders[student]) for student in newest)

    def _pages(self, submission: Submission) -> str:
        """Return how far the pages of a submission are: "stale", "held" or "out"; "" if there are none."""
        student, assignment = submission.student.id, submission.assignment
        if self._feedback.stale(student, assignment):
            return "stale"
        folder = self._course.step("feedback", student, assignment)
        notebooks = self._course.step("autograded", student, assignment).glob("*.ipynb")
        pages = [folder / f"{path.stem}.html" for path in notebooks]
        if not pages or self._inbox is None or not (folder / SECRET_NAME).is_file():
            return ""
        secret = (folder / SECRET_NAME).read_text(encoding="utf-8", errors="replace")  # the student's own
        out = self._inbox.folder.with_name("feedback")  # as `nbgrader release_feedback` fills it
        names = [notebook_hash(secret=secret, notebook_id=page.stem) for page in pages]
        is_out = all(_is_same(page, out / f"{name}.html") for page, name in zip(pages, names, strict=True))
        return "out" if is_out else "held"


def _is_same(page: Path, other: Path) -> bool:
    return other.is_file() and page.read_bytes() == other.read_bytes()
