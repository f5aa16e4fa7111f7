"""The notebook that is examined: the instructor's cells, with the student's answers in them.

A submission is data. Only the text of solution cells, written answers and the student's own further cells is
taken from it; everything else, such as locked cells and tests, comes from the gradebook.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import nbformat

from gradlab.submission.cells import CELL_TYPES, grade_id_of, pictures_of, students_cell
from gradlab.submission.official import PYTHON_KERNEL, ordered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook
    from gradlab.submission.official import OfficialCell

MARKDOWN_S = 20.0  # for all further cells; honest ones take some milliseconds


def restored(
    submission: NotebookNode,
    official: Sequence[OfficialCell],
    source: SourceNotebook | None = None,
    kernelspec: dict[str, str] = PYTHON_KERNEL,
) -> NotebookNode:
    """Return the official cells in order, with the answers and further cells of a submission.

    The order is that of the source, or of the submission if the course has no source. A further cell keeps
    its place: behind the official cell that it follows in the submission. If a cell is there more than once,
    the last one counts, as for nbgrader. Markdown of the source stays as it is; in any other Markdown nothing
    runs when it is shown, and what takes too long to look at is shown as plain text. Tags are those of the
    source. A given cell that has tags keeps the pictures that the student saw under it, since it may not be
    run again.

    Args:
        submission: what a student handed in.
        official: the cells of the release.
        source: the source notebook, if the course has it.
        kernelspec: of the release.
    """
    official = ordered(official, submission["cells"] if source is None else source.cells)
    tags = {} if source is None else source.tags
    answers, further = _taken(submission, {cell.grade_id for cell in official}, source)
    cells = list(further.get("", ()))
    for one in official:
        cell = one.answered_by(answers.get(one.grade_id))
        if one.is_given_code and tags.get(one.grade_id):
            cell.metadata["tags"] = list(tags[one.grade_id])
            cell.outputs = pictures_of(answers.get(one.grade_id))
        cells += [cell, *further.get(one.grade_id, ())]
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata:
            cell.id = f"further-{number}"
    notebook: NotebookNode = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # untyped
        cells=cells, metadata={"kernelspec": kernelspec}
    )
    return notebook


def _taken(
    submission: NotebookNode, names: set[str], source: SourceNotebook | None
) -> tuple[dict[str, Any], dict[str, list[NotebookNode]]]:
    """Return the submitted official cells by name, and the further cells by the official cell before them."""
    given = frozenset() if source is None else source.texts
    answers: dict[str, Any] = {}
    further: dict[str, list[NotebookNode]] = {}
    behind, ends_s = "", time.monotonic() + MARKDOWN_S
    for cell in submission["cells"]:
        grade_id = grade_id_of(cell)
        if grade_id in names:
            answers[grade_id] = cell
            behind = grade_id
        elif cell.get("cell_type") in CELL_TYPES:
            written = students_cell(cell["cell_type"], cell, given, ends_s=ends_s)
            further.setdefault(behind, []).append(written)
    return answers, further
