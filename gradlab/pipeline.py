"""Many submissions: examined in parallel, recorded one after the other, resumable at any point."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.recorder import Recorder
from gradlab.submission import digest_of, graded, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.course import Course
    from gradlab.submission import GradedNotebook


@dataclass(frozen=True)
class Progress:
    """One submission that is done with.

    Args:
        student: whose.
        was_known: whether it had been recorded before.
        notebooks: what the exam came to.
        error: what went wrong in the grader itself, "" where nothing did.
    """

    student: str
    was_known: bool = False
    notebooks: tuple[GradedNotebook, ...] = ()
    error: str = ""

    @property
    def problems(self) -> list[str]:
        """Why it is not gradeable, for each notebook that is not."""
        return [one.problem for one in self.notebooks if one.problem]


def workers(n_workers: int | None = None) -> Executor:
    """Return workers on this machine, forked at once from this process, which holds nothing secret yet."""
    pool = ProcessPoolExecutor(
        n_workers or os.cpu_count(),
        mp_context=multiprocessing.get_context("fork"),
        initializer=prepare,
    )
    pool.submit(os.getpid).result()
    return pool


def autograde(
    course: Course, assignment: str, students: list[str], executor: Executor, *, force: bool = False
) -> Iterator[Progress]:
    """Examine and record the submissions of an assignment, and yield each as it is done with.

    Raises:
        CourseError: where the course does not know the assignment.
    """
    spec = course.assignment(assignment)
    asked = spec.digest()
    with course.gradebook() as gradebook:
        recorder = Recorder(course, spec, gradebook)
        running = {}
        for student in students:
            folder = course.step("submitted", student, assignment)
            digest = f"{asked}:{digest_of(folder)}"
            if not force and recorder.is_recorded(student, digest):
                yield Progress(student, was_known=True)
            else:
                running[executor.submit(graded, spec, folder)] = (student, digest)
        for future in as_completed(running):
            student, digest = running.pop(future)
            error = future.exception()
            if error is not None:
                yield Progress(student, error=f"{type(error).__name__}: {error}")
                continue
            notebooks = future.result()
            recorder.record(student, digest, notebooks)
            yield Progress(student, notebooks=tuple(notebooks))
