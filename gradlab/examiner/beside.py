"""Test cells that run beside the answer, as with stock nbgrader: in an exam of their own, without outputs."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.base.outcome import Outcome
from gradlab.examiner.credit import shown_value
from gradlab.examiner.result import cut
from gradlab.examiner.stubs import defined_in
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.result import CellResult

_WORD = re.compile(r"\w+")
_STUBS = f"{NotImplementedError.__name__}: "  # the error of nbgrader's stub has no message


def with_those_beside(
    cells: Sequence[ExamCell],
    judged: Sequence[CellResult],
    run: Callable[[Sequence[ExamCell]], Sequence[CellResult]],
) -> list[CellResult]:
    """Return the judge's results, but other ones for cells that are asked beside the answer.

    Args:
        cells: of the notebook.
        judged: the judge's results.
        run: runs cells to the end and returns their results.
    """
    if not any(is_asked_beside(cell) for cell in cells):
        return list(judged)
    ran = run(_as_run(cells))
    return [
        _verdict(before, after) if is_asked_beside(cell) else before
        for cell, before, after in zip(cells, judged, ran, strict=True)
    ]


def is_asked_beside(cell: ExamCell) -> bool:
    """Tell whether a cell is a test cell that runs beside the answer."""
    return cell.is_test and cell.asked.way is Way.BESIDE


def as_run_whole(cell: ExamCell) -> ExamCell:
    """Return a cell whose hidden part, if it has one, runs with the rest of it."""
    return replace(cell, is_test=False)


def _as_run(cells: Sequence[ExamCell]) -> list[ExamCell]:
    """Return the cells as they run beside the answer.

    Cells that are asked so run as a whole, and so do earlier ones whose hidden parts define names that they
    use, but do not define themselves in the visible part. No other hidden part is run, because the answer
    would hear it.
    """
    run: list[ExamCell] = []
    used = set[str]()
    for cell in reversed(cells):
        is_whole = is_asked_beside(cell) or not used.isdisjoint(defined_in(cell.hidden))
        if is_whole:
            used.update({*_WORD.findall(cell.visible)} - defined_in(cell.visible), _WORD.findall(cell.hidden))
        run.append(replace(cell, is_test=False, source=cell.source if is_whole else cell.visible))
    return run[::-1]


def _verdict(judged: CellResult, ran: CellResult) -> CellResult:
    """Return the result of a cell that ran as a whole; that there is no answer is known without it."""
    if judged.outcome is Outcome.NOT_ATTEMPTED:
        return judged
    is_stub = ran.outcome is Outcome.RAISED and ran.message == _STUBS
    outcome = Outcome.NOT_ATTEMPTED if is_stub else ran.outcome
    return replace(
        ran,
        outputs=[],
        number=None,
        outcome=outcome,
        message=cut(ran.message),
        variant=judged.variant,
        credit=shown_value(ran) if outcome is Outcome.PASSED else "",
    )
