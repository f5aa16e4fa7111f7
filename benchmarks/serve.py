# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Measures `gradlab serve`: from `nbgrader submit` returning to the released feedback file.

One by one, then many at once; beside it, nbgrader's four commands for the same students.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from costs import Cost, cost_of
from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeSubmit
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSIGNMENT = "ps2-numerical-diff"
COURSE_ID = "gradlab"
TARGETS = "1 s at the median, 2 s at the 95th percentile; 100 at once in 20 s; no growth over 1,000"
STEPS = ("collect", "autograde", "generate_feedback", "release_feedback")
N_SINGLE, N_STOCK = 20, 4
AT_ONCE = (100, 900)
GIVE_UP_S = 600
STOCK = """
from nbgrader.converters import Autograde, GenerateFeedback
for name in ("exporter_class", "sanitize_preprocessors", "autograde_preprocessors"):
    c.Autograde.pop(name, None)
for name in ("exporter_class", "preprocessors"):
    c.GenerateFeedback.pop(name, None)
"""


@dataclass(frozen=True)
class Place:
    """A course, its exchange, and a home for each student.

    Args:
        folder: around everything.
    """

    folder: Path

    @property
    def course(self) -> Path:
        """The folder of the course."""
        return self.folder / "course"

    @property
    def exchange(self) -> Path:
        """The course's folder in the exchange."""
        return self.folder / "exchange" / COURSE_ID

    def lay_out(self) -> None:
        """Make the course, and release its assignment."""
        shutil.copytree(ROOT / "source" / ASSIGNMENT, self.course / "source" / ASSIGNMENT)
        config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
        root = self.exchange.parent
        settings = (
            f"c.Exchange.root = {str(root)!r}\nc.Serve.feedback = 'full'\n"
            "c.ExchangeCollect.check_owner = False\n"
        )
        (self.course / "nbgrader_config.py").write_text(config + settings, encoding="utf-8")
        root.mkdir()
        root.chmod(0o777)
        for command in ("generate_assignment", "release_assignment"):
            cost_of([BIN / "nbgrader", command, ASSIGNMENT], self.course)

    def submit(self, student: str) -> None:
        """Submit the solutions, as `nbgrader submit` does."""
        home = self.folder / "homes" / student
        shutil.copytree(ROOT / "solutions" / ASSIGNMENT, home / ASSIGNMENT, dirs_exist_ok=True)
        config = Config(
            CourseDirectory={"course_id": COURSE_ID, "assignment_id": ASSIGNMENT, "student_id": student},
            Exchange={
                "root": str(self.exchange.parent),
                "cache": str(home / "cache"),
                "assignment_dir": str(home),
            },
        )
        directory, who = CourseDirectory(config=config), Authenticator(config=config)
        ExchangeSubmit(coursedir=directory, authenticator=who, config=config).start()

    def n_released(self) -> int:
        """Return how many feedback files are released."""
        place = self.exchange / "feedback"
        return len(list(place.glob("*[!p].html"))) if place.is_dir() else 0

    def wait_for(self, n_released: int) -> None:
        """Wait until that many feedback files are released."""
        until = time.monotonic() + GIVE_UP_S
        while self.n_released() < n_released:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.n_released()} of {n_released} feedback files after {GIVE_UP_S} s")
            time.sleep(0.005)


def state_of(process: psutil.Process) -> tuple[float, int]:
    """Return the memory of a process and its children in MiB, and its open files.

    What they share counts once. Their private memory grows even if they need no more of it: a page that was
    shared after a fork becomes private as soon as it is written.
    """
    everybody = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in everybody) / 2**20, process.num_fds()


def latencies_s(place: Place, n_submissions: int, group: str) -> list[float]:
    """Let students of a group submit one after the other; return the seconds that each took."""
    found = []
    for number in range(n_submissions):
        n_before = place.n_released()
        place.submit(f"{group}-{number:04}")
        started_s = time.monotonic()
        place.wait_for(n_before + 1)
        found.append(time.monotonic() - started_s)
    return found


def at_once_s(place: Place, n_submissions: int, group: str) -> float:
    """Let all students of a group submit; return the seconds from then to the last feedback."""
    n_before = place.n_released()
    for number in range(n_submissions):
        place.submit(f"{group}-{number:04}")
    started_s = time.monotonic()
    place.wait_for(n_before + n_submissions)
    return time.monotonic() - started_s


def serve_section(
    at_once: Sequence[int] = AT_ONCE, n_single: int = N_SINGLE, n_stock: int = N_STOCK
) -> list[str]:
    """Measure; return the lines of the section of the page of results.

    Args:
        at_once: sizes of groups that arrive at once, one group after the other.
        n_single: how many submissions arrive one by one, before and after these groups.
        n_stock: how many students nbgrader's own commands serve.
    """
    rows, states = [], []
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        place.lay_out()
        command = [BIN / "gradlab", "serve", ASSIGNMENT]
        with subprocess.Popen(command, cwd=place.course, stdout=subprocess.DEVNULL) as server:  # noqa: S603  # our own command
            try:
                latencies_s(place, 2, "warming-up")
                rows += _latency_rows(latencies_s(place, n_single, "single"))
                states.append(state_of(psutil.Process(server.pid)))
                for size in at_once:
                    took_s = at_once_s(place, size, f"at-once-{size}")
                    rows.append(f"| {size} at once, since the last has been submitted | {took_s:.1f} |")
                    states.append(state_of(psutil.Process(server.pid)))
                rows += _latency_rows(latencies_s(place, n_single, "afterwards"))
            finally:
                server.terminate()
        stock = stock_cost(place, n_stock)
    steps = f"nbgrader's {', '.join(STEPS)}, for each of {n_stock}"
    memory, files = (", ".join(f"{each[part]:.0f}" for each in states) for part in range(2))
    states_text = f"memory of server and workers {memory} MiB (shared memory once), open files {files}"
    load = f"Load of the machine: {os.getloadavg()[0]:.1f}"
    return [
        "",
        f"## On arrival ({ASSIGNMENT})",
        "",
        f"From `nbgrader submit` returning to the released feedback file. To reach: {TARGETS}.",
        "",
        "| | seconds |",
        "|---|---:|",
        *rows,
        f"| {steps} | {stock.wall_s / n_stock:.2f} |",
        "",
        f"Before and after each group that arrives at once: {states_text}. {load}.",
    ]


def _latency_rows(found_s: list[float]) -> list[str]:
    p95_s = statistics.quantiles(found_s, n=20, method="inclusive")[-1]
    return [
        f"| one by one, {len(found_s)} submissions: median | {statistics.median(found_s):.2f} |",
        f"| 95th percentile | {p95_s:.2f} |",
    ]


def stock_cost(place: Place, n_students: int) -> Cost:
    """Return what nbgrader's own commands cost for some of the same students."""
    course = place.course
    for folder in ("submitted", "autograde", "feedback"):
        shutil.rmtree(course / folder, ignore_errors=True)
    for submitted in sorted((place.exchange / "inbound").iterdir())[n_students:]:
        shutil.rmtree(submitted)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(STOCK)
    costs = [cost_of([BIN / "nbgrader", step, ASSIGNMENT], course) for step in STEPS]
    return Cost(sum(cost.wall_s for cost in costs), sum(cost.cpu_s for cost in costs))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--single", type=int, default=N_SINGLE)
    parser.add_argument("--at-once", type=int, nargs="+", default=list(AT_ONCE))
    parser.add_argument("--stock", type=int, default=N_STOCK)
    arguments = parser.parse_args()
    print(*serve_section(arguments.at_once, arguments.single, arguments.stock), sep="\n")
