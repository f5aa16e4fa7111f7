"""Rules that the public asked for: one small case for each, named after the rule."""

from __future__ import annotations

import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import gradlab, nbgrader
from conftest import ASSIGNMENTS, nbgrader_metadata
from conftest import COURSE as ROOT
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, copy_of, outcome, submit, tree

from gradlab.base.errors import CourseError
from gradlab.course import Course
from gradlab.examiner.desk import desk
from gradlab.grading import pipeline
from gradlab.grading.judged import judged_in
from gradlab.report.site import write_report
from gradlab.submission.official import OfficialCell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


# --- One truth: files, gradebook, release and report say the same ---


@pytest.fixture(scope="module")
def executor() -> Iterator[ThreadPoolExecutor]:
    """An executor of one thread."""
    with ThreadPoolExecutor(1) as made:
        yield made
    desk().close()


@pytest.fixture(scope="module")
def graded_course(released_course, tmp_path_factory, executor) -> Path:
    """A course with the graded submissions of two students, one right and one wrong."""
    course = copy_of(released_course, tmp_path_factory.mktemp("one-truth") / "course")
    submit(course, "right", RIGHT)
    submit(course, "wrong", DOUBLE)
    assert grade(course, executor) == {"right", "wrong"}
    return course


@pytest.fixture
def course(graded_course, tmp_path) -> Path:
    """A copy of the graded course."""
    return copy_of(graded_course, tmp_path / "course")


def database(course: Path) -> Path:
    """Return the gradebook's file."""
    return course / "gradebook" / "gradebook.db"


def book(course: Path) -> Gradebook:
    """Open the gradebook."""
    return Gradebook(f"sqlite:///{database(course)}", "gradlab")


def points(course: Path) -> dict[str, float]:
    """Return the points of all students."""
    with book(course) as gradebook:
        return {entry.student.id: entry.score for entry in gradebook.assignment_submissions("ps")}


def grade(course: Path, executor: ThreadPoolExecutor, *, force: bool = False) -> set[str]:
    """Grade all submissions; return the students who were not skipped as unchanged."""
    here = Course(course)
    done = list(pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor, force=force))
    assert [progress.error for progress in done if progress.error] == []
    return {progress.student for progress in done if not progress.was_known}


def everything(course: Path) -> dict[str, object]:
    """Return all files of a course, except for Jupyter's own settings."""
    return {path: content for path, content in tree(course).items() if not path.startswith("none")}


def change(course: Path, sql: str) -> None:
    """Change the database behind gradlab's back."""
    with sqlite3.connect(database(course)) as connection:
        connection.execute(sql)
    connection.close()


def test_known_means_recorded_after_a_lost_gradebook(course, executor):
    """If the gradebook was lost and made again, everybody is graded again."""
    database(course).unlink()
    nbgrader(course, "generate_assignment", "ps", "--force")
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


@pytest.mark.parametrize("command", [("autograde", "ps"), ("report",)])
def test_no_command_makes_a_gradebook(course, command):
    """Without a gradebook, a command fails, says what to do, and leaves all files as they are."""
    write_report(Course(course), course / "gradebook" / "report")
    database(course).unlink()
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert "There is no gradebook in" in printed
    assert "generate_assignment" in printed
    assert "Traceback" not in printed
    assert everything(course) == before


