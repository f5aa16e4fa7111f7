"""Pick one language of a bilingual notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum

from gradlab.authoring.source import select_lines
from gradlab.texts import DEFAULT_LANGUAGE, LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode

TAG = "lang-"


class SelectLanguage(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Keep the cells, and the regions inside cells, of one language.

    A cell tagged ``lang-ko`` or ``lang-en`` is kept only in that language. Inside a cell, so are the lines
    between ``### BEGIN LANG ko`` and ``### END LANG ko``.
    """

    language = Enum(
        LANGUAGES, default_value=DEFAULT_LANGUAGE, help="The language of the release: 'ko' or 'en'."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook in the language."""
        nb.cells = [cell for cell in nb.cells if self._is_kept(cell)]
        for cell in nb.cells:
            cell.source = select_lines(cell.source, self.language)
        return nb, resources

    def _is_kept(self, cell: NotebookNode) -> bool:
        languages = {tag.removeprefix(TAG) for tag in cell.metadata.get("tags", ()) if tag.startswith(TAG)}
        return not languages or self.language in languages
