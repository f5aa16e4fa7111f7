"""How much an examinee may use."""

from __future__ import annotations

import os
import resource
from dataclasses import dataclass

MIB = 1 << 20
N_PENDING_SIGNALS = 128


@dataclass(frozen=True)
class SandboxLimits:
    """How much an examinee may use.

    Args:
        memory_bytes: memory on top of what the zygote has mapped at the fork; includes shared memory,
            thread stacks and further libraries.
        scratch_bytes: all files in the scratch folder together, except for the given files.
        file_bytes: one file.
        cpu_s: processor time of all its threads, in whole seconds.
        n_threads: threads that live at once.
        n_open_files: open files, pipes and sockets.
    """

    memory_bytes: int = 2048 * MIB
    scratch_bytes: int = 256 * MIB
    file_bytes: int = 128 * MIB
    cpu_s: int = 600
    n_threads: int = 64
    n_open_files: int = 256


def impose(limits: SandboxLimits, proc: int, *, are_threads_counted: bool) -> None:
    """Set the resource limits of this process and of everything that it starts.

    Args:
        limits: how much it may use.
        proc: a descriptor of /proc.
        are_threads_counted: whether the kernel counts its threads separately from others'.
    """
    mapped_bytes, private_bytes = _mapped(proc)
    values = {
        # RLIMIT_AS counts everything; RLIMIT_DATA stops examinees that unmap libraries to make room.
        resource.RLIMIT_AS: mapped_bytes + limits.memory_bytes,
        resource.RLIMIT_DATA: private_bytes + limits.memory_bytes,
        resource.RLIMIT_FSIZE: limits.file_bytes,
        resource.RLIMIT_CPU: limits.cpu_s,
        resource.RLIMIT_NOFILE: limits.n_open_files,
        # Not 0: a program that takes core dumps from the kernel would ignore that. 1 stops these, too.
        resource.RLIMIT_CORE: 1,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_SIGPENDING: N_PENDING_SIGNALS,
    }
    if are_threads_counted:
        values[resource.RLIMIT_NPROC] = limits.n_threads
    for which, value in values.items():
        _, hard = resource.getrlimit(which)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(which, (most, most))


def _mapped(proc: int) -> tuple[int, int]:
    """Return how many bytes this process maps: in total, and writable and private."""
    statm = os.open("self/statm", os.O_RDONLY, dir_fd=proc)
    try:
        pages = [int(number) for number in os.read(statm, 256).split()]
    finally:
        os.close(statm)
    page_bytes = resource.getpagesize()
    return pages[0] * page_bytes, pages[5] * page_bytes
