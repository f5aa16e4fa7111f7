"""Workers on this machine, and the processes that they are forked from."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import BrokenExecutor, wait
from pathlib import Path

import pytest

from gradlab.base.errors import ZygoteDiedError
from gradlab.examinee.zygote import Warmth, Zygote
from gradlab.examiner.desk import desk
from gradlab.grading.workers import Workers
from gradlab.sandbox import SandboxLimits

WARMTH = Warmth(frozenset({"numpy"}))


@pytest.fixture(scope="module")
def workers():
    """One worker."""
    with Workers(WARMTH, 1) as made:
        yield made


def test_a_dead_worker_breaks_what_is_under_way_and_nothing_later(workers):
    """The job under way fails with `BrokenExecutor`; the next job gets a new process."""
    before = workers.submit(os.getpid).result()
    lost = workers.submit(time.sleep, 60)
    os.kill(before, signal.SIGKILL)
    wait([lost])
    assert isinstance(lost.exception(), BrokenExecutor)
    assert workers.submit(os.getpid).result() != before


def ending_of_an_examinee() -> int:
    """Start and end an examinee at this process's desk; return its exit code."""

    def exam(zygote):
        running = zygote.spawn(SandboxLimits(), {}, None)
        running.channel.close()
        return zygote.ending_of(running)

    return desk().examine(exam, Warmth())


def test_workers_need_no_zygote_but_their_own():
    """If the first zygote is killed before anything is examined, each worker starts one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    with Workers(WARMTH, 1, Zygote(ours)) as workers:
        assert workers.submit(ending_of_an_examinee).result() == 0


def test_workers_end_with_their_parent():
    """A grader that is killed leaves no worker and no zygote behind."""
    program = (
        "import os, time\n"
        "from gradlab.grading.workers import Workers\n"
        "from gradlab.examinee.zygote import Warmth\n"
        "workers = Workers(Warmth(), 2)\n"
        "workers.start()\n"
        "print(os.getpgid(workers.submit(os.getpid).result()), workers._nursery._process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, process_group=0) as grader:
        assert grader.stdout is not None
        groups = {int(group) for group in grader.stdout.readline().split()}
        assert len(_members(groups)) >= 4  # the grader, two workers, the nursery
        grader.kill()
    deadline_s = time.monotonic() + 20
    while _members(groups):
        assert time.monotonic() < deadline_s
        time.sleep(0.05)


def _members(groups: set[int]) -> set[int]:
    """Return the processes of process groups."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(group) in groups and state != "Z":
            found.add(int(folder.name))
    return found


def test_a_further_zygote_outlives_the_first(monkeypatch):
    """The first zygote does not have the grader's environment, and the further one works after its end."""
    monkeypatch.setenv("GRADLAB_CANARY", "of the grader")
    first = Zygote.started()
    further = first.further()
    running = further.spawn(SandboxLimits(), {}, None)
    assert first._process is not None  # noqa: SLF001  # it has no public name
    environment = Path(f"/proc/{first._process.pid}/environ").read_bytes()  # noqa: SLF001  # as above
    assert b"GRADLAB_CANARY" not in environment
    running.channel.close()
    assert further.ending_of(running) == 0
    first.close()
    running = further.spawn(SandboxLimits(), {}, None)
    running.channel.close()
    assert further.ending_of(running) == 0
    further.close()
    with pytest.raises(ZygoteDiedError):
        first.spawn(SandboxLimits(), {}, None)
    with pytest.raises(ZygoteDiedError):
        first.further()
