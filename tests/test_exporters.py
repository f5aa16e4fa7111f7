"""`nbgrader export` with gradlab's exporters, for LMSs and spreadsheets."""

from __future__ import annotations

import csv
import shutil
import warnings
from datetime import datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from conftest import code, lay_out_small_course, nbgrader_metadata
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, submit, write_answer

from gradlab.exporters._table import points

if TYPE_CHECKING:
    from pathlib import Path

LONG_NAME = "Ng" * 2_000
PEOPLE = {
    "late": ("Kim", "Late", "late@example.org"),
    "right": ("김", "지우", "jiwoo@example.org"),
    "wrong": ('O"Neil, Jr.', "Zoë\nAnn", None),
    "pending": ("=cmd|' /C calc'!A0", "@SUM(1+9)*cmd", "+1@example.org"),
    "missing": ("\N{RIGHT-TO-LEFT OVERRIDE}=1+1\N{POP DIRECTIONAL FORMATTING}", "مريم", "m@example.org"),
    "extended": (LONG_NAME, "\t-2+3", ""),
    "half": (None, None, None),
    "new": ("", "", ""),
}


def written_notebook() -> nbformat.NotebookNode:
    """Return a notebook with a written answer and an exercise whose tests are not named after it."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "YOUR ANSWER HERE", metadata=nbgrader_metadata("why", grade=True, solution=True, points=3)
            ),
            code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "an_x", solution=True),
            code("min(1.5, x)", "is_one", grade=True, locked=True, points=1.5),
            code("assert x != 2", "is_not_two", grade=True, locked=True, points=0.5),
        ]
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Path:
    """A graded class with all kinds of students, and an assignment that nobody has submitted."""
    course = lay_out_small_course(tmp_path_factory.mktemp("exports"))
    nbformat.write(written_notebook(), course / "source" / "ps" / "written.ipynb")
    (course / "source" / "qs").mkdir()
    shutil.copy(course / "source" / "ps" / "triple.ipynb", course / "source" / "qs" / "one.ipynb")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    generate_assignment(course, "ps")
    generate_assignment(course, "qs")
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=datetime(2026, 3, 2, 12))  # noqa: DTZ001  # nbgrader's are in UTC
        for student, (last, first, email) in PEOPLE.items():
            gradebook.add_student(student, last_name=last, first_name=first, email=email, lms_user_id=None)
        gradebook.update_or_create_student("right", lms_user_id="4711")
    for student in ("right", "wrong", "late", "pending", "half"):
        folder = submit(course, student, DOUBLE if student == "wrong" else RIGHT)
        write_answer(folder / "written.ipynb", "why", "Because.")
        write_answer(folder / "written.ipynb", "an_x", "x = 1")
        (folder / "timestamp.txt").write_text("2026-03-02 11:00:00 UTC")
    (course / "submitted" / "late" / "ps" / "timestamp.txt").write_text("2026-03-02 13:00:00 UTC")
    write_answer(course / "submitted" / "right" / "ps" / "written.ipynb", "an_x", "x = 1.125")
    (course / "submitted" / "half" / "ps" / "written.ipynb").write_text("{")
    gradlab(course, "autograde", "ps")
    submit(course, "new", RIGHT)
    with book(course) as gradebook:
        for student in ("right", "wrong", "late"):
            grade = gradebook.find_grade("why", "written", "ps", student)
            grade.manual_score, grade.needs_manual_grade = 1, False
        gradebook.find_grade("why", "written", "ps", "right").extra_credit = 0.33
        with warnings.catch_warnings(action="ignore"):  # SQLAlchemy warns about nbgrader's code
            gradebook.add_submission("ps", "extended").extension = timedelta(days=2)
        gradebook.db.commit()
    return course


def book(course: Path) -> Gradebook:
    """Open the gradebook of a course."""
    return Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}")


@cache
def exported(course: Path, exporter: str, *arguments: str) -> list[list[str]]:
    """Export with the real command; return the rows of the file."""
    path = course / "scores.csv"
    nbgrader(course, "export", f"--exporter=gradlab.exporters.{exporter}", f"--to={path}", *arguments)
    content = path.read_bytes()
    assert content.startswith("\N{BYTE ORDER MARK}".encode())
    assert b"\r\n" in content
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1
    return rows


def records(rows: list[list[str]], by: str) -> dict[str, dict[str, str]]:
    """Return the rows as dicts, by the value in one of their columns."""
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    return {record[by]: record for record in found}


def test_long_form_has_a_row_for_each_exercise(course):
    """An exercise with several tests is one row; halves are rounded up."""
    rows = exported(course, "LongExporter")
    heading, *body = rows
    assert heading == [
        "assignment", "student_id", "last_name", "first_name", "email", "notebook", "exercise",
        "submitted", "timestamp", "score", "max_score", "needs_manual_grade",
    ]  # fmt: skip
    of = {student: [row[5:] for row in body if row[:2] == ["ps", student]] for student in PEOPLE}
    when = "2026-03-02T11:00:00Z"
    assert of["right"] == [
        ["triple", "triple", "TRUE", when, "2.00", "2.00", "FALSE"],
        ["written", "why", "TRUE", when, "1.33", "3.00", "FALSE"],
        ["written", "an_x", "TRUE", when, "1.63", "2.00", "FALSE"],
    ]
    assert of["pending"][1] == ["written", "why", "TRUE", when, "", "3.00", "TRUE"]
    for student in ("missing", "extended"):
        assert of[student] == [
            ["triple", "triple", "FALSE", "", "", "2.00", "FALSE"],
            ["written", "why", "FALSE", "", "", "3.00", "FALSE"],
            ["written", "an_x", "FALSE", "", "", "2.00", "FALSE"],
        ]
    assert of["new"][0] == ["triple", "triple", "TRUE", "", "", "2.00", "FALSE"]


def test_long_form_adds_up_with_what_lateness_costs(course):
    """A late submission has an extra row, which waits if the penalty is for other points than the score."""
    _, *body = exported(course, "LongExporter")
    late = [row for row in body if row[1] == "late" and row[0] == "ps"]
    assert late[-1][5:] == ["", "late penalty", "TRUE", "2026-03-02T13:00:00Z", "-3.50", "0.00", "TRUE"]
    with book(course) as gradebook:
        for student in ("right", "wrong", "late"):
            submission = gradebook.find_submission("ps", student)
            total = max(0.0, submission.score - submission.late_submission_penalty)
            mine = sum(float(row[9] or 0) for row in body if row[:2] == ["ps", student])
            assert mine == pytest.approx(total, abs=0.01)
    assert {row[7] for row in body if row[0] == "qs"} == {"FALSE"}


def test_wide_form_has_a_row_for_each_student(course):
    """A row has the exercises, the late penalty and the total, which is empty if it is not final."""
    rows = exported(course, "WideExporter")
    found = records(rows, "student_id")
    assert rows[0][4:] == [
        "qs/one/triple", "qs/late penalty", "qs/total", "qs/needs_manual_grade",
        "ps/triple/triple", "ps/written/why", "ps/written/an_x", "ps/late penalty", "ps/total",
        "ps/needs_manual_grade",
    ]  # fmt: skip
    columns = [name for name in rows[0] if name.startswith("ps/")]
    assert {student: [found[student][name] for name in columns] for student in PEOPLE} == {
        "right": ["2.00", "1.33", "1.63", "0.00", "4.96", "FALSE"],
        "wrong": ["0.00", "1.00", "1.50", "0.00", "2.50", "FALSE"],
        "late": ["2.00", "1.00", "1.50", "-3.50", "", "TRUE"],
        "pending": ["2.00", "", "1.50", "0.00", "", "TRUE"],
        "half": ["2.00", "", "", "0.00", "", "TRUE"],
        "new": ["", "", "", "0.00", "", "FALSE"],
        "missing": ["", "", "", "", "", "FALSE"],
        "extended": ["", "", "", "", "", "FALSE"],
    }


def test_canvas_gets_its_own_columns(course):
    """The first two rows are as in Canvas's own export; scores that are not final are empty."""
    heading, possible, *body = exported(course, "CanvasExporter")
    assert heading == ["Student", "ID", "SIS Login ID", "Section", "qs", "ps"]
    assert possible == ["    Points Possible", "", "", "", "2.00", "7.00"]
    assert {row[2]: row[5] for row in body} == {
        "right": "4.96", "wrong": "2.50", "late": "", "pending": "", "half": "", "missing": "",
        "extended": "", "new": "",
    }  # fmt: skip
    names = {row[2]: row[:2] for row in body}
    assert names["right"] == ["김, 지우", "4711"]
    assert names["half"] == ["half", ""]


