"""The mark scheme below each answer in formgrader, with a button for each of its items.

Formgrader shows a graded notebook by nbconvert's `HTMLExporter`, which takes preprocessors and shows the HTML
outputs of cells. None of nbgrader's templates and scripts is extended or replaced, so that a newer nbgrader
keeps working: a button fills in formgrader's own fields, and formgrader saves them as if a person had typed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from markupsafe import Markup
from nbconvert.filters import markdown2html
from nbconvert.preprocessors import Preprocessor
from nbgrader.coursedir import CourseDirectory

from gradlab.authoring.source import read_source, select_lines
from gradlab.base.errors import CourseError
from gradlab.base.pages import templates_of
from gradlab.base.texts import Texts
from gradlab.gradebook.mark_schemes import besides_items, items_in, points_of
from gradlab.preprocessors.marks_of import scheme_marks_of
from gradlab.preprocessors.select_language import SelectLanguage
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

_FOLDER = Path(__file__).parent
_WORDS = Texts(_FOLDER / "words.toml")
_FORMGRADERS = ("assignment_id", "notebook_id", "submission_id")


class ShowMarkSchemes(Preprocessor):
    """Adds the mark schemes of the source; ``c.HTMLExporter.preprocessors`` names it."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Return the notebook with the mark schemes if formgrader is about to show it."""
        if not all(name in resources for name in _FORMGRADERS):
            return nb, resources
        schemes = self._schemes(resources["assignment_id"], resources["notebook_id"])
        nb.cells = [
            shown
            for cell in nb.cells
            for shown in (cell, schemes.get(grade_id_of(cell)))
            if shown is not None
        ]
        return nb, resources

    def _schemes(self, assignment: str, notebook: str) -> Mapping[str, NotebookNode]:
        """Return a cell for each mark scheme of a notebook, by the name of the answer's cell."""
        directory = CourseDirectory(config=self.config)
        folder = Path(directory.format_path(directory.source_directory, ".", assignment))
        try:
            source = read_source(folder / f"{notebook}.ipynb")
        except CourseError as error:
            self.log.warning("No mark schemes are shown: %s", error)
            return {}
        if source is None:
            return {}
        language = SelectLanguage(config=self.config).language or source.language
        marks = scheme_marks_of(self.config)
        return {
            name: _shown(name, items_in(text, marks), besides_items(text, marks), language)
            for cell in source.cells
            if marks.begin in cell.source
            for name, text in ((grade_id_of(cell), select_lines(cell.source, language)),)
        }


def _shown(name: str, items: list[str], rest: str, language: str) -> NotebookNode:
    """Return a cell without code whose output is the mark scheme of an answer."""
    style, script = (
        Markup((_FOLDER / "static" / f"mark_scheme.{kind}").read_text(encoding="utf-8"))  # noqa: S704  # our own
        for kind in ("css", "js")
    )
    html = (
        templates_of("gradlab.formgrader")
        .get_template("mark_scheme.html.j2")
        .render(
            name=name,
            items=[(points_of(item), item) for item in items],
            rest=rest,
            words=lambda key: _WORDS(key, language),
            markdown=lambda text: Markup(markdown2html(text)),  # noqa: S704  # the instructor's own
            style=style,
            script=script,
        )
    )
    output = nbformat.v4.new_output("display_data", {"text/html": html})  # type: ignore[no-untyped-call]  # untyped
    without_code = {"transient": {"remove_source": True}}  # as nbconvert's own steps hide code
    cell: NotebookNode = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]  # untyped
        outputs=[output], metadata=without_code
    )
    return cell
