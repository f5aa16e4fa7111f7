"""How a course marks its hidden tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbgrader.preprocessors import ClearHiddenTests

from gradlab.authoring.hidden_marks import HiddenMarks

if TYPE_CHECKING:
    from traitlets.config import Config


def marks_of(config: Config) -> HiddenMarks:
    """Return the marks that nbgrader's `ClearHiddenTests` looks for."""
    step = ClearHiddenTests(config=config)
    return HiddenMarks(step.begin_test_delimeter, step.end_test_delimeter)
