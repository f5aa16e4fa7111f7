"""The exam program beside a Dask worker: ``python -m gradlab.cluster.program FD …``.

A Dask worker calls from threads, and may be a process that must have no children. This program has workers of
its own, as `gradlab autograde` has on one machine. Each descriptor is a connection over which a thread of the
Dask worker sends one call at a time. The program ends when the Dask worker does.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import select
import shutil
import sys
import tempfile
import threading
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import use_marks
from gradlab.base.errors import SandboxError
from gradlab.base.startup import skip_slow_grammar
from gradlab.cluster.parcels import called
from gradlab.examinee.zygote import Warmth
from gradlab.examiner.desk import desk
from gradlab.grading.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.authoring.hidden_marks import HiddenMarks
    from gradlab.examinee.zygote import Zygote
    from gradlab.examiner.notebook import Settings

PREFIX = "gradlab-exams-"
CALLED = frozenset({"gradlab.grading.pipeline"})  # imported before workers are forked


@dataclass(frozen=True)
class Beginning:
    """What an exam program does before the first exam.

    Args:
        warmth: what its zygotes import and run.
        marks: of the course's hidden tests.
        settings: what the sandbox must promise.
    """

    warmth: Warmth
    marks: HiddenMarks
    settings: Settings


def main() -> None:
    """Be the exam program: examine until the Dask worker has ended."""
    skip_slow_grammar()
    connections = [Connection(int(descriptor)) for descriptor in sys.argv[1:]]
    with _own_folder() as folder:
        workers = _workers(connections[0], folder, len(connections))
        lock = threading.Lock()
        for connection in connections if workers else ():
            threading.Thread(target=_answer, args=(connection, workers, lock, folder), daemon=True).start()
        _wait_for_end(connections[0])
        for process in multiprocessing.active_children():
            process.kill()
    os._exit(0)  # abandon running exams


@contextmanager
def _own_folder() -> Iterator[Path]:
    """Provide a folder for what is kept, beside which there is room for the rest."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-"))
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)  # for what killed processes leave
    kept = folder / "kept"
    kept.mkdir()
    try:
        yield kept
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders that programs have left that were killed by force."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)


def _workers(connection: Connection, kept: Path, n_workers: int) -> Workers | None:
    """Start workers, and tell where they find what is kept; if they can't work here, tell why."""
    beginning: Beginning = pickle.loads(connection.recv_bytes())  # noqa: S301  # from our own Dask worker
    use_marks(beginning.marks)
    workers = Workers(beginning.warmth, n_workers)
    Warmth(CALLED).import_modules()
    try:
        workers.start()
        workers.submit(_try_sandbox, beginning.warmth, beginning.settings).result()
    except (SandboxError, BrokenExecutor) as error:
        connection.send((str(error), ""))
        return None
    connection.send(("", str(kept)))
    return workers


def _try_sandbox(warmth: Warmth, settings: Settings) -> None:
    """Wait until the zygote is warm; raise a `SandboxError` if the sandbox does not promise enough."""

    def exam(zygote: Zygote) -> int:
        running = zygote.spawn(settings.sandbox, {}, settings.require)
        running.channel.close()
        os.close(running.pidfd)
        return zygote.ending_of(running)

    desk().examine(exam, warmth)


def _answer(connection: Connection, workers: Workers, lock: threading.Lock, kept: Path) -> None:
    """Answer the calls of a thread of the Dask worker."""
    while True:
        try:
            call = connection.recv_bytes()
            with lock:  # one thread at a time replaces dead processes
                future = workers.submit(_called, call, kept)
            error = future.exception()
            connection.send((error, None if error else future.result()))
        except (EOFError, OSError):
            return


def _called(call: bytes, kept: Path) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        return called(call, kept, Path(folder))


def _wait_for_end(connection: Connection) -> None:
    poller = select.poll()
    poller.register(connection, select.POLLRDHUP)
    poller.poll()


if __name__ == "__main__":
    main()
