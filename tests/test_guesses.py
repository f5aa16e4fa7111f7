"""What students guess before pictures is read from their code, recorded, and counted in the report."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat
import pytest
from classes import lay_out_class
from conftest import NOTEBOOKS
from submissions import DOUBLE, RIGHT, ask, copy_of, guess, outcome, submit

from gradlab.authoring.choice_questions import ChoiceQuestion, questions_in
from gradlab.authoring.source import read_source
from gradlab.base.texts import LANGUAGES
from gradlab.course import Course
from gradlab.demo.sample_class import STUDENTS, write_guesses
from gradlab.gradebook.reading import read_classroom
from gradlab.grading import pipeline
from gradlab.report.guesses import guessed, marked
from gradlab.report.site import write_report
from gradlab.report.values import Bilingual
from gradlab.report.words import Words
from gradlab.submission.guesses import MAX_CELL_CHARS, OTHER, guesses_in

if TYPE_CHECKING:
    from pathlib import Path

N_QUESTIONS = 15
ASKED = ChoiceQuestion("x", {}, {letter: {} for letter in "abc"}, "b")
ELSEWHERE = ChoiceQuestion("elsewhere", {}, ASKED.choices, "a")


def cell(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source)


def text(source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_markdown_cell(source)


def test_each_guess_of_this_course_is_a_question():
    """ChoiceQuestion and choices are found in both languages, and both answers name the same choice."""
    n_found = 0
    for path in NOTEBOOKS:
        cells = read_source(path).cells
        questions = questions_in(cells)
        guesses = [each.id.removeprefix("guess_") for each in cells if each.id.startswith("guess_")]
        assert [question.name for question in questions] == guesses, path.stem
        assert len({question.texts["en"] for question in questions}) == len(questions)
        by_id = {each.id: each.source for each in cells}
        for question in questions:
            assert set(question.texts) == set(LANGUAGES)
            assert [*question.choices] == ["a", "b", "c"]
            for language in LANGUAGES:
                assert f"\n**{question.right}**. " in by_id[f"why_{question.name}-{language}"], question.name
        n_found += len(questions)
    assert n_found == N_QUESTIONS


@pytest.mark.parametrize(
    "cells",
    [
        [text("- **a** yes\n- **b** no"), cell('guess_x = ""')],
        [text("Yes or no?"), cell('guess_x = ""'), text("**a**. Yes.")],
        [text("- **a** yes\n- **b** no"), cell('guess_x = ""'), text("**c**. Neither.")],
        [text("- **a** yes\n- **b** no"), cell('guess_x = ""'), cell("1"), text("**a**. Yes.")],
        [text("### BEGIN LANG ko\n- **a** 예\n### END LANG ko"), cell('guess_x = ""'), text("**a**. Yes.")],
        [text("- **a** yes\n- **b** no"), cell('mine_x = ""'), text("**a**. Yes.")],
    ],
    ids=["no answer", "no choices", "unknown answer", "answer elsewhere", "one language", "no guess"],
)
def test_a_question_without_a_part_is_none(cells):
    """Nothing is counted for a question that lacks its choices, its guess or its answer."""
    assert questions_in(cells) == ()


@pytest.mark.parametrize(
    "code",
    ['guess_x = "b"', "guess_x='B'", 'guess_x = " \uff42 "', "y = 1\nguess_x = 'b'  # !"],
)
def test_a_literal_is_a_guess(code):
    """Quotes, spaces, capitals and wide letters don't matter."""
    assert guesses_in([cell(code)], [ASKED]) == {"x": "b"}


@pytest.mark.parametrize(
    "value",
    ["'d'", "'ab'", "'<script>'", f"'{'b' * 1_000}'", "3", "None", "b''", "['b']", "b", "'b'.lower()", "1/0"],
)
def test_any_other_value_is_none_of_the_choices(value):
    """Nothing is run to find out what a student means."""
    assert guesses_in([cell(f"guess_x = {value}")], [ASKED]) == {"x": OTHER}


@pytest.mark.parametrize(
    "code",
    [
        'guess_x = ""',
        'guess_x = " "',
        'guess_x == "b"',
        'guess_x: str = "b"',
        'def f():\n    guess_x = "b"',
        "\"guess_x = 'b'\"",
        '# guess_x = "b"',
        'guess_x = "b"\n)',
        'guess_x = "b\0"',
        f'guess_x = "{"b" * MAX_CELL_CHARS}"',
    ],
)
def test_what_is_no_guess_is_none(code):
    """Open questions, other code, and what Python can't read have no guess."""
    assert guesses_in([cell(code)], [ASKED]) == {}


@pytest.mark.parametrize("value", ["(" * 900 + ")" * 900, "-" * 1_900 + "1", "9" * 1_900, "'\\d'", "1is 1"])
def test_odd_code_does_no_harm(value):
    """Code that is nested deeply, huge, or warned about is read without an error or a warning."""
    assert guesses_in([cell(f"guess_x = {value}")], [ASKED]) in ({}, {"x": OTHER})


def test_the_last_guess_counts_and_only_what_is_asked():
    """A guess may be changed, anywhere in the code; texts and other names are left out."""
    cells = [text('guess_x = "c"'), cell('guess_x = "a"\nguess_y = "a"'), cell('guess_x = "b"')]
    assert guesses_in(cells, [ASKED, ELSEWHERE]) == {"x": "b"}
    assert guesses_in(cells, []) == {}


