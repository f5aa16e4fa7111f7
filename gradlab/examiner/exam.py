"""One notebook's exam: from cells to results."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import ends_hidden
from gradlab.base.deadline import deadline
from gradlab.base.errors import CourseError, SandboxError
from gradlab.base.failures import no_blame_for_the_machine
from gradlab.base.outcome import Outcome
from gradlab.checks import CheckFailed, is_stubs, not_attempted
from gradlab.examiner.credit import share_of_points
from gradlab.examiner.endings import OUTCOME_OF_ERROR, outcome_of_ending
from gradlab.examiner.files import Files, harmless_files
from gradlab.examiner.final_state import is_final_for_all
from gradlab.examiner.hidden import add_earlier, before, given_names, run_hidden, students_names
from gradlab.examiner.outputs import execution_count, size_bytes
from gradlab.examiner.result import CellResult, cut
from gradlab.examiner.session import (
    Ended,
    ExamineeError,
    Session,
    TimedOut,
)
from gradlab.examiner.stubs import judged_exercise, unanswered
from gradlab.examiner.told import MESSAGES
from gradlab.examiner.ways import Way
from gradlab.wire.codec import RaisedError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examiner.cells import ExamCell


_SMALL_BYTES = 1_000  # of an output that is always shown
_MAX_BITS = 64  # of a number of points; Python refuses to print very long ones
_COMPLETE = frozenset({Outcome.PASSED, Outcome.RAISED})  # of a cell after which the examinee can go on


@dataclass(frozen=True)
class ExamLimits:
    """Limits on time and output, for each cell and for all cells of a notebook together.

    Args:
        cell_s: seconds for one cell.
        output_bytes: bytes printed and displayed by one cell.
        exam_s: seconds for all cells.
        exam_output_bytes: bytes printed and displayed by all cells.
        kept_bytes: bytes kept of the files that they write.
    """

    cell_s: float = 30.0
    output_bytes: int = 1_000_000
    exam_s: float = 600.0
    exam_output_bytes: int = 5_000_000
    kept_bytes: int = 0


class _ExamOver(TimedOut):
    """All cells together have used up their time."""


class _SlowTest(TimedOut):
    """A hidden test itself takes too long with the student's values."""


