"""Reads in the text of a hidden test which errors it expects, how it compares, and whether it varies."""

from __future__ import annotations

import ast
import builtins
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

VARYING = {"near", "pick", "*"}  # names of `gradlab.checks` that differ from variant to variant
EXPECTING = {"raises", "assertRaises", "assertRaisesRegex"}
SIZES = {"shape", "size", "numel", "ndim"}
SCOPES = ast.FunctionDef | ast.Lambda | ast.ClassDef


@lru_cache(maxsize=256)
def parsed(text: str) -> ast.Module:
    """Return the syntax tree of a hidden test; an empty one if it is not plain Python."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return ast.Module([], [])


def varies(text: str) -> bool:
    """Tell whether a hidden test may ask something else in another variant."""
    return any(
        isinstance(node, ast.alias) and (node.name in VARYING or node.name.startswith("gradlab"))
        for node in ast.walk(parsed(text))
    )


def has_probe(text: str) -> bool:
    """Tell whether a hidden test runs something beside the answer."""
    return any(isinstance(node, ast.alias) and node.name in {"probe", "*"} for node in ast.walk(parsed(text)))


def gives_functions(text: str) -> bool:
    """Tell whether a hidden test may give an answer a function that brings its code and names along."""
    nodes = list(ast.walk(parsed(text)))
    kept = {id(keyword.value) for node in nodes for keyword in getattr(node, "keywords", ())}
    called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
    decorators = {id(each) for node in nodes for each in getattr(node, "decorator_list", ())}
    brought = {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef) and "here" not in map(_name_of, node.decorator_list)
    }
    return any(
        id(node) not in kept | called | decorators
        and (isinstance(node, ast.Lambda) or (isinstance(node, ast.Name) and node.id in brought))
        for node in nodes
    )


def expected_errors(text: str) -> list[str]:
    """Return the builtin exceptions that a hidden test expects or handles, except for that of a stub."""
    found: list[ast.expr] = []
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            found.append(node.type)
        elif isinstance(node, ast.Call) and node.args and _name_of(node.func) in EXPECTING:
            found.append(node.args[0])
    names = [name.id for kind in found for name in ast.walk(kind) if isinstance(name, ast.Name)]
    return sorted({name for name in names if _is_error(name)} - {NotImplementedError.__name__})


def bare_comparisons(text: str) -> list[str]:
    """Return the comparisons that hold for an empty array, as there is nothing in it to differ.

    Functions that also look at a size or shape are left out, and so is everything after ``not``.
    """
    return [
        ast.unparse(node) for scope in _scopes(parsed(text)) for node in scope if _holds_for_nothing(node)
    ]


def _scopes(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """Yield the nodes of each function, and those outside of functions, unless they ask for a size."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        scope, inner = [], [*ast.iter_child_nodes(waiting.pop())]
        while inner:
            node = inner.pop(0)
            if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                continue
            scope.append(node)
            (waiting if isinstance(node, SCOPES) else inner).extend(
                [node] if isinstance(node, SCOPES) else ast.iter_child_nodes(node)
            )
        if not any(_asks_size(node) for node in scope):
            yield scope


def _holds_for_nothing(node: ast.AST) -> bool:
    """Tell whether a node is ``allclose(…)``, ``(a == b).all()`` or ``np.all(a == b)``."""
    if not isinstance(node, ast.Call):
        return False
    name = _name_of(node.func)
    compared = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    is_equality = any(isinstance(part, ast.Compare) for part in (*compared, *node.args))
    return name == "allclose" or (name == "all" and is_equality)


def _asks_size(node: ast.AST) -> bool:
    is_len = isinstance(node, ast.Call) and _name_of(node.func) == "len"
    return is_len or (isinstance(node, ast.Attribute) and node.attr in SIZES)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _is_error(name: str) -> bool:
    kind = getattr(builtins, name, None)
    return isinstance(kind, type) and issubclass(kind, Exception)
