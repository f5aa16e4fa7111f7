"""Read submissions: their files, and their notebooks, without trusting anything in them."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.base.folders import raise_unless_gone
from gradlab.base.machine import of_the_machine
from gradlab.submission import inert
from gradlab.submission.cells import CELL_TYPES, displayed_pictures, grade_id_of, text_of
from gradlab.submission.jail import parsed

if TYPE_CHECKING:
    from io import BufferedReader

TIMESTAMP_NAME = "timestamp.txt"
SECRET_NAME = "submission_secret.txt"  # noqa: S105  # a file's name; the exchange goes by its content
EXCHANGE_NAMES = frozenset({TIMESTAMP_NAME, SECRET_NAME})
"""Files that `nbgrader submit` adds; they are no part of the answers."""
OTHERS = "others"
"""The key of a notebook's metadata under which the cells of other worked notebooks are, by file."""
MAX_NOTEBOOK_BYTES = 20 * 2**20
_READING_S = 5  # of the processor: the largest honest notebook takes 0.5 s on a quiet machine
_SMALL_BYTES = 2**20  # whatever it holds, it takes at most 0.5 s and 60 MiB to parse
# To show more than this, nbconvert and then a browser would need minutes and gigabytes.
MAX_CELLS = 2_000
MAX_CODE_CHARS = 300_000
MAX_PICTURES = 10_000
NOTEBOOK_FORMAT = 4


class NotGradeableError(Exception):
    """A file is not a notebook that can be examined."""


def open_regular(path: Path) -> BufferedReader:
    """Open a regular file; a link is not followed, not even one that has just taken the file's place.

    Raises:
        OSError: if it is anything else.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.ELOOP, "is not a regular file")
    return os.fdopen(descriptor, "rb")


def files_of(folder: Path) -> list[Path]:
    """Return the regular files of a submission; links are left out, whatever they point to.

    Raises:
        OSError: if a folder can't be listed.
    """
    walked = os.walk(folder, onerror=raise_unless_gone)
    paths = sorted(Path(place, name) for place, _, names in walked for name in names)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def digest_of(folder: Path, max_file_bytes: int) -> str:
    """Return a hash of what is examined of a submission: answers and files, not outputs or times.

    Of a file above the limit, which nobody reads, only the size counts.
    """
    total = hashlib.sha256()
    for path in files_of(folder):
        name = str(path.relative_to(folder))
        if name not in EXCHANGE_NAMES:
            content = _digest_of_notebook(path) or _digest_of_file(path, max_file_bytes)
            total.update(f"{name}\0{content}\0".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


def _digest_of_file(path: Path, max_file_bytes: int) -> str:
    with open_regular(path) as file:
        n_bytes = os.fstat(file.fileno()).st_size
        is_read = n_bytes <= max_file_bytes
        return hashlib.file_digest(file, "sha256").hexdigest() if is_read else f"{n_bytes} bytes"


def _digest_of_notebook(path: Path) -> str | None:
    """Return a hash of a notebook's cells, None if the file is not a notebook."""
    if path.suffix != ".ipynb":
        return None
    try:
        cells = read_notebook(path)["cells"]
    except NotGradeableError:
        return None
    examined = [cell if grade_id_of(cell) else {**cell, "outputs": []} for cell in cells]
    return hashlib.sha256(json.dumps(examined, sort_keys=True).encode()).hexdigest()


def check_no_links(folder: Path, names: set[str]) -> None:
    """Raise an error if a folder, or a folder around it, has one of these names and is a link."""
    for part in (folder, *folder.parents):
        if part.name in names and part.is_symlink():
            raise NotGradeableError(f"{part.name} is a link to another folder")


