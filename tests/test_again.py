"""A fault of the machine costs no points: a doubtful result is examined again, or waits for a person."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import gradlab, nbgrader
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, copy_of, outcome, submit
from test_interruption import Grader, Process

from gradlab.base.outcome import Outcome
from gradlab.examiner.again import DIFFERENT, IN_TIME, NEITHER, SECOND, TWICE, Settlement
from gradlab.examiner.result import CellResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SLEEPY = f"import time\ntime.sleep(2)\n{RIGHT}"


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A released course in which only the tests' own submissions are left to examine."""
    made = copy_of(released_course, tmp_path / "course")
    submit(made, "zero")
    gradlab(made, "autograde", "ps")
    return made


def examinees() -> list[Process]:
    """Return the processes in a sandbox: the first of a PID namespace, forked from a zygote of ours.

    Other tests may be examining at the same time.
    """
    everything = {one.pid: one for one in Process.read_all()}
    return [
        one
        for one in everything.values()
        if "gradlab.examinee.zygote" in one.command and is_in_sandbox(one.pid) and is_ours(one, everything)
    ]


def is_ours(process: Process, everything: dict[int, Process]) -> bool:
    """Tell whether a process descends from this one; zygotes stay in the group of the first one."""
    above, seen = [process.pid], set()
    while above:
        pid = above.pop()
        if pid == os.getpid():
            return True
        if pid in everything and pid not in seen:
            seen.add(pid)
            above += [everything[pid].parent, everything[pid].group]
    return False


def is_in_sandbox(pid: int) -> bool:
    with contextlib.suppress(OSError, ValueError):
        status = Path(f"/proc/{pid}/status").read_text()
        return len(status.partition("NSpid:")[2].partition("\n")[0].split()) > 1
    return False


@contextlib.contextmanager
def disturbed(disturb: Callable[[Process], object], times: int) -> Iterator[None]:
    """Do something to as many examinees, each once, while a block runs."""
    is_over, seen = threading.Event(), set()

    def watch() -> None:
        while not is_over.is_set() and len(seen) < times:
            for examinee in examinees():
                if examinee.pid not in seen and len(seen) < times:
                    seen.add(examinee.pid)
                    time.sleep(0.3)
                    with contextlib.suppress(OSError):
                        disturb(examinee)
            time.sleep(0.01)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def kill(examinee: Process) -> None:
    """End an examinee as the host's out-of-memory killer would."""
    os.kill(examinee.pid, signal.SIGKILL)


def result_of(course: Path, student: str) -> tuple[str, object, str]:
    """Return outcome, points and how it was decided, of the one test cell."""
    cell = outcome(course, student)["notebooks"]["triple"]["test_triple"]
    return cell["outcome"], cell["auto_score"], cell["decided"]


@pytest.mark.slow
@pytest.mark.parametrize("command", [gradlab, nbgrader], ids=["gradlab", "nbgrader"])
def test_an_examinee_that_is_killed_from_outside_is_examined_again(course, command):
    """A right answer keeps its points, and the outcome file of our own command says how it was decided."""
    submit(course, "one", SLEEPY)
    with disturbed(kill, times=1):
        command(course, "autograde", "ps")
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_submission("ps", "one").score == 2
    if command is gradlab:
        assert result_of(course, "one") == ("passed", 2, SECOND)


@pytest.mark.slow
def test_what_two_exams_can_not_tell_waits_for_a_person(course):
    """If each examinee is killed, the score is not 0: the cell has none and needs a person."""
    submit(course, "one", SLEEPY)
    with disturbed(kill, times=100):
        printed = gradlab(course, "autograde", "ps")
    assert result_of(course, "one") == ("undecided", None, NEITHER)
    assert "undecided" in printed
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        assert gradebook.find_grade("test_triple", "triple", "ps", "one").needs_manual_grade