def test_moodle_gets_its_own_columns(course):
    """The heading is as in Moodle's own export; scores that are not final have its sign for no grade."""
    heading, *body = exported(course, "MoodleExporter")
    assert heading == ["First name", "Last name", "ID number", "Email address", "qs", "ps"]
    assert {row[2]: row[5] for row in body} == {
        "right": "4.96", "wrong": "2.50", "late": "-", "pending": "-", "half": "-", "missing": "-",
        "extended": "-", "new": "-",
    }  # fmt: skip
    assert ["지우", "김", "right", "jiwoo@example.org", "-", "4.96"] in body


@pytest.mark.parametrize("exporter", ["LongExporter", "WideExporter", "CanvasExporter", "MoodleExporter"])
def test_names_do_no_harm(course, exporter):
    """No cell is a formula, reverses its neighbours or is very long; quotes and line breaks are kept."""
    rows = exported(course, exporter)
    cells = [cell for row in rows for cell in row]
    for cell in cells:
        is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
        assert is_number or cell == "-" or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
        assert len(cell) < 600
        assert not {"\N{RIGHT-TO-LEFT OVERRIDE}", "\N{POP DIRECTIONAL FORMATTING}"} & set(cell)
    everything = "|".join(cells)
    for shown in ("'=cmd|' /C calc'!A0", "'=1+1", 'O"Neil, Jr.', "Zoë\nAnn", "مريم"):
        assert shown in everything


