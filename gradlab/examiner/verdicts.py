"""Write the result of a cell into the notebook, so that nbgrader reads the verdict from it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.filters.ansi import strip_ansi
from nbgrader.utils import is_grade, is_solution

from gradlab.authoring.hidden_marks import split_test
from gradlab.base.outcome import Outcome
from gradlab.base.texts import without_control
from gradlab.examiner.credit import is_credit
from gradlab.examiner.ways import Way
from gradlab.submission import inert

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from gradlab.examiner.outputs import Cleaner
    from gradlab.examiner.result import CellResult
    from gradlab.examiner.ways import Asked

FAILS_SIGN = "✗"
"""What begins the line of a visible test that fails."""


def record(cell: NotebookNode, result: CellResult, cleaner: Cleaner, asked: Asked) -> None:
    """Write a result into a cell, so that nbgrader reads the verdict from its outputs."""
    outputs, message = cleaner.cleaned(result.outputs), without_control(inert.text(result.message))
    if is_grade(cell):
        outputs = [without_blame(output) for output in outputs]
        has_passed = result.outcome is Outcome.PASSED
        values = [output for output in outputs if output.output_type == "execute_result"]
        for output in values:
            if not (has_passed and output is values[-1] and _is_credit(output, cell)):
                output.output_type = "display_data"
                del output["execution_count"]
        cell.metadata["gradlab"] = {
            "outcome": str(result.outcome),
            "message": message,
            "exercise": result.exercise,
            "misconception": result.misconception,
            "variant": result.variant,
            "decided": result.decided,
            "asked": str(asked.way),
            "is_forgeable": _is_forgeable(cell, asked),
            "returned": _encodable(result.returned),
            "case": _encodable(result.case),
        }
        if has_passed and split_test(cell.source)[1] and is_credit(result.credit, _points(cell)):
            outputs.append(_value(result))
    says_so = result.outcome is Outcome.RAISED and any(output.output_type == "error" for output in outputs)
    if result.outcome is not Outcome.PASSED and not says_so:
        outputs.append(_error(result.outcome, message))
    cell.outputs = outputs
    cell.execution_count = result.number


def _encodable(value: Any) -> Any:
    return json.loads(inert.text(json.dumps(value, ensure_ascii=False)))


def _is_forgeable(cell: NotebookNode, asked: Asked) -> bool:
    """Tell whether a test cell's verdict comes from a run beside the answer alone."""
    is_beside = asked.way is Way.BESIDE or (asked.way is Way.VALUE and not split_test(cell.source)[1])
    return is_beside and not is_solution(cell)


def _is_credit(output: NotebookNode, cell: NotebookNode) -> bool:
    """Tell whether nbgrader would take the value of a test cell for its points."""
    if split_test(cell.source)[1]:
        return False
    return is_credit(output.data.get("text/plain", ""), _points(cell))


def _points(cell: NotebookNode) -> float:
    return float(cell.metadata.nbgrader.points)


def _value(result: CellResult) -> NotebookNode:
    """Return the value of a hidden part, from which nbgrader reads the points."""
    value: NotebookNode = nbformat.v4.new_output(  # type: ignore[no-untyped-call]  # untyped
        "execute_result", data={"text/plain": result.credit}, execution_count=result.number
    )
    return value


def _error(outcome: Outcome, message: str) -> NotebookNode:
    text = message or str(outcome)
    error: NotebookNode = nbformat.v4.new_output(  # type: ignore[no-untyped-call]  # untyped
        "error", ename=str(outcome), evalue=message, traceback=[text]
    )
    return error


def without_blame(output: NotebookNode) -> NotebookNode:
    """Change an output of a test cell so that it neither costs points nor shows the test; return it.

    The one line that an error renders instead of its traceback stays, in its colour.
    """
    if output.output_type == "stream":
        output.name = "stdout"
    elif output.output_type == "error" and not has_own_line(output):
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output


def has_own_line(error: NotebookNode) -> bool:
    """Tell whether an error renders itself in one line, as those of visible tests do."""
    lines = error.get("traceback", ())
    return len(lines) == 1 and strip_ansi(lines[0]) == f"{FAILS_SIGN} {error.evalue}"  # type: ignore[no-untyped-call]  # nbconvert's
