"""The code of answers: what it defines, and how the parts of a divided answer make one."""

from __future__ import annotations

import ast
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gradlab.base.errors import UNREADABLE
from gradlab.submission.bound_names import bound_names
from gradlab.submission.cells import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Jupyter's own commands: lines that do nothing here, and those that give a value.
_COMMAND = re.compile(r"^([ \t]*)([%!?].*|[\w.]+\?\??[ \t]*)$", re.MULTILINE)
_VALUE_OF_COMMAND = re.compile(r"^([\w, \t]+=)[ \t]*[%!].*$", re.MULTILINE)
_FENCE = "```"
_FIRST_FENCE = re.compile(rf"{_FENCE}\w*[ \t]*\n")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class TakenParts(NamedTuple):
    """The parts of an answer that count.

    Args:
        kept: all of them.
        text: the answer's text.
        beside: those that stay cells of their own.
    """

    kept: list[str]
    text: str
    beside: list[str]


@lru_cache(maxsize=4096)
def names_bound(text: str) -> frozenset[str] | None:
    """Return the names that code binds; None if it is not valid by itself."""
    symbols = _symbols(text)
    return None if symbols is None else frozenset(symbols)


def names_defined(text: str) -> frozenset[str]:
    """Return the names that code binds, except by import; none if it is not valid by itself."""
    return frozenset(name for name, is_imported in (_symbols(text) or {}).items() if not is_imported)


def binds(text: str, names: frozenset[str]) -> bool:
    """Tell whether code binds all of some names, of which there is at least one."""
    bound = names_bound(text)
    return bool(names) and bound is not None and names <= bound


@lru_cache(maxsize=4096)
def does_nothing(text: str) -> bool:
    """Tell whether code is no answer: without statements, or with functions and classes that are empty."""
    python = _python(text)
    return python is not None and all(map(_is_empty, ast.parse(python).body))


def needs_earlier(text: str, names: frozenset[str]) -> bool:
    """Tell whether code uses one of some names before it binds it, so that it needs earlier code."""
    python, open_names = _python(text), set(names)
    for statement in ast.parse(python or "").body:
        if any(name in open_names for name in _used_at_once(statement)):
            return True
        try:
            open_names -= names_bound(ast.unparse(statement)) or frozenset()
        except RecursionError:  # nested too deeply to tell
            return True
    return False


def without_given(text: str, given: str) -> str:
    """Return the statements of code that are not among the given ones; "" if either is not valid."""
    python, known = _python(text), _python(given)
    if python is None or known is None:
        return ""
    old = set(map(_meaning, ast.parse(known).body)) - {None}
    new = [each for each in ast.parse(python).body if _meaning(each) not in old]
    lines = python.splitlines()
    return "\n".join("\n".join(lines[_first_line(each) - 1 : each.end_lineno]) for each in new)


def unfenced(text: str) -> str:
    """Return the code of a text that is one block of code in Markdown, else the text."""
    fenced = text.strip()
    first = _FIRST_FENCE.match(fenced)
    if first is None or not fenced.endswith(_FENCE):
        return text
    inner = fenced[first.end() : -len(_FENCE)]
    code = inner.rstrip()
    rest, line_end, _ = inner[len(code) :].partition("\n")
    return code + rest if line_end else text


def keys_of(cells: Sequence[Any]) -> list[str]:
    """Return what tells cells apart: equal copies are one, but equal pieces of code that is cut are not."""
    texts = [text_of(cell) for cell in cells]
    are_pieces = [
        cell.get("cell_type") == "code" and not names_bound(text)
        for cell, text in zip(cells, texts, strict=True)
    ]
    return [
        f"{text}\0{number}" if is_piece else text
        for number, (text, is_piece) in enumerate(zip(texts, are_pieces, strict=True))
    ]


def kept_parts(parts: Sequence[str], names: frozenset[str]) -> list[str]:
    """Return the parts that count: the last part that binds the answer's names, and those that it needs."""
    complete = [number for number, text in enumerate(parts) if binds(text, names)]
    left_out = complete[:-1]
    for number in reversed(complete):
        if not left_out or not needs_earlier(parts[number], names):
            break
        left_out.pop()
    return [text for number, text in enumerate(parts) if number not in left_out]


