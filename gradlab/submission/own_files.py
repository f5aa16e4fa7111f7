"""The files of a submission besides its notebooks: the student's own modules and data."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from gradlab.base.folders import raise_unless_gone
from gradlab.submission.reading import EXCHANGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

MAX_FILES = 200
MAX_BYTES = 32 * 2**20
NOTEBOOKS = "*.ipynb"


@dataclass(frozen=True)
class Limits:
    """Which files besides notebooks nbgrader takes.

    Args:
        ignored: patterns of names that it leaves out.
        max_file_bytes: it leaves out larger ones.
    """

    ignored: tuple[str, ...]
    max_file_bytes: int

    def files_in(self, folder: Path) -> dict[str, Path]:
        """Return the files of a folder besides its notebooks by relative path, without links."""
        return {
            name: folder / name
            for name, entry in entries_in(folder, lambda name: not self._leaves_out(name))
            if entry.stat(follow_symlinks=False).st_size <= self.max_file_bytes
        }

    def _leaves_out(self, name: str) -> bool:
        """Tell whether nbgrader leaves out a file or folder, which looks for its patterns by `glob`."""
        return any(
            fnmatchcase(name, pattern) and (pattern.startswith(".") or not name.startswith("."))
            for pattern in (*self.ignored, NOTEBOOKS)
        )


def entries_in(
    folder: str | Path, is_wanted: Callable[[str], bool] = lambda _: True, prefix: str = ""
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield the regular files of a folder by relative path; no link is followed.

    Args:
        folder: to look into.
        is_wanted: tells whether to look at a file or folder of that name.
        prefix: of the relative paths.

    Raises:
        OSError: if a folder can't be listed.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise_unless_gone(error)
        return
    for entry in entries:
        if not is_wanted(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from entries_in(entry.path, is_wanted, f"{prefix}{entry.name}/")
        elif entry.is_file(follow_symlinks=False):
            yield f"{prefix}{entry.name}", entry


@dataclass(frozen=True)
class OwnFiles:
    """Which files of a submission its notebooks find in their folder.

    Args:
        given: the names of the instructor's files, which win.
        limits: of nbgrader.
    """

    given: frozenset[str]
    limits: Limits

    def of(self, folder: Path, beside: str = "") -> tuple[dict[str, Path], list[str]]:
        """Return the student's own files, the smallest first, and the names of those left out.

        What is beside a notebook in a folder of the submission stays beside it. A name in the form of Unicode
        that a Mac writes also counts in the form that people type.

        Args:
            folder: of the submission.
            beside: the folder in it in which the notebook was found.
        """
        found = self.limits.files_in(folder)
        found |= {name.removeprefix(f"{beside}/"): path for name, path in found.items() if beside}
        found |= {unicodedata.normalize("NFC", name): path for name, path in found.items()}
        files = besides(found, [*self.given, *EXCHANGE_NAMES])
        sizes = {name: path.stat().st_size for name, path in files.items()}
        taken: dict[str, Path] = {}
        left_bytes = MAX_BYTES
        for name in sorted(files, key=lambda name: (sizes[name], name)):
            left_bytes -= sizes[name]
            if len(taken) == MAX_FILES or left_bytes < 0:
                break
            taken[name] = files[name]
        return taken, sorted(files.keys() - taken.keys())


def besides(files: dict[str, Path], names: Iterable[str]) -> dict[str, Path]:
    """Return files without those that have one of these names, or are above or below one as folders."""
    taken = tuple(names)
    return {
        name: path
        for name, path in files.items()
        if not any(f"{name}/".startswith(f"{other}/") or other.startswith(f"{name}/") for other in taken)
    }
