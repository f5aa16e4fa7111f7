"""Exercises without an answer: their test cells earn nothing, whatever the tests say."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from gradlab.base.errors import UNREADABLE
from gradlab.submission.bound_names import bound_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradlab.examiner.cells import ExamCell

_TEST_NAME = re.compile(r"test_(?P<exercise>.+?)(__.*)?")
_CHECK = "check"
_WORD = re.compile(r"\w+")
# The student's own module or script defines names that the cell need not mention.
_ELSEWHERE = re.compile(r"^[ \t]*(?:from\s+\S+\s+import\s*\*|%run\s)", re.MULTILINE)


def unanswered(cells: Sequence[ExamCell]) -> frozenset[str]:
    """Return the names of solution cells that are still the stub, unless another cell answers."""
    written = [cell.source for cell in cells if cell.is_students and not cell.is_untouched]
    return frozenset(
        cell.name
        for cell in cells
        if cell.is_untouched and not any(_may_define(text, cell.defines) for text in written)
    )


def judged_exercise(cell: ExamCell, hidden: str, exercises: frozenset[str]) -> str:
    """Return which of some exercises a test cell judges, by its name or by `check`; "" if none of them."""
    named = _TEST_NAME.fullmatch(cell.name)
    if named is not None and named["exercise"] in exercises:
        return named["exercise"]
    return next((name for name in _checked(hidden) if name in exercises), "")


@lru_cache(maxsize=256)
def _checked(hidden: str) -> tuple[str, ...]:
    """Return the exercises that a hidden test gives to `check`."""
    try:
        tree = ast.parse(hidden)
    except SyntaxError:
        return ()
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args)
    first = (call.args[0] for call in calls if isinstance(call.func, ast.Name) and call.func.id == _CHECK)
    return tuple(arg.value for arg in first if isinstance(arg, ast.Constant) and isinstance(arg.value, str))


@lru_cache(maxsize=256)
def defined_in(text: str) -> frozenset[str]:
    """Return the names that a cell defines; if Python can't read it, as with magics, all that it mentions."""
    try:
        return frozenset(bound_names(text))
    except UNREADABLE:
        return frozenset(_WORD.findall(text))


def _may_define(text: str, names: frozenset[str]) -> bool:
    return not names.isdisjoint(defined_in(text)) or _ELSEWHERE.search(text) is not None
