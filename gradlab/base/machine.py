"""Failures of the machine: they say nothing about a test or an answer, and another attempt may succeed."""

from __future__ import annotations

import errno
import os

NO_SPACE = errno.ENOSPC, errno.EDQUOT
_FAILURES = frozenset({*NO_SPACE, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ESTALE})
_MAX_CAUSES = 10


def check_space(folder: str, n_bytes: int) -> None:
    """Raise `OSError` if the file system of a folder has no room for so many bytes, or for files."""
    found = os.statvfs(folder)
    if found.f_bavail * found.f_frsize < n_bytes or (found.f_files and not found.f_favail):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), folder)


def of_the_machine(error: BaseException) -> OSError | None:
    """Return the failure of the machine that an error is or comes from, None if of none.

    An examinee can't send one: its errors have no numbers.
    """
    found: BaseException | None = error
    for _ in range(_MAX_CAUSES):
        if isinstance(found, OSError) and found.errno in _FAILURES:
            return found
        found = None if found is None else found.__cause__ or found.__context__
    return None
