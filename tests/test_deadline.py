"""Limits on the processor time of the grader's own work."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from gradlab.base.deadline import deadline


class LateError(Exception):
    """The block used too much time."""


def burn(processor_s):
    """Use processor time."""
    end_s = time.thread_time() + processor_s
    while time.thread_time() < end_s:
        sum(range(100))


def test_what_uses_more_is_interrupted():
    """The exception is raised in the middle of the work, even inside a regular expression."""
    with pytest.raises(LateError), deadline(0.1, LateError):
        re.match(r"(a+)+$", "a" * 60 + "b")


def test_what_is_in_time_is_left_alone():
    """Nothing is raised, neither in the block nor afterwards."""
    with deadline(0.1, LateError):
        pass
    burn(0.2)


def test_waiting_does_not_count():
    """Time spent asleep or waiting for a processor does not count."""
    with deadline(0.1, LateError):
        time.sleep(0.3)


def test_the_outer_of_two_deadlines_still_holds():
    """The time that the inner block used counts towards the outer one."""

    def work():
        with deadline(0.3, LateError):
            with suppress(TimeoutError), deadline(0.1, TimeoutError):
                burn(1)
            burn(5)

    with pytest.raises(LateError):
        work()


STOPPED = """
import time
from gradlab.base.deadline import deadline
with deadline(0.5, TimeoutError):
    print("begun", flush=True)
    end_s = time.thread_time() + 0.2
    while time.thread_time() < end_s:
        pass
"""


def test_a_grader_that_was_stopped_is_not_late():
    """A block that is stopped by Ctrl-Z and continued by `fg` goes on."""
    with subprocess.Popen([sys.executable, "-c", STOPPED], stdout=subprocess.PIPE) as grader:
        grader.stdout.readline()
        os.kill(grader.pid, signal.SIGSTOP)
        time.sleep(0.7)
        os.kill(grader.pid, signal.SIGCONT)
    assert grader.returncode == 0


def in_a_thread(work):
    """Call a function in another thread; return what it returned or raised."""
    with ThreadPoolExecutor(1) as executor:
        future = executor.submit(work)
        return future.exception() or future.result()


def test_what_uses_more_in_another_thread_is_interrupted():
    """In another thread, too, the exception is raised in the middle of the work."""

    def work():
        with deadline(0.1, LateError):
            burn(60)

    assert isinstance(in_a_thread(work), LateError)


def test_what_is_in_time_in_another_thread_is_left_alone():
    """Nothing is raised after the block, however close to the limit it ends."""

    def work():
        for _ in range(30):
            with suppress(LateError), deadline(0.05, LateError):
                burn(0.0499)
        burn(0.2)
        return "done"

    assert in_a_thread(work) == "done"


def test_deadlines_of_two_threads_do_not_disturb_each_other():
    """Each thread has a deadline of its own."""

    def work(processor_s):
        try:
            with deadline(processor_s, LateError):
                burn(0.4)
        except LateError:
            return "late"
        return "in time"

    with ThreadPoolExecutor(2) as executor:
        assert list(executor.map(work, [0.05, 60])) == ["late", "in time"]


TRACED = """
import sys
from concurrent.futures import ThreadPoolExecutor
from gradlab.base.deadline import deadline

def work():
    with deadline(60, TimeoutError):
        pass

with ThreadPoolExecutor(1) as executor:
    executor.submit(work).result()
sys.settrace(lambda *_: None)
(lambda: None)()
"""


def test_a_deadline_leaves_nothing_behind():
    """A debugger or a measurement of coverage can go on: a cancelled exception would stop them for good."""
    subprocess.run([sys.executable, "-c", TRACED], check=True, timeout=120)
