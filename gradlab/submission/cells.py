"""Cells of submitted notebooks: their text, their names, and the parts of them that may be shown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import nbformat

from gradlab.submission import inert

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

CELL_TYPES = ("code", "markdown", "raw")
ATTACHED = "attachment:"


def new_cell(cell_type: str, source: str, **more: Any) -> NotebookNode:
    """Return a cell; its type is one of `CELL_TYPES`. It has an id only if there is one in `more`.

    nbformat's own functions validate each cell against the whole schema, though only the texts are new.
    """
    code: dict[str, Any] = {"execution_count": None, "outputs": []} if cell_type == "code" else {}
    cell: NotebookNode = nbformat.from_dict(  # type: ignore[no-untyped-call]  # untyped
        {"cell_type": cell_type, "metadata": {}, "source": source, **code, **more}
    )
    return cell


def students_cell(
    cell_type: str,
    submitted: Any,
    given: frozenset[str] = frozenset(),
    *,
    ends_s: float = math.inf,
    **more: Any,
) -> NotebookNode:
    """Return a cell with a student's text, in which nothing runs when it is shown.

    Args:
        cell_type: the type of the new cell.
        submitted: the student's cell.
        given: texts of the course, which stay as they are.
        ends_s: the time, by `inert.used_s`, after which Markdown is shown as plain text.
        more: other fields of the new cell.
    """
    source = text_of(submitted)
    if cell_type == "raw" and source not in given:
        return new_cell(cell_type, inert.raw(source), **more)
    if cell_type != "markdown" or (source in given and ATTACHED not in source):
        return new_cell(cell_type, source, **more)
    if inert.used_s() > ends_s:
        return new_cell(cell_type, inert.as_plain_text(source), **more)
    pictures = inert.attachments(submitted.get("attachments"))
    if pictures:
        more["attachments"] = nbformat.from_dict(pictures)  # type: ignore[no-untyped-call]  # untyped
    return new_cell(cell_type, inert.markdown(source, pictures), **more)


def pictures_of(submitted: Any) -> list[NotebookNode]:
    """Return the pictures among the outputs of a submitted cell, if there is such a cell."""
    return [
        nbformat.v4.new_output("display_data", data=bundle)  # type: ignore[no-untyped-call]  # untyped
        for bundle in displayed_pictures(submitted or {})
    ]


def attachments_of(submitted: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the attachments of several submitted cells."""
    found = [cell.get("attachments") for cell in submitted]
    return {key: value for each in found if isinstance(each, dict) for key, value in each.items()}


def displayed_pictures(cell: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the pictures among the outputs of a submitted cell, each in its formats."""
    outputs = cell.get("outputs")
    if not isinstance(outputs, list):
        return []
    bundles = [output.get("data") for output in outputs if isinstance(output, dict)]
    return list(inert.attachments({str(number): bundle for number, bundle in enumerate(bundles)}).values())


def cell_id(grade_id: str) -> str:
    """Return a cell id that the notebook format allows."""
    letters = (letter if letter.isascii() and letter.isalnum() else "-" for letter in grade_id)
    return "".join(letters)[:64] or "-"


def grade_id_of(cell: Mapping[str, Any]) -> str:
    """Return nbgrader's name of a cell, "" if it has none."""
    metadata = cell.get("metadata")
    role = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = role.get("grade_id") if isinstance(role, dict) else None
    return grade_id if isinstance(grade_id, str) else ""


def text_of(cell: Any) -> str:
    """Return the text of a submitted cell, changed so that it can be written as UTF-8.

    Some tools write a list of lines without their line breaks.
    """
    source = cell.get("source")
    parts = [part for part in (source if isinstance(source, list) else [source]) if isinstance(part, str)]
    return inert.text(("" if any("\n" in part for part in parts) else "\n").join(parts))
