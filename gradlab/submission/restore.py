"""The notebook that is examined: the instructor's cells, with the student's answers in them.

A submission is only data. It contributes the text of solution cells, written answers and the student's own
further cells; everything else, such as locked cells and tests, comes from the gradebook.
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

    The order is that of the source, or of the submission if the course has no source. A further cell stays
    behind the official cell that it follows in the submission. If a cell is there more than once, the last
    one counts, as in nbgrader. Markdown of the source stays as it is; other Markdown is made inert, or shown
    as plain text if that takes too long. Tags come from the source. A given cell with tags keeps the pictures
    that the student saw under it, because it may be skipped.

    Args:
        submission: what a student handed in.
        official: the cells of the release.
        source: the source notebook, if the course has it.
        kernelspec: the kernel of the release.
    """
    official = ordered(official, submission["cells"] if source is None else source.cells)
    tags = {} if source is None else source.tags
    answers, further = _taken(submission, {cell.grade_id for cell in official}, source)
    cells = list(further.get("", ()))
    for official_cell in official:
        grade_id = official_cell.grade_id
        cell = official_cell.answered_by(answers.get(grade_id))
        if official_cell.is_given_code and tags.get(grade_id):
            cell.metadata["tags"] = list(tags[grade_id])
            cell.outputs = pictures_of(answers.get(grade_id))
        cells += [cell, *further.get(grade_id, ())]
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
