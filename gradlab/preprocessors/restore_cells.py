"""Take from a submission the answers alone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab.notebooks import OfficialCell, restored
from gradlab.source import source_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Put a student's answers into the notebook as it was released; see `gradlab.notebooks`.

    Stands in the place of nbgrader's `ClearOutput`, `DeduplicateIds`, `OverwriteKernelspec` and
    `OverwriteCells`.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook that is examined."""
        names = resources["nbgrader"]
        source = source_notebook(Path(resources["metadata"]["path"]), names["assignment"], names["notebook"])
        order = [] if source is None else [cell.get("id", "") for cell in source.cells]
        order += [cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", "") for cell in nb.cells]
        with Gradebook(names["db_url"]) as gradebook:
            official = official_cells(gradebook, names["assignment"], names["notebook"])
        return restored(nb, ordered(official, order)), resources


def ordered(cells: list[OfficialCell], order: list[str]) -> list[OfficialCell]:
    """Return the cells in the order in which their names first stand in `order`, the others behind."""
    places = {name: place for place, name in reversed(list(enumerate(order)))}
    return sorted(cells, key=lambda one: places.get(one.grade_id, len(order)))


def official_cells(gradebook: Gradebook, assignment: str, notebook: str) -> list[OfficialCell]:
    """Return what the gradebook knows of a notebook's cells, in no order."""
    entry = gradebook.find_notebook(notebook, assignment)
    grades = {cell.name: cell for cell in entry.grade_cells}
    tasks = {cell.name: cell for cell in entry.task_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    official = []
    for cell in entry.source_cells:
        worth = grades.get(cell.name) or tasks.get(cell.name)
        official.append(
            OfficialCell(
                grade_id=cell.name,
                source=cell.source or "",
                cell_type=cell.cell_type,
                is_grade=cell.name in grades,
                is_solution=cell.name in solutions,
                is_locked=bool(cell.locked),
                is_task=cell.name in tasks,
                points=float(worth.max_score) if worth is not None else 0.0,
                checksum=cell.checksum or "",
            )
        )
    return official
