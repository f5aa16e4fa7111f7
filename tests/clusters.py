"""Dask clusters on this machine: a real scheduler and real workers, each a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
PATIENCE_S = 120.0
WITHOUT_FILTERS = (
    "import os, sys; "
    f"sys.path.insert(0, {str(HERE)!r}); "
    "import zygotes; zygotes.forbid_filters(); os.execv(sys.argv[1], sys.argv[1:])"
)


class Scheduler:
    """A scheduler on the loopback interface, and the workers that have been started for it.

    Args:
        folder: for temporary files.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        self.first: list[str] = []
        options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", self._file]
        self._process = self._start("scheduler", *options)
        wait_until(self._file.exists)
        self.address = json.loads(self._file.read_text())["address"]

    def add_worker(
        self, n_threads: int, *, has_filters: bool = True, packages: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a worker; return it, the first process of a group of its own.

        Args:
            n_threads: of the worker.
            has_filters: whether its kernel has system-call filters.
            packages: a folder of Python packages that hide installed ones.
        """
        prefix = [] if has_filters else [sys.executable, "-c", WITHOUT_FILTERS]
        paths = [str(path) for path in (packages, HERE) if path]
        options = ["--nthreads", str(n_threads), "--no-dashboard", "--local-directory", self.folder]
        worker = self._start("worker", self.address, *options, prefix=prefix, paths=paths)
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        """End all processes."""
        for process in (*self.workers, self._process):
            kill(process)

    def _start(self, what, *options, prefix=(), paths=()):
        environment = {**os.environ, "TMPDIR": str(self.folder), "PYTHONPATH": os.pathsep.join(paths)}
        with (self.folder / "log.txt").open("ab") as log:
            return subprocess.Popen(
                [*prefix, sys.executable, "-m", "dask", what, *options],
                env=environment,
                stdout=log,
                stderr=log,
                process_group=0,
            )


@contextmanager
def cluster(folder: Path, *n_threads: int) -> Iterator[Scheduler]:
    """Provide a scheduler with workers that have these numbers of threads."""
    scheduler = Scheduler(folder)
    try:
        for number in n_threads:
            scheduler.add_worker(number)
        scheduler.first = addresses(scheduler.address, len(n_threads))
        yield scheduler
    finally:
        scheduler.close()


def addresses(scheduler: str, n_workers: int = 0) -> list[str]:
    """Return the addresses of a scheduler's workers; wait until there are at least as many."""
    from distributed import Client  # noqa: PLC0415  # slow, and not for the other tests

    with Client(scheduler, set_as_default=False) as client:
        client.wait_for_workers(n_workers, PATIENCE_S) if n_workers else None
        return list(client.nthreads())


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its group by force."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(is_true) -> None:
    """Wait until a condition is true."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < deadline_s
        time.sleep(0.1)
