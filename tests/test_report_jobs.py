"""Jobs of a report in several processes."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest


def test_jobs_share_the_cores():
    """Many jobs run in other processes, with what this one has read; their results come in order."""
    code = (
        "import os\n"
        "from gradlab.report.jobs import run_jobs\n"
        "read = os.getpid()\n"
        "jobs = [lambda n=n: (n, read, os.getpid()) for n in range(40)]\n"
        "numbers, known, pids = zip(*run_jobs(jobs))\n"
        "assert numbers == tuple(range(40)) and set(known) == {read}\n"
        "assert (read in pids) == (len(os.sched_getaffinity(0)) == 1)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="with one core, there is no other process")
def test_a_process_that_dies_is_told():
    """Then the report is not whole, and the command says so in a line."""
    code = (
        "import os, signal\n"
        "from gradlab.base.errors import CourseError\n"
        "from gradlab.report.jobs import run_jobs\n"
        "try:\n"
        "    list(run_jobs([lambda: os.kill(os.getpid(), signal.SIGKILL)] * 40))\n"
        "except CourseError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.startswith("A process has died")
