"""Save scores, and ask for a person if the examiner itself failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader import preprocessors

from gradlab.base.outcome import Outcome
from gradlab.preprocessors.execute import Execute

if TYPE_CHECKING:
    from nbformat import NotebookNode


class SaveAutoGrades(preprocessors.SaveAutoGrades):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's `SaveAutoGrades`, but cells that were not examined get no score, and a person is asked."""

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        super()._add_score(cell, resources)
        outcome = cell.metadata.get("gradlab", {}).get("outcome")
        is_open = Outcome(outcome).is_open if outcome else not Execute(config=self.config).enabled
        if not is_open:
            return
        names = resources["nbgrader"]
        grade = self.gradebook.find_grade(
            cell.metadata.nbgrader.grade_id, names["notebook"], names["assignment"], names["student"]
        )
        grade.auto_score = None
        grade.needs_manual_grade = True
        self.gradebook.db.commit()
