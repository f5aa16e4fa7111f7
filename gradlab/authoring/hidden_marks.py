"""The hidden part of a test cell: what nbgrader's `ClearHiddenTests` removes, however a course marks it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True)
class HiddenMarks:
    """What the lines around a hidden part contain, as in `c.ClearHiddenTests`.

    Args:
        begin: in the line before it.
        end: in the line after it.
    """

    begin: str = "BEGIN HIDDEN TESTS"
    end: str = "END HIDDEN TESTS"

    def around(self, hidden: str) -> str:
        """Return a hidden part with its marks."""
        return f"### {self.begin}\n{hidden}\n### {self.end}"


_of_this_course = [HiddenMarks()]


def use_marks(marks: HiddenMarks) -> None:
    """Use these marks from now on: a process works for a single course."""
    _of_this_course[:] = [marks]


def marks_in_use() -> HiddenMarks:
    """Return the marks of the course that this process works for."""
    return _of_this_course[0]


def split_test(text: str) -> tuple[str, str]:
    """Return the visible and the hidden part of a test cell: what nbgrader's release keeps, and the rest."""
    return split_at(text, marks_in_use())


@lru_cache(maxsize=512)
def split_at(text: str, marks: HiddenMarks) -> tuple[str, str]:
    """Return what is outside of marks, and what is inside."""
    visible: list[str] = []
    hidden: list[str] = []
    is_hidden = False
    for line in text.split("\n"):
        if marks.begin in line:
            is_hidden = True
        elif marks.end in line:
            is_hidden = False
        else:
            (hidden if is_hidden else visible).append(line.removesuffix("\r"))
    return "\n".join(visible).rstrip(), textwrap.dedent("\n".join(hidden)).rstrip()


def ends_hidden(text: str) -> bool:
    """Tell whether the last statement of a test cell is hidden; nbgrader takes its value for points."""
    marks, is_hidden, ends = marks_in_use(), False, False
    for line in text.split("\n"):
        if marks.begin in line:
            is_hidden = True
        elif marks.end in line:
            is_hidden = False
        elif line.strip() and not line.lstrip().startswith("#"):
            ends = is_hidden
    return ends


def without_hidden_marks(text: str) -> str:
    """Return the text of a test cell, its hidden part included, without the lines that mark that part."""
    marks = marks_in_use()
    return "\n".join(line for line in text.split("\n") if marks.begin not in line and marks.end not in line)
