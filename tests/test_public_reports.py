"""Rules that reports from public courses have taught: one small case for each, named after the rule."""

from __future__ import annotations

import json
import shutil
import unicodedata
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from conftest import COURSE, code, nbgrader_metadata
from nbgrader.api import Gradebook
from nbgrader.plugins.zipcollect import FileNameCollectorPlugin
from spoiled import DAMAGED, SPOILED, TRIPLE, cell_of, without_words
from submissions import copy_of

from gradlab.course import Course
from gradlab.gradebook.reading import read_classroom
from gradlab.report.attention import Reminder, needs
from gradlab.report.values import Note
from gradlab.report.words import Words
from gradlab.submission.notes import note_in

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

# Answers and notebooks are found, and times are read: one course, one run of the command for all students.

NAME = "세배-Triple"
DOUBLE = "def double(x):\n    return 2 * x"
EXPLANATION = "Why."
ALL_POINTS = {"test_triple": 2, "test_double": 1, "explain": None}


def lay_out_any_file_course(course: Path) -> Path:
    """Make and release a course of one notebook: two functions and an answer in words."""
    written = nbformat.v4.new_markdown_cell("YOUR ANSWER HERE")
    written.metadata = nbgrader_metadata("explain", solution=True, grade=True, points=3)
    solution = "    ### BEGIN SOLUTION\n    return {} * x\n    ### END SOLUTION"
    hidden = "\n### BEGIN HIDDEN TESTS\nassert {}\n### END HIDDEN TESTS"
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        cells=[
            nbformat.v4.new_markdown_cell("Three times"),
            code("FACTOR = 3", "setup", locked=True),
            code(f"def triple(x):\n{solution.format(3)}", "triple", solution=True),
            code(
                f"assert triple(1) == 3{hidden.format('triple(2) == 6')}",
                "test_triple",
                grade=True,
                locked=True,
                points=2,
            ),
            nbformat.v4.new_markdown_cell("Two times"),
            code(f"def double(x):\n{solution.format(2)}", "double", solution=True),
            code(
                f"assert double(1) == 2{hidden.format('double(4) == 8')}",
                "test_double",
                grade=True,
                locked=True,
                points=1,
            ),
            nbformat.v4.new_markdown_cell("In words:"),
            written,
            nbformat.v4.new_markdown_cell("The end"),
        ],
    )
    folder = course / "source" / "ps"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    (course / "nbgrader_config.py").write_text((COURSE / "nbgrader_config.py").read_text(encoding="utf-8"))
    generate_assignment(course, "ps")
    return course


def answered(path: Path) -> NotebookNode:
    """Return a released notebook with the right answers."""
    notebook = nbformat.read(path, as_version=4)
    for name, text in (("triple", TRIPLE), ("double", DOUBLE), ("explain", EXPLANATION)):
        cell_of(notebook, name).source = text
    return notebook


def with_wrong_triple(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook in which one answer is wrong."""
    cell_of(notebook, "triple").source = "def triple(x):\n    return x"
    return notebook


def in_two_versions(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with a wrong answer before its test, and the right one behind it."""
    notebook.cells.insert(5, nbformat.v4.new_code_cell(TRIPLE))
    return with_wrong_triple(notebook)


RENAMED = {
    "name-of-a-mac": unicodedata.normalize("NFD", f"{NAME}.ipynb"),
    "name-of-a-browser": f"{NAME} (1).ipynb",
    "name-in-other-case": f"{NAME.upper()}.IPYNB",
    "one-folder-deeper": f"ps/{NAME}.ipynb",
    "name-of-a-text": f"{NAME}.ipynb.txt",
    "name-of-a-copy": f"{NAME} - 복사본 (2).ipynb",
}


TIMES = {
    "time-in-korea": "2026-03-02 21:00:00.000000 KST",
    "time-with-offset": "2026-03-02 21:00:00 +09:00",
    "time-unknown": "2026-03-02 21:00:00 XYZ",
    "time-torn": "2026-03-0",
}


def hand_in(course: Path, student: str, name: str, notebook: NotebookNode) -> None:
    """Submit a notebook under a name."""
    path = course / "submitted" / student / "ps" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook), encoding="utf-8")


