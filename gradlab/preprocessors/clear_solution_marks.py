"""Remove nbgrader's marks around solutions from the solution notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import ClearSolutions

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ClearSolutionMarks(ClearSolutions):  # type: ignore[misc]  # nbgrader is untyped
    """Keep the solutions, and remove the lines that mark where they begin and end."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell without the marks."""
        del index
        marks = (self.begin_solution_delimeter, self.end_solution_delimeter)
        lines = cell.source.split("\n")
        cell.source = "\n".join(line for line in lines if not any(mark in line for mark in marks))
        return cell, resources
