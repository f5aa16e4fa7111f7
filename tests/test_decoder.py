"""Decoding of malformed and malicious bytes."""

from __future__ import annotations

import contextlib
import time
import tracemalloc
from types import SimpleNamespace

import msgpack
import numpy as np
import pytest
import torch
from carrying import SMALL, Kept, carried, is_of_the_closed_set
from hypothesis import given, settings
from hypothesis import strategies as st

from gradlab.base.errors import ProtocolError
from gradlab.wire.codec import decode, encode


@contextlib.contextmanager
def peak_of_memory():
    """Measure the peak memory of the block, in bytes."""
    peak = SimpleNamespace()
    tracemalloc.start()
    try:
        yield peak
        _, peak.n_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()


def extension(code: int, data: bytes = b"") -> bytes:
    """Return a token with one of the codec's own codes."""
    return msgpack.packb(msgpack.ExtType(code, data))


def elements(dtype: int, *shape: int, data: bytes = b"") -> bytes:
    """Return the data of an array token."""
    return bytes((dtype, len(shape))) + b"".join(size.to_bytes(8, "big") for size in shape) + data


LIST, TUPLE, DICT, BIG_INT, COMPLEX, ARRAY, SCALAR, TENSOR, LEAF, ERROR, HANDLE = range(1, 12)
BOOL, FLOAT64, BFLOAT16 = 0, 11, 14
ONE = (1).to_bytes(4, "big")
MANY = b"\xff" * 4

MALFORMED = {
    "nothing": b"",
    "two values": b"\1\2",
    "a value and a torn one": b"\1\xc6\xff",
    "a torn text": b"\xa3ab",
    "a text that is none": b"\xa1\xff",
    "a byte that msgpack has not": b"\xc1",
    "an empty array of msgpack's": b"\x90",
    "an empty map of msgpack's": b"\x80",
    "an array of msgpack's": b"\x91\1",
    "a huge array of msgpack's": b"\xdd" + MANY,
    "a huge map of msgpack's": b"\xdf" + MANY,
    "a huge text": b"\xdb" + MANY,
    "huge bytes": b"\xc6" + MANY,
    "a huge extension": b"\xc9" + MANY + b"\1",
    "a timestamp": b"\xd6\xff\0\0\0\0",
    "an unknown code": extension(12),
    "a code of nobody's": extension(127),
    "msgpack's arrays in arrays": b"\x91" * 5000,
    "msgpack's long arrays in arrays": b"\xdd\0\1\0\0" * 5000,
    "lists in lists": extension(LIST, ONE) * 5000 + b"\1",
    "a list without its count": extension(LIST),
    "a list with a long count": extension(LIST, ONE + ONE),
    "a list without its items": extension(LIST, ONE),
    "a list of too many items": extension(LIST, MANY),
    "a dictionary of too many pairs": extension(DICT, MANY),
    "lists of lists of too many items": extension(LIST, (900).to_bytes(4, "big")) * 4 + b"\1" * 2000,
    "a key without its value": extension(DICT, ONE) + b"\1",
    "a list as a key": extension(DICT, ONE) + extension(LIST, bytes(4)) + b"\1",
    "a list in a tuple as a key": (
        extension(DICT, ONE) + extension(TUPLE, ONE) + extension(LIST, bytes(4)) + b"\1"
    ),
    "an array as a key": extension(DICT, ONE) + extension(ARRAY, elements(FLOAT64, 0)) + b"\1",
    "a tensor as a key": extension(DICT, ONE) + extension(TENSOR, elements(FLOAT64, 0)) + b"\1",
    "an exception as a key": extension(DICT, ONE) + extension(ERROR, b"KeyError\0") + b"\1",
    "an int of too many bytes": extension(BIG_INT, b"\1" * 14),
    "half a complex number": extension(COMPLEX, b"\0" * 8),
    "an array of nothing": extension(ARRAY),
    "an array of an unknown dtype": extension(ARRAY, elements(15, 0)),
    "an array of bfloat16": extension(ARRAY, elements(BFLOAT16, 0)),
    "an array with too few elements": extension(ARRAY, elements(FLOAT64, 2, data=b"\0" * 8)),
    "an array with too many elements": extension(ARRAY, elements(FLOAT64, 1, data=b"\0" * 16)),
    "an array with a part of an element": extension(ARRAY, elements(FLOAT64, 1, data=b"\0" * 7)),
    "an array without its shape": extension(ARRAY, b"\x0b\2" + b"\0" * 8),
    "an array with a part of its shape": extension(ARRAY, b"\x0b\2" + b"\0" * 9),
    "an array of too many dimensions": extension(ARRAY, elements(FLOAT64, *[1] * 33, data=b"\0" * 8)),
    "a huge array": extension(ARRAY, elements(FLOAT64, 2**62)),
    "an array whose size overflows to 0": extension(ARRAY, elements(FLOAT64, 2**32, 2**32)),
    "an array whose size overflows to 8": extension(ARRAY, elements(FLOAT64, 2**63, 2, 1, data=b"\0" * 8)),
    "a huge empty array": extension(ARRAY, elements(FLOAT64, 0, 2**62)),
    "a huge empty tensor": extension(TENSOR, elements(FLOAT64, 2**62, 0)),
    "a size that is negative if signed": extension(ARRAY, elements(FLOAT64, 2**64 - 1)),
    "a truth value that is 2": extension(ARRAY, elements(BOOL, 1, data=b"\2")),
    "a tensor's truth value that is 2": extension(TENSOR, elements(BOOL, data=b"\2")),
    "a scalar with a dimension": extension(SCALAR, elements(FLOAT64, 1, data=b"\0" * 8)),
    "truth values that need a gradient": extension(LEAF, elements(BOOL, 1, data=b"\1")),
    "an exception that is no builtin": extension(ERROR, b"OwnError\0"),
    "a builtin that is no exception": extension(ERROR, b"eval\0"),
    "an exception that takes more": extension(ERROR, b"UnicodeDecodeError\0"),
    "an exception that says too much": extension(ERROR, b"KeyError\0" + b"a" * 2001),
    "an exception with a name that is no ASCII": extension(ERROR, "KeyErrör\0".encode()),
    "an exception with a message that is no text": extension(ERROR, b"KeyError\0\xff"),
    "a torn handle": extension(HANDLE, b"\0" * 7),
    "a handle with too long a name": extension(HANDLE, b"\0" * 8 + b"a" * 201),
    "a handle with a name that is no text": extension(HANDLE, b"\0" * 8 + b"\xff"),
    "a pickle": b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93\x94.",
}


