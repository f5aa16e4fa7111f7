"""Remove the misconceptions from the release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab.authoring.source import MISCONCEPTION_TAG

if TYPE_CHECKING:
    from nbformat import NotebookNode


class ClearMisconceptions(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Remove the cells with misconceptions."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook without its misconception cells."""
        nb.cells = [cell for cell in nb.cells if MISCONCEPTION_TAG not in cell.metadata.get("tags", ())]
        return nb, resources
