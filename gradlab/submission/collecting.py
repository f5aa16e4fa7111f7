"""Collects the files of a class download for `nbgrader zip_collect`."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin
from traitlets import List, Unicode

EXTRACTED, ARCHIVE = "extracted", "archive"  # nbgrader's folders
_SUFFIX = re.compile(r"\.ipynb(?P<more>\.txt|\.json)?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"(-(?P<again>\d{1,2})| ?\((?P<copy>\d{1,2})\))\Z")


class ClassDownloadCollector(FileNameCollectorPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """Collects the newest of several uploads of a notebook, and keeps the others beside it as copies.

    nbgrader stops at a second file for the same notebook. The newest is the one with the highest number that
    Canvas gives to uploads, then the highest number at the end of the name, then that of the newest archive.
    """

    valid_ext = List(
        Unicode(), [".ipynb", ".IPYNB", ".txt", ".json"], help="The endings of files that are looked at."
    ).tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Return whose notebook a file is, and under which name it is kept; None if it is no notebook."""
        path = Path(submitted_file)
        found = self._found(path)
        if found is None:
            return None
        uploads = self._uploads.get((found["student_id"], found["file_id"]), [path])
        place = uploads.index(path) if path in uploads else len(uploads) - 1
        if place < len(uploads) - 1:
            self.log.warning("An earlier upload than %s, kept as a copy: %s", uploads[-1].name, path.name)
            found["file_id"] += f" ({place + 1})"
        more = _SUFFIX.search(path.name)
        if more and more["more"]:
            found["file_id"] += ".ipynb.x"  # nbgrader replaces the last ending by the file's own
        elif "." in found["file_id"]:
            found["file_id"] += ".x"
        return found

    def _found(self, path: Path) -> dict[str, Any] | None:
        """Return whose notebook a file is, and which one, None if it is no notebook."""
        if not _SUFFIX.search(path.name):
            return None
        name = unicodedata.normalize("NFC", _SUFFIX.sub(".ipynb", path.name))
        found = self._match(str(path.with_name(name)))
        if not found:
            return None
        whole = name[name.rindex(found["file_id"]) :].removesuffix(".ipynb")
        return {**found, "file_id": whole if whole in self._released else found["file_id"]}

    @cached_property
    def _released(self) -> frozenset[str]:
        """The names of the assignment's notebooks, which may end with a number."""
        directory = getattr(self.parent, "coursedir", None)
        if directory is None:
            return frozenset()
        folder = directory.format_path(directory.release_directory, ".", directory.assignment_id)
        return frozenset(unicodedata.normalize("NFC", path.stem) for path in Path(folder).glob("*.ipynb"))

    @cached_property
    def _uploads(self) -> dict[tuple[str, str], list[Path]]:
        """The files of each student and notebook, the newest last."""
        directory = getattr(self.parent, "coursedir", None)
        uploads: dict[tuple[str, str], list[Path]] = {}
        if directory is None:
            return uploads
        folder = Path(directory.root) / "downloaded" / directory.assignment_id / EXTRACTED
        for path in sorted(folder.rglob("*")):
            found = self._found(path) if path.is_file() else None
            if found is not None:
                uploads.setdefault((found["student_id"], found["file_id"]), []).append(path)
        for (student, _), paths in uploads.items():
            paths.sort(key=lambda path, student=student: _age(path, folder, student))  # type: ignore[misc]  # mypy sees no default
        return uploads


def _age(path: Path, folder: Path, student: str) -> tuple[int, int, float]:
    """Return a key by which a later upload is larger."""
    upload = re.search(rf"(?:^|_){re.escape(student)}_(\d+)_", str(path.relative_to(folder)))
    number = _NUMBER.search(_SUFFIX.sub("", path.name))
    again = (number["again"] or number["copy"]) if number else "0"
    archives = (folder.parent / ARCHIVE).glob(f"{path.relative_to(folder).parts[0]}.*")
    times = [archive.stat().st_mtime for archive in archives]
    return int(upload[1]) if upload else 0, int(again), max(times, default=0.0)
