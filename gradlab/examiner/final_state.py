"""Decides whether hidden tests can be asked at the end, about the state that the last cell has left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.examiner.stubs import defined_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from gradlab.examiner.cells import ExamCell


def is_final_for_all(cells: Sequence[ExamCell], derived: AbstractSet[str] = frozenset()) -> bool:
    """Tell whether no cell after a test binds a derived name anew, and none of the student's any name.

    Otherwise, a test at the end could call another function, or see another value, than in its own place.

    Args:
        cells: of the notebook.
        derived: the names that given cells bind to what answers return.
    """
    bound = set[str]()
    is_after_test = False
    for cell in cells:
        names = defined_in(cell.visible)
        again = names & bound if cell.is_students else names & bound & derived
        if is_after_test and again:
            return False
        bound |= names
        is_after_test |= cell.is_test
    return True
