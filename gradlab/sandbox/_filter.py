"""The system-call filter: a handwritten BPF program allows the calls that notebooks need.

The table of calls is in `system_calls.toml`. The program finds a call's range by binary search; the kernel
remembers which calls are allowed whatever their arguments, and does not run the program for these.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.sandbox import _kernel
from gradlab.sandbox._layers import UnavailableError
from gradlab.sandbox._syscalls import MACHINES, calls

if TYPE_CHECKING:
    from collections.abc import Sequence

# The kernel's names for the architectures.
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP = 0x05  # BPF_JMP | BPF_JA
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_NOT_LESS = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_INSTRUCTION_BYTES = 8
_LONGEST_JUMP = 255  # of a condition; `_JUMP` has no such limit

# Offsets in struct seccomp_data. The low half of an argument comes first on both architectures.
_NUMBER = 0
_ARCHITECTURE = 4
_ARGUMENTS = 16
_ARGUMENT_BYTES = 8

_ALLOW = 0x7FFF0000
_KILL = 0x80000000  # the whole process, by SIGSYS
_ERROR = 0x00050000
_AS_IF_DONE = _ERROR
_REFUSE = _ERROR | errno.EPERM
_UNKNOWN = _ERROR | errno.ENOSYS

_EVERY_BIT = 0xFFFFFFFF
_CLONE_THREAD = 0x00010000
# Mount, cgroup, UTS, IPC, user, PID and network namespaces.
_CLONE_NEW = 0x7E020000
_SOCKET_TYPE = 0xF
# Locks on files of the installation would be a channel between examinees, and their own files need none.
_LOCKS = (fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW)
_DESCRIPTOR_COMMANDS = (
    *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_SETFL),
    *(fcntl.F_GETLK, fcntl.F_OFD_GETLK, 1032),  # F_GETPIPE_SZ; no leases, owners, signals and notices
)
# FIOCLEX, FIONCLEX, FIONBIO, FIONREAD; and what asks for a terminal: TCGETS, TCGETS2, TIOCGWINSZ, TIOCGPGRP.
_DEVICE_COMMANDS = (0x5451, 0x5450, 0x5421, 0x541B, 0x5401, 0x802C542A, 0x5413, 0x540F)
_CLONES_OF_FILES = (0x40049409, 0x4020940D)  # FICLONE and FICLONERANGE: Python then copies
_SOCKET_OPTIONS = (
    *(socket.SO_TYPE, socket.SO_DOMAIN, socket.SO_PROTOCOL, socket.SO_ERROR, socket.SO_ACCEPTCONN),
    *(socket.SO_RCVBUF, socket.SO_SNDBUF),  # not SO_PEER…, which tells who is at the other end of the channel
)
# Who stops itself would look as if the machine had stopped it.
_STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
# MADV_MERGEABLE, MADV_COLD and MADV_PAGEOUT change what others find in memory.
_NOTICEABLE_ADVICE = (12, 20, 21)
_OWN_ATTRIBUTES = (
    *(15, 16, 0x53564D41),  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA: names of threads and memory
    *(2, 3, 21, 23, 30, 37, 39),  # PR_GET_PDEATHSIG, _DUMPABLE, _SECCOMP, PR_CAPBSET_READ, _TIMERSLACK, …
    *(41, 42, 51, 56, 64),  # PR_SET_THP_DISABLE and PR_GET_THP_DISABLE; on ARM PR_SVE_GET_VL and others
)


@dataclass(frozen=True)
class _Condition:
    """The answer to a call if the masked bits of an argument are among some values, or are not."""

    argument: int
    values: tuple[int, ...]
    answer: int = _ALLOW
    mask: int = _EVERY_BIT
    among: bool = True

    def program(self) -> bytes:
        """Return instructions that give the answer in this case, and go on in any other."""
        last = len(self.values) - 1
        hit, miss = (0, 1) if self.among else (1, 0)
        return (
            _instruction(_LOAD, _ARGUMENTS + _ARGUMENT_BYTES * self.argument)
            + _instruction(_AND, self.mask)
            + b"".join(
                _instruction(_JUMP_IF_EQUAL, value, last - index + hit, 0 if index < last else miss)
                for index, value in enumerate(self.values)
            )
            + _instruction(_RETURN, self.answer)
        )


def install(*, has_own_files: bool) -> None:
    """Filter the system calls of this process from now on: it can neither start nor signal processes.

    Args:
        has_own_files: whether it sees no files of the host. If it does, its attempts to change modes, owners
            and times of files, which Landlock does not guard, are answered as if they had succeeded.
    """
    machine = os.uname().machine
    if machine not in MACHINES or sys.maxsize <= _EVERY_BIT:
        raise UnavailableError(f"no filter for this architecture ({machine})")
    _kernel.filter_system_calls(_program(machine, has_own_files=has_own_files))


def _program(machine: str, *, has_own_files: bool) -> bytes:
    return (
        _instruction(_LOAD, _ARCHITECTURE)
        + _instruction(_JUMP_IF_EQUAL, _ARCHITECTURES[machine], 1, 0)
        + _instruction(_RETURN, _KILL)
        + _instruction(_LOAD, _NUMBER)
        + _search(_ranges(_answers(machine, has_own_files=has_own_files)))
    )


def _answers(machine: str, *, has_own_files: bool) -> dict[int, bytes]:
    """Return the instructions that answer a call, by its number; the other calls do not exist."""
    attributes = _ALLOW if has_own_files else _AS_IF_DONE
    plain = {"allowed": _ALLOW, "attributes": attributes, "refused": _REFUSE, "attacks": _KILL}
    answers = {
        number: _instruction(_RETURN, answer)
        for section, answer in plain.items()
        for number in calls(section, machine).values()
    }
    looked_into = calls("looked_into", machine)
    for name, (conditions, otherwise) in _conditions(has_own_files=has_own_files).items():
        checked = b"".join(condition.program() for condition in conditions)
        answers[looked_into[name]] = checked + _instruction(_RETURN, otherwise)
    return answers


def _conditions(*, has_own_files: bool) -> dict[str, tuple[Sequence[_Condition], int]]:
    """Return the conditions of a call whose arguments are checked, and the answer in all other cases."""
    own_id = os.getpid()
    # The number of the argument that holds the signal.
    signals = {"kill": 1, "tgkill": 2, "rt_sigqueueinfo": 1, "rt_tgsigqueueinfo": 2}
    # 0 is the caller.
    about_itself = ("getpgid", "getsid", "get_robust_list", "sched_setaffinity")
    return {
        **{
            name: ([_Condition(number, _STOPS, _REFUSE), _Condition(0, (own_id,))], _REFUSE)
            for name, number in signals.items()
        },
        **{name: ([_Condition(0, (0, own_id))], _REFUSE) for name in about_itself},
        "clone": ([_Condition(0, (_CLONE_THREAD,), mask=_CLONE_NEW | _CLONE_THREAD)], _REFUSE),
        "fcntl": ([_Condition(1, _LOCKS, _AS_IF_DONE), _Condition(1, _DESCRIPTOR_COMMANDS)], _REFUSE),
        "flock": ([], _AS_IF_DONE),
        "getsockopt": (
            [_Condition(1, (socket.SOL_SOCKET,), _REFUSE, among=False), _Condition(2, _SOCKET_OPTIONS)],
            _REFUSE,
        ),
        "ioctl": (
            [_Condition(1, _DEVICE_COMMANDS), _Condition(1, _CLONES_OF_FILES, _ERROR | errno.EOPNOTSUPP)],
            _ERROR | errno.ENOTTY,
        ),
        "madvise": ([_Condition(2, _NOTICEABLE_ADVICE, _ERROR | errno.EINVAL)], _ALLOW),
        "prlimit64": ([_Condition(0, (0,))], _REFUSE),
        "prctl": ([_Condition(0, _OWN_ATTRIBUTES)], _REFUSE),
        # A stream pair talks only to itself; a datagram pair could write to any Unix socket.
        "socketpair": (
            [
                _Condition(0, (socket.AF_UNIX,), _REFUSE, among=False),
                _Condition(1, (socket.SOCK_STREAM,), mask=_SOCKET_TYPE),
            ],
            _REFUSE,
        ),
        "truncate": ([], _ALLOW if has_own_files else _REFUSE),
    }


def _ranges(answers: dict[int, bytes]) -> list[tuple[int, bytes]]:
    """Return the first number and the instructions of each range of numbers with the same answer."""
    ranges = [(0, _instruction(_RETURN, _UNKNOWN))]
    for number in range(max(answers) + 2):  # beyond the last call on the list, there is none
        answer = answers.get(number, _instruction(_RETURN, _UNKNOWN))
        if answer != ranges[-1][1]:
            ranges.append((number, answer))
    return ranges


def _search(ranges: list[tuple[int, bytes]]) -> bytes:
    """Return instructions that find the range of the number that was loaded, and give its answer."""
    if len(ranges) == 1:
        return ranges[0][1]
    middle = len(ranges) // 2
    lower, upper = _search(ranges[:middle]), _search(ranges[middle:])
    first, n_skipped = ranges[middle][0], len(lower) // _INSTRUCTION_BYTES
    if n_skipped <= _LONGEST_JUMP:
        choice = _instruction(_JUMP_IF_NOT_LESS, first, n_skipped, 0)
    else:
        choice = _instruction(_JUMP_IF_NOT_LESS, first, 0, 1) + _instruction(_JUMP, n_skipped)
    return choice + lower + upper


def _instruction(code: int, operand: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, operand)
