"""The submodules that a function uses, found by their names.

cloudpickle compares the names of all imported modules, thousands with torch, for each function that it
pickles. This took a fifth of the examiner's time.
"""

from __future__ import annotations

import sys
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def used_submodules(code: CodeType, values: Iterable[object]) -> list[ModuleType]:
    """Return the imported submodules that a function can address through its packages.

    Args:
        code: of the function.
        values: of its global variables and its closure.
    """
    packages = [value.__name__ for value in values if isinstance(value, ModuleType) and value.__package__]
    found = {}
    while packages:
        package = packages.pop()
        for name in dict.fromkeys(code.co_names):
            path = f"{package}.{name}"
            if path in sys.modules and path not in found:
                found[path] = sys.modules[path]
                packages.append(path)
    return list(found.values())
