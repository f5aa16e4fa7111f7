"""Examines many submissions in parallel and records them one after the other; resumable at any point."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.base.outcome import Outcome
from gradlab.base.texts import suggestion
from gradlab.examiner.again import DoubtfulError
from gradlab.grading.calibrations import with_ways
from gradlab.grading.grade import graded
from gradlab.grading.recorded import Recorded
from gradlab.grading.recorder import Recorder
from gradlab.submission.reading import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gradlab.course import AssignmentSpec, Course
    from gradlab.examiner.again import FirstExams
    from gradlab.grading.graded import GradedNotebook
    from gradlab.grading.recorded import Forecast

# Enough for all workers of this machine; more would wait in memory with their results.
N_AHEAD = max(16, 2 * (os.cpu_count() or 1))


@dataclass(frozen=True)
class Progress:
    """A finished submission.

    Args:
        student: who submitted it.
        was_known: whether it had been recorded before.
        recorded: what has been recorded.
        error: what went wrong in the grader itself, "" if nothing did.
    """

    student: str
    was_known: bool = False
    recorded: Recorded = field(default_factory=Recorded)
    error: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Why notebooks are not gradeable."""
        return self.recorded.problems

    @property
    def waits_for_person(self) -> bool:
        """Whether a person has to judge a test cell because the examiner could not decide."""
        return any(outcome and Outcome(outcome).is_open for outcome in self.recorded.outcomes)


@dataclass(frozen=True)
class _Job:
    student: str
    folder: Path
    digest: str
    is_alone: bool = False
    first: FirstExams | None = None


def autograde(  # noqa: PLR0913  # two are options
    course: Course,
    assignment: str,
    students: Iterable[str],
    executor: Executor,
    *,
    force: bool = False,
    n_ahead: int = N_AHEAD,
) -> Iterator[Progress]:
    """Examine and record the submissions of an assignment, and yield each when it is finished.

    Args:
        course: the course.
        assignment: its name.
        students: whose submissions to grade.
        executor: examines them.
        force: whether to examine known submissions again.
        n_ahead: how many submissions the executor gets at once; more than its workers.

    Raises:
        CourseError: if the course does not know the assignment, or another process is grading it.
    """
    spec = course.assignment(assignment)
    with course.gradebook() as gradebook, Recorder(course, spec, gradebook) as recorder:
        new = []
        asked = spec.digest()
        for student in students:
            folder = course.step("submitted", student, assignment)
            try:
                job = _Job(student, folder, f"{asked}:{digest_of(folder, course.max_file_bytes)}")
                known = None if force else recorder.known(student, job.digest)
            except Exception as error:  # noqa: BLE001  # as in recording: the others go on
                yield Progress(student, error=_text(error))
                continue
            if known is None:
                new.append(job)
            else:
                yield Progress(student, was_known=True, recorded=known)
        if new:
            spec = with_ways(course, spec, executor)
        for job, result in _examined(spec, new, executor, n_ahead):
            yield _recorded(recorder, job, result)


def forecasts(course: Course, assignment: str, students: Iterable[str]) -> Iterator[Forecast]:
    """Yield what `autograde` would do with each submission, and why; nothing is written.

    Raises:
        CourseError: if the course does not know the assignment.
    """
    spec = course.assignment(assignment)
    with course.gradebook() as gradebook:
        recorder = Recorder(course, spec, gradebook)
        asked = spec.digest()
        for student in students:
            folder = course.step("submitted", student, assignment)
            yield recorder.forecast(student, f"{asked}:{digest_of(folder, course.max_file_bytes)}")


def _examined(
    spec: AssignmentSpec, jobs: list[_Job], executor: Executor, n_ahead: int
) -> Iterator[tuple[_Job, list[GradedNotebook] | BaseException]]:
    """Yield the result of each exam, or its error.

    When a worker dies, all running exams are lost, and one of their submissions may be to blame: they are
    examined again, one at a time. A submission whose exam was ended from outside is examined again at the
    end, alone.
    """
    waiting = deque(jobs)
    suspects: deque[_Job] = deque()
    doubtful: deque[_Job] = deque()
    running: dict[Future[list[GradedNotebook]], _Job] = {}

    def start(job: _Job) -> None:
        exam = partial(graded, spec, job.student, job.folder, is_alone=job.is_alone, first=job.first)
        running[executor.submit(exam)] = job

    try:
        while waiting or suspects or doubtful or running:
            while waiting and not suspects and len(running) < n_ahead:
                start(waiting.popleft())
            if not running:
                start((suspects or doubtful).popleft())
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                job = running.pop(future)
                error = future.exception()
                if isinstance(error, DoubtfulError):
                    doubtful.append(replace(job, is_alone=True, first=error.first))
                elif isinstance(error, BrokenExecutor) and not job.is_alone:
                    suspects.append(replace(job, is_alone=True))
                else:
                    yield job, error or future.result()
    finally:
        for future in running:
            future.cancel()


def _recorded(recorder: Recorder, job: _Job, result: list[GradedNotebook] | BaseException) -> Progress:
    if isinstance(result, BaseException):
        return Progress(job.student, error=_text(result))
    try:
        return Progress(job.student, recorded=recorder.record(job.student, job.digest, result))
    except Exception as error:  # noqa: BLE001  # a full disk, a locked database: the others go on
        return Progress(job.student, error=_text(error))


def _text(error: BaseException) -> str:
    if isinstance(error, BrokenExecutor):
        return "the process that examined it has died twice"
    if isinstance(error, CourseError):
        return str(error)
    return explained(error) or f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"


def submitted(course: Course, assignment: str, students: list[str] | None = None) -> list[str]:
    """Return the students whose submissions are to be graded: those asked for, or all.

    Raises:
        CourseError: if there is no such assignment or submission.
    """
    known = course.assignments()
    if assignment not in known:
        raise CourseError(f"There is no assignment {assignment!r}.{suggestion(assignment, known)}")
    found = course.students(assignment)
    if not found:
        raise CourseError(
            f"No submission for {assignment!r} has been collected yet: run 'nbgrader collect {assignment}'."
        )
    for student in students or ():
        if student not in found:
            raise CourseError(
                f"There is no submission of {student!r} for {assignment!r}.{suggestion(student, found)}"
            )
    return sorted(set(students)) if students else found
