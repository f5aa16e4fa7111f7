"""Tests that nbgrader writes for a release, as in `### AUTOTEST f(2)`: those are asked by all commands."""

from __future__ import annotations

import pytest
from commands import gradlab
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import outcome

TEMPLATES = """
python3:
  check: 'assert {{snippet}} == "{{value}}", "{{message}}"'
  normalize: 'str({{snippet}})'
  dispatch: 'type({{snippet}}).__name__'
  hash: 'f"{len({{snippet}})}{{salt}}"'
  templates:
    default:
      - {test: '{{snippet}}', fail: 'wrong'}
"""
DOUBLE = "def double(x):\n    return 2 * x"
MARK = "c.InstantiateTests.autotest_delimiter = 'WRITE'"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose tests nbgrader writes; its mark for them is its own."""
    cells = [
        solution("double", DOUBLE),
        grading("visible", "### WRITE double(2)"),
        grading("hidden", "### HASHED WRITE double(3)", "### WRITE double(7); double('a')"),
    ]
    config = f"c = get_config()\nc.CourseDirectory.course_id = 'written'\n{MARK}\n"
    files = {"autotests.yml": TEMPLATES}
    made = lay_out(tmp_path_factory.mktemp("written"), cells, files, config)
    gradlab(made, "adopt", "--write")
    return made


def test_submissions_are_asked_what_nbgrader_has_written(course):
    """A right answer passes, and a wrong one fails: source and gradebook agree though their texts differ."""
    submit_answers(course, "right", {"double": "def double(x):\n    return x + x"})
    submit_answers(course, "wrong", {"double": "def double(x):\n    return x + 2"})
    submit_answers(course, "released", {})
    grade(course)
    found = {
        student: {
            name: cell["auto_score"]
            for name, cell in outcome(course, student, "hw")["notebooks"]["hw"].items()
        }
        for student in ("right", "wrong", "released")
    }
    assert found == {
        "right": {"visible": 1, "hidden": 1},
        "wrong": {"visible": 1, "hidden": 0},
        "released": {"visible": 0, "hidden": 0},
    }


def test_adopt_calibrates_what_nbgrader_writes(course):
    """Before nbgrader has written it, such a test is a comment, which everybody passes."""
    told = " ".join(gradlab(course, "adopt").split())
    assert "visible by value it has no hidden part" in told
    assert "the untouched release passes" not in told


@pytest.mark.slow
def test_the_audit_tries_what_nbgrader_writes(course, tmp_path, monkeypatch):
    """Mutants are killed by the tests that are released."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    told = " ".join(gradlab(course, "audit", "hw", succeeds=False).split())
    assert "mutants killed (100 %)" in told
