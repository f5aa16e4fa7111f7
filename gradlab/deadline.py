"""A limit on the time that a piece of the grader's own work takes.

In the main thread an alarm of the operating system interrupts the work, also in the middle of a regular
expression or a sleep. Only the main thread gets such alarms; in any other thread the work is interrupted as
soon as it comes back to Python code.
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

_AT_ONCE_S = 1e-6  # zero would switch the alarm off


@contextmanager
def deadline(seconds: float, expired: type[BaseException]) -> Iterator[None]:
    """Raise an exception in the block if it takes longer. An alarm that was set before rings at its own time.

    Args:
        seconds: that the block may take.
        expired: what is raised, without arguments.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with _alarm(seconds, expired) if is_main else _alarm_in_thread(seconds, expired):
        yield


@contextmanager
def _alarm(seconds: float, expired: type[BaseException]) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise expired

    started_s = time.monotonic()
    handler = signal.signal(signal.SIGALRM, ring)
    left_s, interval_s = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)
        if left_s:
            rest_s = left_s - (time.monotonic() - started_s)
            signal.setitimer(signal.ITIMER_REAL, max(rest_s, _AT_ONCE_S), interval_s)


@contextmanager
def _alarm_in_thread(seconds: float, expired: type[BaseException]) -> Iterator[None]:
    thread = threading.get_ident()
    is_over, lock = False, threading.Lock()

    def ring() -> None:
        with lock:
            if not is_over:
                _raise_in(thread, expired)

    timer = threading.Timer(seconds, ring)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            is_over = True
        timer.cancel()
        _raise_in(thread, None)  # if it has rung at the last moment


def _raise_in(thread: int, kind: type[BaseException] | None) -> None:
    """Let a thread raise an exception before its next step in Python code, or no longer if `kind` is None."""
    exception = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), exception)