@pytest.mark.parametrize("payload", MALFORMED.values(), ids=MALFORMED)
def test_what_is_malformed_is_refused(payload):
    """A malformed payload raises a ProtocolError, and costs almost no memory."""
    with peak_of_memory() as peak, pytest.raises(ProtocolError):
        decode(payload, SMALL)
    assert peak.n_bytes < 2**19


def test_a_payload_that_is_too_long_is_not_looked_at():
    """The size limit applies to the payload as a whole."""
    with pytest.raises(ProtocolError, match="allowed"):
        decode(b"\1" * (SMALL.max_bytes + 1), SMALL)


@pytest.mark.parametrize(
    "payload",
    [
        extension(LIST, (999).to_bytes(4, "big")) + extension(LIST, bytes(4)) * 999,
        extension(LIST, (999).to_bytes(4, "big")) + extension(DICT, bytes(4)) * 999,
        extension(LIST, (999).to_bytes(4, "big")) + extension(HANDLE, b"\0" * 8) * 999,
        extension(LIST, (999).to_bytes(4, "big")) + extension(ERROR, b"KeyError\0") * 999,
        extension(LIST, (999).to_bytes(4, "big")) + extension(ARRAY, elements(BOOL, 0)) * 999,
        extension(LIST, (999).to_bytes(4, "big")) + extension(BIG_INT, b"\1" * 13) * 999,
        extension(LIST, (7).to_bytes(4, "big")) + msgpack.packb("😀" + "a" * (2**17 - 4)) * 7,
        extension(ARRAY, elements(FLOAT64, 2**17 - 4, data=b"\0" * (2**20 - 32))),
        msgpack.packb(b"\0" * (2**20 - 5)),
    ],
    ids=["lists", "dicts", "handles", "errors", "arrays", "ints", "texts", "array", "bytes"],
)
def test_memory_is_bounded_for_the_largest_values(payload):
    """Decoding takes a small multiple of the payload's size, plus a few hundred bytes per item."""
    with peak_of_memory() as peak:
        decode(payload, SMALL)
    assert peak.n_bytes < 5 * len(payload) + 400 * SMALL.max_items


