"""`gradlab init` makes the folder of a course, with the students of a roster."""

from __future__ import annotations

import shutil

import pytest
from commands import generate_assignment, gradlab
from conftest import lay_out_small_course

from gradlab.adopt.new_course import start_course
from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
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
    with Course(course).gradebook() as gradebook:
        return {student.id: (student.last_name, student.first_name) for student in gradebook.students}


@pytest.mark.slow
def test_a_course_can_start_in_the_folder(tmp_path, roster):
    """It has the source and the configuration of the course around, named students, and can be released."""
    model, folder = lay_out_small_course(tmp_path / "model"), tmp_path / "mine"
    printed = gradlab(model, "init", str(folder), "--roster", str(roster))
    assert "2 new students" in printed
    assert names(folder) == {"kim": ("김", "지우"), "lee": ("Lee", "Ann")}
    generate_assignment(folder, "ps")
    assert "ps: next: nbgrader release_assignment ps" in gradlab(folder, "status")


def test_an_empty_course_has_what_gradlab_needs(tmp_path, roster):
    """Without a course around, the source is empty, and formgrader knows the students' names."""
    folder = tmp_path / "mine"
    list(start_course(folder, roster, None))
    assert list((folder / "source").iterdir()) == []
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
        (f"id\n{'k' * 300}\n", "line 2: 'kkk.*' can't be"),
        (f"id,first_name\nkim,{'x' * 200_000}\n", "field larger than field limit"),
        ('id,first_name\n"kim,A\nlee,B\n', "unexpected end of data"),
        ("id\nkim\n".encode("utf-16"), "neither UTF-8 nor CP949"),
    ],
)
def test_a_wrong_roster_makes_nothing(tmp_path, roster, text, problem):
    """The line with the error is named, and there is no folder."""
    roster.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(CourseError, match=problem):
        list(start_course(tmp_path / "mine", roster, None))
    assert not (tmp_path / "mine").exists()


def test_ids_and_names_are_one_line(tmp_path, roster):
    """Whatever a spreadsheet has put into a cell, no id or name breaks a line or steers a terminal."""
    roster.write_text('id,first_name\n"ki\x1bm ","Min\n su\x07\u202e"\n', encoding="utf-8")
    list(start_course(tmp_path / "mine", roster, None))
    assert names(tmp_path / "mine") == {"kim": ("", "Min su")}


def test_a_model_with_an_error_makes_nothing(tmp_path):
    """Neither an error in its configuration, nor a folder in its own source, leaves half a course behind."""
    model, folder = tmp_path / "model", tmp_path / "mine"
    list(start_course(model, None, None))
    with pytest.raises(CourseError, match="would be copied"):
        list(start_course(model / "source" / "mine", None, model))
    (model / "nbgrader_config.py").write_text("c = get_config(\n")
    with pytest.raises(CourseError, match="line 1: SyntaxError"):
        list(start_course(folder, None, model))
    assert not folder.exists()
    assert list((model / "source").iterdir()) == []


def test_no_student_gets_into_the_gradebook_of_the_model(tmp_path, roster):
    """A gradebook that the copied configuration names outright is told, before another class is in it."""
    model, folder = tmp_path / "model", tmp_path / "mine"
    list(start_course(model, None, None))
    with (model / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = 'sqlite:///{model / 'gradebook.db'}'\n")
    with pytest.raises(CourseError, match=f"names the gradebook of {model}"):
        list(start_course(folder, roster, model))
    assert names(model) == {}


def test_a_file_that_can_not_be_copied_is_named(tmp_path):
    """A link to nothing in the source ends the command in one line."""
    model = tmp_path / "model"
    list(start_course(model, None, None))
    (model / "source" / "data.csv").symlink_to(tmp_path / "gone")
    with pytest.raises(shutil.Error) as error:
        list(start_course(tmp_path / "mine", None, model))
    assert f"{model / 'source' / 'data.csv'} can't be copied" in explained(error.value)


def test_a_folder_of_something_else_is_left_alone(tmp_path, roster):
    """A folder with other files gets no course."""
    with pytest.raises(CourseError, match="something else"):
        list(start_course(tmp_path, roster, None))
    assert [path.name for path in tmp_path.iterdir()] == [roster.name]
