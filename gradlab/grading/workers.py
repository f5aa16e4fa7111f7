"""Workers: processes on this machine that examine submissions, and may die.

Each worker has its own zygote, forked from a shared nursery: a program that this process has started with a
separate environment. So nothing from this process, a worker or their environment is in an examinee's memory.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import marks_in_use, use_marks
from gradlab.examinee.zygote import ENVIRONMENT, Zygote
from gradlab.examiner.desk import desk

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from gradlab.authoring.hidden_marks import HiddenMarks
    from gradlab.examinee.zygote import Warmth


ONE_THREAD = "OMP_NUM_THREADS"  # hidden tests of all workers share the cores


class Workers(Executor):
    """A `ProcessPoolExecutor` that can be used again after one of its processes has died.

    Running calls then end with `BrokenExecutor`; new processes take the later ones.

    Args:
        warmth: what is imported and run before the first exam.
        n_workers: submissions at once; by default, one for each core that this process may use.
        nursery: a zygote that has already been started; by default, a new one.
    """

    def __init__(self, warmth: Warmth, n_workers: int | None = None, nursery: Zygote | None = None) -> None:
        self._warmth = warmth
        self._n_workers = n_workers or len(os.sched_getaffinity(0))
        self._nursery = nursery or Zygote.started()
        self._nursery.warm(warmth)
        self._pool: ProcessPoolExecutor | None = None

    def start(self) -> None:
        """Start all workers now; fork them from this process if it has a single thread."""
        can_fork = threading.active_count() == 1
        os.environ.setdefault(ONE_THREAD, ENVIRONMENT[ONE_THREAD])
        if can_fork:
            self._warmth.import_modules()
        self._pool = ProcessPoolExecutor(
            self._n_workers,
            mp_context=multiprocessing.get_context("fork" if can_fork else "spawn"),
            initializer=_prepare,
            initargs=(self._nursery.control, self._warmth, marks_in_use()),
        )
        if can_fork:
            self._pool.submit(os.getpid).result()

    def n_at_once(self) -> int:
        """Return how many calls run at once."""
        return self._n_workers

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Let a worker call a function."""
        if self._pool is not None:
            try:
                return self._pool.submit(fn, *args, **kwargs)
            except BrokenExecutor:
                self._pool.shutdown()
        self.start()
        assert self._pool is not None  # noqa: S101  # it has been started
        return self._pool.submit(fn, *args, **kwargs)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End all workers; after an error, without waiting for running calls."""
        self.shutdown(wait=kind is None, cancel_futures=True)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002  # as inherited
        """End the workers, and their zygotes with them."""
        if self._pool is not None:
            self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        self._nursery.close()


def _prepare(nursery: socket.socket, warmth: Warmth, marks: HiddenMarks) -> None:
    """Make this process a worker: it gets its zygotes from the nursery, and ends when its parent does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    threading.Thread(target=_end_with_parent, daemon=True).start()
    use_marks(marks)
    warmth.import_modules()
    desk().take(Zygote(nursery))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None  # noqa: S101  # a worker has one
    wait([parent.sentinel])
    os._exit(1)
