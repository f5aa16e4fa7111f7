"""The changes that a call has made to its arguments."""

from __future__ import annotations

from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

from gradlab.wire.codec import encode

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIXED = (type, FunctionType, ModuleType)


class Watched:
    """The arguments of a call as they were before it.

    Args:
        args: by position.
        kwargs: by name.
    """

    def __init__(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        arguments = dict[int | str, Any](enumerate(args)) | dict[int | str, Any](kwargs)
        self._states = {key: _state(value) for key, value in arguments.items()}
        self._before = {key: _bytes(state) for key, state in self._states.items()}

    def changed(self) -> dict[int | str, Any]:
        """Return the state of each argument that has changed."""
        return {key: state for key, state in self._states.items() if _bytes(state) != self._before[key]}


def _state(value: Any) -> Any:
    """Return the part of an argument that can change: itself, or the attributes of an instance."""
    attributes = getattr(value, "__dict__", None)
    is_instance = isinstance(attributes, dict) and not isinstance(value, _FIXED)
    is_ours = type(value).__module__.partition(".")[0] in {"builtins", "numpy", "pandas", "torch"}
    return attributes if is_instance and not is_ours else value


def _bytes(state: Any) -> bytes:
    return encode(state, lambda _: 0)
