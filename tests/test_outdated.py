"""The next grading corrects what a later change has made wrong, which is never exported as final."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from gradebooks import book
from nbgrader.apps import NbGrader
from submissions import DOUBLE, RIGHT, copy_of, submit

from gradlab.course import Course
from gradlab.exporters import CanvasExporter, LongExporter, MoodleExporter, WideExporter
from gradlab.gradebook.reading import read_classroom
from gradlab.grading import pipeline
from gradlab.report.attention import Reminder, needs

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from gradlab.exporters._table import TableExporter

DUE = dt.datetime(2026, 3, 2, 12)  # noqa: DTZ001  # the gradebook's times are in UTC
EARLY, LATE = "2026-03-02 11:00:00 UTC", "2026-03-02 13:00:00 UTC"
LATE_IS_ZERO = "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"


@pytest.fixture(scope="module")
def graded_course(released_course, tmp_path_factory, executor) -> Path:
    """A course with graded submissions, one of them late; late work earns nothing."""
    course = copy_of(released_course, tmp_path_factory.mktemp("outdated") / "course")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(LATE_IS_ZERO)
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=DUE)
    for student, answer, time in (("early", RIGHT, EARLY), ("late", RIGHT, LATE), ("wrong", DOUBLE, EARLY)):
        (submit(course, student, answer) / "timestamp.txt").write_text(time)
    grade(course, executor)
    return course


@pytest.fixture
def course(graded_course, tmp_path, monkeypatch) -> Path:
    """A copy of the graded course, which is the current folder."""
    course = copy_of(graded_course, tmp_path / "course")
    monkeypatch.chdir(course)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(course / "none"))
    return course


def grade(course: Path, executor: ThreadPoolExecutor) -> set[str]:
    """Grade all submissions; return the students who were examined."""
    here = Course(course)
    done = list(pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor))
    assert [progress.error for progress in done if progress.error] == []
    return {progress.student for progress in done if not progress.was_known}


def give(course: Path, student: str, points: float) -> None:
    """Give points by hand, and confirm them."""
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", student)
        found.manual_score, found.needs_manual_grade = points, False
        gradebook.db.commit()


def exported(exporter: TableExporter, course: Path) -> list[dict[str, str]]:
    """Return the rows that an exporter writes."""
    path = course / "exported.csv"
    exporter.to = str(path)
    exporter.export(None)
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def totals(course: Path) -> dict[str, str]:
    """Return each student's total as exported, "" if it is not final; all exporters agree."""
    app = NbGrader()
    app.initialize([])
    app.load_config_file()
    found = []
    for exporter, student, total in (
        (CanvasExporter, "SIS Login ID", "ps"),
        (MoodleExporter, "ID number", "ps"),
        (WideExporter, "student_id", "ps/total"),
    ):
        rows = [row for row in exported(exporter(parent=app), course) if row[student]]
        found.append({row[student]: row[total].replace("-", "") for row in rows})
    assert found[0] == found[1] == found[2]
    return found[0]


def listed(course: Path, student: str) -> list[str]:
    """Return what the attention list says about a student."""
    return [need.detail for need in needs(read_classroom(Course(course))) if need.student.id == student]


def test_nothing_is_outdated_after_grading(course, executor):
    """Work that was just graded is final: late work earns nothing, all other work its points."""
    assert totals(course) == {"early": "2.00", "late": "0.00", "wrong": "0.00"}
    assert [listed(course, student) for student in ("early", "late", "wrong")] == [[], [], []]
    assert grade(course, executor) == set()
    assert totals(course) == {"early": "2.00", "late": "0.00", "wrong": "0.00"}


def test_points_above_a_lowered_maximum(course):
    """Points above the maximum, by hand or not, are not a final score, and the list names the cell."""
    give(course, "wrong", 1.5)
    with book(course) as gradebook:
        gradebook.find_grade_cell("test_triple", "triple", "ps").max_score = 1
        gradebook.db.commit()
    assert totals(course) == {"early": "", "late": "", "wrong": ""}
    assert "test_triple has more points, given by hand, than its maximum of 1" in str(listed(course, "wrong"))
    assert "test_triple has more points, given automatically" in str(listed(course, "early"))


