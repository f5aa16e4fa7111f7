"""`gradlab init` makes the folder of a course, with the students of a roster."""

from __future__ import annotations

import contextlib

import pytest
from commands import gradlab, nbgrader
from conftest import lay_out_small_course

from gradlab.adopt.new_course import start_course
from gradlab.base.errors import CourseError
from gradlab.course import Course
from gradlab.gradebook.reading import read_classroom

ROSTER = "id,last_name,first_name,email\nkim,김,지우,kim@example.org\nlee, Lee, Ann,\n\n"


@pytest.fixture
def roster(tmp_path):
    """A roster of two students."""
    path = tmp_path / "names.csv"
    path.write_text(ROSTER, encoding="utf-8")
    return path


def names(course) -> dict[str, tuple[str, str]]:
    with contextlib.chdir(course), Course(course).gradebook() as gradebook:
        return {student.id: (student.last_name, student.first_name) for student in gradebook.students}


@pytest.mark.slow
def test_a_course_can_start_in_the_folder(tmp_path, roster):
    """It has the source and the configuration of the course around, named students, and can be released."""
    model, folder = lay_out_small_course(tmp_path / "model"), tmp_path / "mine"
    printed = gradlab(model, "init", str(folder), "--roster", str(roster))
    assert "2 new students" in printed
    assert names(folder) == {"kim": ("김", "지우"), "lee": ("Lee", "Ann")}
    nbgrader(folder, "generate_assignment", "ps")
    assert "ps: next: nbgrader release_assignment ps" in gradlab(folder, "status")


def test_an_empty_course_has_what_gradlab_needs(tmp_path, roster):
    """Without a course around, the source is empty, and formgrader knows the students' names."""
    folder = tmp_path / "mine"
    list(start_course(folder, roster, None))
    assert list((folder / "source").iterdir()) == []
    with contextlib.chdir(folder):
        students = read_classroom(Course(folder)).students
    assert [student.name for student in students] == ["김지우", "Ann Lee"]


def test_a_later_roster_adds_and_renames(tmp_path, roster):
    """A course that is there stays as it is, apart from its students."""
    folder = tmp_path / "mine"
    list(start_course(folder, None, None))
    config = (folder / "nbgrader_config.py").read_bytes()
    list(start_course(folder, roster, None))
    roster.write_text("ID,Last_Name\nkim,Kim\npark,박\n", encoding="cp949")
    assert list(start_course(folder, roster, None)) == [f"{folder}: 1 new student, 1 known before."]
    assert names(folder) == {"kim": ("Kim", "지우"), "lee": ("Lee", "Ann"), "park": ("박", "")}
    assert (folder / "nbgrader_config.py").read_bytes() == config


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name\nKim\n", "no column 'id'"),
        ("", "no column 'id'"),
        ("id\nkim\nkim\n", "line 3: 'kim' is there twice"),
        ("id\n../up\n", "line 2: '../up' can't be"),
        ("id,email\n,kim@example.org\n", "line 2: '' can't be"),
    ],
)
def test_a_wrong_roster_makes_nothing(tmp_path, roster, text, problem):
    """The line with the error is named, and there is no folder."""
    roster.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match=problem):
        list(start_course(tmp_path / "mine", roster, None))
    assert not (tmp_path / "mine").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path, roster):
    """A folder with other files gets no course."""
    with pytest.raises(CourseError, match="something else"):
        list(start_course(tmp_path, roster, None))
    assert [path.name for path in tmp_path.iterdir()] == [roster.name]
