"""A page of feedback: one file that needs no network, on one notebook of a submission."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from gradlab.base.outcome import Outcome
from gradlab.base.pages import hash_of, templates_of
from gradlab.base.texts import Texts
from gradlab.feedback import markup
from gradlab.feedback.blocks import Block, Kind
from gradlab.feedback.policy import FULL
from gradlab.report.values import number
from gradlab.report.words import Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import jinja2

    from gradlab.feedback.results import Results, ScoredCell, ShownCase

_HERE = Path(__file__).parent
_TEXTS = Texts(_HERE / "words.toml")


class FeedbackWords(Words):
    """The texts of a page, and the report's terms, in one language."""

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in."""
        return _TEXTS(key, self.language, **values)

    def points(self, value: float) -> str:
        """Return points with their unit."""
        return self("point" if value == 1 else "points", n=number(value))


@dataclass(frozen=True)
class FeedbackPage:
    """What is on a page.

    Args:
        assignment: its name.
        notebook: the notebook's name.
        student: the student's id.
        results: of the notebook.
        blocks: its cells.
        whole: points and maximum of the whole assignment, None if the notebook is all of it.
        words: the texts of its language.
        is_reveal_to_come: whether expected values are shown once the assignment is due.
        broken: the names of the assignment's notebooks that could not be graded.
        detail: how much it says; see `gradlab.feedback.policy`.
        assumed: what was assumed about the notebook; see `gradlab.submission.notes`.
    """

    assignment: str
    notebook: str
    student: str
    results: Results
    blocks: Sequence[Block]
    whole: tuple[float, float] | None
    words: FeedbackWords
    is_reveal_to_come: bool = False
    broken: Sequence[str] = ()
    detail: str = FULL
    assumed: Sequence[str] = ()

    def html(self) -> str:
        """Return the page."""
        page = template("feedback.html.j2")
        return page.render(page=self, words=self.words, results=self.results, number=number)

    def names_of(self, items: Sequence[ScoredCell]) -> str:
        """Return the titles of items in one line."""
        return ", ".join(map(self.title_of, items))

    def title_of(self, item: ScoredCell) -> str:
        """Return the exercise of an item, and what the item looks at."""
        return f"{item.exercise.name} · {item.aspect}" if item.aspect else item.exercise.name

    def problem_of(self, item: ScoredCell) -> str:
        """Say in a sentence what is wrong."""
        verdict = item.verdict
        if item.mark.is_by_hand:
            return self.words("by_hand")
        if verdict.case is not None:
            return self.words(_problem(verdict.case))
        is_untouched = not (verdict.outcome or item.mark.score) and item.is_answer
        if verdict.outcome == Outcome.NOT_ATTEMPTED or is_untouched:
            return self.words("stub" if verdict.outcome else "no_answer")
        if verdict.outcome == Outcome.PASSED or not verdict.outcome:
            return self.words("partly" if item.mark.score else "no_points")
        if verdict.is_visible_tests:
            return self.words("visible_test")
        term = self.words.term(verdict.outcome)
        return f"{term[:1].upper()}{term[1:]}"

    def message_of(self, item: ScoredCell) -> str:
        """Return the examiner's message, "" if the page itself says more."""
        verdict = item.verdict
        is_told = verdict.case is not None or item.mark.is_by_hand
        if is_told or verdict.outcome == Outcome.NOT_ATTEMPTED:
            return ""
        return verdict.message

    def answer_of(self, item: ScoredCell) -> Block | None:
        """Return the answer that an item judges."""
        names = {item.exercise.name, item.cell.name}
        found = (block for block in self.blocks if block.kind is Kind.ANSWER and block.name in names)
        return next(found, None)

    def hints_of(self, item: ScoredCell) -> Block | None:
        """Return the hints that follow the answer, before the next one."""
        answer = self.answer_of(item)
        if answer is None:
            return None
        for block in self.blocks[self.blocks.index(answer) + 1 :]:
            if block.kind is Kind.HINT:
                return block
            if block.kind is Kind.ANSWER:
                return None
        return None

    def exercise_marks(self, block: Block) -> tuple[float | None, float] | None:
        """Return the points of the exercise that a block answers, and their maximum."""
        items = [item for item in self.results.items if item.exercise.name == block.name]
        if block.kind is not Kind.ANSWER or not items:
            return None
        score = None if any(item.waits for item in items) else sum(item.mark.score or 0.0 for item in items)
        return score, sum(item.cell.max_score for item in items)


def _problem(case: ShownCase) -> str:
    """Return the key of the sentence that says what is wrong."""
    if case.expected.is_error:
        return "wrong_error" if case.got.is_error else "did_not_raise"
    if case.got.is_error:
        return "has_raised"
    if case.got.text == "None":
        return "returned_none"
    return "wrong_shape" if case.is_of_another_shape else "wrong_value"


@cache
def template(name: str) -> jinja2.Template:
    """Return a template of a page, which has its style in it and needs no network."""
    templates = templates_of("gradlab.feedback")
    style = (_HERE / "static" / "feedback.css").read_text(encoding="utf-8")
    templates.globals.update(
        style=Markup(style),  # noqa: S704  # our own
        policy=f"default-src 'none'; img-src data:; style-src {hash_of(style)}",
        code=markup.code,
        markdown=markup.markdown,
        kinds=Kind,
    )
    return templates.get_template(name)


@cache
def version() -> str:
    """Return a hash of what pages are made with."""
    files = sorted(path for path in _HERE.rglob("*") if path.suffix in {".py", ".css", ".j2", ".toml"})
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
