"""The zygote: a warm process from which examinees are forked.

It contains no secrets, starts no threads and never runs student code. It is started as a program with its own
environment, ``python -m gradlab.examinee.zygote FD``, or forked from such a program, or from a process of the
audit. It listens on a descriptor. Each message is JSON with a single key, in a file in memory, as the names
of a folder's files may not fit into a packet:

- ``{"warm": {"modules": […], "code": "…"}}``: import modules and run the course's own code, once;
- ``{"spawn": {"limits": …, "files": …, "require": …}}``, with the examinee's end of a channel attached: fork
  an examinee. The answer, a packet of JSON, has the examinee's pidfd attached, or says what went wrong; a
  later one tells how the examinee ended;
- ``{"further": null}``, with a socket attached: fork another zygote, which listens on that socket.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import importlib
import json
import os
import select
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.base.errors import SandboxError, ZygoteDiedError
from gradlab.base.machine import check_space
from gradlab.examinee.loaders import load_without_workers
from gradlab.sandbox import WATCH_S, SandboxLimits, Spawned, spawn, sweep
from gradlab.wire.framing import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradlab.examinee.shell import Shell

# The grader's own environment is left out, because an examinee could find it in its memory. Notebooks draw
# as in Jupyter.
ENVIRONMENT = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}

_HAIL = b"m"  # the text of a packet whose message is in memory
_ANSWER_BYTES = 1 << 16
_ANSWER_S = 600.0  # it may have to import first, on a machine that has hardly any time for it


@dataclass(frozen=True)
class Warmth:
    """What a zygote does once before it forks, so that no examinee has to.

    Args:
        modules: to import, if they are installed.
        code: the course's own code to run, for what a library does only the first time; free of secrets.
    """

    modules: frozenset[str] = frozenset()
    code: str = ""

    def import_modules(self) -> None:
        """Import the modules that are installed."""
        for module in sorted(self.modules):
            with contextlib.suppress(Exception):  # a notebook that needs it raises the error itself
                importlib.import_module(module)


@dataclass(frozen=True)
class Running:
    """An examinee, as the examiner sees it: a channel, and a pidfd to watch and end it.

    Args:
        pid: its number.
        pidfd: to watch and end it.
        channel: to talk to it.
        host_folder: the folder of the host that it shares with others for its files, "" if it has its own.
        scratch_bytes: how much it may write there.
    """

    pid: int
    pidfd: int
    channel: Channel
    host_folder: str = ""
    scratch_bytes: int = 0

    def check_space(self) -> None:
        """Raise `OSError` if others may have left it too little space on the disk."""
        if self.host_folder:
            check_space(self.host_folder, self.scratch_bytes)


class Zygote:
    """The examiner's side of a zygote; for one thread at a time.

    Args:
        control: the connected socket on which the zygote listens.
        process: the zygote, if it is a child of this process.
    """

    def __init__(self, control: socket.socket, process: subprocess.Popen[bytes] | None = None) -> None:
        control.settimeout(_ANSWER_S)
        self.control = control
        self._process = process
        self._warmth: set[Warmth] = set()
        self._endings: dict[int, int] = {}

    @classmethod
    def started(cls) -> Zygote:
        """Start a zygote as a separate program; it takes a few seconds until it can answer."""
        ours, theirs = _socket_pair()
        with theirs:
            process = subprocess.Popen(  # noqa: S603  # our own program
                [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],  # not the grader's folder
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={"PATH": os.environ["PATH"], "HOME": str(Path.home()), **ENVIRONMENT},
                process_group=0,  # Ctrl-C goes to the grader, which then ends it
            )
        return cls(ours, process)

    @classmethod
    def forked(cls) -> Zygote:
        """Fork a zygote from this process, which must have one thread and hold nothing secret."""
        ours, theirs = _socket_pair()
        if os.fork() == 0:
            try:
                ours.close()
                serve(theirs)
            finally:
                os._exit(0)
        theirs.close()
        return cls(ours)

    def further(self) -> Zygote:
        """Fork another zygote from this one, for another process to use.

        Raises:
            ZygoteDiedError: if this one has died.
        """
        with contextlib.ExitStack() as on_error:
            ours, theirs = map(on_error.enter_context, _socket_pair())
            self._send({"further": None}, theirs)
            theirs.close()
            on_error.pop_all()
        return Zygote(ours)

    def is_alive(self) -> bool:
        """Tell whether it still listens."""
        if self.control.fileno() < 0:
            return False
        poller = select.poll()
        poller.register(self.control, select.POLLRDHUP)
        return not poller.poll(0)

    def close(self) -> None:
        """End the zygote and all examinees that it has forked."""
        self.control.close()
        if self._process is not None:
            self._process.kill()  # it may still be importing, or be stopped
            self._process.wait()

    def warm(self, warmth: Warmth) -> None:
        """Tell it to import and run what is new before its next fork.

        Does not wait for it. If it has died, whoever asks it for something is told.
        """
        if warmth not in self._warmth:
            with contextlib.suppress(ZygoteDiedError):
                self._send({"warm": {"modules": sorted(warmth.modules), "code": warmth.code}})
            self._warmth.add(warmth)

    def spawn(
        self, limits: SandboxLimits, files: Mapping[str, Path], require: frozenset[str] | None
    ) -> Running:
        """Return a new examinee; `require` is as for `gradlab.sandbox.spawn`.

        Raises:
            SandboxError: if a required promise is not kept, the request makes no sense, or warming up failed.
            ZygoteDiedError: if the zygote has died.
        """
        request = {
            "limits": dataclasses.asdict(limits),
            "files": {name: str(path) for name, path in files.items()},
            "require": None if require is None else sorted(require),
        }
        with contextlib.ExitStack() as on_error:
            ours, theirs = map(on_error.enter_context, socket.socketpair())
            self._send({"spawn": request}, theirs)
            theirs.close()
            answer, descriptors = self._receive_until("spawned")
            if "error" in answer:
                raise SandboxError(answer["error"])
            on_error.pop_all()
        self._endings.pop(answer["spawned"], None)  # of an earlier process with this id
        folder = answer["host_folder"]
        return Running(answer["spawned"], descriptors[0], Channel(ours), folder, limits.scratch_bytes)

    def ending_of(self, running: Running) -> int:
        """Wait until an examinee has ended; return its exit code, negative for a signal."""
        while running.pid not in self._endings:
            self._receive_until("ended")
        return self._endings.pop(running.pid)

    def _send(self, message: dict[str, Any], *ends: socket.socket) -> None:
        with open(os.memfd_create("message"), "w+b") as content:  # noqa: PTH123  # it has no path
            content.write(json.dumps(message).encode())
            content.flush()
            try:
                socket.send_fds(self.control, [_HAIL], [content.fileno(), *(end.fileno() for end in ends)])
            except OSError:
                raise ZygoteDiedError("The zygote has died.") from None

    def _receive_until(self, kind: str) -> tuple[dict[str, Any], list[int]]:
        while True:
            try:
                message, descriptors, _, _ = socket.recv_fds(self.control, _ANSWER_BYTES, 1)
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


@dataclass
class _Server:
    """The zygote itself: answers messages until the other side closes."""

    control: socket.socket
    shell: Shell
    code_run: set[str] = field(default_factory=set)
    warming_error: str = ""
    running: dict[int, Spawned] = field(default_factory=dict)
    poller: select.poll = field(default_factory=select.poll)

    def serve(self) -> None:
        self.poller.register(self.control, select.POLLIN)
        while True:
            for spawned in self.running.values():
                spawned.watch()
            for descriptor, _ in self.poller.poll(WATCH_S * 1000 if self.running else None):
                if descriptor != self.control.fileno():
                    self._tell_ending(descriptor)
                elif not self._answer():
                    return

    def _tell_ending(self, pidfd: int) -> None:
        ending = self.running[pidfd].poll()
        if ending is not None:
            self.poller.unregister(pidfd)
            self._tell({"ended": self.running.pop(pidfd).pid, "exit_code": ending.exit_code})

    def _answer(self) -> bool:
        """Answer one message; tell whether there was one."""
        descriptors = list[int]()
        with contextlib.suppress(ConnectionResetError):
            _, descriptors, _, _ = socket.recv_fds(self.control, len(_HAIL), 2)
        if not descriptors:
            return False
        try:
            with open(descriptors.pop(0), "rb") as content:  # noqa: PTH123  # it has no path
                content.seek(0)
                ((request, details),) = json.load(content).items()
            if request == "warm":
                self._warm(**details)
            elif request == "further":
                self._fork_further(descriptors.pop())
            else:
                with socket.socket(fileno=descriptors.pop()) as end:
                    self._spawn(end, **details)
        except Exception as error:  # noqa: BLE001  # no request may end the zygote
            self._tell({"error": str(error) if isinstance(error, SandboxError) else _shown(error)})
        finally:
            for descriptor in descriptors:
                os.close(descriptor)
        return True

    def _warm(self, modules: list[str], code: str) -> None:
        """Import and run; an error becomes the answer to each later request for an examinee."""
        Warmth(frozenset(modules)).import_modules()
        load_without_workers()
        if code in self.code_run:
            return
        self.code_run.add(code)
        try:
            exec(compile(code, "<warm-up>", "exec"), {"__name__": "warm_up"})  # noqa: S102  # the course's own
        except Exception as error:  # noqa: BLE001  # it may raise anything
            self.warming_error = f"The course's warm-up code (c.Execute.warm_up) fails: {_shown(error)}"

    def _spawn(
        self, end: socket.socket, limits: dict[str, Any], files: dict[str, str], require: list[str] | None
    ) -> None:
        if self.warming_error:
            raise SandboxError(self.warming_error)
        spawned = spawn(
            lambda: _examine(self.shell, end),
            keep_fd=end.fileno(),
            limits=SandboxLimits(**limits),
            files={name: Path(path) for name, path in files.items()},
            require=None if require is None else frozenset(require),
        )
        self.running[spawned.pidfd] = spawned
        self.poller.register(spawned.pidfd, select.POLLIN)
        spawned.layers()
        self._tell({"spawned": spawned.pid, "host_folder": spawned.host_folder}, spawned.pidfd)

    def _fork_further(self, descriptor: int) -> None:
        """Fork a zygote that listens on a descriptor; fork twice, so that no process has to wait for it.

        The fork closes this zygote's own descriptors. Those of libraries stay open: if their numbers were
        reused, the libraries would later close the wrong files.
        """
        parent = os.fork()
        if parent == 0:
            try:
                if os.fork() == 0:
                    self.control.close()
                    for spawned in self.running.values():
                        spawned.forget()
                    further = _Server(
                        socket.socket(fileno=descriptor), self.shell, self.code_run, self.warming_error
                    )
                    further.serve()
            finally:
                os._exit(0)
        os.waitpid(parent, 0)
        os.close(descriptor)

    def _tell(self, message: dict[str, Any], *descriptors: int) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            socket.send_fds(self.control, [json.dumps(message).encode()], list(descriptors))


def _shown(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:500]}".removesuffix(": ")


def _examine(shell: Shell, end: socket.socket) -> None:
    """Serve as an examinee, in the environment in which nbgrader runs notebooks."""
    from gradlab.examinee.serve import Examinee  # noqa: PLC0415  # imported already, by `serve`

    os.environ.update({"NBGRADER_EXECUTION": "autograde", "MPLBACKEND": ENVIRONMENT["MPLBACKEND"]})
    try:
        Examinee(shell, Channel(end)).serve()
    except MemoryError:  # the student's objects leave no room for an answer
        os._exit(errno.ENOMEM)


def serve(control: socket.socket) -> None:
    """Be a zygote until the other side closes."""
    from gradlab.examinee import serve  # noqa: F401, PLC0415  # IPython is slow to import
    from gradlab.examinee.shell import warm_shell  # noqa: PLC0415  # as above

    sweep()
    _Server(control, warm_shell()).serve()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
