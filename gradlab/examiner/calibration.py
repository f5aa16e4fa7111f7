"""Finds out how each test cell of a notebook can be asked, with its own reference and untouched release.

A cell that the reference passes by value is asked by value. One that it passes only if the whole cell runs
beside the answer is asked beside; one that it passes in neither way goes to a person, for everybody. So no
right answer loses points to what the examiner can't do. A cell that the untouched release wins by value, but
not beside, is asked beside; one that it wins in both ways is scored as nbgrader does.

A source may leave an answer out. What then fails may be right, so it is asked beside, as nbgrader does.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from gradlab.examiner.beside import as_run_beside
from gradlab.examiner.desk import desk
from gradlab.examiner.notebook import exam_cells_of, exam_of, warmth_of
from gradlab.examiner.ways import BY_VALUE, Asked, Way
from gradlab.outcome import Outcome
from gradlab.submission.restore import restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.result import CellResult
    from gradlab.submission.official import OfficialCell
    from gradlab.zygote import Zygote

_EVERY = Asked(Way.BESIDE)
_WON = Asked(Way.VALUE, "the untouched release passes it in both ways, so it is scored as by stock nbgrader")
NO_ANSWER = Asked(Way.BESIDE, "the source has no answer that passes it, and leaves answers out")


@dataclass(frozen=True)
class _BothWays:
    """One notebook, examined in both ways: what each test cell says, by its name."""

    by_value: dict[str, CellResult]
    beside: dict[str, CellResult]


def calibrated(
    source: SourceNotebook, official: Sequence[OfficialCell], kernelspec: dict[str, str], settings: Settings
) -> dict[str, Asked]:
    """Return how the test cells of a notebook are asked, by grade id; only those with something to say.

    Args:
        source: the source notebook.
        official: the cells of the release.
        kernelspec: the kernel of the release.
        settings: how the course wants its submissions examined.
    """
    solved = _both_ways(source, official, kernelspec, settings, is_solved=True)
    untouched = _both_ways(source, official, kernelspec, settings, is_solved=False)
    ways = {name: _way(name, solved, untouched) for name in solved.by_value}
    if _leaves_answers_out(source, official):
        ways = {name: NO_ANSWER if asked.way is Way.HAND else asked for name, asked in ways.items()}
    return {name: asked for name, asked in ways.items() if asked != BY_VALUE}


def _leaves_answers_out(source: SourceNotebook, official: Sequence[OfficialCell]) -> bool:
    """Tell whether an answer in the source is just what students get."""
    return any(
        cell.is_solution and not cell.is_grade and source.solutions.get(cell.grade_id) == cell.source
        for cell in official
    )


def _way(name: str, solved: _BothWays, untouched: _BothWays) -> Asked:
    failed = _message(solved.by_value[name])
    passes_beside = _passes(solved.beside[name])
    if not _passes(solved.by_value[name]):
        if passes_beside:
            return Asked(Way.BESIDE, f"the reference fails by value: {failed}")
        return Asked(Way.HAND, f"the reference fails its own test: {_message(solved.beside[name])}")
    if _passes(untouched.by_value[name]) and _passes(untouched.beside[name]):
        return _WON
    if passes_beside and _passes(untouched.by_value[name]):
        return Asked(Way.BESIDE, "the untouched release passes by value")
    return BY_VALUE


def _both_ways(
    source: SourceNotebook,
    official: Sequence[OfficialCell],
    kernelspec: dict[str, str],
    settings: Settings,
    *,
    is_solved: bool,
) -> _BothWays:
    """Examine the reference, or the notebook as it is handed out."""
    stubs = {} if is_solved else {cell.grade_id: cell.source for cell in official if cell.is_solution}
    written = [_with_stub(cell, stubs) for cell in source.cells]
    submission = NotebookNode(cells=written)  # type: ignore[no-untyped-call]  # untyped
    notebook = restored(submission, official, source, kernelspec).notebook
    _, cells = exam_cells_of(notebook, source, settings)
    everywhere = [replace(cell, asked=_EVERY) for cell in cells]

    def by_value(zygote: Zygote) -> list[CellResult]:
        return exam_of(cells, source, zygote, settings).results()

    def beside(zygote: Zygote) -> list[CellResult]:
        whole = [as_run_beside(cell) for cell in everywhere]
        return replace(exam_of(whole, source, zygote, settings), is_shown=True).results()

    warmth = warmth_of(source, settings)
    return _BothWays(
        _by_name(cells, desk().examine(by_value, warmth)), _by_name(cells, desk().examine(beside, warmth))
    )


def _by_name(cells: Sequence[ExamCell], results: Sequence[CellResult]) -> dict[str, CellResult]:
    return {cell.name: result for cell, result in zip(cells, results, strict=True) if cell.is_test}


def _with_stub(cell: NotebookNode, stubs: Mapping[str, str]) -> NotebookNode:
    """Return a copy of a cell, with the stub of the release if it has one."""
    copied = copy.deepcopy(cell)
    copied.source = stubs.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
    return copied


def _passes(result: CellResult) -> bool:
    return result.outcome is Outcome.PASSED


def _message(result: CellResult) -> str:
    return result.message or str(result.outcome)
