"""The classes that an object in the examinee claims to be an instance of.

A claim is believed for classes of libraries and of given modules, so that `isinstance` in a hidden test
gives the same result as in a notebook. A false claim wins nothing: an answer could as well make a true
instance. A claim is not believed for classes whose instances come as values.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from fractions import Fraction
from pathlib import PurePath
from types import BuiltinFunctionType, FunctionType, GeneratorType, MappingProxyType, MethodType
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

_BUILTIN = "builtins"
_NEVER = frozenset({"__main__", __name__.partition(".")[0]})
_NAMED_IN_TYPES = MappingProxyType(
    {kind.__name__: kind for kind in (FunctionType, GeneratorType, MethodType, BuiltinFunctionType)}
)
_VALUES = (
    *(bool, int, float, complex, str, bytes, bytearray, list, tuple, dict, set, frozenset, range),
    *(np.ndarray, np.generic, BaseException, type, Decimal, Fraction, PurePath),
    *(dt.date, dt.time, dt.timedelta),
)
_VALUES_OF = frozenset(
    {("torch", "Tensor"), ("pandas", "DataFrame"), ("pandas", "Series"), ("pandas", "Index")}
)


def claimed_class(names: Iterable[str]) -> type | None:
    """Return the first class that may be claimed, None if there is none; each name is "module:name"."""
    for name in names:
        module, _, qualified = name.partition(":")
        found = _NAMED_IN_TYPES.get(qualified) if module == _BUILTIN else _found(module, qualified)
        if found is not None:
            return found
    return None


def _found(module: str, qualified: str) -> type | None:
    found: object = None if module.partition(".")[0] in _NEVER else sys.modules.get(module)
    for part in qualified.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found if isinstance(found, type) and not _comes_as_value(found) else None


def _comes_as_value(kind: type) -> bool:
    return issubclass(kind, _VALUES) or any(
        (base.__module__.partition(".")[0], base.__name__) in _VALUES_OF for base in kind.__mro__
    )
