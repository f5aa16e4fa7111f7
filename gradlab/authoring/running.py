"""Run the course's own code: given cells, references and hidden tests."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradlab.authoring.ipython import as_python

if TYPE_CHECKING:
    from types import CodeType


def run(text: str, namespace: dict[str, Any], filename: str) -> None:
    """Run the course's own code in a namespace."""
    exec(_compiled(text, filename), namespace)  # noqa: S102  # the author's code, not a student's


def run_and_show(text: str, namespace: dict[str, Any], filename: str) -> object:
    """Run the course's own code in a namespace; return the value that Jupyter would show, None if none."""
    code, last = _with_last(text, filename)
    exec(code, namespace)  # noqa: S102  # the author's code, not a student's
    return None if last is None else eval(last, namespace)  # noqa: S307  # likewise


@lru_cache(maxsize=512)
def _compiled(text: str, filename: str) -> CodeType:
    return compile(as_python(text), filename, "exec")


@lru_cache(maxsize=512)
def _with_last(text: str, filename: str) -> tuple[CodeType, CodeType | None]:
    """Return code, and its last statement by itself if that is a value without a semicolon behind it."""
    python = as_python(text)
    tree = ast.parse(python, filename)
    last = tree.body[-1] if tree.body else None
    if not isinstance(last, ast.Expr):
        return _compiled(text, filename), None
    behind = python.splitlines()[(last.end_lineno or 0) - 1].encode()[last.end_col_offset :]
    if behind.lstrip().startswith(b";"):
        return _compiled(text, filename), None
    tree.body.pop()
    return compile(tree, filename, "exec"), compile(ast.Expression(last.value), filename, "eval")
