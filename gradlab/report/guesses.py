"""What a class guesses: what it believes, beside what it codes."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from gradlab.base.formulas import mathml
from gradlab.base.texts import LANGUAGES
from gradlab.report.item_analysis import share
from gradlab.report.tables import Column, Table, estimate_column
from gradlab.report.values import Bilingual
from gradlab.submission.guesses import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.authoring.choice_questions import ChoiceQuestion
    from gradlab.gradebook.classroom import Assignment, Submission
    from gradlab.report.item_analysis import Estimate
    from gradlab.report.words import Words

_LEAD = re.compile(r"\A\*\*[^*]+\*\*\s+(?=\S)")  # "**Guess first.** …"
_MARKED = re.compile(r"\$(?P<formula>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*")


@dataclass(frozen=True)
class GuessedChoice:
    """A choice, and how many students guess it.

    Args:
        letter: of the choice, `OTHER` for what is none.
        text: by language, as Markdown.
        is_right: whether it is the answer.
        n: how many students guess it.
        of: how many guess anything.
    """

    letter: str
    text: Bilingual
    is_right: bool
    n: int
    of: int

    @property
    def share(self) -> Estimate:
        """The share of the students who guess it, among those who guess."""
        return share(self.n, self.of)

    @property
    def percent(self) -> int:
        """The share as a whole number of percent."""
        return round(100 * self.n / self.of) if self.of else 0


@dataclass(frozen=True)
class Guessed:
    """A question, and what the class guesses.

    Args:
        notebook: that asks it.
        name: of the question.
        text: by language, as Markdown, without a title in bold at its beginning.
        choices: in order; what is none of them comes last, if there is any.
        n_asked: how many submissions could have answered it.
    """

    notebook: str
    name: str
    text: Bilingual
    choices: tuple[GuessedChoice, ...]
    n_asked: int

    @property
    def n(self) -> int:
        """How many students guess."""
        return self.choices[0].of


def guessed(assignment: Assignment, submissions: Sequence[Submission]) -> list[Guessed]:
    """Return the questions of an assignment in order, if any submission's guesses have been read."""
    found = []
    for notebook, question in assignment.questions:
        read = [each.guesses[notebook] for each in submissions if notebook in each.guesses]
        known = [guesses.get(question.name) for guesses in read]
        if known:
            found.append(_guessed(notebook, question, known))
    return found


def _guessed(notebook: str, question: ChoiceQuestion, guesses: Sequence[object]) -> Guessed:
    letters = [*question.choices, OTHER]
    counts = Counter(guess for guess in guesses if guess in letters)
    choices = [
        GuessedChoice(
            letter,
            Bilingual(question.choices.get(letter, {})),
            letter == question.right,
            counts[letter],
            counts.total(),
        )
        for letter in letters
        if letter != OTHER or counts[OTHER]
    ]
    text = {language: _LEAD.sub("", text) for language, text in question.texts.items()}
    return Guessed(notebook, question.name, Bilingual(text), tuple(choices), len(guesses))


def guesses_table(questions: Sequence[Guessed]) -> Table:
    """Return each choice of each question, and how many students guess it."""
    languages = tuple(f"_{language}" for language in LANGUAGES)
    columns = [Column("notebook"), Column("question"), Column("choice"), Column("sentence", parts=languages)]
    columns += [Column("is_right", is_number=True), Column("n_with_it", is_number=True)]
    rows = [
        [
            question.notebook,
            question.name,
            choice.letter,
            choice.text,
            int(choice.is_right),
            choice.n,
            choice.share,
        ]
        for question in questions
        for choice in question.choices
    ]
    return Table("guesses", [*columns, estimate_column("share_with_it")], rows)


def marked(text: Bilingual, words: Words) -> Markup:
    """Return the course's own text as HTML: formulas, code and bold text within a line."""
    return Markup().join(_parts(words.pick(text.texts)))


def _parts(text: str) -> Iterator[Markup]:
    end = 0
    for part in _MARKED.finditer(text):
        yield escape(text[end : part.start()])
        end = part.end()
        if part["formula"]:
            yield mathml(part["formula"], is_block=False) or escape(part["formula"])
        elif part["code"]:
            yield Markup("<code>{}</code>").format(part["code"])
        else:
            yield Markup("<b>{}</b>").format(part["bold"])
    yield escape(text[end:])
