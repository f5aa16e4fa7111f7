"""Parse what a student wrote in a process of its own, within limits of time, memory and size.

Parsers are written for honest text. A page of 55 KB can keep one busy for minutes and become 60 MB.
"""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gradlab.base.errors import SandboxError

if TYPE_CHECKING:
    from collections.abc import Callable

PROCESSOR_S = 2
WALL_S = 60  # it never waits, but a machine may make it wait
MEMORY_BYTES = 512 * 2**20  # more than this process has already

_ATTEMPTS = 3
# Its limits end it with other signals; the alarm rings if it gets hardly any processor.
_FROM_OUTSIDE = frozenset(
    -each
    for each in (signal.SIGALRM, signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGQUIT, signal.SIGTERM)
)
_DONE = b"\n"  # follows the text, unless the process was ended


def parsed(parse: Callable[[], str], max_chars: int, processor_s: int = PROCESSOR_S) -> str | None:
    """Return a function's text; None if it fails, or takes too much time, memory or space.

    Args:
        parse: a function that only computes; it is called in a copy of this process.
        max_chars: the longest text that is accepted.
        processor_s: the processor time that it may take.

    Raises:
        SandboxError: if each of its processes is ended from outside.
    """
    for _ in range(_ATTEMPTS):
        answer, ending = _parsed_once(parse, max_chars, processor_s)
        if answer.endswith(_DONE):
            return answer.removesuffix(_DONE).decode("utf-8", "surrogatepass")
        if ending not in _FROM_OUTSIDE:
            return None
    raise SandboxError("The process that parses a text was ended from outside. Start again.")


def _parsed_once(parse: Callable[[], str], max_chars: int, processor_s: int) -> tuple[bytes, int]:
    """Return what a process answers, and its exit code, negative for a signal."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        _parse_and_exit(parse, max_chars, processor_s, sending)
    os.close(sending)
    has_ended = False
    try:
        with os.fdopen(receiving, "rb") as pipe:
            answer = pipe.read()
        has_ended = True
    finally:
        if not has_ended:
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
    return answer, os.waitstatus_to_exitcode(status)


def _parse_and_exit(parse: Callable[[], str], max_chars: int, processor_s: int, sending: int) -> NoReturn:
    try:
        _limit(processor_s)
        text = parse()
        if len(text) <= max_chars:
            with os.fdopen(sending, "wb") as pipe:
                pipe.write(text.encode("utf-8", "surrogatepass") + _DONE)
    finally:
        os._exit(0)


def _limit(processor_s: int) -> None:
    """Let the kernel silently end this process if it exceeds the limits."""
    faulthandler.disable()
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(WALL_S)
    n_pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most_bytes = n_pages * resource.getpagesize() + MEMORY_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))  # SIGXCPU, not SIGKILL
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
