"""IPython's own syntax in the code of a course: `%` and `!` lines, and `%%` cells."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SHELL = "get_ipython"  # what IPython's translation calls
# Magics whose line or cell is code that still has to run.
_RUN_LINE = frozenset({"time", "timeit", "prun"})
_RUN_CELL = frozenset({"time", "timeit", "capture", "prun"})


@lru_cache(maxsize=512)
def as_python(text: str) -> str:
    """Return the text of a cell as Python; unchanged if it is Python, or can't be translated."""
    try:
        compile(text, "<cell>", "exec")
    except (RecursionError, MemoryError):
        return text
    except (SyntaxError, ValueError):
        # IPython is slow to import, and few courses need it here.
        from IPython.core.inputtransformer2 import TransformerManager  # noqa: PLC0415

        try:
            return str(TransformerManager().transform_cell(text))  # type: ignore[no-untyped-call]  # untyped
        except SyntaxError:
            return text
    return text


class QuietShell:
    """Replaces IPython's shell outside of notebooks: runs the code in magics, and does nothing else.

    Args:
        namespace: where the code is run.
    """

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace

    def __call__(self) -> QuietShell:
        """Return itself, as `get_ipython()` does."""
        return self

    def run_line_magic(self, name: str, line: str, *_: object) -> None:
        """Run the code of `%time` and its like."""
        if name in _RUN_LINE:
            self._run(line)

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run the code of `%%time` and its like."""
        del line
        if name in _RUN_CELL:
            self._run(cell)

    def getoutput(self, *_: object, **__: object) -> list[str]:
        """Return no lines: commands are not run."""
        return []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _nothing

    def _run(self, code: str) -> None:
        exec(compile(as_python(code), "<magic>", "exec"), self._namespace)  # noqa: S102  # the author's code


def _nothing(*_: object, **__: object) -> None:
    """Do nothing, as this makes no sense without a notebook."""
