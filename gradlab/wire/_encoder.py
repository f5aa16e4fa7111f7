"""Encodes values as bytes, in the examinee.

The bases of a value's type decide what it is, and their methods read it: a student's own `==`,
`__class__`, `__array__` or `__torch_function__` is never called. This helps honest students, whose
lists and arrays may be subclasses. The decoder guards against dishonest students.
"""

from __future__ import annotations

import math
import sys
from dataclasses import replace
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

import msgpack  # type: ignore[import-untyped]  # ships no types
import numpy as np

from gradlab.wire._format import (
    BUILTIN_ERRORS,
    COMPLEX_PARTS,
    COUNT,
    DEFAULT_LIMITS,
    DTYPES,
    MAX_CLASSES,
    MAX_MESSAGE_CHARS,
    MAX_NAME_CHARS,
    MAX_NDIM,
    SIZE,
    TEXT_ERRORS,
    Code,
    CodecLimits,
    wire_dtype,
)
from gradlab.wire._parts import is_key, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    Keep: TypeAlias = Callable[[object], int]

_NUMBERS = "biufc"  # the kinds of numeric dtypes
_TOKEN_BYTES = 9  # the most that msgpack adds to a token's data
_WRITERS = {
    NoneType: "_write_plain",
    bool: "_write_plain",
    int: "_write_int",
    float: "_write_float",
    complex: "_write_complex",
    str: "_write_str",
    bytes: "_write_bytes",
    list: "_write_list",
    tuple: "_write_tuple",
    dict: "_write_dict",
    set: "_write_set",
    frozenset: "_write_set",
    np.ndarray: "_write_array",
    np.generic: "_write_scalar",
    BaseException: "_write_error",
    object: "_write_other",
}
_KEYS = frozenset({NoneType, bool, int, float, complex, str, bytes, np.generic})


def encode(value: object, keep: Keep, limits: CodecLimits = DEFAULT_LIMITS) -> bytes:
    """Return a value as bytes for `decode`.

    A value that is not of the closed set, is nested too deeply, or is too large stays here and is sent
    as a handle. A value that can't be read is sent as an exception.

    Args:
        value: anything.
        keep: called with a value that stays here; keeps it and returns the id to find it by.
        limits: how large a value may be; `decode` must have the same.
    """
    try:
        return _encoded(value, keep, limits)
    except Exception as error:  # noqa: BLE001  # the student's classes may be made of anything
        reason = f"the value can't be read: {type(error).__name__}"
        return _encoded(TypeError(reason), keep, limits)


def _encoded(value: object, keep: Keep, limits: CodecLimits) -> bytes:
    encoder = _Encoder(keep, limits)
    try:
        encoder.write(value)
    except _TooLargeError:
        encoder = _Encoder(keep, limits)
        encoder.write_handle(value)
    return encoder.payload()


@cache
def _writers(tensor: type | None) -> dict[int, str]:
    """Return the method that writes a value, by the identity of its type's base.

    A student's metaclass may define `__hash__` and `__eq__`.

    Args:
        tensor: torch's class, if it is imported.
    """
    kinds = _WRITERS if tensor is None else {**_WRITERS, tensor: "_write_tensor"}
    return {id(kind): name for kind, name in kinds.items()}


class _TooLargeError(Exception):
    """The payload would exceed the limits."""


def _refuse(_: object) -> int:
    """Keep nothing: this only tries whether parts fit."""
    raise _TooLargeError


def _classes_of(value: object) -> list[str]:
    """Return the names of the libraries' classes that a value is an instance of, the nearest first."""
    known = []
    for kind in type.mro(type(value))[:-1][:MAX_CLASSES]:
        name = f"{kind.__module__}:{kind.__qualname__}"
        if name.isascii() and name.isprintable() and len(name) <= MAX_NAME_CHARS:
            known.append(name)
    return known


