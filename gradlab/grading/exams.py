"""Exams of many submissions at once; those lost with a worker or ended from outside are repeated."""

from __future__ import annotations

from collections import deque
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from gradlab.examiner.again import DoubtfulError
from gradlab.grading.grade import graded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from gradlab.course import AssignmentSpec
    from gradlab.examiner.again import FirstExams
    from gradlab.grading.graded import GradedNotebook

    Result: TypeAlias = list[GradedNotebook] | BaseException


@dataclass(frozen=True)
class Job:
    """A submission to be examined.

    Args:
        spec: what is asked.
        student: who submitted it.
        folder: of the submission.
        digest: of what is examined.
        is_alone: whether nothing else is examined at the same time.
        first: results of exams that were ended from outside.
    """

    spec: AssignmentSpec
    student: str
    folder: Path
    digest: str
    is_alone: bool = False
    first: FirstExams | None = None


class Exams:
    """Examines submissions in the order in which they were added.

    If a worker dies, all running exams are lost, and one of their submissions may be to blame: they are
    examined again, one at a time. A submission whose exam was ended from outside is examined again as soon
    as no other one waits, alone.

    Args:
        executor: examines them.
        n_ahead: tells how many submissions the executor gets at once now; a cluster may grow.
    """

    def __init__(self, executor: Executor, n_ahead: Callable[[], int]) -> None:
        self._executor = executor
        self._n_ahead = n_ahead
        self._waiting: deque[Job] = deque()
        self._suspects: deque[Job] = deque()
        self._doubtful: deque[Job] = deque()
        self._running: dict[Future[list[GradedNotebook]], Job] = {}

    def add(self, job: Job) -> None:
        """Let a submission be examined as soon as there is room."""
        self._waiting.append(job)
        self._start()

    @property
    def is_idle(self) -> bool:
        """Whether no submission waits or is examined."""
        return not (self._running or self._waiting or self._suspects or self._doubtful)

    @property
    def has_room(self) -> bool:
        """Whether another submission would be examined at once."""
        n_known = len(self._running) + len(self._waiting)
        return not (self._suspects or self._doubtful) and n_known < self._n_ahead()

    def finished(self, timeout_s: float | None = None) -> Iterator[tuple[Job, Result]]:
        """Wait until an exam has finished; yield the results, or errors, of all that have, as they began.

        Args:
            timeout_s: how long to wait at most.
        """
        self._start()
        done = wait(self._running, timeout_s, FIRST_COMPLETED).done
        for future in [each for each in self._running if each in done]:
            job = self._running.pop(future)
            error = future.exception()
            if isinstance(error, DoubtfulError):
                self._doubtful.append(replace(job, is_alone=True, first=error.first))
            elif isinstance(error, BrokenExecutor) and not job.is_alone:
                self._suspects.append(replace(job, is_alone=True))
            else:
                yield job, error or future.result()
        self._start()

    def cancel(self) -> None:
        """Forget all exams that have not begun."""
        for future in self._running:
            future.cancel()

    def _start(self) -> None:
        while self._waiting and not self._suspects and len(self._running) < self._n_ahead():
            self._submit(self._waiting.popleft())
        if not self._running and (self._suspects or self._doubtful):
            self._submit((self._suspects or self._doubtful).popleft())

    def _submit(self, job: Job) -> None:
        exam = partial(graded, job.spec, job.student, job.folder, is_alone=job.is_alone, first=job.first)
        self._running[self._executor.submit(exam)] = job
