"""`gradlab autograde` under SIGKILL, and for long: it goes on or starts again, and finishes all work."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from commands import GRADLAB, environment, gradlab
from submissions import DOUBLE, RIGHT, copy_of, files, outcome, submit, tables

if TYPE_CHECKING:
    from collections.abc import Iterator

SEED = 20260302
N_SUBMISSIONS = 50
N_KILLS = 8
# In the background of a shell, Ctrl-C is ignored, also by what is started there.
signal.signal(signal.SIGINT, signal.default_int_handler)
PATIENCE_S = 120


@dataclass
class Process:
    """A process of this machine's, from /proc."""

    pid: int
    parent: int
    group: int
    command: str

    @classmethod
    def read_all(cls) -> Iterator[Process]:
        """Yield all that can be seen."""
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, ValueError):
                state, parent, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
                command = (folder / "cmdline").read_text().replace("\0", " ")
                if state not in "ZX":
                    yield cls(int(folder.name), int(parent), int(group), command)


@dataclass
class Grader:
    """A `gradlab autograde` that is running."""

    course: Path
    process: subprocess.Popen[str]

    @classmethod
    @contextlib.contextmanager
    def started(cls, course: Path, *arguments: str) -> Iterator[Grader]:
        """Start the command; end it if the test has not."""
        process = subprocess.Popen(
            [GRADLAB, "autograde", "ps", *arguments],
            cwd=course,
            env=environment(course),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        with process:
            try:
                yield cls(course, process)
            finally:
                process.kill()

    def n_recorded(self) -> int:
        """Return how many submissions are recorded."""
        return len(list((self.course / "gradebook" / "outcomes").glob("ps/*.json")))

    def wait_for(self, n_recorded: int) -> bool:
        """Wait until this many submissions are recorded; tell whether the command is still running."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self.n_recorded() < n_recorded:
            assert time.monotonic() < deadline_s
            if self.process.poll() is not None:
                return False
            time.sleep(0.002)
        return self.process.poll() is None

    def workers(self) -> list[Process]:
        """Return the processes that examine."""
        return [
            one
            for one in Process.read_all()
            if one.parent == self.process.pid and "gradlab.examinee.zygote" not in one.command
        ]

    def zygotes(self) -> list[Process]:
        """Return the nursery and the processes forked from it: its group."""
        found = list(Process.read_all())
        nurseries = {
            one.pid
            for one in found
            if one.parent == self.process.pid and "gradlab.examinee.zygote" in one.command
        }
        return [one for one in found if one.group in nurseries]

    def kill(self, kind: str, chance: random.Random) -> None:
        """Kill one of its processes."""
        victims = {"worker": self.workers, "zygote": self.zygotes}.get(kind, list)()
        pid = chance.choice(victims).pid if victims else self.process.pid
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def small_class(released_course, tmp_path_factory) -> Path:
    """A course with fifty submissions that have not been graded."""
    course = copy_of(released_course, tmp_path_factory.mktemp("class") / "course")
    for number in range(N_SUBMISSIONS):
        answer = (RIGHT, DOUBLE, None, f"{RIGHT}\nimport os\nprint(triple({number}))", "while True pass")[
            number % 5
        ]
        folder = submit(course, f"student-{number:02}", answer)
        if number % 7 == 0:
            (folder / "triple.ipynb").write_text("torn")
    return course


def _outcomes(course: Path) -> dict[str, object]:
    """Return the records of all exams without their times; no other file is next to them."""
    folder = course / "gradebook" / "outcomes" / "ps"
    assert {path.suffix for path in folder.iterdir() if path.name != ".lock"} == {".json"}
    times = {"graded": "", "changed": ""}
    return {path.stem: {**outcome(course, path.stem), **times} for path in folder.glob("*.json")}


def _left_running(course: Path) -> list[Process]:
    """Return processes that have not ended with their grader: its folder is still their working folder."""
    found = []
    for one in Process.read_all():
        with contextlib.suppress(OSError):
            if Path(f"/proc/{one.pid}/cwd").readlink() == course:
                found.append(one)
    return found


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_kill_at_random_moments(small_class, tmp_path):
    """However often the grader, a worker or a zygote is killed, the result is in the end the same."""
    undisturbed, course = (copy_of(small_class, tmp_path / name) for name in ("undisturbed", "disturbed"))
    gradlab(undisturbed, "autograde", "ps")

    chance = random.Random(SEED)  # noqa: S311  # no secret
    kinds = [*(("grader", "worker", "zygote") * N_KILLS)[:N_KILLS]]
    chance.shuffle(kinds)
    moments = sorted(chance.randrange(1, N_SUBMISSIONS) for _ in kinds)
    while kinds:
        with Grader.started(course) as grader:
            while kinds and grader.wait_for(moments[0]):
                time.sleep(chance.uniform(0, 0.05))
                grader.kill(kinds[0], chance)
                kind, _ = kinds.pop(0), moments.pop(0)
                if kind == "grader":
                    break
            printed, _ = grader.process.communicate(timeout=PATIENCE_S)
            assert "Traceback" not in printed
            if grader.process.returncode == 0:
                assert not kinds, f"it has finished, and was to be killed {len(kinds)} more times"
    time.sleep(0.5)
    assert _left_running(course) == []

    gradlab(course, "autograde", "ps")
    assert tables(course) == tables(undisturbed)
    for folder in ("autograde", "submitted"):
        assert files(course / folder) == files(undisturbed / folder)
    assert _outcomes(course) == _outcomes(undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["worker", "zygote"])
def test_one_start_survives_a_worker_and_a_zygote(small_class, tmp_path, kind):
    """Running exams are repeated, and the status is 0."""
    course = copy_of(small_class, tmp_path / "course")
    with Grader.started(course, "--workers", "1") as grader:
        assert grader.wait_for(5)
        grader.kill(kind, random.Random(SEED))  # noqa: S311  # no secret
        printed, _ = grader.process.communicate(timeout=PATIENCE_S)
    assert grader.process.returncode == 0, printed
    assert grader.n_recorded() == N_SUBMISSIONS


@pytest.mark.slow
def test_ctrl_c_ends_all_at_once_and_says_how_to_go_on(released_course, tmp_path):
    """No traceback, status 130, no process left, and all records stay."""
    course = copy_of(released_course, tmp_path / "course")
    submit(course, "a", RIGHT)
    submit(course, "b", f"import time\ntime.sleep({2 * PATIENCE_S})")
    submit(course, "c", RIGHT)
    with Grader.started(course, "--workers", "1") as grader:
        assert grader.wait_for(1)
        processes = {one.pid for one in (*grader.workers(), *grader.zygotes())}
        grader.process.send_signal(signal.SIGINT)
        printed, _ = grader.process.communicate(timeout=PATIENCE_S)
    assert grader.process.returncode == 130
    assert "Interrupted after 1 submission; start again for the rest." in printed
    assert "Traceback" not in printed
    time.sleep(0.5)
    assert processes.isdisjoint(one.pid for one in Process.read_all())
    assert grader.n_recorded() == 1


# Interrupts itself after some seconds, when Python is up.
INTERRUPTS_ITSELF = """
import os, signal, sys
from gradlab.cli import app
signal.signal(signal.SIGALRM, lambda *_: os.kill(os.getpid(), signal.SIGINT))
signal.setitimer(signal.ITIMER_REAL, float(sys.argv.pop(1)))
app()
"""


@pytest.mark.slow
@pytest.mark.parametrize("after_s", [0.02, 0.3, 1.0, 2.0])
def test_ctrl_c_while_it_starts_ends_with_a_line(released_course, tmp_path, after_s):
    """In the first seconds, too, there is no traceback, and the status is 130."""
    course = copy_of(released_course, tmp_path / "course")
    submit(course, "b", f"import time\ntime.sleep({2 * PATIENCE_S})")
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTS_ITSELF, str(after_s), "autograde", "ps"],
        cwd=course,
        env=environment(tmp_path),
        check=False,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 130, done.stderr
    assert "Interrupted" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def _used(pid: int) -> tuple[int, int] | None:
    """Return the memory of a process that is its own, in bytes, and the number of its open files."""
    with contextlib.suppress(OSError, IndexError):  # it has ended
        status = Path(f"/proc/{pid}/status").read_text()
        anonymous_kib = int(status.partition("RssAnon:")[2].split()[0])
        return anonymous_kib * 1024, len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return None


@pytest.mark.slow
def test_memory_and_open_files_do_not_grow_with_the_class(released_course, tmp_path):
    """From the 10th to the 60th submission no process of the grader grows, though each prints 200 kB."""
    course = copy_of(released_course, tmp_path / "course")
    for number in range(62):
        submit(course, f"student-{number:02}", f"{RIGHT}\nprint('x' * 200_000)")
    used: dict[int, dict[int, tuple[int, int]]] = {}
    with Grader.started(course, "--workers", "1") as grader:
        for n_recorded in (10, 60):
            assert grader.wait_for(n_recorded)
            pids = [grader.process.pid, *(one.pid for one in (*grader.workers(), *grader.zygotes()))]
            used[n_recorded] = {pid: found for pid in pids if (found := _used(pid))}
        grader.process.communicate(timeout=PATIENCE_S)
    assert grader.process.returncode == 0
    stayed = used[10].keys() & used[60].keys()
    assert len(stayed) == 4  # grader, worker, nursery, zygote
    for pid in stayed:
        (bytes_before, files_before), (bytes_after, files_after) = used[10][pid], used[60][pid]
        assert bytes_after - bytes_before < 4 * 2**20
        assert files_after - files_before < 10
