"""A course may mark its hidden tests as it likes: everything that `ClearHiddenTests` removes is hidden."""

from __future__ import annotations

import pytest
from commands import nbgrader
from conftest import code
from foreign import grade, lay_out, solution, submit_answers
from submissions import outcome

from gradlab.authoring.hidden_marks import HiddenMarks, marks_in_use, split_test, use_marks

CONFIG = """
c.ClearHiddenTests.begin_test_delimeter = "SECRET FROM HERE"
c.ClearHiddenTests.end_test_delimeter = "SECRET UP TO HERE"
"""
TEST = "assert double(3) == 6\n# SECRET FROM HERE\nassert double(5) == 10\n# SECRET UP TO HERE"
FORGING = "def double(x):\n    return 6 if x == 3 else Forged()\nclass Forged:\n"
FORGING += "    def __eq__(self, other):\n        return True\n"
HEARING = "def double(x):\n    if x == 5:\n        raise ValueError('heard it')\n    return 6"


@pytest.fixture
def default_marks():
    """Give this process nbgrader's own marks back at the end."""
    before = marks_in_use()
    yield
    use_marks(before)


@pytest.mark.slow
def test_the_courses_marks_decide_what_is_hidden(tmp_path):
    """Both commands keep the text between the course's own marks out of the examinee."""
    answer = "def double(x):\n    return 2 * x"
    cells = [solution("double", answer), code(TEST, "test_double", grade=True, locked=True, points=1)]
    course = lay_out(tmp_path, cells, more_config=CONFIG)
    assert "SECRET" not in (course / "release" / "hw" / "hw.ipynb").read_text()
    for student, text in (("right", answer), ("forging", FORGING), ("hearing", HEARING)):
        submit_answers(course, student, {"double": text})
    grade(course)
    expected = {"right": ("by value", 1), "forging": ("by value", 0), "hearing": ("by value", 0)}
    assert {student: _verdict(course, student) for student in expected} == expected
    nbgrader(course, "autograde", "hw", "--student=forging", "--force")
    graded = (course / "autograde" / "forging" / "hw" / "hw.ipynb").read_text()
    assert '"outcome": "failed"' in graded


def _verdict(course, student):
    cell = outcome(course, student, "hw")["notebooks"]["hw"]["test_double"]
    return cell["asked"], cell["auto_score"]


@pytest.mark.usefixtures("default_marks")
def test_other_marks_mean_nothing_then():
    """With marks of a course's own, nbgrader's usual ones are comments."""
    text = "a\n# FROM\nb\n# UPTO\nc"
    assert split_test(text) == (text, "")
    use_marks(HiddenMarks("FROM", "UPTO"))
    assert split_test(text) == ("a\nc", "b")
    assert split_test(marks_in_use().around("x = 1")) == ("", "x = 1")
    usual = "### BEGIN HIDDEN TESTS\nx\n### END HIDDEN TESTS"
    assert split_test(usual) == (usual, "")
