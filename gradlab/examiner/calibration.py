"""Finds out how each test cell of a notebook can be asked, with its own reference and untouched release.

A cell that the reference passes by value is asked by value. One that it passes only if the whole cell runs
beside the answer is asked beside; one that it passes in neither way goes to a person, for everybody. So no
right answer loses points to what the examiner can't do. A cell that the untouched release wins by value, but
not beside, is asked beside; one that it wins in both ways is scored as nbgrader does.

A test may look at arguments that the answer has changed. Such a cell is asked by value, too, and sees the
changes; other tests don't, because an answer could mislead them.

An exam that was ended from outside, or timed out, says little of a reference. It is repeated before it
counts, as for a submission.

A source may leave out an answer. A test cell that fails because of that may be right, so it is asked beside.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.ipython import as_python
from gradlab.authoring.source import FailedCell
from gradlab.base.errors import SandboxError
from gradlab.base.outcome import Outcome
from gradlab.examiner.again import has_timed_out, was_ended
from gradlab.examiner.beside import as_run_whole
from gradlab.examiner.beyond_values import looks_beyond_values
from gradlab.examiner.credit import is_credit, share_of_points, shown_value
from gradlab.examiner.desk import desk
from gradlab.examiner.notebook import exam_cells_of, exam_of, warmth_of
from gradlab.examiner.stubs import defined_in
from gradlab.examiner.ways import BY_VALUE, Asked, Way
from gradlab.submission.restore import restored

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examinee.zygote import Zygote
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.result import CellResult
    from gradlab.submission.official import OfficialCell

_MISSING_NAME = re.compile(r"NameError: name '(?P<name>\w+)' is not defined")
_EVERY = Asked(Way.BESIDE)
_WITH_CHANGES = Asked(sees_changes=True)
_WON = "the untouched release passes it in both ways, so it is scored as by stock nbgrader"
EARNS = "the reference earns"
_SHORT = f"{EARNS} less than {{:g}}: nbgrader takes the value at the end of a test for its points"
BEHIND = "it shows its points, and the hidden part does not end with them, as a number of Python's own"
_NO_CHECKS = re.compile(r"ModuleNotFoundError: No module named 'gradlab\b")
ONLY_BY_VALUE = "the reference fails by value, and a test with gradlab.checks can't run beside the answer: "
NO_ANSWER = Asked(Way.BESIDE, "the source has no answer that passes it, and leaves answers out")


@dataclass(frozen=True)
class _AllWays:
    """One notebook, examined in all ways: what each test cell says, by its name.

    Args:
        by_value: without changes of arguments.
        beside: the answer.
        with_changes: by value, and the tests see changes of arguments; empty if no test needs that.
    """

    by_value: dict[str, CellResult]
    beside: dict[str, CellResult]
    with_changes: dict[str, CellResult]


def calibrated(
    source: SourceNotebook, official: Sequence[OfficialCell], kernelspec: dict[str, str], settings: Settings
) -> dict[str, Asked]:
    """Return how the test cells of a notebook are asked, by grade id, except for those plainly by value.

    Args:
        source: the source notebook.
        official: the cells of the release.
        kernelspec: the kernel of the release.
        settings: how the course wants its submissions examined.
    """
    solved = _all_ways(source, official, kernelspec, settings, is_solved=True)
    untouched = _all_ways(
        source, official, kernelspec, settings, is_solved=False, needs_changes=bool(solved.with_changes)
    )
    ways = {name: _way(name, solved, untouched) for name in solved.by_value}
    points = {cell.grade_id: cell.points for cell in official}
    ways = {name: _or_by_hand(name, asked, solved, source, points[name]) for name, asked in ways.items()}
    ways = {
        name: _or_also_beside(asked, solved.beside[name], source.tests[name]) for name, asked in ways.items()
    }
    if _leaves_answers_out(source, official):
        ways = {name: NO_ANSWER if asked.way is Way.HAND else asked for name, asked in ways.items()}
    ways = {
        name: replace(asked, why=f"{asked.why}{_cause(source, asked.why)}") for name, asked in ways.items()
    }
    return {name: asked for name, asked in ways.items() if asked != BY_VALUE}


def _cause(source: SourceNotebook, why: str) -> str:
    """Return which given cell or answer had failed before, if a test lacks a name for that; else "".

    That cell may itself lack a name for the same reason: the first one is the cause.
    """
    cause, seen = "", set[FailedCell]()
    while missing := _MISSING_NAME.search(why):
        failed = (cell for cell in source.failed if missing["name"] in defined_in(as_python(cell.text)))
        cell = next((cell for cell in failed if cell not in seen), None)
        if cell is None:
            break
        seen.add(cell)
        cause, why = f"; before it, {cell.title} failed: {cell.error}", cell.error
    return cause


def _leaves_answers_out(source: SourceNotebook, official: Sequence[OfficialCell]) -> bool:
    """Tell whether an answer in the source is just what students get."""
    return any(
        cell.is_solution and not cell.is_grade and source.solutions.get(cell.grade_id) == cell.source
        for cell in official
    )


def _way(name: str, solved: _AllWays, untouched: _AllWays) -> Asked:
    failed = _message(solved.by_value[name])
    passes_beside = _passes(solved.beside[name])
    asked, is_won, passed = BY_VALUE, _passes(untouched.by_value[name]), solved.by_value[name]
    if not _passes(solved.by_value[name]):
        if _NO_CHECKS.search(_message(solved.beside[name])):
            return Asked(Way.HAND, f"{ONLY_BY_VALUE}{failed}")
        if not passes_beside:
            return Asked(Way.HAND, f"the reference fails its own test: {_message(solved.beside[name])}")
        if not _passes(solved.with_changes.get(name, solved.by_value[name])):
            return Asked(Way.BESIDE, f"the reference fails by value: {failed}")
        asked, passed = _WITH_CHANGES, solved.with_changes[name]
        is_won = _passes(untouched.with_changes.get(name, untouched.by_value[name]))
    asked = replace(asked, trusts_methods=passed.uses_methods)
    if is_won and _passes(untouched.beside[name]):
        return replace(asked, why=_WON)
    if passes_beside and is_won:
        return Asked(Way.BESIDE, "the untouched release passes by value")
    return asked


def _or_by_hand(name: str, asked: Asked, solved: _AllWays, source: SourceNotebook, points: float) -> Asked:
    """Return how a cell is asked that shows a number: by hand if the reference earns less than all points.

    It is asked beside the answer if the examiner does not see the number: because it stands behind the
    hidden part, or is of another type than Python's own.
    """
    if not split_test(source.tests.get(name, ""))[1] or asked.way is Way.HAND:
        return asked
    by_value = solved.with_changes if asked.sees_changes else solved.by_value
    credit, shown = by_value[name].credit, shown_value(solved.beside[name])
    if asked.way is Way.VALUE and is_credit(shown, points) and not is_credit(credit, points):
        asked = Asked(Way.BESIDE, BEHIND)
    if share_of_points(credit if asked.way is Way.VALUE else shown, points) == 1:
        return asked
    return Asked(Way.HAND, _SHORT.format(points))


def _or_also_beside(asked: Asked, beside: CellResult, test: str) -> Asked:
    """Return how a cell is asked: beside the answer, too, if it looks at what values don't show."""
    is_needed = asked.way is Way.VALUE and _passes(beside) and looks_beyond_values(split_test(test)[1])
    return replace(asked, also_beside=True) if is_needed else asked


