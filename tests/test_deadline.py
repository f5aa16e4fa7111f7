"""Limits on the grader's own time."""

from __future__ import annotations

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from gradlab.deadline import deadline


class LateError(Exception):
    """It took too long."""


def test_what_takes_longer_is_interrupted():
    """The exception is raised in the middle of the work, in regular expressions as well."""
    with pytest.raises(LateError), deadline(0.1, LateError):
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_what_is_in_time_is_left_alone():
    """Nothing is raised, neither in the block nor afterwards."""
    with deadline(0.1, LateError):
        pass
    time.sleep(0.2)


def test_an_alarm_that_was_set_before_still_rings():
    """The time that the block took counts for it."""
    rung = []
    handler = signal.signal(signal.SIGALRM, lambda *_: rung.append(True))
    before = signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with deadline(5, LateError):
            time.sleep(0.1)
        assert not rung
        time.sleep(0.2)
        assert rung
    finally:
        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, *before)


def in_a_thread(work):
    """Call a function in another thread; return what it returned or raised."""
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(work)
        return future.exception() or future.result()


def test_what_takes_longer_in_another_thread_is_interrupted():
    """There, too, the exception is raised in the middle of the work."""

    def work():
        with deadline(0.1, LateError):
            while True:
                sum(range(100))

    assert isinstance(in_a_thread(work), LateError)


def test_what_is_in_time_in_another_thread_is_left_alone():
    """Nothing is raised, neither in the block nor afterwards, however close to the limit the block ends."""

    def work():
        n_late = 0
        for _ in range(200):
            try:
                with deadline(0.002, LateError):
                    time.sleep(0.0015)
            except LateError:
                n_late += 1
        time.sleep(0.05)
        return n_late

    assert isinstance(in_a_thread(work), int)


def test_deadlines_of_two_threads_do_not_disturb_each_other():
    """Each thread has its own."""

    def work(seconds):
        try:
            with deadline(seconds, LateError):
                end_s = time.monotonic() + 0.3
                while time.monotonic() < end_s:
                    pass
        except LateError:
            return "late"
        return "in time"

    with ThreadPoolExecutor(2) as executor:
        assert list(executor.map(work, [0.05, 60])) == ["late", "in time"]
