"""The command `gradlab status`, and the last lines of `gradlab autograde`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from gradlab.base.errors import CourseError
from gradlab.base.texts import counted, suggestion, without_control
from gradlab.report.item_analysis import mean, median
from gradlab.report.values import number
from gradlab.status.standing import Standing, Standings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from gradlab.course import Course


def run(course: Course, assignments: Sequence[str], console: Console) -> None:
    """Show how far some assignments are, or all of the course, and the next command for each.

    Raises:
        CourseError: if there is no such assignment.
    """
    known = course.assignments()
    for name in assignments:
        if name not in known:
            raise CourseError(f"There is no assignment {name!r}.{suggestion(name, known)}")
    if not known:
        _say(console, "There are no assignments yet: write notebooks into source/<assignment>/.")
        return
    standings = Standings(course)
    found = [standings.of(name) for name in assignments or known]
    console.print(table_of(found))
    for standing in found:
        if feedback := _feedback(standing):
            _say(console, f"{standing.name}: feedback: {feedback}")
        _say(console, _next(standing))


def close(course: Course, assignment: str, seconds: float, console: Console, again: str = "") -> None:
    """Say after grading how long it took, what the complete scores are like, what waits, and what is next.

    Args:
        course: the course.
        assignment: its name.
        seconds: that it took.
        console: where to say it.
        again: the command that tries again what the grader has failed on, "" if there is nothing.
    """
    standing = Standings(course).of(assignment)
    parts = [
        f"{seconds:.0f} s",
        f"{standing.n_complete} of {counted(standing.n_submitted, 'submission')} complete",
    ]
    if standing.scores:
        shown = (mean(standing.scores, standing.max_score).value, median(standing.scores).value)
        parts[-1] += " (mean {}, median {}, of {})".format(*map(number, (*shown, standing.max_score)))
    if standing.n_waiting:
        parts.append(f"{standing.n_waiting} for a person")
    _say(console, " · ".join(parts))
    _say(console, f"{assignment}: next, because the grader failed: {again}" if again else _next(standing))


def table_of(standings: Sequence[Standing]) -> Table:
    """Return a table that fits into 80 columns, with all names whole."""
    numbers = ("submitted", "ungraded", "waiting", "complete", "mean")
    table = Table("assignment", "released", *numbers, box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for column in table.columns:
        column.no_wrap = True
    for column in table.columns[2:]:
        column.justify = "right"
    for standing in standings:
        arrived = f" (+{standing.n_arrived})" if standing.n_arrived else ""
        counts = (standing.n_ungraded, standing.n_waiting, standing.n_complete)
        points = mean(standing.scores, standing.max_score).value
        table.add_row(
            without_control(standing.name),
            "yes" if standing.is_released else "no",
            f"{standing.n_submitted}{arrived}",
            *map(str, counts),
            f"{number(points)} / {number(standing.max_score)}" if standing.scores else "",
        )
    return table


def _feedback(standing: Standing) -> str:
    parts = {"out": standing.n_out, "to release": standing.n_held, "to make": standing.n_stale}
    return ", ".join(f"{n} {what}" for what, n in parts.items() if n)


def _next(standing: Standing) -> str:
    return f"{standing.name}: next: {standing.next_step}" if standing.next_step else f"{standing.name}: done"


def _say(console: Console, text: str) -> None:
    console.print(without_control(text), markup=False, soft_wrap=True, highlight=False)
