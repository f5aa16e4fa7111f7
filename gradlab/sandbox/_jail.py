"""How a forked process becomes an examinee: it sets up one layer after the other."""

from __future__ import annotations

import json
import os
import signal
import socket
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.sandbox import (
    _filter,
    _identity,
    _kernel,
    _landlock,
    _layers,
    _limits,
    _promises,
    _scratch,
    _view,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from gradlab.sandbox._layers import LayerLog
    from gradlab.sandbox._limits import SandboxLimits

HOST_NAME = "examinee"
N_STANDARD_STREAMS = 3
LAST_DESCRIPTOR = 1 << 31
_MESSAGE_BYTES = 1 << 12
# The highest score: killed first when the machine runs short of memory.
_FIRST_TO_BE_KILLED = "1000"


@dataclass(frozen=True)
class Jail:
    """What an examinee is given.

    Args:
        main: what it does.
        keep_fd: the one descriptor that it keeps.
        limits: how much it may use.
        files: the files of its working folder: their bytes, or their paths on the host.
        require: the promises without which it must not start.
        scratch: its scratch folder on the host, used if it can't have a file system of its own.
        zygote: the socket to the zygote, closed before `main`.
    """

    main: Callable[[], None]
    keep_fd: int
    limits: SandboxLimits
    files: Mapping[str, bytes | Path]
    require: frozenset[str]
    scratch: str
    zygote: socket.socket


def tell(other: socket.socket, **message: object) -> None:
    """Send the zygote, or the examinee, one message."""
    other.send(json.dumps(message).encode())


def enter_pid_namespace(log: LayerLog, proc: int) -> None:
    """Make the next child of this process the first process of a new PID namespace."""
    with log.attempt("pid namespace"):
        try:
            _kernel.unshare(_kernel.CLONE_NEWPID)
        except PermissionError:
            # If root may not do this, as in most containers, it goes on as an ordinary user.
            if os.geteuid() == _identity.ROOT:
                with log.attempt("uid"):
                    _identity.take_own_uid(proc, readable=_view.readable_paths(), scratch=None)
            _identity.enter_user_namespace(proc)
            _kernel.unshare(_kernel.CLONE_NEWPID)


def enter(jail: Jail, log: LayerLog, proc: int) -> None:
    """Set up all layers around this process, and tell the zygote which of them are on.

    Raises:
        SystemExit: if a required promise is not kept.
        OSError: if the zygote is gone, or a step that is not a layer fails.
    """
    with log.attempt("descriptors"):
        _close_all_except(jail.keep_fd, jail.zygote.fileno(), proc)
    contents = {
        name: content if isinstance(content, bytes) else content.read_bytes()
        for name, content in jail.files.items()
    }
    _identity.write(proc, "self/oom_score_adj", _FIRST_TO_BE_KILLED)
    os.umask(0o022)
    _leave_terminal()
    _enter_namespaces(log, jail.limits.scratch_bytes + _scratch.size_bytes(contents))
    scratch = _view.SCRATCH if log.has("mount namespace") else jail.scratch
    are_threads_counted = _take_identity(log, proc, jail.scratch)
    if scratch == jail.scratch:
        Path(scratch).mkdir(mode=0o700)
    _scratch.fill(scratch, contents)
    with log.attempt("environment"):
        _scratch.set_environment(scratch)
    _silence_standard_streams()
    _give_up_rights(log, jail.limits, proc, are_threads_counted=are_threads_counted)
    blindness = _wait_for(jail.zygote)
    with log.attempt("watchdog"):
        if blindness:
            raise _layers.UnavailableError(blindness)
    _add_last_layers(log, scratch)
    layers = log.layers()
    # Fails if the zygote has died meanwhile.
    tell(jail.zygote, layers=[astuple(layer) for layer in layers])
    if _promises.broken(layers, jail.require):
        raise SystemExit
    jail.zygote.close()
    _close_all_except(jail.keep_fd)


def _enter_namespaces(log: LayerLog, scratch_bytes: int) -> None:
    with log.attempt("network namespace"):
        _kernel.unshare(_kernel.CLONE_NEWNET)
    with log.attempt("ipc namespace"):
        _kernel.unshare(_kernel.CLONE_NEWIPC)
    with log.attempt("uts namespace"):
        _kernel.unshare(_kernel.CLONE_NEWUTS)
        socket.sethostname(HOST_NAME)
    with log.attempt("mount namespace"):
        _kernel.unshare(_kernel.CLONE_NEWNS)
        _view.build(scratch_bytes)


def _take_identity(log: LayerLog, proc: int, host_scratch: str) -> bool:
    """Become a user without rights, in a user namespace without power over the other namespaces.

    Returns:
        Whether the kernel counts this user's threads separately from those of other examinees.
    """
    if not log.knows("uid"):
        with log.attempt("uid"):
            if os.geteuid() != _identity.ROOT:
                raise _layers.UnavailableError(f"only root can give it a uid other than {os.geteuid()}")
            if log.has("mount namespace"):
                needed, scratch = _view.readable_paths(), _view.SCRATCH
            else:
                needed, scratch = (*_view.readable_paths(), str(Path(host_scratch).parent)), None
            _identity.take_own_uid(proc, readable=needed, scratch=scratch)
    is_root = os.geteuid() == _identity.ROOT
    with log.attempt("user namespace"):
        _identity.enter_user_namespace(proc, _identity.INSIDE_ID)
    return not is_root and (log.has("user namespace") or log.has("uid"))


def _give_up_rights(log: LayerLog, limits: SandboxLimits, proc: int, *, are_threads_counted: bool) -> None:
    with log.attempt("rlimits"):
        _limits.impose(limits, proc, are_threads_counted=are_threads_counted)
    with log.attempt("thread limit"):
        if not are_threads_counted:
            raise _layers.UnavailableError("the kernel does not count its threads separately from others'")
    with log.attempt("no new privileges"):
        _kernel.prctl(_kernel.PR_SET_NO_NEW_PRIVS, 1)
    with log.attempt("capabilities"):
        _kernel.drop_capabilities()


def _wait_for(zygote: socket.socket) -> str:
    """Wait until this process is the zygote's child; from then on, it dies with the zygote.

    Returns:
        Why the zygote's watchdog can't see this process, "" if it can.
    """
    message = zygote.recv(_MESSAGE_BYTES)
    if not message:
        raise ConnectionAbortedError("the zygote is gone")
    _kernel.prctl(_kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    return str(json.loads(message)["blindness"])


def _add_last_layers(log: LayerLog, scratch: str) -> None:
    """Set up the layers that would prevent setting up the others."""
    has_own_files = scratch == _view.SCRATCH
    # If its files are on the host, the watchdog must see which of them it has open.
    _kernel.prctl(_kernel.PR_SET_DUMPABLE, int(not has_own_files))
    version = 0
    with log.attempt("landlock"):
        writable = [scratch, *_view.occupied_links()] if has_own_files else [scratch]
        version = _landlock.restrict(
            readable=_view.readable_paths(), devices=_view.devices(), writable=writable
        )
    with log.attempt("landlock network"):
        _landlock.check(version, _landlock.NETWORK_SINCE)
    with log.attempt("landlock scopes"):
        _landlock.check(version, _landlock.SCOPES_SINCE)
    with log.attempt("seccomp"):
        _filter.install(has_own_files=has_own_files)


def _close_all_except(*kept: int) -> None:
    """Close every descriptor except for these and the standard streams."""
    first = N_STANDARD_STREAMS
    for descriptor in (*sorted(kept), LAST_DESCRIPTOR):
        if first < descriptor:
            _kernel.close_range(first, descriptor - 1)
        first = descriptor + 1


def _silence_standard_streams() -> None:
    null = os.open("/dev/null", os.O_RDWR)
    for descriptor in range(N_STANDARD_STREAMS):
        os.dup2(null, descriptor)
    os.close(null)


def _leave_terminal() -> None:
    """Leave the zygote's terminal, process group and signal handlers; an interrupt raises again."""
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in signal.valid_signals():
        if callable(signal.getsignal(number)):
            signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
