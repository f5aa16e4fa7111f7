"""How answers fail hidden tests, without an exam."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.authoring.running import run
from gradlab.checks import CheckFailed, use_notebook, use_variant
from gradlab.examiner.hidden import given_names

if TYPE_CHECKING:
    from gradlab.authoring.source import SourceNotebook


def failure_of(
    notebook: SourceNotebook, answer: str, hidden: str, language: str = "ko"
) -> CheckFailed | None:
    """Return how an answer fails a hidden test, None if it passes."""
    names = given_names(notebook, language)
    with notebook.workplace.entered(), use_notebook(notebook), use_variant(0):
        run(answer, names, "<answer>")
        try:
            run(hidden, names, "<hidden test>")
        except CheckFailed as failure:
            return failure
    return None
