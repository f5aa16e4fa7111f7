"""The code of answers: what it defines, and how the parts of a divided answer make one."""

from __future__ import annotations

import re
import symtable
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMAND = re.compile(r"^([ \t]*)[%!].*$", re.MULTILINE)


@lru_cache(maxsize=4096)
def names_bound(text: str) -> frozenset[str] | None:
    """Return the names that code binds, except by import; None if it is not valid by itself."""
    python = _COMMAND.sub(r"\1pass", text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are the student's
            symbols = symtable.symtable(python, "cell", "exec").get_symbols()
            compile(python, "cell", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(
        symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()
    )


def binds(text: str, names: frozenset[str]) -> bool:
    """Tell whether code binds all of some names, of which there is at least one."""
    bound = names_bound(text)
    return bool(names) and bound is not None and names <= bound


def kept_parts(parts: Sequence[str], names: frozenset[str]) -> list[str]:
    """Return the parts that count: of those that bind the answer's names, only the last."""
    complete = [number for number, text in enumerate(parts) if binds(text, names)]
    return [text for number, text in enumerate(parts) if number not in complete[:-1]]


def joined(parts: Sequence[str]) -> str:
    """Return the parts of a divided answer as one text.

    JupyterLab removes the line breaks at the cut, but not the indentation before it. Parts that make no valid
    code together do what they do in a notebook: those that are not valid by themselves do nothing.
    """
    text = parts[0]
    for part in parts[1:]:
        is_in_indentation = not text.rpartition("\n")[2].strip()
        text = text + part if is_in_indentation and part.strip() else f"{text}\n{part}"
    texts = (text, "\n".join(parts))
    valid = next((each for each in texts if names_bound(each) is not None), None)
    if valid is not None:
        return valid
    return "\n".join([part for part in parts if names_bound(part) is not None] or parts)
