"""Answers are found in what students hand in: on cells as parsed JSON, without grading."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from conftest import TRIPLE_TEST, nbgrader_metadata

from gradlab.authoring.source import SourceNotebook
from gradlab.submission.answers import find_answers, is_untouched
from gradlab.submission.official import OfficialCell
from gradlab.submission.parts import joined, kept_parts

STUB = "def triple(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
RIGHT = "def triple(x):\n    y = 3 * x\n    return y"
WORDS = "YOUR ANSWER HERE"


def official(grade_id, source, cell_type="code", **roles) -> OfficialCell:
    """Return a cell of the release."""
    plain = dict.fromkeys(("is_grade", "is_solution", "is_locked", "is_task"), False)
    return OfficialCell(grade_id, source, cell_type, **{**plain, **roles}, points=0.0, checksum="")


RELEASE = (
    official("setup", "import math", is_locked=True),
    official("triple", STUB, is_solution=True),
    official("test_triple", TRIPLE_TEST, is_grade=True, is_locked=True),
    official("why", WORDS, "markdown", is_solution=True, is_grade=True),
    official("how", WORDS, "markdown", is_solution=True, is_grade=True),
)


def cell(source, grade_id="", cell_type="code"):
    """Return a submitted cell."""
    metadata = nbgrader_metadata(grade_id) if grade_id else {}
    return {"cell_type": cell_type, "source": source, "metadata": metadata}


def words(source, grade_id=""):
    """Return a submitted cell of text."""
    return cell(source, grade_id, "markdown")


@pytest.fixture
def source(tmp_path) -> SourceNotebook:
    """The source notebook of the release; its text cells have no grade id."""
    cells = [
        nbformat.from_dict({**cell(text.source, text.grade_id, text.cell_type), "outputs": []})
        for text in RELEASE
    ]
    cells.insert(1, nbformat.from_dict(words("Three times")))
    cells.insert(4, nbformat.from_dict(words("Why?")))
    cells.insert(6, nbformat.from_dict(words("How?")))
    return SourceNotebook(tmp_path / "triple.ipynb", tuple(cells))


def find(cells, source):
    """Return the answers' texts, and what has been assumed."""
    found = find_answers(cells, RELEASE, source)
    return {name: each["source"] for name, each in found.cells.items()}, dict(found.assumed)


def released(**answers):
    """Return the cells of a submission without grade ids, with some answers."""
    return [
        cell("import math"),
        words("Three times"),
        cell(answers.get("triple", STUB)),
        cell("assert triple(1) == 3"),
        words("Why?"),
        words(answers.get("why", WORDS)),
        words("How?"),
        words(answers.get("how", WORDS)),
    ]


def test_all_metadata_may_be_gone(source):
    """Given cells are known by their text, code by the names it binds, words by their place."""
    found, _ = find(released(triple=RIGHT, how="So."), source)
    assert found["triple"] == RIGHT
    assert (found["why"], found["how"]) == (WORDS, "So.")
    assert found["test_triple"] == "assert triple(1) == 3"


def test_without_metadata_an_answer_that_is_not_there_is_said_to_be_lost(source):
    """Where nothing stands between two known neighbours, nothing is taken."""
    cells = [each for each in released(triple=RIGHT) if each["source"] != WORDS]
    found, assumed = find(cells, source)
    assert "why" not in found
    assert assumed["was not found"] == ["why", "how"]


def test_several_answers_between_two_neighbours_are_taken_in_order(source):
    """If the texts between them are gone, too, as many answers as are missing are taken in order."""
    cells = [each for each in released(why="So.", how="Thus.") if each["source"] not in {"Why?", "How?"}]
    found, _ = find(cells, source)
    assert (found["why"], found["how"]) == ("So.", "Thus.")


@pytest.mark.parametrize("is_known", [True, False])
def test_the_rest_of_a_split_cell_may_have_lost_its_metadata(source, is_known):
    """A cell that is no valid code by itself, but is with the answer above it, belongs to the answer."""
    head, rest = RIGHT.split("\n", 1)
    cells = [cell("import math", "setup"), cell(head, "triple" if is_known else ""), cell(rest)]
    assert find([*cells, cell("triple(2)"), cell("x = (")], source)[0]["triple"] == RIGHT


