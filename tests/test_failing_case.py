"""The case of a failing test as it is recorded: call, functions, what came back, what was right."""

from __future__ import annotations

import json

import nbformat
import pytest
from conftest import code
from gradebooks import grade
from submissions import copy_of, outcome, submit

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.running import run
from gradlab.authoring.source import SourceNotebook
from gradlab.checks import CheckFailed, use_notebook

HIDDEN = '''import numpy as np
from gradlab.checks import case, check, here


def weight(x):
    return 5 * x


@here
def cubed(x):
    return weight(x) ** 3


def other_name(v):
    """Do what another exercise asks for."""
    return 7 * v


def bad(x):
    raise ValueError("never")


def with_x(f, x):
    """applied(f, x); x"""
    return {"value": applied(f, x), "x": x}


check("applied", [case(np.abs, -2.0)])
check("applied", [case(cubed, 2.0)])
check("applied", [case(lambda x: x + 0.5, np.array([1.0, 2.0]))])
check("applied", [case(bad, 1.0).raises(ValueError)])
check("applied", [case(given, 3.0)], scenario=with_x)
check("applied", [case(other_name, 3.0)])
check("applied", [case(reference_of_another, 3.0)])
'''
RIGHT = "def applied(f, x):\n    return f(x)"


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook whose exercise gets functions from its tests."""
    cells = [
        code("def given(x):\n    return -x", "setup", locked=True),
        code(
            "### BEGIN SOLUTION\ndef reference_of_another(x):\n    return 7 * x\n### END SOLUTION",
            "reference_of_another",
            solution=True,
        ),
        code(f"### BEGIN SOLUTION\n{RIGHT}\n### END SOLUTION", "applied", solution=True),
        code(
            f"### BEGIN HIDDEN TESTS\n{HIDDEN}### END HIDDEN TESTS",
            "test_applied",
            grade=True,
            locked=True,
            points=1,
        ),
    ]
    path = tmp_path_factory.mktemp("ps") / "applied.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return SourceNotebook.read(path)


def failing(notebook, answer):
    """Return the case in which an answer fails."""
    names = {**notebook.reference, "LANGUAGE": "en"}
    run(answer, names, "<answer>")
    with use_notebook(notebook), pytest.raises(CheckFailed) as failure:
        run(split_test(notebook.tests["test_applied"])[1], names, "<hidden test>")
    return failure.value.case


def wrong_for(condition, value="0.0"):
    return f"def applied(f, x):\n    if {condition}:\n        return {value}\n    return f(x)"


def test_a_case_shows_call_value_and_what_was_right(notebook):
    """The first case that fails is shown, with shapes if they are wrong; a NumPy function needs no source."""
    case = failing(notebook, "def applied(f, x):\n    return [1.0, 2.0]")
    assert case == {
        "version": 1,
        "call": "applied(absolute, -2.0)",
        "functions": [],
        "got": {"text": "[1.0, 2.0]", "shape": [2]},
        "expected": {"text": "2.0", "shape": []},
    }


def test_a_shape_is_told_only_if_it_is_wrong(notebook):
    """A wrong number in an array of one element is a wrong value, not a wrong shape."""
    case = failing(notebook, "def applied(f, x):\n    return [[1.0]]")
    assert (case["got"], case["expected"]) == ({"text": "[[1.0]]"}, {"text": "2.0"})


def test_functions_are_shown_with_what_they_call(notebook):
    """A function of the test is shown without its decorator, and so is a helper that it calls."""
    case = failing(notebook, wrong_for("f.__name__ == 'cubed'"))
    assert case["functions"] == [
        {"name": "cubed", "source": "def cubed(x):\n    return weight(x) ** 3", "is_answer": False},
        {"name": "weight", "source": "def weight(x):\n    return 5 * x", "is_answer": False},
    ]
    assert case["expected"]["text"] == "1000.0"


def test_a_lambda_is_shown_as_it_is_written(notebook):
    """The source of a lambda is the lambda alone."""
    case = failing(notebook, wrong_for("f.__name__ == '<lambda>'", "None"))
    assert case["functions"] == [{"name": "<lambda>", "source": "lambda x: x + 0.5", "is_answer": False}]
    assert case["got"] == {"text": "None"}
    assert case["expected"] == {"text": "array([1.5, 2.5])"}


def test_errors_are_told_apart_from_values(notebook):
    """An error that is expected, and one that is raised, say that they are errors."""
    case = failing(notebook, wrong_for("f.__name__ == 'bad'"))
    assert case["got"] == {"text": "0.0"}
    assert case["expected"] == {"text": "ValueError", "is_error": True}
    case = failing(notebook, "def applied(f, x):\n    raise KeyError('x\\x1b[31m\\u202ey')")
    assert case["got"] == {"text": r"KeyError: 'x\x1b[31m\u202ey'", "is_error": True}


def test_a_scenario_is_shown_by_its_sentence(notebook):
    """Of a scenario, the docstring and the entries that differ are shown, but not its source."""
    case = failing(notebook, wrong_for("f.__name__ == 'given'"))
    assert case["call"] == "applied(f, x); x [f=given, x=3.0]"
    assert case["functions"] == [
        {"name": "given", "source": "def given(x):\n    return -x", "is_answer": False}
    ]
    assert case["got"]["text"] == "{'value': 0.0}"
    assert case["expected"]["text"] == "{'value': -3.0}"


def test_no_solution_is_shown(notebook):
    """A reference solution that a test passes in is shown by its name alone."""
    case = failing(notebook, wrong_for("f.__name__ == 'reference_of_another'"))
    assert case["functions"] == []


def test_a_function_that_would_answer_an_exercise_is_marked(notebook):
    """It is told by what it does, whatever it and its arguments are called."""
    case = failing(notebook, wrong_for("f.__name__ == 'other_name'"))
    (function,) = case["functions"]
    assert function["is_answer"]
    assert function["source"] == HIDDEN[HIDDEN.index("def other_name") : HIDDEN.index("\n\n\ndef bad")]


def test_a_case_is_bounded(notebook):
    """Whatever an answer returns, its case stays small and without control characters."""
    case = failing(notebook, "def applied(f, x):\n    return 'a\\u202eb\\x00' * 10_000, list(range(10**5))")
    text = json.dumps(case, ensure_ascii=False)
    assert len(text) < 1_000
    assert not any(character in text for character in "\x00\u202e")


def test_the_outcome_file_has_the_case(released_course, tmp_path, executor):
    """After grading, the outcome file holds the case of a wrong answer, and none of a right one."""
    course = copy_of(released_course, tmp_path / "course")
    submit(course, "wrong", "def triple(x):\n    return 4 * x")
    submit(course, "right", "def triple(x):\n    return 3 * x")
    submit(course, "empty")
    grade(course, executor)
    cell = outcome(course, "wrong")["notebooks"]["triple"]["test_triple"]
    assert cell["case"]["call"] == "triple(2)"
    assert (cell["case"]["got"]["text"], cell["case"]["expected"]["text"]) == ("8", "6")
    for student in ("right", "empty"):
        assert outcome(course, student)["notebooks"]["triple"]["test_triple"]["case"] is None
    graded = nbformat.read(course / "autograde" / "wrong" / "ps" / "triple.ipynb", as_version=4)
    assert graded.cells[-1].metadata.gradlab.case == cell["case"]
