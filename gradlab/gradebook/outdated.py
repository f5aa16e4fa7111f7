"""Finds what a later change has made wrong: points above a maximum, late penalties, pages of feedback."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from gradlab.gradebook.classroom import CellKey, Mark, TestCell

POINTS_TOLERANCE = 1e-6


def points_above(marks: Mapping[CellKey, Mark], cells: Mapping[CellKey, TestCell]) -> Iterator[str]:
    """Yield a note for each cell whose points, without extra credit, are above its maximum."""
    for key, mark in marks.items():
        if mark.is_above:
            how = "given by hand" if mark.is_by_hand else "given automatically"
            yield (
                f"{key[0]}.ipynb: {key[1]} has more points, {how}, than its maximum of "
                f"{cells[key].max_score:g}: give other points, or run 'gradlab autograde'"
            )


def is_penalty_outdated(
    late: Any, seconds_late: float, marks: Mapping[CellKey, Mark], *, has_penalty: bool
) -> bool:
    """Tell whether a late penalty was computed for other points or another lateness.

    Args:
        late: how it was computed, from the outcome file; see `gradlab.gradebook.outcome_file`.
        seconds_late: how late the submission is now.
        marks: its marks now.
        has_penalty: whether the gradebook has a penalty, of 0 points or more.
    """
    if not isinstance(late, dict):
        return False
    before_s, points = late.get("seconds", 0.0), late.get("points", {})
    if not has_penalty:
        return not before_s and seconds_late > 0
    now = dict.fromkeys(points, 0.0)
    for (notebook, _), mark in marks.items():
        if notebook in now:
            now[notebook] += mark.score or 0.0
    return not math.isclose(before_s, seconds_late, abs_tol=1.0) or any(
        abs(now[name] - points[name]) > POINTS_TOLERANCE for name in points
    )


def stale_feedback(outcome: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """Yield a note if a page of feedback shows results that a later grading has changed."""
    try:
        changed_s = dt.datetime.fromisoformat(outcome.get("changed", "")).timestamp()
    except (TypeError, ValueError):
        return
    if not outcome.get("before"):
        return
    for notebook in outcome["notebooks"]:
        page = folder / f"{notebook}.html"
        if page.is_file() and page.stat().st_mtime < changed_s:
            yield (
                f"{notebook}.ipynb: the feedback shows an earlier result: run 'gradlab feedback', then "
                "'nbgrader release_feedback'"
            )
