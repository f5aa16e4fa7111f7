"""What values don't show is asked beside the answer, too: changed arguments, the same object, output."""

from __future__ import annotations

import pytest
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import outcome

from gradlab.examiner.beyond_values import looks_beyond_values

GIVEN = "import io\nfrom collections import namedtuple\nfrom contextlib import redirect_stdout"
ANSWERS = {
    "total": "def total(values):\n    return sum(values)",
    "turned": "def turned(values):\n    return values[::-1]",
    "grid": "def grid(n):\n    return [[0] * n for _ in range(n)]",
    "more": "def more(x):\n    return x + 1",
    "Point": "class Point:\n    def __init__(self, x, y):\n        self.x, self.y = x, y",
    "far": "def far(a, b):\n    return b.x - a.x",
    "spread": "def spread(values):\n    return max(values) - min(values)",
}
HIDDEN = {
    "total": "values = [1, 2]\nassert total(values) == 3\nassert values == [1, 2], 'changed'",
    "turned": "values = [1, 2]\nassert turned(values) == [2, 1]\nassert turned(values) is not values",
    "grid": "rows = grid(2)\nrows[0][0] = 1\nassert rows[1][0] == 0",
    "more": "out = io.StringIO()\nwith redirect_stdout(out):\n    x = more(1)\n"
    "assert (x, out.getvalue()) == (2, '')",
    "Point": "assert isinstance(Point(1, 2), Point)\nassert Point(1, 2).x == 1",
    "far": "assert far(Point(1, 0), Point(3, 0)) == 2",
    "spread": "values = [3, 1]\nassert spread(values) == max(values) - min(values)",
}
BY_VALUE_ALONE = {
    "total": "def total(values):\n    return sum(values.pop() for _ in range(len(values)))",
    "turned": "def turned(values):\n    values.reverse()\n    return values",
    "grid": "def grid(n):\n    return [[0] * n] * n",
    "more": "def more(x):\n    print(x + 1)\n    return x + 1",
}
UNUSUAL = {
    "total": "def total(values):\n    left = list(values)\n    return sum(left.pop() for _ in values)",
    "Point": "Point = namedtuple('Point', 'x y')",
    "spread": "def spread(values):\n    return sorted(values)[-1] - sorted(values)[0]\nmax = 3",
}
WRONG = {
    "Point": "Point = namedtuple('Point', 'y x')",
    "far": "def far(a, b):\n    return b.far - a.x",
    "spread": "def spread(values):\n    return values[7]",
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose tests look at more than values, graded for five students."""
    cells = [cell for name in ANSWERS for cell in (solution(name, ANSWERS[name]), _test(name))]
    made = lay_out(tmp_path_factory.mktemp("beyond"), [code(GIVEN, "given", locked=True), *cells])
    submit_answers(made, "right", ANSWERS)
    submit_answers(made, "untouched", {})
    submit_answers(made, "by-value-alone", {**ANSWERS, **BY_VALUE_ALONE})
    submit_answers(made, "unusual", {**ANSWERS, **UNUSUAL})
    submit_answers(made, "wrong", {**ANSWERS, **WRONG})
    grade(made)
    return made


def _test(name):
    return grading(f"{name}_test", "", HIDDEN[name])


def result_of(course, student, name):
    """Return the way, the outcome and the points of a test cell."""
    cell = outcome(course, student, "hw")["notebooks"]["hw"][f"{name}_test"]
    return cell["asked"], cell["outcome"], cell["auto_score"]


@pytest.mark.parametrize("name", ANSWERS)
def test_the_reference_passes_by_value(course, name):
    """That a cell is asked beside, too, makes no answer lose, and nobody win who does not answer."""
    assert result_of(course, "right", name) == ("by value", "passed", 1)
    assert result_of(course, "untouched", name)[2] == 0


@pytest.mark.parametrize("name", BY_VALUE_ALONE)
def test_what_fails_beside_the_answer_waits_for_a_person(course, name):
    """An answer whose values are right earns nothing yet if it changes or returns its argument, or prints."""
    assert result_of(course, "by-value-alone", name) == ("by value", "examiner error", None)


def test_the_student_reads_why(course):
    """The message says that two ways differ."""
    cell = outcome(course, "by-value-alone", "hw")["notebooks"]["hw"]["total_test"]
    assert "두 가지 방법" in cell["message"]


@pytest.mark.parametrize("name", ["total", "spread"])
def test_a_right_answer_keeps_its_points(course, name):
    """It may change a copy, and use a name of the test for something else."""
    assert result_of(course, "unusual", name) == ("by value", "passed", 1)


@pytest.mark.parametrize("name", ["Point", "far"])
def test_an_answer_of_another_kind_waits_for_a_person(course, name):
    """A named tuple is a plain tuple in the examiner; beside the answer, it passes."""
    assert result_of(course, "unusual", name) == ("by value", "examiner error", None)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_of_another_kind_loses(course, name):
    """What fails beside the answer, too, is wrong."""
    assert result_of(course, "wrong", name)[2] == 0


@pytest.mark.parametrize(
    ("hidden", "looks"),
    [
        ("assert f(2) == 4", False),
        ("x = 3\nassert f(x) == 3 * x", False),
        ("assert f(1) is None\nassert f(True) is not False", False),
        ("assert [f(i) for i in (1, 2)] == [1, 4]", False),
        ("total = 0\nfor i in range(3):\n    total += f(i)\nassert total == 3", False),
        ("xs = [1]\nassert f(xs) == 1\nassert xs == [1]", True),
        ("assert f(PRICES) == 1 and PRICES[0] == 3", True),
        ("assert f() is not f()", True),
        ("f().sort()", True),
        ("a = f()\na[0] = 1\nassert f() == [0]", True),
        ("import sys, io\nsys.stdout = io.StringIO()", True),
        ("assert id(f(x)) != id(x)", True),
        ("assert f(", False),
    ],
)
def test_what_looks_beyond_values(hidden, looks):
    """Arguments that are read again, identity, changes in place and output are more than values."""
    assert looks_beyond_values(hidden) == looks
