"""The rows that each submission of an assignment has in nbgrader's gradebook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader.api import Grade, Notebook
from sqlalchemy import select

if TYPE_CHECKING:
    from nbgrader.api import Gradebook


@dataclass(frozen=True)
class Rows:
    """The ids of an assignment's rows in the gradebook, and of the rows that each submission needs."""

    notebooks: dict[str, str]
    cells: dict[str, str]
    graded: dict[str, list[str]]
    commented: dict[str, list[str]]

    @classmethod
    def read(cls, gradebook: Gradebook, assignment_id: str) -> Rows:
        """Read the rows of an assignment."""
        notebooks = gradebook.db.scalars(
            select(Notebook).where(Notebook.assignment_id == assignment_id)
        ).all()
        return cls(
            notebooks={notebook.id: notebook.name for notebook in notebooks},
            cells={
                cell.id: cell.name
                for notebook in notebooks
                for cell in (*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells)
            },
            graded={
                notebook.id: [cell.id for cell in (*notebook.grade_cells, *notebook.task_cells)]
                for notebook in notebooks
            },
            commented={
                notebook.id: [cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)]
                for notebook in notebooks
            },
        )

    def auto_scores(self, notebooks: dict[str, Any]) -> dict[str, float | None]:
        """Return the points that the gradebook has if it agrees with an outcome file's notebooks."""
        return {
            cell: notebooks.get(name, {}).get(self.cells[cell], {}).get("auto_score")
            for notebook, name in self.notebooks.items()
            for cell in self.graded[notebook]
        }

    def cells_of(self, table: Any, notebook_id: str) -> list[str]:
        """Return the ids of the cells of a notebook that have grades or comments."""
        return (self.graded if table is Grade else self.commented)[notebook_id]
