"""Dates, fractions, paths, arrays of texts and tables of pandas arrive as they were."""

from __future__ import annotations

import datetime as dt
from array import array, typecodes
from collections import deque
from decimal import Decimal
from fractions import Fraction
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pytest
import torch

from gradlab.base.errors import ProtocolError
from gradlab.wire import _parts
from gradlab.wire.codec import CodecLimits, HandleId, decode, encode

TABLE = pd.DataFrame(
    {
        "whole": [1, 2],
        "text": ["x", None],
        "number": [1.5, np.nan],
        "time": pd.to_datetime(["2026-01-01", None]),
        "category": pd.Categorical(["u", "v"], ordered=True),
        "nullable": pd.array([1, None], dtype="Int64"),
        "date": [dt.date(2026, 1, 1), None],
        "items": [[1, "a"], {"b": (2, None)}],
        "truth": [True, False],
        "small": np.array([1, 2], dtype="float32"),
    },
    index=pd.Index(["r", "s"], name="row"),
)
TABLES = {
    "mixed": TABLE,
    "empty": pd.DataFrame(),
    "several levels": TABLE.set_index(["whole", "text"]),
    "levels of columns": pd.concat({"p": TABLE[["whole"]], "q": TABLE[["number"]]}, axis=1),
    "the same name twice": pd.DataFrame([[1, 2]], columns=["a", "a"]),
    "turned": TABLE[["whole", "text"]].T,
}
COLUMNS = {
    **{name: TABLE[name] for name in TABLE},
    "counted": TABLE.groupby("text").size(),
    "zones": pd.Series([1, 2], index=pd.date_range("2026", periods=2, tz="Asia/Seoul")),
    "durations": pd.Series([pd.Timedelta(1, "h"), pd.NaT]),
    "strings": pd.Series(["a", None], dtype="string"),
    "objects": pd.Series([None, 1, "a"], dtype=object),
    "a row": TABLE.iloc[0],
}
VALUES = [
    dt.date(2026, 1, 2),
    dt.datetime(2026, 1, 2, 3, 4, 5, 6),  # noqa: DTZ001  # without a zone on purpose
    dt.datetime(2026, 1, 2, tzinfo=dt.timezone(dt.timedelta(hours=9))),
    dt.time(1, 2, 3),
    dt.timedelta(1, 2, 3),
    Fraction(1, 3),
    Fraction(np.int64(3)),
    Decimal("1.50"),
    Path("a/b"),
    PurePosixPath("a"),
    range(3, 9, 2),
    bytearray(b"ab"),
    array("d", [1.5, -2.0]),
    array("b"),
    deque([1, [2, "x"]], maxlen=3),
    {dt.date(2026, 1, 1): [Fraction(1, 2)]},
    {Fraction(1, 2)},
    pd.Timestamp("2026-01-01", tz="UTC"),
    pd.Timedelta("1D"),
    np.datetime64("2026-01-01T00:00:01"),
]
ARRAYS = [
    np.array([["a", "bcd"]]),
    np.array([b"x"]),
    np.array([None, "x", 1.5], dtype=object),
    np.frompyfunc(lambda x: Fraction(x) / 3, 1, 1)(np.arange(4).reshape(2, 2)),
    np.array([[1, 2], None], dtype=object),
    np.array(["2026-01-01"], dtype="M8[ns]"),
    np.array([], dtype="U3"),
]


class Day(dt.date):
    """A date of the student's own."""


def sent(value):
    """Return what arrives of a value."""
    return decode(encode(value, lambda _: 1))


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_arrive(value):
    """A value is equal, and of the same type."""
    assert sent(value) == value
    assert type(sent(value)) is type(value)


@pytest.mark.parametrize("value", ARRAYS, ids=repr)
def test_arrays_of_other_things_than_numbers_arrive(value):
    """Texts, times and objects keep their dtype and shape."""
    assert (sent(value).dtype, sent(value).shape) == (value.dtype, value.shape)
    assert sent(value).tolist() == value.tolist()


def test_arrays_of_tensors_arrive():
    """An array of objects may hold tensors, which arrive as tensors."""
    leaf = torch.tensor([1.0, 2.0], requires_grad=True)
    items = np.empty(2, dtype=object)
    items[0], items[1] = leaf.sum(), leaf
    arrived = sent(items)
    assert [tensor.tolist() for tensor in arrived] == [3.0, [1.0, 2.0]]
    assert arrived.shape == (2,)


@pytest.mark.parametrize("name", TABLES)
def test_tables_arrive(name):
    """Values, dtypes, index and names are the same."""
    pd.testing.assert_frame_equal(sent(TABLES[name]), TABLES[name])


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_arrive(name):
    """Values, dtype, index and name are the same."""
    pd.testing.assert_series_equal(sent(COLUMNS[name]), COLUMNS[name])


@pytest.mark.parametrize("value", [pd.NaT, pd.NA], ids=repr)
def test_missing_values_arrive(value):
    """A missing value is the very one of pandas."""
    assert sent(value) is value


@pytest.mark.parametrize(
    "value",
    [
        Day(2026, 1, 1),
        range(10**12),
        Decimal("1e9999"),
        pd.RangeIndex(10**12),
        pd.Series([object()]),
        pd.DataFrame({"a": [Day(2026, 1, 1)]}),
        np.array([object()]),
        array("w" if "w" in typecodes else "u", "ab"),
        deque([object()]),
        deque([deque([object()])]),
        np.zeros(2, dtype=[("a", int)]),
        TABLE.dtypes,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_the_students_own_or_huge_stays(value):
    """Subclasses, objects in tables, and short ways to write huge values are handles."""
    assert isinstance(sent(value), HandleId)


def test_a_table_that_is_too_large_stays():
    """If not all parts of a table fit, none of them is sent."""
    limits = CodecLimits(max_items=50)
    large = pd.DataFrame({"a": ["x"] * 100})
    got = decode(encode((1, large, 2), lambda _: 7, limits), limits)
    assert (got[0], got[1].id, got[2]) == (1, 7, 2)


@pytest.mark.parametrize(
    "parts",
    [
        ["bytearray", 10**15],
        ["array.array", "u", np.zeros(2, np.int32)],
        ["array.array", "d", 10**9],
        ["array.array", "d", ["x"]],
        ["deque", 10**9, None],
        ["deque", [1], "x"],
        ["range", 0, 10**12, 1],
        ["Fraction", "1e999999999", 1],
        ["Decimal", "1e999999"],
        ["RangeIndex", 0, 10**12, 1, None],
        ["array", "<U100000000", [2], ["a", "b"]],
        ["Timestamp", 0, "s", "dateutil//etc/passwd"],
        ["Series", "object", [1, 2], 3, None],
        ["DataFrame", [], 1, 2],
        ["eval", "1"],
        [["date"], 1],
        [],
    ],
    ids=repr,
)
def test_parts_of_no_value_are_refused(parts, monkeypatch):
    """Whatever parts are sent, they build a value of a known kind that is not huge, or nothing."""
    monkeypatch.setattr("gradlab.wire._encoder.parts_of", lambda _: parts)
    with pytest.raises(Exception):  # noqa: B017, PT011  # any error is a refusal
        _parts.built(parts)
    with pytest.raises(ProtocolError):
        sent(object())


def test_no_handle_is_a_part():
    """Nothing of the student's own gets into an array or a table, even if the sender says so."""
    with pytest.raises(TypeError):
        _parts.built(["array", "O", [1], [HandleId(1, "x")]])
