"""The examinee's user: without rights inside its user namespace and, if root can assign it, outside."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.sandbox import _kernel
from gradlab.sandbox._layers import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = 0
# The examinee's uid and gid in its own user namespace.
INSIDE_ID = 1000
# Above the ids that distributions give to people, services and containers. The examinee's process id
# is added, so that no two living examinees share a uid.
FIRST_OWN_ID = 2_000_000_000
# For containers that map only the first 65536 uids.
_NOBODY = 65534


def take_own_uid(proc: int, *, readable: Iterable[str], scratch: str | None) -> None:
    """Become, irrevocably, a user that owns only the scratch folder on this machine.

    Args:
        proc: a descriptor of /proc.
        readable: paths that the user must be able to read.
        scratch: the folder to give to the user, if there is one.
    """
    own_id = FIRST_OWN_ID + int(os.readlink("self", dir_fd=proc))
    os.setgroups([])
    try:
        _check_user(own_id, readable)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        own_id = _NOBODY
        _check_user(own_id, readable)
    if scratch is not None:
        for folder in (Path(scratch), *Path(scratch).iterdir()):
            os.chown(folder, own_id, own_id)
    os.setresgid(own_id, own_id, own_id)
    os.setresuid(own_id, own_id, own_id)
    # Changing the uid has closed /proc/self, which entering the user namespace needs.
    _kernel.prctl(_kernel.PR_SET_DUMPABLE, 1)


def _check_user(own_id: int, readable: Iterable[str]) -> None:
    """Raise if a user does not exist, or can't read what it must."""
    try:
        os.setegid(own_id)
        os.seteuid(own_id)
        closed = [path for path in readable if not os.access(path, os.R_OK, effective_ids=True)]
    finally:
        os.seteuid(ROOT)
        os.setegid(ROOT)
    if closed:
        raise UnavailableError(f"a user without rights can't read {closed[0]}")


def enter_user_namespace(proc: int, inside_id: int | None = None) -> None:
    """Enter a new user namespace, in which this user is the only one.

    Args:
        proc: a descriptor of /proc.
        inside_id: the user's uid and gid inside; the same as outside if None.
    """
    uid, gid = os.geteuid(), os.getegid()
    _kernel.unshare(_kernel.CLONE_NEWUSER)
    write(proc, "self/setgroups", "deny")
    write(proc, "self/uid_map", f"{uid if inside_id is None else inside_id} {uid} 1")
    write(proc, "self/gid_map", f"{gid if inside_id is None else inside_id} {gid} 1")


def write(proc: int, name: str, text: str) -> None:
    """Write text to a file of /proc."""
    descriptor = os.open(name, os.O_WRONLY, dir_fd=proc)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)
