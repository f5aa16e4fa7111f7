"""The text of a bilingual cell in one language, its code included."""

from __future__ import annotations

import ast
from functools import lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING

import libcst as cst

from gradlab.authoring.source import languages_in, select_lines
from gradlab.base.texts import FALLBACK_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbformat import NotebookNode

# Calls with a Korean and an English text, and the languages in which the text alone is left. A Korean plot
# keeps both: it is labelled in English where no Korean font is installed.
_CALLS = {"say": LANGUAGES, "label": (FALLBACK_LANGUAGE,)}

CELLS = 1_000  # whose texts are kept, as a command puts them into a language more than once


def selection_for(cells: Sequence[NotebookNode]) -> Callable[[str, str], str]:
    """Return how the text of a cell is put into a language, in a notebook with these cells.

    Where no cell names a language, a function that is called ``say`` may be any function.
    """
    return in_one_language if languages_in(cells) else select_lines


@lru_cache(maxsize=CELLS)
def in_one_language(text: str, language: str) -> str:
    """Return the text of a cell without the other language.

    Regions of other languages are left out, and calls of ``say("한국어", "English")`` become one of their
    texts, as do those of ``label`` in English.

    Raises:
        CourseError: if regions don't match.
    """
    text = select_lines(text, language)
    if not any(f"{name}(" in text for name in _CALLS):
        return text
    try:
        spans = _Spans(text)
    except (SyntaxError, ValueError):  # prose, or Jupyter's own commands
        return text
    code = text.encode()
    for span in sorted(spans.found, key=attrgetter("start"), reverse=True):
        code = code[: span.start] + _chosen(code[span].decode(), language).encode() + code[span.stop :]
    return code.decode()


class _Spans(ast.NodeVisitor):
    """Finds the places of calls with texts, in bytes: libcst takes long, and reads only these.

    Python 3.11 does not tell where a call in an f-string is, so it is the place of the f-string.

    Raises:
        SyntaxError, ValueError: if the text is not Python.
    """

    def __init__(self, text: str) -> None:
        self._lines = [0, *accumulate(map(len, text.encode().splitlines(keepends=True)))]
        self.found: list[slice] = []
        self.visit(ast.parse(text))

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            self.found.append(self._span(node))
        else:
            self.generic_visit(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        if any(isinstance(inner, ast.Name) and inner.id in _CALLS for inner in ast.walk(node)):
            self.found.append(self._span(node))

    def _span(self, node: ast.expr) -> slice:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return slice(self._lines[node.lineno - 1] + node.col_offset, self._lines[end_line - 1] + end_column)


def _chosen(expression: str, language: str) -> str:
    """Return an expression without the other language."""
    module = cst.parse_module(f"[{expression}]")  # in brackets, it may have several lines
    return module.visit(_Chosen(language)).code[1:-1]


class _Chosen(cst.CSTTransformer):
    """Replaces calls with two texts by the text in a language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:  # noqa: N802  # libcst's name
        del original_node
        match updated_node:
            case cst.Call(
                func=cst.Name(name),
                args=[cst.Arg(cst.BaseString() as korean, None), cst.Arg(cst.BaseString() as english, None)],
            ) if self._language in _CALLS.get(name, ()):
                chosen = dict(zip(LANGUAGES, (korean, english), strict=True))[self._language]
                return _in_parentheses(chosen) if isinstance(chosen, cst.ConcatenatedString) else chosen
        return updated_node


def _in_parentheses(text: cst.BaseString) -> cst.BaseExpression:
    return text.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