@dataclass
class Exam:
    """The cells of one notebook, run in order in an examinee that may have to be replaced.

    An exam either judges or shows. One that judges asks each hidden test right after the visible part of its
    cell; since its examinee has heard them, none of its outputs is kept. One that shows collects all outputs
    first, and then asks the hidden tests about the state that the last cell has left.

    Args:
        cells: the code cells.
        notebook: the source notebook, None if the course has none.
        start: returns a session with a new examinee.
        ending_of: waits for the end of a session's examinee; returns its exit code.
        limits: for each cell, and for all of them.
        language: the language of the messages.
        variant: of the hidden tests; see `gradlab.checks.use_variant`.
        is_shown: whether it shows, instead of judging.
        files: the files that the notebook has written, once all cells of an exam that shows have run.
        verdicts: the results of all cells in an exam that shows, empty if a judge has to decide.
    """

    cells: Sequence[ExamCell]
    notebook: SourceNotebook | None
    start: Callable[[], Session]
    ending_of: Callable[[Session], int]
    limits: ExamLimits
    language: str
    variant: int = 0
    is_shown: bool = False
    files: Files = field(default_factory=dict)
    verdicts: list[CellResult] = field(default_factory=list)
    _session: Session | None = None
    _ended_at: set[int] = field(default_factory=set)
    _used_s: float = 0.0  # by examinees that have been replaced
    _left_output_bytes: int = 0

    def results(self) -> list[CellResult]:
        """Run all cells; return their results."""
        return list(self.each_result())

    def each_result(self) -> Generator[CellResult, None, None]:
        """Run each cell when its result is asked for; yield the results."""
        self._left_output_bytes = self.limits.exam_output_bytes
        try:
            if self.is_shown:
                yield from self._each_shown()
            else:
                yield from self._each_judged()
        finally:
            if self._session is not None:
                self._session.end()

    def _each_judged(self) -> Generator[CellResult, None, None]:
        last_test = max((index for index, cell in enumerate(self.cells) if cell.is_test), default=-1)
        for index, cell in enumerate(self.cells[: last_test + 1]):
            started_s = time.monotonic()
            result = self._run(index, cell.visible)
            if cell.is_test:
                result = self._judged(index, cell, result)
            yield replace(result, elapsed_s=time.monotonic() - started_s, variant=self.variant)
        yield from (CellResult() for _ in self.cells[last_test + 1 :])

    def _each_shown(self) -> Generator[CellResult, None, None]:
        shown = []
        for index, cell in enumerate(self.cells):
            shown.append(self._run(index, cell.visible))
            yield shown[-1]
        self.files = self._written_files()
        ways = {cell.asked.way for cell in self.cells}
        is_complete = all(result.outcome in _COMPLETE for result in shown)
        derived = frozenset() if self.notebook is None else self.notebook.derived
        if Way.BESIDE not in ways and is_complete and is_final_for_all(self.cells, derived):
            self.verdicts = self._verdicts_at_the_end(shown)

    def _verdicts_at_the_end(self, shown: Sequence[CellResult]) -> list[CellResult]:
        """Ask the hidden tests about the state that the last cell has left; return nothing if one fails."""
        if any(map(self._fails, self.cells, shown)):
            return []
        verdicts: list[CellResult] = []
        for index, (cell, result) in enumerate(zip(self.cells, shown, strict=True)):
            verdict = self._judged(index, cell, result) if cell.is_test else result
            if self._fails(cell, verdict):
                return []
            verdicts.append(replace(verdict, variant=self.variant))
        return verdicts

    def _fails(self, cell: ExamCell, result: CellResult) -> bool:
        """Tell whether a test cell that is asked by value loses points although there is an answer."""
        return (
            cell.is_test
            and cell.asked.way is Way.VALUE
            and (result.outcome is not Outcome.PASSED or share_of_points(result.credit, cell.points) < 1)
            and not self._stub_of(cell)
        )

    @cached_property
    def _unanswered(self) -> frozenset[str]:
        return unanswered(self.cells)

    def _stub_of(self, cell: ExamCell) -> str:
        """Return the exercise without an answer that a test cell judges, "" if there is none."""
        return judged_exercise(cell, cell.hidden, self._unanswered)

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
        if not source.strip():
            return CellResult()
        try:
            session = self._living_session(index)
            session.allow(self._cell_s())
            is_shown = self.is_shown or self.cells[index].is_all_visible
            answer = session.run(source, self.limits.output_bytes, is_shown=is_shown)
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
        message = f"{error.type_name}: {error.message}"
        return replace(result, outcome=Outcome.RAISED, message=message if self.is_shown else cut(message))

    def _outputs_within_limit(self, outputs: object) -> list[Any]:
        """Return the outputs of a cell, or a note if the outputs of all cells together are too large."""
        if not isinstance(outputs, list):
            return []
        n_bytes = size_bytes(outputs)
        if n_bytes <= self._left_output_bytes:
            self._left_output_bytes -= n_bytes
            return outputs
        note = {"output_type": "stream", "name": "stdout", "text": MESSAGES("left_out", self.language)}
        last = outputs[-1:]  # nbgrader may take it for the points
        return [note, *last] if size_bytes(last) < _SMALL_BYTES else [note]

    def _judged(self, index: int, cell: ExamCell, visible: CellResult) -> CellResult:
        """Add the verdict of a test cell's hidden part to the result of its visible part.

        If the examinee could not go on after the visible part, the hidden part is not run.
        """
        if visible.outcome not in _COMPLETE:
            return visible
        stub = self._stub_of(cell)
        if stub:
            message = not_attempted(stub, self.language)
            return replace(visible, outcome=Outcome.NOT_ATTEMPTED, message=message, exercise=stub)
        if cell.asked.way is Way.HAND:
            return replace(visible, outcome=Outcome.EXAMINER_ERROR, message=cell.asked.why)
        if cell.asked.way is Way.BESIDE:  # see `gradlab.examiner.beside`
            return visible
        verdict = self._hidden(index, cell.hidden)
        if self._session is not None and self._session.failure is not None:  # the test may have caught it
            raise self._session.failure
        if verdict.uses_methods and not cell.asked.trusts_methods:  # methods may say anything
            verdict = self._told(verdict, Outcome.EXAMINER_ERROR, "own_methods")
        if verdict.outcome is Outcome.PASSED:
            is_credited = visible.outcome is Outcome.PASSED and ends_hidden(cell.source)
            credit = verdict.credit if is_credited else ""
            return replace(visible, credit=credit, uses_methods=verdict.uses_methods)
        return replace(verdict, outputs=visible.outputs, number=visible.number)

    def _hidden(self, index: int, hidden: str) -> CellResult:
        """Return the verdict of a hidden part; it has no outputs."""
        if not hidden:
            return CellResult()
        if self.notebook is None:
            message = "There is no source notebook to take the reference from."
            return CellResult(outcome=Outcome.EXAMINER_ERROR, message=message)
        own = self.cells[index].variant
        variant = self.variant if own is None else own
        try:
            with no_blame_for_the_machine():
                session = self._living_session(index)
                session.allow(self._cell_s())
                session.sees_changes, session.uses_methods = self.cells[index].asked.sees_changes, False
                session.asks_kinds = False
                names = self._names(index, self.notebook, session)
                # Entered outside of the deadline, so that it is left properly.
                with self.notebook.workplace.entered(), deadline(2 * self.limits.cell_s, _SlowTest):
                    value = run_hidden(hidden, names, self.notebook, variant)
        except CheckFailed as failure:
            return CellResult(
                outcome=Outcome.NOT_ATTEMPTED if failure.is_stub else Outcome.FAILED,
                message=str(failure),
                exercise=failure.exercise,
                misconception=failure.misconception,
                returned=self._returned(failure, hidden, names, self.notebook),
                case=failure.case,
            )
        except ExamineeError as error:
            return self._lost(index, error)
        except SandboxError:  # not caused by the hidden test
            raise
        except Exception as error:  # noqa: BLE001  # from an answer, or from the hidden test itself
            outcome = self._outcome_of(error, index, self.notebook, variant)
            message = f"{type(error).__name__}: {error}".removesuffix(": ")
            return CellResult(
                outcome=outcome,
                message=message if str(error) in hidden else cut(message),
                is_uncertain=session.asks_kinds or not isinstance(error, AssertionError | NameError),
            )
        is_number = type(value) is float or (type(value) is int and value.bit_length() <= _MAX_BITS)
        credit = repr(value) if is_number else ""
        return CellResult(credit=credit, uses_methods=session.uses_methods)

    def _returned(
        self, failure: CheckFailed, hidden: str, names: dict[str, Any], notebook: SourceNotebook
    ) -> list[dict[str, Any]] | None:
        """Return what a wrong answer returns in the first variant, so that equal answers can be found."""
        if failure.returned is None or not self.variant:
            return failure.returned
        assert self._session is not None  # noqa: S101  # it has just been asked
        try:
            with notebook.workplace.entered(), deadline(self.limits.cell_s, _SlowTest):
                run_hidden(hidden, dict(names), notebook, 0)
        except CheckFailed as first:
            return first.returned
        except ExamineeError:
            self._session.end()
        except Exception:  # noqa: BLE001, S110  # tells as little as a right answer
            pass
        return failure.returned

    def _outcome_of(self, error: Exception, index: int, notebook: SourceNotebook, variant: int) -> Outcome:
        """Tell whose fault an exception in a hidden test is.

        It is the answer's if the exception comes from an assertion or from the answer itself, or if the
        reference passes the test: as it is in the end, or as it was in the test's place.
        """
        if isinstance(error, AssertionError):
            return Outcome.FAILED
        if self._session is not None and error is self._session.raised:
            return Outcome.NOT_ATTEMPTED if is_stubs(error) else Outcome.FAILED
        if isinstance(error, CourseError):
            return Outcome.EXAMINER_ERROR
        for state in (notebook, before(notebook, self.cells[index].name)):
            try:
                run_hidden(self.cells[index].hidden, self._names(index, state, None), notebook, variant)
            except SandboxError:
                raise
            except Exception:  # noqa: BLE001, S112  # the hidden test itself is wrong, or needs the other state
                continue
            return Outcome.FAILED
        return Outcome.EXAMINER_ERROR

    def _names(self, index: int, notebook: SourceNotebook, session: Session | None) -> dict[str, Any]:
        """Return the names that the hidden part of a cell sees; without a session, the reference's."""
        hidden = self.cells[index].hidden
        names = given_names(notebook, self.language)
        if session is not None:
            names = students_names(hidden, notebook, session, names)
        tests = [cell for cell in self.cells[:index] if cell.is_test]
        earlier = [part for cell in tests for part in (cell.visible, cell.hidden)]
        add_earlier(names, hidden, [*earlier, self.cells[index].visible], notebook, self.variant)
        return names

    def _living_session(self, index: int) -> Session:
        """Return a session in which the cells before this one have run, except those that ended a session."""
        if self._session is not None and self._session.is_alive:
            return self._session
        self._cell_s()
        self._used_s += self._session.used_s if self._session is not None else 0.0
        self._session = session = self.start()
        for earlier, cell in enumerate(self.cells[:index]):
            if earlier in self._ended_at:
                continue
            session.allow(self._cell_s())
            try:
                session.run(cell.visible, self.limits.output_bytes, is_shown=False)
            except TimedOut:
                self._ended_at.add(earlier)
                if not session.is_alive:
                    return self._living_session(index)
            except ExamineeError:
                self._ended_at.add(earlier)
                return self._living_session(index)
        return session

    def _cell_s(self) -> float:
        """Return the seconds that a cell may take now; raise if all cells together have taken too long."""
        used_s = self._used_s + (self._session.used_s if self._session is not None else 0.0)
        left_s = self.limits.exam_s - used_s
        if left_s <= 0:
            raise _ExamOver
        return min(self.limits.cell_s, left_s)

    def _lost(self, index: int, error: ExamineeError) -> CellResult:
        """Return the result of a cell that the examinee could not finish."""
        if isinstance(error, _ExamOver):
            return self._told(CellResult(), Outcome.TIMED_OUT, "exam_over")
        assert self._session is not None  # noqa: S101  # an error comes from a session
        if isinstance(error, _SlowTest):
            self._session.end()  # it may have been in the middle of an answer
        if not self._session.is_alive:
            self._ended_at.add(index)
        if isinstance(error, Ended):
            outcome = outcome_of_ending(self.ending_of(self._session))
        else:
            outcome = next(outcome for kind, outcome in OUTCOME_OF_ERROR.items() if isinstance(error, kind))
        return self._with_message(CellResult(), outcome)

    def _with_message(self, result: CellResult, outcome: Outcome) -> CellResult:
        return self._told(result, outcome, str(outcome))

    def _told(self, result: CellResult, outcome: Outcome, text: str) -> CellResult:
        return replace(result, outcome=outcome, message=message_of(text, self.limits, self.language))


def message_of(text: str, limits: ExamLimits, language: str) -> str:
    """Return what students are told; the text of an outcome has the outcome's name."""
    seconds = {"seconds": f"{limits.cell_s:g}", "exam_seconds": f"{limits.exam_s:g}"}
    return MESSAGES(text, language, **seconds)
