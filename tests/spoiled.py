"""Ways to spoil a notebook in which all answers are right: the course is that of `test_public_reports.py`."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import nbformat

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbformat import NotebookNode

TRIPLE = "def triple(x):\n    y = 3 * x\n    return y"
STUB = "def triple(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"


def cell_of(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    """Return a cell by its grade id."""
    return next(
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
    )


def without_metadata(notebook: NotebookNode) -> None:
    """Remove all metadata of cells, as some editors and cleaning tools do."""
    for cell in notebook.cells:
        cell.metadata.clear()


def written_anew(notebook: NotebookNode) -> None:
    """Delete the answers' cells, and write the answers into new ones."""
    for name in ("triple", "explain"):
        cell_of(notebook, name).metadata.clear()


def split(notebook: NotebookNode, grade_id: str, at: str) -> None:
    """Split a cell before a text, as JupyterLab does: both parts have the metadata."""
    place = notebook.cells.index(cell_of(notebook, grade_id))
    first, second = notebook.cells[place], copy.deepcopy(notebook.cells[place])
    head, _, tail = first.source.partition(at)
    first.source, second.source = head.rstrip("\n"), (at + tail).lstrip("\n")
    notebook.cells.insert(place + 1, second)


def split_and_without_metadata(notebook: NotebookNode) -> None:
    """Split an answer, and remove all metadata."""
    split(notebook, "triple", "    return")
    without_metadata(notebook)


def below(notebook: NotebookNode, name: str, *, n_cells: int) -> None:
    """Leave an answer's cell as it was released, and answer some cells below it."""
    cell = cell_of(notebook, name)
    new = nbformat.v4.new_markdown_cell if cell.cell_type == "markdown" else nbformat.v4.new_code_cell
    notebook.cells.insert(notebook.cells.index(cell) + n_cells, new(cell.source))
    cell.source = {"triple": STUB}.get(name, "YOUR ANSWER HERE")


def merged(notebook: NotebookNode) -> None:
    """Merge an answer into the cell of another, which keeps its own metadata only."""
    double = cell_of(notebook, "double")
    notebook.cells.remove(double)
    cell_of(notebook, "triple").source += f"\n\n{double.source}"


def in_the_cell_of_another(notebook: NotebookNode) -> None:
    """Write an answer into the cell of another one, and leave its own as it was released."""
    double = cell_of(notebook, "double")
    cell_of(notebook, "triple").source += f"\n\n{double.source}"
    double.source = STUB.replace("triple", "double")


def copied(notebook: NotebookNode) -> None:
    """Keep a wrong version of an answer in a copy above it."""
    cell = cell_of(notebook, "triple")
    earlier = copy.deepcopy(cell)
    earlier.source = "def triple(x):\n    return x ** 3\n\n1 / 0"
    notebook.cells.insert(notebook.cells.index(cell), earlier)


def without_words(notebook: NotebookNode) -> None:
    """Delete the cell of the answer in words."""
    notebook.cells.remove(cell_of(notebook, "explain"))


def retyped(notebook: NotebookNode) -> None:
    """Turn an answer in code into raw text."""
    cell = cell_of(notebook, "triple")
    cell.cell_type = "raw"
    del cell["outputs"], cell["execution_count"]


def words_as_code(notebook: NotebookNode) -> None:
    """Turn an answer in words into code."""
    cell_of(notebook, "explain").update(cell_type="code", outputs=[], execution_count=None)


def moved(notebook: NotebookNode, place: int) -> None:
    """Move an answer to another place among the cells that are left."""
    cell = cell_of(notebook, "triple")
    notebook.cells.remove(cell)
    notebook.cells.insert(place, cell)


def in_an_earlier_cell(notebook: NotebookNode) -> None:
    """Write an answer behind an earlier one, and leave nothing in its own cell."""
    in_the_cell_of_another(notebook)
    cell_of(notebook, "double").source = ""


def everything_twice(notebook: NotebookNode) -> None:
    """Paste the whole notebook below itself."""
    notebook.cells += copy.deepcopy(notebook.cells)


def in_conflict(notebook: NotebookNode) -> None:
    """Merge an answer with the untouched release as nbdime does: each side in cells between marks."""
    cell, stub = cell_of(notebook, "triple"), copy.deepcopy(cell_of(notebook, "triple"))
    stub.source = STUB
    marks = [
        nbformat.v4.new_markdown_cell(f'<span style="color:red">**{mark}**</span>')
        for mark in ("<<<<<<< local", "=======", ">>>>>>> remote")
    ]
    place = notebook.cells.index(cell)
    notebook.cells[place : place + 1] = [marks[0], cell, marks[1], stub, marks[2]]


def in_conflict_in_the_cell(notebook: NotebookNode) -> None:
    """Merge an answer with the untouched release as Git does: both sides in one cell."""
    cell_of(notebook, "triple").source = f"<<<<<<< HEAD\n{TRIPLE}\n=======\n{STUB}\n>>>>>>> main"


def merged_with_its_test(notebook: NotebookNode) -> None:
    """Merge an answer with the test below it, as JupyterLab does: the answer's metadata is left."""
    test = cell_of(notebook, "test_triple")
    notebook.cells.remove(test)
    cell_of(notebook, "triple").source += f"\n\n{test.source}"


# What each of these says; all of them keep the answer's grade id, so nothing has to be searched.
DAMAGED: dict[str, tuple[Callable[[NotebookNode], None], str]] = {
    "type-raw": (retyped, "of another type, it counts as if the type were that of the release: triple"),
    "words-as-code": (words_as_code, "as if the type were that of the release: explain"),
    "moved-to-the-top": (lambda notebook: moved(notebook, 0), "was moved, it counts as if it were at the"),
    "moved-to-the-end": (lambda notebook: moved(notebook, 99), "place where it was released: triple"),
    "moved-below-its-test": (lambda notebook: moved(notebook, 3), "was moved"),
    "two-in-one-cell": (in_an_earlier_cell, "is in another cell than its own: double"),
    "everything-twice": (everything_twice, "but what the student wrote is the same: triple, double, explain"),
    "nbdime-merge": (in_conflict, "is there several times, but what the student wrote is the same: triple"),
    "git-merge": (in_conflict_in_the_cell, "one side was as released and the other one counts: triple"),
    "merged-with-test": (merged_with_its_test, "was merged with a test or a given cell"),
}
SPOILED: dict[str, Callable[[NotebookNode], None]] = {
    "whole": lambda _: None,
    "metadata-stripped": without_metadata,
    "written-anew": written_anew,
    "split-at-a-line": lambda notebook: split(notebook, "triple", "    return"),
    "split-behind-the-indentation": lambda notebook: split(notebook, "triple", "return"),
    "split-words": lambda notebook: split(notebook, "explain", "y."),
    "split-and-stripped": split_and_without_metadata,
    "below-the-stub": lambda notebook: below(notebook, "triple", n_cells=1),
    "below-the-test": lambda notebook: below(notebook, "triple", n_cells=2),
    "above-the-stub": lambda notebook: below(notebook, "triple", n_cells=0),
    "words-below-the-stub": lambda notebook: below(notebook, "explain", n_cells=1),
    "merged": merged,
    "in-the-cell-of-another": in_the_cell_of_another,
    "copied": copied,
    **{student: spoil for student, (spoil, _) in DAMAGED.items()},
}
