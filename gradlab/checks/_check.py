"""`check`: one exercise, a table of cases, a verdict."""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from gradlab.base.errors import CourseError
from gradlab.base.texts import FALLBACK_LANGUAGE
from gradlab.checks._comparisons import Comparison, is_explained, is_settled, note
from gradlab.checks._course import current_notebook
from gradlab.checks._failing import differing, failing_case
from gradlab.checks._memory import remembered
from gradlab.checks._messages import (
    MAX_SHAPE_CHARS,
    CheckFailed,
    Remark,
    show,
    show_answer,
    show_call,
    show_error,
    text,
)
from gradlab.checks._returned import described
from gradlab.checks._scenario import (
    CallResult,
    Elsewhere,
    Scenario,
    bound_to,
    is_answers,
    is_stubs,
    is_undefined,
    result_of,
)
from gradlab.checks._values import ATOL, RTOL, NotNumbersError, agree, as_float64, is_telling, kind_of
from gradlab.checks._variants import passed_checks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradlab.authoring.source import Misconception, SourceNotebook


@dataclass(frozen=True)
class Case:
    """One row of the table: the arguments of a call, and the error that it should raise, if any."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    error: type[Exception] | None = None

    def raises(self, error: type[Exception]) -> Case:
        """Return this case with an exception as its right outcome."""
        return replace(self, error=error)

    def on(self, function: Callable[..., Any]) -> CallResult:
        """Call a function on this case."""
        return result_of(function, self.args, self.kwargs)


def case(*args: Any, **kwargs: Any) -> Case:  # the arguments of any exercise
    """Return one row of the table: the arguments of one call."""
    return Case(args, kwargs)


@dataclass(frozen=True)
class _Tolerance:
    rtol: float
    atol: float
    any_shape: bool

    def agree(self, got: object, expected: object) -> bool:
        return agree(got, expected, rtol=self.rtol, atol=self.atol, any_shape=self.any_shape)


@dataclass(frozen=True)
class _Question:
    """The function to call on any answer to an exercise: the exercise itself, or a scenario that uses it."""

    exercise: str
    scenario: Scenario | None

    def of(self, names: Mapping[str, Any], notebook: SourceNotebook) -> Callable[..., Any]:
        """Return the question as a function that uses the definitions in `names`."""
        if self.scenario is None:
            function: Callable[..., Any] = names[self.exercise]
            return function
        definitions = {name: names[name] for name in notebook.solutions if name in names}
        bound = bound_to(self.scenario, definitions)
        asked = names[self.exercise]
        if isinstance(asked, Elsewhere) and getattr(self.scenario, "is_probe", False):
            return asked.probe(bound)
        return bound

    def shown(self, row: Case) -> str:
        """Return the question on one case as a person would write it."""
        if self.scenario is None:
            return show_call(self.exercise, row.args, row.kwargs)
        arguments = inspect.signature(self.scenario).bind(*row.args, **row.kwargs).arguments
        given = ", ".join(f"{name}={show(value)}" for name, value in arguments.items())
        summary = inspect.getdoc(self.scenario) or self.scenario.__name__
        return f"{summary.splitlines()[0]} [{given}]" if given else summary.splitlines()[0]


@dataclass(frozen=True)
class _Shown:
    """A question on one case, converted to text only if a message needs it."""

    question: _Question
    case: Case

    def __str__(self) -> str:
        return self.question.shown(self.case)


@dataclass(frozen=True)
class _Checked:
    """One `check`, and the outcomes of an answer."""

    question: _Question
    cases: Sequence[Case]
    tolerance: _Tolerance
    telling: type[Exception] | tuple[()]
    outcomes: Sequence[CallResult]

    @property
    def is_telling(self) -> bool:
        """Whether something was compared that tells answers apart."""
        return any(
            is_telling(outcome.value) or isinstance(outcome.error, self.telling) for outcome in self.outcomes
        )


def check(  # noqa: PLR0913  # all except for two are keywords with defaults
    exercise: str,
    cases: Sequence[Case],
    *,
    scenario: Scenario | None = None,
    oracle: Callable[..., Any] | None = None,
    rtol: float = RTOL,
    atol: float = ATOL,
    any_shape: bool = False,
    reveal: bool = False,
    telling: type[Exception] | tuple[()] = (),
) -> None:
    """Compare the student's answer to an exercise with the reference, and the reference with an oracle.

    Args:
        exercise: the exercise's name.
        cases: the rows of the table; the arguments are copied before each call.
        scenario: called on each case instead of the exercise itself; it uses the exercise by
            its name and returns the value to compare. The first line of its docstring tells the
            student what is called.
        oracle: called on each case; the reference must agree with it.
        rtol: relative tolerance.
        atol: absolute tolerance.
        any_shape: let only the sizes of arrays count.
        reveal: tell the student the expected value; use it only if this does not give the answer away.
        telling: errors whose text, like a value, proves a misconception; by default, no error does.

    Raises:
        CheckFailed: if the student's answer is wrong.
        CourseError: if the reference itself is wrong, or the oracle disagrees with it.
    """
    notebook = current_notebook()
    tolerance = _Tolerance(rtol, atol, any_shape)
    question = _Question(exercise, scenario)
    names = _caller_names()
    language = str(names.get("LANGUAGE", FALLBACK_LANGUAGE))

    rights = remembered(
        notebook,
        scenario,
        ("reference", exercise, cases, oracle, tolerance),
        lambda: _right_outcomes(question, cases, notebook, oracle, tolerance),
    )
    if exercise not in names:
        raise CheckFailed(text("not_defined", language, name=exercise), exercise=exercise)
    students = question.of(names, notebook)
    outcomes: list[CallResult] = []
    failure, failed = None, 0
    for row, right in zip(cases, rights, strict=True):
        outcomes.append(row.on(students))
        asked = _Shown(question, row)
        compared = Comparison(asked, right, outcomes[-1], rtol, atol, any_shape)
        note(compared)
        if failure is None:
            failure = _failure(asked, row, right, outcomes[-1], tolerance, language)
            failed = len(outcomes) - 1
        if failure is not None and is_settled(compared):
            break
    checked = _Checked(question, cases, tolerance, telling, outcomes)
    if failure is None:
        passed_checks().append(checked)
        return
    row, right, outcome = cases[failed], rights[failed], outcomes[failed]
    if reveal and row.error is None:
        failure += text("expected", language, expected=show(right.value))
    if is_stubs(outcome.error) or is_undefined(outcome.error, exercise):
        raise CheckFailed(failure, is_stub=is_stubs(outcome.error), exercise=exercise)
    if not is_explained():
        raise CheckFailed(failure, exercise=exercise)
    failing = failing_case(
        notebook=notebook,
        call=question.shown(row),
        given=[*row.args, *row.kwargs.values()],
        got=outcome,
        right=right,
        error=row.error,
        agree=tolerance.agree,
        any_shape=any_shape,
    )
    shown = _misconception([*passed_checks(), checked], notebook)
    if shown is None:
        raise CheckFailed(failure, exercise=exercise, returned=described(outcomes), case=failing)
    failure += text("misconception", language, sentence=shown.sentence(language))
    raise CheckFailed(failure, exercise=exercise, misconception=shown.name, case=failing)


def _caller_names() -> Mapping[str, Any]:
    """Return the names of the notebook whose test cell called `check`."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__") == __name__:
        frame = frame.f_back
    return frame.f_globals if frame is not None else {}


