"""Examines many submissions in parallel and records them in batches; resumable at any point."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.base.outcome import Outcome
from gradlab.base.texts import suggestion
from gradlab.grading.calibrations import with_ways
from gradlab.grading.exams import Exams, Job
from gradlab.grading.graded import FinishedExam
from gradlab.grading.recorded import Forecast, Recorded
from gradlab.grading.recorder import Recorder
from gradlab.grading.recording import Recording

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator
    from concurrent.futures import Executor

    from gradlab.course import Course

MIN_AHEAD = 16
N_READ = 500  # submissions that are looked up in the gradebook at once


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
    def summary(self) -> str:
        """Say how many test cells had each outcome."""
        n_cells = Counter(outcome or "by hand" for outcome in self.recorded.outcomes)
        return ", ".join(f"{n} {outcome}" for outcome, n in n_cells.most_common()) or "nothing to grade"

    @property
    def waits_for_person(self) -> bool:
        """Whether a person has to judge a test cell because the examiner could not decide."""
        return any(outcome and Outcome(outcome).is_open for outcome in self.recorded.outcomes)


def autograde(  # noqa: PLR0913  # two are options
    course: Course,
    assignment: str,
    students: Iterable[str],
    executor: Executor,
    *,
    force: bool = False,
    n_at_once: Callable[[], int] = lambda: os.cpu_count() or 1,
) -> Iterator[Progress]:
    """Examine and record the submissions of an assignment, and yield each when it is finished.

    Args:
        course: the course.
        assignment: its name.
        students: whose submissions to grade.
        executor: examines them.
        force: whether to examine known submissions again.
        n_at_once: tells how many submissions the executor examines at once now.

    Raises:
        CourseError: if the course does not know the assignment, or another process is grading it.
    """
    spec = course.assignment(assignment)
    with course.gradebook() as gradebook, Recorder(course, spec, gradebook) as recorder:
        recording = Recording(recorder)
        new = yield from _to_examine(students, recorder, recording, force=force)
        if new:
            spec = with_ways(course, spec, executor)
        # Enough for all workers; more would wait in memory with their results.
        exams = Exams(executor, lambda: max(MIN_AHEAD, 2 * n_at_once()))
        try:
            for student, digest in new.items():
                folder = course.step("submitted", student, assignment)
                exams.add(Job(spec, student, folder, digest))
            while not exams.is_idle:
                for job, result in exams.finished():
                    if isinstance(result, BaseException):
                        yield Progress(job.student, error=text_of(result))
                    else:
                        recording.add(FinishedExam(job.student, job.digest, result))
                yield from _told(recording.attempt())
        finally:
            exams.cancel()
        yield from _told(recording.finish())


def _to_examine(
    students: Iterable[str], recorder: Recorder, recording: Recording, *, force: bool
) -> Generator[Progress, None, dict[str, str]]:
    """Yield recorded submissions, record exams that an earlier run has spooled; return the others."""
    new = {}
    left = iter(students)
    while some := list(islice(left, N_READ)):
        digests = {}
        for student in some:
            try:
                digests[student] = recorder.digest(student)
            except Exception as error:  # noqa: BLE001  # as in recording: the others go on
                yield Progress(student, error=text_of(error))
        known = {} if force else recorder.known(digests)
        for student, digest in digests.items():
            spooled = None if force else recorder.spool.find(student, digest)
            if student in known:
                yield Progress(student, was_known=True, recorded=known[student])
            elif spooled:
                recording.add(spooled)
                continue
            else:
                new[student] = digest
            recorder.spool.drop(student)
        yield from _told(recording.attempt())
    return new


def _told(results: Iterable[tuple[str, Recorded | Exception]]) -> Iterator[Progress]:
    for student, result in results:
        if isinstance(result, Exception):
            yield Progress(student, error=text_of(result))
        else:
            yield Progress(student, recorded=result)


def forecasts(course: Course, assignment: str, students: Iterable[str]) -> Iterator[Forecast]:
    """Yield what `autograde` would do with each submission, and why; nothing is written.

    Raises:
        CourseError: if the course does not know the assignment.
    """
    spec = course.assignment(assignment)
    with course.gradebook() as gradebook:
        recorder = Recorder(course, spec, gradebook)
        left = iter(students)
        while some := list(islice(left, N_READ)):
            digests = {}
            for student in some:
                try:
                    digests[student] = recorder.digest(student)
                except OSError as error:
                    yield Forecast(student, text_of(error))
            for student, found in recorder.forecasts(digests).items():
                yield Forecast(student, text_of(found)) if isinstance(found, OSError) else found


def text_of(error: BaseException) -> str:
    """Return a line that says what went wrong in the grader itself."""
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
