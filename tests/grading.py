"""Grading many answers in one warm interpreter, which runs the two parts of each test cell in turn."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.running import run
from gradlab.checks import use_notebook, use_variant

if TYPE_CHECKING:
    from gradlab.authoring.source import SourceNotebook


@dataclass
class Verdicts:
    """The errors that each part of the test cells raised, by test cell."""

    visible: dict[str, Exception] = field(default_factory=dict)
    hidden: dict[str, Exception] = field(default_factory=dict)
    broken: dict[str, Exception] = field(default_factory=dict)

    @property
    def failed(self) -> set[str]:
        """The test cells that lose their points."""
        return self.visible.keys() | self.hidden.keys()


def grade(notebook: SourceNotebook, answers: dict[str, str], variant: int = 0) -> Verdicts:
    """Run a notebook without its pictures, with other answers in some of its solution cells.

    The hidden tests ask what they ask in a variant.
    """
    names: dict[str, object] = {"__name__": "__main__"}
    verdicts = Verdicts()

    def attempt(text: str, name: str, errors: dict[str, Exception]) -> None:
        try:
            run(text, names, f"<{name}>")
        except Exception as error:  # noqa: BLE001  # answers may raise anything
            errors[name] = error

    texts = dict(notebook.definitions()) | dict(notebook.tests)
    names_in_order = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
    steps = {name: texts[name] for name in names_in_order if name in texts}
    with use_notebook(notebook), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, text in steps.items():
            if name not in notebook.tests:
                attempt(answers.get(name, text), name, verdicts.broken)
                continue
            visible, hidden = split_test(text)
            attempt(visible, name, verdicts.visible)
            with use_variant(variant):
                attempt(hidden, name, verdicts.hidden)
    return verdicts


def cells_testing(notebook: SourceNotebook, exercise: str) -> set[str]:
    """Return the grade ids of an exercise's test cells."""
    return {
        name for name in notebook.tests if name == f"test_{exercise}" or name.startswith(f"test_{exercise}__")
    }