@dataclass(frozen=True)
class Class:
    """A graded class: its folder, and what the command printed."""

    course: Path
    printed: str

    def outcome(self, student: str) -> dict[str, Any]:
        """Return the content of a student's outcome file."""
        path = self.course / "gradebook" / "outcomes" / "ps" / f"{student}.json"
        return json.loads(path.read_text(encoding="utf-8"))

    def points(self, student: str) -> dict[str, float | None]:
        """Return a student's points by cell, None if a person has to judge."""
        with Gradebook(f"sqlite:///{self.course / 'gradebook' / 'gradebook.db'}") as book:
            notebook = book.find_submission_notebook(NAME, "ps", student)
            return {
                grade.name: None if grade.needs_manual_grade else grade.auto_score
                for grade in notebook.grades
            }

    def graded(self, student: str) -> NotebookNode:
        """Return a student's graded notebook."""
        return nbformat.read(self.course / "autograde" / student / "ps" / f"{NAME}.ipynb", as_version=4)


@pytest.fixture(scope="module")
def any_file(tmp_path_factory) -> Class:
    """The class whose files are spoiled, graded by one run of the command."""
    course = lay_out_any_file_course(tmp_path_factory.mktemp("any-file"))
    released = course / "release" / "ps" / f"{NAME}.ipynb"
    for student, spoil in {**SPOILED, "words-gone": without_words}.items():
        notebook = answered(released)
        spoil(notebook)
        hand_in(course, student, f"{NAME}.ipynb", notebook)
    for student, name in RENAMED.items():
        hand_in(course, student, name, answered(released))
    copy_of(released.parent, course / "submitted" / "untouched" / "ps")
    copy_of(released.parent, course / "submitted" / "copy-beside-untouched" / "ps")
    hand_in(course, "copy-beside-untouched", f"{NAME}-Copy1.ipynb", answered(released))
    hand_in(course, "unknown-name", "homework.ipynb", answered(released))
    hand_in(course, "two-versions", f"{NAME}.ipynb", in_two_versions(answered(released)))
    hand_in(course, "two-files", f"{NAME}.ipynb", with_wrong_triple(answered(released)))
    hand_in(course, "two-files", f"{NAME}-Copy1.ipynb", answered(released))
    for student, time in TIMES.items():
        hand_in(course, student, f"{NAME}.ipynb", answered(released))
        (course / "submitted" / student / "ps" / "timestamp.txt").write_text(time, encoding="utf-8")
    (course / "submitted" / "link" / "ps").mkdir(parents=True)
    (course / "submitted" / "link" / "ps" / f"{NAME} (1).ipynb").symlink_to(f"../../whole/ps/{NAME}.ipynb")
    return Class(course, gradlab(course, "autograde", "ps", "--workers", "2"))


@pytest.mark.parametrize("student", SPOILED)
def test_every_answer_is_found(any_file, student):
    """A right answer earns its points wherever its cell is, and whatever metadata the cell has."""
    assert any_file.points(student) == ALL_POINTS
    assert f"{student}: answers found 3 of 3\n" in any_file.printed
    assert bool(any_file.outcome(student)["notes"]) == (student != "whole")
    assert cell_of(any_file.graded(student), "explain").source.replace("\n", "") == EXPLANATION


@pytest.mark.parametrize("student", DAMAGED)
def test_a_damage_is_said_in_both_languages(any_file, student):
    """What is assumed about an answer that keeps its grade id is one note, in English and in Korean."""
    (note,) = any_file.outcome(student)["notes"]
    in_korean = note_in("ko", note)
    assert DAMAGED[student][1] in note
    assert in_korean.startswith(f"{NAME}.ipynb: 답")
    assert in_korean.rpartition(": ")[2] == note.rpartition(": ")[2]
    assert (note_in("en", in_korean), note_in("en", note)) == (note, note)
    assert in_korean in Note(note).html(Words("ko"))


def test_a_written_answer_that_is_not_found_asks_a_person(any_file):
    """A written answer whose cell is gone has no points yet, and the list says that it was not found."""
    assert any_file.points("words-gone") == ALL_POINTS
    assert "words-gone: answers found 2 of 3\n" in any_file.printed
    assert any_file.outcome("words-gone")["notes"] == [f"{NAME}.ipynb: answer was not found: explain"]


