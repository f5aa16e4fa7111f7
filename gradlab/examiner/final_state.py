"""Decides whether hidden tests can be asked at the end, about the state that the last cell has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.examiner.stubs import defined_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradlab.examiner.cells import ExamCell


def is_final_for_all(cells: Sequence[ExamCell]) -> bool:
    """Tell whether no cell of the student's binds a name anew after a test cell.

    Otherwise, a test at the end could call another function than a test in its own place.
    """
    bound = set[str]()
    is_after_test = False
    for cell in cells:
        names = defined_in(cell.visible)
        if is_after_test and cell.is_students and not bound.isdisjoint(names):
            return False
        bound |= names
        is_after_test |= cell.is_test
    return True