class _Encoder:
    """Writes one value, token by token."""

    def __init__(self, keep: Keep, limits: CodecLimits) -> None:
        self._keep = keep
        self._limits = limits
        self._packer = msgpack.Packer(autoreset=False, unicode_errors=TEXT_ERRORS)
        self._n_items = 0
        self._n_bytes = 0
        self._writers = _writers(getattr(sys.modules.get("torch"), "Tensor", None))

    def payload(self) -> bytes:
        """Return what has been written."""
        return bytes(self._packer.bytes())

    def write(self, value: object, depth: int = 0) -> None:
        """Write a value that is inside `depth` containers."""
        getattr(self, self._writers[id(self._base_of(value))])(value, depth)

    def write_handle(self, value: object, _: int = 0) -> None:
        """Keep the value here, and write its number and the name of its type."""
        name = type(value).__name__[:MAX_NAME_CHARS].replace("\0", "")
        names = "\0".join([name, *_classes_of(value)]).encode("utf-8", TEXT_ERRORS)
        self._put_extension(Code.HANDLE, SIZE.pack(self._keep(value)) + names)

    def _write_other(self, value: object, depth: int) -> None:
        """Write a value of no other kind."""
        self._write_parts(value, parts_of(value), depth)

    def _write_parts(self, value: object, parts: list[Any] | None, depth: int) -> None:
        """Write the parts of a value if there are some and all of them fit, else a handle for the value."""
        if parts is None or not self._fit(parts, depth):
            self.write_handle(value)
        elif self._opens(Code.BUILT, value, len(parts), depth):
            for part in parts:
                self.write(part, depth + 1)

    def _fit(self, parts: list[Any], depth: int) -> bool:
        """Tell whether parts can be written without a handle."""
        if self._keep is _refuse:
            return True
        left = replace(
            self._limits,
            max_items=self._limits.max_items - self._n_items - 1,
            max_bytes=self._limits.max_bytes - self._n_bytes - _TOKEN_BYTES,
            max_depth=self._limits.max_depth - depth - 1,
        )
        trial = _Encoder(_refuse, left)
        try:
            for part in parts:
                trial.write(part)
        except _TooLargeError:
            return False
        return True

    def _base_of(self, value: object) -> type:
        """Return the nearest base of a value's type that has a writer."""
        kind = type(value)
        if id(kind) in self._writers:
            return kind
        return next(base for base in type.mro(kind) if id(base) in self._writers)

    def _put(self, plain: bytes | str | float | None, n_bytes: int = 0) -> None:
        self._count(n_bytes)
        self._packer.pack(plain)

    def _put_extension(self, code: Code, data: bytes) -> None:
        self._count(len(data))
        self._packer.pack_ext_type(code, data)

    def _count(self, n_bytes: int) -> None:
        self._n_items += 1
        self._n_bytes += n_bytes + _TOKEN_BYTES
        if self._n_items > self._limits.max_items or self._n_bytes > self._limits.max_bytes:
            raise _TooLargeError

    def _fits(self, n_bytes: int) -> bool:
        return self._n_bytes + n_bytes + _TOKEN_BYTES <= self._limits.max_bytes

    def _write_plain(self, value: None, _: int) -> None:
        self._put(value)

    def _write_int(self, value: int, _: int) -> None:
        number = int.__int__(value)
        if -(2**63) <= number < 2**64:
            self._put(number)
        elif number.bit_length() <= self._limits.max_int_bits:
            data = number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True)
            self._put_extension(Code.BIG_INT, data)
        else:
            self.write_handle(value)

    def _write_float(self, value: float, _: int) -> None:
        self._put(float.__float__(value))

    def _write_complex(self, value: complex, _: int) -> None:
        number = complex.__complex__(value)
        self._put_extension(Code.COMPLEX, COMPLEX_PARTS.pack(number.real, number.imag))

    def _write_str(self, value: str, _: int) -> None:
        text = str.__str__(value)
        n_bytes = len(text) if text.isascii() else len(text.encode("utf-8", TEXT_ERRORS))
        if n_bytes <= self._limits.max_text_bytes and self._fits(n_bytes):
            self._put(text, n_bytes)
        else:
            self.write_handle(value)

    def _write_bytes(self, value: bytes, _: int) -> None:
        n_bytes = bytes.__len__(value)
        if self._fits(n_bytes):
            self._put(bytes.__getitem__(value, slice(None)), n_bytes)
        else:
            self.write_handle(value)

    def _write_list(self, value: list[Any], depth: int) -> None:
        if self._opens(Code.LIST, value, list.__len__(value), depth):
            for item in list.copy(value):
                self.write(item, depth + 1)

    def _write_tuple(self, value: tuple[Any, ...], depth: int) -> None:
        if self._opens(Code.TUPLE, value, tuple.__len__(value), depth):
            for item in tuple.__iter__(value):
                self.write(item, depth + 1)

    def _write_dict(self, value: dict[Any, Any], depth: int) -> None:
        if self._opens(Code.DICT, value, dict.__len__(value), depth):
            for key, item in list(dict.items(value)):
                self._write_key(key, depth + 1)
                self.write(item, depth + 1)

    def _write_set(self, value: set[Any] | frozenset[Any], depth: int) -> None:
        if isinstance(value, set):
            code, items = Code.SET, list(set.__iter__(value))
        else:
            code, items = Code.FROZENSET, list(frozenset.__iter__(value))
        if self._opens(code, value, len(items), depth):
            for item in items:
                self._write_key(item, depth + 1)

    def _write_key(self, key: object, depth: int) -> None:
        kind = self._base_of(key)
        if kind is tuple and isinstance(key, tuple):
            if self._opens(Code.TUPLE, key, tuple.__len__(key), depth):
                for item in tuple.__iter__(key):
                    self._write_key(item, depth + 1)
        elif kind in _KEYS or is_key(key):
            self.write(key, depth)
        else:
            self.write_handle(key)

    def _opens(self, code: Code, container: object, n_items: int, depth: int) -> bool:
        """Begin a container and return True; write a handle instead if it is too deep or too long."""
        n_values = 2 * n_items if code == Code.DICT else n_items
        if depth < self._limits.max_depth and self._n_items + n_values < self._limits.max_items:
            self._put_extension(code, COUNT.pack(n_items))
            return True
        self.write_handle(container)
        return False

    def _write_array(self, value: np.ndarray[Any, Any], depth: int) -> None:
        self._write_numbers_or_parts(Code.ARRAY, value, np.ndarray.view(value, np.ndarray), depth)

    def _write_scalar(self, value: np.generic, depth: int) -> None:
        self._write_numbers_or_parts(Code.SCALAR, value, np.generic.__array__(value), depth)

    def _write_numbers_or_parts(
        self, code: Code, value: object, array: np.ndarray[Any, Any], depth: int
    ) -> None:
        if array.dtype.kind in _NUMBERS:
            self._write_elements(code, value, array)
        else:
            self._write_parts(value, parts_of(array), depth)

    def _write_tensor(self, value: torch.Tensor, _: int) -> None:
        """Write a tensor's elements, or a handle if they are not in plain memory."""
        torch = sys.modules["torch"]
        if type(value).__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
            self.write_handle(value)  # its class decides what its elements are
            return
        try:
            with torch.enable_grad():
                plain = torch.Tensor.as_subclass(value, torch.Tensor)
            requires_grad = plain.requires_grad
            name = str(plain.dtype).removeprefix("torch.")
            plain = plain.detach().resolve_conj().resolve_neg()
            array = (plain.view(torch.int16) if plain.dtype is torch.bfloat16 else plain).numpy()
        except (
            NotImplementedError,
            RuntimeError,
            TypeError,
            ValueError,
        ):  # sparse, quantized, without memory …
            self.write_handle(value)
        else:
            self._write_elements(Code.LEAF if requires_grad else Code.TENSOR, value, array, name)

    def _write_elements(self, code: Code, value: object, array: np.ndarray[Any, Any], name: str = "") -> None:
        """Write a plain array's elements as those of dtype `name`, or a handle for the value."""
        name = name or _dtype_name(array.dtype)
        if name not in DTYPES or array.ndim > MAX_NDIM or not self._fits_elements(array.shape, name):
            self.write_handle(value)
            return
        if array.dtype == np.bool_:
            array = array.view(np.uint8) != 0  # uninitialised memory may contain more than 0 and 1
        if array.dtype != wire_dtype(name):
            with np.errstate(all="ignore"):  # a long double may be too large for a double
                array = array.astype(wire_dtype(name))
        head = bytes((DTYPES.index(name), array.ndim)) + b"".join(map(SIZE.pack, array.shape))
        self._put_extension(code, head + array.tobytes())

    def _fits_elements(self, shape: tuple[int, ...], name: str) -> bool:
        n_bytes = math.prod(max(size, 1) for size in shape) * wire_dtype(name).itemsize
        return self._fits(n_bytes + 2 + SIZE.size * len(shape))

    def _write_error(self, value: BaseException, _: int) -> None:
        name = next(
            name for base in type.mro(type(value)) for name, kind in BUILTIN_ERRORS.items() if kind is base
        )
        message = _message_of(value)[:MAX_MESSAGE_CHARS]
        self._put_extension(Code.ERROR, name.encode() + b"\0" + message.encode("utf-8", TEXT_ERRORS))


def _dtype_name(dtype: np.dtype[Any]) -> str:
    """Return the name of a numeric dtype on the wire."""
    if dtype.name in DTYPES:
        return dtype.name
    return {"f": "float64", "c": "complex128"}[dtype.kind]  # long doubles


def _message_of(error: BaseException) -> str:
    """Return the message of an exception as a plain str, "" if reading it fails."""
    try:
        # str(KeyError("W1")) is "'W1'"; an error built from that would say "\"'W1'\"".
        is_key = type(error).__str__ is KeyError.__str__ and len(error.args) == 1
        return str.__str__(str(error.args[0] if is_key else error))
    except Exception:  # noqa: BLE001  # the student's __str__ may raise anything
        return ""
