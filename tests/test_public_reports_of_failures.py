"""Failures of disks, databases and files are reported in one line, and nothing is lost."""

from __future__ import annotations

import errno
import json
import shutil
from typing import TYPE_CHECKING

import pytest
from commands import gradlab, nbgrader
from gradebooks import book, change, database, everything, grade
from submissions import RIGHT, copy_of, outcome, submit, tree

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.course import Course
from gradlab.grading import pipeline
from gradlab.report.site import write_report

if TYPE_CHECKING:
    from pathlib import Path


COMMANDS = (("report",), ("autograde", "ps"), ("audit",))


def with_each_command(*faults: tuple[str, ...]) -> list[object]:
    """Return each fault with each command; before a commit, each fault and each command is tried once."""
    return [
        pytest.param(*fault, command, marks=() if (row - column) % len(COMMANDS) == 0 else pytest.mark.slow)
        for row, fault in enumerate(faults)
        for column, command in enumerate(COMMANDS)
    ]


@pytest.fixture
def course(graded_course, tmp_path) -> Path:
    """A copy of the graded course."""
    return copy_of(graded_course, tmp_path / "course")


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
    """If submissions are graded, a gradebook without assignments is not the one that they were graded in."""
    write_report(Course(course), course / "gradebook" / "report")
    database(course).unlink()
    book(course).close()
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert "is empty, but submissions were graded" in printed
    assert everything(course) == before


NOBODY_LISTENS = "://nobody:secret@127.0.0.1:9/none"


@pytest.mark.parametrize(
    ("url", "command"),
    [
        ("no url", ("report",)),
        (f"postgresql{NOBODY_LISTENS}", ("autograde", "ps")),
        (f"postgresql+psycopg{NOBODY_LISTENS}", ("report",)),
        (f"postgresql+pg8000{NOBODY_LISTENS}", ("report",)),
    ],
)
def test_an_unreachable_gradebook_is_one_line(course, url, command):
    """Nobody listens, a driver is missing, an address is wrong: one line says what to do."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert len(printed.strip().splitlines()) == 1
    assert "gradebook" in printed
    assert "Install it." in printed or "Check c.CourseDirectory.db_url" in printed
    assert "secret" not in printed
    assert everything(course) == before


@pytest.mark.parametrize("exporter", ["LongExporter", pytest.param("MoodleExporter", marks=pytest.mark.slow)])
def test_no_export_makes_a_gradebook(course, exporter):
    """An exporter stops before nbgrader makes a gradebook, and keeps the last export."""
    database(course).unlink()
    (course / "scores.csv").write_text("the last export")
    before = everything(course)
    command = ("export", f"--exporter=gradlab.exporters.{exporter}", "--to=scores.csv")
    assert "There is no gradebook in" in nbgrader(course, *command, succeeds=False)
    assert everything(course) == before


@pytest.mark.parametrize("exporter", ["CanvasExporter", pytest.param("WideExporter", marks=pytest.mark.slow)])
def test_a_gradebook_without_a_column_is_one_line(course, exporter):
    """An exporter that can't read the gradebook says so in one line, and what to do."""
    change(course, "ALTER TABLE student DROP COLUMN lms_user_id")
    printed = nbgrader(course, "export", f"--exporter=gradlab.exporters.{exporter}", succeeds=False)
    assert "no such column" in printed
    assert "nbgrader db upgrade" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    "parts",
    [
        {"notes": 5},
        {"late": 7},
        {"late": {"seconds": 1}},
        {"answers": "x"},
        {"judged": {"triple": 1}},
        {"guesses": {"triple": "a"}},
    ],
)
def test_a_damaged_outcome_file_is_no_record(course, executor, parts):
    """An outcome file with parts of another form counts as missing: the next grading repairs it."""
    path = course / "gradebook" / "outcomes" / "ps" / "right.json"
    path.write_text(json.dumps(outcome(course, "right") | parts))
    write_report(Course(course), course / "report")
    assert grade(course, executor) == {"right"}


@pytest.mark.parametrize("command", [nbgrader, gradlab], ids=["nbgrader", "gradlab"])
def test_a_command_stops_where_it_cant_write(course, command):
    """If graded notebooks can't be written, either command says so in one line, not for each student."""
    shutil.rmtree(course / "autograde")
    (course / "autograde").write_text("")
    printed = command(course, "autograde", "ps", succeeds=False)
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
    ("text", "reason", "command"),
    with_each_command(
        ("c.Execute.timeout = = 3", "SyntaxError"),
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("raise RuntimeError('not\\ntoday')", "RuntimeError: not today"),
    ),
)
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


@pytest.mark.parametrize(("content", "command"), with_each_command(("",), ("[]",), ('{"cells": ',)))
def test_a_damaged_source_is_one_line(course, content, command):
    """A source that is not a notebook is named in one line, and nothing is written."""
    source = course / "source" / "ps" / "triple.ipynb"
    source.write_text(content)
    before = everything(course)
    printed = gradlab(course, *command, succeeds=False)
    assert str(source) in printed
    assert "Traceback" not in printed
    assert everything(course) == before


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some"),
        (errno.EACCES, "Change the permissions"),
        (errno.EROFS, "Mount it so that"),
    ],
)
def test_what_to_do_depends_on_what_keeps_from_writing(number, advice):
    """Other permissions help nothing on a file system that is read-only or full."""
    assert advice in explained(OSError(number, "", "gradebook/report"))
