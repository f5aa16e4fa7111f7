"""Decides whether a notebook has to be examined again, and which results of two exams count.

Two things may not be the student's fault: an examinee that is ended from outside or gets no processor for
very long, and a timeout. In both cases the notebook is examined again; after an ending from outside, it is
examined alone on this machine. If two exams don't settle it, a person decides; no point is lost meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from gradlab.base.outcome import Outcome

if TYPE_CHECKING:
    from gradlab.examiner.result import CellResult

Results: TypeAlias = "Sequence[CellResult]"
FirstExams: TypeAlias = Mapping[str, "Results"]
"""Results of exams that were ended from outside, by notebook."""

TWICE = "examined twice, with the same result"
IN_TIME = "one of two exams timed out, the other one counts"
SECOND = "the first exam was ended from outside, the second one counts"
DIFFERENT = "two exams had different results"
NEITHER = "two exams were ended from outside"


class DoubtfulError(Exception):
    """An exam was ended from outside: the submission has to be examined again, alone.

    Args:
        first: the results so far.
    """

    def __init__(self, first: FirstExams) -> None:
        super().__init__(first)
        self.first = first


@dataclass(frozen=True)
class Circumstances:
    """What an exam has to know about other exams.

    Args:
        notebook: the name of the notebook.
        first: results of exams of the same submission that were ended from outside.
        is_alone: whether nothing else is examined on this machine, or waiting for that is impossible.
    """

    notebook: str = ""
    first: FirstExams | None = None
    is_alone: bool = True

    @property
    def first_results(self) -> Results | None:
        """Return the results of the first exam of this notebook, None if this is the first."""
        return None if self.first is None else self.first.get(self.notebook)


def was_ended(results: Results) -> bool:
    """Tell whether an examinee was ended from outside, so that later cells may lack its definitions."""
    return any(result.outcome is Outcome.UNDECIDED for result in results)


def has_timed_out(results: Results) -> bool:
    """Tell whether a cell exceeded its time limit."""
    return any(result.outcome is Outcome.TIMED_OUT for result in results)


@dataclass(frozen=True)
class Settlement:
    """Combines the results of two exams of a notebook, if the first one was doubtful.

    Args:
        are_tests: for each cell, whether it is worth points.
        undecided: the message about a test cell that a person has to decide.
    """

    are_tests: Sequence[bool]
    undecided: str

    def results(self, first: Results, second: Results) -> list[CellResult]:
        """Return the results that count."""
        settle = self._known if was_ended(second) else self._second if was_ended(first) else self._agreed
        pairs = zip(first, second, self.are_tests, strict=True)
        return [settle(before, after) if is_test else after for before, after, is_test in pairs]

    def _second(self, _: CellResult, second: CellResult) -> CellResult:
        return replace(second, decided=SECOND)

    def _agreed(self, first: CellResult, second: CellResult) -> CellResult:
        """Return the result that counts after a timeout: that of the exam in which the cell finished."""
        if (first.outcome, first.credit) == (second.outcome, second.credit):
            return replace(second, decided=TWICE)
        if first.outcome is Outcome.TIMED_OUT:
            return replace(second, decided=IN_TIME)
        if second.outcome is Outcome.TIMED_OUT:
            return replace(first, decided=IN_TIME)
        return replace(second, outcome=Outcome.UNDECIDED, message=self.undecided, decided=DIFFERENT)

    def _known(self, first: CellResult, second: CellResult) -> CellResult:
        """Return the result if both exams were disturbed: a cell that passed once has passed."""
        for result in (first, second):
            if result.outcome is Outcome.PASSED and (not result.credit or first.credit == second.credit):
                return result
        return replace(second, outcome=Outcome.UNDECIDED, message=self.undecided, decided=NEITHER)
