"""Folders and files: what can't be read is not missing.

An answer in a folder that can't be listed would count as not handed in, and an unreadable record as none.
"""

from __future__ import annotations

import errno

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})


def raise_unless_gone(error: OSError) -> None:
    """Raise the error of a folder or file that could not be read, unless it does not exist.

    Raises:
        OSError: the error itself, as for missing permissions or too many open files.
    """
    if error.errno not in _GONE:
        raise error
