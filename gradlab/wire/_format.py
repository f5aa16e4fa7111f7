"""The format of a value on the wire, and how large it may be.

A payload is a flat sequence of msgpack tokens. A value of msgpack's own types (None, bool, int, float,
str, bytes) is one token. Everything else is a msgpack extension with one of the codes below: a
container is a token that contains its number of items, followed by the tokens of its items. msgpack's
own arrays and maps are not used: they would let a few bytes request a lot of memory.
"""

from __future__ import annotations

import builtins
import struct
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_NAME_CHARS = 200
MAX_CLASSES = 16
MAX_CLASSES_CHARS = 8000
MAX_MESSAGE_CHARS = 2000
MAX_NDIM = 32


class Code(IntEnum):
    """The msgpack extensions, and what their data contain."""

    LIST = 1  # COUNT, the number of items
    TUPLE = 2  # COUNT, the number of items
    DICT = 3  # COUNT, the number of pairs; each is two values
    BIG_INT = 4  # two's complement, most significant byte first
    COMPLEX = 5  # COMPLEX_PARTS
    ARRAY = 6  # one byte: index in DTYPES; one byte: ndim; ndim times SIZE; then the elements
    SCALAR = 7  # as ARRAY, with ndim 0
    TENSOR = 8  # as ARRAY
    LEAF = 9  # as ARRAY: a tensor that requires a gradient
    ERROR = 10  # the name of a builtin exception in ASCII, a zero byte, the message in UTF-8
    HANDLE = 11  # SIZE, the handle's number; the type's name and those of its libraries' classes, in UTF-8,
    # with a zero byte between them
    SET = 12  # COUNT, the number of items
    FROZENSET = 13  # COUNT, the number of items
    BUILT = 14  # COUNT, the number of parts plus one: the name of a kind, then the parts; see `_parts`


COUNT = struct.Struct(">I")
COMPLEX_PARTS = struct.Struct(">dd")
SIZE = struct.Struct(">Q")

# Tensors may have any of these, arrays any except for the last.
BFLOAT16 = "bfloat16"
DTYPES = (
    "bool",
    *("int8", "int16", "int32", "int64"),
    *("uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64"),
    *("complex64", "complex128"),
    BFLOAT16,
)

TEXT_ERRORS = "surrogatepass"  # a str may contain any code point, and arrives unchanged


@cache
def wire_dtype(name: str) -> np.dtype[np.generic]:
    """Return the little-endian dtype in which elements of a dtype of `DTYPES` are sent."""
    return np.dtype("int16" if name == BFLOAT16 else name).newbyteorder("<")


def _takes_one_message(kind: type[BaseException]) -> bool:
    needs_more = (BaseExceptionGroup, UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError)
    return not issubclass(kind, needs_more)


# Only those that take one message; any other exception arrives as its nearest base.
BUILTIN_ERRORS: Mapping[str, type[BaseException]] = MappingProxyType(
    {
        name: kind
        for name, kind in vars(builtins).items()
        if isinstance(kind, type)
        and issubclass(kind, BaseException)
        and kind.__name__ == name
        and _takes_one_message(kind)
    }
)


@dataclass(frozen=True)
class CodecLimits:
    """How large a value may be; both sides must use the same limits.

    Args:
        max_bytes: of the payload, and of one array.
        max_depth: containers within containers.
        max_items: values in all, at any depth.
        max_int_bits: of an int. Python writes no int of more than 14,000 bits in decimal.
        max_text_bytes: of one str, in UTF-8.
    """

    max_bytes: int = 64 * 2**20
    max_depth: int = 32
    max_items: int = 200_000
    max_int_bits: int = 8192
    max_text_bytes: int = 2**20


DEFAULT_LIMITS = CodecLimits()


@dataclass(frozen=True)
class HandleId:
    """A value that stays in the examinee.

    Args:
        id: its number there.
        type_name: the name of its type.
        classes: "module:name" of the libraries' classes that it claims to be of, the nearest first.
    """

    id: int
    type_name: str
    classes: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class RaisedError:
    """An exception from the examinee: the nearest builtin type's name, and the message."""

    type_name: str
    message: str

    def as_exception(self) -> Exception:
        """Return an exception of the builtin type with the message.

        A type that is not an Exception (SystemExit, KeyboardInterrupt) becomes a RuntimeError that
        names it, so that raising it does not end the examiner.
        """
        kind = BUILTIN_ERRORS[self.type_name]
        if issubclass(kind, Exception):
            return kind(self.message)
        return RuntimeError(f"{self.type_name}: {self.message}")
