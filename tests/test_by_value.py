"""What hidden tests of other courses use is there, so that they are asked by value."""

from __future__ import annotations

import pytest
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import outcome

ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "total": "total = sum([1, 2, 3])",
    "primes": "def primes():\n    yield from (2, 3, 5)",
    "letters": "def letters(word):\n    return set(word)",
    "timed": "%time timed = 4 + 3\n!echo ignored\ndef seven():\n    return timed",
    "Point": "class Point:\n    def __init__(self, x):\n        self.x = x\n    def moved(self):\n"
    "        return Point(self.x + 1)",
    "scaled": "def scaled(x):\n    return factor * x",
}
TESTS = {
    "a name of the visible part": ("y = double(3)\nassert y == 6", "assert y + double(1) == 8"),
    "a name of an earlier test": ("", "assert double(y) == 12"),
    "an import of the visible part": ("import math\nassert double(1) == 2", "assert double(math.pi) > 6"),
    "a cell without nbgrader's metadata": ("", "assert scaled(2) == 2 * factor"),
    "a variable": ("", "assert total == 6"),
    "a generator": ("", "assert list(primes()) == [2, 3, 5]"),
    "an iterator": ("", "assert next(iter(primes())) == 2"),
    "a set": ("", "assert letters('abba') == {'a', 'b'}"),
    "magics": ("%timeit -n1 -r1 double(2)", "assert seven() == 7"),
    "an attribute": ("", "assert Point(2).x == 2"),
    "a method": ("", "assert Point(2).moved().x == 3"),
    "a keyword": ("", "assert double(x=4) == 8"),
    "an exception": (
        "",
        "try:\n    double()\nexcept TypeError:\n    pass\nelse:\n    raise AssertionError('no error')",
    ),
}
MARKS = {
    "one hash": ("# BEGIN HIDDEN TESTS", "# END HIDDEN TESTS"),
    "four hashes": ("#### BEGIN HIDDEN TESTS", "#### END HIDDEN TESTS"),
    "no blank": ("###BEGIN HIDDEN TESTS", "###END HIDDEN TESTS"),
    "text behind": ("### BEGIN HIDDEN TESTS here", "### END HIDDEN TESTS ###"),
    "indented": ("    ### BEGIN HIDDEN TESTS", "    ### END HIDDEN TESTS"),
    "carriage returns": ("### BEGIN HIDDEN TESTS\r", "### END HIDDEN TESTS\r"),
}
FORGING = "def double(x):\n    import sys\n    return 6 if x == 3 else Forged()\nclass Forged:\n"
FORGING += "    def __eq__(self, other):\n        return True\n"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a test cell for each thing, graded for three students."""
    cells = [
        code("%matplotlib inline\nimport numpy as np", "setup", locked=True),
        code("factor = 10"),
        *(solution(name, text) for name, text in ANSWERS.items()),
        *(grading(_id(name), *parts) for name, parts in TESTS.items()),
        *(
            code(f"assert double(3) == 6\n{begin}\nassert double(5) == 10\n{end}", _id(name), **ROLE)
            for name, (begin, end) in MARKS.items()
        ),
    ]
    made = lay_out(tmp_path_factory.mktemp("by_value"), cells)
    submit_answers(made, "right", ANSWERS)
    submit_answers(made, "untouched", {})
    submit_answers(made, "forging", {**ANSWERS, "double": FORGING})
    grade(made)
    return made


ROLE = {"grade": True, "locked": True, "points": 1}


def _id(name):
    return "test_" + "".join(char if char.isalnum() else "_" for char in name)


def result_of(course, student, name):
    """Return the way, the outcome and the points of a test cell."""
    cell = outcome(course, student, "hw")["notebooks"]["hw"][_id(name)]
    return cell["asked"], cell["outcome"], cell["auto_score"]


@pytest.mark.parametrize("name", [*TESTS, *MARKS])
def test_it_is_asked_by_value(course, name):
    """The reference passes in the examiner."""
    assert result_of(course, "right", name) == ("by value", "passed", 1)


@pytest.mark.parametrize("name", [*TESTS, *MARKS])
def test_the_untouched_release_earns_nothing(course, name):
    """Whatever the test uses, it asks something of the answer."""
    assert result_of(course, "untouched", name)[2] == 0


@pytest.mark.parametrize("name", MARKS)
def test_what_nbgrader_hides_is_hidden(course, name):
    """An object that equals everything wins no part that the release leaves out."""
    assert result_of(course, "forging", name)[2] == 0
