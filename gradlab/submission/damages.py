"""Damages of an answer's cell that do not keep it from being found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlab.submission.cells import text_of
from gradlab.submission.notes import Assumption
from gradlab.submission.parts import unfenced
from gradlab.submission.places import normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from gradlab.submission.official import OfficialCell

_BOTH, _ONE, _BASE, _OTHER = range(4)  # whose lines these are, in a merge conflict
_MARKS = {"<<<<<<<": ({_BOTH}, _ONE), "|||||||": ({_ONE}, _BASE), "=======": ({_ONE, _BASE}, _OTHER)}
_MARKS[">>>>>>>"] = ({_OTHER}, _BOTH)


def damages(cell: Any, official: OfficialCell, gone: Collection[str]) -> Iterator[Assumption]:
    """Yield what is assumed about an answer because of its own cell.

    Args:
        cell: the answer as it was found.
        official: the cell of the release.
        gone: the texts of the tests and given cells that the submission lacks.
    """
    text = normal(text_of(cell))
    if cell.get("cell_type") != official.cell_type:
        yield Assumption.RETYPED
    if any(f"\n{other}\n" in f"\n{text}\n" for other in gone if other):
        yield Assumption.MERGED
    if _sides(text):
        yield Assumption.IN_CONFLICT


def unfenced_cell(cell: Any, official: OfficialCell | None) -> Any:
    """Return a cell without Markdown's marks of code, if it is an answer in code whose type was changed."""
    is_code = official is not None and official.is_solution and official.cell_type == "code"
    is_retyped = is_code and cell.get("cell_type") != "code"
    return {**cell, "source": unfenced(text_of(cell))} if is_retyped else cell


def without_conflict(cell: Any, official: OfficialCell | None) -> Any:
    """Return a cell without the marks of a merge conflict, if one side of it is as released; else the cell.

    Args:
        cell: as submitted.
        official: the cell of the release, None if it is not known.
    """
    if official is None or not official.is_solution:
        return cell
    answers = {*map(normal, _sides(text_of(cell)))} - {normal(official.source)}
    return {**cell, "source": answers.pop()} if len(answers) == 1 else cell


def _sides(text: str) -> tuple[str, ...]:
    """Return both sides of a text with the marks of merge conflicts, nothing if it has none."""
    sides: tuple[list[str], list[str]] = ([], [])
    state, n_conflicts = _BOTH, 0
    for line in text.splitlines():
        states, then = _MARKS.get(line.split(" ", 1)[0], ((), _BOTH))
        if state in states:
            state, n_conflicts = then, n_conflicts + (then == _BOTH)
            continue
        if state in {_BOTH, _ONE}:
            sides[0].append(line)
        if state in {_BOTH, _OTHER}:
            sides[1].append(line)
    return tuple("\n".join(side) for side in sides) if n_conflicts and state == _BOTH else ()