def taken_parts(parts: Sequence[str], names: frozenset[str], *, is_joined: bool) -> TakenParts:
    """Return the parts of an answer that count.

    A part that is valid by itself stays a cell, so that its errors do not stop the answer.

    Args:
        parts: in order.
        names: what the answer binds.
        is_joined: whether all parts have to be one text, for a person to judge.
    """
    kept = kept_parts(parts, names)
    whole = [part for part in kept if binds(part, names)]
    if is_joined or not whole or any(names_bound(part) is None for part in kept):
        return TakenParts(kept, joined(kept), [])
    return TakenParts(kept, whole[-1], [part for part in kept if part != whole[-1]])


def n_needed(texts: Sequence[str]) -> int:
    """Return how many of some texts, from the first on, are valid code only together, as after a split."""
    number, text = 1, texts[0]
    for end in range(2, len(texts) + 1):
        is_torn = end - number > 1 or None in (names_bound(text), names_bound(texts[end - 1]))
        if not is_torn:
            break
        both = _whole([text, *texts[number:end]])
        if both is not None:
            number, text = end, both
    return number


def joined(parts: Sequence[str]) -> str:
    """Return the parts of a divided answer as one text.

    JupyterLab removes the line breaks at the cut, but not the indentation before it. Parts that make no valid
    code together do what they do in a notebook: those that are not valid by themselves do nothing.
    """
    whole = _whole(parts)
    if whole is not None:
        return whole
    return "\n".join([part for part in parts if names_bound(part) is not None] or parts)


def _whole(parts: Sequence[str]) -> str | None:
    """Return all parts of a divided answer as one text, None if they make no valid code together."""
    text = parts[0]
    for part in parts[1:]:
        is_in_indentation = not text.rpartition("\n")[2].strip()
        text = text + part if is_in_indentation and part.strip() else f"{text}\n{part}"
    texts = (text, "\n".join(parts))
    return next((each for each in texts if names_bound(each) is not None), None)


def as_python(text: str) -> list[str]:
    """Return code as it is, and without Jupyter's commands, line by line."""
    without_commands = _VALUE_OF_COMMAND.sub(r"\1 None", _COMMAND.sub(r"\1pass", text))
    return [*dict.fromkeys([text, without_commands])]


@lru_cache(maxsize=4096)
def _python(text: str) -> str | None:
    """Return code without Jupyter's commands, line by line; None if it is not valid by itself."""
    for python in as_python(text):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # they are the student's
                compile(python, "cell", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
        except UNREADABLE:
            continue
        return python
    return None


def _symbols(text: str) -> dict[str, bool] | None:
    """Return whether each name that code binds is imported, None if the code is not valid."""
    python = _python(text)
    return None if python is None else bound_names(python)


def _is_empty(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Expr(value=ast.Constant()) | ast.Return(value=None | ast.Constant(value=None)):
            return True
        case ast.Raise(exc=ast.Name(id="NotImplementedError")):
            return True
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError"))):
            return True
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body) | ast.ClassDef(body=body):
            return all(map(_is_empty, body))
    return False


def _meaning(statement: ast.stmt) -> str | None:
    """Return a statement without its layout, None if it is nested too deeply."""
    try:
        return ast.dump(statement)
    except RecursionError:
        return None


def _used_at_once(statement: ast.AST) -> Iterator[str]:
    """Yield the names that a statement reads when it is run, not those in bodies of functions."""
    waiting = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        body: list[ast.AST] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            body = [*node.body] if isinstance(node.body, list) else [node.body]
        waiting += [child for child in ast.iter_child_nodes(node) if child not in body]


def _first_line(statement: ast.stmt) -> int:
    """Return the number of a statement's first line, its decorators included."""
    decorators = statement.decorator_list if isinstance(statement, _SCOPES) else []
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])
