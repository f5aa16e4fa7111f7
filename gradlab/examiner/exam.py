"""One notebook's exam: from cells to results."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from gradlab.checks import CheckFailed, use_notebook
from gradlab.examiner.outcome import CellResult, Outcome
from gradlab.examiner.remote import (
    Ended,
    ExamineeError,
    OutOfMemory,
    Session,
    StandIn,
    TimedOut,
    Violation,
)
from gradlab.source import run, split_test
from gradlab.wire.codec import RaisedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradlab.source import SourceNotebook


@dataclass(frozen=True)
class ExamCell:
    """A code cell of the notebook that is examined.

    Args:
        source: its text; of a test cell, with the hidden part.
        is_test: whether points hang on it.
        is_untouched: whether it is a solution cell that still holds the stub.
        name: its grade id, "" where it has none.
    """

    source: str
    is_test: bool = False
    is_untouched: bool = False
    name: str = ""


@dataclass(frozen=True)
class ExamLimits:
    """How long a cell may run and how much it may write."""

    cell_s: float = 30.0
    output_bytes: int = 1_000_000


@dataclass
class Exam:
    """The cells of one notebook, run in order in an examinee that may have to be replaced.

    Args:
        cells: the code cells.
        notebook: the source notebook, None where the course keeps none.
        start: returns a session with a new examinee.
        ending_of: waits for the end of a session's examinee; returns its exit code.
        limits: for each cell.
        language: of the messages.
    """

    cells: Sequence[ExamCell]
    notebook: SourceNotebook | None
    start: Callable[[], Session]
    ending_of: Callable[[Session], int]
    limits: ExamLimits
    language: str
    _session: Session | None = None
    _ended_at: set[int] = field(default_factory=set)

    def results(self) -> list[CellResult]:
        """Run all cells; return what became of each."""
        results = []
        for index, cell in enumerate(self.cells):
            result = self._run(index, split_test(cell.source)[0] if cell.is_test else cell.source)
            if cell.is_test:
                result = self._judged(index, cell, result)
            results.append(result)
        if self._session is not None:
            self._session.end()
        return results

    def _run(self, index: int, source: str) -> CellResult:
        """Run a cell's visible text in the examinee."""
        try:
            session = self._living_session(index)
            session.allow(self.limits.cell_s)
            answer = session.run(source, self.limits.output_bytes)
        except ExamineeError as lost:
            return self._lost(index, lost)
        error = answer.get("error")
        outputs = answer.get("outputs")
        result = CellResult(outputs if isinstance(outputs, list) else [], _number(answer.get("number")))
        if answer.get("has_flooded") is True:
            return self._with_message(result, Outcome.OUTPUT_FLOOD)
        if not isinstance(error, RaisedError):
            return result
        if error.type_name == MemoryError.__name__:
            return self._with_message(result, Outcome.OUT_OF_MEMORY)
        return replace(result, outcome=Outcome.RAISED, message=f"{error.type_name}: {error.message}")

    def _judged(self, index: int, cell: ExamCell, visible: CellResult) -> CellResult:
        """Add the verdict of a test cell's hidden part to the result of its visible part."""
        outcome, message = self._hidden(index, split_test(cell.source)[1])
        if outcome is Outcome.PASSED:
            return visible
        return replace(visible, outcome=outcome, message=message)

    def _hidden(self, index: int, hidden: str) -> tuple[Outcome, str]:
        if not hidden:
            return Outcome.PASSED, ""
        if self.notebook is None:
            return Outcome.EXAMINER_ERROR, "There is no source notebook to take the reference from."
        try:
            session = self._living_session(index)
            session.allow(self.limits.cell_s)
            names = {**self.notebook.reference, "__name__": "__main__", "LANGUAGE": self.language}
            names |= {name: StandIn(session, name) for name in self.notebook.solutions}
            with use_notebook(self.notebook), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                run(hidden, names, f"<hidden test {index}>")
        except CheckFailed as failure:
            return (Outcome.NOT_ATTEMPTED if failure.is_stub else Outcome.FAILED), str(failure)
        except ExamineeError as error:
            lost = self._lost(index, error)
            return lost.outcome, lost.message
        except Exception as error:  # noqa: BLE001  # the hidden test itself is wrong
            return Outcome.EXAMINER_ERROR, f"{type(error).__name__}: {error}"
        return Outcome.PASSED, ""

    def _living_session(self, index: int) -> Session:
        """Return a session in which the cells before this one have run, but for those that ended one."""
        if self._session is not None and self._session.is_alive:
            return self._session
        self._session = session = self.start()
        for earlier, cell in enumerate(self.cells[:index]):
            if earlier in self._ended_at or cell.is_test:
                continue
            session.allow(self.limits.cell_s)
            try:
                session.run(cell.source, self.limits.output_bytes)
            except TimedOut:
                self._ended_at.add(earlier)
                if not session.is_alive:
                    return self._living_session(index)
            except ExamineeError:
                self._ended_at.add(earlier)
                return self._living_session(index)
        return session

    def _lost(self, index: int, error: ExamineeError) -> CellResult:
        """Return the result of a cell with which the examinee could not go on."""
        assert self._session is not None  # noqa: S101  # an error comes from a session
        if not self._session.is_alive:
            self._ended_at.add(index)
        if isinstance(error, Ended):
            outcome = _OUTCOME_OF_ENDING.get(self.ending_of(self._session), Outcome.EXITED)
        else:
            outcome = _OUTCOME_OF_ERROR[type(error)]
        return self._with_message(CellResult(), outcome)

    def _with_message(self, result: CellResult, outcome: Outcome) -> CellResult:
        korean, english = _MESSAGES[outcome]
        text = korean if self.language == "ko" else english
        message = text.format(seconds=f"{self.limits.cell_s:g}")
        return replace(result, outcome=outcome, message=message)


_OUTCOME_OF_ERROR: dict[type[ExamineeError], Outcome] = {
    TimedOut: Outcome.TIMED_OUT,
    OutOfMemory: Outcome.OUT_OF_MEMORY,
    Violation: Outcome.VIOLATION,
}
# Of an exit code: SIGKILL comes from the kernel, SIGSYS from the system-call filter.
_OUTCOME_OF_ENDING = {-9: Outcome.OUT_OF_MEMORY, -31: Outcome.VIOLATION}
_MESSAGES = {
    Outcome.TIMED_OUT: (
        "이 셀은 {seconds}초 안에 끝나지 않아 멈추었어요.",
        "This cell did not end within {seconds} seconds and was stopped.",
    ),
    Outcome.OUT_OF_MEMORY: ("이 셀은 메모리를 너무 많이 썼어요.", "This cell used too much memory."),
    Outcome.OUTPUT_FLOOD: (
        "이 셀은 출력을 너무 많이 했어요.",
        "This cell wrote too much output.",
    ),
    Outcome.EXITED: ("이 셀에서 프로그램이 끝나 버렸어요.", "The program ended in this cell."),
    Outcome.VIOLATION: ("이 셀은 허용되지 않은 일을 했어요.", "This cell did what is not allowed."),
}


def _number(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value < 2**31 else None
