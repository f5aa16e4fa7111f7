"""What a hidden part looks at that values don't show: output, changed arguments, the identity of objects.

Each value that travels is a copy. So a test that asks whether an answer left its argument as it was, returned
a new list, or printed nothing passes by value, whatever the answer did.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from gradlab.authoring.ipython import as_python
from gradlab.base.errors import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

_OUTPUT = frozenset({"redirect_stdout", "redirect_stderr", "stdout", "stderr", "capture_output"})
_IDENTITY = frozenset({"id", "assertIs", "assertIsNot", "shares_memory", "may_share_memory"})
_CHANGING = frozenset(
    {
        *("append", "extend", "insert", "pop", "remove", "sort", "reverse", "clear", "fill"),
        *("add", "discard", "update", "setdefault", "popitem", "appendleft", "popleft"),
    }
)
_BUILT_IN = frozenset(vars(builtins))


@lru_cache(maxsize=256)
def looks_beyond_values(hidden: str) -> bool:
    """Tell whether a hidden part looks at something that may differ although all values are the same."""
    try:
        nodes = list(ast.walk(ast.parse(as_python(hidden))))
    except UNREADABLE:  # reported when it is run
        return False
    return any(map(_shows_more, nodes)) or bool(_given_and_read_again(nodes))


def _shows_more(node: ast.AST) -> bool:
    """Tell whether a node asks for output or identity, or changes something in place."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _OUTPUT | _IDENTITY:
            return True
        case ast.Compare(left=left, ops=operators, comparators=others):
            both = zip(operators, [left, *others[:-1]], others, strict=True)
            return any(
                isinstance(operator, ast.Is | ast.IsNot) and not (_is_constant(before) or _is_constant(after))
                for operator, before, after in both
            )
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
            return name in _CHANGING
    return False


def _is_constant(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant)


def _given_and_read_again(nodes: list[ast.AST]) -> set[str]:
    """Return the names of data that a call gets, and that are read somewhere else, too."""
    read = Counter(node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    called = {
        node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    given = {name for node in nodes if isinstance(node, ast.Call) for name in _given(node)}
    return {name for name in given if read[name] > 1} - called - _plain(nodes) - _BUILT_IN


def _given(call: ast.Call) -> Iterator[str]:
    """Yield the names that a call gets as arguments, also inside lists and the like."""
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield from (node.id for node in ast.walk(argument) if isinstance(node, ast.Name))


def _plain(nodes: list[ast.AST]) -> set[str]:
    """Return the names that are bound to nothing but numbers and texts."""
    bound: dict[str, bool] = {}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    bound[target.id] = bound.get(target.id, True) and _is_constant(node.value)
    return {name for name, is_plain in bound.items() if is_plain}
