"""Pages of many submissions at once: only those that would look different, in warm processes on all cores."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbconvert.writers.files import FilesWriter
from nbgrader import apps
from nbgrader.converters import GenerateFeedback

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.base.texts import suggestion, without_control
from gradlab.base.working_directory import working_in
from gradlab.course import CourseFolders, check_configuration, configured
from gradlab.feedback.exporter import FeedbackExporter
from gradlab.feedback.policy import FULL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from gradlab.feedback.broken import BrokenPage
    from gradlab.gradebook.classroom import Submission
    from gradlab.gradebook.reading import Records


@dataclass(frozen=True)
class Made:
    """What was done about the pages of a submission.

    Args:
        student: who submitted it.
        assignment: its name.
        n_pages: how many pages were made.
        n_fresh: how many were up to date.
        error: why they could not be made, "" if they could.
    """

    student: str
    assignment: str
    n_pages: int = 0
    n_fresh: int = 0
    error: str = ""


class FeedbackRun:
    """The feedback of a course, as its ``nbgrader_config.py`` configures it.

    Args:
        folder: of the course.

    Raises:
        CourseError: if the configuration has an error, or there is no gradebook.
    """

    def __init__(self, folder: Path) -> None:
        check_configuration(folder)
        app = configured(apps.GenerateFeedbackApp(), folder)
        self._converter = GenerateFeedback(coursedir=app.coursedir, parent=app)
        self._folders = CourseFolders(app.coursedir)
        self._folders.check_gradebook()
        self._converter.writer = FilesWriter(parent=self._converter)  # type: ignore[no-untyped-call]  # nbconvert's
        self._converter.exporter = self._converter.exporter_class(
            parent=self._converter, config=self._converter.config
        )
        for step in self._converter.preprocessors:
            self._converter.exporter.register_preprocessor(step)

    def graded(self, assignments: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return (student, assignment) of the graded submissions, of all assignments by default.

        Raises:
            CourseError: if there is no such assignment, or nothing has been graded.
        """
        known = self._folders.assignments()
        for name in assignments:
            if name not in known:
                raise CourseError(f"There is no assignment {name!r}.{suggestion(name, known)}")
        excluded = self._converter.coursedir.student_id_exclude.split(",")
        examined = {
            name: {path.stem for path in (self._folders.outcomes / name).glob("[!.]*.json")}
            for name in assignments or known
        }
        students = {path.name for path in self._folders.step("autograded").glob("[!.]*") if path.is_dir()}
        found = [
            (student, name)
            for name, others in examined.items()
            for student in sorted((students | others).difference(excluded))
            if student in others or any(self._notebooks(student, name))
        ]
        if not found:
            raise CourseError("No submission has been graded yet: run 'gradlab autograde <assignment>'.")
        return found

    def make(self, student: str, assignment: str, *, force: bool = False, detail: str = FULL) -> Made:
        """Make the pages of a submission that would look different now, as nbgrader's converter would.

        Args:
            student: who submitted it.
            assignment: its name.
            force: whether to make the others, too.
            detail: how much they say; see `gradlab.feedback.policy`.
        """
        exporter: Any = self._converter.exporter
        exporter.detail = detail
        places = [self._folders.step(step, student, assignment) for step in ("feedback", "submitted")]
        try:
            notebooks = self._notebooks(student, assignment)
            stale = notebooks if force else self.stale(student, assignment)
            if stale:
                with working_in(self._folders.root):
                    self._converter.init_assignment(assignment, student)
                    for path in stale:
                        self._converter.convert_single_notebook(str(path))
                    self._converter.set_permissions(assignment, student)
            broken = [page.write(*places) for page in self._broken_pages(student, assignment)]
        except Exception as error:  # noqa: BLE001  # the others go on
            return Made(student, assignment, error=_text(error))
        n_made, n_all = len(stale) + sum(broken), len(notebooks) + len(broken)
        return Made(student, assignment, n_made, n_all - n_made)

    def stale(self, student: str, assignment: str) -> list[Path]:
        """Return the graded notebooks whose page is missing, or would look different now."""
        exporter: Any = self._converter.exporter
        notebooks = self._notebooks(student, assignment)
        if not isinstance(exporter, FeedbackExporter):
            return notebooks
        return [path for path in notebooks if not exporter.is_fresh(path, student, assignment)]

    def read(self, student: str, assignment: str) -> tuple[Records, Submission] | None:
        """Read a submission's record again, as the gradebook has it now; None if it has none.

        Raises:
            CourseError: if the course's pages of feedback are not gradlab's.
        """
        exporter: Any = self._converter.exporter
        if not isinstance(exporter, FeedbackExporter):
            raise CourseError(
                "The pages of feedback are not gradlab's: set c.GenerateFeedback.exporter_class, or run "
                "'gradlab adopt --write'."
            )
        return exporter.read(student, assignment)

    def make_all(
        self, asked: Sequence[tuple[str, str]], n_workers: int | None = None, *, force: bool = False
    ) -> Iterator[Made]:
        """Make the pages of many submissions in several processes; yield each when it is done.

        Args:
            asked: (student, assignment) of the submissions.
            n_workers: processes at once; by default, one for each core that this process may use.
            force: whether to make pages that would look the same, too.
        """
        n_workers = min(n_workers or len(os.sched_getaffinity(0)), len(asked))
        context = multiprocessing.get_context("fork")  # so that what has been imported and read is there
        pool = ProcessPoolExecutor(n_workers, context, initializer=_prepare, initargs=(self,))
        try:
            running = [pool.submit(_make, *names, force=force) for names in asked]
            for future in as_completed(running):
                yield future.result()
        finally:
            pool.shutdown(cancel_futures=True)

    def _broken_pages(self, student: str, assignment: str) -> list[BrokenPage]:
        exporter: Any = self._converter.exporter
        return exporter.broken_pages(student, assignment) if isinstance(exporter, FeedbackExporter) else []

    def _notebooks(self, student: str, assignment: str) -> list[Path]:
        return sorted(self._folders.step("autograded", student, assignment).glob("*.ipynb"))


_of_this_process: list[FeedbackRun] = []


def _prepare(run: FeedbackRun) -> None:
    """Make this process a worker."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    _of_this_process[:] = [run]


def _make(student: str, assignment: str, *, force: bool) -> Made:
    return _of_this_process[0].make(student, assignment, force=force)


def _text(error: Exception) -> str:
    text = str(error) if isinstance(error, CourseError) else explained(error)
    return without_control(text or f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
