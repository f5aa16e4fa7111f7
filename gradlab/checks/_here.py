"""Functions that a hidden test gives to an answer, and that run where the test runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable


class Here:
    """A function that stays in the examiner; see `here`. It is equal to the function itself."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__name__ = getattr(function, "__name__", type(function).__name__)

    @property
    def function(self) -> Callable[..., Any]:
        """The function itself."""
        return self._function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return self._function(*args, **kwargs)

    def __eq__(self, other: object) -> bool:
        return self._function == (other._function if isinstance(other, Here) else other)

    def __hash__(self) -> int:
        return hash(self._function)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self


def here(function: Callable[..., Any]) -> Here:
    """Keep a function that is given to an answer in the examiner, which then sees each call itself.

    The student's side never gets its code. Each call comes back with plain values: numbers, arrays, and
    tensors without their graph. So a function through which gradients flow can't stay here. In a plain
    kernel, it is called like any other. It can be used as a decorator.
    """
    return Here(function)
