"""The exercises of a notebook and the test cells of each, in any nbgrader course."""

from __future__ import annotations

import ast
import re
import symtable
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from gradlab.authoring.hidden_marks import marks_in_use, split_test, without_hidden_marks
from gradlab.authoring.source import LANGUAGE_TAG, PICTURE_TAG, read_source, select_lines
from gradlab.examiner.calibration import NO_ANSWER
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.ways import BY_VALUE, Way

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from gradlab.examiner.ways import Asked, Ways

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Cell:
    """A code cell of a source notebook, in one language.

    Args:
        name: its grade id, "" if nbgrader does not know it.
        source: its text.
        is_test: whether a program grades it.
        is_solution: whether students write it.
        is_by_hand: whether students write it and a person grades it.
        tags: the author's tags.
        points: its points if it is a test, otherwise 0.
    """

    name: str
    source: str
    is_test: bool = False
    is_solution: bool = False
    is_by_hand: bool = False
    tags: frozenset[str] = frozenset()
    points: float = 0.0

    @property
    def is_picture(self) -> bool:
        """Whether it only draws."""
        return PICTURE_TAG in self.tags

    @property
    def deciding(self) -> str:
        """The hidden part, which no answer can forge, with its marks; the whole cell if it has none."""
        hidden = split_test(self.source)[1]
        return marks_in_use().around(hidden) if hidden else self.source

    @property
    def is_hidden(self) -> bool:
        """Whether it has a hidden part."""
        return bool(split_test(self.source)[1])


@dataclass(frozen=True)
class AuditedExercise:
    """A solution cell, and the test cells that examine it.

    Args:
        assignment: the name of its assignment.
        notebook: the name of its notebook.
        name: the name of the solution cell.
        solution: the text of the solution cell.
        tests: the names of its test cells.
        points: the sum of their points.
        asked: how test cells are asked that are not plainly asked by value, by their names.
    """

    assignment: str
    notebook: str
    name: str
    solution: str
    tests: tuple[str, ...]
    points: float
    asked: Ways = field(default_factory=dict)

    @property
    def examined_tests(self) -> tuple[str, ...]:
        """The names of the test cells that the reference can pass, so that their results mean something."""
        return tuple(name for name in self.tests if is_judged(self.asked.get(name, BY_VALUE)))

    @property
    def won(self) -> frozenset[str]:
        """The names of the test cells that the untouched release passes however they are asked."""
        return frozenset(name for name, asked in self.asked.items() if asked.way is Way.VALUE and asked.why)

    @property
    def defines(self) -> list[str]:
        """The names that the solution defines, sorted."""
        return sorted(_defined(self.solution))

    def __str__(self) -> str:
        """Return its name in the course."""
        return f"{self.assignment}/{self.notebook}.{self.name}"


def cells_of(path: Path, language: str) -> tuple[Cell, ...]:
    """Return the code cells of a source notebook in a language, or its own if that is "", in order."""
    return _cells(path, path.stat().st_mtime_ns, language)


def is_judged(asked: Asked) -> bool:
    """Tell whether the reference can pass a test cell that is asked in this way."""
    return asked.way is not Way.HAND and asked != NO_ANSWER


def asked_cell(cell: Cell, source: str, asked: Asked, variant: int | None = None) -> ExamCell:
    """Return the cell to examine in the place of a cell; a test that the reference fails is only run.

    A cell that is asked beside the answer runs as a whole here: the audit's examinees keep no secrets.

    Args:
        cell: the cell.
        source: the text in its place.
        asked: how it is asked, if it is a test cell.
        variant: of its hidden part; None for that of the exam.
    """
    if not cell.is_test:
        return ExamCell(source, name=cell.name)
    if not is_judged(asked):
        return ExamCell(split_test(source)[0], name=cell.name)
    if asked.way is Way.BESIDE:
        return ExamCell(
            without_hidden_marks(cell.source), is_test=True, name=cell.name, asked=asked, points=cell.points
        )
    return ExamCell(source, is_test=True, name=cell.name, variant=variant, asked=asked, points=cell.points)


