"""Checks that source, gradebook and release agree. `nbgrader generate_assignment` copies the source to them.

Tests are taken from the gradebook and the reference from the source. If one of them was changed alone, right
answers would fail. The gradebook does not know code cells without a grade id, so these are compared between
source and release: hidden tests see those of the source, students those of the release.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, NamedTuple

from nbgrader import preprocessors
from nbgrader.utils import is_grade, is_locked, is_solution, is_task
from traitlets.utils.importstring import import_item

from gradlab.authoring.ipython import as_python
from gradlab.authoring.source import read_notebook_file
from gradlab.base.errors import CourseError
from gradlab.base.texts import LANGUAGES
from gradlab.base.working_directory import working_in
from gradlab.preprocessors.select_language import SelectLanguage
from gradlab.submission.official import OfficialCell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nbformat import NotebookNode
    from traitlets.config import Config


MAX_NAMES = 5

# Steps that change nothing but the gradebook, or that only check.
_NOT_HERE = (preprocessors.SaveCells, preprocessors.CheckCellMetadata)
# A step that runs the whole source in a kernel to write tests.
_WRITES_TESTS = preprocessors.InstantiateTests

Cells = Mapping[str, OfficialCell]


class _FromSource(NamedTuple):
    """What a source makes: the cells that are saved, and the release."""

    cells: Cells
    release: NotebookNode


@dataclass(frozen=True)
class ReleaseSteps:
    """The steps by which a course makes the gradebook's cells from a source notebook.

    Args:
        steps: the preprocessors of `nbgrader generate_assignment`.
        config: the course's configuration.
        root: the course's folder.
        db_url: the gradebook.
    """

    steps: Sequence[type | str]
    config: Config
    root: Path
    db_url: str

    @property
    def mark(self) -> str:
        """What marks a test in a source that nbgrader writes for a release."""
        return str(_WRITES_TESTS(config=self.config).autotest_delimiter)

    def cells(self, assignment: str, name: str, source: Path) -> tuple[OfficialCell, ...]:
        """Return the cells that the gradebook would hold if the source were released now.

        If nbgrader has to write tests (`### AUTOTEST f(2)`), it runs the source in a kernel.

        Raises:
            CourseError: if it can't be released.
        """
        try:
            made = next(self._variants(assignment, name, source, left_out=_NOT_HERE), None)
        except Exception as error:  # noqa: BLE001  # the course's own steps may raise anything
            raise CourseError(f"{source} can't be released: {_reason(error)}. Correct it first.") from None
        return () if made is None else tuple(made.cells.values())

    def check(
        self, assignment: str, name: str, source: Path, release: Path, cells: Sequence[OfficialCell]
    ) -> None:
        """Compare a notebook's source and release with the gradebook's cells.

        The release may be in any language. A course without a source or a release has nothing to compare.

        Raises:
            CourseError: if they differ; the message says how to make them agree.
        """
        known = {cell.grade_id: cell for cell in cells}
        again = f"run 'nbgrader generate_assignment {assignment} --force'"
        variants: list[_FromSource] = []
        if source.is_file():
            try:
                without_kernel = (*_NOT_HERE, _WRITES_TESTS)
                variants = list(self._variants(assignment, name, source, left_out=without_kernel))
            except Exception as error:  # noqa: BLE001  # the course's own steps may raise anything
                reason = _reason(error)
                raise CourseError(
                    f"Nothing is graded: {source} can't be released: {reason}. Correct it, then {again}."
                ) from None
            saved = (made.cells for made in variants)
            nearest = min(saved, key=lambda cells: len(_different(cells, known, self.mark)), default=known)
            if different := _different(nearest, known, self.mark):
                raise CourseError(_difference(source, nearest, known, different, again))
        if release.is_file():
            released = _check_release(release, known, again)
            _check_further_code(source, variants, release, released, again)

    def _variants(
        self, assignment: str, name: str, source: Path, *, left_out: tuple[type, ...]
    ) -> Iterator[_FromSource]:
        """Yield what a release in each language would make without some steps, the configured one first."""
        steps = [import_item(step) if isinstance(step, str) else step for step in self.steps]
        saves = [issubclass(step, preprocessors.SaveCells) for step in steps]
        if not any(saves):
            return
        place = saves.index(True)
        before, after = (
            [step(config=self.config) for step in part if not issubclass(step, left_out)]
            for part in (steps[:place], steps[place:])
        )
        choices = [step for step in before if isinstance(step, SelectLanguage)]
        configured = [step.language for step in choices]
        for language in dict.fromkeys([*configured, *LANGUAGES]) if choices else [""]:
            for step in choices:
                step.language = language
            with working_in(self.root):  # as in nbgrader: headers and footers are named from there
                made = self._made(before, after, assignment, name, source)
            yield made

    def _made(
        self, before: Sequence[Any], after: Sequence[Any], assignment: str, name: str, source: Path
    ) -> _FromSource:
        notebook = read_notebook_file(source)
        resources: dict[str, Any] = {
            "unique_key": name,
            "output_files_dir": f"{name}_files",
            "metadata": {"name": name, "path": str(source.parent)},
            "nbgrader": {"student": ".", "assignment": assignment, "notebook": name, "db_url": self.db_url},
        }
        for step in before:
            notebook, resources = step(notebook, resources)
        cells = _saved(notebook)
        for step in after:
            notebook, resources = step(notebook, resources)
        return _FromSource(cells, notebook)


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _saved(notebook: NotebookNode) -> dict[str, OfficialCell]:
    """Return the cells that nbgrader's `SaveCells` writes into the gradebook, by their grade ids."""
    return {
        cell.metadata.nbgrader.grade_id: OfficialCell(
            grade_id=cell.metadata.nbgrader.grade_id,
            source=cell.source,
            cell_type=cell.cell_type,
            is_grade=bool(is_grade(cell)),
            is_solution=bool(is_solution(cell)),
            is_locked=bool(is_locked(cell)),
            is_task=bool(is_task(cell)),
            points=float(cell.metadata.nbgrader.points) if is_grade(cell) or is_task(cell) else 0.0,
            checksum=cell.metadata.nbgrader.get("checksum", ""),
        )
        for cell in notebook.cells
        if is_grade(cell) or is_solution(cell) or is_locked(cell) or is_task(cell)
    }


