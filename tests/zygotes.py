"""Small zygotes for the tests of the sandbox: each a process of its own, as root or as an ordinary user.

A test asks a zygote to `run` cells of code, each in an examinee of its own, and reads the results. The zygote
is this file, run as a program.
"""

from __future__ import annotations

import ast
import ctypes
import importlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import textwrap
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import container
from container import ALLOW, COURSE, GIVE, IS_EQUAL, LOAD, REFUSE, become, install, open_the_way

from gradlab import sandbox
from gradlab.base.errors import SandboxError
from gradlab.sandbox import _kernel

PYTHONPATH = os.pathsep.join([str(COURSE), sysconfig.get_path("purelib")])
NOBODY = 65534
PATIENCE_S = 20.0
THREADS = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Answer:
    """The result of an examinee."""

    value: Any = None  # of the last expression
    error: str = ""  # the exception that left the code, by its type
    message: str = ""
    refused: str = ""  # the SandboxError of the zygote
    layers: tuple[tuple[str, bool, str], ...] = ()
    exit_code: int | None = None
    cpu_s: float = 0.0
    outside_uid: int = -1
    namespaces: dict[str, tuple[str, str]] = field(default_factory=dict)  # its own, and the zygote's
    left_something: bool = False  # a process that still holds the channel, or a zombie


class Zygote:
    """A zygote in a process of its own.

    Args:
        uid: the user that it is.
        warm: the modules that it imports before the first fork.
        in_container: whether it is in a container like Docker's, which refuses namespaces.
        has_filter: whether the kernel has system-call filters.
        python: the interpreter.
    """

    def __init__(  # all but the first have defaults
        self,
        uid: int,
        warm: tuple[str, ...] = (),
        *,
        in_container: bool = False,
        has_filter: bool = True,
        python: Path = Path(sys.executable),
    ) -> None:
        self.uid = uid
        arguments = json.dumps(
            {"uid": uid, "warm": warm, "in_container": in_container, "has_filter": has_filter}
        )
        self.process = subprocess.Popen(
            [python, __file__, arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**THREADS, "PYTHONPATH": PYTHONPATH, "PATH": os.environ["PATH"], "SECRET": "of the zygote"},
        )

    def run(self, code: str, **request: Any) -> Answer:
        """Run code in an examinee; its last expression must have a value that JSON can represent."""
        self.process.stdin.write(json.dumps({"code": textwrap.dedent(code), **request}) + "\n")
        self.process.stdin.flush()
        return Answer(**json.loads(self.process.stdout.readline()))

    def close(self) -> None:
        """End the zygote."""
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(PATIENCE_S)


def serve(*, uid: int, warm: list[str], in_container: bool, has_filter: bool) -> None:
    """Be a zygote: answer requests from stdin on stdout, one line each."""
    if os.geteuid() == 0:
        open_the_way()
    if uid != os.geteuid():
        become(uid)
    if in_container:
        container.enter()
    if not has_filter:
        forbid_filters()
    config = tempfile.mkdtemp()
    os.environ["MPLCONFIGDIR"] = config
    for module in warm:
        importlib.import_module(module)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(examine(**json.loads(line))) + "\n")
        sys.stdout.flush()
    shutil.rmtree(config)


def forbid_filters() -> None:
    """Refuse further filters from now on, as a kernel that is built without them does."""
    prctl = {"x86_64": 157, "aarch64": 167}[os.uname().machine]
    first_argument = 16
    install(
        [
            (LOAD, 0, 0, 0),
            (IS_EQUAL, 0, 3, prctl),
            (LOAD, 0, 0, first_argument),
            (IS_EQUAL, 0, 1, _kernel.PR_SET_SECCOMP),
            (GIVE, 0, 0, REFUSE),
            (GIVE, 0, 0, ALLOW),
        ]
    )


def examine(
    code: str,
    *,
    limits: dict[str, Any] | None = None,
    files: dict[str, str] | None = None,
    require: list[str] | None = None,
    send: int | None = None,
) -> dict[str, Any]:
    """Run code in an examinee, and return the parts of an `Answer`.

    Args:
        code: what it runs.
        limits: the limits that differ from the usual ones.
        files: the text of the files in its working folder.
        require: the promises that must be kept; the usual ones if None.
        send: a signal to send it once it runs.
    """
    ours, theirs = socket.socketpair()
    spawned = sandbox.spawn(
        lambda: work(code, theirs),
        keep_fd=theirs.fileno(),
        limits=sandbox.SandboxLimits(**(limits or {})),
        files={name: text.encode() for name, text in (files or {}).items()},
        require=None if require is None else frozenset(require),
    )
    theirs.close()
    answer: dict[str, Any] = {}
    try:
        layers = [(layer.name, layer.is_on, layer.reason) for layer in spawned.layers()]
        status = Path(f"/proc/{spawned.pid}/status").read_text(encoding="ascii")
        answer = {
            "layers": layers,
            "outside_uid": int(status.partition("Uid:")[2].split()[0]),
            "namespaces": namespaces_of(spawned.pid),
        }
    except SandboxError as error:
        answer = {"refused": str(error)}
    said = listen(ours, spawned, send)
    ending = spawned.wait()
    answer |= {
        "exit_code": ending.exit_code,
        "cpu_s": ending.cpu_s,
        "left_something": is_something_left(ours),
    }
    ours.close()
    return answer | (json.loads(said) if said else {})


def namespaces_of(pid: int) -> dict[str, tuple[str, str]]:
    """Return a process's namespaces together with this one's own, if they can be seen."""
    try:
        return {
            name: (
                str(Path(f"/proc/{pid}/ns/{name}").readlink()),
                str(Path(f"/proc/self/ns/{name}").readlink()),
            )
            for name in ("user", "mnt", "pid", "net", "ipc", "uts")
        }
    except OSError:
        return {}


def work(code: str, channel: socket.socket) -> None:
    """Be the examinee: run code, and send the result."""
    names: dict[str, Any] = {"channel": channel, "libc": ctypes.CDLL(None, use_errno=True), "ctypes": ctypes}
    cell = ast.parse(code)
    if isinstance(cell.body[-1], ast.Expr):
        value = ast.Assign([ast.Name("value", ast.Store())], cell.body[-1].value)
        cell.body[-1] = ast.fix_missing_locations(ast.copy_location(value, cell.body[-1]))
    try:
        channel.sendall(b"\n")
        exec(compile(cell, "cell", "exec"), names)
        said = {"value": names.get("value")}
    except BaseException as error:  # noqa: BLE001  # told, whatever it was
        said = {"error": type(error).__name__, "message": str(error)}
    channel.sendall(json.dumps(said).encode())


def listen(ours: socket.socket, spawned: Any, send: int | None) -> bytes:
    """Return what an examinee says until it ends; kill it if it never does."""
    said, deadline = b"", time.monotonic() + PATIENCE_S
    while True:
        spawned.watch()
        readable, _, _ = select.select([ours, spawned.pidfd], [], [], sandbox.WATCH_S)
        if ours in readable and (part := ours.recv(1 << 16)):
            if send is not None and not said:
                signal.pidfd_send_signal(spawned.pidfd, send)
            said += part
        elif spawned.pidfd in readable:
            return said.strip()
        elif time.monotonic() > deadline:
            spawned.kill()
            deadline = time.monotonic() + PATIENCE_S


def is_something_left(ours: socket.socket) -> bool:
    """Tell whether any process still has the other end of the channel, or the zygote has a child."""
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        readable, _, _ = select.select([ours], [], [], 2)
        return not readable
    return True


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))
