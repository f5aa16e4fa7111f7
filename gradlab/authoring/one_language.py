"""The text of a bilingual cell in one language, its code included."""

from __future__ import annotations

from functools import lru_cache
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
        return cst.parse_module(text).visit(_Chosen(language)).code
    except cst.ParserSyntaxError:  # prose, or Jupyter's own commands
        return text


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
