"""Find a notebook in a submission under the names that systems and people give it."""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.submission import inert
from gradlab.submission.reading import NotGradeableError, read_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

N_NAMED = 5
_SUFFIX = re.compile(r"\.ipynb(\.txt|\.json)?\Z", re.IGNORECASE)
_COPY_OF = re.compile(r"\A(copy of|사본\s*-|복사본\s*-)\s*")
_MARK_OF_COPY = re.compile(
    r"(\s*\((?P<in_brackets>\d{1,3})\)|(\s*[-_]|\s)\s*copy\s*\(?(?P<of_copy>\d{0,3})\)?"
    r"|\s*-\s*복사본|\s*의\s*사본|[-\s](?P<plain>\d{1,2}))\Z"
)


class MissingNotebookError(Exception):
    """A submission lacks a notebook, and contains none of an unknown name that could be meant."""


@dataclass(frozen=True)
class FoundNotebook:
    """A submitted notebook.

    Args:
        content: see `gradlab.submission.reading.read_notebook`.
        note: the other name under which it was found, "" if it has its own.
    """

    content: Any
    note: str = ""


@dataclass(frozen=True)
class _File:
    """A file that may be a notebook: its path in the submission, and the name without marks of a copy."""

    path: Path
    relative: str
    stem: str
    plain: str
    copy: int

    @classmethod
    def of(cls, path: Path, folder: Path) -> _File:
        stem = plain = _normal(_SUFFIX.sub("", path.name))
        copy = 0
        while plain != (shorter := _COPY_OF.sub("", _MARK_OF_COPY.sub("", plain))):
            mark = _MARK_OF_COPY.search(plain)
            numbers = (
                [] if mark is None else [int(number) for number in mark.groupdict("").values() if number]
            )
            copy, plain = max([copy, *numbers]), shorter
        return cls(path, inert.text(str(path.relative_to(folder))), stem, plain, copy)


def find_notebook(
    folder: Path, name: str, names: Collection[str], is_worked: Callable[[Any], bool]
) -> FoundNotebook:
    """Return a notebook of a submission.

    If the notebook of that name is untouched, and a copy next to it is not, the copy counts.

    Args:
        folder: of the submission.
        name: of the notebook.
        names: of all notebooks that the assignment asks for.
        is_worked: tells whether the student has written anything into a notebook.

    Raises:
        MissingNotebookError: if there are no notebooks except for others that are asked for.
        NotGradeableError: if it can't be examined, or only notebooks of unknown names are there.
    """
    files = [_File.of(path, folder) for path in _notebooks_in(folder)]
    own = folder / f"{name}.ipynb"
    if not os.path.lexists(own):
        same = [file.path for file in files if _nfc(file.relative) == _nfc(own.name)]
        own = same[0] if same else own
    taken = {_normal(other) for other in names if other != name}
    copies = _copies_of(name, [file for file in files if file.path != own and file.stem not in taken])
    if os.path.lexists(own):
        content = read_notebook(own)
        worked = None if not copies or is_worked(content) else _first_worked(copies, is_worked)
        return FoundNotebook(content) if worked is None else worked
    if copies:
        return _first_worked(copies, is_worked) or FoundNotebook(
            read_notebook(copies[0].path), _taken_from(copies[0])
        )
    unknown = [file.relative for file in files if file.stem not in taken]
    if not unknown:
        raise MissingNotebookError(f"{name}.ipynb is missing")
    more = f" and {len(unknown) - N_NAMED} more" if len(unknown) > N_NAMED else ""
    raise NotGradeableError(f"{name}.ipynb is missing; found: {', '.join(unknown[:N_NAMED])}{more}")


def _copies_of(name: str, files: list[_File]) -> list[_File]:
    """Return the files that may be a notebook, the likeliest first."""
    wanted = _normal(name)
    found = [file for file in files if wanted in {file.stem, file.plain}]
    return sorted(
        found, key=lambda file: (file.stem != wanted, file.relative.count(os.sep), -file.copy, file.relative)
    )


def _first_worked(copies: list[_File], is_worked: Callable[[Any], bool]) -> FoundNotebook | None:
    """Return the first copy into which the student has written, None if there is none."""
    for copy in copies:
        try:
            content = read_notebook(copy.path)
        except NotGradeableError:
            continue
        if is_worked(content):
            return FoundNotebook(content, _taken_from(copy))
    return None


def _taken_from(file: _File) -> str:
    return f"taken from {file.relative}"


def _notebooks_in(folder: Path) -> list[Path]:
    """Return the notebooks in a folder and one folder deeper; folders that are links are left out."""
    found, deeper = [], []
    for entry in sorted(folder.iterdir()):
        if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
            deeper.append(entry)
        found.append(entry)
    for inner in deeper:
        with contextlib.suppress(PermissionError):
            found += sorted(inner.iterdir())
    return [path for path in found if _SUFFIX.search(path.name) and not path.name.startswith(".")]


def _normal(name: str) -> str:
    return _nfc(name).casefold().strip()


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
