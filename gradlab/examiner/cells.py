"""The cells that an exam is about."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.authoring.hidden_marks import split_test
from gradlab.examiner.ways import BY_VALUE, Asked


@dataclass(frozen=True)
class ExamCell:
    """A code cell of the notebook that is examined.

    Args:
        source: its text; a test cell's includes the hidden part.
        is_test: whether it is worth points.
        name: its grade id, "" if it has none.
        is_students: whether the student may have written it.
        is_untouched: whether it is a solution cell that still is the stub.
        defines: of a solution cell, the names that an answer defines.
        variant: of its hidden part; None for that of the exam.
        asked: how it is asked, if it is a test cell.
        in_doubt: what an answer defines, if the submission has several versions of it.
        points: that it is worth, 0 if that is of no interest.
    """

    source: str
    is_test: bool = False
    name: str = ""
    is_students: bool = False
    is_untouched: bool = False
    defines: frozenset[str] = frozenset()
    variant: int | None = None
    asked: Asked = BY_VALUE
    in_doubt: frozenset[str] = frozenset()
    points: float = 0.0

    @property
    def visible(self) -> str:
        """The part that the student sees: everything except for a hidden part."""
        return split_test(self.source)[0] if self.is_test else self.source

    @property
    def hidden(self) -> str:
        """The hidden part of a test cell."""
        return split_test(self.source)[1] if self.is_test else ""

    @property
    def is_all_visible(self) -> bool:
        """Whether it is a test cell without hidden part, whose value may be its points."""
        return self.is_test and not self.hidden
