"""Pick one language of a bilingual notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Enum

from gradlab.authoring.one_language import selection_for
from gradlab.authoring.source import LANGUAGE_TAG, language_of
from gradlab.base.texts import LANGUAGES

if TYPE_CHECKING:
    from nbformat import NotebookNode


class SelectLanguage(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Keep the cells, the regions inside cells, and the texts of calls in one language.

    A cell tagged ``lang-ko`` or ``lang-en`` is kept only in that language. Inside a cell, so are the lines
    between ``### BEGIN LANG ko`` and ``### END LANG ko``. In a notebook with any of these, a call of
    ``say("한국어", "English")`` becomes one of its texts; see `gradlab.authoring.one_language`.
    """

    language = Enum(
        LANGUAGES,
        default_value=None,
        allow_none=True,
        help="The language of the release and of messages: 'ko' or 'en'. If it is not set, it is English for "
        "notebooks whose cells name no language, and Korean for others.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook in the language."""
        language, select = self.language or language_of(nb.cells), selection_for(nb.cells)
        nb.cells = [cell for cell in nb.cells if _is_kept(cell, language)]
        for cell in nb.cells:
            cell.source = select(cell.source, language)
        return nb, resources


def _is_kept(cell: NotebookNode, language: str) -> bool:
    languages = [tag for tag in cell.metadata.get("tags", ()) if tag.startswith(LANGUAGE_TAG)]
    return not languages or f"{LANGUAGE_TAG}{language}" in languages
