"""Limits on the grader's own time."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from gradlab.deadline import deadline


class LateError(Exception):
    """It took too long."""


def test_what_takes_longer_is_interrupted():
    """The exception is raised in the middle of the work, in regular expressions as well."""
    with pytest.raises(LateError), deadline(0.1, LateError()):
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_what_is_in_time_is_left_alone():
    """Nothing is raised, neither in the block nor afterwards."""
    with deadline(0.1, LateError()):
        pass
    time.sleep(0.2)


def test_an_alarm_that_was_set_before_still_rings():
    """The time that the block took counts for it."""
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    before = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with deadline(5, LateError()):
            time.sleep(0.1)
        assert not rung
        time.sleep(0.2)
        assert rung
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *before)


def test_another_thread_takes_its_time():
    """Alarms ring in the main thread; elsewhere the block is not interrupted."""
    done = []

    def work() -> None:
        with deadline(0.05, LateError()):
            time.sleep(0.1)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done
