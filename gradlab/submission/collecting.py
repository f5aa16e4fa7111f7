"""Collects the files of a class download for `nbgrader zip_collect`."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property
from pathlib import Path
from typing import Any

from nbgrader.plugins import FileNameCollectorPlugin
from traitlets import List, Unicode

from gradlab.submission.finding import SUFFIX, has_other_suffix
from gradlab.submission.reading import TIMESTAMP_NAME

EXTRACTED, ARCHIVE = "extracted", "archive"  # nbgrader's folders
NOTEBOOK = ".ipynb"
_HIDDEN = ".", "__MACOSX"
_LAST_SUFFIX = re.compile(r"\.\w*\Z")
_NUMBER = re.compile(r"(-(?P<again>\d{1,2})| ?\((?P<copy>\d{1,2})\))\Z")


class ClassDownloadCollector(FileNameCollectorPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """Collects the newest of several uploads of a notebook, and keeps the others beside it as copies.

    A file that may be a notebook by its name, as `gradlab.submission.finding` knows them, is collected as it.
    nbgrader stops at a second file for the same notebook. The newest is the one with the highest number that
    Canvas gives to uploads, then the highest number at the end of the name, then that of the newest archive;
    a file that is no JSON, such as a notebook exported to HTML, is older than any that is.
    A student's own modules and data are collected likewise, and keep their places beside the notebook.
    """

    valid_ext = List(
        Unicode(),
        [".ipynb", ".py", ".txt", ".json", ".csv", ".tsv", ".npy", ".npz", ".png", ".jpg"],
        help="The endings of files that are collected, in lower case.",
    ).tag(config=True)

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """Return whose file it is, and under which name it is kept; None if it is not collected."""
        path = Path(submitted_file)
        found = self._found(path)
        if found is None:
            return None
        uploads = self._uploads.get(self._upload(found, path), [path])
        place = uploads.index(path) if path in uploads else len(uploads) - 1
        if place < len(uploads) - 1:
            self.log.warning("An earlier upload than %s, kept as a copy: %s", uploads[-1].name, path.name)
            found["file_id"] += f" ({place + 1})"
        if SUFFIX.search(path.name) and not path.suffix.lower().startswith(NOTEBOOK):
            found["file_id"] += f"{NOTEBOOK}.x"  # nbgrader replaces the last ending by the file's own
        elif "." in found["file_id"]:
            found["file_id"] += ".x"
        return found

    def _found(self, path: Path) -> dict[str, Any] | None:
        """Return whose file it is, and which one, None if it is not collected."""
        if _is_hidden(path):
            return None
        return self._notebook(path) if self._is_notebook(path) else self._own_file(path)

    def _is_notebook(self, path: Path) -> bool:
        """Tell whether a file may be a notebook, by its name."""
        if SUFFIX.search(path.name):
            return True
        found = None if path.suffix else self._match(str(path.with_name(f"{path.name}{NOTEBOOK}")))
        return found is not None and has_other_suffix(Path(found["file_id"]), self._released)

    def _own_file(self, path: Path) -> dict[str, Any] | None:
        """Return whose file beside a notebook it is, and its place there, None if it is not collected."""
        if path.suffix.lower() not in self.valid_ext:
            return None
        name = unicodedata.normalize("NFC", path.stem)
        found = self._match(str(path.with_name(f"{name}.ipynb")))
        if not found:
            return None
        student = found["student_id"]
        alone = re.match(self.named_regexp, str((self._extracted or path.parent) / f"{name}.ipynb"))
        if alone is None or alone["student_id"] != student:  # a folder says whose it is: its name is whole
            folders = (folder for folder in path.parents if (student, folder) in self._folders)
            place = path.parent.relative_to(next(folders, path.parent))
            found["file_id"] = unicodedata.normalize("NFC", str(place / name))
        return None if f"{found['file_id']}{path.suffix}" == TIMESTAMP_NAME else found

    def _notebook(self, path: Path) -> dict[str, Any] | None:
        """Return whose notebook a file is, and which one, None if the name does not say so."""
        name = unicodedata.normalize("NFC", f"{SUFFIX.sub('', path.name)}{NOTEBOOK}")
        found = self._match(str(path.with_name(name)))
        if not found:
            return None
        whole = name[name.rindex(found["file_id"]) :].removesuffix(NOTEBOOK)
        return {**found, "file_id": whole if whole in self._released else found["file_id"]}

    def _upload(self, found: dict[str, Any], path: Path) -> tuple[str, str]:
        """Return the student, and what uploads of the same file have in common."""
        return found["student_id"], found["file_id"] + ("" if self._is_notebook(path) else path.suffix)

    @cached_property
    def _released(self) -> frozenset[str]:
        """The names of the assignment's notebooks, which may end with a number."""
        directory = getattr(self.parent, "coursedir", None)
        if directory is None:
            return frozenset()
        folder = directory.format_path(directory.release_directory, ".", directory.assignment_id)
        return frozenset(unicodedata.normalize("NFC", path.stem) for path in Path(folder).glob("*.ipynb"))

    @cached_property
    def _extracted(self) -> Path | None:
        """The folder of all files, None outside of a course."""
        directory = getattr(self.parent, "coursedir", None)
        if directory is None:
            return None
        return Path(directory.root, "downloaded", directory.assignment_id, EXTRACTED)

    @cached_property
    def _files(self) -> list[Path]:
        """All files, in order."""
        return [] if self._extracted is None else sorted(filter(Path.is_file, self._extracted.rglob("*")))

    @cached_property
    def _folders(self) -> frozenset[tuple[str, Path]]:
        """The (student, folder) in which there are notebooks."""
        notebooks = ((self._found(path), path.parent) for path in self._files if self._is_notebook(path))
        return frozenset((found["student_id"], folder) for found, folder in notebooks if found)

    @cached_property
    def _uploads(self) -> dict[tuple[str, str], list[Path]]:
        """The files of each student by their names, the newest last."""
        uploads: dict[tuple[str, str], list[Path]] = {}
        folder = self._extracted or Path()
        for path in self._files:
            found = self._found(path)
            if found is not None:
                uploads.setdefault(self._upload(found, path), []).append(path)
        for (student, _), paths in uploads.items():
            paths.sort(key=lambda path, student=student: _age(path, folder, student))  # type: ignore[misc]  # mypy sees no default
        return uploads


def _is_hidden(path: Path) -> bool:
    """Tell whether a file, or a folder in the download that it is in, is a system's own."""
    parts = path.parts[path.parts.index(EXTRACTED) + 1 :] if EXTRACTED in path.parts else path.parts[-1:]
    return any(part.startswith(_HIDDEN) for part in parts)


def _age(path: Path, folder: Path, student: str) -> tuple[bool, int, int, float]:
    """Return a key by which a later upload is larger."""
    upload = re.search(rf"(?:^|_){re.escape(student)}_(\d+)_", str(path.relative_to(folder)))
    suffix = SUFFIX.search(path.name)
    name = SUFFIX.sub("", path.name) + _LAST_SUFFIX.sub("", suffix["more"] or "") if suffix else path.stem
    number = _NUMBER.search(name)
    again = (number["again"] or number["copy"]) if number else "0"
    archives = (folder.parent / ARCHIVE).glob(f"{path.relative_to(folder).parts[0]}.*")
    times = [archive.stat().st_mtime for archive in archives]
    is_usable = suffix is None or _may_be_json(path)
    return is_usable, int(upload[1]) if upload else 0, int(again), max(times, default=0.0)


def _may_be_json(path: Path) -> bool:
    with path.open("rb") as file:
        return b"{" in file.read(8)  # behind a byte order mark, or blanks
