"""The zygote: a warm process from which examinees are forked.

It has imported what notebooks import, holds nothing secret, starts no thread and runs nothing of a
student's. It is started as a program with an environment of its own, ``python -m gradlab.zygote FD``,
or forked from such a one, and listens on a descriptor: a message asks for an examinee, with the limits
and files as JSON and the examinee's end of a channel attached. The answer has the examinee's pidfd
attached, or says what went wrong; a later message tells how it ended. A message that is FURTHER asks
for a further zygote, which listens on the descriptor that is attached.
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import pickle
import select
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.errors import SandboxError, ZygoteDiedError
from gradlab.sandbox import Limits, Spawned, spawn
from gradlab.wire.framing import Channel

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gradlab.examinee.serve import Examinee

# Of the grader's own environment an examinee could find a copy in its memory.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}

FURTHER = b"{}"

_MESSAGE_BYTES = 1 << 16
_START_S = 120.0


@dataclass(frozen=True)
class Running:
    """An examinee, as the examiner sees it: a channel, and a hold on its life."""

    pid: int
    pidfd: int
    channel: Channel


class Zygote:
    """The examiner's side of a zygote.

    Args:
        control: the connected socket on which the zygote listens.
        process: the zygote, where it is a child of this process.
    """

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        control.settimeout(_START_S)
        self.control = control
        self._process = process
        self._endings: dict[int, int] = {}

    @classmethod
    def started(cls, hash_seed: int | None = None) -> Zygote:
        """Return a zygote that is a program of its own, a few seconds before it can answer.

        Its examinees hash texts at random, or with a seed.
        """
        hashing = {} if hash_seed is None else {"PYTHONHASHSEED": str(hash_seed)}
        ours, theirs = _socket_pair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), **ENVIRONMENT, **hashing},
                process_group=0,  # Ctrl-C is for the grader, who then ends it
            )
        return cls(ours, process)

    def further(self) -> Zygote:
        """Return a zygote that is forked from this one, for another process to ask.

        Raises:
            ZygoteDiedError: where this one has died.
        """
        with contextlib.ExitStack() as on_error:
            ours, theirs = map(on_error.enter_context, _socket_pair())
            self._send(FURTHER, theirs)
            theirs.close()
            on_error.pop_all()
        return Zygote(ours)

    def close(self) -> None:
        """End the zygote, and with it all that it has forked."""
        self.control.close()
        if self._process is not None:
            self._process.terminate()  # it may still be importing
            self._process.wait()

    def spawn(self, limits: Limits, files: Mapping[str, Path], require: frozenset[str] | None) -> Running:
        """Return a new examinee; `require` is as for `gradlab.sandbox.spawn`.

        Raises:
            SandboxError: where a required layer is off.
            ZygoteDiedError: where the zygote has died.
        """
        request = {
            "limits": dataclasses.asdict(limits),
            "files": {name: str(path) for name, path in files.items()},
            "require": None if require is None else sorted(require),
        }
        with contextlib.ExitStack() as on_error:
            ours, theirs = map(on_error.enter_context, socket.socketpair())
            self._send(json.dumps(request).encode(), theirs)
            theirs.close()
            answer, descriptors = self._receive_until("spawned")
            if "error" in answer:
                raise SandboxError(answer["error"])
            on_error.pop_all()
        self._endings.pop(answer["spawned"], None)  # of an earlier process with this id
        return Running(answer["spawned"], descriptors[0], Channel(ours))

    def ending_of(self, running: Running) -> int:
        """Wait until an examinee has ended; return its exit code, negative for a signal."""
        while running.pid not in self._endings:
            self._receive_until("ended")
        return self._endings.pop(running.pid)

    def _send(self, message: bytes, end: socket.socket) -> None:
        try:
            socket.send_fds(self.control, [message], [end.fileno()])
        except OSError:
            raise ZygoteDiedError("The zygote has died.") from None

    def _receive_until(self, kind: str) -> tuple[dict[str, Any], list[int]]:
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self.control, _MESSAGE_BYTES, 1)
            except OSError:
                message, descriptors = b"", []
            if not message:
                raise ZygoteDiedError("The zygote has died.")
            answer: dict[str, Any] = json.loads(message)
            if "ended" in answer:
                self._endings[answer["ended"]] = answer["exit_code"]
            if kind in answer or "error" in answer:
                return answer, list(descriptors)


def _socket_pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def serve(control: socket.socket) -> None:
    """Fork examinees until the other side closes."""
    from gradlab.examinee.serve import Examinee  # noqa: PLC0415  # IPython is slow to import
    from gradlab.examinee.shell import warm_shell  # noqa: PLC0415  # as above

    warm_up()
    shell = warm_shell()
    running: dict[int, Spawned] = {}
    poller = select.poll()
    poller.register(control, select.POLLIN)
    while True:
        for descriptor, _ in poller.poll():
            if descriptor != control.fileno():
                ending = running[descriptor].poll()
                if ending is not None:
                    poller.unregister(descriptor)
                    pid = running.pop(descriptor).pid
                    _tell(control, {"ended": pid, "exit_code": ending.exit_code})
                continue
            try:
                message, descriptors, _, _ = socket.recv_fds(control, _MESSAGE_BYTES, 1)
            except ConnectionResetError:
                return
            if not message:
                return
            if message == FURTHER:
                _fork_further(descriptors[0], control, running)
                continue
            request = json.loads(message)
            end = socket.socket(fileno=descriptors[0])
            try:
                spawned = spawn(
                    lambda end=end: _examine(Examinee(shell, Channel(end))),  # type: ignore[misc]  # bound early
                    keep_fd=end.fileno(),
                    limits=Limits(**request["limits"]),
                    files={name: Path(path) for name, path in request["files"].items()},
                    require=None if request["require"] is None else frozenset(request["require"]),
                )
                running[spawned.pidfd] = spawned
                poller.register(spawned.pidfd, select.POLLIN)
                spawned.layers()
            except SandboxError as error:
                _tell(control, {"error": str(error)})
            else:
                _tell(control, {"spawned": spawned.pid}, spawned.pidfd)
            finally:
                end.close()


def _fork_further(descriptor: int, control: socket.socket, running: Iterable[int]) -> None:
    """Fork a zygote that listens on a descriptor, and is nobody's child that would have to be waited for.

    It closes what is this one's alone. Libraries' files stay open: their owners would close other ones.
    """
    parent = os.fork()
    if parent == 0:
        try:
            if os.fork() == 0:
                control.close()
                for pidfd in running:
                    os.close(pidfd)
                serve(socket.socket(fileno=descriptor))
        finally:
            os._exit(0)
    os.waitpid(parent, 0)
    os.close(descriptor)


def _examine(examinee: Examinee) -> None:
    """Serve as an examinee, in the environment in which nbgrader runs notebooks."""
    os.environ["NBGRADER_EXECUTION"] = "autograde"
    examinee.serve()


def warm_up() -> None:
    """Import what notebooks import, and do what is done only once."""
    import matplotlib.pyplot as plt  # noqa: PLC0415  # as above
    import torch  # noqa: PLC0415  # as above
    import torch.utils.data  # noqa: PLC0415  # as above

    torch.set_num_threads(1)
    torch.optim.SGD([torch.zeros(1)])  # the first optimizer imports half of torch
    pickle.dumps(torch.zeros(1))  # the first tensor that travels, a little more
    figure, axes = plt.subplots(layout="constrained")  # the first drawing reads fonts and builds a parser
    axes.loglog([1e-12, 1], [1e-16, 1e4], label="$h^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), bbox_inches="tight")
    plt.close(figure)


def _tell(control: socket.socket, message: dict[str, Any], *descriptors: int) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        socket.send_fds(control, [json.dumps(message).encode()], list(descriptors))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
