"""Find a notebook in a submission under the names that systems and people give it."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from gradlab.base.folders import raise_unless_gone
from gradlab.submission import inert
from gradlab.submission.notes import taken_from
from gradlab.submission.reading import OTHERS, NotGradeableError, read_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

N_NAMED = 5
SUFFIX = re.compile(r"\.ipynb(?P<more>[^a-z0-9].*)?\Z", re.IGNORECASE | re.DOTALL)
_OTHER_SUFFIXES = {"", ".json", ".txt"}  # of files that are notebooks if they have the name of one
_ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".egg", ".alz"}
_NO_SUBMISSIONS = {"__MACOSX"}
_WORD = re.compile(r"[a-z0-9]+|[^\W_a-z0-9]+")
_COPY_OF = re.compile(r"\A(copy of|사본\s*-|복사본\s*-)\s*")
_MARK_OF_COPY = re.compile(
    r"(\s*\((?P<in_brackets>\d{1,3})\)|(\s*[-_]|\s)\s*copy\s*\(?(?P<of_copy>\d{0,3})\)?"
    r"|[-_\s]*복사본\s*\(?(?P<of_korean_copy>\d{0,3})\)?|\s*의\s*사본|[-\s](?P<plain>\d{1,2}))\Z"
)


class MissingNotebookError(Exception):
    """A submission has no notebook of a name, and no other file that may contain it."""


@dataclass(frozen=True)
class FoundNotebook:
    """A submitted notebook.

    Args:
        content: see `gradlab.submission.reading.read_notebook`.
        note: the other name under which it was found, "" if it has its own.
        folder: the folder of the submission in which it was found, "" if it is at the top.
    """

    content: Any
    note: str = ""
    folder: str = ""


class _Likeness(IntEnum):
    """How a file is called like a notebook."""

    SAME = 0
    COPY = 1
    LONGER = 2  # the notebook's name is in it, as in "kim_ps1_final"
    OTHER = 3


@dataclass(frozen=True)
class _File:
    """A file that may be a notebook.

    Args:
        path: where it is.
        relative: the path in the submission.
        name: of the notebook that it is called like, "" if there is none.
        likeness: how it is called like that.
        copy: the number of the copy.
    """

    path: Path
    relative: str
    name: str
    likeness: _Likeness
    copy: int = 0

    @classmethod
    def of(cls, path: Path, folder: Path, names: Iterable[str]) -> _File:
        asked = {_normal(name): name for name in names}
        relative = _relative(path, folder)
        stem = plain = _normal(_stem(path))
        copy = 0
        while plain not in asked:
            mark = _MARK_OF_COPY.search(plain)
            shorter = _COPY_OF.sub("", _MARK_OF_COPY.sub("", plain))
            if shorter == plain:
                name = _name_in(stem, asked)
                return cls(path, relative, name, _Likeness.LONGER if name else _Likeness.OTHER)
            numbers = [int(number) for number in (mark.groupdict("").values() if mark else ()) if number]
            copy, plain = max([copy, *numbers]), shorter
        return cls(path, relative, asked[plain], _Likeness.SAME if plain == stem else _Likeness.COPY, copy)

    def found(self) -> FoundNotebook:
        """Return the notebook in it."""
        folder = self.relative.rpartition(os.sep)[0]
        return FoundNotebook(read_notebook(self.path), taken_from(self.relative), folder)

    def rank(self) -> tuple[int, int, int, str]:
        """Of files called like the same notebook, the likeliest has the smallest."""
        return self.likeness, self.relative.count(os.sep), -self.copy, self.relative


def find_notebook(
    folder: Path,
    name: str,
    names: Collection[str],
    is_worked: Callable[[Any], bool],
    given: Collection[str] = (),
) -> FoundNotebook:
    """Return a notebook of a submission.

    If it is there under its own name, but untouched or damaged, and a copy next to it contains answers, the
    copy counts.

    Args:
        folder: of the submission.
        name: of the notebook.
        names: of all notebooks that the assignment asks for.
        is_worked: tells whether a notebook contains an answer.
        given: the names of the files that the assignment hands out.

    Raises:
        MissingNotebookError: if there is no file that may contain it.
        NotGradeableError: if it is not a notebook that can be examined, or a person has to tell which file
            is it.
    """
    paths = [path for path in _files_in(folder) if str(path.relative_to(folder)) not in given]
    files = [_File.of(path, folder, names) for path in paths if _is_notebook(path, folder, names)]
    own = folder / f"{name}.ipynb"
    if not os.path.lexists(own):
        same = [file.path for file in files if _nfc(file.relative) == _nfc(own.name)]
        own = same[0] if same else own
    called = sorted((file for file in files if file.name == name and file.path != own), key=_File.rank)
    unknown = [file for file in files if file.likeness is _Likeness.OTHER]
    archives = [_relative(path, folder) for path in paths if path.suffix.lower() in _ARCHIVES]
    known = {own, *(file.path for file in called)}
    prints = [path for path in paths if _is_print(path, name) and path not in known]
    if os.path.lexists(own) and not (called or unknown or archives or prints):
        return FoundNotebook(read_notebook(own))
    if os.path.lexists(own):
        shown = (path for path in prints if not SUFFIX.search(path.name) or _is_worked(path, is_worked))
        others = chain(archives, (_relative(path, folder) for path in shown))
        return _own_or_copy(own, called, unknown, others, is_worked)
    worked = _only_worked(called, is_worked)
    if worked is not None:
        return worked
    if called and not (unknown or archives):
        return called[0].found()
    holders = [file.relative for file in (*called, *unknown)]
    holders += [*archives, *(_relative(path, folder) for path in prints)]
    if holders:
        raise NotGradeableError(f"{name}.ipynb is missing; found: {_few([*dict.fromkeys(holders)])}")
    raise MissingNotebookError(f"{name}.ipynb is missing")


def _own_or_copy(
    own: Path,
    called: Iterable[_File],
    unknown: Iterable[_File],
    others: Iterable[str],
    is_worked: Callable[[Any], bool],
) -> FoundNotebook:
    """Return the notebook under its own name, or the copy of it that counts instead.

    Args:
        own: the notebook.
        called: the other files that are called like it.
        unknown: notebooks that are not called like any that is asked for.
        others: the names of other files that may show an answer, such as archives and exports.
        is_worked: tells whether a notebook contains an answer.
    """
    try:
        content = read_notebook(own)
    except NotGradeableError:
        copy = _only_worked(called, is_worked)
        if copy is None:
            raise
        return copy
    if is_worked(content):
        return FoundNotebook({**content, "metadata": {OTHERS: _worked_cells(called, is_worked)}})
    holders = [*(file.relative for file in unknown if _is_worked(file.path, is_worked)), *others]
    copy = _only_worked(called, is_worked)
    if copy is None and holders:
        raise NotGradeableError(f"{own.name} is as it was released; found: {_few(holders)}")
    return copy or FoundNotebook(content)


def _only_worked(files: Iterable[_File], is_worked: Callable[[Any], bool]) -> FoundNotebook | None:
    """Return the likeliest notebook that contains answers, None if there is none.

    Raises:
        NotGradeableError: if no name says which one it is.
    """
    worked = (file for file in files if _is_worked(file.path, is_worked))
    first = next(worked, None)
    if first is None:
        return None
    if first.likeness is _Likeness.LONGER and (more := [file.relative for file in worked]):
        raise NotGradeableError(f"{first.name}.ipynb may be each of: {_few([first.relative, *more])}")
    return first.found()


def _worked_cells(files: Iterable[_File], is_worked: Callable[[Any], bool]) -> dict[str, Any]:
    """Return the cells of the likeliest notebooks that contain answers, by file."""
    worked = (file for file in files if _is_worked(file.path, is_worked))
    return {file.relative: read_notebook(file.path)["cells"] for file in islice(worked, N_NAMED)}


def _is_worked(path: Path, is_worked: Callable[[Any], bool]) -> bool:
    try:
        return is_worked(read_notebook(path))
    except NotGradeableError:
        return False


def _few(names: list[str]) -> str:
    more = f" and {len(names) - N_NAMED} more" if len(names) > N_NAMED else ""
    return f"{', '.join(names[:N_NAMED])}{more}"


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield all files in a folder, in order; folders that are links are left out.

    Raises:
        OSError: if a folder can't be listed.
    """
    for place, folders, names in os.walk(folder, onerror=raise_unless_gone):
        folders[:] = sorted({*folders} - _NO_SUBMISSIONS)
        yield from (Path(place, name) for name in sorted(names))