def test_keys_chosen_to_collide_are_refused():
    """Tens of thousands of ints with the same hash would keep a dictionary busy for seconds."""
    n_keys = 50_000
    keys = [i * (2**61 - 1) for i in range(n_keys)]
    payload = encode(dict.fromkeys(range(n_keys), 0), Kept())
    items = b"".join(encode(key, Kept()) + b"\0" for key in keys)
    start = time.perf_counter()
    with pytest.raises(ProtocolError, match="hash"):
        decode(payload[:6] + items)
    assert time.perf_counter() - start < 10


def test_powers_of_two_are_honest_keys():
    """Powers of two, which are common step sizes, collide only a little and are accepted."""
    errors = {2.0**-i: i for i in range(1000)}
    assert carried(errors) == errors


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_or_plain(payload):
    """Decoding random bytes raises nothing except ProtocolError."""
    try:
        value = decode(payload, SMALL)
    except ProtocolError:
        return
    assert is_of_the_closed_set(value)


SEEDS = [
    encode(value, Kept())
    for value in (
        [None, True, -1, 2**70, 0.5, 1j, "text", b"bytes", (1, [2, {"a": (3,)}]), {1: 2, (1, "b"): []}],
        [np.arange(6.0).reshape(2, 3), np.float16(2), np.array([True, False]), np.zeros((2, 0), np.int8)],
        [torch.ones(2, requires_grad=True), torch.zeros(1, dtype=torch.bfloat16), torch.tensor(data=True)],
        [ValueError("wrong"), object(), len, {"f": iter([])}],
    )
]


@st.composite
def mutated(draw):
    """A valid payload with bytes changed, inserted, left out, doubled, or cut off."""
    payload = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        i, j = sorted(draw(st.tuples(*[st.integers(0, len(payload))] * 2)))
        change = draw(st.sampled_from(["set", "insert", "leave out", "double", "cut", "splice"]))
        if change == "set":
            payload[i : i + 1] = draw(st.binary(min_size=1, max_size=1))
        elif change == "insert":
            payload[i:i] = draw(st.binary(max_size=8))
        elif change == "leave out":
            del payload[i:j]
        elif change == "double":
            payload[i:i] = payload[i:j]
        elif change == "cut":
            del payload[i:]
        else:
            payload[i:j] = draw(st.sampled_from(SEEDS))
    return bytes(payload)


@settings(deadline=None, max_examples=1500)
@given(mutated())
def test_mutated_payloads_are_refused_or_plain(payload):
    """A nearly valid payload is refused, or decoded to a value of the closed set."""
    try:
        value = decode(payload, SMALL)
    except ProtocolError:
        return
    assert is_of_the_closed_set(value)
    repr(value)


def test_any_prefix_of_a_payload_is_refused():
    """A payload that ends too early raises a ProtocolError."""
    for payload in SEEDS:
        for n_bytes in range(len(payload)):
            with pytest.raises(ProtocolError):
                decode(payload[:n_bytes])


@pytest.mark.parametrize(
    "value",
    [
        [torch.ones(1)] * 199_000,
        [np.ones(1)] * 199_000,
        {str(number): np.float64(number) for number in range(99_000)},
        [[[]] * 9 for _ in range(19_000)],
    ],
    ids=["tensors", "arrays", "a dictionary", "lists"],
)
def test_decoding_ends_with_the_time_that_is_left(value):
    """Many small values take seconds to decode, but no longer than they may."""
    payload = encode(value, lambda _: 0)
    assert len(decode(payload)) == len(value)
    with pytest.raises(TimeoutError):
        decode(payload, left_s=0.0)
