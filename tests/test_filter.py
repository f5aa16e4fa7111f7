"""The system-call filter's program, run by a small interpreter: each call gets its answer."""

from __future__ import annotations

import errno
import os
import struct

import pytest

from gradlab.sandbox._filter import _ARCHITECTURES, _program
from gradlab.sandbox._syscalls import MACHINES, calls

LOAD, JUMP, IF_EQUAL, IF_NOT_LESS, AND, RETURN = 0x20, 0x05, 0x15, 0x35, 0x54, 0x06
ALLOW, KILL, ERROR = 0x7FFF0000, 0x80000000, 0x00050000
LONGEST_PROGRAM = 4096  # BPF_MAXINSNS
FEW_STEPS = 40


def run(program: bytes, machine: str, number: int, *arguments: int) -> tuple[int, int]:
    """Return the filter's answer to a call, and the number of instructions that it took."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, _ARCHITECTURES[machine], 0, *padded)
    instructions = list(struct.iter_unpack("HBBI", program))
    position = accumulator = n_steps = 0
    while True:
        code, if_true, if_false, operand = instructions[position]
        position += 1
        n_steps += 1
        if code == LOAD:
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == JUMP:
            position += operand
        elif code == IF_EQUAL:
            position += if_true if accumulator == operand else if_false
        elif code == IF_NOT_LESS:
            position += if_true if accumulator >= operand else if_false
        elif code == AND:
            accumulator &= operand
        else:
            assert code == RETURN
            return operand, n_steps


@pytest.mark.parametrize("has_own_files", [True, False])
@pytest.mark.parametrize("machine", MACHINES)
def test_each_call_gets_its_answer(machine, has_own_files):
    """The table's sections give the answers; other calls do not exist; no search is long."""
    program = _program(machine, has_own_files=has_own_files)
    assert len(program) // 8 <= LONGEST_PROGRAM
    expected = {
        **dict.fromkeys(calls("allowed", machine).values(), ALLOW),
        **dict.fromkeys(calls("attributes", machine).values(), ALLOW if has_own_files else ERROR),
        **dict.fromkeys(calls("refused", machine).values(), ERROR | errno.EPERM),
        **dict.fromkeys(calls("attacks", machine).values(), KILL),
    }
    looked_into = set(calls("looked_into", machine).values())
    for number in {*range(600), 1 << 30, (1 << 32) - 1} - looked_into:
        answer, n_steps = run(program, machine, number)
        assert answer == expected.get(number, ERROR | errno.ENOSYS), number
        assert n_steps < FEW_STEPS


@pytest.mark.parametrize(
    ("name", "arguments", "answer"),
    [
        ("clone", (0x3D0F00,), ALLOW),  # as pthread_create asks
        ("clone", (17,), ERROR | errno.EPERM),  # as fork asks: SIGCHLD
        ("clone", (0x10000000 | 0x3D0F00,), ERROR | errno.EPERM),  # a thread in a new user namespace
        ("kill", (os.getpid(), 9), ALLOW),
        ("kill", (os.getpid() + 1, 9), ERROR | errno.EPERM),
        ("kill", (0xFFFFFFFF, 9), ERROR | errno.EPERM),  # -1: everybody
        ("kill", (0, 9), ERROR | errno.EPERM),  # its process group
        ("fcntl", (3, 3), ALLOW),  # F_GETFL
        ("fcntl", (3, 6), ERROR),  # F_SETLK
        ("fcntl", (3, 1024), ERROR | errno.EPERM),  # F_SETLEASE
        ("socketpair", (1, 1 | 0x80000, 0), ALLOW),  # AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC
        ("socketpair", (1, 2, 0), ERROR | errno.EPERM),
        ("socketpair", (30, 1, 0), ERROR | errno.EPERM),  # AF_TIPC
        ("getsockopt", (3, 1, 3), ALLOW),  # SO_TYPE
        ("getsockopt", (3, 1, 17), ERROR | errno.EPERM),  # SO_PEERCRED
        ("getsockopt", (3, 6, 3), ERROR | errno.EPERM),  # TCP_CORK
        ("prlimit64", (0, 7), ALLOW),
        ("prlimit64", (os.getpid(), 7), ERROR | errno.EPERM),
        ("flock", (3, 2), ERROR),
        ("madvise", (0, 4096, 4), ALLOW),
    ],
)
@pytest.mark.parametrize("machine", MACHINES)
def test_arguments_are_looked_into(machine, name, arguments, answer):
    """Calls with many uses are allowed with arguments that reach no other process."""
    number = calls("looked_into", machine)[name]
    assert run(_program(machine, has_own_files=True), machine, number, *arguments)[0] == answer


def test_other_architectures_are_attacks():
    """A call by the numbers of another architecture ends the examinee."""
    program = _program("x86_64", has_own_files=True)
    assert run(program, "aarch64", calls("allowed", "x86_64")["read"])[0] == KILL
