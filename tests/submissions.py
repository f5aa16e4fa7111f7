"""Submissions to the small course, and their state after grading."""

from __future__ import annotations

import json
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = "def triple(x):\n    return 3 * x"
DOUBLE = "def triple(x):\n    print('working')\n    return 2 * x"


def copy_of(course: Path, folder: Path) -> Path:
    """Copy a course into a new folder; return that folder."""
    shutil.copytree(course, folder, symlinks=True, ignore=shutil.ignore_patterns("none"))
    return folder


def submit(course: Path, student: str, answer: str | None = None, assignment: str = "ps") -> Path:
    """Put a submission where `nbgrader collect` would; return its folder."""
    folder = course / "submitted" / student / assignment
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course / "release" / assignment, folder)
    if answer is not None:
        write_answer(folder / "triple.ipynb", "triple", answer)
    return folder


def write_answer(path: Path, grade_id: str, answer: str) -> None:
    """Write an answer into a cell of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.source = answer
    nbformat.write(notebook, path)


QUESTION = """### BEGIN LANG ko
**먼저 맞혀 보세요.** $3x$는 몇 배인가요?

- **a** 두 배
- **b** 세 배
### END LANG ko
### BEGIN LANG en
**Guess first.** How many times `x` is $3x$?

- **a** twice
- **b** three times
### END LANG en"""


def ask(course: Path) -> None:
    """Put a question before the exercise of a released small course; "b" is right."""
    for folder in ("source", "release"):
        path = course / folder / "ps" / "triple.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[2:2] = [
            nbformat.v4.new_markdown_cell(QUESTION),
            nbformat.v4.new_code_cell('guess_triple = ""'),
            nbformat.v4.new_markdown_cell("<details><summary>?</summary>\n\n**b**. $3 = 3$\n\n</details>"),
        ]
        nbformat.write(notebook, path)


def guess(path: Path, code: str) -> None:
    """Write code where a student guesses."""
    notebook = nbformat.read(path, as_version=4)
    (cell,) = [cell for cell in notebook.cells if cell.source == 'guess_triple = ""']
    cell.source = code
    nbformat.write(notebook, path)


def outcome(course: Path, student: str, assignment: str = "ps") -> dict[str, Any]:
    """Return the content of a submission's outcome file."""
    path = course / "gradebook" / "outcomes" / assignment / f"{student}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def tables(course: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of a gradebook, sorted, with names instead of random ids."""
    rows: dict[str, list[dict[str, Any]]] = {}
    with sqlite3.connect(course / "gradebook" / "gradebook.db") as database:
        database.row_factory = sqlite3.Row
        for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            rows[table] = [dict(row) for row in database.execute(f"SELECT * FROM {table}")]  # noqa: S608  # its own tables
    database.close()
    names = {row["id"]: row["student_id"] for row in rows["submitted_assignment"]}
    names |= {
        row["id"]: f"{names[row['assignment_id']]} {row['notebook_id']}" for row in rows["submitted_notebook"]
    }
    for table in ("submitted_assignment", "submitted_notebook", "grade", "comment"):
        for row in rows[table]:
            del row["id"]
    return {
        table: sorted((tuple(names.get(value, value) for value in row.values()) for row in found), key=repr)
        for table, found in rows.items()
    }


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the permissions and the content of each file in a folder, by its path."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tree(folder: Path) -> dict[str, object]:
    """Return the contents of a folder, by path; links are not followed."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = path.readlink()
        else:
            found[name] = path.read_bytes() if path.is_file() else path.stat().st_mode
    return found
