"""What the course's hidden tests ask differs from submission to submission."""

from __future__ import annotations

import inspect
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from test_course import each_notebook

import gradlab.checks
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.running import run
from gradlab.authoring.source import SourceNotebook
from gradlab.checks import case, use_notebook, use_variant
from gradlab.checks._here import Here
from gradlab.checks._variants import N_VARIANTS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def described(value: object) -> str:
    """Return a description by which two questions can be compared."""
    if isinstance(value, np.ndarray | torch.Tensor):
        return repr((value.dtype, value.tolist()))
    if isinstance(value, list | tuple):
        return repr([described(item) for item in value])
    if isinstance(value, dict):
        return described(list(value.items()))
    if isinstance(value, bool | float | int | str | np.generic | None):
        return repr(value)
    function = value._function if isinstance(value, Here) else value  # noqa: SLF001  # what it keeps
    if inspect.isfunction(function):
        used = inspect.getclosurevars(function)
        numbers = {**used.globals, **used.nonlocals}.items()
        return repr((function.__name__, [item for item in numbers if isinstance(item[1], float)]))
    return getattr(function, "__qualname__", type(function).__qualname__)


class Asked:
    """Remembers the questions of a hidden part: its checks' cases, and the calls of the student's names."""

    def __init__(self) -> None:
        self.questions: list[str] = []

    def case(self, *args: Any, **kwargs: Any) -> Any:
        """Return a case, and remember it."""
        self.questions.append(described((args, kwargs)))
        return case(*args, **kwargs)

    def observed(self, answer: Any) -> Any:
        """Return a function or class that remembers each call, and is otherwise the same."""

        def remember(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
            self.questions.append(described((answer.__name__, args, kwargs)))

        if isinstance(answer, type):
            return type(answer.__name__, (answer,), {"__init__": _with(remember, answer.__init__)})

        def f(*args: Any, **kwargs: Any) -> Any:
            remember(args, kwargs)
            return answer(*args, **kwargs)

        f.__name__, f.__signature__ = answer.__name__, inspect.signature(answer)  # type: ignore[attr-defined]
        return f


def _with(remember: Callable[..., None], init: Callable[..., None]) -> Callable[..., None]:
    def __init__(self: object, *args: Any, **kwargs: Any) -> None:  # noqa: N807  # of a class that is made
        remember(args, kwargs)
        init(self, *args, **kwargs)

    return __init__


@pytest.mark.slow
@each_notebook
def test_no_table_of_answers_serves_two_submissions(path: Path, monkeypatch):
    """Each hidden part asks different questions in all variants."""
    notebook, asked = SourceNotebook.read(path), Asked()
    monkeypatch.setattr(gradlab.checks, "case", asked.case)
    texts = dict(notebook.definitions()) | dict(notebook.tests)
    names: dict[str, Any] = {"__name__": "__main__"}
    n_different = {}
    with use_notebook(notebook), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in notebook.tests:
                visible, hidden = split_test(texts[name])
                run(visible, names, name)
                n_different[name] = len({questions(asked, hidden, names, n) for n in range(N_VARIANTS)})
            elif name in texts:
                before = dict(names)
                run(texts[name], names, name)
                new = [key for key in names if key not in before and name in notebook.solutions]
                names |= {key: asked.observed(names[key]) for key in new if callable(names[key])}
    assert n_different == dict.fromkeys(notebook.tests, N_VARIANTS)


def questions(asked: Asked, hidden: str, names: dict[str, Any], variant: int) -> str:
    """Return what a hidden part asks in a variant."""
    asked.questions = []
    with use_variant(variant):
        run(hidden, dict(names), "hidden")
    return "\n".join(asked.questions)
