"""What was assumed about a submission, and why it can't be graded, in words for a person who looks at it."""

from __future__ import annotations

import re
from enum import StrEnum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.base.texts import FALLBACK_LANGUAGE, LANGUAGES, Texts

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS = Texts(Path(__file__).with_name("messages.toml"))
_PROBLEMS = Texts(Path(__file__).with_name("problems.toml"))
_ON_NOTEBOOK = re.compile(r"(?P<notebook>.+?\.ipynb: )?(?P<note>.*)", re.DOTALL)


class Assumption(StrEnum):
    """What was assumed about an answer."""

    HAD_LOST_ID_FOUND_BY_NAME = auto()
    HAD_LOST_ID_FOUND_BY_PLACE = auto()
    IN_PARTS = auto()
    IN_COPIES = auto()
    IN_EQUAL_COPIES = auto()
    ELSEWHERE = auto()
    MOVED = auto()
    RETYPED = auto()
    MERGED = auto()
    ONE_SIDE_OF_CONFLICT = auto()
    IN_CONFLICT = auto()
    AGAIN = auto()
    NOWHERE = auto()

    def note(self, names: Sequence[str]) -> str:
        """Say it of some answers."""
        return _TEXTS(self.value, FALLBACK_LANGUAGE, names=", ".join(names))


DOUBTS = frozenset({Assumption.IN_COPIES, Assumption.IN_CONFLICT, Assumption.AGAIN})
"""Of these answers there are several versions: if the one that counts loses points, a person decides."""


def other_answers(file: str, names: Sequence[str]) -> str:
    """Say that a notebook next to the one that counts has other answers."""
    return _TEXTS("other_answers", FALLBACK_LANGUAGE, file=file, names=", ".join(names))


def odd_character(name: str, line: int, character: str) -> str:
    """Say that an answer has a character in its code that keeps it from being read.

    Args:
        name: of the answer.
        line: its number in the cell, from 1 on.
        character: see `gradlab.submission.characters.shown`.
    """
    return _TEXTS("odd_character", FALLBACK_LANGUAGE, line=line, character=character, names=name)


def taken_from(file: str) -> str:
    """Say that a notebook was found under another name."""
    return _TEXTS("taken_from", FALLBACK_LANGUAGE, file=file)


def assumed_about(notebook: str, notes: Sequence[str], language: str = FALLBACK_LANGUAGE) -> list[str]:
    """Return what was assumed about a notebook, in a language; other notes are left out."""
    own = f"{notebook}.ipynb: "
    found = [note.removeprefix(own) for note in notes if note.startswith(own)]
    return [note_in(language, note) for note in found if len({note_in(each, note) for each in LANGUAGES}) > 1]


def note_in(language: str, note: str) -> str:
    """Return a note or a problem, which may begin with its notebook, in a language.

    Other texts stay as they are.
    """
    problem = _PROBLEMS.translated(note, language)
    found = _ON_NOTEBOOK.fullmatch(note)
    if problem != note or found is None:
        return problem
    return (found["notebook"] or "") + _TEXTS.translated(found["note"], language)