def test_grading_records_guesses_and_the_report_counts_them(released_course, tmp_path, executor):
    """Who guesses is counted, with the right choice marked, and no points depend on it."""
    folder = copy_of(released_course, tmp_path / "course")
    ask(folder)
    guesses = {"one": '"a"', "two": '"b"', "three": "7", "four": '""'}
    for student, value in guesses.items():
        path = submit(folder, student, DOUBLE if student == "two" else RIGHT) / "triple.ipynb"
        guess(path, f"guess_triple = {value}")
    (submit(folder, "torn") / "triple.ipynb").write_bytes(b"{")
    course = Course(folder)
    done = [*pipeline.autograde(course, "ps", pipeline.submitted(course, "ps"), executor)]
    assert not [each for each in done if each.error]
    found = {student: outcome(folder, student)["guesses"] for student in (*guesses, "torn")}
    assert found == {
        "one": {"triple": {"triple": "a"}},
        "two": {"triple": {"triple": "b"}},
        "three": {"triple": {"triple": OTHER}},
        "four": {"triple": {}},
        "torn": {},
    }
    classroom = read_classroom(course)
    (assignment,) = classroom.assignments
    points = {each.student.id: each.points for each in classroom.of(assignment)}
    assert points == {"one": 2, "two": 0, "three": 2, "four": 2, "torn": 0}
    (question,) = guessed(assignment, classroom.of(assignment))
    assert (question.n, question.n_asked) == (3, 4)
    assert [(each.letter, each.n, each.is_right) for each in question.choices] == [
        ("a", 1, False),
        ("b", 1, True),
        (OTHER, 1, False),
    ]
    assert question.text.texts["en"] == "How many times `x` is $3x$?"


@pytest.fixture(scope="module")
def report(tmp_path_factory) -> Path:
    """The report of a class of 20 that has guessed in one assignment."""
    course = Course(lay_out_class(tmp_path_factory.mktemp("class"), 20, ("ps4-linear-layer",)))
    return write_report(course, course.beside_gradebook / "report").parent


def page(report: Path, language: str) -> str:
    (path,) = (report / language).rglob("ps4-linear-layer.html")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "choice"), [("ko", "납작한 직선이 돼요"), ("en", "the line goes flat")])
def test_the_page_shows_guesses_before_the_misconceptions(report, language, choice):
    """Each question has its choices, formulas as formulas, and one right choice, in the reader's language."""
    shown, words = page(report, language), Words(language)
    section = shown[shown.index(f"<h2>{words('guesses')}</h2>") :]
    section, rest = section.split("</section>", 1)
    assert rest.lstrip().startswith(f"<section>\n<h2>{words('misconceptions')}")
    assert section.count('<article class="guesses">') == section.count('<li class="right">') == 4
    assert section.count(f"✓\N{NO-BREAK SPACE}{words('is_right')}") == 4
    assert choice in section
    assert words("guessed_other") in section
    assert "<math" in section
    assert "$" not in section
    assert "script" not in section


def test_the_table_of_guesses_adds_up(report):
    """The CSV file has each choice with its count; what a damaged file claims is not counted."""
    (path,) = report.rglob("*guesses*.csv")
    rows = [*csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines())]
    assert {row["choice"] for row in rows} == {"a", "b", "c", OTHER}
    for question in {row["question"] for row in rows}:
        own = [row for row in rows if row["question"] == question]
        assert sum(int(row["is_right"]) for row in own) == 1
        n = sum(int(row["n_with_it"]) for row in own)
        assert 0 < n <= 20
        assert all(float(row["share_with_it"]) == pytest.approx(int(row["n_with_it"]) / n) for row in own)


def test_nothing_is_shown_without_questions_or_guesses(report):
    """A course without questions, and one graded by an earlier version, have no such section."""
    classroom = read_classroom(Course(report.parent.parent))
    (assignment,) = classroom.assignments
    submissions = classroom.of(assignment)
    assert guessed(assignment, submissions)
    assert guessed(replace(assignment, questions=()), submissions) == []
    assert guessed(assignment, [replace(each, guesses={}) for each in submissions]) == []


def test_texts_of_questions_are_escaped():
    """Formulas, code and bold text are shown as such; anything else is plain text."""
    shown = marked(Bilingual({"en": "<b>`a < b`</b> $x$ **c** $\\bad{$"}), Words("en"))
    assert "&lt;b&gt;<code>a &lt; b</code>&lt;/b&gt; <math" in shown
    assert "<b>c</b>" in shown


def test_the_sample_class_guesses(tmp_path):
    """Most sample students guess, the able ones more often right."""
    (source,) = (path for path in NOTEBOOKS if path.stem == "matrix")
    questions = questions_in(read_source(source).cells)
    found = {}
    for student in STUDENTS:
        path = tmp_path / "matrix.ipynb"
        path.write_bytes(source.read_bytes())
        write_guesses(path, student)
        found[student] = guesses_in(nbformat.read(path, as_version=4).cells, questions)
    assert sum(map(len, found.values())) > 0.6 * len(STUDENTS) * len(questions)

    def rate(students) -> float:
        of = [
            guess == each.right
            for student in students
            for each in questions
            if (guess := found[student].get(each.name))
        ]
        return sum(of) / len(of)

    by_ability = sorted(STUDENTS, key=lambda student: student.ability)
    assert rate(by_ability[16:]) > rate(by_ability[:16])
