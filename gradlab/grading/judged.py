"""Hashes of the work that a person gives points for: if it stays the same, the points stay confirmed."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbgrader.utils import is_grade, is_locked, is_solution, is_task

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from nbformat import NotebookNode

    from gradlab.grading.graded import GradedNotebook
    from gradlab.submission.official import OfficialCell


def judged_in(notebook: NotebookNode, official: Sequence[OfficialCell]) -> dict[str, str]:
    """Return a hash of the work that each cell's points are given for, by grade id.

    A written answer is judged by itself. Any other cell is judged with all code, and all that the student
    wrote, because what it shows depends on them.

    Args:
        notebook: a submission as `restored` returns it.
        official: the cells of the release, whose text and points are the question.
    """
    asked = {cell.grade_id: cell for cell in official}
    everything = [_shown(cell) for cell in notebook.cells if cell.cell_type == "code" or not is_locked(cell)]
    found = {}
    for cell in notebook.cells:
        if not (is_grade(cell) or is_task(cell)):
            continue
        name = cell.metadata.nbgrader.grade_id
        is_written = cell.cell_type == "markdown" and is_solution(cell)
        answer = [_shown(cell)] if is_written else everything
        text = json.dumps([asked[name].source, asked[name].points, answer])
        found[name] = hashlib.sha256(text.encode()).hexdigest()
    return found


def _shown(cell: NotebookNode) -> list[object]:
    return [cell.source, cell.get("attachments", {})]


@dataclass(frozen=True)
class Confirmed:
    """Tells whether a person's points stay confirmed, because the work has not changed.

    Args:
        earlier: the outcome file before this grading, empty if there was none.
        cells: the (notebook, cell) that a person had confirmed before this grading, None if the gradebook
            still says so.
    """

    earlier: dict[str, Any]
    cells: Collection[tuple[str, str]] | None

    def holds(self, notebook: GradedNotebook, cell: str, *, was_open: bool) -> bool:
        """Tell whether a cell was confirmed, and its question, answer and automatic result are unchanged.

        Args:
            notebook: as it is graded now.
            cell: its name.
            was_open: whether it waits for a person in the gradebook.
        """
        name = notebook.name
        before, now = self.earlier.get("judged", {}).get(name, {}).get(cell), notebook.judged.get(cell)
        if was_open if self.cells is None else (name, cell) not in self.cells:
            return False
        if now is None or before != now:
            return False
        result, grade = self.earlier["notebooks"].get(name, {}).get(cell), notebook.grades.get(cell)
        if result is None or grade is None:
            return result is grade
        return (result["auto_score"], result["outcome"]) == (grade.auto_score, grade.outcome)
