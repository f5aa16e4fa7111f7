"""The files of a submission besides its notebooks: the student's own modules and data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader.utils import find_all_files

from gradlab.submission.reading import EXCHANGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

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
        paths = map(Path, find_all_files(str(folder), [*self.ignored, NOTEBOOKS]))
        return {
            str(path.relative_to(folder)): path
            for path in paths
            if path.is_file() and not path.is_symlink() and path.stat().st_size <= self.max_file_bytes
        }


@dataclass(frozen=True)
class OwnFiles:
    """Which files of a submission its notebooks find in their folder.

    Args:
        given: the names of the instructor's files, which win.
        limits: of nbgrader.
    """

    given: frozenset[str]
    limits: Limits

    def of(self, folder: Path) -> tuple[dict[str, Path], list[str]]:
        """Return the student's own files in a folder, the smallest first, and the names of those left out."""
        files = besides(self.limits.files_in(folder), [*self.given, *EXCHANGE_NAMES])
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