@pytest.mark.slow
def test_an_examinee_that_is_stopped_for_long_is_not_late(course):
    """Five seconds in a stopped state do not count towards a limit of three."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Execute.timeout = 3\n")
    submit(course, "one", SLEEPY)

    def pause(examinee: Process) -> None:
        os.kill(examinee.pid, signal.SIGSTOP)
        time.sleep(5)
        os.kill(examinee.pid, signal.SIGCONT)

    with disturbed(pause, times=1):
        gradlab(course, "autograde", "ps")
    assert result_of(course, "one") == ("passed", 2, "")


@pytest.mark.slow
def test_a_grader_that_is_stopped_makes_nobody_late(course):
    """Ctrl-Z for longer than the limit, then `fg`, costs no point."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Execute.timeout = 3\n")
    for student in ("a", "b", "c"):
        submit(course, student, SLEEPY)
    with Grader.started(course, "--workers", "2") as grader:
        while not examinees():
            time.sleep(0.01)
        group = [grader.process.pid, *(one.pid for one in grader.workers())]
        for sent in (signal.SIGSTOP, signal.SIGCONT):
            for pid in group:
                os.kill(pid, sent)
            time.sleep(5 if sent is signal.SIGSTOP else 0)
        printed, _ = grader.process.communicate(timeout=120)
    assert grader.process.returncode == 0, printed
    for student in ("a", "b", "c"):
        assert result_of(course, student)[:2] == ("passed", 2)


@pytest.mark.slow
def test_a_timeout_is_examined_twice(course):
    """An answer that never ends is timed out in both exams, and only then counts."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Execute.timeout = 1\n")
    submit(course, "one", "def triple(x):\n    while True: pass")
    submit(course, "two", DOUBLE)
    gradlab(course, "autograde", "ps")
    assert result_of(course, "one") == ("timed out", 0, TWICE)
    assert result_of(course, "two") == ("failed", 0, "")


P, F, T, U = (
    CellResult(outcome=one) for one in (Outcome.PASSED, Outcome.FAILED, Outcome.TIMED_OUT, Outcome.UNDECIDED)
)
A_PART, MORE = CellResult(credit="1"), CellResult(credit="2")


@pytest.mark.parametrize(
    ("first", "second", "outcomes", "decided"),
    [
        ([T, P], [T, P], [Outcome.TIMED_OUT, Outcome.PASSED], TWICE),
        ([T, P], [P, T], [Outcome.PASSED, Outcome.PASSED], IN_TIME),
        ([T, T], [F, P], [Outcome.FAILED, Outcome.PASSED], IN_TIME),
        ([F, T], [P, T], [Outcome.UNDECIDED, Outcome.TIMED_OUT], DIFFERENT),
        ([U, F], [P, P], [Outcome.PASSED, Outcome.PASSED], SECOND),
        ([U, F], [F, P], [Outcome.FAILED, Outcome.PASSED], SECOND),
        ([P, U], [U, F], [Outcome.PASSED, Outcome.UNDECIDED], ""),
        ([U, P], [U, F], [Outcome.UNDECIDED, Outcome.PASSED], NEITHER),
        ([A_PART, T], [A_PART, T], [Outcome.PASSED, Outcome.TIMED_OUT], TWICE),
        ([A_PART, T], [MORE, T], [Outcome.UNDECIDED, Outcome.TIMED_OUT], DIFFERENT),
        ([A_PART, U], [MORE, U], [Outcome.UNDECIDED, Outcome.UNDECIDED], NEITHER),
        ([A_PART, U], [A_PART, U], [Outcome.PASSED, Outcome.UNDECIDED], ""),
        ([A_PART, U], [U, U], [Outcome.UNDECIDED, Outcome.UNDECIDED], NEITHER),
    ],
)
def test_what_two_exams_say_together(first, second, outcomes, decided):
    """A single bad result, or one of a disturbed exam, does not count against a student."""
    results = Settlement([True, True], "a person decides").results(first, second)
    assert [result.outcome for result in results] == outcomes
    assert results[0].decided == decided
