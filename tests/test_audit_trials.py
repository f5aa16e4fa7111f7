"""What an audit runs of a notebook: no more than an answer needs, in processes of a known seed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import gradlab
from gradlab.audit.cache import ENGINE
from gradlab.audit.exercises import Cell, needed_cells
from gradlab.audit.seeded import seeded_process
from gradlab.examinee.zygote import Warmth
from gradlab.examiner.desk import desk
from gradlab.examiner.session import Session
from gradlab.sandbox import SandboxLimits

GIVEN = Cell("", "import numpy as np")
ONE = Cell("one", "def one():\n    return 1", is_solution=True)
TWO = Cell("two", "def two():\n    return one() + 1", is_solution=True)
THREE = Cell("three", "def three():\n    return 3", is_solution=True)
TEST = Cell("test_three", "check('three', [case()])", is_test=True)


def names_of(*cells: Cell, answer: str = "") -> list[str]:
    """Return the names of the cells that an answer to the third exercise needs."""
    return [cell.name for cell in needed_cells(cells, "three", answer)]


def test_solutions_that_nothing_uses_are_left_out():
    """Given cells, the exercise's own cell and its tests stay, in order."""
    assert names_of(GIVEN, ONE, TWO, THREE, TEST) == ["", "three", "test_three"]


@pytest.mark.parametrize(
    "user",
    [
        Cell("test_three", "check('three', [case(two())])", is_test=True),
        Cell("test_three", "check('three', [case('two')])", is_test=True),
        Cell("", "def helper():\n    return two()"),
    ],
    ids=["a test", "a name in a text", "a given cell"],
)
def test_a_solution_that_something_uses_stays_with_what_it_uses(user):
    """It may be used by a test, by a given cell even before it, or by an answer, directly or not."""
    assert names_of(user, ONE, TWO, THREE) == [user.name, "one", "two", "three"]


def test_a_solution_that_an_answer_uses_stays():
    """An answer may use another exercise although the reference does not."""
    assert names_of(ONE, TWO, THREE, TEST, answer="three = lambda: two() + one()") == [
        "one",
        "two",
        "three",
        "test_three",
    ]


@pytest.mark.parametrize(
    "text",
    ["one = 1", "print(1)", "%matplotlib inline", "@register\ndef one(): ...", "def one(): ...\none()"],
)
def test_a_solution_that_does_more_than_define_stays(text):
    """It may change what others see."""
    assert names_of(Cell("one", text, is_solution=True), THREE, TEST) == ["one", "three", "test_three"]


def hashes() -> tuple[int, str]:
    """Return the hash of a text in this process, and what an examinee of its zygote prints of it."""

    def ask(zygote) -> str:
        session = Session(zygote.spawn(SandboxLimits(), {}, None))
        session.allow(30)
        try:
            (output,) = session.run("print(hash('text'))", 1000, is_shown=True)["outputs"]
        finally:
            session.end()
        return output["text"].strip()

    return hash("text"), desk().examine(ask, Warmth())


@pytest.mark.slow
def test_a_seeded_process_shares_its_seed_with_its_examinees():
    """Texts have the same hash in both, which is that of the seed; this process keeps its own."""
    before = os.environ.get("PYTHONHASHSEED")
    found = set()
    for _ in range(2):
        with seeded_process(3, Warmth(frozenset({"numpy"}))) as executor:
            here, there = executor.submit(hashes).result()
        assert there == str(here)
        found.add(here)
    assert len(found) == 1
    assert os.environ.get("PYTHONHASHSEED") == before


@pytest.mark.parametrize("name", ENGINE)
def test_what_results_depend_on_is_there(name):
    """A file that has been moved would no longer make cached results outdated."""
    assert (Path(gradlab.__file__).parent / name).exists()
