"""Values that go to the examinee: anything that cloudpickle can carry.

Functions and classes of a hidden test are in a namespace whose ``__name__`` is "__main__"; they travel
by value, with the global names that they use. Anything that can be imported travels by its name.
Neither gradlab nor the reference travels: they would give the answers to the student.
"""

from __future__ import annotations

import contextlib
import io
import pickle
import sys
from types import CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, TypeAlias

import cloudpickle.cloudpickle  # type: ignore[import-untyped]  # ships no types
import numpy as np

from gradlab.base.errors import CourseError
from gradlab.wire._submodules import used_submodules

if TYPE_CHECKING:
    from collections.abc import Callable

    Name: TypeAlias = tuple[str | int, ...]  # ("name", "numerical_diff"), ("handle", 7)

_PLAIN = frozenset({bool, bytes, dict, float, int, list, str, tuple, type(None), CodeType})
_GRADLAB = __name__.partition(".")[0]

cloudpickle.cloudpickle._find_imported_submodules = used_submodules  # noqa: SLF001  # there is no public way


def dumps(value: object, *, name_of: Callable[[object], Name | None]) -> bytes:
    """Return a value as bytes for `loads`.

    Args:
        value: anything; it may contain things of the examinee at any depth.
        name_of: returns the name of a thing of the examinee (a stand-in, a handle), and None for
            anything else. It is called for every object, and must not run the object's code.

    Raises:
        CourseError: if something must not or can't travel.
    """
    buffer = io.BytesIO()
    try:
        _Pickler(buffer, name_of).dump(value)
    except CourseError:
        raise
    except Exception as error:  # what is pickled may raise anything
        raise CourseError(f"This can't be carried to the student's side: {error}") from error
    return buffer.getvalue()


def loads(payload: bytes, find: Callable[[Name], object]) -> Any:  # any value
    """Return the value that `dumps` put into the payload.

    Args:
        payload: from the examiner, which the examinee trusts.
        find: returns the thing of the examinee that has a given name.
    """
    return _Unpickler(io.BytesIO(payload), find).load()


class _Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # its type is unknown
    """Decides for each object whether to send its name, to send its value, or to refuse."""

    def __init__(self, file: io.BytesIO, name_of: Callable[[object], Name | None]) -> None:
        super().__init__(file)
        self._name_of = name_of

    def persistent_id(self, obj: object) -> Name | None:
        if type(obj) in _PLAIN:  # the most frequent objects
            return None
        name = self._name_of(obj)
        if name is None:
            _check_may_travel(obj)
        return name

    def reducer_override(self, obj: Any) -> Any:
        """Send usual values in a faster way: NumPy's number as a number, a plain tensor as an array.

        A tensor that is a view travels without the rest.
        """
        if type(obj) is np.float64:
            return np.float64, (float(obj),)
        torch = sys.modules.get("torch")
        if torch is not None and type(obj) is torch.Tensor:
            with contextlib.suppress(TypeError, RuntimeError):  # types and bits that NumPy does not know
                if _is_like_an_array(obj):
                    return torch.from_numpy, (obj.numpy(),)
                # torch would send everything that a view is part of, such as the targets next to the inputs.
                if obj.untyped_storage().nbytes() > obj.nbytes:
                    alone = obj.detach().clone().requires_grad_(obj.requires_grad)
                    return alone.__reduce_ex__(pickle.HIGHEST_PROTOCOL)
        return super().reducer_override(obj)


def _is_like_an_array(tensor: Any) -> bool:
    """Tell whether a tensor is just values in order, without gradients."""
    return not tensor.is_sparse and not tensor.requires_grad and tensor.is_contiguous()


class _Unpickler(pickle.Unpickler):
    """Looks up the things of the examinee by their names."""

    def __init__(self, file: io.BytesIO, find: Callable[[Name], object]) -> None:
        super().__init__(file)
        self._find = find

    def persistent_load(self, pid: Name) -> object:
        return self._find(pid)


def _check_may_travel(value: object) -> None:
    """Raise CourseError if a value belongs to gradlab, or to a namespace that is not a module.

    The reference solutions live in such a namespace of their own.
    """
    home = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    if not isinstance(home, str):
        return
    if home.partition(".")[0] == _GRADLAB:
        raise CourseError(f"'{_called(value)}' is gradlab's and can't be carried to the student's side.")
    if isinstance(value, FunctionType | type) and home != "__main__" and home not in sys.modules:
        raise CourseError(f"'{_called(value)}' of '{home}' can't be carried to the student's side.")


def _called(value: object) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    if isinstance(value, FunctionType | type):
        return value.__qualname__
    return f"{type(value).__qualname__} object"