def test_an_untouched_release_asks_nobody(any_file):
    """A release that is handed in as it is earns nothing, and no person has to look."""
    assert any_file.points("untouched") == dict.fromkeys(ALL_POINTS, 0)
    assert not any_file.outcome("untouched")["notes"]


@pytest.mark.parametrize("student", RENAMED)
def test_every_notebook_is_found(any_file, student):
    """A notebook counts under each name that systems and browsers give it, with a note on the name."""
    assert any_file.points(student) == ALL_POINTS
    is_same = unicodedata.normalize("NFC", RENAMED[student]) == f"{NAME}.ipynb"
    notes = [] if is_same else [f"{NAME}.ipynb: taken from {RENAMED[student]}"]
    assert any_file.outcome(student)["notes"] == notes


def test_a_worked_copy_beside_an_untouched_notebook_counts(any_file):
    """If the notebook is as it was released, a copy of it with answers counts, and the list says so."""
    assert any_file.points("copy-beside-untouched") == ALL_POINTS
    assert any_file.outcome("copy-beside-untouched")["notes"] == [
        f"{NAME}.ipynb: taken from {NAME}-Copy1.ipynb"
    ]


@pytest.mark.parametrize("student", ["two-versions", "two-files"])
def test_an_answer_in_two_versions_asks_a_person(any_file, student):
    """If the version that counts loses points, and there is another, a person looks before any is lost."""
    assert any_file.points(student) == {**ALL_POINTS, "test_triple": None}
    assert any_file.outcome(student)["notebooks"][NAME]["test_triple"]["outcome"] == "undecided"
    (note,) = any_file.outcome(student)["notes"]
    assert note.endswith(": triple")
    assert f"waits for a person: {NAME}: test_triple (undecided), 2 submissions" in any_file.printed


def test_a_name_that_nobody_knows_is_named(any_file):
    """A notebook of another name is not graded, the message names it, and a person has to look."""
    assert f"not gradeable: unknown-name: {NAME}.ipynb is missing; found: homework.ipynb" in any_file.printed
    assert set(any_file.points("unknown-name").values()) == {None}


def test_a_link_under_another_name_is_refused(any_file):
    """A link is not followed, whatever it is called."""
    assert f"not gradeable: link: {NAME} (1).ipynb is not a regular file" in any_file.printed


@pytest.mark.parametrize("student", TIMES)
def test_times_are_read_in_their_zone(any_file, student):
    """A zone counts; if it is unknown, or the file contains no time, a note asks a person."""
    with Gradebook(f"sqlite:///{any_file.course / 'gradebook' / 'gradebook.db'}") as book:
        time = book.find_submission("ps", student).timestamp
    notes = any_file.outcome(student)["notes"]
    assert any_file.points(student) == ALL_POINTS
    if student in {"time-unknown", "time-torn"}:
        assert time is None
        assert f"note: {student}: {notes[0]}" in any_file.printed
        assert "timestamp.txt" in notes[0]
    else:
        assert (time.day, time.hour, notes) == (2, 12, [])


@pytest.mark.slow
def test_nbgraders_own_command_reads_the_same_times(any_file, tmp_path):
    """The stock command would read KST as UTC, and stop at an invalid time; here it reads as gradlab does."""
    course = copy_of(any_file.course, tmp_path / "course")
    (course / "gradebook" / "gradebook.db").unlink()
    generate_assignment(course, "ps", "--force")
    printed = nbgrader(course, "autograde", "ps", "--student=time-*", "--force")
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as book:
        assert book.find_submission("ps", "time-in-korea").timestamp.hour == 12
        assert book.find_submission("ps", "time-unknown").timestamp is None
    assert "time-unknown: timestamp.txt names an unknown time zone, 'XYZ'" in printed
    assert "Traceback" not in printed


