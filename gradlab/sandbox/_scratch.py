"""The examinee's own folders, and its environment."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import sys
import tempfile
import time
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from gradlab.sandbox import _identity

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORK = "work"
_HOME = "home"
_TEMPORARY = "tmp"
_SHARED = "shm"
_PAGE_BYTES = 4096
_PREFIX = "gradlab-examinee-"
SETTLED_S = 60.0
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def check_names(names: Mapping[str, bytes | Path]) -> None:
    """Raise `ValueError` if a file would be outside the working folder."""
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"a file of the working folder can't be named {name!r}")


def size_bytes(contents: Mapping[str, bytes]) -> int:
    """Return the space that files take up in the scratch folder."""
    return sum(len(content) + _PAGE_BYTES for content in contents.values())


def given_bytes(files: Mapping[str, bytes | Path]) -> int:
    """Return the space that files will take up in the scratch folder, whether content or paths are given."""
    sizes = (len(file) if isinstance(file, bytes) else file.stat().st_size for file in files.values())
    return sum(size + 2 * _PAGE_BYTES for size in sizes)


def new_name() -> str:
    """Return a path for a new scratch folder of the host."""
    return f"{tempfile.gettempdir()}/{_PREFIX}{secrets.token_hex(8)}"


def hold(scratch: str) -> int:
    """Lock a scratch folder of the host until the descriptor that is returned is closed."""
    descriptor = os.open(scratch, _FOLDER)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def sweep(settled_s: float = SETTLED_S) -> None:
    """Remove the scratch folders of zygotes that were killed: no process holds them.

    Args:
        settled_s: the age, in seconds, at which a folder is surely held by its zygote, if that is alive.
    """
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}{'[0-9a-f]' * 16}"):
        with contextlib.suppress(OSError):
            status = folder.stat(follow_symlinks=False)
            is_ours = status.st_uid == os.geteuid() or status.st_uid >= _identity.FIRST_OWN_ID
            if is_ours and time.time() > status.st_ctime + settled_s:
                descriptor = hold(str(folder))
                remove(str(folder))
                os.close(descriptor)


def remove(scratch: str) -> None:
    """Remove a scratch folder of the host, if there is one, even if its folders are deep or closed.

    Each folder is emptied from the top: the folders in it are moved up, so that no path gets long.
    """
    with contextlib.suppress(OSError):
        top = os.open(scratch, _FOLDER)
        with contextlib.suppress(OSError):
            while folders := _empty(top):
                for name in folders:
                    folder = os.open(name, _FOLDER, dir_fd=top)
                    for inner in _empty(folder):
                        os.rename(inner, secrets.token_hex(16), src_dir_fd=folder, dst_dir_fd=top)
                    os.close(folder)
                    os.rmdir(name, dir_fd=top)
        os.close(top)
        Path(scratch).rmdir()


def _empty(folder: int) -> list[str]:
    """Remove all files of a folder; open the folders in it to their owner, and return their names."""
    folders = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                os.chmod(entry.name, 0o700, dir_fd=folder)
                folders.append(entry.name)
            else:
                os.unlink(entry.name, dir_fd=folder)
    return folders


def fill(scratch: str, contents: Mapping[str, bytes]) -> None:
    """Create the folders in the scratch folder, write the files, and change to the working folder."""
    for folder in (_WORK, _HOME, _TEMPORARY, _SHARED):
        Path(scratch, folder).mkdir(exist_ok=True)  # it exists if it is also mounted elsewhere
    work = Path(scratch, _WORK)
    for name, content in contents.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    os.chdir(work)


def set_environment(scratch: str) -> None:
    """Replace the environment with what a notebook needs."""
    os.environ.clear()
    os.environ.update(
        {
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "HOME": f"{scratch}/{_HOME}",
            "USER": "examinee",
            "LOGNAME": "examinee",
            "LANG": "C.UTF-8",
            "TMPDIR": f"{scratch}/{_TEMPORARY}",
            "MPLCONFIGDIR": f"{scratch}/{_HOME}/matplotlib",
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "MKL_NUM_THREADS": "1",
        }
    )
    tempfile.tempdir = os.environ["TMPDIR"]
