"""Folders that students have filled: read to the end, or not at all.

A folder that can't be read is not an empty one: the answers in it would count as missing.
"""

from __future__ import annotations

import errno

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def raise_unless_gone(error: OSError) -> None:
    """Raise the error of a folder that could not be listed, unless there is no such folder.

    Raises:
        OSError: the error itself, as for missing permissions or too many open files.
    """
    if error.errno not in _GONE:
        raise error
