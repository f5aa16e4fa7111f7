"""Build the release as nbgrader does, and find the source's secrets that are left in it."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader import apps

from gradlab.audit.mutants import BEGIN, END
from gradlab.authoring.folders import files_beside
from gradlab.authoring.hidden_marks import marks_in_use, split_test
from gradlab.authoring.source import MISCONCEPTION_TAG, read_notebook_file
from gradlab.base.errors import CourseError
from gradlab.base.working_directory import working_in
from gradlab.course import configured
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode

MIN_CHARS = 13  # a shorter line, such as `return x`, tells nothing by itself
MARKS = ("BEGIN SOLUTION", "MARK SCHEME", "# misconception: ")


@dataclass(frozen=True)
class Leak:
    """A secret line in the release, and the cell or file that contains it."""

    cell: str
    line: str


def build_release(root: Path, assignment: str, language: str, folder: Path) -> Path:
    """Build the release of an assignment in a folder, without the gradebook; return its path.

    Raises:
        CourseError: if nbgrader can't build it.
    """
    app = configured(
        apps.GenerateAssignmentApp(),
        root,
        assignment,
        "--no-db",
        "--force",
        f"--CourseDirectory.release_directory={folder}",
        f"--SelectLanguage.language={language}",
        log_level="CRITICAL",
    )
    try:
        with working_in(root):
            app.start()
    except SystemExit:
        raise CourseError(
            f"nbgrader can't build the release; 'nbgrader generate_assignment {assignment}' says why."
        ) from None
    return folder / assignment


def stubs_of(released: Path) -> dict[str, str]:
    """Return the text of each solution cell of a released notebook, by its grade id."""
    return {
        grade_id_of(cell): cell.source
        for cell in read_notebook_file(released).cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }


def leaks_in(source: Path, released: Path) -> list[Leak]:
    """Return the secrets of a source notebook that are in the release, in a cell or a file next to it."""
    secret, hidden = secrets_of(read_notebook_file(source)), marks_in_use()
    marks = (*MARKS, hidden.begin, hidden.end)
    return [
        Leak(where, line)
        for where, text in _texts_of(released)
        for line in dict.fromkeys(map(str.strip, text.split("\n")))
        if line in secret or any(mark in line for mark in marks)
    ]


def secrets_of(notebook: NotebookNode) -> set[str]:
    """Return the lines of a source notebook that students must not see.

    These are the lines of solutions, hidden tests, mark schemes, misconceptions and outputs, except for
    short lines and lines that are also in a public part of the notebook.
    """
    secret: set[str] = set()
    public: set[str] = set()
    for cell in notebook.cells:
        if MISCONCEPTION_TAG in cell.metadata.get("tags", ()):
            secret.update(cell.source.split("\n"))
            continue
        visible, hidden = split_test(cell.source)
        secret.update(hidden.split("\n"))
        is_answer = bool(cell.metadata.get("nbgrader", {}).get("solution")) and BEGIN not in visible
        for line, is_secret in _marked(visible):
            (secret if is_secret or is_answer else public).add(line)
        for output in cell.get("outputs", ()):
            secret.update(_strings(output))
    lines = {line.strip() for line in secret} - {line.strip() for line in public}
    return {line for line in lines if len(line) >= MIN_CHARS and re.search(r"\w", line)}


def _marked(text: str) -> Iterator[tuple[str, bool]]:
    """Yield each line of a text, and whether it is between marks."""
    hides = False
    for line in text.split("\n"):
        hides = hides or BEGIN in line or "BEGIN MARK SCHEME" in line
        yield line, hides
        hides = hides and END not in line and "END MARK SCHEME" not in line


def _texts_of(released: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, text) for everything in the release."""
    for number, cell in enumerate(read_notebook_file(released).cells, start=1):
        where = grade_id_of(cell) or f"cell {number}"
        yield where, cell.source
        for part in ("metadata", "outputs", "attachments"):
            for text in _strings(cell.get(part)):
                yield f"{where}, {part}", text
    for name, path in files_beside(released).items():
        with contextlib.suppress(UnicodeDecodeError):
            yield name, path.read_text(encoding="utf-8")


def _strings(value: Any) -> Iterator[str]:
    """Yield all texts in a JSON value, line by line."""
    if isinstance(value, str):
        yield from value.split("\n")
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)
