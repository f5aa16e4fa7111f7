"""A failing case as the feedback shows it: the call with its functions, what came back, what was right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from types import FunctionType
from typing import TYPE_CHECKING, Any

from gradlab.authoring.functions import body_of, codes_within
from gradlab.base.texts import without_control
from gradlab.checks._here import Here
from gradlab.checks._messages import show, show_answer, show_error
from gradlab.checks._values import as_float64

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradlab.authoring.source import SourceNotebook
    from gradlab.checks._scenario import CallResult

FailingCase = dict[str, Any]

VERSION = 1
MAX_CALL_CHARS = 1000
MAX_EXPECTED_CHARS = 400
MAX_FUNCTIONS = 6
MAX_SOURCE_CHARS = 1500
_MAX_DEPTH = 3


def failing_case(  # noqa: PLR0913  # all parts of a case, by name
    *,
    notebook: SourceNotebook,
    call: str,
    given: object,
    got: CallResult,
    right: CallResult,
    error: type[Exception] | None,
    agree: Callable[[object, object], bool],
    any_shape: bool,
) -> FailingCase:
    """Return a failing case in a form for JSON, limited in size.

    For example ``{"version": 1, "call": "triple(2)", "functions": [], "got": {"text": "4"}, "expected":
    {"text": "6"}}``. A function has ``{"name": "f", "source": "…", "is_answer": false}``; true if the
    function does what an exercise of the notebook asks for. What raises has ``"is_error": true``. If a shape
    is wrong, both values have theirs. Of dictionaries, only the entries that differ are shown.

    Args:
        notebook: the source notebook, which knows the functions' source.
        call: what was called, as a person would write it.
        given: the arguments; functions among them are shown with their source.
        got: what came back.
        right: what the reference gave.
        error: the error that had to be raised, None if there should be none.
        agree: tells whether two values are the same.
        any_shape: whether only the sizes of arrays count.
    """
    got_value, right_value = differing(got.value, right.value, agree)
    back = _told(show_answer(got_value)) if got.error is None else _raised(show_error(got.error))
    wanted = _told(show(right_value, MAX_EXPECTED_CHARS)) if error is None else _raised(error.__name__)
    if got.error is None and error is None:
        shapes = _shapes(got_value, right_value, any_shape=any_shape)
        if shapes is not None:
            back["shape"], wanted["shape"] = shapes
    return {
        "version": VERSION,
        "call": _text(call, MAX_CALL_CHARS),
        "functions": [
            {
                "name": _text(name, MAX_CALL_CHARS),
                "source": _text(source, MAX_SOURCE_CHARS),
                "is_answer": body_of(source) in map(body_of, notebook.solutions.values()),
            }
            for name, source in islice(_sources(given, notebook), MAX_FUNCTIONS)
        ],
        "got": back,
        "expected": wanted,
    }


def differing(got: object, right: object, agree: Callable[[object, object], bool]) -> tuple[object, object]:
    """Return two values; if both are dictionaries, their entries that differ."""
    if not (isinstance(got, Mapping) and isinstance(right, Mapping)):
        return got, right
    names = [name for name in right if name not in got or not agree(got[name], right[name])]
    return {name: got[name] for name in names if name in got}, {name: right[name] for name in names}


def _shapes(got: object, right: object, *, any_shape: bool) -> tuple[list[int], list[int]] | None:
    """Return the shapes of two values, None if the shape is not what is wrong; a number may have any."""
    try:
        numbers, right_numbers = as_float64(got), as_float64(right)
    except TypeError:
        return None
    is_free = any_shape or right_numbers.size == 1
    if numbers.size == right_numbers.size and (is_free or numbers.shape == right_numbers.shape):
        return None
    return list(numbers.shape), list(right_numbers.shape)


def _told(text: str) -> dict[str, Any]:
    return {"text": _text(text, MAX_CALL_CHARS)}


def _raised(text: str) -> dict[str, Any]:
    return {**_told(text), "is_error": True}


def _text(text: str, max_chars: int) -> str:
    plain = without_control(text)
    return plain if len(plain) <= max_chars else f"{plain[: max_chars - 1]}…"


def _sources(given: object, notebook: SourceNotebook) -> Iterator[tuple[str, str]]:
    """Yield names and sources of the functions among arguments, and of those that they call."""
    waiting, seen = list(_functions_in(given)), set[str]()
    while waiting:
        function = waiting.pop(0)
        source = notebook.functions.get(function.__code__)
        if source is None or source in seen:
            continue
        seen.add(source)
        yield function.__name__, source
        for code in (function.__code__, *codes_within(function.__code__)):
            called = [function.__globals__.get(name) for name in code.co_names]
            waiting += _functions_in(called)


def _functions_in(value: object, depth: int = 0) -> Iterator[FunctionType]:
    if isinstance(value, Here):
        value = value.function
    if isinstance(value, FunctionType):
        yield value
    elif depth < _MAX_DEPTH and isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _functions_in(part, depth + 1)
