"""Answer books: right and wrong answers to an exercise, kept as source text.

The book of an exercise is a Python file of cells, ``<assignment>/<notebook>/<exercise>.py``. Each
cell is one answer, under a header that says what it is::

    # %% right: vectorised
    def numerical_diff(f, x, h=1e-4): ...

    # %% wrong: forgets the 2
    def numerical_diff(f, x, h=1e-4): ...
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

_HEADER = re.compile(r"^# %% (right|wrong): (.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """The text of a solution cell, what is special about it, and whether it is right."""

    exercise: str
    title: str
    code: str
    is_right: bool


def read_answers(path: Path) -> list[Answer]:
    """Return the answers of one book, in order.

    Raises:
        CourseError: where the file holds text before its first header.
    """
    before, *parts = _HEADER.split(path.read_text(encoding="utf-8"))
    if before.strip():
        raise CourseError(f"{path} has to start with '# %% right: …' or '# %% wrong: …'.")
    return [
        Answer(path.stem, title, code.strip("\n"), kind == "right")
        for kind, title, code in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]