def _all_ways(  # noqa: PLR0913  # all that the results depend on
    source: SourceNotebook,
    official: Sequence[OfficialCell],
    kernelspec: dict[str, str],
    settings: Settings,
    *,
    is_solved: bool,
    needs_changes: bool = False,
) -> _AllWays:
    """Examine the reference, or the notebook as it is handed out."""
    stubs = {} if is_solved else {cell.grade_id: cell.source for cell in official if cell.is_solution}
    written = [_with_stub(cell, stubs) for cell in source.cells]
    submission = NotebookNode(cells=written)  # type: ignore[no-untyped-call]  # untyped
    notebook = restored(submission, official, source, kernelspec).notebook
    _, cells = exam_cells_of(notebook, source, settings)

    def results(asked: Asked) -> dict[str, CellResult]:
        """Return the results of the test cells, by name, if all are asked in the same way.

        Cells with points that students write are left out: a person judges them anyway.
        """
        asking = [replace(cell, asked=replace(asked, trusts_methods=True)) for cell in cells]

        def exam(zygote: Zygote) -> list[CellResult]:
            if asked.way is Way.VALUE:
                return exam_of(asking, source, zygote, settings).results()
            whole = [as_run_whole(cell) for cell in asking]
            return replace(exam_of(whole, source, zygote, settings), is_shown=True).results()

        examined = _examined_again_if_doubtful(lambda: desk().examine(exam, warmth_of(source, settings)))
        pairs = zip(cells, examined, strict=True)
        return {cell.name: result for cell, result in pairs if cell.is_test and not cell.is_students}

    by_value, beside = results(BY_VALUE), results(_EVERY)
    if is_solved:
        needs_changes = any(_passes(beside[name]) and not _passes(by_value[name]) for name in by_value)
    return _AllWays(by_value, beside, results(_WITH_CHANGES) if needs_changes else {})


def _examined_again_if_doubtful(examine: Callable[[], list[CellResult]]) -> list[CellResult]:
    """Return the results of an exam, of a second one if the first may have been disturbed.

    Raises:
        SandboxError: if the examinees of both were ended from outside.
    """
    results = examine()
    if was_ended(results) or has_timed_out(results):
        results = examine()
    if was_ended(results):
        raise SandboxError("its examinee was ended from outside, twice. Try again.")
    return results


def _with_stub(cell: NotebookNode, stubs: Mapping[str, str]) -> NotebookNode:
    """Return a copy of a cell, with the stub of the release if it has one."""
    copied = copy.deepcopy(cell)
    copied.source = stubs.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
    return copied


def _passes(result: CellResult) -> bool:
    return result.outcome is Outcome.PASSED


def _message(result: CellResult) -> str:
    return result.message or str(result.outcome)
