"""Mutants of a reference solution: copies that each contain one small change, as a mistake would make it.

Some operators come from the literature on mutation testing (arithmetic, comparison, constant, dropped
statement, …), others from this subject (a factor left out, an axis, a copy, `zero_grad`, `no_grad`).
"""

from __future__ import annotations

import ast
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from gradlab.audit import operators

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGIN, END = "BEGIN SOLUTION", "END SOLUTION"


@dataclass(frozen=True)
class Mutant:
    """One changed solution.

    Args:
        operator: the kind of change.
        line: the line where the change begins, counted from 1.
        code: the whole text of the changed cell.
        diff: the lines that differ, as in a unified diff.
    """

    operator: str
    line: int
    code: str
    diff: str


def mutants_of(text: str) -> list[Mutant]:
    """Return the mutants of a solution cell, without duplicates.

    Mutates the lines between the marks of the solution (all lines if there are no marks) and the defaults
    of arguments.

    Raises:
        SyntaxError: if the cell is not plain Python.
    """
    known = {meaning_of(text)}
    found = []
    for operator, line, code in _changed(text):
        try:
            meaning = meaning_of(code)
        except SyntaxError:  # a change that the grammar does not allow in this place
            continue
        if meaning not in known:
            known.add(meaning)
            found.append(Mutant(operator, line, code, _diff(text, code)))
    return found


def meaning_of(text: str) -> str:
    """Return a form of a program that ignores its layout, comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.FunctionDef | ast.ClassDef)
            and ast.get_docstring(node, clean=False) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)


def _changed(text: str) -> Iterator[tuple[str, int, str]]:
    try:
        wrapper = MetadataWrapper(cst.parse_module(text))
    except cst.ParserSyntaxError as error:
        raise SyntaxError(str(error)) from error
    positions = wrapper.resolve(PositionProvider)
    nodes = _Mutable(
        _lines_of_the_solution(text), {node: position.start.line for node, position in positions.items()}
    )
    wrapper.module.visit(nodes)
    for node, line in nodes.found:
        for name, changed in operators.changes(node, nodes.assigned):
            yield name, line, _replaced(wrapper.module, node, changed)


def _replaced(module: cst.Module, node: cst.CSTNode, changed: cst.CSTNode) -> str:
    new = module.deep_replace(node, changed)
    assert isinstance(new, cst.Module)  # noqa: S101  # the module itself is never replaced
    return new.code


def _lines_of_the_solution(text: str) -> set[int]:
    lines = text.split("\n")
    if not any(BEGIN in line for line in lines):
        return set(range(1, len(lines) + 1))
    inside, numbers = False, set()
    for number, line in enumerate(lines, start=1):
        inside = (inside or BEGIN in line) and END not in line
        if inside:
            numbers.add(number)
    return numbers


class _Mutable(cst.CSTVisitor):
    """Collects the nodes that may be changed, and the names of all arguments."""

    def __init__(self, lines: set[int], line_of: dict[cst.CSTNode, int]) -> None:
        super().__init__()
        self.found: list[tuple[cst.CSTNode, int]] = []
        self.assigned: set[str] = set()
        self._lines = lines
        self._line_of = line_of
        self._defaults = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Collect a node; skip the contents of `raise`, annotations, f-strings and docstrings."""
        if isinstance(node, cst.Param):
            self.assigned.add(node.name.value)
            self._defaults += 1
        line = self._line_of.get(node, 0)
        if line in self._lines or self._defaults:
            self.found.append((node, line))
        return not isinstance(
            node, cst.Raise | cst.Annotation | cst.FormattedString
        ) and not operators.is_docstring(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Leave an argument's default."""
        if isinstance(original_node, cst.Param):
            self._defaults -= 1


def _diff(before: str, after: str) -> str:
    lines = difflib.unified_diff(before.split("\n"), after.split("\n"), n=1, lineterm="")
    return "\n".join(list(lines)[2:])
