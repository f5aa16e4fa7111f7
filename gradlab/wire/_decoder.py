"""Decodes bytes to values, in the examiner: the trust boundary to the examinee.

No byte is trusted. A payload decodes to plain values of the closed set, or decoding raises
ProtocolError. It allocates at most a small multiple of the payload's size, plus at most
`CodecLimits.max_items` small Python objects.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass, field
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeAlias

import msgpack  # type: ignore[import-untyped]  # ships no types
import numpy as np

from gradlab.base.errors import ProtocolError
from gradlab.wire._format import (
    BFLOAT16,
    BUILTIN_ERRORS,
    COMPLEX_PARTS,
    COUNT,
    DEFAULT_LIMITS,
    DTYPES,
    MAX_CLASSES,
    MAX_CLASSES_CHARS,
    MAX_MESSAGE_CHARS,
    MAX_NAME_CHARS,
    MAX_NDIM,
    SIZE,
    TEXT_ERRORS,
    Code,
    CodecLimits,
    HandleId,
    RaisedError,
    wire_dtype,
)
from gradlab.wire._parts import built, is_key

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

Value: TypeAlias = Any  # one of the closed set

_TOKENS = frozenset({NoneType, bool, int, float, str, bytes})
_KEYS = frozenset({*_TOKENS, complex, HandleId})
_SHORT_BYTES = 1024  # a payload that can't take long
_MAX_KEYS_OF_ONE_HASH = 64  # honest keys rarely share a hash: -1 and -2 do, and dozens of powers of 2


def decode(payload: bytes, limits: CodecLimits = DEFAULT_LIMITS, *, left_s: float = math.inf) -> Value:
    """Return the value that `encode` put into the payload.

    Arrays and tensors own their memory and are writable; a tensor that requires a gradient is a
    leaf. A value that stays in the examinee becomes a `HandleId`, an exception a `RaisedError`.

    Args:
        payload: what `encode` returned.
        limits: how large a value may be.
        left_s: the processor time that decoding may take: many small tensors or tables take seconds.

    Raises:
        ProtocolError: if the payload is anything else.
        TimeoutError: if it takes longer.
    """
    if len(payload) > limits.max_bytes:
        raise ProtocolError(f"A value of {len(payload)} bytes; at most {limits.max_bytes} are allowed.")
    try:
        return _decode(payload, limits, time.thread_time() + left_s)
    except (ProtocolError, TimeoutError):
        raise
    except Exception as error:  # the parts' own checks: msgpack's, struct's, NumPy's, the text codec's
        raise ProtocolError(f"Malformed value: {type(error).__name__}: {error}") from error


@dataclass(slots=True)
class _Container:
    """A container whose items are still coming."""

    build: Callable[[list[Value]], Value]
    n_values: int
    values: list[Value] = field(default_factory=list)


def _decode(payload: bytes, limits: CodecLimits, ends_s: float) -> Value:
    unpacker = msgpack.Unpacker(
        unicode_errors=TEXT_ERRORS,
        read_size=max(len(payload), 1),
        max_buffer_size=limits.max_bytes,
        max_str_len=limits.max_text_bytes,
        max_array_len=0,
        max_map_len=0,
    )
    unpacker.feed(payload)
    root = _Container(list, n_values=1)
    containers = [root]
    is_long = len(payload) > _SHORT_BYTES
    for n_items, token in enumerate(unpacker, start=1):
        if is_long and type(token) is msgpack.ExtType and time.thread_time() > ends_s:
            raise TimeoutError("The value takes too long to decode.")
        value = _value_of(token, limits)
        if isinstance(value, _Container):
            containers.append(value)
            if n_items + value.n_values > limits.max_items or len(containers) > limits.max_depth + 1:
                raise ProtocolError("A value with too many items, or nested too deeply.")
        else:
            containers[-1].values.append(value)
        while len(containers[-1].values) == containers[-1].n_values:
            complete = containers.pop()
            if complete is root:
                if unpacker.tell() != len(payload):
                    raise ProtocolError("Bytes follow the value.")
                return root.values[0]
            containers[-1].values.append(complete.build(complete.values))
        if n_items == limits.max_items:
            raise ProtocolError("A value with too many items.")
    raise ProtocolError("The value ends in the middle.")


def _value_of(token: object, limits: CodecLimits) -> Value:
    """Return the value of a token, or the container that it starts."""
    if type(token) in _TOKENS:
        return token
    if not isinstance(token, msgpack.ExtType):
        raise ProtocolError(f"A token of type {type(token).__name__}.")
    read = _READERS.get(token.code)
    if read is None:
        raise ProtocolError(f"A token of code {token.code}.")
    return read(token.data, limits)


def _list(data: bytes, _: CodecLimits) -> _Container:
    return _Container(list, *COUNT.unpack(data))


def _tuple(data: bytes, _: CodecLimits) -> _Container:
    return _Container(tuple, *COUNT.unpack(data))


def _dict(data: bytes, _: CodecLimits) -> _Container:
    (n_pairs,) = COUNT.unpack(data)
    return _Container(_build_dict, 2 * n_pairs)


def _set(data: bytes, _: CodecLimits) -> _Container:
    return _Container(_build_set, *COUNT.unpack(data))


def _frozenset(data: bytes, _: CodecLimits) -> _Container:
    return _Container(lambda values: frozenset(_build_set(values)), *COUNT.unpack(data))


def _built(data: bytes, _: CodecLimits) -> _Container:
    return _Container(built, *COUNT.unpack(data))


def _build_set(values: list[Value]) -> set[Value]:
    _check_keys(values)
    return set(values)


def _build_dict(values: list[Value]) -> dict[Value, Value]:
    _check_keys(values[::2])
    return dict(zip(values[::2], values[1::2], strict=True))


def _check_keys(keys: list[Value]) -> None:
    if not all(map(_is_key, keys)):
        raise ProtocolError("An invalid key.")
    # The hash of a number is predictable, and keys that all share a hash make a dictionary very slow.
    if len(keys) > _MAX_KEYS_OF_ONE_HASH and max(Counter(map(hash, keys)).values()) > _MAX_KEYS_OF_ONE_HASH:
        raise ProtocolError("Too many keys that share a hash.")


def _is_key(value: Value) -> bool:
    if type(value) is tuple:
        return all(map(_is_key, value))
    return type(value) in _KEYS or isinstance(value, np.generic) or is_key(value)


def _big_int(data: bytes, limits: CodecLimits) -> int:
    if 8 * len(data) > limits.max_int_bits + 8:  # the sign may take a byte more
        raise ProtocolError(f"An int of {len(data)} bytes.")
    return int.from_bytes(data, "big", signed=True)


def _complex(data: bytes, _: CodecLimits) -> complex:
    return complex(*COMPLEX_PARTS.unpack(data))


def _elements(data: bytes, limits: CodecLimits) -> tuple[str, np.ndarray[Any, Any]]:
    """Return the dtype's name and an array of the wire's dtype, with memory of its own."""
    name, ndim = DTYPES[data[0]], data[1]
    if ndim > MAX_NDIM:
        raise ProtocolError(f"An array of {ndim} dimensions.")
    elements = memoryview(data)[2 + ndim * SIZE.size :]
    shape = tuple(size for (size,) in SIZE.iter_unpack(data[2 : 2 + ndim * SIZE.size]))
    dtype = wire_dtype(name)
    # A size of zero counts as one, otherwise (0, 2**60) would pass.
    if math.prod(max(size, 1) for size in shape) * dtype.itemsize > limits.max_bytes:
        raise ProtocolError(f"An array of shape {shape}.")
    if len(shape) != ndim or math.prod(shape) * dtype.itemsize != len(elements):
        raise ProtocolError(f"An array of shape {shape} and dtype {name} in {len(elements)} bytes.")
    # A bool whose byte is neither 0 nor 1 is truthy but does not equal True.
    if name == "bool" and np.frombuffer(elements, np.uint8).max(initial=0) > 1:
        raise ProtocolError("A truth value that is neither true nor false.")
    return name, np.ndarray(shape, dtype, elements).astype(dtype.newbyteorder("="))


def _array(data: bytes, limits: CodecLimits) -> np.ndarray[Any, Any]:
    name, elements = _elements(data, limits)
    if name == BFLOAT16:
        raise ProtocolError("NumPy has no bfloat16.")
    return elements


def _scalar(data: bytes, limits: CodecLimits) -> np.generic:
    value = _array(data, limits)[()]
    if not isinstance(value, np.generic):
        raise ProtocolError("A scalar with dimensions.")
    return value


def _tensor(data: bytes, limits: CodecLimits) -> torch.Tensor:
    import torch  # noqa: PLC0415  # slow to import, and only needed if a tensor arrives

    name, elements = _elements(data, limits)
    tensor = torch.from_numpy(elements)
    return tensor.view(torch.bfloat16) if name == BFLOAT16 else tensor


def _leaf(data: bytes, limits: CodecLimits) -> torch.Tensor:
    return _tensor(data, limits).requires_grad_()  # raises for a dtype that has no gradient


def _error(data: bytes, _: CodecLimits) -> RaisedError:
    name, _zero, message = data.partition(b"\0")
    error = RaisedError(name.decode("ascii"), message.decode("utf-8", TEXT_ERRORS))
    if error.type_name not in BUILTIN_ERRORS or len(error.message) > MAX_MESSAGE_CHARS:
        raise ProtocolError("An exception that is not a builtin, or with too long a message.")
    return error


def _handle(data: bytes, _: CodecLimits) -> HandleId:
    (number,) = SIZE.unpack_from(data)
    name, *classes = data[SIZE.size :].decode("utf-8", TEXT_ERRORS).split("\0")
    if len(name) > MAX_NAME_CHARS or len(classes) > MAX_CLASSES or len(data) > MAX_CLASSES_CHARS:
        raise ProtocolError("A handle with too long a name.")
    return HandleId(number, name, tuple(classes))


_READERS: dict[int, Callable[[bytes, CodecLimits], Any]] = {
    Code.LIST: _list,
    Code.TUPLE: _tuple,
    Code.DICT: _dict,
    Code.BIG_INT: _big_int,
    Code.COMPLEX: _complex,
    Code.ARRAY: _array,
    Code.SCALAR: _scalar,
    Code.TENSOR: _tensor,
    Code.LEAF: _leaf,
    Code.ERROR: _error,
    Code.HANDLE: _handle,
    Code.SET: _set,
    Code.FROZENSET: _frozenset,
    Code.BUILT: _built,
}