def read_notebook(path: Path) -> Any:
    """Return what is used of a submitted notebook: a dictionary with a list of dictionaries as its cells.

    A cell has its text, its names and its pictures, and nothing else. A large file is parsed in a process of
    its own; see `gradlab.submission.jail`.

    Raises:
        NotGradeableError: if the file is not such a notebook; the message says why.
        OSError: if the machine fails, so that another attempt may succeed.
    """
    try:
        with open_regular(path) as file:
            content = file.read(MAX_NOTEBOOK_BYTES + 1)
    except OSError as error:
        if of_the_machine(error):
            raise
        reason = "is not a regular file" if error.errno == errno.ELOOP else f"can't be read: {error.strerror}"
        raise NotGradeableError(f"{path.name} {reason}") from None
    if len(content) > MAX_NOTEBOOK_BYTES:
        raise NotGradeableError(f"{path.name} is larger than {MAX_NOTEBOOK_BYTES // 2**20} MiB")
    if not content:
        raise NotGradeableError(f"{path.name} is empty")
    try:
        return _used(content) if len(content) <= _SMALL_BYTES else _used_in_jail(content)
    except NotGradeableError as error:
        raise NotGradeableError(f"{path.name} {error}") from None


def _used_in_jail(content: bytes) -> Any:
    """Return what is used of a large notebook, which has been parsed in a process of its own."""

    def answer() -> str:
        try:
            return json.dumps({"used": _used(content)}, ensure_ascii=False)
        except NotGradeableError as error:
            return json.dumps({"problem": str(error)})

    text = parsed(answer, 2 * MAX_NOTEBOOK_BYTES, _READING_S)
    if text is None:
        raise NotGradeableError("takes too much time or memory to read")
    answered = json.loads(text)
    if "problem" in answered:
        raise NotGradeableError(answered["problem"])
    return answered["used"]


def _used(content: bytes) -> dict[str, Any]:
    """Return what is used of a notebook."""
    try:
        notebook = json.loads(content)
    except RecursionError:
        raise NotGradeableError("is nested too deeply") from None
    except ValueError as error:
        reason = " ".join(str(error).split())[:200]
        raise NotGradeableError(f"is not a notebook: {type(error).__name__}: {reason}") from error
    _check(notebook)
    cells = [_used_of(cell) for cell in notebook["cells"]]
    if sum(len(cell["outputs"]) + len(cell["attachments"]) for cell in cells) > MAX_PICTURES:
        raise NotGradeableError(f"has more than {MAX_PICTURES} pictures")
    return {"nbformat": NOTEBOOK_FORMAT, "metadata": {}, "cells": cells}


def _used_of(cell: dict[str, Any]) -> dict[str, Any]:
    """Return what is used of a submitted cell."""
    return {
        "cell_type": cell["cell_type"] if cell.get("cell_type") in CELL_TYPES else "",
        "metadata": {"nbgrader": {"grade_id": grade_id_of(cell)}},
        "source": text_of(cell),
        "attachments": inert.attachments(cell.get("attachments")),
        "outputs": [{"data": bundle} for bundle in displayed_pictures(cell)],
    }


def _check(notebook: Any) -> None:
    """Raise an error that says why something is not a notebook that can be examined."""
    if not isinstance(notebook, dict):
        raise NotGradeableError(f"is not a notebook: it is a {type(notebook).__name__}")
    if notebook.get("nbformat") != NOTEBOOK_FORMAT:
        found = repr(notebook.get("nbformat"))[:40]
        raise NotGradeableError(f"is of notebook format {found}, not {NOTEBOOK_FORMAT}")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise NotGradeableError("has no cells")
    if not all(isinstance(cell, dict) for cell in cells):
        raise NotGradeableError("has cells that are not dictionaries")
    if len(cells) > MAX_CELLS:
        raise NotGradeableError(f"has more than {MAX_CELLS} cells")
    if _has_too_much_code([cell for cell in cells if cell.get("cell_type") != "markdown"]):
        raise NotGradeableError(f"has more than {MAX_CODE_CHARS} characters of code")
    for cell in cells:
        if grade_id_of(cell) and not _has_text(cell.get("source")):
            raise NotGradeableError(f"has a cell {grade_id_of(cell)} whose source is missing or is not text")


def _has_too_much_code(cells: list[dict[str, Any]]) -> bool:
    """Count lines first: to join millions of them may take longer than there is time to read a notebook."""
    sources = [cell.get("source") for cell in cells]
    n_lines = sum(len(source) for source in sources if isinstance(source, list))
    return n_lines > MAX_CODE_CHARS or sum(len(text_of(cell)) for cell in cells) > MAX_CODE_CHARS


def _has_text(source: object) -> bool:
    return isinstance(source, str) or (
        isinstance(source, list) and all(isinstance(line, str) for line in source)
    )
