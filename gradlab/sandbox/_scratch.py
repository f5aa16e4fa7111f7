"""The examinee's own folders, and its environment."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORK = "work"
_HOME = "home"
_TEMPORARY = "tmp"
_SHARED = "shm"
_PAGE_BYTES = 4096


def check_names(names: Mapping[str, bytes | Path]) -> None:
    """Raise `ValueError` if a file would be outside the working folder."""
    for name in names:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"a file of the working folder can't be named {name!r}")


def size_bytes(contents: Mapping[str, bytes]) -> int:
    """Return the space that files take up in the scratch folder."""
    return sum(len(content) + _PAGE_BYTES for content in contents.values())


def fill(scratch: str, contents: Mapping[str, bytes]) -> None:
    """Create the folders in the scratch folder, write the files, and change to the working folder."""
    for folder in (_WORK, _HOME, _TEMPORARY, _SHARED):
        Path(scratch, folder).mkdir(exist_ok=True)  # one that is also mounted elsewhere exists
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
