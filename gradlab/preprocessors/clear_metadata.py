"""Clear metadata, but for what grades are read from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.preprocessors import ClearMetadataPreprocessor

if TYPE_CHECKING:
    from nbformat import NotebookNode

_NEEDED = frozenset({"nbgrader", "gradlab"})


class ClearMetadata(ClearMetadataPreprocessor):
    """nbconvert's `ClearMetadataPreprocessor`, with its traits; the role and the verdict of a cell stay.

    Without them, nbgrader scores nothing, and a cell that waits for a person would get 0 points.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the cell without its other metadata."""
        needed = {key: cell.metadata[key] for key in _NEEDED & cell.metadata.keys()}
        cell, resources = super().preprocess_cell(cell, resources, index)  # type: ignore[no-untyped-call]  # nbconvert's
        cell.metadata.update(needed)
        return cell, resources
