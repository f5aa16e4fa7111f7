"""Take from a submission the answers alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab.notebooks import OfficialCell, grade_id_of, restored
from gradlab.source import SourceNotebook, read_source, source_notebook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Put a student's answers into the notebook as it was released; see `gradlab.notebooks`.

    Stands in the place of nbgrader's `ClearOutput`, `DeduplicateIds`, `OverwriteKernelspec` and
    `OverwriteCells`.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook that is examined."""
        names = resources["nbgrader"]
        source = source_of(self, resources)
        with Gradebook(names["db_url"]) as gradebook:
            entry = gradebook.find_notebook(names["notebook"], names["assignment"])
            official = official_cells(entry)
            kernelspec = kernelspec_of(entry)
        order = nb if source is None else {"cells": source.cells}
        notebook = restored(nb, ordered(official, order), source)
        notebook.metadata["kernelspec"] = kernelspec
        return notebook, resources


def source_of(preprocessor: NbGraderPreprocessor, resources: dict[str, Any]) -> SourceNotebook | None:
    """Return the source of the notebook that a preprocessor gets, where the course keeps one."""
    names = resources["nbgrader"]
    converter = getattr(preprocessor.parent, "parent", None)
    directory = getattr(converter, "coursedir", None)
    if directory is None:
        return source_notebook(Path(resources["metadata"]["path"]), names["assignment"], names["notebook"])
    folder = Path(directory.format_path(directory.source_directory, ".", names["assignment"]))
    return read_source(folder / f"{names['notebook']}.ipynb")


def ordered(cells: Sequence[OfficialCell], notebook: Mapping[str, Any]) -> list[OfficialCell]:
    """Return the cells in their order in a notebook, those that it does not have behind the others."""
    places: dict[str, int] = {}
    for place, cell in enumerate(notebook["cells"]):
        places.setdefault(grade_id_of(cell), place)
    return sorted(cells, key=lambda one: places.get(one.grade_id, len(places)))


def kernelspec_of(entry: Any) -> dict[str, str]:
    """Return the kernel that the gradebook has for a notebook; where the source names none, Python's."""
    kernelspec: dict[str, str] = json.loads(entry.kernelspec or "{}")
    return kernelspec or {"display_name": "Python 3", "language": "python", "name": "python3"}


def official_cells(entry: Any) -> list[OfficialCell]:
    """Return the cells that the gradebook has for a notebook, in no order."""
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
