"""Make a notebook's metadata independent of the Jupyter that saved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat import from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab.submission.official import PYTHON_KERNEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode


class PlainMetadata(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Keep the plain kernelspec and the language's name; Jupyter adds versions, and names of its own."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return a Python notebook with plain metadata; another kernel's are left as they are."""
        kernelspec: Mapping[str, Any] = nb.metadata.get("kernelspec", {})
        if kernelspec.get("name") == PYTHON_KERNEL["name"]:
            nb.metadata.update(
                kernelspec=from_dict(PYTHON_KERNEL),  # type: ignore[no-untyped-call]  # untyped
                language_info=from_dict({"name": PYTHON_KERNEL["language"]}),  # type: ignore[no-untyped-call]  # untyped
            )
        return nb, resources
