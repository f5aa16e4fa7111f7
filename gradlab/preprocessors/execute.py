"""Run a submission, and let only the tests decide on its points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader import preprocessors
from nbgrader.utils import is_grade

from gradlab.source import split_test

if TYPE_CHECKING:
    from nbformat import NotebookNode


class Execute(preprocessors.Execute):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's `Execute`, with test cells that say all that they know and nothing that is hidden.

    The visible and the hidden part of a test cell are run one after the other, so that a failure of
    the first does not hide the message of the second. nbgrader takes any text on stderr in a test
    cell for a failure: here it counts as printed text. A traceback would print the hidden test's
    source: here the message alone is kept.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Run one cell; a test cell part by part."""
        if cell.cell_type != "code" or not is_grade(cell):
            cell, resources = super().preprocess_cell(cell, resources, index)
            return cell, resources
        source, outputs = cell.source, []
        for part in split_test(source):
            cell.source = part
            cell, resources = super().preprocess_cell(cell, resources, index)
            outputs += [without_blame(output) for output in cell.outputs]
        cell.source, cell.outputs = source, outputs
        return cell, resources


def without_blame(output: NotebookNode) -> NotebookNode:
    """Return the output of a test cell without what costs points unjustly or shows the test."""
    if output.output_type == "stream":
        output.name = "stdout"
    elif output.output_type == "error":
        output.traceback = [f"{output.ename}: {output.evalue}"]
    return output
