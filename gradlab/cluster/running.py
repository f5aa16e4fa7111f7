"""The exam program beside a Dask worker, as the worker sees it; imports nothing slow."""

from __future__ import annotations

import multiprocessing
import pickle
import queue
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.base.errors import SandboxError
from gradlab.base.replacing import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

PROGRAM = "gradlab.cluster.program"


class ProgramEndedError(BrokenExecutor):
    """An exam program has ended, and all its exams with it."""


class ExamProgram:
    """A running exam program; any thread may use it.

    Args:
        beginning: what it does first, a pickled `gradlab.cluster.program.Beginning`.
        n_at_once: calls at once.

    Raises:
        SandboxError: if the sandbox can't promise what is required.
        ProgramEndedError: if the program ends.
    """

    def __init__(self, beginning: bytes, n_at_once: int) -> None:
        pairs = [multiprocessing.Pipe() for _ in range(n_at_once)]
        self._all = [ours for ours, _ in pairs]
        descriptors = [theirs.fileno() for _, theirs in pairs]
        self._process = subprocess.Popen(  # noqa: S603  # our own program
            [sys.executable, "-P", "-m", PROGRAM, *map(str, descriptors)],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C goes to the Dask worker, which then ends it
        )
        for _, theirs in pairs:
            theirs.close()
        self._lock = threading.Lock()
        self._free: queue.SimpleQueue[Connection] = queue.SimpleQueue()
        for ours in self._all:
            self._free.put(ours)
        try:
            refusal, folder = pickle.loads(self._asked(beginning))  # noqa: S301  # from our own program
        except ProgramEndedError:
            self.close()
            raise
        if refusal:
            self.close()
            raise SandboxError(refusal)
        self._folder = Path(folder)

    def answer(self, call: bytes, kept: Mapping[str, bytes]) -> bytes:
        """Return a pickle of the error, or None, and of the result of a call; wait until it can begin.

        Args:
            call: of a parcel.
            kept: what it names by hash.

        Raises:
            ProgramEndedError: if the program ends.
        """
        with self._lock:
            for digest, content in kept.items():
                if not (self._folder / digest).exists():
                    replace_file(self._folder / digest, content)
        return self._asked(call)

    def close(self) -> None:
        """End the program, and all exams."""
        for connection in self._all:
            connection.close()
        self._process.wait()

    def _asked(self, question: bytes) -> bytes:
        connection = self._free.get()
        try:
            connection.send_bytes(question)
            return connection.recv_bytes()
        except (EOFError, OSError):
            raise ProgramEndedError("The exam program of a Dask worker has ended.") from None
        finally:
            self._free.put(connection)
