"""Test cells that run beside the answer, as with stock nbgrader: in an exam of their own, without outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.examiner.result import cut
from gradlab.examiner.ways import Way
from gradlab.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.result import CellResult


def with_those_beside(
    cells: Sequence[ExamCell],
    judged: Sequence[CellResult],
    run: Callable[[Sequence[ExamCell]], Sequence[CellResult]],
) -> list[CellResult]:
    """Return the judge's results, and those of cells that are asked beside the answer in their place.

    Args:
        cells: of the notebook.
        judged: what the judge says of them.
        run: runs cells to the end and returns their results.
    """
    if not any(is_asked_beside(cell) for cell in cells):
        return list(judged)
    ran = run([as_run_beside(cell) for cell in cells])
    return [
        _verdict(before, after) if is_asked_beside(cell) else before
        for cell, before, after in zip(cells, judged, ran, strict=True)
    ]


def is_asked_beside(cell: ExamCell) -> bool:
    """Tell whether a cell is a test cell that runs beside the answer."""
    return cell.is_test and cell.asked.way is Way.BESIDE


def as_run_beside(cell: ExamCell) -> ExamCell:
    """Return a cell whose hidden part runs with the rest of it, if it is asked so."""
    return replace(cell, is_test=False, source=cell.source if is_asked_beside(cell) else cell.visible)


def _verdict(judged: CellResult, ran: CellResult) -> CellResult:
    """Return the result of a cell that ran as a whole; that there is no answer is known without it."""
    if judged.outcome is Outcome.NOT_ATTEMPTED:
        return judged
    is_stub = ran.outcome is Outcome.RAISED and ran.message.startswith(NotImplementedError.__name__)
    outcome = Outcome.NOT_ATTEMPTED if is_stub else ran.outcome
    return replace(
        ran, outputs=[], number=None, outcome=outcome, message=cut(ran.message), variant=judged.variant
    )
