"""Comparing values."""

from __future__ import annotations

from array import array
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from gradlab.checks import agree, as_float64

NUMBERS = st.floats(-1e6, 1e6)


@pytest.mark.parametrize(
    "got",
    [
        2.5,
        np.float32(2.5),
        np.array(2.5),
        np.array([2.5]),
        [2.5],
        torch.tensor(2.5),
        torch.tensor([[2.5]], requires_grad=True),
        Fraction(5, 2),
        Decimal("2.5"),
        np.array(Fraction(5, 2)),
        np.array([torch.tensor(2.5)], dtype=object),
        array("f", [2.5]),
    ],
)
def test_a_number_may_come_in_any_style(got):
    """A float, an array or a tensor with one element are the same number."""
    assert agree(got, 2.5)


@pytest.mark.parametrize(
    "got",
    [
        [1.0, 2.0, 3.0],
        (1, 2, 3),
        np.array([1, 2, 3]),
        torch.tensor([1.0, 2.0, 3.0]),
        [torch.tensor(1.0), np.float64(2), 3],
        [Fraction(1), Decimal(2), 3],
        np.array([1, Fraction(2), 3.0], dtype=object),
        np.frompyfunc(lambda x: x + 1, 1, 1)(np.arange(3)),
        array("d", [1, 2, 3]),
        array("b", [1, 2, 3]),
        deque([1, 2, 3]),
        range(1, 4),
        pd.Series([1, 2, 3]),
    ],
)
def test_a_vector_may_be_a_list_a_tuple_an_array_or_a_tensor(got):
    """Sequences of numbers of one length are the same vector."""
    assert agree(got, np.array([1.0, 2.0, 3.0]))


@pytest.mark.parametrize(
    "got",
    [
        None,
        "2.5",
        b"2.5",
        float("nan"),
        2.5 + 0j,
        {"a": 2.5},
        {2.5},
        [2.5, 2.5],
        object(),
        iter([2.5]),
        np.array(["2.5"]),
        np.array(["2.5"], dtype=object),
        np.array([np.array([2.5]), None], dtype=object)[:1],
        bytearray(b"\x02"),
    ],
)
def test_what_is_no_number_is_not_taken_for_one(got):
    """Neither text nor None nor a complex number nor an iterator is the number 2.5."""
    assert not agree(got, 2.5)


def test_shapes_count_unless_the_exercise_says_otherwise():
    """Shapes (3,) and (1, 3) agree only if any shape is allowed."""
    row = np.array([[1.0, 2.0, 3.0]])
    assert not agree(row, row[0])
    assert agree(row, row[0], any_shape=True)
    assert not agree(row[:, :2], row[0], any_shape=True)


def test_a_lying_comparison_is_never_asked():
    """An array subclass whose == is always true is compared by its numbers."""

    class Liar(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, dtype=bool)

        __hash__ = None

        def __array_function__(self, *_):
            return None

    assert not agree(np.zeros(3).view(Liar), np.ones(3))


def test_truth_values_are_no_numbers():
    """A truth value may be Python's, NumPy's or torch's, but not a number or text."""
    assert agree(np.True_, expected=True)
    assert agree(torch.tensor(True), expected=True)  # noqa: FBT003  # torch's signature
    assert not agree(1, expected=True)
    assert not agree("yes", expected=True)


def test_dictionaries_may_hold_more_than_is_asked_for():
    """Keys that no test asks for are ignored."""
    assert agree({"ok": True, "error": 0.0, "note": "…"}, {"ok": True, "error": 0.0})
    assert not agree({"ok": True}, {"ok": True, "error": 0.0})
    assert not agree([("ok", True)], {"ok": True})


def test_sequences_of_mixed_items_are_compared_item_by_item():
    """A list of pairs equals a tuple of lists with the same items."""
    assert agree(([0, "Add"], [1, "Mul"]), [(0, "Add"), (1, "Mul")])
    assert not agree([(0, "Add")], [(0, "Add"), (1, "Mul")])
    assert not agree([(0, "Add"), (2, "Mul")], [(0, "Add"), (1, "Mul")])


def test_an_impossible_expectation_is_the_authors_error():
    """A hidden test that expects an object says so instead of failing everyone."""
    with pytest.raises(TypeError, match="can't expect"):
        agree(1, object())


def test_numbers_beyond_floats_are_infinite():
    """A number that is too large for a float is an infinity, of whatever type."""
    for huge in (10**400, Fraction(10**400), Decimal("1e400")):
        assert as_float64([huge, -huge]).tolist() == [np.inf, -np.inf]
    assert np.isnan(as_float64(Decimal("sNaN")))


@pytest.mark.parametrize(
    ("value", "kind"),
    [({0: 0}, "dict"), ([1, None], "NoneType"), ([[2], ["x"]], "str"), (iter(()), "tuple_iterator")],
)
def test_what_is_refused_is_named(value, kind):
    """The error names the type of the part that is no number."""
    with pytest.raises(TypeError, match=kind):
        as_float64(value)


def test_ragged_rows_are_no_array():
    """Rows of unequal length are refused."""
    with pytest.raises(TypeError, match="equal length"):
        as_float64([[1, 2], [3]])


@given(arrays(np.float64, (2, 3), elements=NUMBERS))
def test_a_float32_answer_is_right(values):
    """Rounding to float32 stays within the tolerances of closed forms."""
    assert agree(values.astype(np.float32), values, rtol=1e-5, atol=1e-7) or np.abs(values).max() < 1e-30


@given(NUMBERS, st.floats(1e-3, 1.0))
def test_a_wrong_number_is_wrong(value, relative_error):
    """A number that differs by a thousandth or more is wrong."""
    wrong = value + (abs(value) + 1) * relative_error
    assert not agree(wrong, value)
