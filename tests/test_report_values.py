"""The parts of the report's pages and tables: names, numbers, colours, words and files."""

from __future__ import annotations

import csv
import io
import re

import pytest

from gradlab.base.outcome import Outcome
from gradlab.gradebook.classroom import Status, Student
from gradlab.gradebook.outcome_file import Cause
from gradlab.report.attention import Reminder
from gradlab.report.item_analysis import Reason
from gradlab.report.places import file_names
from gradlab.report.tables import Column, Table, guarded
from gradlab.report.values import Heat, Message, Person, isolated, number
from gradlab.report.words import Words


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\N{FULLWIDTH EQUALS SIGN}1+1"]
)
def test_formulas_are_guarded(text):
    """Text that a spreadsheet would run gets an apostrophe in front."""
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\r=1+1", "\x1b[31m=1+1", "\u202e=1+1", "\x00=1+1"])
def test_no_control_character_reaches_a_table(text):
    """A terminal that shows the file obeys nothing in it, and none of them hides a formula."""
    assert guarded(text) in {"'=1+1", "[31m=1+1"}


@pytest.mark.parametrize("value", [-1.5, 0, "-1.5", "-3", "a=b", ""])
def test_numbers_and_plain_texts_are_not_guarded(value):
    """Negative numbers and plain texts stay as they are."""
    assert guarded(value) == value


def test_csv_is_quoted():
    """Commas, quotes and line breaks survive in a CSV file."""
    text = 'one, "two"\nthree'
    table = Table("t", [Column("a"), Column("b")], [[text, Message(text)]])
    assert list(csv.reader(io.StringIO(table.csv_text(), newline=""))) == [["a", "b"], [text, text]]


def test_a_name_turns_nothing_beside_it():
    """A name with marks of right-to-left writing is isolated from the id after it."""
    html = Person("s1", "\u202eetiurw שם", "s1.html").html(Words("en"))
    assert "<bdi>etiurw שם</bdi>" in html
    assert "<bdi>s1</bdi>" in html


def test_long_texts_may_be_broken():
    """A text longer than a usual name may be broken anywhere."""
    assert 'class="long"' in isolated("가" * 200)
    assert 'class="long"' not in isolated("numerical_diff")


def test_every_word_is_known_in_both_languages():
    """Outcomes, statuses, needs, reasons and causes have a word in Korean and in English."""
    for name in (*Outcome, *Status, *Reminder, *Reason, *Cause):
        korean = Words("ko").term(name)
        assert re.search("[가-힣]", korean), name
        assert re.fullmatch(r"[a-z ]+", Words("en").term(name)), name


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.0, "2"),
        (1.25, "1.25"),
        (-0.001, "0"),
        (None, "\N{EN DASH}"),
        (-1.5, "\N{MINUS SIGN}1.5"),
        (100.0, "100"),
    ],
)
def test_points_are_written_as_people_do(value, text):
    """Points have at most two decimals, without trailing zeros."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "maximum", "step"),
    [
        (0, 3, "zero"),
        (0.01, 3, "low"),
        (1, 3, "low"),
        (0.1, 0.3, "low"),
        (1.5, 3, "middle"),
        (2, 3, "middle"),
        (2.01, 3, "high"),
        (3, 3, "full"),
        (3.5, 3, "full"),
        (0, 0, "full"),
        (-0.1, 3, "zero"),
    ],
)
def test_colours_are_those_of_the_legend(value, maximum, step):
    """A third and two thirds belong to the step below them, as the legend says."""
    assert Heat(value, maximum).step == step


def test_file_names_suit_every_file_system():
    """Plain names stay; other names, and names that differ only by case, are replaced."""
    names = file_names(["ps1", "Kim", "kim", "../up", "가" * 120, ".hidden", "a b"])
    assert names["ps1"] == "ps1"
    assert len({name.casefold() for name in names.values()}) == len(names)
    assert all(re.fullmatch(r"\w[\w.-]*", name, re.ASCII) for name in names.values())


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("순신", "이", "이순신"),
        ("陽翔", "田中", "田中陽翔"),
        ("Ada", "Kowalska", "Ada Kowalska"),
        ("민", "", "민"),
    ],
)
def test_names_are_written_as_their_bearers_do(first, last, name):
    """The family name comes first if it does in the name's language."""
    assert Student("s1", first, last).name == name
