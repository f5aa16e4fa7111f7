"""The notebook on the page: what the student wrote is open, what the course gave is folded."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from markupsafe import Markup
from nbgrader.utils import is_grade, is_solution, is_task

from gradlab.authoring.hidden_marks import split_at, split_test
from gradlab.authoring.source import PICTURE_TAG, select_lines
from gradlab.feedback import markup, outputs
from gradlab.feedback.titles import headings_in, picture_titles
from gradlab.report.values import DASH
from gradlab.submission import inert
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbformat import NotebookNode

    from gradlab.authoring.hidden_marks import HiddenMarks
    from gradlab.authoring.source import SourceNotebook
    from gradlab.feedback.markup import Pictures
    from gradlab.feedback.results import Results, ScoredCell

HINT = "<details"
MAX_PAGE_CHARS = 20_000_000  # of all cells; with the largest outputs an honest notebook has a third of that
_TITLE_LINE = re.compile(r"\A# (?P<title>\S[^\n]* · [^\n]*\S)")


class Kind(StrEnum):
    """What a cell is to the student."""

    TEXT = "text"
    HINT = "hint"
    ANSWER = "answer"
    FURTHER = "further"
    TEST = "test"
    GIVEN = "given"
    PICTURE = "picture"


@dataclass
class NotebookSection:
    """A section of the notebook: from a heading to the next."""

    title: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Block:
    """One cell on the page.

    Args:
        kind: what it is.
        anchor: its place.
        name: nbgrader's name of it, "" if it has none.
        section: where it stands.
        content: its text as HTML; of code, the content of a ``<code>`` element.
        outputs: as HTML.
        is_code: whether it is code.
        item: its result, if it is worth points.
        title: of given code, as its first line says it: ``# summary · visible tests``.
    """

    kind: Kind
    anchor: str
    name: str
    section: NotebookSection
    content: Markup
    outputs: Markup = field(default_factory=Markup)
    is_code: bool = False
    item: ScoredCell | None = None
    title: str = ""


@dataclass(frozen=True)
class BlockReader:
    """Turns the cells of a graded notebook into blocks.

    Args:
        notebook: the graded notebook.
        source: its source, None if the course has none.
        language: of the page.
        results: of the notebook.
        picture: what a picture without a title is called.
        pictures: those beside the notebook.
        scheme_marks: how the course marks its mark schemes.
    """

    notebook: NotebookNode
    source: SourceNotebook | None
    language: str
    results: Results
    picture: str
    pictures: Pictures
    scheme_marks: HiddenMarks

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks in order; empty cells are left out, and what would make the page too large."""
        section, left_chars = NotebookSection(), MAX_PAGE_CHARS
        for number, cell in enumerate(self.notebook.cells):
            anchor = f"cell-{number}"
            headings = headings_in(cell.source) if cell.cell_type == "markdown" else []
            if headings and not is_solution(cell):
                section = NotebookSection(headings[0], anchor)
            if cell.source.strip() or cell.get("outputs"):
                block = self._block(cell, anchor, section, is_shown=left_chars > 0)
                left_chars -= len(block.content) + len(block.outputs)
                yield block

    def _block(self, cell: NotebookNode, anchor: str, section: NotebookSection, *, is_shown: bool) -> Block:
        kind, name = self._kind(cell), grade_id_of(cell)
        picture = f"{section.title} {DASH} {self.picture}" if section.title else self.picture
        item = self.results.item_of.get(name)
        if not is_shown:
            return Block(kind, anchor, name, section, Markup(inert.TOO_COSTLY), item=item)  # noqa: S704  # our own
        text = self._own(cell)
        if cell.cell_type != "code":
            content = (
                markup.markdown(text, picture, cell.get("attachments"), self.pictures)
                if cell.cell_type == "markdown"
                else Markup("<pre>{}</pre>").format(text)
            )
            return Block(kind, anchor, name, section, content, item=item)
        shown = outputs.shown(
            cell.get("outputs", ()),
            picture_titles(text, self.language),
            picture,
            with_errors=kind is not Kind.TEST,
        )
        titled = _TITLE_LINE.match(text) if kind is Kind.GIVEN else None
        title = titled["title"] if titled else ""
        content = markup.code(text)
        return Block(kind, anchor, name, section, content, shown, is_code=True, item=item, title=title)

    def _own(self, cell: NotebookNode) -> str:
        """Return the text of a cell without what is not the student's to see."""
        text = str(cell.source)
        if is_solution(cell) or "nbgrader" not in cell.metadata:
            return text
        if self.scheme_marks.begin in text:
            text = split_at(text, self.scheme_marks)[0]
        return split_test(text)[0] if cell.cell_type == "code" else text

    def _kind(self, cell: NotebookNode) -> Kind:
        if is_solution(cell):
            return Kind.ANSWER
        if cell.cell_type != "code":
            is_given = is_task(cell) or self._is_given(cell) or "nbgrader" in cell.metadata
            is_hint = cell.source.lstrip().startswith(HINT)
            return Kind.HINT if is_hint else Kind.TEXT if is_given else Kind.FURTHER
        if is_grade(cell):
            return Kind.TEST
        if PICTURE_TAG in cell.metadata.get("tags", ()):
            return Kind.PICTURE
        return Kind.GIVEN if "nbgrader" in cell.metadata or self._is_given(cell) else Kind.FURTHER

    def _is_given(self, cell: NotebookNode) -> bool:
        if self.source is None:
            return bool(cell.cell_type != "code")  # of text, nobody can tell
        if cell.cell_type != "code":
            return str(cell.source) in self.source.texts
        given = (other for other in self.source.cells if other.cell_type == "code")
        return any(
            cell.source == select_lines(other.source, self.language)
            for other in given
            if "nbgrader" not in other.metadata
        )
