"""Titles in a notebook: of the pictures that its code draws, and of the sections of its text."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from gradlab.authoring.ipython import as_python
from gradlab.base.errors import UNREADABLE
from gradlab.base.texts import LANGUAGES, without_control

MAX_CHARS = 160

_TITLED_BY = frozenset({"set_title", "suptitle", "title"})
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(?P<title>.+)$", re.MULTILINE)
_FENCED = re.compile(r"^ {0,3}(```|~~~).*?^ {0,3}\1", re.MULTILINE | re.DOTALL)
_MARKUP = re.compile(r"[$`*]|\\\w+|[{}]")


def headings_in(markdown: str) -> list[str]:
    """Return the headings of a text cell, without their markup."""
    found = _HEADING.finditer(_FENCED.sub("", markdown))
    return [title for match in found if (title := _plain(match["title"].rstrip(" \t#")))]


@lru_cache(maxsize=1024)
def picture_titles(code: str, language: str) -> tuple[str, ...]:
    """Return the titles that code gives to its pictures, as far as they are written in it.

    Of a call with a text for each language, as in ``label("한국어", "English")``, the language's own counts.
    """
    try:
        tree = ast.parse(as_python(code))
    except UNREADABLE:
        return ()
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    titled = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr in _TITLED_BY]
    titles = [_plain(_text_of(call.args[0], language)) for call in titled if call.args]
    return tuple(dict.fromkeys(title for title in titles if any(map(str.isalpha, title))))


def _text_of(node: ast.expr, language: str) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(
                _text_of(part, language) if isinstance(part, ast.Constant) else "…" for part in parts
            )
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text_of(left, language) + _text_of(right, language)
        case ast.Call(func=ast.Name(), args=texts) if texts:
            place = LANGUAGES.index(language) if len(texts) == len(LANGUAGES) else 0
            return _text_of(texts[place], language)
    return ""


def _plain(text: str) -> str:
    return " ".join(_MARKUP.sub("", without_control(text)).split())[:MAX_CHARS]
