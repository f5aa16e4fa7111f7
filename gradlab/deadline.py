"""A limit on the time that a piece of the grader's own work takes."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_ONCE_S = 1e-6  # zero would switch the alarm off


@contextmanager
def deadline(seconds: float, expired: BaseException) -> Iterator[None]:
    """Raise an exception in the block where it takes longer.

    An alarm rings in the main thread; in another one the block takes its time. An alarm that was set
    before rings at its own time.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

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
