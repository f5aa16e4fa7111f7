"""What students read when a hidden test fails: kind, precise, and never the test's source."""

from __future__ import annotations

import contextlib
import math
import re
import reprlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.base.texts import Texts, in_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_MAX_SHOWN_CHARS = 1000
_MAX_ANSWER_CHARS = 200
MAX_SHAPE_CHARS = 40
_EDGE_ITEMS = 2
_MAX_SHOWN_ITEMS = 256
_PADDING = re.compile(r"(?<=\[) | (?=[,\]])")  # that aligns numbers in columns

_TEXTS = Texts(Path(__file__).with_name("messages.toml"))


class Remark(str):
    """What a scenario says instead of a value: in its own words, which a message shows without quotes."""

    __slots__ = ()


class CheckFailed(AssertionError):  # noqa: N818  # students read this name
    """A hidden test fails. Its text is what the student reads.

    Args:
        message: the text.
        is_stub: whether the answer is still the stub.
        exercise: the exercise that failed, "" if that is not known.
        misconception: the name of the misconception that the answer shows, "" if it shows no known one.
        returned: what the answer returned on each case, if it shows no misconception; see `described`.
        case: the case that failed; see `failing_case`.
    """

    def __init__(  # noqa: PLR0913  # all but the text are keywords with defaults
        self,
        message: str,
        *,
        is_stub: bool = False,
        exercise: str = "",
        misconception: str = "",
        returned: list[dict[str, Any]] | None = None,
        case: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.is_stub = is_stub
        self.exercise = exercise
        self.misconception = misconception
        self.returned = returned
        self.case = case

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in IPython: a traceback would print the test's source."""
        return [f"{type(self).__name__}: {self}"]


def text(key: str, language: str, **parts: object) -> str:
    """Return a message in one of the two languages."""
    return _TEXTS(key, language, **parts)


def translated(message: str, language: str, hints: Iterable[Mapping[str, str]] = ()) -> str:
    """Return a message of a hidden test in another language, as far as it is gradlab's or a hint.

    Args:
        message: in any language.
        language: of the reader.
        hints: the sentences that it may end with, by language.
    """
    for sentences in hints:
        for told_in, sentence in sentences.items():
            end = text("misconception", told_in, sentence=sentence)
            if message.endswith(end):
                hint = text("misconception", language, sentence=in_language(sentences, language))
                return _TEXTS.translated(message.removesuffix(end), language) + hint
    return _TEXTS.translated(message, language)


def not_attempted(exercise: str, language: str) -> str:
    """Return what a student is told of an exercise without an answer."""
    return text("not_attempted", language, call=exercise)


def show_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as a person would write it."""
    shown = [show(arg) for arg in args] + [f"{key}={show(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(shown)})"


class _Show(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring, self.maxother, self.maxlist, self.maxtuple, self.maxdict = 80, 160, 8, 8, 8

    def repr_ndarray(self, array: np.ndarray[Any, Any], _level: int) -> str:
        # NumPy shortens long axes only: an array with many short axes would be shown whole.
        if math.prod(min(size, 2 * _EDGE_ITEMS) for size in array.shape) > _MAX_SHOWN_ITEMS:
            return f"array(shape={array.shape}, dtype={array.dtype})"
        with np.printoptions(precision=6, threshold=12, edgeitems=_EDGE_ITEMS, suppress=True):
            shown = " ".join(repr(array).split())
        return shown if array.dtype.kind in "OSU" else _PADDING.sub("", shown)

    def repr_Tensor(self, tensor: Any, _level: int) -> str:  # noqa: N802  # torch stays unimported; reprlib's naming
        values = self.repr_ndarray(tensor.detach().cpu().numpy(), 0)
        return values.replace("array(", "tensor(", 1)

    def repr_Remark(self, remark: Remark, _level: int) -> str:  # noqa: N802  # reprlib's naming
        return str(remark)

    def repr_instance(self, value: object, level: int) -> str:
        if isinstance(value, np.generic):
            return f"{value.item()!r}"
        if callable(value) and hasattr(value, "__name__"):
            return str(value.__name__)
        return super().repr_instance(value, level)


_show = _Show()


def show(value: object, max_chars: int = _MAX_SHOWN_CHARS) -> str:
    """Return a value as text of limited length, whatever its `__repr__` does."""
    with contextlib.suppress(Exception):
        shown = _show.repr(value)
        return shown if len(shown) <= max_chars else f"{shown[: max_chars - 1]}…"
    return f"<{type(value).__name__}>"


def show_answer(value: object) -> str:
    """Return what an answer returned as a short text: who made it may know the hidden tests."""
    return show(value, _MAX_ANSWER_CHARS)


def show_error(error: Exception) -> str:
    """Return an exception as one short line."""
    message = " ".join(str(error).split())[:_MAX_ANSWER_CHARS]
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
