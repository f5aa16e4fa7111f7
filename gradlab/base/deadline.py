"""A limit on the processor time that a piece of the grader's own work takes.

A grader that has to wait for a processor, or is stopped for a while, is not late.

In the main thread a timer of the operating system interrupts the work, even in the middle of a regular
expression. Other threads get no such signals; their work is interrupted as soon as it returns to Python code.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_S = 0.05


@contextmanager
def deadline(processor_s: float, expired: type[BaseException]) -> Iterator[None]:
    """Raise an exception in the block if it uses more processor time. Blocks may be nested.

    Args:
        processor_s: seconds of processor time that the block may use.
        expired: the exception to raise, without arguments.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with _timer(processor_s, expired) if is_main else _watcher(processor_s, expired):
        yield


@contextmanager
def _timer(processor_s: float, expired: type[BaseException]) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise expired

    started_s = time.process_time()
    handler = signal.signal(signal.SIGPROF, ring)
    left_s, interval_s = signal.setitimer(signal.ITIMER_PROF, processor_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, handler)
        if left_s:
            rest_s = left_s - (time.process_time() - started_s)
            signal.setitimer(signal.ITIMER_PROF, max(rest_s, 1e-6), interval_s)  # zero would switch it off


@contextmanager
def _watcher(processor_s: float, expired: type[BaseException]) -> Iterator[None]:
    thread = threading.get_ident()
    clock = time.pthread_getcpuclockid(thread)
    end_s = time.clock_gettime(clock) + processor_s
    is_over, lock = threading.Event(), threading.Lock()
    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc

    def watch() -> None:
        while not is_over.wait(_LOOK_S):
            with lock:
                if not is_over.is_set() and time.clock_gettime(clock) > end_s:
                    raise_in(ctypes.c_ulong(thread), ctypes.py_object(expired))
                    return

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield
    finally:
        # A pending exception is raised here at the latest. It is never cancelled: CPython 3.11 would then
        # look for it in every thread, forever.
        with lock:
            is_over.set()
