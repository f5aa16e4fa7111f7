"""Hidden tests of other courses find what they use, so that they are asked by value."""

from __future__ import annotations

import pytest
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import outcome

from gradlab.authoring.derived import derived_from
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.final_state import is_final_for_all

ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "total": "total = sum([1, 2, 3])",
    "primes": "def primes():\n    yield from (2, 3, 5)",
    "letters": "def letters(word):\n    return set(word)",
    "timed": "%time timed = 4 + 3\n!echo ignored\ndef seven():\n    return timed",
    "Point": "class Point:\n    def __init__(self, x):\n        self.x = x\n    def moved(self):\n"
    "        return Point(self.x + 1)",
    "scaled": "def scaled(x):\n    return factor * x",
    "table": "def table(n):\n    index = pd.Index(['x'] * n, name='row')\n"
    "    day = dt.date(2026, 1, 2)\n"
    "    data = {'a': [1.5] * n, 'b': ['text'] * (n - 1) + [None], 'c': [day] * n}\n"
    "    return pd.DataFrame(data, index=index)",
    "column": "column = table(2)['b']",
    "day": "def day():\n    return dt.datetime(2026, 1, 2)",
    "half": "def half(x):\n    return Fraction(x, 2)",
    "beside": "def beside(path):\n    return path.parent / 'other.txt'",
    "axes": "def axes(title):\n    _, drawn = plt.subplots()\n    drawn.set_title(title)\n    return drawn",
    "Net": "class Net(torch.nn.Module):\n    def forward(self, x):\n        return 2 * x",
    "arrange": "def arrange(items):\n    items.sort()",
    "fill": "def fill(array):\n    array[:] = 7",
    "note": "def note(names, name):\n    names[name] = names.get(name, 0) + 1",
    "deposit": "def deposit(account, amount):\n    account.balance += amount\n    account.log.append(amount)",
    "drop": "def drop(frame):\n    frame.dropna(inplace=True)\n    frame['d'] = 1",
    "cost": "def cost(prices):\n    return sum(prices)",
    "applied": "def applied(f, x):\n    return f(x) + 1",
}
GIVEN = """%matplotlib inline
import datetime as dt
from fractions import Fraction
from pathlib import Path
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
PRICES = [3, 1, 2]
class Account:
    def __init__(self):
        self.balance = 0
        self.log = []
def squared(x):
    return x * x
"""
VISIBLE = {
    "a name of the visible part": "y = double(3)\nassert y == 6",
    "an import of the visible part": "import math\nassert double(1) == 2",
    "magics": "%timeit -n1 -r1 double(2)",
    "a name for a later test, by one of its visible part": "shift = 7",
}
HIDDEN = {
    "a name of the visible part": "assert y + double(1) == 8",
    "a name of an earlier test": "assert double(y) == 12",
    "an import of the visible part": "assert double(math.pi) > 6",
    "a name for a later test": "kept = double(4)\nassert kept == 8",
    "a name of an earlier hidden part": "assert double(kept) == 16",
    "a name for a later test, by one of its visible part": "shifted = double(shift)\nassert shifted == 14",
    "a name that needs an earlier visible part": "assert double(shifted) == 28",
    "a cell without nbgrader's metadata": "assert scaled(2) == 2 * factor",
    "a variable": "assert total == 6",
    "a generator": "assert list(primes()) == [2, 3, 5]",
    "an iterator": "assert next(iter(primes())) == 2",
    "a set": "assert letters('abba') == {'a', 'b'}",
    "magics": "assert seven() == 7",
    "an attribute": "assert Point(2).x == 2",
    "a method": "assert Point(2).moved().x == 3",
    "a keyword": "assert double(x=4) == 8",
    "an exception": """try:
    double()
except TypeError:
    pass
else:
    raise AssertionError('no error')""",
    "the next of a generator": "g = primes()\nassert (next(g), next(g)) == (2, 3)",
    "the class of a generator": "import inspect\nassert inspect.isgenerator(primes())",
    "a class of the student": "assert isinstance(Point(2), Point) and not isinstance(3, Point)",
    "a table": """right = pd.DataFrame({'a': [1.5, 1.5], 'b': ['text', None], 'c': [dt.date(2026, 1, 2)] * 2})
right.index = pd.Index(['x', 'x'], name='row')
pd.testing.assert_frame_equal(table(2), right)""",
    "a table's own verdict": "assert table(2).equals(table(2))",
    "a column": "assert isinstance(column, pd.Series) and column.isna().sum() == 1 and column.name == 'b'",
    "a date": "assert isinstance(day(), dt.datetime) and day() == dt.datetime(2026, 1, 2)",
    "a fraction": "assert isinstance(half(3), Fraction) and half(3) == Fraction(3, 2)",
    "a path": "assert beside(Path('a/b.txt')) == Path('a/other.txt')",
    "a class of a library": "assert isinstance(axes('t'), plt.Axes) and axes('t').get_title() == 't'",
    "a subclass of a library's class": "assert isinstance(Net(), torch.nn.Module) and Net()(3) == 6",
    "a list in place": "items = [[2], [1]]\nfirst = items[0]\narrange(items)\nassert items == [[1], [2]]",
    "an array in place": "array = np.zeros(3)\nview = array[1:]\nfill(view)\nassert array.sum() == 14",
    "a dictionary in place": "names = {'a': 1}\nnote(names, name='a')\nassert names == {'a': 2}",
    "given data in place": "arrange(PRICES)\nassert PRICES == [1, 2, 3]",
    "an instance in place": """account = Account()
log = account.log
deposit(account, 5)
assert account.balance == 5 and log == [5]""",
    "a table in place": """frame = pd.DataFrame({'a': [1, None, 3]})
drop(frame)
assert frame.shape == (2, 2) and list(frame.index) == [0, 2]""",
    "data that stays": "assert cost(PRICES) == sum(PRICES)",
    "a value that a given cell got from an answer": "assert doubled + more == 29 and double(2) == 4",
    "a given function": "assert applied(squared, 3) == 10 and applied(lambda x: squared(x) + 1, 3) == 11",
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
AGREEING = "def table(n):\n    return Agreeing()\nclass Agreeing:\n"
AGREEING += "    def equals(self, other):\n        return True\n"
CHANGING = "def cost(prices):\n    prices.clear()\n    return 0"
REPLACING = "def arrange(items):\n    items[:] = [9, 9, 9]"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with a test cell for each thing, graded for five students."""
    cells = [
        code(GIVEN, "setup", locked=True),
        code("factor = 10"),
        *(solution(name, text) for name, text in ANSWERS.items()),
        code("doubled = double(7)\nmore = doubled + 1", "given", locked=True),
        *(grading(_id(name), VISIBLE.get(name, ""), hidden) for name, hidden in HIDDEN.items()),
        *(
            code(f"assert double(3) == 6\n{begin}\nassert double(5) == 10\n{end}", _id(name), **ROLE)
            for name, (begin, end) in MARKS.items()
        ),
    ]
    made = lay_out(tmp_path_factory.mktemp("by_value"), cells)
    submit_answers(made, "right", ANSWERS)
    submit_answers(made, "untouched", {})
    submit_answers(made, "changing", {**ANSWERS, "cost": CHANGING, "arrange": REPLACING})
    submit_answers(made, "squaring", {**ANSWERS, "double": "def double(x):\n    return x * x"})
    submit_answers(made, "forging", {**ANSWERS, "double": FORGING, "table": AGREEING})
    grade(made)
    return made


ROLE = {"grade": True, "locked": True, "points": 1}


def _id(name):
    return "test_" + "".join(char if char.isalnum() else "_" for char in name)


def result_of(course, student, name):
    """Return the way, the outcome and the points of a test cell."""
    cell = outcome(course, student, "hw")["notebooks"]["hw"][_id(name)]
    return cell["asked"], cell["outcome"], cell["auto_score"]


@pytest.mark.parametrize("name", [*HIDDEN, *MARKS])
def test_it_is_asked_by_value(course, name):
    """The reference passes in the examiner."""
    assert result_of(course, "right", name) == ("by value", "passed", 1)


@pytest.mark.parametrize("name", [*HIDDEN, *MARKS])
def test_the_untouched_release_earns_nothing(course, name):
    """Whatever the test uses, it asks something of the answer."""
    assert result_of(course, "untouched", name)[2] == 0


@pytest.mark.parametrize("name", MARKS)
def test_what_nbgrader_hides_is_hidden(course, name):
    """An object that equals everything wins no part that the release leaves out."""
    assert result_of(course, "forging", name)[2] == 0


@pytest.mark.parametrize("name", ["data that stays", "given data in place", "a list in place"])
def test_changing_an_argument_misleads_no_test(course, name):
    """An answer that changes an argument wins nothing, and the next student's tests don't see the change."""
    assert result_of(course, "changing", name) == ("by value", "failed", 0)
    assert result_of(course, "right", name)[2] == 1


def test_an_object_of_the_students_decides_nothing_that_values_decide(course):
    """If its own methods say that all is right, but the reference gives a value, a person looks."""
    cell = outcome(course, "forging", "hw")["notebooks"]["hw"][_id("a table's own verdict")]
    assert (cell["outcome"], cell["auto_score"]) == ("examiner error", None)


def test_what_a_given_cell_got_from_an_answer_is_the_students(course):
    """The reference's value would let a wrong answer pass that is right where the test itself asks."""
    name = "a value that a given cell got from an answer"
    assert result_of(course, "squaring", name) == ("by value", "failed", 0)


@pytest.mark.parametrize(
    ("given", "derived"),
    [
        ("w = f(3)\nv = w + 1", {"w", "v"}),
        ("for i in range(3):\n    w = f(i)", {"i", "w"}),
        ("w = [f(i) for i in range(3)]", {"w"}),
        ("w, v = map(f, [1, 2])\n%matplotlib inline", {"w", "v"}),
        ("w = 3\ndef g(x):\n    return f(x)\nf(w)", set()),
        ("f = f\nw = (", set()),
    ],
)
def test_names_that_given_cells_make_with_answers(given, derived):
    """Names that a statement binds count if it reads an answer's name, or one that was made with it."""
    assert derived_from({"f"}, [given]) == derived


@pytest.mark.parametrize(("derived", "is_final"), [({"w"}, False), (set(), True)])
def test_a_test_sees_its_value_before_a_given_cell_binds_it_anew(derived, is_final):
    """What was made with an answer has to be asked in its place if a later cell binds it again."""
    cells = [ExamCell("w = f(3)"), ExamCell("f", is_test=True), ExamCell("w = 6")]
    assert is_final_for_all(cells, derived) == is_final
