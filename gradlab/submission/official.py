"""What the gradebook knows about a notebook: the cells of the release, and the kernel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.submission.cells import cell_id, grade_id_of, new_cell, students_cell, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode


PYTHON_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


@dataclass(frozen=True)
class OfficialCell:
    """A cell of the release: its text, and what nbgrader knows about it.

    Args:
        grade_id: nbgrader's name of the cell.
        source: its text as released, with the hidden tests; the stub if it is a solution cell.
        cell_type: "code" or "markdown".
        is_grade: whether it is worth points.
        is_solution: whether the student writes it.
        is_locked: whether nobody may change it.
        is_task: whether it asks for a task in the cells below it.
        points: its maximum, if it is worth points.
        checksum: nbgrader's checksum of the cell as released.
    """

    grade_id: str
    source: str
    cell_type: str
    is_grade: bool
    is_solution: bool
    is_locked: bool
    is_task: bool
    points: float
    checksum: str

    @property
    def is_given_code(self) -> bool:
        """Whether it is code that the student does not write and that is worth no points."""
        return self.cell_type == "code" and not (self.is_grade or self.is_solution)

    @property
    def examined(self) -> tuple[object, ...] | None:
        """What an exam depends on, None for text that is no answer."""
        if self.cell_type != "code" and not (self.is_grade or self.is_solution or self.is_task):
            return None
        roles = (self.is_grade, self.is_solution, self.is_locked, self.is_task)
        return self.grade_id, self.cell_type, self.source, roles, self.points

    def answered_by(self, submitted: Any) -> NotebookNode:
        """Return the cell with the answer of a submitted cell; `submitted` is None if there is none."""
        role: dict[str, Any] = {
            "grade": self.is_grade,
            "grade_id": self.grade_id,
            "locked": self.is_locked,
            "schema_version": 3,
            "solution": self.is_solution,
            "task": self.is_task,
            "checksum": self.checksum,
            "cell_type": self.cell_type,
        }
        if self.is_grade or self.is_task:
            role["points"] = self.points
        more: dict[str, Any] = {"id": cell_id(self.grade_id), "metadata": {"nbgrader": role}}
        is_untouched = submitted is None or text_of(submitted) == self.source
        if is_untouched or not self.is_solution:
            return new_cell(self.cell_type, self.source, **more)
        return students_cell(self.cell_type, submitted, **more)


def official_cells(entry: Any) -> list[OfficialCell]:
    """Return the gradebook's cells of a notebook, sorted by name: it does not know their order."""
    grades = {cell.name: cell for cell in entry.grade_cells}
    tasks = {cell.name: cell for cell in entry.task_cells}
    solutions = {cell.name for cell in entry.solution_cells}
    official = []
    for cell in sorted(entry.source_cells, key=lambda cell: str(cell.name)):
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


def ordered(cells: Sequence[OfficialCell], order: Sequence[Mapping[str, Any]]) -> list[OfficialCell]:
    """Return official cells in a notebook's order; cells that the notebook lacks come last."""
    places: dict[str, int] = {}
    for place, cell in enumerate(order):
        places.setdefault(grade_id_of(cell), place)
    return sorted(cells, key=lambda cell: places.get(cell.grade_id, len(places)))


def kernelspec_of(entry: Any) -> dict[str, str]:
    """Return the gradebook's kernel for a notebook; Python's if the source names none."""
    kernelspec: dict[str, str] = json.loads(entry.kernelspec or "{}")
    return kernelspec or PYTHON_KERNEL
