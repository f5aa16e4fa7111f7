"""Source notebooks, read as exercises."""

from __future__ import annotations

import pytest

from gradlab.authoring.answer_books import read_answers
from gradlab.authoring.folders import find_course
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import Misconception, select_lines
from gradlab.base.errors import CourseError


def test_a_notebook_is_read_as_exercises(triple):
    """Solutions, tests and misconceptions are found by their cells' roles."""
    assert list(triple.solutions) == ["triple"]
    assert list(triple.tests) == ["test_triple"]
    assert [misconception.name for misconception in triple.misconceptions] == ["doubled"]


def test_pictures_define_nothing(triple):
    """The reference is run without the pictures."""
    assert [name for name, _ in triple.definitions()] == ["setup", "triple"]
    assert triple.reference["triple"](2) == 6


def test_another_answer_leaves_the_reference_alone(triple):
    """A namespace with another answer is a copy."""
    names = triple.namespace_with("def triple(x):\n    return 0", "zero")
    assert names["triple"](2) == 0
    assert triple.reference["triple"](2) == 6


def test_a_misconception_without_header_is_refused():
    """The error says what the header has to be."""
    with pytest.raises(CourseError, match="three comment lines"):
        Misconception.parse("def triple(x):\n    return 2 * x")


def test_a_test_cell_has_two_parts(triple):
    """The visible part is what students get, the hidden part the rest."""
    visible, hidden = split_test(triple.tests["test_triple"])
    assert visible == "assert triple(1) == 3"
    assert hidden.startswith("from gradlab.checks")
    assert "HIDDEN" not in visible + hidden


def test_one_language_is_selected():
    """Lines outside regions stay, and marks are removed."""
    text = "a\n### BEGIN LANG ko\n가\n### END LANG ko\n    ### BEGIN LANG en\nb\n    ### END LANG en\nc"
    assert select_lines(text, "ko") == "a\n가\nc"
    assert select_lines(text, "en") == "a\nb\nc"


@pytest.mark.parametrize(
    "text",
    [
        "### BEGIN LANG ko\n가",
        "### END LANG ko",
        "### BEGIN LANG ko\n### BEGIN LANG en\n### END LANG en\n### END LANG ko",
        "### BEGIN LANG ko\n### END LANG en",
        "### BEGIN LANG fr\n### END LANG fr",
    ],
)
def test_regions_that_do_not_match_are_refused(text):
    """An unclosed, nested, crossed or unknown region is an error, not a silent loss."""
    with pytest.raises(CourseError):
        select_lines(text, "ko")


def test_a_course_is_found_from_any_folder_in_it(small_course):
    """The configuration and source/ mark its root."""
    assert find_course(small_course / "source" / "ps") == small_course


def test_an_answer_book_is_read_in_order(tmp_path):
    """Each header starts an answer."""
    book = tmp_path / "triple.py"
    book.write_text("# %% right: plain\na = 1\n\n# %% wrong: odd\nb = 2\n")
    first, second = read_answers(book)
    assert (first.exercise, first.title, first.code, first.is_right) == ("triple", "plain", "a = 1", True)
    assert (second.code, second.is_right) == ("b = 2", False)


def test_text_before_the_first_header_is_refused(tmp_path):
    """Nothing in an answer book is lost silently."""
    book = tmp_path / "triple.py"
    book.write_text("a = 1\n# %% right: plain\na = 1\n")
    with pytest.raises(CourseError, match="has to start"):
        read_answers(book)
