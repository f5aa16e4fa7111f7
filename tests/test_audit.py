"""The audit says what is wrong with a course, and reports nothing if all is right."""

from __future__ import annotations

import re

import nbformat
import pytest
from commands import gradlab, nbgrader
from conftest import COURSE, NOTEBOOKS, code

from gradlab.audit.exercises import exercises_of

HIDDEN = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
HIDDEN_LINE = "check('triple', [case(2), case(-1.5)], oracle=lambda x: x + x + x)"
RIGHT = """# %% right: a sum
def triple(x):
    return x + x + x


# %% right: a product
def triple(x):
    return x * 3


# %% right: twice and once
def triple(x):
    return 2 * x + x
"""


@pytest.fixture(autouse=True)
def no_memory(tmp_path, monkeypatch):
    """Start with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def write_book(course, text):
    """Write the answer book of the small course's exercise."""
    book = course / "tests" / "answers" / "ps" / "triple" / "triple.py"
    book.parent.mkdir(parents=True)
    book.write_text(text)


def add_cells(course, *cells):
    """Put cells after those of the small course."""
    path = course / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += cells
    nbformat.write(notebook, path)


def test_cell(name, source):
    """Return a test cell worth one point, all of it hidden."""
    return code(HIDDEN.format(source), f"test_triple__{name}", grade=True, locked=True, points=1)


test_cell.__test__ = False  # it makes cells


def words(text):
    """Return a text in one line, without a terminal's line breaks."""
    return " ".join(text.split())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_test_cell_belongs_to_the_exercise_that_it_names(path):
    """The rule for any course finds what the names of this course's test cells say."""
    for exercise in exercises_of(path, "ko"):
        assert exercise.tests
        for test in exercise.tests:
            assert test.removeprefix("test_").split("__")[0] == exercise.name


@pytest.mark.slow
def test_a_course_that_is_ready_is_said_to_be(small_course):
    """All mutants killed, all known answers judged rightly; a second audit knows it all."""
    write_book(small_course, RIGHT)
    printed = words(gradlab(small_course, "audit"))
    assert "ready to be released: 26 answers, 6/6 mutants killed (100 %)" in printed
    assert "not so" not in printed
    page = small_course / "audit.html"
    printed = words(gradlab(small_course, "audit", "ps", "--html", str(page)))
    assert "26 answers were known" in printed
    text = page.read_text(encoding="utf-8")
    assert "ready to be released" in text
    assert not re.search(r"<(script|link|img)|https?:", text)


@pytest.mark.slow
def test_what_is_wrong_with_a_notebook_is_told_with_its_cell(small_course):
    """A test that depends on hashes or on chance, and a line of a hidden test in the release."""
    add_cells(
        small_course,
        test_cell("hash", "assert list({'even', 'odd'})[0] == 'odd'"),
        test_cell("chance", "import random\nassert random.random() < 0.6"),
        test_cell("own_seed", "import random\nassert random.Random(7).random() < 0.6"),
    )
    (small_course / "source" / "ps" / "notes.txt").write_text(f"{HIDDEN_LINE}\n")
    printed = words(gradlab(small_course, "audit", succeeds=False))
    assert f"ps/triple: notes.txt: is in the release (ko) {HIDDEN_LINE}" in printed
    for name in ("hash", "chance"):
        runs = re.search(rf"ps/triple: test_triple__{name}: the reference: ((\w+, )+\w+)", printed)
        assert runs, name
        assert set(runs[1].split(", ")) in ({"passed", "failed"}, {"passed", "raised"})
    assert "test_triple__own_seed: the reference" not in printed


@pytest.mark.slow
def test_the_course_that_nbgrader_ships_can_be_audited(tmp_path):
    """Its tests are visible, as `docs/audit.md` says; everything else in it is found, too."""
    nbgrader(tmp_path, "quickstart", "course101")
    printed = gradlab(tmp_path / "course101", "audit", succeeds=False)
    found = words(printed)
    for finding in (
        "ps1/problem1: correct_squares: has no hidden part",
        "ps1/problem1: sum_of_squares_uses_squares: has no hidden part",
    ):
        assert finding in found
    assert "part-a, part-b" in found


def test_an_assignment_that_is_not_there_is_told(small_course):
    """The name is the author's slip: the audit says so and does not crash."""
    assert "There is no source notebook of 'none'" in gradlab(small_course, "audit", "none", succeeds=False)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_this_course_is_ready_to_be_released(monkeypatch):
    """All answers of the books, all misconceptions and all mutants are judged as they should be.

    What an earlier run has found out about the same content is not found out again.
    """
    monkeypatch.undo()
    printed = words(gradlab(COURSE, "audit"))
    assert "ready to be released" in printed
