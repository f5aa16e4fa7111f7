"""What students read when a hidden test fails: kind, precise, and never the test's source."""

from __future__ import annotations

import contextlib
import math
import reprlib
from typing import Any

import numpy as np

KOREAN = "ko"

_MAX_SHOWN_CHARS = 1000
_EDGE_ITEMS = 2
_MAX_SHOWN_ITEMS = 256

_TEXTS = {
    "not_attempted": (
        "{call}: 아직 답을 쓰지 않았어요.",
        "{call}: no answer yet.",
    ),
    "not_defined": (
        "{name}: 이 이름으로 정의된 것이 없어요. 정의하는 셀을 실행했는지, 이름이 맞는지 확인하세요.",
        "{name}: nothing of this name is defined. Was its cell run, and is the name spelled right?",
    ),
    "raised": (
        "{call}: 값을 돌려주지 않고 오류가 났어요: {error}",
        "{call}: raised {error} instead of returning a value.",
    ),
    "did_not_raise": (
        "{call}: {expected} 오류가 나야 하는데 값을 돌려주었어요: {got}",
        "{call}: should raise {expected}, but returned {got}",
    ),
    "wrong_error": (
        "{call}: {expected} 오류가 나야 하는데 다른 오류가 났어요: {error}",
        "{call}: should raise {expected}, but raised {error}",
    ),
    "returned_none": (
        "{call}: None을 돌려주었어요. return을 잊지 않았나요?",
        "{call}: returned None. Is the return missing?",
    ),
    "wrong_shape": (
        "{call}: 모양이 달라요. 결과 {got_shape}, 기대 {expected_shape}\n  결과 {got}",
        "{call}: wrong shape, got {got_shape}, expected {expected_shape}\n  got {got}",
    ),
    "wrong_value": (
        "{call}: 값이 달라요.\n  결과 {got}",
        "{call}: wrong value.\n  got {got}",
    ),
    "expected": ("\n  기대 {expected}", "\n  expected {expected}"),
    "misconception": ("\n  힌트: {sentence}", "\n  Hint: {sentence}"),
}


class CheckFailed(AssertionError):  # noqa: N818  # students read this name
    """A hidden test says no. Its text is what the student reads.

    Args:
        message: the text.
        is_stub: whether the answer is still the stub.
        exercise: whose answer it is, "" where that is unknown.
        misconception: the name of the one that the answer shows, "" where it shows none that is known.
        returned: what the answer gave on each case, where it shows no misconception; see `described`.
    """

    def __init__(
        self,
        message: str,
        *,
        is_stub: bool = False,
        exercise: str = "",
        misconception: str = "",
        returned: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(message)
        self.is_stub = is_stub
        self.exercise = exercise
        self.misconception = misconception
        self.returned = returned

    def _render_traceback_(self) -> list[str]:
        """Show the message alone in IPython: a traceback would print the test's source."""
        return [f"{type(self).__name__}: {self}"]


def text(key: str, language: str, **parts: object) -> str:
    """Return a message in one of the two languages."""
    korean, english = _TEXTS[key]
    return (korean if language == KOREAN else english).format(**parts)


def show_call(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    """Return a call as a person would write it."""
    shown = [show(arg) for arg in args] + [f"{key}={show(arg)}" for key, arg in kwargs.items()]
    return f"{name}({', '.join(shown)})"


class _Show(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxstring, self.maxother, self.maxlist, self.maxtuple, self.maxdict = 80, 160, 8, 8, 8

    def repr_ndarray(self, array: np.ndarray[Any, Any], _level: int) -> str:
        # NumPy leaves out the middle of each axis: of many short axes, nothing.
        if math.prod(min(size, 2 * _EDGE_ITEMS) for size in array.shape) > _MAX_SHOWN_ITEMS:
            return f"array(shape={array.shape}, dtype={array.dtype})"
        with np.printoptions(precision=6, threshold=12, edgeitems=_EDGE_ITEMS, suppress=True):
            return " ".join(repr(array).split())

    def repr_Tensor(self, tensor: Any, _level: int) -> str:  # noqa: N802  # torch stays unimported; reprlib's naming
        values = self.repr_ndarray(tensor.detach().cpu().numpy(), 0)
        return values.replace("array(", "tensor(", 1)

    def repr_instance(self, value: object, level: int) -> str:
        if isinstance(value, np.generic):
            return f"{value.item()!r}"
        if callable(value) and hasattr(value, "__name__"):
            return str(value.__name__)
        return super().repr_instance(value, level)


_show = _Show()


def show(value: object) -> str:
    """Return a value in at most some hundred characters, whatever its `__repr__` does."""
    with contextlib.suppress(Exception):
        shown = _show.repr(value)
        return shown if len(shown) <= _MAX_SHOWN_CHARS else f"{shown[:_MAX_SHOWN_CHARS]}…"
    return f"<{type(value).__name__}>"


def show_error(error: Exception) -> str:
    """Return an exception as one short line."""
    message = " ".join(str(error).split())[:200]
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