def _different(cells: Cells, known: Cells, mark: str = "") -> list[str]:
    """Return the grade ids of cells that differ.

    Args:
        cells: of the source.
        known: of the gradebook.
        mark: of tests that nbgrader writes, whose texts are not compared; "" if all are.
    """
    written = {name for name, cell in cells.items() if mark and mark in cell.source}
    return [
        name
        for name in {**known, **cells}
        if name not in cells
        or name not in known
        or _seen(cells[name], written) != _seen(known[name], written)
    ]


def _seen(cell: OfficialCell, written: set[str]) -> OfficialCell:
    """Return a cell as it is compared: without the checksum, which only repeats the text."""
    return replace(cell, checksum="", source="" if cell.grade_id in written else cell.source)


def _difference(source: Path, cells: Cells, known: Cells, different: Sequence[str], again: str) -> str:
    """Return a message that says what differs, and which command makes source and gradebook agree."""
    text = f"Nothing is graded: {source} and the gradebook differ"
    if cells.keys() == known.keys():
        return f"{text} in {_listed(different)}. To release the source as it is now, {again}."
    only = [
        f"only {place} has {_listed(names)}"
        for place, names in (
            ("the source", sorted(cells.keys() - known.keys())),
            ("the gradebook", sorted(known.keys() - cells.keys())),
        )
        if names
    ]
    return (
        f"{text}: {', '.join(only)}. Give the cells their old grade ids again, or {again}, "
        "which nbgrader refuses once there are submissions."
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"{', '.join(map(repr, names[:MAX_NAMES]))}{more}"


def _check_release(release: Path, known: Cells, again: str) -> NotebookNode:
    """Return the release; raise an error if its cells, or their roles, are not those of the gradebook."""
    try:
        notebook = read_notebook_file(release)
        cells = _saved(notebook)
    except (OSError, ValueError, KeyError, AttributeError):
        text = f"Nothing is graded: {release} is not a notebook. To make it again, {again}."
        raise CourseError(text) from None
    other = _different(_roles(cells), _roles(known))
    if other:
        raise CourseError(
            f"Nothing is graded: {release} and the gradebook differ in {_listed(other)}. "
            f"To make the release again, {again}."
        )
    return notebook


def _check_further_code(
    source: Path, variants: Sequence[_FromSource], release: Path, released: NotebookNode, again: str
) -> None:
    """Raise an error if the release has other code without grade ids than the source in any language."""
    theirs = _further_code(released)
    differences = [_first_difference(_further_code(made.release), theirs) for made in variants]
    if differences and all(differences):
        raise CourseError(
            f"Nothing is graded: {source} and {release} differ in a code cell without a grade id, "
            f"{differences[0]!r}. To release the source as it is now, {again}."
        )


def _first_difference(ours: Sequence[str], theirs: Sequence[str]) -> str:
    """Return the first line of the first cell that does something else in the other notebook, "" if none."""
    for our, their in zip_longest(ours, theirs, fillvalue=""):
        if _statements(our) != _statements(their):
            return (our or their).strip().splitlines()[0]
    return ""


def _further_code(notebook: NotebookNode) -> list[str]:
    """Return the code that the gradebook does not know: the text of each cell that does something."""
    known = _saved(notebook)
    texts = [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade_id") not in known
    ]
    return [text for text in texts if _statements(text)]


def _statements(text: str) -> str:
    """Return what a text does: a comment is no difference."""
    python = as_python(text)
    try:
        return "".join(map(ast.dump, ast.parse(python).body))
    except (SyntaxError, ValueError):
        return python


def _roles(cells: Cells) -> dict[str, OfficialCell]:
    """Return cells without their texts and points."""
    return {name: replace(cell, source="", points=0.0) for name, cell in cells.items()}
