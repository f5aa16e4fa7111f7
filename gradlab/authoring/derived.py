"""Names that given cells bind to what an answer returned, as in ``w = answer(3)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gradlab.authoring.ipython import as_python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def derived_from(answers: Iterable[str], given: Iterable[str]) -> frozenset[str]:
    """Return the names that statements of given cells bind with the help of answers, directly or not.

    Args:
        answers: the names that answers define.
        given: the texts of the given cells, in order.
    """
    known = set(answers)
    for statement in (each for text in given for each in _statements(text)):
        names = list(_names(statement))
        if any(name.id in known for name in names if isinstance(name.ctx, ast.Load)):
            known |= {name.id for name in names if isinstance(name.ctx, ast.Store)}
    return frozenset(known.difference(answers))


def _statements(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(as_python(text)).body
    except (SyntaxError, ValueError):
        return []


def _names(node: ast.AST) -> Iterator[ast.Name]:
    """Yield the names that a statement reads or binds when it is run, without those of inner scopes."""
    waiting: list[tuple[ast.AST, bool]] = [(node, False)]
    while waiting:
        each, is_inside = waiting.pop()
        if isinstance(each, _SCOPES):
            continue
        if isinstance(each, ast.Name) and not (is_inside and isinstance(each.ctx, ast.Store)):
            yield each
        is_inside |= isinstance(each, _COMPREHENSIONS)
        waiting += [(child, is_inside) for child in ast.iter_child_nodes(each)]
