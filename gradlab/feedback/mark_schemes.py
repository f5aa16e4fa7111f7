"""Mark schemes: what a person may give points for, and which of it they say they gave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradlab.authoring.hidden_marks import split_at

if TYPE_CHECKING:
    from gradlab.authoring.hidden_marks import HiddenMarks

_ITEM = re.compile(
    r"^[-*] +(?P<text>\W*\d+(?:[.,]\d+)? ?(?:점|points?|pts?).*)$", re.MULTILINE | re.IGNORECASE
)
_NAMED = re.compile(r"\A\s*\[(?P<numbers>\d+(?:\s*,\s*\d+)*|)\]\s*")


def items_in(text: str, marks: HiddenMarks) -> list[str]:
    """Return the items of the mark scheme in a cell that begin with what they are worth, as Markdown.

    Args:
        text: of the cell.
        marks: the lines around the scheme.
    """
    scheme = split_at(text, marks)[1]
    return [match["text"] for match in _ITEM.finditer(scheme)]


def named_items(comment: str) -> tuple[list[int] | None, str]:
    """Return the items that a comment names, counted from 1, and the rest of it.

    A comment like ``[1, 3] well put`` begins with the numbers of the items that were given, ``[]`` for none.
    """
    named = _NAMED.match(comment)
    if named is None:
        return None, comment
    return [int(number) for number in re.findall(r"\d+", named["numbers"])], comment[named.end() :]
