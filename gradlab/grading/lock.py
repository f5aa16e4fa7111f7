"""One process at a time grades an assignment; others are told which one."""

from __future__ import annotations

import fcntl
import os
import socket
import sys
from pathlib import Path

from gradlab.base.errors import CourseError
from gradlab.base.texts import without_control

_MAX_BYTES = 200


def lock(path: Path, what: str) -> int:
    """Lock a file; return its descriptor, which is closed to unlock it.

    Args:
        path: of the file, which says who holds it.
        what: what is locked.

    Raises:
        CourseError: if another process holds it; it is named.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = without_control(os.pread(descriptor, _MAX_BYTES, 0).decode("utf-8", "replace")).strip()
        os.close(descriptor)
        raise CourseError(
            f"{holder or 'Another process'} is grading {what}. Let it finish or stop it, then start again."
        ) from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, _this_process().encode()[:_MAX_BYTES], 0)
    return descriptor


def _this_process() -> str:
    words = [Path(sys.argv[0]).name, *sys.argv[1:2]]
    return f"'{' '.join(words)}' (process {os.getpid()} on {socket.gethostname()})"
