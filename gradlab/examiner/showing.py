"""What a student sees of an exam: the judge's verdicts, with outputs that know nothing of the tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.base.outcome import Outcome
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.result import CellResult


def as_shown(cell: ExamCell, judged: CellResult, shown: CellResult) -> CellResult:
    """Return the result of a cell that was run twice: by the judge, and to be shown."""
    if not cell.is_test:
        return shown
    needs_hidden = cell.asked.way is Way.BESIDE and shown.outcome is Outcome.RAISED  # an earlier hidden part
    if judged.outcome is Outcome.PASSED and cell.is_all_visible and not needs_hidden:
        return replace(shown, elapsed_s=judged.elapsed_s, decided=judged.decided)
    result = replace(judged, outputs=shown.outputs, number=shown.number)
    if judged.outcome is Outcome.PASSED:
        return replace(result, outputs=[each for each in shown.outputs if not _is_error(each)])
    if judged.outcome is shown.outcome is Outcome.RAISED:  # of the visible part, in both
        return replace(result, message=shown.message)
    return result


def _is_error(output: object) -> bool:
    return isinstance(output, dict) and output.get("output_type") == "error"
