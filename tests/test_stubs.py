"""No points for a stub: not even if its tests say that it is right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import generate_assignment, gradlab
from conftest import code, lay_out_small_course
from nbgrader.api import Gradebook
from submissions import outcome, submit

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow  # whole classes, through nbgrader's own commands

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
NOTHING_ASKED = code(HIDDEN.format("pass"), "test_triple__nothing", grade=True, locked=True, points=1)
BY_CHECK = code(
    HIDDEN.format("from gradlab.checks import check\ncheck('triple', [])"),
    "a_check",
    grade=True,
    locked=True,
    points=1,
)
OTHER = [
    code(
        "def three():\n    ### BEGIN SOLUTION\n    return 3\n    ### END SOLUTION",
        "exercise_b",
        solution=True,
    ),
    code(HIDDEN.format("pass"), "test_exercise_b", grade=True, locked=True, points=1),
]


@pytest.fixture(scope="module")
def released(tmp_path_factory) -> Path:
    """A course whose tests ask nothing, so that everything passes them."""
    course = lay_out_small_course(tmp_path_factory.mktemp("stubs"))
    path = course / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [
        cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") != "test_triple"
    ]
    notebook.cells += [NOTHING_ASKED, BY_CHECK, *OTHER]
    nbformat.write(notebook, path)
    generate_assignment(course, "ps")
    return course


TRIPLE = {"test_triple__nothing": 1, "a_check": 1}
SUBMISSIONS = {
    "untouched": ([], {}),
    "below": (
        ["def triple(x):\n    return x", "from math import tau as three"],
        {"test_triple__nothing": 1, "a_check": 1, "test_exercise_b": 1},
    ),
    "elsewhere": (["def other(x):\n    triple(x)\n    return three()"], {}),
    "magics": (["%time triple = lambda x: 3 * x"], TRIPLE),
    "star-import": (["from answers import *"], {**TRIPLE, "test_exercise_b": 1}),
    "script": (["%run answers.py"], {**TRIPLE, "test_exercise_b": 1}),
    "patches": (["exec('pass')\nvars(np)['sum'] = globals()  # from numpy import *"], {}),
}


@pytest.fixture(scope="module")
def graded(released) -> Path:
    """The class after grading."""
    for student, (cells, _) in SUBMISSIONS.items():
        path = submit(released, student) / "triple.ipynb"
        notebook = nbformat.read(path, as_version=4)
        notebook.cells += [nbformat.v4.new_code_cell(text) for text in cells]
        nbformat.write(notebook, path)
    gradlab(released, "autograde", "ps")
    return released


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_points_are_given_only_for_exercises_with_an_answer(graded, student):
    """An untouched solution cell earns nothing, unless another cell of the student's defines a name of it."""
    earned = SUBMISSIONS[student][1]
    with Gradebook(f"sqlite:///{graded / 'gradebook' / 'gradebook.db'}") as gradebook:
        (notebook,) = gradebook.find_submission("ps", student).notebooks
        assert {grade.name: grade.score for grade in notebook.grades if grade.score} == earned
    cells = outcome(graded, student)["notebooks"]["triple"]
    for name, cell in cells.items():
        assert cell["outcome"] == ("passed" if name in earned else "not attempted")
