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
_POINTS = re.compile(r"\d+(?:[.,]\d+)?")
# With brackets and commas as a Korean keyboard writes them.
_NAMED = re.compile(r"\A(?:\s*[\[［](?:\d+(?:[\s,，、]+\d+)*)?[\]］])+\s*")  # noqa: RUF001  # meant


def items_in(text: str, marks: HiddenMarks) -> list[str]:
    """Return the items of the mark scheme in a cell that begin with what they are worth, as Markdown.

    Args:
        text: of the cell.
        marks: the lines around the scheme.
    """
    scheme = split_at(text, marks)[1]
    return [match["text"] for match in _ITEM.finditer(scheme)]


def points_of(item: str) -> float:
    """Return what an item is worth."""
    found = _POINTS.search(item)
    return float(found[0].replace(",", ".")) if found else 0.0


def besides_items(text: str, marks: HiddenMarks) -> str:
    """Return what the mark scheme in a cell says besides its items, as Markdown."""
    return _ITEM.sub("", split_at(text, marks)[1]).strip()


def named_items(comment: str, n_items: int) -> tuple[list[int] | None, str]:
    """Return the items that a comment names, counted from 1, and the rest of it.

    A comment like ``[1, 3] well put`` begins with the numbers of the items that were given, ``[]`` for none.
    They may come in any order, more than once, and one by one: ``[3] [1]``. If there is no such item, the
    numbers are a part of the text.

    Args:
        comment: a person's, on an answer.
        n_items: how many items the mark scheme has.
    """
    named = _NAMED.match(comment)
    if named is None:
        return None, comment
    numbers = sorted({int(number) for number in re.findall(r"\d+", named[0])})
    if not all(1 <= number <= n_items for number in numbers):
        return None, comment
    return numbers, comment[named.end() :]
