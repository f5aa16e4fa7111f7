"""What students guess before pictures, read from their code without running it."""

from __future__ import annotations

import ast
import unicodedata
import warnings
from typing import TYPE_CHECKING, Any

from gradlab.base.errors import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gradlab.authoring.choice_questions import ChoiceQuestion

OTHER = "other"
"""A guess that is none of the choices."""

MAX_CELL_CHARS = 2_000  # a guess is one short line
_GUESS = "guess_"


def guesses_in(cells: Iterable[Any], questions: Sequence[ChoiceQuestion]) -> dict[str, str]:
    """Return a student's guesses by the question's name: the letter of a choice, or `OTHER`.

    Only ``guess_<name> = "a"`` counts, as a statement of its own in valid code; if there are several, the
    last. A question that is left open has no guess.

    Args:
        cells: of the student's notebook.
        questions: of the assignment's notebook.
    """
    asked = {question.name: question for question in questions}
    found: dict[str, str] = {}
    for cell in cells if asked else ():
        if cell.cell_type == "code" and _GUESS in cell.source and len(cell.source) <= MAX_CELL_CHARS:
            found |= {name: value for name, value in _assigned(cell.source) if name in asked}
    return {name: guess if guess in asked[name].choices else OTHER for name, guess in found.items() if guess}


def _assigned(code: str) -> Iterator[tuple[str, str]]:
    """Yield the guesses that code assigns, in order."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # they are the student's
            statements = ast.parse(code).body
    except UNREADABLE:
        return
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.startswith(_GUESS):
                yield name.removeprefix(_GUESS), _letter(value)


def _letter(value: ast.expr) -> str:
    """Return the text of a literal without spaces and capitals, `OTHER` for anything else."""
    match value:
        case ast.Constant(value=str(text)):
            return unicodedata.normalize("NFKC", text).strip().lower()
    return OTHER
