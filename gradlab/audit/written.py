"""Source notebooks whose tests nbgrader writes for a release, as in `### AUTOTEST f(2)`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat

from gradlab.authoring.folders import CONFIG_NAME, SOURCE_FOLDER
from gradlab.authoring.source import read_notebook_file
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.course import Course, NotebookSpec


def with_written_tests(path: Path, spec: NotebookSpec, course: Course, folder: Path) -> Path:
    """Return the path of a source notebook in which each test is as nbgrader writes it.

    Args:
        path: of the source notebook.
        spec: the notebook as released.
        course: the course.
        folder: gets a course with a copy of the assignment, if nbgrader writes a test.

    Returns:
        The path in that copy; the notebook's own if nbgrader writes no test in it.
    """
    notebook = read_notebook_file(path)
    released = {cell.grade_id: cell.source for cell in spec.cells if cell.is_grade and not cell.is_solution}
    written = [
        cell
        for cell in notebook.cells
        if course.mark_of_written_tests in cell.source and grade_id_of(cell) in released
    ]
    if not written:
        return path
    for cell in written:
        cell.source = released[grade_id_of(cell)]
    place = folder / SOURCE_FOLDER / path.parent.name
    if not place.exists():
        shutil.copytree(path.parent, place)
    shutil.copy(course.root / CONFIG_NAME, folder)
    nbformat.write(notebook, place / path.name)  # type: ignore[no-untyped-call]  # untyped
    return place / path.name