@pytest.mark.slow
def test_students_and_assignments_can_be_chosen(course, tmp_path):
    """Only those chosen are exported, in the gradebook's order; an unknown one is an error."""
    path = tmp_path / "some.csv"
    command = ("export", "--exporter=gradlab.exporters.MoodleExporter", f"--to={path}")
    nbgrader(course, *command, "--student", "wrong", "--student", "late", "--assignment", "qs")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert [row[2:] for row in rows] == [
        ["ID number", "Email address", "qs"],
        ["late", "late@example.org", "-"],
        ["wrong", "", "-"],
    ]
    path.unlink()
    for option in ("--student", "--assignment"):
        printed = nbgrader(course, *command, option, "nobody", succeeds=False)
        assert f"The gradebook knows no {option[2:]} 'nobody'." in printed
        assert not path.exists()


def test_a_course_without_sources_takes_exercises_from_the_names_of_tests(course, tmp_path):
    """`test_triple` belongs to `triple`; a test with any other name is an exercise of its own."""
    source = course / "source"
    source.rename(tmp_path / "source")
    try:
        rows = exported(course, "LongExporter", "--assignment", "ps", "--student", "right")
    finally:
        (tmp_path / "source").rename(source)
    assert [row[5:7] for row in rows[1:]] == [
        ["triple", "triple"], ["written", "is_not_two"], ["written", "is_one"], ["written", "why"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("score", "shown"),
    [(0, "0.00"), (0.125, "0.13"), (2.675, "2.68"), (0.1 + 0.2, "0.30"), (1.005, "1.01"), (1e4, "10000.00"),
     (-0.001, "0.00"), (-2.5, "-2.50"), (sum([0.335] * 3), "1.01"), (None, "")],
)  # fmt: skip
def test_points_are_rounded_as_on_paper(score, shown):
    """Points have two decimals, and halves are rounded up in spite of binary fractions."""
    assert points(score) == shown
