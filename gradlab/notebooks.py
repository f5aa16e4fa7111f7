"""The notebook that is examined: the instructor's cells, with the student's answers in them.

A submission is data. Of it only the text of solution cells, written answers and the student's own
further cells are taken; all else, what is locked and what is tested, comes from the gradebook.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

from gradlab import inert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from gradlab.source import SourceNotebook

CELL_TYPES = ("code", "markdown", "raw")
ATTACHED = "attachment:"
MARKDOWN_S = 20.0  # for all further cells; an honest one takes some milliseconds


@dataclass(frozen=True)
class OfficialCell:
    """A cell that the release gave: its text, and what nbgrader knows of it.

    Args:
        grade_id: nbgrader's name of the cell.
        source: its text as released, with the hidden tests; of a solution cell, the stub.
        cell_type: "code" or "markdown".
        is_grade: whether points hang on it.
        is_solution: whether the student writes it.
        is_locked: whether nobody writes it.
        is_task: whether it asks for a task in the cells below it.
        points: at most, where points hang on it.
        checksum: nbgrader's, of the cell as released.
    """

    grade_id: str
    source: str
    cell_type: str
    is_grade: bool
    is_solution: bool
    is_locked: bool
    is_task: bool
    points: float
    checksum: str

    @property
    def is_given_code(self) -> bool:
        """Whether it is code that neither the student writes nor points hang on."""
        return self.cell_type == "code" and not (self.is_grade or self.is_solution)

    def answered_by(self, submitted: Any) -> NotebookNode:
        """Return the cell with the answer that stands in a submitted cell; None for no such cell."""
        role: dict[str, Any] = {
            "grade": self.is_grade,
            "grade_id": self.grade_id,
            "locked": self.is_locked,
            "schema_version": 3,
            "solution": self.is_solution,
            "task": self.is_task,
            "checksum": self.checksum,
            "cell_type": self.cell_type,
        }
        if self.is_grade or self.is_task:
            role["points"] = self.points
        more: dict[str, Any] = {"id": cell_id(self.grade_id), "metadata": {"nbgrader": role}}
        is_untouched = submitted is None or text_of(submitted) == self.source
        if is_untouched or not self.is_solution:
            return new_cell(self.cell_type, self.source, **more)
        return students_cell(self.cell_type, submitted, **more)


def restored(
    submission: NotebookNode, official: Sequence[OfficialCell], source: SourceNotebook | None = None
) -> NotebookNode:
    """Return the official cells in their order, with the answers and further cells of a submission.

    A further cell stands behind the official cell that it follows in the submission. Where a cell
    is there more than once, the last one counts, as for nbgrader. Text that the source has too stays as
    it is; in all other Markdown nothing runs where it is shown, and what takes too long to look at is
    shown as plain text. Tags are those of the source; a given
    cell that has any keeps the pictures that the student saw under it, as it may not be run again.
    """
    given = frozenset() if source is None else source.texts
    tags = {} if source is None else source.tags
    by_id = {one.grade_id: one for one in official}
    answers: dict[str, Any] = {}
    further: dict[str, list[NotebookNode]] = {"": []}
    behind, ends_s = "", time.monotonic() + MARKDOWN_S
    for cell in submission.get("cells", []):
        grade_id = grade_id_of(cell)
        if grade_id in by_id:
            answers[grade_id] = cell
            behind = grade_id
        elif cell.get("cell_type") in CELL_TYPES:
            written = students_cell(cell["cell_type"], cell, given, ends_s=ends_s)
            further.setdefault(behind, []).append(written)
    cells = list(further[""])
    for one in official:
        cell = one.answered_by(answers.get(one.grade_id))
        if one.is_given_code and tags.get(one.grade_id):
            cell.metadata["tags"] = list(tags[one.grade_id])
            cell.outputs = _pictures(answers.get(one.grade_id))
        cells.append(cell)
        cells += further.get(one.grade_id, [])
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata:
            cell.id = f"further-{number}"
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebook: NotebookNode = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # untyped
        cells=cells, metadata={"kernelspec": kernel}
    )
    return notebook


def cell_id(grade_id: str) -> str:
    """Return a cell id as the notebook format allows it."""
    return (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in grade_id)[:64] or "-"
    )


def students_cell(
    cell_type: str,
    submitted: Any,
    given: frozenset[str] = frozenset(),
    *,
    ends_s: float = math.inf,
    **more: Any,
) -> NotebookNode:
    """Return a cell with a student's text; of what is not given, nothing runs where it is shown.

    After `ends_s`, by the monotonic clock, Markdown is no longer looked at, and shown as plain text.
    """
    source = text_of(submitted)
    if cell_type == "raw" and source not in given:
        return new_cell(cell_type, inert.raw(source), **more)
    if cell_type != "markdown" or (source in given and ATTACHED not in source):
        return new_cell(cell_type, source, **more)
    if time.monotonic() > ends_s:
        return new_cell(cell_type, inert.as_plain_text(source), **more)
    pictures = inert.attachments(submitted.get("attachments"))
    if pictures:
        more["attachments"] = nbformat.from_dict(pictures)  # type: ignore[no-untyped-call]  # untyped
    return new_cell(cell_type, inert.markdown(source, pictures), **more)


def _pictures(submitted: Any) -> list[NotebookNode]:
    """Return the pictures among the outputs of a submitted cell; None for no such cell."""
    outputs = (submitted or {}).get("outputs")
    if not isinstance(outputs, list):
        return []
    bundles = [output.get("data") for output in outputs if isinstance(output, dict)]
    pictures = inert.attachments({str(number): bundle for number, bundle in enumerate(bundles)})
    return [nbformat.v4.new_output("display_data", data=bundle) for bundle in pictures.values()]  # type: ignore[no-untyped-call]  # untyped


def new_cell(cell_type: str, source: str, **more: Any) -> NotebookNode:
    """Return a cell of a type of `CELL_TYPES`."""
    make = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    cell: NotebookNode = make[cell_type](source, **more)  # type: ignore[no-untyped-call]  # untyped
    return cell


def grade_id_of(cell: NotebookNode) -> str:
    """Return nbgrader's name of a cell, "" where it has none."""
    metadata = cell.get("metadata")
    role = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = role.get("grade_id") if isinstance(role, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def text_of(cell: Any) -> str:
    """Return the text of a submitted cell, as it can be written."""
    source = cell.get("source")
    parts = source if isinstance(source, list) else [source]
    return inert.text("".join(part for part in parts if isinstance(part, str)))
