"""Encoding of students' own classes, and of values that are too large to send."""

from __future__ import annotations

import collections
import enum

import numpy as np
import pytest
import torch
from carrying import SMALL, carried

from gradlab.wire.codec import DEFAULT_LIMITS, HandleId, RaisedError


def lying(base, *names):
    """Return a subclass that equals everything, and whose named methods raise."""

    def lie(*_, **__):
        raise AssertionError("asked")

    lies = dict.fromkeys((*names, "__len__", "__iter__", "__getitem__", "__repr__", "__reduce_ex__"), lie)
    return type("Liar", (base,), {**lies, "__eq__": lambda *_: True, "__hash__": base.__hash__})


@pytest.mark.parametrize(
    ("liar", "truth"),
    [
        (lying(int, "__int__", "__index__", "bit_length", "to_bytes")(7), 7),
        (lying(int, "__int__", "__index__", "bit_length", "to_bytes")(2**90), 2**90),
        (lying(float, "__float__", "hex")(0.5), 0.5),
        (lying(complex, "__complex__", "__abs__")(1j), 1j),
        (lying(str, "__str__", "encode", "isascii")("é"), "é"),
        (lying(bytes, "__bytes__", "__buffer__")(b"ab"), b"ab"),
        (lying(list, "copy")([1, [2]]), [1, [2]]),
        (lying(tuple)((1, 2)), (1, 2)),
        (lying(dict, "items", "keys", "copy")({"a": 1}), {"a": 1}),
        (lying(np.float64, "__array__", "__float__", "item")(0.25), np.float64(0.25)),
        (enum.IntEnum("Color", "RED").RED, 1),
        (collections.namedtuple("Pair", "a b")(1, 2), (1, 2)),  # noqa: PYI024  # as students write it
        (collections.defaultdict(list, a=[1]), {"a": [1]}),
    ],
    ids=lambda value: type(value).__mro__[1].__name__,
)
def test_subclasses_arrive_plain_and_are_not_asked(liar, truth):
    """Instances of a subclass arrive as plain values, without calling the student's methods."""
    arrived = carried(liar)
    assert type(arrived) is type(truth)
    assert arrived == truth


def test_array_subclasses_arrive_plain_and_are_not_asked():
    """No NumPy hook of the student's class is called."""
    hooks = (
        "__array__",
        "__array_ufunc__",
        "__array_function__",
        "view",
        "astype",
        "tobytes",
        "dtype",
        "shape",
    )
    liar = np.zeros(3).view(lying(np.ndarray, *hooks))
    arrived = carried(liar)
    assert type(arrived) is np.ndarray
    assert arrived.tolist() == [0, 0, 0]


def test_tensor_subclasses_arrive_plain_and_are_not_asked():
    """No torch hook of the student's class is called."""
    names = ("detach", "numpy", "as_subclass", "requires_grad", "dtype", "tolist")
    liar = torch.zeros(3).as_subclass(lying(torch.Tensor, *names))
    type(liar).__torch_function__ = classmethod(lambda *_: 1 / 0)
    arrived = carried(liar)
    assert type(arrived) is torch.Tensor
    assert arrived.tolist() == [0, 0, 0]


def test_a_lie_about_the_class_is_not_believed():
    """The real type decides, whatever `__class__` says."""

    class Liar:
        __class__ = list

        def __getattribute__(self, name):
            raise AssertionError("asked")

    assert carried(Liar()) == HandleId(0, "Liar")


def test_a_list_that_contains_itself_ends_in_a_handle():
    """At the maximum depth, the list arrives as a handle."""
    endless: list[object] = [1]
    endless.append(endless)
    arrived = carried(endless, SMALL)
    for _ in range(SMALL.max_depth):
        assert arrived[0] == 1
        arrived = arrived[1]
    assert arrived.type_name == "list"


def test_depth_does_not_reach_the_stack():
    """A list nested a hundred thousand times is sent down to the maximum depth."""
    deep: object = 0
    for _ in range(100_000):
        deep = [deep]
    arrived = carried(deep)
    for _ in range(DEFAULT_LIMITS.max_depth):
        (arrived,) = arrived
    assert arrived.type_name == "list"


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ([0] * 999, [0] * 999),
        (dict.fromkeys(range(499), 0), dict.fromkeys(range(499), 0)),
        ([0, [0] * 2000, 1], [0, "list", 1]),
        ([0, dict.fromkeys(range(500)), 1], [0, "dict", 1]),
        ([[0] * 600, [0] * 600], [[0] * 600, "list"]),
        ([[0] * 995, *range(9)], "list"),
        ([0] * 10**6, "list"),
        (b"a" * 2**20, "bytes"),
        (["a" * 2**17] * 7, ["a" * 2**17] * 7),
        (["a" * 2**17] * 8, ["a" * 2**17] * 7 + ["str"]),
        ("☃" * 2**16, "str"),
        (-(2**100) + 1, -(2**100) + 1),
        (2**100, "int"),
        (np.zeros(2**17), "ndarray"),
        (np.zeros((0, 2**18)), "ndarray"),
        (torch.zeros(2**18), "Tensor"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_too_large_stays_and_the_rest_arrives(value, arrives):
    """The encoder keeps to the decoder's limits."""

    def named(value):
        if isinstance(value, list):
            return [named(item) for item in value]
        return value.type_name if isinstance(value, HandleId) else value

    assert named(carried(value, SMALL)) == arrives


def test_a_value_that_cannot_be_looked_at_is_an_exception():
    """Broken metaclasses do not stop the encoder."""

    class Broken(type):
        @property
        def __name__(cls):
            raise ValueError("no name")

    class Greedy(type):
        __hash__ = None

        def __eq__(cls, other):
            return True

    assert carried(Broken("a", (), {})()) == RaisedError("TypeError", "the value can't be read: ValueError")
    assert carried(Greedy("Own", (), {})()).type_name == "Own"
