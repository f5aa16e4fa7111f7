"""The files that an assignment hands out: stored once, and linked into each graded submission."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

_WRITING = 0o222


class GivenFiles:
    """Read-only copies of the given files of one assignment, named after their contents.

    A submission gets links to these copies, not to the source: nothing that happens to a graded submission
    changes the source, and what was handed out stays as it was if the source changes.

    Args:
        files: by name.
        folder: for the copies of all assignments.
        permissions: of files in graded submissions; nobody may write into a link.
    """

    def __init__(self, files: Mapping[str, Path], folder: Path, permissions: int) -> None:
        self._files = files
        self._folder = folder
        self._permissions = permissions & ~_WRITING
        self._copies: dict[str, Path] = {}

    @property
    def names(self) -> Collection[str]:
        """The names of the files."""
        return self._files.keys()

    def store(self) -> None:
        """Make the copies that are missing, or that are not what their name says."""
        for name, path in self._files.items():
            digest = _digest(path)
            self._copies[name] = copy = self._folder / digest
            if not copy.is_file() or _digest(copy) != digest:
                self._renew(copy, path)

    def put_into(self, folder: Path) -> None:
        """Put the files into the folder of a graded submission."""
        for name, copy in self._copies.items():
            target = folder / name
            if "/" in name:
                target.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._link(copy, target)
            except OSError:  # another file system, another owner
                shutil.copyfile(copy, target)
                target.chmod(self._permissions)

    def _link(self, copy: Path, target: Path) -> None:
        try:
            os.link(copy, target)
        except OSError as error:
            if error.errno != errno.EMLINK:
                raise
            self._renew(copy, copy)  # has as many links as a file can have
            os.link(copy, target)

    def _renew(self, copy: Path, content: Path) -> None:
        """Put a new copy in the place of one, which other submissions may go on using."""
        self._folder.mkdir(parents=True, exist_ok=True)
        beside = copy.with_name(f".{copy.name}.{os.getpid()}")
        try:
            shutil.copyfile(content, beside)
            beside.chmod(self._permissions)
            beside.replace(copy)
        except OSError:
            with contextlib.suppress(OSError):
                beside.unlink()
            raise


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
