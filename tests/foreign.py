"""Small courses as others write them: plain asserts, magics, files, imports inside answers."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
from commands import generate_assignment, gradlab, nbgrader
from conftest import COURSE, code

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
KERNEL = {"name": "python3", "language": "python", "display_name": "Python 3"}


def solution(grade_id: str, answer: str):
    """Return a solution cell; the stub of the release is nbgrader's own."""
    return code(f"### BEGIN SOLUTION\n{answer}\n### END SOLUTION", grade_id, solution=True)


def grading(grade_id: str, visible: str, hidden: str = ""):
    """Return a test cell, worth a point."""
    text = "\n".join(part for part in (visible, HIDDEN.format(hidden) if hidden else "") if part)
    return code(text, grade_id, grade=True, locked=True, points=1)


def lay_out(
    course: Path,
    cells: Sequence[nbformat.NotebookNode],
    files: Mapping[str, str] | None = None,
    config: str | None = None,
    more_config: str = "",
):
    """Make a course of one assignment, `hw`, with files, and release it; return it.

    It is configured as this course by default, and with more if that is given. If nbgrader has to write tests
    in a kernel, the release is made by another process.
    """
    folder = course / "source" / "hw"
    folder.mkdir(parents=True)
    for name, text in (files or {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL}, cells=list(cells))
    nbformat.write(notebook, folder / "hw.ipynb")
    if config is None:
        config = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(f"{config}\n{more_config}", encoding="utf-8")
    if "autotests.yml" in (files or {}):
        nbgrader(course, "generate_assignment", "hw")
    else:
        generate_assignment(course, "hw")
    return course


def submit_answers(course: Path, student: str, answers: Mapping[str, str]) -> None:
    """Submit the release with answers, by grade id."""
    notebook = nbformat.read(course / "release" / "hw" / "hw.ipynb", as_version=4)
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = answers.get(grade_id, cell.source)
    folder = course / "submitted" / student / "hw"
    shutil.copytree(course / "release" / "hw", folder)
    nbformat.write(notebook, folder / "hw.ipynb")


def grade(course: Path) -> str:
    """Grade all submissions; return what was printed."""
    return gradlab(course, "autograde", "hw", "--workers", "1")
