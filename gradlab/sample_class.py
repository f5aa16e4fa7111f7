"""A small class of invented students, each with a way of answering.

The answers come from the answer books of the course's own tests and from its misconceptions, so
that a demonstration shows what real classes do: right, half right, typically wrong, empty, broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import nbformat

from gradlab.answers import read_answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gradlab.source import SourceNotebook

Answers: TypeAlias = dict[str, str]

WRITTEN_ANSWER = "h가 크면 절단 오차가, h가 아주 작으면 반올림 오차가 커져서 그 사이에 가장 좋은 h가 있다."


@dataclass(frozen=True)
class Choice:
    """What the books offer for each exercise of a notebook."""

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
            exercise: [one.code for one in notebook.misconceptions if one.exercise == exercise]
            for exercise in notebook.solutions
        }
        return cls(right, wrong, typical)


def all_right(choice: Choice) -> Answers:
    """Every exercise right."""
    return {exercise: codes[0] for exercise, codes in choice.right.items()}


def right_in_another_style(choice: Choice) -> Answers:
    """Every exercise right, in the last style of its book."""
    return {exercise: codes[-1] for exercise, codes in choice.right.items()}


def half_right(choice: Choice) -> Answers:
    """Every other exercise right, the rest untouched."""
    return {exercise: codes[1] for exercise, codes in list(choice.right.items())[::2]}


def typically_wrong(choice: Choice) -> Answers:
    """A misconception in every exercise."""
    return {exercise: codes[0] for exercise, codes in choice.typical.items()}


def nearly_right(choice: Choice) -> Answers:
    """All right but for a wrong answer to the last exercise."""
    last = list(choice.wrong)[-1]
    return {**all_right(choice), last: choice.wrong[last][0]}


def untouched(_: Choice) -> Answers:
    """No answer at all: submitted as it was fetched."""
    return {}


def does_not_compile(choice: Choice) -> Answers:
    """A syntax error in the first exercise, the rest right."""
    first = next(iter(choice.right))
    return {**all_right(choice), first: f"def {first}(:\n    return"}


STUDENTS: dict[str, Callable[[Choice], Answers]] = {
    "student-01": all_right,
    "student-02": right_in_another_style,
    "student-03": half_right,
    "student-04": typically_wrong,
    "student-05": nearly_right,
    "student-06": untouched,
    "student-07": does_not_compile,
}

# One submission that is no notebook any more: its file ends in the middle.
TORN = ("student-07", "ps3-autograd")


def write_answers(notebook: Path, answers: Answers) -> None:
    """Write answers into the solution cells of a fetched notebook."""
    content = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    for cell in content.cells:
        role = cell.metadata.get("nbgrader", {})
        if not role.get("solution"):
            continue
        if cell.cell_type == "code" and role["grade_id"] in answers:
            cell.source = answers[role["grade_id"]]
        elif cell.cell_type == "markdown" and answers:
            cell.source = WRITTEN_ANSWER
    nbformat.write(content, notebook)  # type: ignore[no-untyped-call]  # untyped


def tear(notebook: Path) -> None:
    """Cut a notebook file in the middle, as a failed download would."""
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(text[: len(text) // 2], encoding="utf-8")
