"""Tables and columns of pandas as plain parts, where pandas is imported; see `gradlab.wire._parts`.

A column is a dtype and its values: a NumPy array, integers for times, codes for categories, or a list.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.wire._format import DTYPES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

_LISTED = re.compile(r"object|str|string|boolean|U?Int(8|16|32|64)|Float(32|64)")
_TIMES = re.compile(r"(datetime64|timedelta64)\[(s|ms|us|ns)(?:, (.+))?\]")
_ZONE = re.compile(r"(?!dateutil)[A-Za-z0-9_+:/-]{1,60}")  # the other names are of files
_CATEGORY = "category"
MAX_BYTES = 64 * 2**20
_MAX_LENGTH = 10_000_000  # of a range of numbers, which takes up no memory itself


def is_scalar(value: object) -> bool:
    """Tell whether a value is a time, a duration, or a missing value of pandas."""
    pandas, kind = sys.modules.get("pandas"), type(value)
    if pandas is None:
        return False
    is_time = kind is pandas.Timestamp or kind is pandas.Timedelta
    return is_time or value is pandas.NaT or value is pandas.NA


def parts_of(value: Any) -> list[Any] | None:  # noqa: PLR0911  # a return for each kind
    """Return the name and the parts of a value of pandas, None if it does not travel by value."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return None
    kind = type(value)
    if value is pandas.NaT or value is pandas.NA:
        return [kind.__name__]
    if kind is pandas.Timestamp or kind is pandas.Timedelta:
        return [kind.__name__, int(value.asm8.astype("int64")), value.unit, _zone_of(value)]
    if kind is pandas.Series:
        column = _column(value)
        return None if column is None else ["Series", *column, value.index, value.name]
    if kind is pandas.DataFrame:
        columns = [_column(value.iloc[:, place]) for place in range(value.shape[1])]
        return None if None in columns else ["DataFrame", columns, value.index, value.columns]
    if kind is pandas.RangeIndex and len(value) <= _MAX_LENGTH:
        return ["RangeIndex", value.start, value.stop, value.step, value.name]
    if kind is pandas.MultiIndex:
        levels = [value.get_level_values(number) for number in range(value.nlevels)]
        return ["MultiIndex", levels, list(value.names)]
    indexes = pandas.Index, pandas.DatetimeIndex, pandas.TimedeltaIndex, pandas.CategoricalIndex
    if any(kind is index for index in indexes):
        column = _column(value)
        return None if column is None else ["Index", *column, getattr(value, "freqstr", None), value.name]
    return None


def built(name: str, *parts: Any) -> object:
    """Return the value of pandas that has a name and parts."""
    return _BUILDERS[name](*parts)


def _series(dtype: str, values: Any, index: Any, name: Any) -> pd.Series:
    import pandas as pd  # noqa: PLC0415  # slow to import, and only needed if a value of it arrives

    return pd.Series(_values(dtype, values), index=_index(index), name=name, copy=True)


def _frame(columns: list[tuple[str, Any]], index: Any, names: Any) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415  # as above

    data = {place: _values(*column) for place, column in enumerate(columns)}
    frame = pd.DataFrame(data, index=_index(index), copy=True)
    frame.columns = _index(names)
    return frame


def _range_index(start: int, stop: int, step: int, name: Any) -> pd.RangeIndex:
    import pandas as pd  # noqa: PLC0415  # as above

    index = pd.RangeIndex(start, stop, step, name=name)
    if len(index) > _MAX_LENGTH:
        raise ValueError("an index that is too long")
    return index


def _multi_index(levels: list[Any], names: list[Any]) -> pd.MultiIndex:
    import pandas as pd  # noqa: PLC0415  # as above

    return pd.MultiIndex.from_arrays([_index(level) for level in levels], names=names)


def _plain_index(dtype: str, values: Any, frequency: str | None, name: Any) -> pd.Index:
    import pandas as pd  # noqa: PLC0415  # as above

    index = pd.Index(_values(dtype, values), name=name)
    if frequency is not None:
        index.freq = frequency
    return index


def _column(column: Any) -> list[Any] | None:
    """Return the dtype and the values of a series or an index, None if they can't travel."""
    dtype = str(column.dtype)
    if dtype in DTYPES:
        return [dtype, column.to_numpy(copy=True)]
    if _TIMES.fullmatch(dtype):
        times = sys.modules["pandas"].Index(column)
        return [dtype, times.asi8.copy()]
    if dtype == _CATEGORY:
        categorical = sys.modules["pandas"].Categorical(column)
        return [dtype, [categorical.codes.astype("int64"), categorical.categories, bool(categorical.ordered)]]
    if _LISTED.fullmatch(dtype):
        return [dtype, list(column.astype(object))]
    return None


def _values(dtype: str, values: Any) -> Any:
    """Return the values of a column as pandas keeps them."""
    import pandas as pd  # noqa: PLC0415  # as above

    times = _TIMES.fullmatch(dtype)
    if times is not None:
        plain = _integers(values).view(f"{times[1]}[{times[2]}]")
        return plain if times[3] is None else pd.DatetimeIndex(plain, tz="UTC").tz_convert(_zone(times[3]))
    if dtype == _CATEGORY:
        codes, categories, is_ordered = values
        return pd.Categorical.from_codes(_integers(codes), _index(categories), ordered=is_ordered)
    if type(values) is np.ndarray and values.ndim == 1 and values.dtype.name == dtype:
        return values
    if type(values) is list and dtype == "object":
        column = np.empty(len(values), dtype=object)
        column[:] = values
        return column
    if type(values) is list and _LISTED.fullmatch(dtype):
        return pd.array(values, dtype=dtype)
    raise TypeError("a column that is not of its dtype")


def _integers(values: Any) -> np.ndarray[Any, Any]:
    if type(values) is not np.ndarray or values.dtype != np.int64 or values.ndim != 1:
        raise TypeError("no whole numbers")
    return values


def _index(value: Any) -> pd.Index:
    import pandas as pd  # noqa: PLC0415  # as above

    if not isinstance(value, pd.Index):
        raise TypeError("no index")
    return value


def _zone_of(time: Any) -> str | None:
    zone = getattr(time, "tz", None)
    return None if zone is None else str(zone)


def _timestamp(number: int, unit: str, zone: str | None) -> pd.Timestamp:
    import pandas as pd  # noqa: PLC0415  # as above

    time = pd.Timestamp(np.array([number]).view(f"M8[{unit}]")[0])
    return time if zone is None else time.tz_localize("UTC").tz_convert(_zone(zone))


def _timedelta(number: int, unit: str, _: None) -> pd.Timedelta:
    import pandas as pd  # noqa: PLC0415  # as above

    return pd.Timedelta(np.array([number]).view(f"m8[{unit}]")[0])


def _missing(name: str) -> Any:
    import pandas as pd  # noqa: PLC0415  # as above

    return getattr(pd, name)


def _zone(name: str) -> str:
    if not _ZONE.fullmatch(name):
        raise ValueError("no time zone")
    return name


_BUILDERS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "Series": _series,
        "DataFrame": _frame,
        "RangeIndex": _range_index,
        "MultiIndex": _multi_index,
        "Index": _plain_index,
        "Timestamp": _timestamp,
        "Timedelta": _timedelta,
        "NaTType": partial(_missing, "NaT"),
        "NAType": partial(_missing, "NA"),
    }
)
