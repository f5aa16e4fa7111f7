"""Values of the standard library, NumPy and pandas that travel as plain parts, and are built again.

Each kind has a name on the wire. `parts_of` runs in the examinee. `built` runs in the examiner: it gets plain
values from an untrusted sender, and either builds a value of that kind or raises. Only exact types travel so:
a subclass is the student's own.
"""

from __future__ import annotations

import array
import datetime as dt
import pathlib
import sys
from collections import deque
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, NoneType
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.wire import _frames

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_MAX_DIGITS = 1000  # arithmetic with more is slow
_MAX_LENGTH = 200_000  # of a range, which a test may make a list of
_MAX_DEPTH = 8
_ARRAY = "array"
_TYPECODES = frozenset("bBhHiIlLqQfd")  # of `array.array`, without those of texts
_TIME_KINDS = "mM"
_LISTED_KINDS = "OSU"


def parts_of(value: object) -> list[Any] | None:
    """Return the name of a value's kind and its plain parts; None if it does not travel in parts."""
    kind = type(value)
    if not _is_small(value):
        return None
    parts: list[Any] | None
    named = next((name for name, (exact, _, _) in _KINDS.items() if exact is kind), "")
    if named:
        parts = [named, *_KINDS[named][1](value)]
    elif issubclass(kind, np.ndarray | np.datetime64 | np.timedelta64):
        parts = _array_parts(np.asarray(value))
    else:
        parts = _frames.parts_of(value)
    return parts if parts is not None and all(map(_may_travel, parts)) else None


def built(values: list[Any]) -> object:
    """Return the value that has a kind's name and parts.

    Raises:
        Exception: if there is no such value.
    """
    if not all(map(_may_travel, values)):
        raise TypeError("parts that are not plain")
    name, *parts = values
    if name not in _KINDS:
        return _built_array(*parts) if name == _ARRAY else _frames.built(name, *parts)
    value = _KINDS[name][2](*parts)
    if not _is_small(value):
        raise ValueError("a value that is too large")
    return value


def is_key(value: object) -> bool:
    """Tell whether a value of these kinds can be a key, and is cheap to hash."""
    return id(type(value)) in _HASHED or _frames.is_scalar(value)


def _is_small(value: object) -> bool:
    """Tell whether a value is not a short way to write a huge one."""
    if type(value) is range:
        return -_MAX_LENGTH < (value.stop - value.start) // value.step < _MAX_LENGTH
    if type(value) is Decimal:
        return not value.is_finite() or abs(value.adjusted()) + len(value.as_tuple().digits) < _MAX_DIGITS
    return type(value) is not array.array or value.typecode in _TYPECODES


def _may_travel(value: Any, depth: int = 0) -> bool:
    """Tell whether a part holds, at any depth, nothing of the student's classes, and no handle."""
    kind = type(value)
    if id(kind) in _PLAIN or _frames.is_scalar(value) or _is_tensor(kind):
        return True
    if kind is dict or kind is list or kind is tuple:
        items: Any = [*value.keys(), *value.values()] if kind is dict else value
        return depth < _MAX_DEPTH and all(_may_travel(item, depth + 1) for item in items)
    return kind.__module__.partition(".")[0] in {"numpy", "pandas"}


def _is_tensor(kind: type[Any]) -> bool:
    """Tell whether a type is torch's own tensor, which travels as a value."""
    return kind is getattr(sys.modules.get("torch"), "Tensor", None)


def _array_parts(values: np.ndarray[Any, Any]) -> list[Any] | None:
    """Return the parts of an array of times, of texts or of objects."""
    if values.dtype.kind in _TIME_KINDS:
        return [_ARRAY, values.dtype.str, list(values.shape), values.astype("int64").ravel()]
    if values.dtype.kind in _LISTED_KINDS:
        return [_ARRAY, values.dtype.str, list(values.shape), values.ravel().tolist()]
    return None


