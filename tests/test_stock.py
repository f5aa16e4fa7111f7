"""`nbgrader autograde` and formgrader's button leave what `gradlab autograde` leaves."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from gradebooks import book
from nbgrader.apps import NbGrader
from nbgrader.apps.api import NbGraderAPI
from submissions import DOUBLE, RIGHT, ask, copy_of, guess, outcome, submit, tables

from gradlab.examiner.desk import desk
from gradlab.gradebook.outcome_file import OutcomeFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow  # whole classes, through nbgrader's own commands

BROKEN = {
    "a login page": b"<html>Log in</html>",
    "half a file": b'{"cells": [',
    "CP949": '{"cells": "김"}'.encode("cp949"),
    "nothing in it": b"",
    "an older format": b'{"nbformat": 3, "worksheets": []}',
}
NAMES = {
    "other case": "TRIPLE.ipynb",
    "a browser's": "triple (1).ipynb",
    "a text": "triple.ipynb.txt",
    "deeper": "ps/triple.ipynb",
    "unknown": "homework.ipynb",
}
MODULE = "def thrice(x):\n    return 3 * x"
WITH_MODULE = "from own import thrice\n\n\ndef triple(x):\n    return thrice(x)"
TIMES = {"KST": "2026-03-02 21:00:00 KST", "torn": "2026-03-0", "no zone": "2026-03-02 21:00:00 XYZ"}


def lay_out_class(course: Path) -> list[str]:
    """Hand in all kinds of submissions; return the students' ids."""
    for student, content in BROKEN.items():
        (submit(course, student) / "triple.ipynb").write_bytes(content)
    for student, name in NAMES.items():
        folder = submit(course, student, RIGHT)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / "triple.ipynb").rename(folder / name)
    for student, time in TIMES.items():
        (submit(course, student, RIGHT) / "timestamp.txt").write_text(time)
    for student, place in {"a module": "", "a module, deeper": "ps/"}.items():
        folder = submit(course, student, WITH_MODULE)
        (folder / place).mkdir(exist_ok=True)
        (folder / "triple.ipynb").rename(folder / f"{place}triple.ipynb")
        (folder / f"{place}own.py").write_text(MODULE)
    submit(course, "two versions", DOUBLE)
    add_cell(course / "submitted" / "two versions" / "ps" / "triple.ipynb", RIGHT)
    copy = submit(course, "two files", DOUBLE) / "triple (1).ipynb"
    shutil.copy(submit(course, "another", RIGHT) / "triple.ipynb", copy)
    submit(course, "a character", f"\u200b{RIGHT}")
    submit(course, "wrong", DOUBLE)
    (course / "submitted" / "nothing" / "ps").mkdir(parents=True)
    return sorted(path.name for path in (course / "submitted").iterdir())


def add_cell(path: Path, text: str) -> None:
    """Write code into a new cell at the end of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(text))
    nbformat.write(notebook, path)


def recorded(course: Path, student: str) -> dict[str, Any]:
    """Return the content of an outcome file without its times."""
    return {key: value for key, value in outcome(course, student).items() if key != "graded"}


def test_both_commands_leave_the_same(released_course, tmp_path):
    """Scores, outcome files, messages and times are the same, whatever the submission is."""
    course = copy_of(released_course, tmp_path / "course")
    ask(course)
    students = lay_out_class(course)
    guess(course / "submitted" / "wrong" / "ps" / "triple.ipynb", 'guess_triple = "a"')
    printed = nbgrader(course, "autograde", "ps")
    assert "Traceback" not in printed
    before = tables(course), {student: recorded(course, student) for student in students}
    assert before[1]["wrong"]["guesses"] == {"triple": {"triple": "a"}}
    found = {student: each["notebooks"].get("triple", {}) for student, each in before[1].items()}
    outcomes = {student: cells.get("test_triple", {}).get("outcome") for student, cells in found.items()}
    assert {outcomes["a module"], outcomes["a module, deeper"]} == {"passed"}
    assert {outcomes["two versions"], outcomes["two files"]} == {"undecided"}
    assert f"0 of {len(students)} would be graded" in gradlab(course, "autograde", "ps", "--explain")
    told = gradlab(course, "autograde", "ps", "--force")
    assert (tables(course), {student: recorded(course, student) for student in students}) == before
    for line in told.splitlines():
        if line.startswith(("not gradeable: ", "note: ")):
            assert line.removeprefix("note: ") in printed


@pytest.fixture
def course(released_course, tmp_path, monkeypatch) -> Iterator[Path]:
    """A copy of the released course, which is the current folder."""
    course = copy_of(released_course, tmp_path / "course")
    monkeypatch.chdir(course)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(course / "none"))
    yield course
    desk().close()


def press(student: str) -> dict[str, Any]:
    """Grade as formgrader's button does; return what it shows."""
    app = NbGrader()
    app.initialize([])
    app.load_config_file()
    return NbGraderAPI(app.coursedir, parent=app).autograde("ps", student)