def test_points_by_hand_and_a_lost_notebook(course, executor):
    """Points that a person gave for a notebook that is missing now wait for a person."""
    give(course, "wrong", 1.5)
    (course / "submitted" / "wrong" / "ps" / "triple.ipynb").unlink()
    assert grade(course, executor) == {"wrong"}
    assert totals(course)["wrong"] == ""
    assert any(
        need.why == Reminder.WRITTEN and need.student.id == "wrong"
        for need in needs(read_classroom(Course(course)))
    )


def test_a_penalty_of_all_points_and_points_by_hand(course, executor):
    """If a late submission gets other points later, it has no total until the penalty is computed again."""
    give(course, "late", 1.5)
    assert totals(course)["late"] == ""
    assert listed(course, "late") == ["the late penalty is outdated: run 'gradlab autograde ps'"]
    assert grade(course, executor) == set()
    assert totals(course)["late"] == "0.00"
    assert listed(course, "late") == []


def test_an_outdated_penalty_is_marked_in_the_long_form(course):
    """The row of the late penalty says that it waits."""
    give(course, "late", 1.5)
    app = NbGrader()
    app.initialize([])
    app.load_config_file()
    table = exported(LongExporter(parent=app), course)
    rows = {(row["student_id"], row["exercise"]): row for row in table}
    assert rows["late", "late penalty"]["needs_manual_grade"] == "TRUE"


@pytest.mark.parametrize(
    ("hours", "after"),
    [(2, {"early": "2.00", "late": "2.00"}), (-2, {"early": "0.00", "late": "0.00"})],
)
def test_another_due_date_is_computed_without_an_exam(course, executor, hours, after):
    """A due date that was moved changes penalties; until then, no total that depends on it is final."""
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=DUE + dt.timedelta(hours=hours))
    concerned = {"late"} if hours > 0 else {"early", "late", "wrong"}
    assert {student for student, total in totals(course).items() if not total} == concerned
    assert grade(course, executor) == set()
    assert {**totals(course)} == {**after, "wrong": "0.00"}


def test_an_extension_after_grading_is_computed_without_an_exam(course, executor):
    """An extension given later removes the penalty, and withdrawing it brings the penalty back."""
    for hours, total in ((2, "2.00"), (0, "0.00")):
        with book(course) as gradebook:
            gradebook.grant_extension("ps", "late", hours=hours)
        assert totals(course)["late"] == ""
        assert grade(course, executor) == set()
        assert totals(course)["late"] == total


def test_feedback_of_an_earlier_result_is_listed(course, executor):
    """A page made before a regrade that changed points is stale; one that is made again is not."""
    page = course / "feedback" / "wrong" / "ps" / "triple.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!DOCTYPE html>")
    os.utime(page, (1, 1))
    assert listed(course, "wrong") == []
    (course / "submitted" / "wrong" / "ps" / "notes.txt").write_text("no change in points")
    assert grade(course, executor) == {"wrong"}
    assert listed(course, "wrong") == []
    submit(course, "wrong", RIGHT)
    assert grade(course, executor) == {"wrong"}
    assert "the feedback shows an earlier result" in str(listed(course, "wrong"))
    page.write_text("<!DOCTYPE html><p>again")
    os.utime(page)
    assert listed(course, "wrong") == []


def test_an_outcome_file_of_an_earlier_version_is_read(course):
    """A file without the reason for the penalty does not make the total wait."""
    path = course / "gradebook" / "outcomes" / "ps" / "late.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["late"], content["changed"]
    path.write_text(json.dumps(content), encoding="utf-8")
    shutil.rmtree(course / "feedback", ignore_errors=True)
    assert totals(course)["late"] == "0.00"
