"""`make demo` for one assignment: the class goes through all steps, up to the report."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from commands import environment
from conftest import COURSE
from nbgrader.api import Gradebook

from gradlab.demo.sample_class import STUDENTS

if TYPE_CHECKING:
    from pathlib import Path

ASSIGNMENT = "ps2-numerical-diff"


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> tuple[Path, str]:
    """The folder of a demonstration, and what it printed."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    done = subprocess.run(
        [sys.executable, "-m", "gradlab.demo", "--folder", folder, ASSIGNMENT],
        cwd=COURSE,
        check=False,
        capture_output=True,
        text=True,
        env={**environment(folder), "COLUMNS": "200"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "course", done.stdout


@pytest.mark.slow
def test_the_demonstration_ends_with_the_report(demo):
    """The report's path is printed, and the file exists."""
    course, printed = demo
    index = course / "gradebook" / "report" / "index.html"
    assert str(index) in printed
    assert index.is_file()


@pytest.mark.slow
def test_all_who_submit_are_graded(demo):
    """Most students have points, and some written answers wait for a person."""
    course, printed = demo
    submitting = {student.id for student in STUDENTS if student.submits(ASSIGNMENT)}
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        assert len(gradebook.students) == len(STUDENTS)
        submissions = gradebook.assignment_submissions(ASSIGNMENT)
        assert {submission.student_id for submission in submissions} == submitting
        assert {submission.needs_manual_grade for submission in submissions} == {True, False}
        assert sum(submission.score > 10 for submission in submissions) > len(STUDENTS) / 2
    assert all(f"{student.id[-2:]} {student.last_name[:12]}" in printed for student in STUDENTS)


@pytest.mark.slow
def test_outcomes_have_something_to_show(demo):
    """There are misconceptions, unknown wrong answers, missing answers, and changes by resubmission."""
    course, _ = demo
    kept = [
        json.loads(path.read_text(encoding="utf-8"))
        for path in (course / "gradebook" / "outcomes" / ASSIGNMENT).glob("*.json")
    ]
    cells = [cell for outcome in kept for cell in outcome["notebooks"].get("numerical_diff", {}).values()]
    assert {"passed", "failed", "not attempted"} <= {cell["outcome"] for cell in cells}
    assert any(cell["misconception"] for cell in cells)
    assert any(cell["returned"] for cell in cells)
    assert {outcome["before"]["why"] for outcome in kept if outcome["before"]} == {"the submission changed"}


@pytest.mark.slow
def test_scores_are_exported(demo):
    """The exported file has a row for each student."""
    course, _ = demo
    with (course / "gradebook" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["student_id"] for row in rows} == {student.id for student in STUDENTS}
