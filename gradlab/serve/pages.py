"""Pages of feedback for single submissions, and their way to the students."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.exchange import ExchangeError

from gradlab.base.errors import CourseError
from gradlab.feedback.bulk import FeedbackRun
from gradlab.feedback.policy import FULL
from gradlab.serve.settings import NONE, Serve
from gradlab.submission.reading import SECRET_NAME

if TYPE_CHECKING:
    from gradlab.course import Course


@dataclass(frozen=True)
class HandedOut:
    """What a student has got.

    Args:
        note: why nothing could be released, "" if it could or nothing has to be.
        is_whole: whether there is nothing more to come.
    """

    note: str
    is_whole: bool


class Pages:
    """Makes the pages of a submission as the course's choices want them now, and releases them.

    Args:
        course: the course.
        release: nbgrader's own releasing, as the course configures it.

    Raises:
        CourseError: if the configuration has an error, or there is no gradebook.
    """

    def __init__(self, course: Course, release: Any) -> None:
        self.choices = Serve(config=course.config)
        self._run = FeedbackRun(course.root)
        self._release = release

    def is_over(self, student: str, assignment: str) -> bool:
        """Tell whether a submission's due date, with its extension, has passed, or there is none."""
        known = self._run.read(student, assignment)
        if known is None:
            return True
        records, submission = known
        due = records.assignment.due
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return due is None or now > due + (submission.extension or dt.timedelta())

    def bring_up_to_date(self, student: str, assignment: str) -> HandedOut:
        """Make and release what a student may read now.

        Raises:
            CourseError: if the page can't be made.
        """
        is_whole = self.is_over(student, assignment)
        detail = FULL if is_whole else self.choices.feedback
        return HandedOut("" if detail == NONE else self._released(student, assignment, detail), is_whole)

    def _released(self, student: str, assignment: str, detail: str) -> str:
        """Make and release pages; return why they can't be released, "" if they are, or there are none."""
        made = self._run.make(student, assignment, detail=detail)
        if made.error:
            raise CourseError(made.error)
        directory = self._release.coursedir
        place = Path(directory.format_path(directory.feedback_directory, student, assignment))
        if not place.is_dir():
            return ""  # there is no notebook to show
        if not (place / SECRET_NAME).is_file():
            return f"has no {SECRET_NAME}, so its feedback can't be released: was it submitted by nbgrader?"
        directory.student_id, directory.assignment_id = student, assignment
        try:
            self._release.start()
        except ExchangeError as error:
            raise CourseError(str(error)) from None
        return ""
