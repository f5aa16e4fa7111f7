"""What a Dask worker has for the exams of a grader, from before the first exam until the grader leaves."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from distributed import Reschedule, SchedulerPlugin, Worker, WorkerPlugin, get_worker

from gradlab.base.errors import SandboxError
from gradlab.cluster.running import ExamProgram, ProgramEndedError
from gradlab.cluster.versions import PYTHON, differences, versions_here

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from distributed import Scheduler

LEAVING_S = 0.2  # between two looks of a task whether the worker has left


@dataclass(frozen=True)
class Demands:
    """What a grader demands of each worker.

    Args:
        beginning: what an exam program does first, as `ExamProgram` takes it.
        versions: of the grader's packages.
        present: the addresses of the workers that the grader itself asks whether they can examine.
    """

    beginning: bytes
    versions: Mapping[str, str | None]
    present: frozenset[str]


class Examiners(WorkerPlugin):  # type: ignore[misc]  # distributed is partly untyped
    """Owns the exam program of a worker; warm before the worker begins its first task.

    A worker that joins late and can't examine says so to the grader, and leaves.

    Args:
        name: of the grader.
        demands: of the grader.
    """

    def __init__(self, name: str, demands: Demands) -> None:
        self.name = name
        self._demands = demands
        self._program: ExamProgram

    async def setup(self, worker: Worker) -> None:
        """Start the exam program, or find out why there can be none."""
        self._lock = threading.Lock()
        self._n_threads = worker.state.nthreads
        self.refusal = await asyncio.to_thread(self._started)
        if self.refusal and worker.address not in self._demands.present:
            worker.log_event(self.name, f"The Dask worker {worker.address} {self.refusal}")
            worker.loop.add_callback(worker.close_gracefully, reason=f"gradlab: it {self.refusal}")

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002  # as inherited
        """End the exam program."""
        if not self.refusal:
            await asyncio.to_thread(self._program.close)

    def answer(self, call: bytes, kept: Mapping[str, bytes]) -> bytes:
        """Return what the exam program answers; if it has ended, let the next call find a new one.

        Raises:
            ProgramEndedError: if it has ended.
        """
        program = self._program
        try:
            return program.answer(call, kept)
        except ProgramEndedError:
            with self._lock:
                if program is self._program:
                    program.close()
                    self._program = ExamProgram(self._demands.beginning, self._n_threads)
            raise

    def _started(self) -> str:
        """Start the exam program; return why that is impossible, "" if it isn't."""
        packages = [name for name in self._demands.versions if name != PYTHON]
        different = differences(self._demands.versions, versions_here(packages))
        if different:
            return different
        try:
            self._program = ExamProgram(self._demands.beginning, self._n_threads)
        except (SandboxError, BrokenExecutor) as error:
            return f"can't examine: {error}"
        return ""


class Kept(WorkerPlugin):  # type: ignore[misc]  # as above
    """Something that many calls have in common.

    Args:
        name: of the grader, and its hash.
        content: the thing itself.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content


class Departure(SchedulerPlugin):  # type: ignore[misc]  # as above
    """Takes everything of a grader from the workers when the grader has left, even if it was killed.

    Args:
        name: of the grader.
        client: its id as a client of the scheduler.
    """

    def __init__(self, name: str, client: str) -> None:
        self.name = name
        self._client = client

    def remove_client(self, scheduler: Scheduler, client: str) -> None:
        """Clear up after the grader."""
        if client == self._client:
            scheduler.loop.add_callback(self._clear, scheduler)

    async def _clear(self, scheduler: Scheduler) -> None:
        for name in [name for name in scheduler.worker_plugins if name.startswith(self.name)]:
            await scheduler.unregister_worker_plugin(comm=None, name=name)
        await scheduler.unregister_scheduler_plugin(name=self.name)


def kept_name(grader: str, digest: str) -> str:
    """Return the name of what is kept for a grader."""
    return f"{grader}-{digest}"


def refusal_of(name: str, dask_worker: Worker) -> str:
    """Return why a worker can't examine, "" if it can."""
    return str(dask_worker.plugins[name].refusal)


def examined(name: str, call: bytes, digests: Sequence[str]) -> bytes:
    """Return what an exam program answers to a call; runs as a task of a worker.

    Args:
        name: of the grader.
        call: of a parcel.
        digests: the hashes of what is kept for it.
    """
    plugins = get_worker().plugins
    examiners = plugins[name]
    if examiners.refusal:
        threading.Event().wait(LEAVING_S)
        raise Reschedule
    kept = {digest: plugins[kept_name(name, digest)].content for digest in digests}
    answer: bytes = examiners.answer(call, kept)
    return answer
