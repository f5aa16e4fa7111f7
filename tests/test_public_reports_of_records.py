"""Rules that the public asked for: one small case for each, named after the rule."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from conftest import ASSIGNMENTS, code, lay_out_small_course, nbgrader_metadata
from conftest import COURSE as ROOT
from gradebooks import book, change, database, everything, grade, points
from submissions import DOUBLE, RIGHT, copy_of, submit

from gradlab.base.errors import CourseError
from gradlab.course import Course
from gradlab.grading import pipeline
from gradlab.grading.judged import judged_in
from gradlab.submission.official import OfficialCell

if TYPE_CHECKING:
    from pathlib import Path


# --- One truth: files, gradebook, release and report say the same ---


@pytest.fixture
def course(graded_course, tmp_path) -> Path:
    """A copy of the graded course."""
    return copy_of(graded_course, tmp_path / "course")


@pytest.mark.slow
def test_known_means_recorded_after_a_lost_gradebook(course, executor):
    """If the gradebook was lost and made again, everybody is graded again."""
    database(course).unlink()
    generate_assignment(course, "ps", "--force")
    assert grade(course, executor) == {"right", "wrong"}
    assert points(course) == {"right": 2, "wrong": 0}
    assert grade(course, executor) == set()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE grade SET auto_score = NULL WHERE auto_score = 2",
        "UPDATE grade SET auto_score = 1 WHERE auto_score = 2",
        "DELETE FROM grade WHERE auto_score = 2",
        "DELETE FROM submitted_assignment WHERE student_id = 'right'",
    ],
)
def test_known_means_recorded_with_the_same_points(course, executor, sql):
    """A submission whose row is missing, or has other points than its outcome file, is graded again."""
    if "DELETE FROM submitted" in sql:
        with book(course) as gradebook:
            gradebook.remove_submission("ps", "right")
    else:
        change(course, sql)
    assert grade(course, executor) == {"right"}
    assert points(course) == {"right": 2, "wrong": 0}


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_points_by_a_person_are_no_reason_to_grade_again(course, executor):
    """Manual points, extra credit, late penalties and comments leave a submission as recorded."""
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "wrong")
        found.manual_score, found.extra_credit, found.needs_manual_grade = 1.5, 0.25, False
        gradebook.find_comment("triple", "triple", "ps", "wrong").manual_comment = "Nearly."
        gradebook.add_student("silent")
        gradebook.add_submission("ps", "silent")
        gradebook.db.commit()
    assert grade(course, executor) == set()
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "wrong")
        assert (found.score, found.needs_manual_grade) == (1.75, False)


def test_an_unknown_student_stops_nobody_else_and_is_told_how_to_be_added(course, executor):
    """If the course adds no students itself, the error names the student and the command."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Autograde.create_student = False\n")
    submit(course, "new", RIGHT)
    here = Course(course)
    found = pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor)
    errors = {progress.student: progress.error for progress in found}
    assert errors["new"].startswith(
        "No student with ID 'new' exists in the database. Run 'nbgrader db student"
    )
    assert errors["right"] == errors["wrong"] == ""


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (("source", "case(2)", "case(7)"), r"differ in 'test_triple'\. To release .*generate_assignment ps"),
        (("source", '"points": 2', '"points": 3'), r"differ in 'test_triple'"),
        (("source", '"    ### BEGIN S', '"    x = x\\n",\n"    ### BEGIN S'), r"differ in 'triple'"),
        (("source", "LANGUAGE = ", "TONGUE = "), r"differ in 'setup'"),
        (("source", '"test_triple"', '"test_thrice"'), r"only the source has 'test_thrice'"),
        (("source", "### END SOLUTION", ""), r"can't be released: RuntimeError: no end solution"),
        (("source", '"cells"', ""), r"can't be released: "),
        (("release", '"test_triple"', '"test_thrice"'), r"release/ps/triple.ipynb and the gradebook differ"),
        (("release", '"cells"', ""), r"release/ps/triple.ipynb is not a notebook"),
    ],
)  # fmt: skip
def test_source_gradebook_and_release_agree_or_nothing_is_graded(course, executor, edit, told):
    """If one of them was changed alone, nothing is graded, and the message says how to fix it."""
    folder, old, new = edit
    _edit(course / folder / "ps" / "triple.ipynb", old, new)
    shutil.copytree(course / "submitted" / "right", course / "submitted" / "late")
    before = everything(course)
    with pytest.raises(CourseError, match=told):
        grade(course, executor)
    assert everything(course) == before


FURTHER = "K = 3  # a constant\n%time pass\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "K = 4\n%time pass",
            r"in a code cell without a grade id, 'K = 4'\. To release .*generate_assignment ps",
        ),
        ("", r"without a grade id, 'K = 3  # a constant'"),
        ("\n# the constant\nK = 3\n%time pass", ""),
    ],
)
def test_code_without_grade_id_agrees_between_source_and_release(tmp_path, text, told):
    """Hidden tests see the source's code and students the release's, so both do the same."""
    lay_out_small_course(tmp_path)
    path = tmp_path / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.insert(0, code(FURTHER))
    nbformat.write(notebook, path)
    generate_assignment(tmp_path, "ps")
    assert Course(tmp_path).assignment("ps").notebooks
    notebook.cells[0].source = text
    nbformat.write(notebook, path)
    with pytest.raises(CourseError, match=told) if told else contextlib.nullcontext():
        Course(tmp_path).assignment("ps")