@pytest.mark.parametrize("command", [("autograde", "ps"), ("report",)])
def test_an_empty_gradebook_replaces_no_report(course, command):
    """A gradebook without assignments beside graded submissions is not the one that they were graded in."""
    write_report(Course(course), course / "gradebook" / "report")
    database(course).unlink()
    book(course).close()
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert "is empty, but submissions were graded" in printed
    assert everything(course) == before


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:9/none", "no url"])
def test_an_unreachable_gradebook_is_one_line(course, url):
    """A database that can't be reached, or a wrong address, is one line that says what to do."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    printed = gradlab(course, "report", succeeds=False)
    assert len(printed.strip().splitlines()) == 1
    assert "gradebook" in printed


@pytest.mark.parametrize("exporter", ["LongExporter", "MoodleExporter"])
def test_no_export_makes_a_gradebook(course, exporter):
    """An exporter stops before nbgrader makes a gradebook, and keeps the last export."""
    database(course).unlink()
    (course / "scores.csv").write_text("the last export")
    before = everything(course)
    command = ("export", f"--exporter=gradlab.exporters.{exporter}", "--to=scores.csv")
    assert "There is no gradebook in" in nbgrader(course, *command, succeeds=False)
    assert everything(course) == before


@pytest.mark.parametrize("exporter", ["CanvasExporter", "WideExporter"])
def test_a_gradebook_without_a_column_is_one_line(course, exporter):
    """An exporter that can't read the gradebook says so in one line, and what to do."""
    change(course, "ALTER TABLE student DROP COLUMN lms_user_id")
    printed = nbgrader(course, "export", f"--exporter=gradlab.exporters.{exporter}", succeeds=False)
    assert "no such column" in printed
    assert "nbgrader db upgrade" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    "parts",
    [{"notes": 5}, {"late": 7}, {"late": {"seconds": 1}}, {"answers": "x"}, {"judged": {"triple": 1}}],
)
def test_a_damaged_outcome_file_is_no_record(course, executor, parts):
    """An outcome file with parts of another form counts as none: the next grading repairs it."""
    path = course / "gradebook" / "outcomes" / "ps" / "right.json"
    path.write_text(json.dumps(outcome(course, "right") | parts))
    write_report(Course(course), course / "report")
    assert grade(course, executor) == {"right"}


def test_the_stock_command_stops_where_it_cant_write(course):
    """If graded notebooks can't be written, nbgrader's command says so in one line, not for each student."""
    shutil.rmtree(course / "autograde")
    (course / "autograde").write_text("")
    printed = nbgrader(course, "autograde", "ps", succeeds=False)
    assert "File exists" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("content", [b"", b"no database, but a text that is long enough to be one" * 99])
def test_a_damaged_gradebook_is_one_line(course, content):
    """An empty or corrupt database is reported in one line and left as it is."""
    database(course).write_bytes(content)
    printed = gradlab(course, "report", succeeds=False)
    assert len(printed.strip().splitlines()) == 1
    assert "backup" in printed
    assert database(course).read_bytes() == content


def test_a_gradebook_that_cant_be_written_stops_before_the_first_exam(course):
    """With a read-only database nothing is examined, and one line says what to do."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = 'sqlite:///file:{database(course)}?mode=ro&uri=true'\n")
    submit(course, "wrong", RIGHT)
    printed = gradlab(course, "autograde", "ps", succeeds=False)
    assert "readonly database" in printed
    assert "Allow writing" in printed
    assert "Traceback" not in printed
    assert outcome(course, "wrong")["notebooks"]["triple"]["test_triple"]["outcome"] == "failed"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("c.Execute.timeout = = 3", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise RuntimeError('not\\ntoday')", "RuntimeError: not today"),
    ],
)
@pytest.mark.parametrize("command", [("report",), ("autograde", "ps"), ("audit",)])
def test_an_error_in_the_configuration_stops_everything(course, text, reason, command):
    """An error in nbgrader_config.py is one line with file, line and reason; nothing is written."""
    config = course / "nbgrader_config.py"
    config.write_text(f"{config.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")
    n_lines = len(config.read_text(encoding="utf-8").splitlines())
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert f"{config}, line {n_lines}: {reason}" in printed
    assert len(printed.strip().splitlines()) == 1
    assert everything(course) == before


def test_a_report_folder_that_cant_be_written_is_one_line(course):
    """A report that can't be written is one line with the path and the reason."""
    (course / "file").write_text("")
    printed = gradlab(course, "report", "--folder", "file/report", succeeds=False)
    assert len(printed.strip().splitlines()) == 1
    assert "Not a directory" in printed