def _is_notebook(path: Path, folder: Path, names: Iterable[str]) -> bool:
    """Tell whether a file may be a notebook, by its name."""
    if any(part.startswith(".") for part in path.relative_to(folder).parts):
        return False
    return bool(SUFFIX.search(path.name)) or has_other_suffix(path, names)


def has_other_suffix(path: Path, names: Iterable[str]) -> bool:
    """Tell whether a file is called like a notebook that has lost its suffix, or got another one."""
    return path.suffix.lower() in _OTHER_SUFFIXES and _normal(path.stem) in map(_normal, names)


def _is_print(path: Path, name: str) -> bool:
    """Tell whether a file shows what a notebook contained: Jupyter's checkpoint, or an export."""
    stem = _normal(_stem(path))
    return not stem.startswith("._") and stem.strip(".").removesuffix("-checkpoint") == _normal(name)


def _relative(path: Path, folder: Path) -> str:
    return inert.text(str(path.relative_to(folder)))


def _name_in(stem: str, asked: Mapping[str, str]) -> str:
    """Return the notebook whose name's words are in a longer name, "" if there is none, or several."""
    words = _words(stem)
    found = [name for plain, name in asked.items() if _words(plain).strip() and _words(plain) in words]
    longest = max(found, key=len, default="")
    return longest if all(_words(_normal(name)) in _words(_normal(longest)) for name in found) else ""


def _words(name: str) -> str:
    return f" {' '.join(_WORD.findall(name))} "


def _stem(path: Path) -> str:
    return SUFFIX.sub("", path.name) if SUFFIX.search(path.name) else path.stem


def _normal(name: str) -> str:
    """Return a name in one case and one form, without characters that nobody sees."""
    text = unicodedata.normalize("NFKC", unquote(name))
    return "".join(letter for letter in text if unicodedata.category(letter) != "Cf").casefold().strip()


def _nfc(name: str) -> str:
    return unicodedata.normalize("NFC", name)
