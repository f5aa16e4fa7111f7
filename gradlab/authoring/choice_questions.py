"""Questions before pictures: students guess first, and no points depend on it.

A question is a Markdown cell with a list of choices, ``- **a** it grows``. In the code cell below it, the
student guesses: ``guess_<name> = ""``. The text below that says which choice is right: ``**b**. …``
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.authoring.source import select_lines
from gradlab.base.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_GUESS = re.compile(r"""guess_(?P<name>\w+) = (""|'')""")
_CHOICE = re.compile(r"^[-*] \*\*(?P<letter>[a-z])\*\*[ \t]+(?P<text>.+)$", re.MULTILINE)
_RIGHT = re.compile(r"^\*\*(?P<letter>[a-z])\*\*\.", re.MULTILINE)


@dataclass(frozen=True)
class ChoiceQuestion:
    """A question before a picture.

    Args:
        name: of the guess, without ``guess_``.
        texts: the question by language, as Markdown.
        choices: by their letters, each by language, as Markdown.
        right: the letter of the right choice.
    """

    name: str
    texts: Mapping[str, str]
    choices: Mapping[str, Mapping[str, str]]
    right: str


def questions_in(cells: Iterable[Any]) -> tuple[ChoiceQuestion, ...]:
    """Return the questions of a notebook in order, without those that lack a part of this form.

    Args:
        cells: of the source, or of a release.
    """
    guess, asked, text = "", "", ""
    found: dict[str, ChoiceQuestion] = {}
    for cell in cells:
        if cell.cell_type == "code":
            name = _GUESS.fullmatch(cell.source.strip())
            guess, asked = (name["name"], text) if name else ("", "")
        elif cell.cell_type == "markdown":
            text = cell.source
            right = _RIGHT.search(text) if guess and guess not in found else None
            question = _question(guess, asked, right["letter"]) if right else None
            if question is not None:
                found[guess] = question
    return tuple(found.values())


def _question(name: str, text: str, right: str) -> ChoiceQuestion | None:
    texts: dict[str, str] = {}
    choices: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        in_language = select_lines(text, language)
        listed = [*_CHOICE.finditer(in_language)]
        if listed:
            texts[language] = in_language[: listed[0].start()].strip()
        for choice in listed:
            choices.setdefault(choice["letter"], {})[language] = choice["text"].strip()
    is_whole = right in choices and all(set(each) == set(LANGUAGES) for each in choices.values())
    return ChoiceQuestion(name, texts, choices, right) if is_whole else None
