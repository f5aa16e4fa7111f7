"""Scenarios: functions of a hidden test that use an exercise's names, run on any answer.

The same scenario runs on the student's answer, on the reference and on each misconception:
its global names are bound to the definitions of that answer.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any, TypeVar

from gradlab.base.errors import CourseError, SandboxError

Scenario = Callable[..., Any]
F = TypeVar("F", bound=Scenario)


def probe(scenario: F) -> F:
    """Mark a scenario that must run beside the student's code.

    A probe looks at what a returned value can't show: whether the argument was changed, or is the
    same object. It uses the student's names, imports everything else that it needs, contains no
    expected answer and returns plain values. In a plain kernel, where all code runs beside the
    student's, the mark changes nothing.
    """
    scenario.is_probe = True  # type: ignore[attr-defined]  # the mark
    return scenario


class Elsewhere:
    """Base class of stand-ins for objects in another process, where probes have to run."""

    def probe(self, scenario: Scenario) -> Scenario:
        """Return a function that runs the scenario in that process."""
        raise NotImplementedError


def bound_to(scenario: Scenario, definitions: dict[str, Any]) -> Scenario:
    """Return the scenario with its global names bound to other definitions.

    The functions defined beside it, which it may call, get the same names.
    """
    if not isinstance(scenario, FunctionType):
        raise TypeError(f"a scenario is a function defined in the hidden test, not {scenario!r}")
    names = {**scenario.__globals__, **definitions}
    for name, beside in scenario.__globals__.items():
        is_beside = isinstance(beside, FunctionType) and beside.__globals__ is scenario.__globals__
        if is_beside and name not in definitions:
            names[name] = _with_names(beside, names)
    return _with_names(scenario, names)


def _with_names(function: FunctionType, names: dict[str, Any]) -> FunctionType:
    bound = FunctionType(
        function.__code__, names, function.__name__, function.__defaults__, function.__closure__
    )
    bound.__kwdefaults__ = function.__kwdefaults__
    return bound


@dataclass(frozen=True)
class CallResult:
    """The outcome of a call: its value, or the exception that it raised."""

    value: Any = None
    error: Exception | None = field(default=None, compare=False)


def is_stubs(error: Exception | None) -> bool:
    """Tell whether an exception is that of nbgrader's stub: a NotImplementedError without a message."""
    return isinstance(error, NotImplementedError) and not str(error)


def is_undefined(error: Exception | None, exercise: str) -> bool:
    """Tell whether an exception says that nothing has the exercise's name: no cell has defined it."""
    return isinstance(error, NameError) and str(error) == f"name {exercise!r} is not defined"


def blame_answer(error: Exception) -> None:
    """Note that an exception comes from an answer itself, whatever a scenario was about to do with it."""
    error.is_answers = True  # type: ignore[attr-defined]  # the mark


def is_answers(error: Exception) -> bool:
    """Tell whether an exception is known to come from an answer, instead of from what a test did with it."""
    return bool(getattr(error, "is_answers", False))


def result_of(function: Scenario, args: tuple[Any, ...], kwargs: dict[str, Any]) -> CallResult:
    """Call a function with copies of the arguments, so that no call can spoil the next one."""
    args, kwargs = copy.deepcopy((args, kwargs))
    try:
        return CallResult(function(*args, **kwargs))
    except (CourseError, SandboxError):  # not the answer's: arguments that can't be sent, a full disk
        raise
    except Exception as error:  # noqa: BLE001  # the student's code may raise anything
        return CallResult(error=error)
    except SystemExit as error:
        return CallResult(error=RuntimeError(f"SystemExit: {error}"))
