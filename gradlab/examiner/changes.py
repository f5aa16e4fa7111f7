"""Changes the hidden test's own objects as an answer has changed its arguments in place.

This is done only in test cells whose reference needs it (`gradlab.examiner.ways`): an answer's changes can
mislead a test that goes on using an argument. Objects that the reference holds are never changed.
"""

from __future__ import annotations

import contextlib
import copy
import sys
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

Held = frozenset[int]
_NOT_DATA = type | FunctionType | str | bytes | int | float | complex | None
_MAX_HELD = 1_000_000


def held_by(values: Iterable[object]) -> Held:
    """Return the ids of all data that some values hold."""
    found = set[int]()
    waiting = list(values)
    while waiting and len(found) < _MAX_HELD:
        value = waiting.pop()
        if isinstance(value, _NOT_DATA) or id(value) in found:
            continue
        found.add(id(value))
        if isinstance(value, dict):
            waiting += [*value.keys(), *value.values()]
        elif isinstance(value, list | tuple | set | frozenset):
            waiting += value
        elif not isinstance(value, ModuleType):
            waiting += getattr(value, "__dict__", {}).values()
    return frozenset(found)


def copy_data(names: dict[str, Any], mentioned: Iterable[str]) -> None:
    """Replace the data under some names with copies, which an answer may change."""
    memo: dict[int, Any] = {}
    for name in mentioned:
        value = names.get(name)
        if not callable(value) and not isinstance(value, ModuleType):
            with contextlib.suppress(Exception):  # data that can't be copied is held, so it can't be changed
                names[name] = copy.deepcopy(value, memo)


def follow(old: Any, new: Any, held: Held) -> bool:
    """Make an object equal to a new value, in place; tell whether that was possible.

    Args:
        old: the object; if it is an instance of a class, `new` are its attributes.
        new: a decoded value.
        held: ids of objects that must not change.
    """
    if id(old) in held:
        return False
    if type(old) is type(new):
        follow_it = _KINDS.get(type(old), _follow_library)
        return bool(follow_it(old, new, held))
    attributes = getattr(old, "__dict__", None)
    if not isinstance(attributes, dict) or type(new) is not dict or isinstance(old, _NOT_DATA | ModuleType):
        return False
    if any(hasattr(type(old), name) for name in new if isinstance(name, str)):
        return False  # it would stand in for a method
    return _follow_dict(attributes, new, held)


def _followed(old: Any, new: Any, held: Held) -> Any:
    """Return the new item: the old one itself if it can become equal, else the new value."""
    return old if type(old) is type(new) and type(old) in _KINDS and follow(old, new, held) else new


def _follow_list(old: list[Any], new: list[Any], held: Held) -> bool:
    kept = [_followed(before, after, held) for before, after in zip(old, new, strict=False)]
    old[:] = [*kept, *new[len(kept) :]]
    return True


def _follow_dict(old: dict[Any, Any], new: dict[Any, Any], held: Held) -> bool:
    items = {key: _followed(old.get(key), value, held) for key, value in new.items()}
    old.clear()
    old.update(items)
    return True


def _follow_set(old: set[Any], new: set[Any], _: Held) -> bool:
    old.clear()
    old.update(new)
    return True


def _follow_bytes(old: bytearray, new: bytearray, _: Held) -> bool:
    old[:] = new
    return True


def _follow_array(old: np.ndarray[Any, Any], new: np.ndarray[Any, Any], _: Held) -> bool:
    if old.shape != new.shape or old.dtype != new.dtype or not old.flags.writeable:
        return False
    old[...] = new
    return True


def _follow_library(old: Any, new: Any, _: Held) -> bool:
    """Change a tensor, or a table of pandas."""
    torch, pandas = sys.modules.get("torch"), sys.modules.get("pandas")
    if torch is not None and isinstance(old, torch.Tensor):
        if old.shape != new.shape or old.dtype != new.dtype:
            return False
        with torch.no_grad():
            old.copy_(new)
        return True
    if pandas is None or type(old) is not pandas.DataFrame:
        return False
    old.drop(columns=old.columns, inplace=True)
    old.drop(index=old.index, inplace=True)
    for place in range(new.shape[1]):
        old.insert(place, place, new.iloc[:, place])
    old.columns = new.columns
    return True


_KINDS: dict[type, Any] = {
    list: _follow_list,
    dict: _follow_dict,
    set: _follow_set,
    bytearray: _follow_bytes,
    np.ndarray: _follow_array,
}
