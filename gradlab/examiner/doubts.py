"""Answers in several versions: a person decides if the version that counts would lose a test."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gradlab.base.outcome import Outcome
from gradlab.examiner.credit import loses_points
from gradlab.examiner.stubs import judged_exercise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.result import CellResult

_WORD = re.compile(r"\w+")


def without_doubtful_losses(
    cells: Sequence[ExamCell], results: Sequence[CellResult], message: str
) -> list[CellResult]:
    """Return the results; a test that loses points is undecided if it is about an answer in doubt.

    Args:
        cells: that were examined.
        results: of the cells.
        message: what the student is told.
    """
    exercises = frozenset(cell.name for cell in cells if cell.in_doubt)
    names = frozenset(name for cell in cells for name in cell.in_doubt)
    return [
        replace(result, outcome=Outcome.UNDECIDED, message=message, case=None, returned=None)
        if cell.is_test and loses_points(cell, result) and _is_about(cell, exercises, names)
        else result
        for cell, result in zip(cells, results, strict=True)
    ]


def _is_about(cell: ExamCell, exercises: frozenset[str], names: frozenset[str]) -> bool:
    """Tell whether a test cell judges one of some exercises, or mentions one of their names."""
    return bool(judged_exercise(cell, cell.hidden, exercises)) or not names.isdisjoint(
        _WORD.findall(cell.source)
    )