NAMES_IN_DOWNLOADS = {
    "canvas": "submissions/kimminsu_1234_567890_derivatives.ipynb",
    "canvas, late": "submissions/kimminsu_LATE_1234_567890_derivatives.ipynb",
    "canvas, handed in again": "kimminsu_LATE_1234_567890_derivatives-1.ipynb",
    "canvas, tenth time": "kimminsu_1234_567890_derivatives-10.ipynb",
    "canvas, another notebook": "submissions/kimminsu_1234_567891_loss_2.ipynb",
    "canvas, Hangul": "submissions/김민수_1234_567890_미분.ipynb",
    "canvas, downloaded twice": "kimminsu_1234_567890_derivatives (1).ipynb",
    "canvas, an archive": "submissions/kim_1234_567890_work/ps/derivatives.ipynb",
    "canvas, another's name": "kimminsu_1234_567890_x_9_9_derivatives.ipynb",
    "canvas, anonymous": "submissions/anon_x1Y2z_567890_derivatives.ipynb",
    "canvas, anonymous, late": "LATE_anon_x1Y2z_567890_derivatives.ipynb",
    "canvas, a number as name": "20261234_1234_567890_derivatives.ipynb",
    "moodle": "CS-PS 1-77/Kim Minsu_1234_assignsubmission_file_/derivatives.ipynb",
    "moodle, since version 4": "Kim_1234_assignsubmission_file/derivatives.ipynb",
    "moodle, no folders": "Kim Minsu_1234_assignsubmission_file_derivatives.ipynb",
    "moodle, a folder inside": "Kim_1234_assignsubmission_file_/ps/derivatives.ipynb",
    "moodle, Hangul": "김 민수_1234_assignsubmission_file_/미분.ipynb",
    "moodle, another's name": "Kim_1234_assignsubmission_file_/a_9_9_b.ipynb",
    "moodle, another notebook": "Kim_1234_assignsubmission_file_/loss-curve.ipynb",
    "moodle, anonymous": "Participant_1234_assignsubmission_file_/미분-1.ipynb",
}
READ_AS = {
    "canvas, another notebook": ("1234", "loss_2"),
    "canvas, Hangul": ("1234", "미분"),
    "canvas, another's name": ("1234", "x_9_9_derivatives"),
    "canvas, anonymous": ("anon_x1Y2z", "derivatives"),
    "canvas, anonymous, late": ("anon_x1Y2z", "derivatives"),
    "moodle, Hangul": ("1234", "미분"),
    "moodle, another's name": ("1234", "a_9_9_b"),
    "moodle, another notebook": ("1234", "loss-curve"),
    "moodle, anonymous": ("1234", "미분"),
}


@pytest.mark.parametrize("kind", NAMES_IN_DOWNLOADS)
def test_names_in_class_downloads(small_course, kind):
    """The configuration's regular expression reads the owner and the name of a notebook."""
    collector = FileNameCollectorPlugin(config=Course(small_course).config)
    folder = small_course / "downloaded" / "ps" / "extracted"
    found = collector.collect(str(folder / NAMES_IN_DOWNLOADS[kind]))
    student, notebook = READ_AS.get(kind, ("1234", "derivatives"))
    assert found == {"student_id": student, "file_id": notebook}


@pytest.mark.slow
def test_a_class_download_is_collected_and_graded(any_file, tmp_path):
    """`nbgrader zip_collect` puts the notebooks of an archive where they are graded."""
    course = tmp_path / "course"
    shutil.copytree(any_file.course, course, ignore=shutil.ignore_patterns("submitted", "autograde"))
    archive = course / "downloaded" / "ps" / "archive" / "submissions.zip"
    archive.parent.mkdir(parents=True)
    text = json.dumps(answered(course / "release" / "ps" / f"{NAME}.ipynb"))
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(f"김민수_LATE_1234_567890_{NAME}-1.ipynb", text)
        file.writestr(unicodedata.normalize("NFD", f"이영희_5678_567891_{NAME}.ipynb"), text)
        file.writestr(f"Lee Jin_99_assignsubmission_file_/{NAME}.ipynb", text)
    nbgrader(course, "zip_collect", "ps")
    collected = Class(course, gradlab(course, "autograde", "ps"))
    assert [collected.points(student) for student in ("1234", "5678", "99")] == [ALL_POINTS] * 3


def test_what_was_assumed_is_in_the_attention_list(any_file):
    """Each note is a line of the list, for its student and notebook, which does not count as broken."""
    found = [need for need in needs(read_classroom(Course(any_file.course))) if need.why == Reminder.NOTE]
    listed = {(need.student.id, need.notebook, need.detail) for need in found}
    assert ("copied", NAME, f"{NAME}.ipynb: answer is there several times, the last counts: triple") in listed
    assert {student for student, _, _ in listed} >= {*SPOILED, "words-gone", "time-torn"} - {"whole"}
