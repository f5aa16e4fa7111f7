"""Test cells that run beside the answer, as with stock nbgrader: in an exam of their own, without outputs.

They run so if they are asked beside. A cell that is asked by value runs beside, too, in two cases: if it
passed, and looks at what values don't show; and if it failed by an error that may come from how values
arrive, as a named tuple is a plain one in the examiner. If the two ways differ, a person decides.
"""

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
_ONLY_HERE = re.compile(r"\bgradlab\b")  # the answer's process has no gradlab.checks
_ASSERTION = AssertionError.__name__
_STUBS = f"{NotImplementedError.__name__}: "  # the error of nbgrader's stub has no message


def with_those_beside(
    cells: Sequence[ExamCell],
    judged: Sequence[CellResult],
    run: Callable[[Sequence[ExamCell]], Sequence[CellResult]],
    message: str,
) -> list[CellResult]:
    """Return the judge's results, but other ones for cells that also run beside the answer.

    Args:
        cells: of the notebook.
        judged: the judge's results.
        run: runs cells to the end and returns their results.
        message: what a student is told whose answer passes in one way, but not in the other.
    """
    are_whole = [runs_beside(cell, result) for cell, result in zip(cells, judged, strict=True)]
    if not any(are_whole):
        return list(judged)
    ran = run(_as_run(cells, are_whole))
    results = list(judged)
    for place, (cell, before, after) in enumerate(zip(cells, judged, ran, strict=True)):
        if is_asked_beside(cell):
            results[place] = _verdict(before, after)
        elif are_whole[place]:
            results[place] = _both(before, after, message)
    return results


def runs_beside(cell: ExamCell, judged: CellResult) -> bool:
    """Tell whether a cell has to run beside the answer before its result counts."""
    if not cell.is_test or cell.asked.way is not Way.VALUE:
        return is_asked_beside(cell)
    if judged.outcome is Outcome.PASSED:
        return cell.asked.also_beside
    return judged.outcome is Outcome.FAILED and judged.is_uncertain and not _ONLY_HERE.search(cell.hidden)


def is_asked_beside(cell: ExamCell) -> bool:
    """Tell whether a cell is a test cell that runs beside the answer."""
    return cell.is_test and cell.asked.way is Way.BESIDE


def as_run_whole(cell: ExamCell) -> ExamCell:
    """Return a cell whose hidden part, if it has one, runs with the rest of it."""
    return replace(cell, is_test=False)


def _as_run(cells: Sequence[ExamCell], are_whole: Sequence[bool]) -> list[ExamCell]:
    """Return the cells as they run beside the answer.

    Some run as a whole, and so do earlier ones whose hidden parts define names that they use, but do not
    define themselves in the visible part. No other hidden part is run, because the answer would hear it.
    """
    run: list[ExamCell] = []
    used = set[str]()
    for cell, is_asked in zip(reversed(cells), reversed(are_whole), strict=True):
        is_whole = is_asked or not used.isdisjoint(defined_in(cell.hidden))
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


def _both(judged: CellResult, ran: CellResult, message: str) -> CellResult:
    """Return the result of a cell that was asked by value and ran as a whole: a person settles a difference.

    Beside the answer, only an assertion that fails counts: a name that the student uses for something else
    may break a test there. It may also change what is compared, so a difference costs no points by itself.
    """
    if judged.outcome is not Outcome.PASSED:
        differs = ran.outcome is Outcome.PASSED
    else:
        differs = ran.outcome is Outcome.RAISED and ran.message.startswith(_ASSERTION)
    return replace(judged, outcome=Outcome.EXAMINER_ERROR, message=message, credit="") if differs else judged