def test_a_notebook_that_left_the_source_is_not_graded_without_its_reference(course, executor):
    """The message names a source notebook that was renamed."""
    source = course / "source" / "ps" / "triple.ipynb"
    source.rename(source.with_name("thrice.ipynb"))
    with pytest.raises(CourseError, match=r"triple.ipynb is missing, but the gradebook has it"):
        grade(course, executor)


def test_a_course_without_a_source_or_a_release_is_graded(course):
    """If there is nothing to compare, nothing is refused."""
    shutil.rmtree(course / "source" / "ps")
    shutil.rmtree(course / "release")
    assert [notebook.source for notebook in Course(course).assignment("ps").notebooks] == [None]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_correct_course_is_never_refused(tmp_path, language):
    """All assignments of this course agree in both languages, whatever language is configured."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    generate_assignment(tmp_path, "--assignment=*", f"--SelectLanguage.language={language}")
    here = Course(tmp_path)
    assert len(here.assignments()) == len(ASSIGNMENTS)
    for assignment in ASSIGNMENTS:
        assert here.assignment(assignment).notebooks


@pytest.mark.slow
def test_nbgraders_own_course_is_not_refused(tmp_path, monkeypatch):
    """The example that nbgrader ships agrees with itself, in nbgrader's own configuration."""
    nbgrader(tmp_path, "quickstart", "course101")
    example = tmp_path / "course101"
    generate_assignment(example, "ps1")
    monkeypatch.chdir(example)  # nbgrader reads the configuration of the current folder, too
    assert len(Course(example).assignment("ps1").notebooks) == 2


def test_what_is_not_examined_regrades_nobody(course, executor):
    """Texts, outputs and execution counts, in the source or in a submission, are no reason to grade again."""
    for path in (
        course / "source" / "ps" / "triple.ipynb",
        course / "submitted" / "wrong" / "ps" / "triple.ipynb",
    ):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells[0].source += " (typo mended)"
        for number, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                cell.execution_count = number
                cell.outputs = [nbformat.v4.new_output("stream", text="printed")]
        notebook.metadata["language_info"] = {"name": "python", "version": "3.13"}
        nbformat.write(notebook, path)
    assert grade(course, executor) == {"wrong"}  # its own text is shown in the graded notebook
    assert grade(course, executor) == set()


def _confirmed(course: Path) -> bool:
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "wrong")
        return found.manual_score == 1.5 and not found.needs_manual_grade


def test_confirmed_points_stay_where_question_and_answer_are_the_same(course, executor):
    """A regrade asks a person again only if the answer, the question or the automatic result changed."""
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "wrong")
        found.manual_score, found.needs_manual_grade = 1.5, False
        gradebook.db.commit()
    (course / "source" / "ps" / "data.csv").write_text("1,2")
    assert grade(course, executor) == {"right", "wrong"}
    assert _confirmed(course)
    (course / "submitted" / "wrong" / "ps" / "notes.txt").write_text("my notes")
    assert grade(course, executor) == {"wrong"}
    assert _confirmed(course)
    submit(course, "wrong", DOUBLE.replace("2", "4"))
    assert grade(course, executor) == {"wrong"}
    assert not _confirmed(course)


def test_a_written_answer_is_judged_by_itself():
    """Its points depend on the answer, its pictures, the question and the maximum, on nothing else."""
    question = OfficialCell("why", "WRITE HERE", "markdown", *(True, True, False, False), 2.0, "")

    def judged(answer: str = "so", code: str = "1", asked: OfficialCell = question, **more: object) -> str:
        cell = nbformat.v4.new_markdown_cell(
            answer, metadata=nbgrader_metadata("why", grade=True, solution=True, points=2), **more
        )
        other = nbformat.v4.new_code_cell(code)
        return judged_in(nbformat.v4.new_notebook(cells=[other, cell]), [asked])["why"]

    assert judged() == judged(code="2")
    others = [
        judged("not so"),
        judged(attachments={"a.png": {"image/png": "AAAA"}}),
        judged(asked=replace(question, points=1.0)),
        judged(asked=replace(question, source="EXPLAIN HERE")),
    ]
    assert len({judged(), *others}) == 5


@pytest.mark.slow
def test_explain_says_why_each_submission_would_be_graded(course):
    """`--explain` names the reason for each student, what `--force` would add, and writes nothing."""

    def explained() -> list[str]:
        before = everything(course)
        lines = gradlab(course, "autograde", "ps", "--explain").strip().splitlines()
        assert everything(course) == before
        return lines

    submit(course, "new", RIGHT)
    submit(course, "right", DOUBLE)
    (course / "submitted" / "wrong" / "ps" / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    assert explained() == [
        "new: it is new",
        "right: the submission changed",
        "wrong: unchanged, only its time or penalty is brought up to date",
        "2 of 3 would be graded; --force would add 1.",
    ]
    submit(course, "right", RIGHT)
    change(course, "UPDATE grade SET auto_score = 1 WHERE auto_score = 2")
    (course / "source" / "ps" / "data.csv").write_text("1,2")
    assert explained()[2] == "wrong: the assignment changed"
    (course / "source" / "ps" / "data.csv").unlink()
    assert explained()[1] == "right: its record is missing in the gradebook, or has other points"
