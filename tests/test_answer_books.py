"""The answer books are full, and no answer to an exercise counts for another one.

The audit of the course proves that each exercise's own tests tell right answers from wrong ones. Here answers
to several exercises meet in one notebook.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pytest
from conftest import COURSE, NOTEBOOKS
from grading import cells_testing, grade

from gradlab.authoring.answer_books import Answer, read_answers
from gradlab.authoring.source import SourceNotebook
from gradlab.checks import N_VARIANTS

if TYPE_CHECKING:
    from pathlib import Path

BOOKS = COURSE / "tests" / "answers"
N_RIGHT, N_WRONG, N_MISCONCEPTIONS = 4, 4, 4

# `fit` is the only exercise that says that it is built on others.
BUILT_ON_OTHERS = {"fit"}


@lru_cache
def read(path: Path) -> SourceNotebook:
    """Return a source notebook, read once."""
    return SourceNotebook.read(path)


@dataclass(frozen=True)
class Exercise:
    """One exercise, with the answers that are known to it."""

    notebook: SourceNotebook
    name: str

    @property
    def right(self) -> list[Answer]:
        """The right answers of its book."""
        return [answer for answer in self._book() if answer.is_right]

    @property
    def wrong(self) -> list[Answer]:
        """The wrong answers of its book."""
        return [answer for answer in self._book() if not answer.is_right]

    @property
    def typical(self) -> list[Answer]:
        """Its misconceptions, as answers."""
        return [Answer(self.name, one.name, one.code, is_right=False) for one in self.misconceptions]

    @property
    def misconceptions(self):
        """Its named misconceptions."""
        return [one for one in self.notebook.misconceptions if one.exercise == self.name]

    @property
    def tests(self) -> set[str]:
        """The grade ids of its test cells."""
        return cells_testing(self.notebook, self.name)

    def _book(self) -> list[Answer]:
        path = self.notebook.path
        return read_answers(BOOKS / path.parent.name / path.stem / f"{self.name}.py")

    def __str__(self) -> str:
        """Return its name for pytest."""
        return f"{self.notebook.path.stem}.{self.name}"


EXERCISES = [Exercise(read(path), name) for path in NOTEBOOKS for name in read(path).solutions]
each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=str)


NOTEBOOK_EXERCISES = {
    path.stem: [exercise for exercise in EXERCISES if exercise.notebook is read(path)] for path in NOTEBOOKS
}


def rounds(kind: str):
    """Return (notebook's name, number) for each round; the longest book has an answer in each of them."""
    return [
        pytest.param(name, number, id=f"{name}-{number}")
        for name, exercises in NOTEBOOK_EXERCISES.items()
        for number in range(max(len(getattr(exercise, kind)) for exercise in exercises))
    ]


def answers_in(exercises: list[Exercise], kind: str, number: int) -> dict[str, str]:
    """Return the answer with a number to each exercise whose book has that many."""
    books = {exercise.name: getattr(exercise, kind) for exercise in exercises}
    return {name: book[number].code for name, book in books.items() if number < len(book)}


@each_exercise
def test_each_exercise_has_enough_answers(exercise):
    """At least four right answers, four wrong ones and four misconceptions."""
    assert len(exercise.right) >= N_RIGHT
    assert len(exercise.wrong) >= N_WRONG
    assert len(exercise.misconceptions) >= N_MISCONCEPTIONS


@pytest.mark.parametrize("variant", [0, N_VARIANTS - 1])
@pytest.mark.parametrize("notebook", [read(path) for path in NOTEBOOKS], ids=lambda one: one.path.stem)
def test_the_reference_passes_everything(notebook, variant):
    """The reference passes all tests in the first and the last variant; the audit tries all variants."""
    verdicts = grade(notebook, {}, variant)
    assert not verdicts.broken
    assert not verdicts.visible
    assert not verdicts.hidden


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOK_EXERCISES)
def test_names_of_numpy_break_no_given_cell(notebook):
    """A student may import all of numpy, whose `sum` and `all` take the place of Python's.

    Hidden tests are not asked here: they run where there are no names of a student's.
    """
    first, *_ = NOTEBOOK_EXERCISES[notebook]
    reference = first.notebook.solutions[first.name]
    verdicts = grade(first.notebook, {first.name: f"from numpy import *\n\n\n{reference}"})
    assert not verdicts.broken
    assert not verdicts.visible


@pytest.mark.slow
@pytest.mark.parametrize(("notebook", "number"), rounds("right"))
def test_right_answers_get_along(notebook, number):
    """Right answers to all exercises of a notebook, in whatever styles, fail no test together."""
    exercises = NOTEBOOK_EXERCISES[notebook]
    verdicts = grade(exercises[0].notebook, answers_in(exercises, "right", number))
    assert not verdicts.broken
    assert not verdicts.visible
    assert not verdicts.hidden


@pytest.mark.slow
@pytest.mark.parametrize("half", [0, 1], ids=["odd", "even"])
@pytest.mark.parametrize(("notebook", "number"), rounds("typical"))
def test_misconceptions_cost_points_in_their_own_exercises_alone(notebook, number, half):
    """With misconceptions in every other exercise, each of these fails, and the tests of the others pass."""
    exercises = NOTEBOOK_EXERCISES[notebook]
    answers = answers_in(exercises[half::2], "typical", number)
    verdicts = grade(exercises[0].notebook, answers)
    for exercise in exercises:
        failed = verdicts.failed & exercise.tests
        if exercise.name in answers:
            assert verdicts.hidden.keys() & exercise.tests, exercise.name
        elif exercise.name not in BUILT_ON_OTHERS:
            assert not failed, exercise.name
