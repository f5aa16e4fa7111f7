"""How a course marks its hidden tests and its mark schemes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgrader.preprocessors import ClearHiddenTests, ClearMarkScheme

from gradlab.authoring.hidden_marks import HiddenMarks

if TYPE_CHECKING:
    from traitlets.config import Config


def marks_of(config: Config) -> HiddenMarks:
    """Return the marks that nbgrader's `ClearHiddenTests` looks for."""
    step = ClearHiddenTests(config=config)
    return HiddenMarks(step.begin_test_delimeter, step.end_test_delimeter)


def scheme_marks_of(config: Config) -> HiddenMarks:
    """Return the marks that nbgrader's `ClearMarkScheme` looks for."""
    step = ClearMarkScheme(config=config)
    return HiddenMarks(step.begin_mark_scheme_delimeter, step.end_mark_scheme_delimeter)
