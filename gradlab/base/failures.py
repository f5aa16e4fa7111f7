"""Failures around gradlab (disks, databases, settings), in one line that says what to do."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from traitlets import TraitError

from gradlab.base.errors import SandboxError
from gradlab.base.machine import NO_SPACE, of_the_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAY_PASS = (*NO_SPACE, errno.EAGAIN, errno.EINTR, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ESTALE)
_TO_DO = {
    **dict.fromkeys(NO_SPACE, "Free some"),
    **dict.fromkeys((errno.EACCES, errno.EPERM), "Change the permissions of the file or its folder"),
    errno.EROFS: "Mount it so that it can be written",
}

# What databases say, and what to do then.
_ADVICE = {
    "locked": "Another program is using it: let it finish, then start again.",
    "not a database": "Restore the file from a backup.",
    "malformed": "Restore the file from a backup.",
    "readonly": "Allow writing to the file and its folder, then start again.",
    "read-only": "Allow writing to the file and its folder, then start again.",
    "unable to open": "Check that the file and its folder are there and may be read.",
    "full": "Free some space, then start again.",
    "disk i/o": "Check the disk and its free space, then start again.",
    "no such": "Run 'nbgrader db upgrade' if an older nbgrader has made it.",
}


def explained(error: BaseException) -> str | None:
    """Return a line that says what failed and what to do, None if it is neither the machine nor a setting."""
    if isinstance(error, SQLAlchemyError):
        reason = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())[:300]
        advice = next((advice for sign, advice in _ADVICE.items() if sign in reason.lower()), "")
        advice = advice or "Check c.CourseDirectory.db_url and the database, then start again."
        return f"The gradebook can't be used ({reason}). {advice}"
    if isinstance(error, TraitError):
        reason = " ".join(str(error).split())[:300]
        return f"nbgrader_config.py is wrong: {reason.removesuffix('.')}. Correct it, then start again."
    return _of_a_file(error) if isinstance(error, OSError) else None


def _of_a_file(error: OSError) -> str | None:
    """Return a line on what the system did not do with a file."""
    if isinstance(error, shutil.Error) and isinstance(error.args[0], list):
        path, _, reason = error.args[0][0]  # of the first file that could not be copied
        return f"{path} can't be copied: {reason}. Check the file, then start again."
    if error.errno is None:
        return None
    reason = os.strerror(error.errno)
    target = error.filename2 if error.errno in NO_SPACE else None  # space is missing where a copy should go
    path = target or error.filename
    text = f"{reason}: {path}." if path else f"{reason}."
    return f"{text} {_TO_DO.get(error.errno, 'Check the path')}, then start again."


def may_pass(error: BaseException) -> bool:
    """Tell whether a failure may end by itself: a locked database, a restarted server, a full disk."""
    if isinstance(error, DBAPIError):
        return isinstance(error, (InterfaceError, OperationalError)) or error.connection_invalidated
    return isinstance(error, OSError) and error.errno in _MAY_PASS


@contextmanager
def no_blame_for_the_machine() -> Iterator[None]:
    """Let failures of the machine be told from what tests and answers raise: they decide nothing.

    Raises:
        SandboxError: if the block raises such a failure, or an error that comes from one.
    """
    try:
        yield
    except Exception as error:
        failure = of_the_machine(error)
        if failure is None:
            raise
        raise SandboxError(explained(failure)) from error
