"""The answer books are full, and no answer to one exercise counts for another.

That each exercise's own tests tell right answers from wrong ones is proven by the audit of the course.
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

if TYPE_CHECKING:
    from pathlib import Path

BOOKS = COURSE / "tests" / "answers"
N_RIGHT, N_WRONG, N_MISCONCEPTIONS = 4, 4, 4

# `fit` is the one exercise that says that it is built on three others.
BUILT_ON_OTHERS = {"dataloader": {"test_fit"}}


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


def cases(kind: str):
    """Return (exercise, answer) of all answers of a kind, for parametrizing."""
    return [
        pytest.param(exercise, answer, id=f"{exercise}-{answer.title}".replace(" ", "_"))
        for exercise in EXERCISES
        for answer in getattr(exercise, kind)
    ]


@each_exercise
def test_each_exercise_has_enough_answers(exercise):
    """At least four right answers, four wrong ones and four misconceptions."""
    assert len(exercise.right) >= N_RIGHT
    assert len(exercise.wrong) >= N_WRONG
    assert len(exercise.misconceptions) >= N_MISCONCEPTIONS


@pytest.mark.parametrize("notebook", [read(path) for path in NOTEBOOKS], ids=lambda one: one.path.stem)
def test_the_reference_passes_everything(notebook):
    """The reference solutions fail no test."""
    verdicts = grade(notebook, {})
    assert not verdicts.broken
    assert not verdicts.visible
    assert not verdicts.hidden


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "answer"), cases("right"))
def test_a_right_answer_gets_full_points_everywhere(exercise, answer):
    """Whatever its style, a right answer fails no test of its notebook."""
    verdicts = grade(exercise.notebook, {exercise.name: answer.code})
    assert not verdicts.broken
    assert not verdicts.visible
    assert not verdicts.hidden


@pytest.mark.slow
@pytest.mark.parametrize(("exercise", "answer"), cases("typical"))
def test_a_misconception_loses_points_in_its_own_exercise_alone(exercise, answer):
    """The hidden tests of its exercise find it, and no other test minds."""
    verdicts = grade(exercise.notebook, {exercise.name: answer.code})
    assert verdicts.hidden.keys() & exercise.tests
    elsewhere = verdicts.failed - exercise.tests
    built_on_it = BUILT_ON_OTHERS.get(exercise.notebook.path.stem, set())
    assert not {test for test in elsewhere if test.split("__")[0] not in built_on_it}