def _right_outcomes(
    question: _Question,
    cases: Sequence[Case],
    notebook: SourceNotebook,
    oracle: Callable[..., Any] | None,
    tolerance: _Tolerance,
) -> list[CallResult]:
    """Return the reference's outcomes, after comparing them with the oracle's."""
    references = question.of(notebook.reference, notebook)
    rights = []
    for row in cases:
        right = row.on(references)
        shown = question.shown(row)
        if row.error is not None:
            if not isinstance(right.error, row.error):
                raise CourseError(f"{shown}: the reference does not raise {row.error.__name__}")
        elif right.error is not None:
            raise CourseError(f"{shown}: the reference raises {right.error!r}") from right.error
        elif oracle is not None:
            known = row.on(oracle)
            if known.error is not None:
                raise CourseError(f"{shown}: the oracle raises {known.error!r}") from known.error
            if not tolerance.agree(right.value, known.value):
                raise CourseError(f"{shown}: the reference gives {right.value!r}, the oracle {known.value!r}")
        rights.append(right)
    return rights


def _failure(  # noqa: PLR0911, PLR0913, PLR0917  # a return for each way to be wrong; the arguments describe a row of the table
    shown: _Shown, row: Case, right: CallResult, got: CallResult, tolerance: _Tolerance, language: str
) -> str | None:
    """Return what is wrong with one outcome, or None."""
    if is_stubs(got.error):
        return text("not_attempted", language, call=shown)
    if is_undefined(got.error, shown.question.exercise):
        return text("not_defined", language, name=shown.question.exercise)
    if row.error is not None:
        if isinstance(got.error, row.error):
            return None
        parts = {"call": shown, "expected": row.error.__name__}
        if got.error is None:
            return text("did_not_raise", language, got=show_answer(got.value), **parts)
        return text("wrong_error", language, error=show_error(got.error), **parts)
    if got.error is not None:
        raised = "raised" if shown.question.scenario is None or is_answers(got.error) else "stopped"
        return text(raised, language, call=shown, error=show_error(got.error))
    if tolerance.agree(got.value, right.value):
        return None
    if got.value is None:
        return text("returned_none", language, call=shown)
    told, expected = got.value, right.value
    if isinstance(told, Mapping) and isinstance(expected, Mapping) and expected.keys() <= told.keys():
        told, expected = differing(told, expected, tolerance.agree)
    return _wrong_value(shown, expected, told, language, any_shape=tolerance.any_shape)


