"""The system-call filter: a handwritten BPF program denies the calls that no notebook needs.

The program lists the calls to deny. A list of allowed calls would be tighter, but then a library that
needs one more call on another machine would cost a student points.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import struct
import sys
from dataclasses import dataclass

from gradlab.sandbox import _kernel
from gradlab.sandbox._layers import UnavailableError
from gradlab.sandbox._syscalls import DENIED, LAST_KNOWN, LOOKED_INTO

# The column in the tables of numbers, and the kernel's name for the architecture.
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_JUMP_IF_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_JUMP_IF_GREATER = 0x25  # BPF_JMP | BPF_JGT | BPF_K
_AND = 0x54  # BPF_ALU | BPF_AND | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K

# Offsets in struct seccomp_data. The low half of an argument comes first on both architectures.
_NUMBER = 0
_ARCHITECTURE = 4
_ARGUMENTS = 16
_ARGUMENT_BYTES = 8

_ALLOW = 0x7FFF0000
_ERROR = 0x00050000

_CLONE_THREAD = 0x00010000
# Mount, cgroup, UTS, IPC, user, PID and network namespaces.
_CLONE_NEW = 0x7E020000
_TIOCSTI = 0x5412
_TIOCLINUX = 0x541C
_SOCKET_TYPE = 0xF
# Locks on files of the installation would be a channel between examinees, and their own files need none.
_AS_IF_DONE = 0
_LOCKS = (fcntl.F_SETLK, fcntl.F_SETLKW, fcntl.F_OFD_SETLK, fcntl.F_OFD_SETLKW)
_LEASES_AND_OWNERS = (fcntl.F_SETLEASE, fcntl.F_NOTIFY, fcntl.F_SETOWN, fcntl.F_SETSIG, 15)  # F_SETOWN_EX
# SO_PEERCRED, SO_PEERSEC, SO_PEERGROUPS and SO_PEERPIDFD: who is at the other end of the channel.
_PEERS = (17, 31, 59, 77)
_EVERY_BIT = 0xFFFFFFFF


@dataclass(frozen=True)
class _Condition:
    """A value that the masked bits of an argument must have, or must not have."""

    argument: int
    value: int
    mask: int = _EVERY_BIT
    must: bool = True
    error: int = errno.EPERM

    def program(self) -> bytes:
        """Return instructions that refuse the call if the condition does not hold."""
        hold, fail = (1, 0) if self.must else (0, 1)
        return (
            _instruction(_LOAD, _ARGUMENTS + _ARGUMENT_BYTES * self.argument)
            + _instruction(_AND, self.mask)
            + _instruction(_JUMP_IF_EQUAL, self.value, hold, fail)
            + _instruction(_RETURN, _ERROR | self.error)
        )


def install() -> None:
    """Filter the system calls of this process from now on: it can neither start nor signal processes."""
    machine = os.uname().machine
    if machine not in _ARCHITECTURES or sys.maxsize <= _EVERY_BIT:
        raise UnavailableError(f"no filter for this architecture ({machine})")
    _kernel.filter_system_calls(_program(machine))


def _program(machine: str) -> bytes:
    column, architecture = _ARCHITECTURES[machine]
    program = [
        _instruction(_LOAD, _ARCHITECTURE),
        _instruction(_JUMP_IF_EQUAL, architecture, 1, 0),
        _instruction(_RETURN, _ERROR | errno.EPERM),
        _instruction(_LOAD, _NUMBER),
        _instruction(_JUMP_IF_GREATER, LAST_KNOWN, 0, 1),
        _instruction(_RETURN, _ERROR | errno.ENOSYS),
        # The C library falls back to clone, whose flags the filter can inspect.
        *_answer(LOOKED_INTO["clone3"][column], errno.ENOSYS),
    ]
    for numbers in DENIED.values():
        if numbers[column] >= 0:
            program += _answer(numbers[column], errno.EPERM)
    for name, conditions in _conditions().items():
        body = b"".join(condition.program() for condition in conditions) + _instruction(_RETURN, _ALLOW)
        n_instructions = len(body) // len(_instruction(_RETURN, _ALLOW))
        program += [_instruction(_JUMP_IF_EQUAL, LOOKED_INTO[name][column], 0, n_instructions), body]
    program.append(_instruction(_RETURN, _ALLOW))
    return b"".join(program)


def _conditions() -> dict[str, list[_Condition]]:
    """Return the conditions under which calls are allowed."""
    signals = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo")
    return {
        **{name: [_Condition(0, os.getpid())] for name in signals},
        "clone": [_Condition(0, 0, mask=_CLONE_NEW), _Condition(0, _CLONE_THREAD, mask=_CLONE_THREAD)],
        # A stream pair talks only to itself; a datagram pair could write to any Unix socket.
        "socketpair": [
            _Condition(0, socket.AF_UNIX),
            _Condition(1, socket.SOCK_STREAM, mask=_SOCKET_TYPE),
        ],
        "fcntl": [
            *(_Condition(1, command, must=False, error=_AS_IF_DONE) for command in _LOCKS),
            *(_Condition(1, command, must=False) for command in _LEASES_AND_OWNERS),
        ],
        "flock": [_Condition(1, 0, error=_AS_IF_DONE)],  # no operation is 0
        "getsockopt": [_Condition(2, option, must=False) for option in _PEERS],
        "ioctl": [_Condition(1, _TIOCSTI, must=False), _Condition(1, _TIOCLINUX, must=False)],
        "prctl": [_Condition(0, _kernel.PR_SET_PDEATHSIG, must=False)],
        "prlimit64": [_Condition(0, 0)],
    }


def _answer(number: int, error: int) -> list[bytes]:
    return [_instruction(_JUMP_IF_EQUAL, number, 0, 1), _instruction(_RETURN, _ERROR | error)]


def _instruction(code: int, operand: int, jump_true: int = 0, jump_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, jump_true, jump_false, operand)
