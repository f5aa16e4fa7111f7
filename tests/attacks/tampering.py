"""Tampering with the notebooks that attacks submit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return the cell with a grade id of the release."""
    (found,) = [
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return found


def each_test_of(notebook: NotebookNode, exercise: str) -> Iterator[NotebookNode]:
    """Yield the test cells of an exercise."""
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id == f"test_{exercise}" or grade_id.startswith(f"test_{exercise}__"):
            yield cell


def code(source: str) -> NotebookNode:
    """Return a new code cell."""
    return nbformat.v4.new_code_cell(source)


def markdown(source: str) -> NotebookNode:
    """Return a new Markdown cell."""
    return nbformat.v4.new_markdown_cell(source)