def test_a_full_disk_keeps_the_last_report(course, monkeypatch):
    """If the disk is full, the old pages stay whole."""
    report = write_report(Course(course), course / "report").parent
    before = tree(report)
    submit(course, "third", RIGHT)
    monkeypatch.setattr("pathlib.Path.write_bytes", _full)
    with pytest.raises(OSError, match="No space"):
        write_report(Course(course), report)
    assert {path: content for path, content in tree(report).items() if path in before} == before


def _full(path: Path, _: bytes) -> int:
    path.touch()
    raise OSError(28, "No space left on device")


def test_unknown_names_suggest_the_nearest(course):
    """A typo in the name of an assignment or a student is answered with the nearest known one."""
    here = Course(course)
    with pytest.raises(CourseError, match=r"no assignment 'pz'\. Did you mean 'ps'\?"):
        pipeline.submitted(here, "pz")
    with pytest.raises(CourseError, match=r"'rigth' for 'ps'\. Did you mean 'right'\?"):
        pipeline.submitted(here, "ps", ["rigth"])
    with pytest.raises(CourseError, match=r"no submission of '§' for 'ps'\.$"):
        pipeline.submitted(here, "ps", ["§"])


def test_what_is_not_collected_yet_says_how_to_collect_it(course):
    """A known assignment without submissions is one that has to be collected."""
    shutil.rmtree(course / "submitted")
    with pytest.raises(CourseError, match=r"collected yet: run 'nbgrader collect ps'"):
        pipeline.submitted(Course(course), "ps")


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
        (("release", '"cells"', ""), r"release/ps/triple.ipynb is no notebook"),
    ],
)  # fmt: skip
def test_source_gradebook_and_release_agree_or_nothing_is_graded(course, executor, edit, told):
    """If one of them was changed alone, nothing is graded, and the message says how to mend it."""
    folder, old, new = edit
    _edit(course / folder / "ps" / "triple.ipynb", old, new)
    shutil.copytree(course / "submitted" / "right", course / "submitted" / "late")
    before = everything(course)
    with pytest.raises(CourseError, match=told):
        grade(course, executor)
    assert everything(course) == before


@pytest.mark.parametrize("command", [("autograde", "ps"), ("report",), ("audit",)])
@pytest.mark.parametrize("content", ["", "[]", '{"cells": '])
def test_a_damaged_source_is_one_line(course, command, content):
    """A source that is no notebook is named in one line, and nothing is written."""
    source = course / "source" / "ps" / "triple.ipynb"
    source.write_text(content)
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert str(source) in printed
    assert "Traceback" not in printed
    assert everything(course) == before


def test_a_notebook_that_left_the_source_is_not_graded_without_its_reference(course, executor):
    """A renamed source notebook is missed."""
    source = course / "source" / "ps" / "triple.ipynb"
    source.rename(source.with_name("thrice.ipynb"))
    with pytest.raises(CourseError, match=r"triple.ipynb is missing, but the gradebook has it"):
        grade(course, executor)


def test_a_course_without_a_source_or_a_release_is_graded(course):
    """Where there is nothing to compare, nothing is refused."""
    shutil.rmtree(course / "source" / "ps")
    shutil.rmtree(course / "release")
    assert [notebook.source for notebook in Course(course).assignment("ps").notebooks] == [None]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_correct_course_is_never_refused(tmp_path, language):
    """All assignments of this course agree in both languages, whatever language is configured."""
    shutil.copytree(ROOT / "source", tmp_path / "source")
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    nbgrader(tmp_path, "generate_assignment", "--assignment=*", f"--SelectLanguage.language={language}")
    here = Course(tmp_path)
    assert len(here.assignments()) == len(ASSIGNMENTS)
    for assignment in ASSIGNMENTS:
        assert here.assignment(assignment).notebooks


@pytest.mark.slow
def test_nbgraders_own_course_is_not_refused(tmp_path, monkeypatch):
    """The example that nbgrader ships agrees with itself, in nbgrader's own configuration."""
    nbgrader(tmp_path, "quickstart", "course101")
    example = tmp_path / "course101"
    nbgrader(example, "generate_assignment", "ps1")
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