def exercises_of(path: Path, language: str, asked: Ways = MappingProxyType({})) -> list[AuditedExercise]:
    """Return the exercises of a source notebook, in order.

    A test cell belongs to the nearest preceding exercise that defines a name used by the test; if there is
    none, to the nearest preceding exercise.
    """
    cells = cells_of(path, language)
    tests: dict[str, list[Cell]] = {}
    earlier: list[Cell] = []
    for cell in cells:
        if cell.is_solution and not cell.is_by_hand:
            earlier.insert(0, cell)
            tests[cell.name] = []
        elif cell.is_test and earlier:
            named = _named(cell.source)
            its_own = [solution for solution in earlier if named & _defined(solution.source)] or earlier
            tests[its_own[0].name].append(cell)
    return [
        AuditedExercise(
            path.parent.name,
            path.stem,
            cell.name,
            cell.source,
            tuple(test.name for test in tests[cell.name]),
            sum(test.points for test in tests[cell.name]),
            {test.name: asked[test.name] for test in tests[cell.name] if test.name in asked},
        )
        for cell in reversed(earlier)
    ]


def needed_cells(cells: Sequence[Cell], exercise: str, answer: str) -> list[Cell]:
    """Return the cells that an answer to an exercise needs.

    The solution of another exercise is left out if it only defines what no other cell mentions.
    """
    others = [cell for cell in cells if cell.is_solution and cell.name != exercise]
    unused = [cell for cell in others if _only_defines(cell.source)]
    used = {word for cell in cells if cell not in unused for word in _WORD.findall(cell.source)}
    used.update(_WORD.findall(answer))
    while found := [cell for cell in unused if not used.isdisjoint(_defined(cell.source))]:
        unused = [cell for cell in unused if cell not in found]
        used.update(word for cell in found for word in _WORD.findall(cell.source))
    return [cell for cell in cells if cell not in unused]


def by_hand(path: Path) -> list[str]:
    """Return the names of the cells that a person grades."""
    source = read_source(path)
    roles = [] if source is None else [cell.metadata.get("nbgrader", {}) for cell in source.cells]
    return [
        str(role["grade_id"])
        for role in roles
        if role.get("task") or (role.get("grade") and role.get("solution"))
    ]


def languages_of(path: Path, default: str) -> list[str]:
    """Return the languages of a source notebook: those that its cells name, or else the default."""
    source = read_source(path)
    return [] if source is None else [*source.languages] or [default or source.language]


@lru_cache(maxsize=16)
def _cells(path: Path, _changed_ns: int, language: str) -> tuple[Cell, ...]:
    source = read_source(path)
    cells = () if source is None else source.cells
    shown = language or ("" if source is None else source.language)
    return tuple(_cell(cell, shown) for cell in cells if cell.cell_type == "code" and _is_shown(cell, shown))


def _cell(cell: NotebookNode, language: str) -> Cell:
    role = cell.metadata.get("nbgrader", {})
    is_solution = bool(role.get("solution"))
    is_test = bool(role.get("grade")) and not is_solution
    return Cell(
        str(role.get("grade_id", "")),
        select_lines(cell.source, language),
        is_test=is_test,
        is_solution=is_solution,
        is_by_hand=is_solution and bool(role.get("grade")),
        tags=frozenset(cell.metadata.get("tags", ())),
        points=float(role.get("points") or 0) if is_test else 0.0,
    )


def _is_shown(cell: NotebookNode, language: str) -> bool:
    languages = [tag for tag in cell.metadata.get("tags", ()) if tag.startswith(LANGUAGE_TAG)]
    return not languages or f"{LANGUAGE_TAG}{language}" in languages


@lru_cache(maxsize=256)
def _defined(text: str) -> frozenset[str]:
    try:
        symbols = symtable.symtable(text, "solution", "exec").get_symbols()
    except SyntaxError:  # Jupyter's own commands
        return frozenset()
    return frozenset(
        symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()
    )


@lru_cache(maxsize=256)
def _only_defines(text: str) -> bool:
    """Tell whether a cell consists of functions and classes without decorators."""
    try:
        body = ast.parse(text).body
    except SyntaxError:  # Jupyter's own commands
        return False
    kinds = ast.FunctionDef | ast.ClassDef
    return all(isinstance(part, kinds) and not part.decorator_list for part in body)


def _named(text: str) -> set[str]:
    """Return the names that a test uses, and its strings: `check` takes a name as a string."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set()
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    texts = {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return names | texts
