"""Finds the modules that source notebooks import, so that they are imported before the first exam.

This module imports neither nbformat nor nbgrader: a command can start to warm up while it imports them.
"""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

OWN_PACKAGE = __name__.partition(".")[0]

_IMPORT_LINE = re.compile(r"^\s*(?:from\s+([\w.]+)\s+import\b|import\s+([\w.]+))", re.MULTILINE)


def modules_imported_in(paths: Iterable[Path]) -> frozenset[str]:
    """Return the modules that the code cells of notebooks import; unreadable notebooks are left out."""
    return modules_imported_by(text for path in paths for text in _code_cells(path))


def modules_imported_by(texts: Iterable[str]) -> frozenset[str]:
    """Return the modules that some code imports, except for gradlab's own."""
    modules = {module for text in texts for module in _modules(text)}
    return frozenset(module for module in modules if module.partition(".")[0] != OWN_PACKAGE)


def _code_cells(path: Path) -> Iterator[str]:
    try:
        cells = json.loads(path.read_bytes())["cells"]
        yield from ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    except (OSError, ValueError, KeyError, TypeError):
        return


def _modules(text: str) -> Iterator[str]:
    try:
        tree = ast.parse(text)
    except SyntaxError:  # Jupyter's own commands
        yield from (found[1] or found[2] for found in _IMPORT_LINE.finditer(text))
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
