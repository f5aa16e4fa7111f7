"""The whole pipeline: from source to scores, by nbgrader's own commands."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import nbgrader
from conftest import COURSE, NOTEBOOKS
from nbgrader.api import Gradebook

from gradlab.authoring.source import SourceNotebook
from gradlab.demo.sample_class import write_answers
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def graded(tmp_path_factory) -> Path:
    """A course with three submissions of all notebooks: reference, untouched release, misconceptions."""
    course = tmp_path_factory.mktemp("course")
    shutil.copytree(COURSE / "source", course / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(COURSE / "nbgrader_config.py", course)
    nbgrader(course, "generate_assignment", "--assignment=*")
    for student in ("reference", "untouched", "misconceived"):
        shutil.copytree(course / "release", course / "submitted" / student)
    for path in NOTEBOOKS:
        source = SourceNotebook.read(path)
        answer_sheet = f"{path.parent.name}/{path.name}"
        write_answers(course / "submitted" / "reference" / answer_sheet, dict(source.solutions))
        typical = {
            misconception.exercise: misconception.code for misconception in reversed(source.misconceptions)
        }
        write_answers(course / "submitted" / "misconceived" / answer_sheet, typical)
    for assignment in sorted({path.parent.name for path in NOTEBOOKS}):
        nbgrader(course, "autograde", assignment)
    return course


def gradebook(course: Path) -> Gradebook:
    """Open the gradebook of a course."""
    return Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}")


def total(course: Path, student: str) -> float:
    """Return a student's points for all assignments."""
    with gradebook(course) as book:
        return float(book.find_student(student).score)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_reference_gets_98_points_and_2_wait_for_a_person(graded):
    """Everything graded automatically is right, and the written answer waits for a person."""
    assert total(graded, "reference") == 98
    with gradebook(graded) as book:
        assert book.find_student("reference").max_score == 100
        waiting = [
            grade.name
            for submission in book.student_submissions("reference")
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.needs_manual_grade
        ]
    assert waiting == ["explain_step_size"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_each_test_cell_of_this_course_is_asked_by_value(graded, path):
    """No verdict can be forged, as it could beside the answer, and none waits for a person."""
    notebook = nbformat.read(graded / "autograde" / "reference" / path.parent.name / path.name, as_version=4)
    asked = [cell.metadata["gradlab"]["asked"] for cell in notebook.cells if "gradlab" in cell.metadata]
    assert len(asked) >= len(SourceNotebook.read(path).tests)
    assert set(asked) == {Way.VALUE}


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_untouched_release_gets_nothing(graded):
    """A stub gets no points."""
    assert total(graded, "untouched") == 0


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_misconception_in_every_exercise_is_told_to_the_student(graded):
    """The messages in the graded notebooks name the misconceptions."""
    assert total(graded, "misconceived") < 50
    for path in NOTEBOOKS:
        shown = (graded / "autograde" / "misconceived" / path.parent.name / path.name).read_text(
            encoding="utf-8"
        )
        source = SourceNotebook.read(path)
        typical = {misconception.exercise: misconception for misconception in reversed(source.misconceptions)}
        assert all(
            misconception.sentences["ko"] in shown
            for misconception in typical.values()
            if '"' not in misconception.sentences["ko"]
        )


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_manual_points_complete_the_reference(graded):
    """With the two points given by hand the reference has 100 of 100."""
    with gradebook(graded) as book:
        grade = book.find_grade("explain_step_size", "numerical_diff", "ps2-numerical-diff", "reference")
        grade.manual_score = 2
        book.db.commit()
    assert total(graded, "reference") == 100
