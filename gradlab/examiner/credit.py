"""Partial credit: nbgrader takes the number that a test cell shows at its end for the points of the cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gradlab.examiner.result import cut

if TYPE_CHECKING:
    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.result import CellResult


def is_credit(value: str, points: float) -> bool:
    """Tell whether nbgrader would take the shown value of a test cell for its points.

    It gives all points for a text, NaN or a negative number.
    """
    try:
        return 0 <= float(value) <= points
    except ValueError:
        return False


def share_of_points(value: str, points: float) -> float:
    """Return the part of the points that nbgrader gives a cell for the value that it shows."""
    earns_all = not is_credit(value, points) or math.isclose(float(value), points)
    return 1.0 if earns_all else float(value) / points


def share_of(cell: ExamCell, result: CellResult) -> float:
    """Return the part of the points that a test cell gives an answer that passes it."""
    value = result.credit or (shown_value(result) if cell.is_all_visible else "")
    return share_of_points(value, cell.points)


def loses_points(cell: ExamCell, result: CellResult) -> bool:
    """Tell whether an answer loses points of a test cell: all because of the outcome, or a part."""
    return result.outcome.costs_points or share_of(cell, result) < 1


def shown_value(ran: CellResult) -> str:
    """Return the start of the value that a cell has shown last, "" if none."""
    for output in reversed(ran.outputs):
        match output:
            case {"output_type": "execute_result", "data": {"text/plain": str(value)}}:
                return cut(value)
    return ""