def test_a_stub_without_metadata_stands_in_no_answers_way(source):
    """Of cells in the place of one answer, those that are still as released do not count."""
    cells = released(triple=RIGHT, why="So.")
    cells.insert(5, words(WORDS))
    assert find(cells, source)[0]["why"] == "So."


def test_an_answer_pasted_into_a_copy_of_its_cell_is_joined_with_what_calls_it(source):
    """A copied cell that was changed into a trial does not replace the answer."""
    found, assumed = find([cell(RIGHT, "triple"), cell("triple(2)", "triple")], source)
    assert found["triple"] == f"{RIGHT}\ntriple(2)"
    assert assumed["was in several cells, joined in order"] == ["triple"]


def test_without_a_source_only_names_are_known():
    """A course without source has no places: words without grade id are lost, code is found by its name."""
    found, assumed = find(released(triple=RIGHT, why="So."), None)
    assert found["triple"] == RIGHT
    assert assumed["was not found"] == ["why", "how"]


def test_a_helper_stays_in_its_own_cell_before_the_answer(source):
    """Of new cells, only the one that binds the exercise's name is the answer."""
    cells = [cell("import math"), cell("def helper(x):\n    return x"), cell(RIGHT)]
    answers = find_answers(cells, RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert [each["source"] for each in answers.further["setup"]] == ["def helper(x):\n    return x"]


@pytest.mark.parametrize("grade_id", ["setup", "test_triple"])
def test_no_answer_becomes_a_test_or_a_given_cell(source, grade_id):
    """Only cells that the student writes take text: of the others, what was handed in is not looked at."""
    answers = find_answers([cell(RIGHT, grade_id)], RELEASE, source)
    assert "triple" in answers.lost or answers.cells["triple"]["source"] == RIGHT
    assert set(answers.cells) <= {grade_id, "triple"}


def test_what_is_untouched(source):
    """A notebook is untouched if all answers are as released, with or without metadata."""
    whole = [cell(each.source, each.grade_id, each.cell_type) for each in RELEASE]
    assert is_untouched(whole, RELEASE, source)
    assert not is_untouched([*whole, cell(RIGHT, "triple")], RELEASE, source)


PARTS = {
    "a function and its rest": (
        ["def f(x):\n    y = x", "    return y"],
        "def f(x):\n    y = x\n    return y",
    ),
    "cut behind the indentation": (
        ["def f(x):\n    y = x\n    ", "return y"],
        "def f(x):\n    y = x\n    return y",
    ),
    "two that are whole": (["a = 1", "b = 2"], "a = 1\nb = 2"),
    "one that is torn": (["def f(x:", "def f(x):\n    return x"], "def f(x):\n    return x"),
    "both torn": (["def f(x:", "return )"], "def f(x:\nreturn )"),
    "with commands": (["%matplotlib inline\na = 1", "!ls\nb = 2"], "%matplotlib inline\na = 1\n!ls\nb = 2"),
}


@pytest.mark.parametrize(("parts", "text"), PARTS.values(), ids=PARTS)
def test_parts_are_joined(parts, text):
    """Parts are joined in order, so that they are valid code; a torn copy does nothing."""
    assert joined(parts) == text


def test_of_complete_copies_the_last_counts():
    """A part that binds the exercise's names replaces those before it; other parts stay."""
    names = frozenset({"f"})
    assert kept_parts(["helper = 1", "f = 1", "f = 2", "g = 3"], names) == ["helper = 1", "f = 2", "g = 3"]


def test_a_release_of_the_same_text_twice_is_not_known_by_text(source):
    """A stub that two cells share says nothing about which of them it was."""
    again = replace(RELEASE[1], grade_id="other")
    answers = find_answers(released(), (*RELEASE, again), source)
    assert "other" in answers.lost
