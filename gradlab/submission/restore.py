"""The notebook that is examined: the instructor's cells, with the student's answers in them.

A submission is only data. It contributes the text of solution cells, written answers and the student's own
further cells; everything else, such as locked cells and tests, comes from the gradebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat

from gradlab.submission import inert
from gradlab.submission.answers import find_answers
from gradlab.submission.cells import CELL_TYPES, pictures_of, students_cell, text_of
from gradlab.submission.characters import odd_character, shown
from gradlab.submission.notes import odd_character as note_on_character
from gradlab.submission.notes import other_answers
from gradlab.submission.official import PYTHON_KERNEL, ordered
from gradlab.submission.places import normal
from gradlab.submission.reading import OTHERS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook
    from gradlab.submission.found import Answers
    from gradlab.submission.official import OfficialCell

IN_DOUBT = "names_in_doubt"
"""The key of an answer's metadata for the names that it defines, if there are several versions."""

MARKDOWN_S = 20.0  # of the processor, for all further cells; honest ones take some milliseconds
_LOST = {
    "source": "# 이 답을 찾지 못했어요. 채점하는 사람이 제출한 파일에서 찾아볼 거예요.\n"
    "# This answer was not found: a person will look for it in the submitted file."
}


@dataclass(frozen=True)
class Restored:
    """A notebook that can be examined.

    Args:
        notebook: the official cells, with the answers and further cells of a submission.
        n_found: how many answers were found in the submission, though they may be untouched.
        n_asked: how many answers the release asks for.
        notes: what has been assumed, for a person to look at.
    """

    notebook: NotebookNode
    n_found: int
    n_asked: int
    notes: tuple[str, ...]


def restored(
    submission: NotebookNode,
    official: Sequence[OfficialCell],
    source: SourceNotebook | None = None,
    kernelspec: dict[str, str] = PYTHON_KERNEL,
) -> Restored:
    """Return the official cells in order, with the answers and further cells of a submission.

    The order is that of the source, or of the submission if the course has no source. A further cell stays
    after the official cell that it follows in the submission. A graded answer that is not found asks a
    person. Markdown of the source stays as it is; other Markdown is made inert, or shown as plain text if
    that takes too long. Tags come from the source. A given cell with tags keeps the pictures that the student
    saw under it, because it may be skipped. Of an answer in several versions, the cell says what it defines.

    Args:
        submission: what a student handed in.
        official: the cells of the release.
        source: the source notebook, if the course has it.
        kernelspec: the kernel of the release.
    """
    official = ordered(official, submission["cells"] if source is None else source.cells)
    tags = {} if source is None else source.tags
    found = find_answers(submission["cells"], official, source)
    in_doubt, notes = set(found.in_doubt), [*found.notes]
    notes += _odd_characters(found, official)
    for file, other in submission.get("metadata", {}).get(OTHERS, {}).items():
        differing = found.differing(find_answers(other, official, source), official)
        in_doubt |= {*differing}
        notes += [other_answers(file, differing)] if differing else []
    further = _further(found.further, source)
    cells = list(further.get("", ()))
    for official_cell in official:
        grade_id = official_cell.grade_id
        asks_person = grade_id in found.lost and official_cell.is_grade
        cell = official_cell.answered_by(_LOST if asks_person else found.cells.get(grade_id))
        if official_cell.is_given_code and tags.get(grade_id):
            cell.metadata["tags"] = list(tags[grade_id])
            cell.outputs = pictures_of(found.cells.get(grade_id))
        if grade_id in in_doubt:
            cell.metadata["gradlab"] = {IN_DOUBT: sorted(found.names[grade_id])}
        cells += [cell, *further.get(grade_id, ())]
    for number, cell in enumerate(cells):
        if "nbgrader" not in cell.metadata:
            cell.id = f"further-{number}"
    notebook: NotebookNode = nbformat.v4.new_notebook(  # type: ignore[no-untyped-call]  # untyped
        cells=cells, metadata={"kernelspec": kernelspec}
    )
    return Restored(notebook, found.n_asked - len(found.lost), found.n_asked, tuple(notes))


def _odd_characters(found: Answers, official: Sequence[OfficialCell]) -> list[str]:
    """Say of each answer in code which character keeps it from being read."""
    cells = {cell.grade_id: found.cells.get(cell.grade_id) for cell in official if cell.cell_type == "code"}
    odd = {
        name: odd_character(text_of(cells[name]), names)
        for name, names in found.names.items()
        if cells.get(name) is not None
    }
    return [note_on_character(name, found[0], shown(found[1])) for name, found in odd.items() if found]


def is_worked(cells: Sequence[Any], official: Sequence[OfficialCell], source: SourceNotebook | None) -> bool:
    """Tell whether submitted cells contain an answer that is not as it was released."""
    found = find_answers(cells, official, source).cells
    stubs = {cell.grade_id: cell.source for cell in official if cell.is_solution}
    return any(normal(text_of(found[name])) != normal(stub) for name, stub in stubs.items() if name in found)


def _further(
    submitted: Mapping[str, Sequence[Any]], source: SourceNotebook | None
) -> dict[str, list[NotebookNode]]:
    """Return the further cells of a submission, in which nothing runs when they are shown."""
    given = frozenset() if source is None else source.texts
    ends_s = inert.used_s() + MARKDOWN_S
    return {
        behind: [
            students_cell(cell["cell_type"], cell, given, ends_s=ends_s)
            for cell in cells
            if cell.get("cell_type") in CELL_TYPES
        ]
        for behind, cells in submitted.items()
    }
