"""One notebook's exam: from cells to results."""

from __future__ import annotations

import ast
import time
import warnings
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from gradlab.checks import CheckFailed, use_notebook
from gradlab.deadline import deadline
from gradlab.errors import CourseError, SandboxError
from gradlab.examiner.files import Files, harmless_files
from gradlab.examiner.outcome import CellResult, Outcome
from gradlab.examiner.outputs import execution_count, size_bytes
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
    from collections.abc import Callable, Generator, Sequence

    from gradlab.source import SourceNotebook


_MAX_MESSAGE_CHARS = 10_000  # an assertion may show what an answer returned


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
    """How long a cell may run and how much it may write, and all cells of a notebook together.

    Of the files that they write, `kept_bytes` are kept.
    """

    cell_s: float = 30.0
    output_bytes: int = 1_000_000
    exam_s: float = 600.0
    exam_output_bytes: int = 5_000_000
    kept_bytes: int = 0


class _ExamOver(TimedOut):
    """All cells together have taken as long as they may."""


class _SlowTest(TimedOut):
    """A hidden test takes longer over the student's values than these took to come."""


@dataclass
class Exam:
    """The cells of one notebook, run in order in an examinee that may have to be replaced.

    Args:
        cells: the code cells.
        notebook: the source notebook, None where the course keeps none.
        start: returns a session with a new examinee.
        ending_of: waits for the end of a session's examinee; returns its exit code.
        limits: for each cell, and for all of them.
        language: of the messages.
        files: those that the notebook has written, when all cells have run.
    """

    cells: Sequence[ExamCell]
    notebook: SourceNotebook | None
    start: Callable[[], Session]
    ending_of: Callable[[Session], int]
    limits: ExamLimits
    language: str
    files: Files = field(default_factory=dict)
    _session: Session | None = None
    _ended_at: set[int] = field(default_factory=set)
    _ends_s: float = 0.0
    _left_output_bytes: int = 0

    def results(self) -> list[CellResult]:
        """Run all cells; return what became of each."""
        return list(self.each_result())

    def each_result(self) -> Generator[CellResult, None, None]:
        """Run the cells; yield what became of each. Those that nobody asks for are not run."""
        self._ends_s = time.monotonic() + self.limits.exam_s
        self._left_output_bytes = self.limits.exam_output_bytes
        try:
            for index, cell in enumerate(self.cells):
                started_s = time.monotonic()
                result = self._run(index, split_test(cell.source)[0] if cell.is_test else cell.source)
                if cell.is_test:
                    result = self._judged(index, cell, result)
                yield replace(result, elapsed_s=time.monotonic() - started_s)
            self.files = self._written_files()
        finally:
            if self._session is not None:
                self._session.end()

    def _written_files(self) -> Files:
        if not self.limits.kept_bytes or self._session is None or not self._session.is_alive:
            return {}
        try:
            self._session.allow(self._cell_s())
            return harmless_files(self._session.files(self.limits.kept_bytes), self.limits.kept_bytes)
        except ExamineeError:
            return {}

    def _run(self, index: int, source: str) -> CellResult:
        """Run a cell's visible text in the examinee."""
        try:
            session = self._living_session(index)
            session.allow(self._cell_s())
            answer = session.run(source, self.limits.output_bytes)
        except ExamineeError as lost:
            return self._lost(index, lost)
        error = answer.get("error")
        result = CellResult(
            self._outputs_within_limit(answer.get("outputs")), execution_count(answer.get("number"))
        )
        if answer.get("has_flooded") is True:
            return self._with_message(result, Outcome.OUTPUT_FLOOD)
        if not isinstance(error, RaisedError):
            return result
        if error.type_name == MemoryError.__name__:
            return self._with_message(result, Outcome.OUT_OF_MEMORY)
        return replace(result, outcome=Outcome.RAISED, message=f"{error.type_name}: {error.message}")

    def _outputs_within_limit(self, outputs: object) -> list[Any]:
        """Return what a cell has put out, or, where all cells have put out too much, a note in its place."""
        if not isinstance(outputs, list):
            return []
        n_bytes = size_bytes(outputs)
        if n_bytes <= self._left_output_bytes:
            self._left_output_bytes -= n_bytes
            return outputs
        note = self._in_language(_LEFT_OUT)
        return [{"output_type": "stream", "name": "stdout", "text": note}]

    def _judged(self, index: int, cell: ExamCell, visible: CellResult) -> CellResult:
        """Add the verdict of a test cell's hidden part to the result of its visible part.

        Where the examinee could not go on with the visible part, the hidden part is not run.
        """
        if visible.outcome not in {Outcome.PASSED, Outcome.RAISED}:
            return visible
        verdict = self._hidden(index, split_test(cell.source)[1])
        if verdict.outcome is Outcome.PASSED:
            return visible
        return replace(verdict, outputs=visible.outputs, number=visible.number)

    def _hidden(self, index: int, hidden: str) -> CellResult:
        """Return what a hidden part comes to; it has no outputs."""
        if not hidden:
            return CellResult()
        if self.notebook is None:
            message = "There is no source notebook to take the reference from."
            return CellResult(outcome=Outcome.EXAMINER_ERROR, message=message)
        try:
            session = self._living_session(index)
            session.allow(self._cell_s())
            names = self._names(self.notebook, session, hidden)
            with deadline(2 * self.limits.cell_s, _SlowTest()):
                _run_hidden(hidden, names, self.notebook)
        except CheckFailed as failure:
            return CellResult(
                outcome=Outcome.NOT_ATTEMPTED if failure.is_stub else Outcome.FAILED,
                message=str(failure),
                exercise=failure.exercise,
                misconception=failure.misconception,
                returned=failure.returned,
            )
        except ExamineeError as error:
            return self._lost(index, error)
        except SandboxError:  # nobody's hidden test
            raise
        except Exception as error:  # noqa: BLE001  # an answer's, or of the hidden test itself
            outcome = self._outcome_of(error, hidden, self.notebook)
            message = f"{type(error).__name__}: {error}".removesuffix(": ")
            return CellResult(outcome=outcome, message=message[:_MAX_MESSAGE_CHARS])
        return CellResult()

    def _outcome_of(self, error: Exception, hidden: str, notebook: SourceNotebook) -> Outcome:
        """Tell whether an exception in a hidden test is the answer's.

        It is where it comes from an assertion or from the answer itself, or where the reference
        provokes none.
        """
        if isinstance(error, AssertionError):
            return Outcome.FAILED
        if self._session is not None and error is self._session.raised:
            return Outcome.NOT_ATTEMPTED if isinstance(error, NotImplementedError) else Outcome.FAILED
        if isinstance(error, CourseError):
            return Outcome.EXAMINER_ERROR
        try:
            _run_hidden(hidden, self._given_names(notebook), notebook)
        except Exception:  # noqa: BLE001  # the hidden test itself is wrong
            return Outcome.EXAMINER_ERROR
        return Outcome.FAILED

    def _given_names(self, notebook: SourceNotebook) -> dict[str, Any]:
        return {**notebook.reference, "__name__": "__main__", "LANGUAGE": self.language}

    def _names(self, notebook: SourceNotebook, session: Session, hidden: str) -> dict[str, Any]:
        """Return the names that a hidden test sees: given ones, and for the student's what stands for them.

        What can be called has a stand-in; of all else that the test mentions, it gets the value.
        """
        given = self._given_names(notebook)
        names = {name: value for name, value in given.items() if name not in notebook.answered}
        mentioned = _mentioned(hidden)
        for name in notebook.answered | notebook.solutions.keys():
            stand_in = StandIn(session, name)
            if name in notebook.solutions or callable(notebook.reference.get(name)):
                names[name] = stand_in
            elif name in mentioned:
                names[name] = session.call(cast, object, stand_in)
        return names

    def _living_session(self, index: int) -> Session:
        """Return a session in which the cells before this one have run, but for those that ended one."""
        if self._session is not None and self._session.is_alive:
            return self._session
        self._cell_s()
        self._session = session = self.start()
        for earlier, cell in enumerate(self.cells[:index]):
            if earlier in self._ended_at or cell.is_test:
                continue
            session.allow(self._cell_s())
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

    def _cell_s(self) -> float:
        """Return the seconds that a cell may take now; raise where all of them have taken too long."""
        left_s = self._ends_s - time.monotonic()
        if left_s <= 0:
            raise _ExamOver
        return min(self.limits.cell_s, left_s)

    def _lost(self, index: int, error: ExamineeError) -> CellResult:
        """Return the result of a cell with which the examinee could not go on."""
        if isinstance(error, _ExamOver):
            return self._told(CellResult(), Outcome.TIMED_OUT, _EXAM_OVER)
        assert self._session is not None  # noqa: S101  # an error comes from a session
        if isinstance(error, _SlowTest):
            self._session.end()  # it may have been in the middle of an answer
        if not self._session.is_alive:
            self._ended_at.add(index)
        if isinstance(error, Ended):
            outcome = _OUTCOME_OF_ENDING.get(self.ending_of(self._session), Outcome.EXITED)
        else:
            outcome = next(one for kind, one in _OUTCOME_OF_ERROR.items() if isinstance(error, kind))
        return self._with_message(CellResult(), outcome)

    def _with_message(self, result: CellResult, outcome: Outcome) -> CellResult:
        return self._told(result, outcome, _MESSAGES[outcome])

    def _told(self, result: CellResult, outcome: Outcome, texts: tuple[str, str]) -> CellResult:
        message = self._in_language(texts).format(
            seconds=f"{self.limits.cell_s:g}", exam_seconds=f"{self.limits.exam_s:g}"
        )
        return replace(result, outcome=outcome, message=message)

    def _in_language(self, texts: tuple[str, str]) -> str:
        korean, english = texts
        return korean if self.language == "ko" else english


@lru_cache(maxsize=256)
def _mentioned(hidden: str) -> frozenset[str]:
    """Return the names that a hidden test mentions; it is the same for all submissions."""
    return frozenset(node.id for node in ast.walk(ast.parse(hidden)) if isinstance(node, ast.Name))


def _run_hidden(hidden: str, names: dict[str, Any], notebook: SourceNotebook) -> None:
    with use_notebook(notebook), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        run(hidden, names, "<hidden test>")


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
    Outcome.VIOLATION: (
        "이 셀은 허용되지 않은 일을 하려고 했어요.",
        "This cell tried to do something that is not allowed.",
    ),
}

_EXAM_OVER = (
    "노트북 전체의 실행 시간이 {exam_seconds}초를 넘어서 이 셀은 실행하지 않았어요.",
    "All cells together took more than {exam_seconds} seconds; this cell was not run.",
)
_LEFT_OUT = (
    "노트북 전체의 출력이 너무 많아서 이 셀의 출력은 보여 주지 않아요.\n",
    "The outputs of all cells together are too large: those of this cell are left out.\n",
)
