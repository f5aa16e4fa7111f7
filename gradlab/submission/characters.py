"""Characters that keep the code of an answer from being read: those that look like others, or like nothing.

They come from a web page, a chat, or a Korean keyboard. The student's own kernel refuses them, too, but its
message says little to who does not see them.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING

from gradlab.base.errors import UNREADABLE
from gradlab.submission.parts import as_python, names_bound

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_REFUSED = re.compile(r"invalid (?:non-printable )?character .*?\bU\+(?P<code>[0-9A-F]+)\b")
_BLANK_LINES = re.compile(r"\s*\n")
# Letters without a shape that Python allows in names, such as the filler that a Korean keyboard leaves.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def odd_character(text: str, names: AbstractSet[str]) -> tuple[int, str] | None:
    """Return the number of a line, from 1 on, and the character in it that keeps code from being read.

    Args:
        text: the code of an answer.
        names: what it should define: an invisible letter makes another name of each.

    Returns:
        None if no character is the cause.
    """
    before = _BLANK_LINES.match(text)
    if before:  # Jupyter leaves them out
        text = "\n" * before[0].count("\n") + text[before.end() :]
    bound = names_bound(text)
    if bound is None:
        return next((found for found in map(_refused, as_python(text)) if found is not None), None)
    invisible = _INVISIBLE.search(text)
    is_another_name = any(_INVISIBLE.sub("", name) in names - bound for name in bound)
    return _at(text, invisible.start()) if invisible and is_another_name else None


def shown(character: str) -> str:
    """Return a character's number in Unicode, and itself if it has a shape."""
    is_visible = character.isprintable() and not (character.isspace() or _INVISIBLE.match(character))
    return f"U+{ord(character):04X}{f' {character}' if is_visible else ''}"


def _refused(python: str) -> tuple[int, str] | None:
    """Return the line and the character that Python refuses, None if it refuses none."""
    if "\0" in python:
        return _at(python, python.index("\0"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are the student's
            compile(python, "cell", "exec", dont_inherit=True)
    except UNREADABLE as error:
        found = _REFUSED.search(str(error))
        return (getattr(error, "lineno", 1), chr(int(found["code"], 16))) if found else None
    return None


def _at(text: str, place: int) -> tuple[int, str]:
    return text.count("\n", 0, place) + 1, text[place]
