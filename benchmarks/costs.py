# ruff: noqa: INP001  # next to scripts, not a package
"""What processes cost: wall-clock seconds, processor seconds, and memory."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator

SAMPLE_S = 0.01


@dataclass(frozen=True)
class Cost:
    """Wall-clock seconds, and processor seconds of all processors together."""

    wall_s: float
    cpu_s: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall_s - other.wall_s, self.cpu_s - other.cpu_s)

    def __truediv__(self, number: float) -> Cost:
        return Cost(self.wall_s / number, self.cpu_s / number)


def cost_of(command: list[str | Path], folder: Path) -> Cost:
    """Run a command, wait until it and everything that it started have ended, and return what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start_s = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  # our own commands
    wall_s = time.perf_counter() - start_s
    with contextlib.suppress(ChildProcessError):
        while True:  # zygotes end after their grader
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def cost_and_memory_of(command: list[str | Path], folder: Path) -> tuple[Cost, int]:
    """Run a command; return what it cost, and the most bytes that it and its children had at once."""
    most, has_ended = 0, threading.Event()

    def sample() -> None:
        nonlocal most
        while not has_ended.wait(10 * SAMPLE_S):
            n_bytes = 0
            for each in psutil.Process().children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    n_bytes += each.memory_full_info().pss  # what is shared counts once
            most = max(most, n_bytes)

    thread = threading.Thread(target=sample)
    thread.start()
    try:
        cost = cost_of(command, folder)
    finally:
        has_ended.set()
        thread.join()
    return cost, most


def median_cost(costs: list[Cost]) -> Cost:
    """Return the median wall-clock and processor seconds."""
    return Cost(median(cost.wall_s for cost in costs), median(cost.cpu_s for cost in costs))


def private_bytes(pid: int) -> int:
    """Return the memory that a process shares with no other, 0 if that can't be read."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))
    return 0


def children() -> dict[int, list[tuple[int, str]]]:
    """Return the children of each process, with their commands."""
    found: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text().replace("\0", " ")
            found.setdefault(parent, []).append((int(folder.name), command))
    return found


def processes_of(grader: int) -> Iterator[tuple[str, int]]:
    """Yield (kind, process id) of the processes that grade; this process has adopted the zygotes."""
    family = children()
    zygotes = [pid for pid, command in family.get(os.getpid(), ()) if "gradlab.examinee.zygote" in command]
    for pid, command in family.get(grader, ()):
        if "ipykernel" in command:
            yield "a kernel of nbgrader's", pid
        elif "gradlab.examinee.zygote" not in command:
            yield "a worker", pid
    for zygote in zygotes:
        yield "its zygote", zygote
        yield from (("its examinee", pid) for pid, _ in family.get(zygote, ()))


def memory_of(command: list[str | Path], folder: Path) -> dict[str, int]:
    """Run a command; return the peak private memory of a process of each kind."""
    most: dict[str, int] = {}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdout=silent, stderr=silent) as grader:  # noqa: S603  # our own
        has_ended = threading.Event()

        def sample() -> None:
            while not has_ended.wait(SAMPLE_S):
                for kind, pid in processes_of(grader.pid):
                    most[kind] = max(most.get(kind, 0), private_bytes(pid))

        thread = threading.Thread(target=sample)
        thread.start()
        grader.wait()
        has_ended.set()
        thread.join()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return most
