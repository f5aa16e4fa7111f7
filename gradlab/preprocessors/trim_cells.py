"""Remove the blank lines that hidden tests leave behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor

if TYPE_CHECKING:
    from nbformat import NotebookNode


class TrimCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Remove blank lines at the end of cells."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell without blank lines at its end."""
        del index
        cell.source = cell.source.rstrip()
        return cell, resources
