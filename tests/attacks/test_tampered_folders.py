"""Tampered folders: links, files that are not notebooks, huge files, hostile names and times."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from attacks.corpus import ASSIGNMENT, CANARIES, NOTEBOOK, POINTS, WRONG, attack
from attacks.course import NEIGHBOUR

FILE = f"{NOTEBOOK}.ipynb"


def link_to_the_source(folder):
    """Submit a link to the source notebook."""
    (folder / FILE).unlink()
    (folder / FILE).symlink_to("../../../source/ps/exercises.ipynb")


@attack(plant=link_to_the_source)
def test_a_link_to_the_source_is_not_followed(result):
    """A notebook that is a link is not gradeable, and its target is not shown."""
    assert result.outcome["problems"]
    assert result.lost == set(POINTS)
    assert not result.has_notebook
    assert CANARIES["reference"] not in str(result.outcome)


def link_to_a_neighbour(folder):
    """Submit a link to another student's notebook."""
    (folder / FILE).unlink()
    (folder / FILE).symlink_to(f"../../{NEIGHBOUR}/{ASSIGNMENT}/{FILE}")


@attack(plant=link_to_a_neighbour)
def test_a_link_to_anothers_notebook_earns_nothing(result):
    """A link to another student's answers earns nothing."""
    assert result.outcome["problems"]
    assert result.lost == set(POINTS)


def link_the_folder(folder):
    """Submit a link to another student's folder."""
    shutil.rmtree(folder)
    folder.symlink_to(f"../{NEIGHBOUR}/{ASSIGNMENT}")


@attack(plant=link_the_folder)
def test_a_link_to_anothers_folder_earns_nothing(result):
    """Another student's answers earn nothing if the submission's folder is a link."""
    assert result.lost == set(POINTS)
    assert "link" in result.outcome["problems"][0]


def link_the_student(folder):
    """Replace the student's folder by a link to another student's."""
    shutil.rmtree(folder.parent)
    folder.parent.symlink_to(NEIGHBOUR)


@attack(plant=link_the_student)
def test_a_link_to_another_student_earns_nothing(result):
    """Another student's answers earn nothing if the student's folder is a link."""
    assert result.lost == set(POINTS)
    assert "link" in result.outcome["problems"][0]


def link_beside(folder):
    """Put links to other people's files next to the notebook."""
    (folder / "source").symlink_to("../../../source")
    (folder / "book.db").symlink_to("../../../gradebook/gradebook.db")
    (folder / "loop").symlink_to(".")
    (folder / "data" / "neighbour.ipynb").symlink_to(f"../../../{NEIGHBOUR}/{ASSIGNMENT}/{FILE}")


@attack(plant=link_beside)
def test_links_beside_the_notebook_are_left_out(result):
    """Nothing that a link points to is copied into the graded submission."""
    graded = result.course / "autograde" / result.student / ASSIGNMENT
    assert {path.name for path in graded.rglob("*")} == {FILE, "data", "table.csv"}
    assert result.lost == {"triple"}


def fill_with(content: bytes):
    """Return a function that submits a file with this content."""
    return lambda folder: (folder / FILE).write_bytes(content)


def sparse(folder):
    """Submit a notebook of a terabyte."""
    with (folder / FILE).open("wb") as file:
        file.truncate(2**40)


def of_cells(n_cells, source):
    """Return a function that submits a notebook with many cells, or with long ones."""
    cell = {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell] * n_cells}
    return fill_with(json.dumps(notebook).encode())


def pipe(folder):
    """Submit a pipe without a writer."""
    (folder / FILE).unlink()
    os.mkfifo(folder / FILE)


def directory(folder):
    """Submit a folder instead of the notebook."""
    (folder / FILE).unlink()
    (folder / FILE / "x").mkdir(parents=True)
    (folder / FILE / "x" / "y").write_text("z")


NO_NOTEBOOKS = {
    "torn": lambda folder: (folder / FILE).write_bytes((folder / FILE).read_bytes()[:700]),
    "nested": fill_with(b"[" * 1_000_000),
    "a list": fill_with(b"[]"),
    "utf-16": fill_with('{"cells": []}'.encode("utf-16")),
    "many digits": fill_with(b'{"nbformat": ' + b"9" * 100_000 + b"}"),
    "of the past": fill_with(b'{"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": []}'),
    "of the future": fill_with(b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}'),
    "cells of numbers": fill_with(b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1, 2]}'),
    "markup": fill_with(b"[/red] \x1b[2J \x1b]0;evil\x07"),
    "many cells": of_cells(100_000, "1"),
    "much code": of_cells(2, "x = [a + 1 for a in b]\n" * 10_000),
    "a terabyte": sparse,
    "a pipe": pipe,
    "a directory": directory,
}


def no_notebooks(test):
    """Declare one attack for each kind of file that is not a notebook."""
    for kind, plant in NO_NOTEBOOKS.items():
        attack(plant=plant, student=f"tampered_folders-{kind}")(test)
    return test


@pytest.mark.parametrize("kind", NO_NOTEBOOKS)
@no_notebooks
def test_what_is_no_notebook_is_reported(graded, kind):
    """A file that is not a notebook earns nothing, and is reported with a reason."""
    result = graded.result(f"tampered_folders-{kind}")
    assert result.lost == set(POINTS)
    assert len(result.outcome["problems"]) == 1
    assert f"tampered_folders-{kind}" in graded.report["output"]


