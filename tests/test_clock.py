"""The time that an examinee uses: its own, not the machine's."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import time

import pytest

from gradlab.examiner.clock import SLICE_S, Clock


@contextlib.contextmanager
def running(code):
    """A process that runs some code after it has said so."""
    program = f"print('on', flush=True)\nimport time\n{code}"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def used_s(process, seconds, enough_s=math.inf):
    """Return the time that a process uses while some seconds pass, or until it has used enough."""
    clock, total_s, end_s = Clock(process.pid), 0.0, time.monotonic() + seconds
    while time.monotonic() < end_s and total_s < enough_s:
        time.sleep(SLICE_S)
        total_s += clock.used_s()
    return total_s


@pytest.mark.parametrize("code", ["while True: pass", "time.sleep(60)"])
def test_computing_and_sleeping_count(code):
    """Computing or sleeping uses time, however long a busy machine takes to give it."""
    with running(code) as process:
        assert used_s(process, 60, enough_s=0.3) >= 0.3


def test_being_stopped_does_not_count():
    """A process that is stopped from outside uses nothing."""
    with running("while True: pass") as process:
        os.kill(process.pid, signal.SIGSTOP)
        time.sleep(0.1)
        assert used_s(process, 0.5) < 0.1


def test_waiting_for_a_processor_does_not_count():
    """On a processor that many share, each uses only its own part of the time."""
    pin = "import os\nos.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\n"
    with contextlib.ExitStack() as stack:
        several = [stack.enter_context(running(f"{pin}while True: pass")) for _ in range(6)]
        assert used_s(several[0], 2) < 1


def test_a_pause_of_the_grader_does_not_count():
    """After a long time without a look, at most one slice of a sleep counts."""
    with running("time.sleep(60)") as process:
        clock = Clock(process.pid)
        time.sleep(3 * SLICE_S)
        assert clock.used_s() <= SLICE_S
