"""The names that code binds, in a time that grows with the code alone."""

from __future__ import annotations

import symtable
from _symtable import DEF_IMPORT, DEF_LOCAL  # type: ignore[import-not-found]  # has no types


def bound_names(code: str) -> dict[str, bool]:
    """Return whether each name that valid code binds outside of its functions is imported.

    The same as by `symtable.SymbolTable.get_symbols`, which goes through all functions for each name: a cell
    of 14,000 functions takes it several seconds.

    Raises:
        SyntaxError: if the code is not valid.
    """
    table = symtable.symtable(code, "cell", "exec")
    flags: dict[str, int] = table._table.symbols  # type: ignore[attr-defined]  # noqa: SLF001  # see above
    return {name: bool(flag & DEF_IMPORT) for name, flag in flags.items() if flag & (DEF_LOCAL | DEF_IMPORT)}
