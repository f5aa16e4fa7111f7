"""The zygote's side: fork an examinee, and follow it to its end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from gradlab.base.errors import SandboxError
from gradlab.sandbox import _jail, _kernel, _layers, _promises, _scratch, _view
from gradlab.sandbox._layers import Layer
from gradlab.sandbox._limits import SandboxLimits
from gradlab.sandbox._promises import PROMISES
from gradlab.sandbox._watchdog import WATCH_S, Watchdog

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MESSAGE_BYTES = 1 << 16
_NO_FILES: dict[str, bytes] = {}


@dataclass(frozen=True)
class Ending:
    """How an examinee ended.

    Args:
        exit_code: as in `subprocess`: a negative number is the signal that killed it; -SIGXFSZ if it was
            killed because of its files, and -SIGSYS because of a system call or of its threads.
        cpu_s: the processor time that it used. The limit is counted in ticks, and may take effect a few
            percent earlier or later.
    """

    exit_code: int
    cpu_s: float


@dataclass(frozen=True)
class Spawned:
    """An examinee, as its zygote sees it.

    Args:
        pid: its process id in the zygote's PID namespace.
        pidfd: readable once it has ended; other processes can also use it to send signals.
    """

    pid: int
    pidfd: int
    _report: socket.socket
    _require: frozenset[str]
    _watchdog: Watchdog

    def fileno(self) -> int:
        """Return a descriptor that is readable once `layers` has an answer."""
        return self._report.fileno()

    @property
    def host_folder(self) -> str:
        """The folder of the host in which its scratch folder is, "" if that is a file system of its own."""
        scratch = Path(self._watchdog.scratch)
        return str(scratch.parent) if scratch.exists() else ""

    def layers(self) -> tuple[Layer, ...]:
        """Return which layers are on; this waits until they are set up, and must be called only once.

        Raises:
            SandboxError: if a required promise is not kept, or the sandbox could not be set up; the
                examinee has then ended without running its `main`.
        """
        layers = tuple(Layer(*parts) for parts in _receive(self._report)["layers"])
        self._watchdog.hold()
        broken = _promises.broken(layers, self._require)
        if broken:
            raise SandboxError(f"The sandbox can't promise {broken}. `gradlab doctor` shows more.")
        return layers

    def watch(self) -> None:
        """Kill it if it exceeds a limit that the kernel does not keep here; to be called every `WATCH_S`."""
        if not self._watchdog.is_due():
            return
        try:
            has_exceeded = self._watchdog.look()
        except PermissionError:  # without a look at it, its limits can't be kept
            has_exceeded = True
        if has_exceeded:
            self.kill()

    def kill(self) -> None:
        """End it and everything that it started; `poll` or `wait` cleans up afterwards."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)

    def poll(self) -> Ending | None:
        """Clean up and return how it ended, or return None if it is still running."""
        if os.waitid(os.P_PIDFD, self.pidfd, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            return None
        # Without a PID namespace, its children live on in its process group, which they can't leave.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self.pid, 0)
        self.forget()
        _scratch.remove(self._watchdog.scratch)
        exit_code = os.waitstatus_to_exitcode(status)
        if exit_code == -signal.SIGKILL and self._watchdog.verdict is not None:
            exit_code = -self._watchdog.verdict
        return Ending(exit_code, usage.ru_utime + usage.ru_stime)

    def wait(self) -> Ending:
        """Watch it until it has ended; clean up and return how it ended."""
        poller = select.poll()
        poller.register(self.pidfd, select.POLLIN)
        while not poller.poll(WATCH_S * 1000):
            self.watch()
        ending = self.poll()
        assert ending is not None  # noqa: S101  # it has ended
        return ending

    def forget(self) -> None:
        """Close its descriptors, in a process that is not its zygote."""
        os.close(self.pidfd)
        self._report.close()
        self._watchdog.close()


def spawn(
    main: Callable[[], None],
    *,
    keep_fd: int,
    limits: SandboxLimits = SandboxLimits(),  # noqa: B008  # frozen
    files: Mapping[str, bytes | Path] = _NO_FILES,
    require: frozenset[str] | None = None,
) -> Spawned:
    """Fork a process that becomes an examinee, then runs `main` and ends.

    The calling process must have a single thread: examinees end when the thread that spawned them
    does. It must hold no secrets: the examinee can read its memory, including the environment that it
    was started with. It must keep the returned object: an examinee without a listener does not
    start. This waits a few milliseconds for the fork, but not for the sandbox.

    Args:
        main: run by the examinee in the working folder, once its layers are set up. Its standard
            streams are /dev/null; its exit code is 0, or 1 if `main` raises an exception.
        keep_fd: the only descriptor of the zygote that it keeps.
        limits: how much it may use.
        files: the files of its working folder, by relative path: their bytes, or their paths.
        require: the promises without which it must not start; all if None.

    Raises:
        SandboxError: if no process can be forked, or this is not Linux.
        ValueError: if a name in `files` or `require` is not valid.
    """
    if sys.platform != "linux":
        raise SandboxError("The sandbox needs Linux.")
    require = frozenset(PROMISES) if require is None else require
    if unknown := require - PROMISES.keys():
        raise ValueError(f"there are no such promises: {sorted(unknown)}")
    _scratch.check_names(files)
    _view.readable_paths()  # computed once, before the fork
    scratch = _scratch.new_name()
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    jail = _jail.Jail(main, keep_fd, limits, files, require, scratch, theirs)
    with _adopting_orphans():
        pid = os.fork()
        if pid == 0:
            _become_examinee(jail)
        theirs.close()
        os.waitpid(pid, 0)
    try:
        examinee = _receive(ours)["pid"]
    except SandboxError:
        ours.close()
        raise
    watchdog = Watchdog(examinee, scratch, limits, _scratch.given_bytes(files))
    blindness = ""
    try:
        watchdog.open()
    except OSError as error:
        blindness = str(error)
    spawned = Spawned(examinee, os.pidfd_open(examinee), ours, require, watchdog)
    with contextlib.suppress(BrokenPipeError):  # it has died: `layers` and `poll` say so
        _jail.tell(ours, blindness=blindness)
    return spawned


def inspect_layers(limits: SandboxLimits = SandboxLimits()) -> tuple[Layer, ...]:  # noqa: B008  # frozen
    """Start a trial examinee; return which layers it has here, and why the others are off."""
    null = os.open(os.devnull, os.O_RDWR)
    try:
        spawned = spawn(_do_nothing, keep_fd=null, limits=limits, require=frozenset())
    finally:
        os.close(null)
    try:
        return spawned.layers()
    finally:
        spawned.wait()


def _do_nothing() -> None:
    pass


def _become_examinee(jail: _jail.Jail) -> NoReturn:
    """Fork once more, into the new PID namespace, and leave the child to the zygote."""
    exit_code = 1
    try:
        log = _layers.LayerLog()
        proc = os.open("/proc", os.O_PATH | os.O_DIRECTORY)
        _jail.enter_pid_namespace(log, proc)
        pid = os.fork()
        if pid:
            _jail.tell(jail.zygote, pid=pid)
        else:
            _jail.enter(jail, log, proc)
            jail.main()
        exit_code = 0
    except Exception as error:  # noqa: BLE001  # the zygote is told of any error
        with contextlib.suppress(OSError):  # after `enter`, the socket is closed
            _jail.tell(jail.zygote, error=f"{type(error).__name__}: {error}")
    finally:
        os._exit(exit_code)


@contextlib.contextmanager
def _adopting_orphans() -> Iterator[None]:
    """Let grandchildren whose parent has ended become children of this process."""
    before = _kernel.is_child_subreaper()
    _kernel.set_child_subreaper(adopts=True)
    try:
        yield
    finally:
        _kernel.set_child_subreaper(adopts=before)


def _receive(report: socket.socket) -> dict[str, Any]:
    """Return a message that the examinee sent before running its `main`."""
    message = report.recv(_MESSAGE_BYTES)
    answer: dict[str, Any] = json.loads(message or b'{"error": "it died"}')
    if "error" in answer:
        raise SandboxError(f"The sandbox could not be built: {answer['error']}.")
    return answer