def test_the_button_records_a_broken_notebook(course):
    """A broken notebook is reported in one line, and replaces the earlier grades."""
    submit(course, "x", RIGHT)
    assert press("x")["success"]
    assert outcome(course, "x")["notebooks"]["triple"]["test_triple"]["outcome"] == "passed"
    (course / "submitted" / "x" / "ps" / "triple.ipynb").write_bytes(b"{")
    shown = press("x")
    assert shown["success"]
    assert "not gradeable: x: triple.ipynb is not a notebook" in shown["log"]
    assert outcome(course, "x")["problems"]
    assert not (course / "autograde" / "x" / "ps").exists()
    with book(course) as gradebook:
        assert gradebook.find_grade("test_triple", "triple", "ps", "x").needs_manual_grade


@pytest.mark.parametrize(("answer", "stays"), [(DOUBLE, True), (DOUBLE.replace("2", "4"), False)])
def test_confirmed_points_stay_as_with_the_command(course, answer, stays):
    """A person's points stay confirmed if question, answer and automatic result are the same."""
    submit(course, "x", DOUBLE)
    assert press("x")["success"]
    with book(course) as gradebook:
        grade = gradebook.find_grade("test_triple", "triple", "ps", "x")
        grade.manual_score, grade.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    submit(course, "x", answer)
    assert press("x")["success"]
    with book(course) as gradebook:
        grade = gradebook.find_grade("test_triple", "triple", "ps", "x")
        assert (grade.manual_score, not grade.needs_manual_grade) == (1.5, stays)


def test_nothing_is_graded_if_source_and_gradebook_differ(course):
    """A test that was corrected only in the source is not asked: the message says what to run."""
    submit(course, "x", RIGHT)
    source = course / "source" / "ps" / "triple.ipynb"
    source.write_text(source.read_text(encoding="utf-8").replace("case(2)", "case(7)"), encoding="utf-8")
    shown = press("x")
    assert not shown["success"]
    assert "Nothing is graded" in shown["log"]
    assert "generate_assignment ps --force" in shown["log"]
    assert not (course / "autograde").exists()


def test_an_interrupted_conversion_is_graded_again(course, monkeypatch):
    """If nbgrader's conversion fails, the outcome file is outdated, not that of the earlier submission."""
    submit(course, "x", RIGHT)
    assert press("x")["success"]
    monkeypatch.setattr("gradlab.grading.stock.results_in", lambda _: 1 / 0)
    assert not press("x")["success"]
    file = OutcomeFile(course / "gradebook" / "outcomes" / "ps" / "x.json")
    assert file.content() is None
    assert file.was_begun()


def test_a_test_that_was_not_run_asks_a_person(course):
    """`--no-execute` gives no points for tests that have no result."""
    submit(course, "x", DOUBLE)
    nbgrader(course, "autograde", "ps", "--no-execute")
    with book(course) as gradebook:
        grade = gradebook.find_grade("test_triple", "triple", "ps", "x")
        assert (grade.auto_score, grade.needs_manual_grade) == (None, True)


def test_one_of_several_notebooks_leaves_no_outcome_file(course):
    """With `--notebook`, the outcome file would be half true: the submission waits for a whole grading."""
    for folder in ("source/ps", "release/ps"):
        shutil.copy(course / folder / "triple.ipynb", course / folder / "again.ipynb")
    generate_assignment(course, "ps", "--force")
    submit(course, "x", RIGHT)
    nbgrader(course, "autograde", "ps", "--notebook=triple")
    path = course / "gradebook" / "outcomes" / "ps" / "x.json"
    assert not path.exists() or "digest" not in json.loads(path.read_text(encoding="utf-8"))
