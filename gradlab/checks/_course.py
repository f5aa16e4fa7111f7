"""Which source notebook a hidden test belongs to.

In the examiner and in the tests of a course, `use_notebook` sets the notebook. A plain kernel
(the author's, or stock nbgrader's) runs in a folder named after the assignment, so the folder
leads to the notebook. If the assignment has several notebooks, the right one is the one that
contains the hidden test that the kernel is running.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.authoring.folders import find_course, source_notebooks
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import SourceNotebook
from gradlab.base.errors import CourseError

if TYPE_CHECKING:
    from collections.abc import Iterator

_notebook: ContextVar[SourceNotebook | None] = ContextVar("notebook", default=None)


@contextmanager
def use_notebook(notebook: SourceNotebook) -> Iterator[SourceNotebook]:
    """Use this source notebook for the hidden tests inside the `with` block, and be in its workplace."""
    token = _notebook.set(notebook)
    try:
        with notebook.workplace.entered():
            yield notebook
    finally:
        _notebook.reset(token)


def current_notebook() -> SourceNotebook:
    """Return the source notebook that the running hidden test belongs to."""
    return _notebook.get() or _found_from(Path.cwd())


class _Reference:
    """The reference solutions of the current notebook, as attributes."""

    def __getattr__(self, name: str) -> Any:  # whatever the author defined
        try:
            return current_notebook().reference[name]
        except KeyError:
            raise AttributeError(f"the reference defines no {name!r}") from None


reference = _Reference()


def _found_from(folder: Path) -> SourceNotebook:
    course = find_course(folder)
    candidates = [_read(path) for path in source_notebooks(course, folder.name)]
    if not candidates:
        raise CourseError(
            f"There is no source notebook of {folder.name!r} in {course}. "
            "Run a notebook in a folder named after its assignment."
        )
    if len(candidates) == 1:
        return candidates[0]
    running = getattr(sys.modules["__main__"], "In", [""])[-1]
    for notebook in candidates:
        if any(split_test(test)[1] in running for test in notebook.tests.values()):
            return notebook
    raise CourseError("No saved source notebook contains the running hidden test: save the notebook first.")


@lru_cache
def _read(path: Path) -> SourceNotebook:
    return SourceNotebook.read(path)
