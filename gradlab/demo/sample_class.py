"""A class of invented students and their answers: random, but the same in each run.

The answers come from the answer books of the course's own tests and from its misconceptions, so that a
demonstration shows what real classes hand in: right, half right, typically wrong, empty, late, broken.

A student answers an exercise rightly with the probability of the Rasch model,
1 / (1 + exp(difficulty - ability)).
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import TYPE_CHECKING, TypeAlias

import nbformat

from gradlab.authoring.answer_books import read_answers
from gradlab.authoring.choice_questions import questions_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gradlab.authoring.choice_questions import ChoiceQuestion
    from gradlab.authoring.source import SourceNotebook

Answers: TypeAlias = dict[str, str]

# Out of 20 answers that are not right.
MISCONCEPTION, WRONG, NOTHING = 9, 8, 3
MEAN_ABILITY, SPREAD_OF_ABILITY = 0.8, 1.1
HARDEST, EASIEST = 1.2, -1.6
P_LATE = 0.07
P_AGAIN, LEARNED = 0.08, 1.5  # of handing in a second time, with more ability
P_GUESSES = 0.8  # at a question before a picture
P_GIVES_UP = 0.3  # for a student whose ability is below 0, at each assignment

WRITTEN_ANSWERS = (
    "h가 크면 절단 오차가, h가 아주 작으면 반올림 오차가 커져서 그 사이에 가장 좋은 h가 있다.",
    "h가 작아지면 차분이 미분에 가까워져서 오차가 줄어요. 너무 작으면 컴퓨터가 계산을 못해요.",
    "h는 작을수록 좋습니다.",
)
"""From good to poor: worth 2, 1 and 0 points."""

_NAMES = """
김 지우, 이 서준, 박 하은, 최 도윤, 정 서연, 강 시우, 조 하준, 윤 지아, 장 은우, 임 수아, 한 유준, 오 채원
서 지호, 신 다은, 권 예준, 황 소율, 안 건우, 송 나은, 류 현서, 홍 라온, 남궁 민, 제갈 윤슬, Müller Zoë
Álvarez José, Nguyễn Minh Anh, O'Neil Grace, 田中 陽翔, Kowalska Ada, حسن مريم, Jensen Søren, Okafor Amara
Hohenstaufen-Wittelsbach Alexandrina Maximiliana Theodora Friederike
"""


@dataclass(frozen=True)
class SampleStudent:
    """An invented person."""

    id: str
    last_name: str
    first_name: str

    @cached_property
    def ability(self) -> float:
        """The ability, on the scale of the Rasch model."""
        return _chance(self.id).gauss(MEAN_ABILITY, SPREAD_OF_ABILITY)

    def submits(self, assignment: str) -> bool:
        """Tell whether this student hands in anything."""
        return self.ability > 0 or _chance(self.id, assignment).random() > P_GIVES_UP

    def submits_again(self, assignment: str) -> bool:
        """Tell whether this student hands in a second time."""
        return self.submits(assignment) and _chance(self.id, assignment, "again").random() < P_AGAIN

    def timestamp(self, assignment: str, due: dt.datetime) -> dt.datetime:
        """Return when this student submits: mostly in the last hours, sometimes too late."""
        chance = _chance(self.id, assignment, "when")
        hours = chance.expovariate(1 / 9)
        is_late = chance.random() < P_LATE
        return due + dt.timedelta(hours=hours if is_late else -hours)


STUDENTS = tuple(
    SampleStudent(f"student-{number:02}", *name.split(maxsplit=1))
    for number, name in enumerate(_NAMES.strip().replace("\n", ", ").split(", "), start=1)
)

# A submission that is no longer a notebook: its file ends in the middle.
TORN = ("student-07", "ps3-autograd")
# Accidents in the first exercise of a notebook.
ACCIDENTS = {
    ("student-07", "ps1-derivatives"): "def {exercise}(:\n    return",
    ("student-12", "ps2-numerical-diff"): "def {exercise}(*_, **__):\n    exit()",
    ("student-19", "ps4-linear-layer"): "def {exercise}(*_, **__):\n    return [0] * 10**11",
    ("student-23", "ps5-gradient-descent"): "import os\ndef {exercise}(*_, **__):\n    os._exit(0)",
}


@dataclass(frozen=True)
class Choice:
    """The answers in the books for each exercise of a notebook."""

    right: dict[str, list[str]]
    wrong: dict[str, list[str]]
    typical: dict[str, list[str]]

    @classmethod
    def read(cls, notebook: SourceNotebook, books: Path) -> Choice:
        """Read the books of a notebook's exercises."""
        right: dict[str, list[str]] = {}
        wrong: dict[str, list[str]] = {}
        for exercise in notebook.solutions:
            answers = read_answers(books / f"{exercise}.py")
            right[exercise] = [answer.code for answer in answers if answer.is_right]
            wrong[exercise] = [answer.code for answer in answers if not answer.is_right]
        typical = {
            exercise: [
                misconception.code
                for misconception in notebook.misconceptions
                if misconception.exercise == exercise
            ]
            for exercise in notebook.solutions
        }
        return cls(right, wrong, typical)


