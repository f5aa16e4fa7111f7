"""The source of functions that the code of a course defines, found by what they were compiled to."""

from __future__ import annotations

import ast
import textwrap
from collections import defaultdict
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING

from gradlab.authoring.ipython import as_python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_Place = tuple[str, int]


def functions_in(texts: Iterable[str]) -> Mapping[CodeType, str]:
    """Return the source of each function that texts define, without its decorators, by its code.

    Equal code has equal source: the same text on the same lines. If several lambdas begin on a line, it can't
    be told which is which, and they are left out.

    Args:
        texts: as they are run; what can't be compiled defines nothing.
    """
    found: dict[CodeType, str] = {}
    for text in texts:
        python = as_python(text)
        try:
            tree, code = ast.parse(python), compile(python, "<cell>", "exec")
        except (SyntaxError, ValueError):
            continue
        nodes, codes = _nodes_by_place(tree), _codes_by_place(code)
        for place, at_place in codes.items():
            if len(at_place) == len(nodes[place]) == 1:
                found[at_place[0]] = _source(python, nodes[place][0])
    return found


def _nodes_by_place(tree: ast.AST) -> dict[_Place, list[ast.AST]]:
    """Return the functions of a syntax tree by their names and first lines, decorators included."""
    found: dict[_Place, list[ast.AST]] = defaultdict(list)
    for node in ast.walk(tree):
        match node:
            case ast.Lambda():
                found["<lambda>", node.lineno].append(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                line = min(part.lineno for part in (node, *node.decorator_list))
                found[node.name, line].append(node)
    return found


def _codes_by_place(code: CodeType) -> dict[_Place, list[CodeType]]:
    found: dict[_Place, list[CodeType]] = defaultdict(list)
    for inner in codes_within(code):
        found[inner.co_name, inner.co_firstlineno].append(inner)
    return found


def codes_within(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of all functions inside a piece of code."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from codes_within(constant)


def _source(text: str, node: ast.AST) -> str:
    segment = ast.get_source_segment(text, node, padded=True) or ""
    return textwrap.dedent(segment).strip()


@lru_cache(maxsize=1024)
def body_of(source: str) -> str:
    """Return what a function does, whatever it and its arguments are called, without docstrings and comments.

    Args:
        source: the text of a function, or of a cell that defines some: the first counts; "" is
            returned for anything else.
    """
    try:
        tree = ast.parse(as_python(source))
    except (SyntaxError, ValueError):
        return ""
    function = next((node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Lambda)), None)
    if function is None:
        return ""
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    places = {argument.arg: f"argument_{place}" for place, argument in enumerate(arguments)}
    for node in ast.walk(function):
        if isinstance(node, ast.Name):
            node.id = places.get(node.id, node.id)
    if isinstance(function, ast.Lambda):
        return ast.unparse(ast.Return(function.body))
    return "\n".join(ast.unparse(line) for line in function.body if not _is_remark(line))


def _is_remark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