def huge_files_beside(folder):
    """Put files of terabytes next to the notebook."""
    for name in ("huge.bin", "data/huge.csv"):
        with (folder / name).open("wb") as file:
            file.truncate(2**40)


@attack(plant=huge_files_beside)
def test_huge_files_beside_the_notebook_are_left_out(result):
    """A file above nbgrader's size limit is not copied."""
    graded = result.course / "autograde" / result.student / ASSIGNMENT
    assert all(path.stat().st_size < 2**30 for path in graded.rglob("*"))
    assert result.lost == {"triple"}


def hostile_names(folder):
    """Put files with names that tools stumble over next to the notebook."""
    names = ["-rf *", "$(touch evil)", "new\nline", "x" * 250, "..hidden", "[red]", "con", "a\\b", "%s{0}"]
    for name in [*map(os.fsencode, names), b"\xff\xfe", b"\x1b[2J"]:
        with open(os.path.join(os.fsencode(folder), name), "wb") as file:  # noqa: PTH118, PTH123  # names in bytes
            file.write(b"hostile")
    deep = folder.joinpath(*["d" * 20] * 60)
    deep.mkdir(parents=True)
    (deep / "file").write_text("deep")


@attack(plant=hostile_names)
def test_hostile_names_of_files_stop_nothing(result):
    """Whatever the files next to a notebook are called, it is graded."""
    assert result.lost == {"triple"}
    assert not result.outcome["problems"]


def in_the_way(folder):
    """Put a file where the course has a folder."""
    shutil.rmtree(folder / "data")
    (folder / "data").write_text("no folder")


@attack(plant=in_the_way)
def test_files_in_the_way_of_the_courses_are_left_out(result):
    """In the graded submission, the course's files replace the student's."""
    graded = result.course / "autograde" / result.student / ASSIGNMENT
    assert (graded / "data" / "table.csv").read_text() == "1,2\n"
    assert result.lost == {"triple"}


def other_files(folder):
    """Change the course's file, and add notebooks and startup files."""
    (folder / "data" / "table.csv").write_text("forged")
    shutil.copy(folder / FILE, folder / "more.ipynb")
    for name in ("sitecustomize.py", "numpy.py", "gradlab.py", "conftest.py", "nbgrader_config.py"):
        (folder / name).write_text(f"print('imported {name}')\nraise SystemExit('imported')")
    (folder / ".ipython" / "profile_default" / "startup").mkdir(parents=True)
    (folder / ".ipython" / "profile_default" / "startup" / "0.py").write_text("print('imported startup')")


@attack(
    f"{WRONG['triple']}\nprint('table', open('data/table.csv').read())\nimport os\nprint(os.listdir('.'))",
    plant=other_files,
)
def test_files_of_the_student_change_nothing(result):
    """The course's files are restored, and no file that a student adds is imported."""
    assert "imported" not in result.printed
    assert "table 1,2" in result.printed
    assert result.lost == {"triple"}


TIMES = {
    "garbage": b"yesterday, I swear",
    "bytes": b"\xff\xfe\x00",
    "numbers": b"9" * 5000,
    "markup": b"[/red] {} %s",
    "far": b"99999-12-31 00:00:00 UTC",
    "long": b"2026-01-01 " * 2_000_000,
}


def times(test):
    """Declare one attack for each hostile time."""
    for kind, content in TIMES.items():
        attack(
            plant=lambda folder, content=content: (folder / "timestamp.txt").write_bytes(content),
            student=f"tampered_folders-time-{kind}",
        )(test)
    return test


@pytest.mark.parametrize("kind", TIMES)
@times
def test_a_hostile_time_stops_nothing(graded, kind):
    """An invalid time of submission is reported, and costs no points."""
    result = graded.result(f"tampered_folders-time-{kind}")
    assert result.lost == {"triple"}
    assert "timestamp.txt" in " ".join(result.outcome["notes"])


NAMES = ("[red] [bold", "{0} {student_id} %s", "-rf", "<b>한글", "$(touch evil)", "a;b'c\"d", "x" * 200)


def names(test):
    """Declare one attack for each hostile name of a student."""
    for name in NAMES:
        attack(student=f"tampered_folders {name}")(test)
    return test


@pytest.mark.parametrize("name", NAMES)
@names
def test_a_hostile_name_of_a_student_stops_nothing(graded, name):
    """Whatever a student's folder is called, it is graded under that name."""
    result = graded.result(f"tampered_folders {name}")
    assert result.lost == {"triple"}
    assert json.loads(json.dumps(result.outcome)) == result.outcome


def in_the_way_of_feedback(folder):
    """Put a folder with a page where the feedback of the notebook will be."""
    (folder / f"{NOTEBOOK}.html").mkdir()
    (folder / f"{NOTEBOOK}.html" / "page.html").write_text("<script>pwned()</script>")


@attack(plant=in_the_way_of_feedback)
def test_nothing_lies_where_feedback_will_be(result):
    """A folder that is named like the feedback page is left out."""
    graded = result.course / "autograde" / result.student / ASSIGNMENT
    assert not (graded / f"{NOTEBOOK}.html").exists()
    assert result.lost == {"triple"}