def answers_of(
    student: SampleStudent, assignment: str, notebook: str, choice: Choice, *, again: bool = False
) -> Answers:
    """Return a student's answers in a notebook by exercise, for the first or the second submission."""
    ability = student.ability + (LEARNED if again else 0.0)
    answers: Answers = {}
    for exercise in choice.right:
        difficulty = _chance(assignment, notebook, exercise).uniform(EASIEST, HARDEST)
        chance = _chance(student.id, assignment, notebook, exercise)
        if chance.random() < 1 / (1 + math.exp(difficulty - ability)):
            answers[exercise] = chance.choice(choice.right[exercise])
            continue
        kinds = (choice.typical[exercise], choice.wrong[exercise], None)
        (codes,) = chance.choices(kinds, (MISCONCEPTION, WRONG, NOTHING))
        if codes:
            answers[exercise] = _one_of(codes, chance)
    accident = ACCIDENTS.get((student.id, assignment))
    if accident is not None and not again:
        first = next(iter(choice.right))
        answers[first] = accident.format(exercise=first)
    return answers


def written_answer_of(student: SampleStudent) -> tuple[str, int]:
    """Return a student's written answer, and the points that it is worth."""
    place = min(max(0, round(1.4 - student.ability)), len(WRITTEN_ANSWERS) - 1)
    return WRITTEN_ANSWERS[place], len(WRITTEN_ANSWERS) - 1 - place


def guess_of(student: SampleStudent, notebook: str, question: ChoiceQuestion) -> str:
    """Return a student's guess at a question, "" for none; the more able guess right more often."""
    chance = _chance(student.id, notebook, "guess", question.name)
    letters = [*question.choices]
    weights = [math.exp(student.ability) if letter == question.right else 1.0 for letter in letters]
    return chance.choices(letters, weights)[0] if chance.random() < P_GUESSES else ""


def _one_of(codes: Sequence[str], chance: Random) -> str:
    """Draw an answer; the first ones are by far the most common."""
    (code,) = chance.choices(codes, [1 / (1 + place) ** 2 for place in range(len(codes))])
    return code


def _chance(*what: str) -> Random:
    return Random("/".join(what))  # noqa: S311  # no secret


def write_guesses(notebook: Path, student: SampleStudent) -> None:
    """Write a student's guesses into a fetched notebook."""
    content = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    guesses = {
        f'guess_{question.name} = ""': guess_of(student, notebook.stem, question)
        for question in questions_in(content.cells)
    }
    for cell in content.cells:
        if cell.source in guesses:
            cell.source = cell.source.replace('""', f'"{guesses[cell.source]}"')
    nbformat.write(content, notebook)  # type: ignore[no-untyped-call]  # untyped


def write_answers(notebook: Path, answers: Answers, written: str = WRITTEN_ANSWERS[0]) -> None:
    """Write answers into the solution cells of a fetched notebook; written ones only together with code."""
    content = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    for cell in content.cells:
        role = cell.metadata.get("nbgrader", {})
        if not role.get("solution"):
            continue
        if cell.cell_type == "code" and role["grade_id"] in answers:
            cell.source = answers[role["grade_id"]]
        elif cell.cell_type == "markdown" and answers:
            cell.source = written
    nbformat.write(content, notebook)  # type: ignore[no-untyped-call]  # untyped


def tear(notebook: Path) -> None:
    """Cut a notebook file in the middle, as a failed download would."""
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text[: len(text) // 2], encoding="utf-8")