def _wrong_value(shown: _Shown, right: object, got: object, language: str, *, any_shape: bool) -> str:
    try:
        right_shape = as_float64(right).shape
    except TypeError:
        return text("wrong_value", language, call=shown, got=show_answer(got))
    if isinstance(got, Remark):
        return text("wrong_value", language, call=shown, got=show_answer(got))
    try:
        got_shape = as_float64(got).shape
    except NotNumbersError as error:
        return text("not_numbers", language, call=shown, got=show_answer(got), kind=kind_of(error.refused))
    except TypeError:
        return text("ragged", language, call=shown, got=show_answer(got))
    is_free = any_shape or math.prod(right_shape) == 1  # a single number may come in any shape
    if math.prod(got_shape) != math.prod(right_shape) or not (is_free or got_shape == right_shape):
        return text(
            "wrong_shape",
            language,
            call=shown,
            got=show_answer(got),
            got_shape=str(got_shape)[:MAX_SHAPE_CHARS],
            expected_shape=right_shape,
        )
    return text("wrong_value", language, call=shown, got=show_answer(got))


def _misconception(so_far: Sequence[_Checked], notebook: SourceNotebook) -> Misconception | None:
    """Return the misconception that an answer shows, None if that is not sure.

    All outcomes are the same, also those of the checks that the answer has passed in this test cell; at least
    one of them is a value that tells answers apart; and no other misconception has the same outcomes.

    Args:
        so_far: the checks of the test cell in order; the last one fails.
        notebook: the source notebook.
    """
    exercise = so_far[-1].question.exercise
    related = [checked for checked in reversed(so_far) if checked.question.exercise == exercise]
    if not any(checked.is_telling for checked in related):
        return None
    shown = [
        misconception
        for misconception in notebook.misconceptions
        if misconception.exercise == exercise
        and all(_shows(checked, misconception, notebook) for checked in related)
    ]
    return shown[0] if len(shown) == 1 else None


def _shows(checked: _Checked, misconception: Misconception, notebook: SourceNotebook) -> bool:
    """Tell whether an answer has the outcomes of a misconception in one check."""
    typical = remembered(
        notebook,
        checked.question.scenario,
        (misconception.name, checked.question.exercise, checked.cases),
        partial(_typical_outcomes, checked.question, checked.cases, notebook, misconception),
    )
    rows = zip(checked.cases, checked.outcomes, typical, strict=True)
    return all(_same(row, got, expected, checked.tolerance) for row, got, expected in rows)


def _typical_outcomes(
    question: _Question, cases: Sequence[Case], notebook: SourceNotebook, misconception: Misconception
) -> list[CallResult]:
    """Return the outcomes of a misconception."""
    typical = question.of(notebook.namespace_with(misconception.code, misconception.name), notebook)
    return [row.on(typical) for row in cases]


def _same(row: Case, got: CallResult, expected: CallResult, tolerance: _Tolerance) -> bool:
    """Tell whether two outcomes are the same: equal values, or an error with the same text or a right one."""
    if got.error is not None and expected.error is not None:
        if row.error is not None and isinstance(expected.error, row.error):
            return isinstance(got.error, row.error)
        return show_error(got.error) == show_error(expected.error)
    try:
        return (got.error is expected.error) and tolerance.agree(got.value, expected.value)
    except TypeError:  # the misconception returns a value that can't be compared
        return False
