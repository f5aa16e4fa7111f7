"""Answer books: right and wrong answers to an exercise, kept as source text.

The book of an exercise is a Python file of cells, ``<assignment>/<notebook>/<exercise>.py``. Each
cell is one answer, under a header that says what it is::

    # %% right: vectorised
    def numerical_diff(f, x, h=1e-4): ...

    # %% wrong: forgets the 2
    def numerical_diff(f, x, h=1e-4): ...

    # %% equivalent: a product is the same with its factors swapped
    -    return (f(x + h) - f(x - h)) / (2 * h)
    +    return (f(x + h) - f(x - h)) / (h * 2)

An equivalent is not an answer but a mark: a change of the reference, as the audit shows it (see
`gradlab.audit`), that makes no difference to the exercise. Its header says why.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

EQUIVALENT = "equivalent"

_HEADER = re.compile(r"^# %% (right|wrong|equivalent): (.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """The text of a solution cell, what is special about it, and whether it is right."""

    exercise: str
    title: str
    code: str
    is_right: bool


@dataclass(frozen=True)
class EquivalentMark:
    """A change of the reference that leaves it right: why, and the lines that differ, as in a diff."""

    reason: str
    changed: tuple[str, ...]


def changed_lines(diff: str) -> tuple[str, ...]:
    """Return the lines of a diff that differ, with their indentation, which tells places apart."""
    return tuple(line.rstrip() for line in diff.split("\n") if line.startswith(("-", "+")))


def read_answers(path: Path) -> list[Answer]:
    """Return the answers of one book, in order.

    Raises:
        CourseError: if the file contains text before its first header.
    """
    return [
        Answer(path.stem, title, text.strip("\n"), kind == "right")
        for kind, title, text in _entries(path)
        if kind != EQUIVALENT
    ]


def read_marks(path: Path) -> list[EquivalentMark]:
    """Return the marks of equivalent changes in one book, in order.

    Raises:
        CourseError: as for `read_answers`.
    """
    return [
        EquivalentMark(reason, changed_lines(text))
        for kind, reason, text in _entries(path)
        if kind == EQUIVALENT
    ]


def _entries(path: Path) -> list[tuple[str, str, str]]:
    before, *parts = _HEADER.split(path.read_text(encoding="utf-8"))
    if before.strip():
        raise CourseError(f"{path} has to start with '# %% right: …' or '# %% wrong: …'.")
    return list(zip(parts[::3], parts[1::3], parts[2::3], strict=True))
