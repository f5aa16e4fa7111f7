"""Jobs on all cores, in processes that are forked from this one: they have all that it has read."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from gradlab.base.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Result = TypeVar("Result")

JOBS_PER_WORKER = 8  # fewer are not worth a fork

_jobs: list[Callable[[], Any]] = []


def run_jobs(jobs: Sequence[Callable[[], Result]]) -> Iterator[Result]:
    """Run jobs, in any order, on all cores that this process may use; yield their results.

    If there are few of them, or other threads, this process runs them itself.

    Raises:
        CourseError: if a process has died.
    """
    n_workers = min(len(os.sched_getaffinity(0)), len(jobs) // JOBS_PER_WORKER)
    if n_workers <= 1 or threading.active_count() > 1:
        yield from (job() for job in jobs)
        return
    _jobs[:] = jobs
    gc.freeze()  # so that its memory stays shared
    context = multiprocessing.get_context("fork")
    pool = ProcessPoolExecutor(n_workers, context, initializer=_ignore_interrupts)
    try:
        yield from pool.map(_run, range(len(jobs)))
    except BrokenExecutor:
        raise CourseError("A process has died, perhaps for lack of memory. Start again.") from None
    finally:
        pool.shutdown(cancel_futures=True)
        gc.unfreeze()
        _jobs.clear()


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C


def _run(index: int) -> Any:
    return _jobs[index]()