def _built_array(dtype: str, shape: list[int], values: Any) -> object:
    kind = np.dtype(str(dtype))
    if kind.kind in _TIME_KINDS:
        elements = values.astype(np.int64).view(kind)
    elif kind.kind in _LISTED_KINDS and type(values) is list:
        if kind.itemsize * len(values) > _frames.MAX_BYTES:
            raise ValueError("texts that need too much memory")
        elements = np.empty(len(values), dtype=kind)
        for place, value in enumerate(values):  # all at once, NumPy would look into lists and tensors
            elements[place] = value
    else:
        raise TypeError("an array of another kind")
    return elements.reshape(shape)[()]


def _built_numbers(typecode: str, numbers: Any) -> array.array[Any]:
    """Return an `array.array`; its numbers travel as a NumPy array of the same type."""
    if typecode not in _TYPECODES or type(numbers) is not np.ndarray or numbers.ndim != 1:
        raise TypeError("numbers of another kind")
    return array.array(typecode, numbers.astype(typecode).tobytes())


def _built_deque(items: Any, maxlen: Any) -> deque[Any]:
    if type(items) is not list or type(maxlen) not in {int, NoneType}:
        raise TypeError("parts of other types")
    return deque(items, maxlen)


def _seconds(time: dt.datetime | dt.time) -> float | None:
    offset = time.utcoffset()
    return None if offset is None else dt.timedelta.total_seconds(offset)


def _at(kind: type[Any]) -> Callable[..., Any]:
    """Return a function that builds a time from its numbers and the seconds of its zone."""

    def build(*parts: Any) -> Any:
        *fields, seconds = parts
        zone = None if seconds is None else dt.timezone(dt.timedelta(seconds=seconds))
        return kind(*fields, tzinfo=zone)

    return build


def _exactly(kind: type[Any], *builds_from: type[Any]) -> Callable[..., Any]:
    """Return a function that builds a value from parts of exactly these types; others could make it huge."""

    def build(*parts: Any) -> Any:
        if tuple(map(type, parts)) != builds_from:
            raise TypeError("parts of other types")
        return kind(*parts)

    return build


_KINDS: Mapping[str, tuple[type, Callable[[Any], list[Any]], Callable[..., Any]]] = MappingProxyType(
    {
        "date": (dt.date, lambda day: [day.year, day.month, day.day], dt.date),
        "datetime": (
            dt.datetime,
            lambda time: [*time.timetuple()[:6], time.microsecond, _seconds(time)],
            _at(dt.datetime),
        ),
        "time": (
            dt.time,
            lambda time: [time.hour, time.minute, time.second, time.microsecond, _seconds(time)],
            _at(dt.time),
        ),
        "timedelta": (
            dt.timedelta,
            lambda span: [span.days, span.seconds, span.microseconds],
            dt.timedelta,
        ),
        "Fraction": (
            Fraction,
            lambda number: [int(number.numerator), int(number.denominator)],  # of NumPy's integers, too
            _exactly(Fraction, int, int),
        ),
        "Decimal": (Decimal, lambda number: [str(number)], _exactly(Decimal, str)),
        "PosixPath": (pathlib.PosixPath, lambda path: [str(path)], _exactly(pathlib.PosixPath, str)),
        "PurePosixPath": (
            pathlib.PurePosixPath,
            lambda path: [str(path)],
            _exactly(pathlib.PurePosixPath, str),
        ),
        "range": (range, lambda span: [span.start, span.stop, span.step], _exactly(range, int, int, int)),
        "array.array": (
            array.array,
            lambda numbers: [numbers.typecode, np.frombuffer(numbers, numbers.typecode)],
            _built_numbers,
        ),
        "deque": (deque, lambda items: [list(items), items.maxlen], _built_deque),
        "bytearray": (bytearray, lambda data: [bytes(data)], _exactly(bytearray, bytes)),
    }
)
# Looked up by identity: a student's metaclass may define __hash__ and __eq__.
_EXACT = [exact for exact, _, _ in _KINDS.values()]
_PLAIN = frozenset(map(id, [NoneType, bool, int, float, complex, str, bytes, *_EXACT]))
_NOT_HASHED = (bytearray, range, array.array, deque)
_HASHED = frozenset(id(exact) for exact in _EXACT if exact not in _NOT_HASHED)
