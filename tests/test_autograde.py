"""The command that grades, `gradlab autograde`, on copies of the small course."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import generate_assignment, gradlab
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, copy_of, files, outcome, submit, tree, write_answer

from gradlab.base.errors import CourseError
from gradlab.checks import N_VARIANTS
from gradlab.course import Course
from gradlab.grading import pipeline
from gradlab.grading.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import ThreadPoolExecutor

ELSEWHERE = "not the student's"
# The class of its second value has a name that can't be written as UTF-8.
STRANGER = """
class Named(type):
    __name__ = property(lambda self: 'f\\ud800')
def triple(x):
    return x + 1.0 if x == 2 else [Named('f', (), {})()]
"""


def book(course: Path) -> Gradebook:
    """Open the gradebook of a course."""
    return Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}")


def scores(course: Path) -> dict[str, float]:
    """Return the points of all students."""
    with book(course) as gradebook:
        return {
            submission.student.id: submission.score for submission in gradebook.assignment_submissions("ps")
        }


def _write(text: str | bytes) -> Callable[[Path], object]:
    content = text.encode() if isinstance(text, str) else text
    return lambda path: path.write_bytes(content)


def _notebook(**changes: object) -> Callable[[Path], object]:
    return lambda path: path.write_text(json.dumps({**json.loads(path.read_bytes()), **changes}))


def _in_the_place(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def replace(path: Path) -> None:
        path.unlink()
        make(path)

    return replace


def _link_elsewhere(path: Path) -> None:
    other = path.parents[2] / "other.ipynb"
    other.write_text(ELSEWHERE)
    path.symlink_to(other)


BROKEN = {
    "torn": (lambda path: path.write_bytes(path.read_bytes()[:200]), "is not a notebook: JSONDecodeError"),
    "binary": (_write(b"\x89PNG\r\n\x1a\n\0\0"), "is not a notebook: UnicodeDecodeError"),
    "list": (_write("[1, 2, 3]"), "is not a notebook: it is a list"),
    "number": (_write("9" * 10_000), "is not a notebook: ValueError"),
    "nested": (_write("[" * 200_000), "is nested too deeply"),
    "no cells": (_notebook(cells=None), "has no cells"),
    "cells of text": (_notebook(cells=["def triple(x): ..."]), "has cells that are not dictionaries"),
    "directory": (_in_the_place(Path.mkdir), "is not a regular file"),
    "link": (_in_the_place(_link_elsewhere), "is not a regular file"),
    "link to nothing": (_in_the_place(lambda path: path.symlink_to("nowhere")), "is not a regular file"),
    "pipe": (_in_the_place(os.mkfifo), "is not a regular file"),
    "too large": (_write(b"{" + b" " * (20 * 2**20)), "is larger than 20 MiB"),
    "empty": (_write(""), "is empty"),
    "format 3": (_notebook(nbformat=3, worksheets=[]), "is of notebook format 3, not 4"),
    "missing": (Path.unlink, "is missing"),
}


@pytest.fixture(scope="module")
def graded(released_course, tmp_path_factory) -> tuple[Path, str, dict[str, object]]:
    """A graded class of all kinds of students: the course, the command's output, the submitted files."""
    course = copy_of(released_course, tmp_path_factory.mktemp("graded") / "course")
    submit(course, "right", f"import warnings\nwarnings.warn('hm')\n{RIGHT}")
    submit(course, "double", DOUBLE)
    submit(course, "stranger", STRANGER)
    submit(course, "untouched")
    for student, (spoil, _) in BROKEN.items():
        spoil(submit(course, student, RIGHT) / "triple.ipynb")
    before = tree(course / "submitted")
    return course, gradlab(course, "autograde", "ps", "--workers", "2"), before


def test_scores_and_messages_of_a_class(graded):
    """Points are in the gradebook; messages are in the outcome file and in the graded notebook."""
    course, _, _ = graded
    assert {name: points for name, points in scores(course).items() if name not in BROKEN} == {
        "right": 2,
        "double": 0,
        "stranger": 0,
        "untouched": 0,
    }
    told = {name: outcome(course, name)["notebooks"]["triple"]["test_triple"] for name in ("right", "double")}
    assert {told[name].pop("variant") for name in told} <= set(range(N_VARIANTS))
    nothing = {"exercise": "", "misconception": "", "returned": None, "decided": "", "asked": "by value"}
    nothing |= {"is_forgeable": False, "case": None}
    assert told["right"] == {"auto_score": 2, "outcome": "passed", "message": "", **nothing}
    message, case = told["double"].pop("message"), told["double"].pop("case")
    assert "두 배를 했나요?" in message
    assert case["call"].startswith("triple(")
    diagnosis = {
        "exercise": "triple",
        "misconception": "doubled",
        "returned": None,
        "decided": "",
        "asked": "by value",
        "is_forgeable": False,
    }
    assert told["double"] == {"auto_score": 0, "outcome": "failed", **diagnosis}
    told = outcome(course, "stranger")["notebooks"]["triple"]["test_triple"]
    assert (told["exercise"], told["misconception"]) == ("triple", "")
    assert told["returned"] == [
        {"type": "float", "shape": [], "values": [3.0]},
        {"type": "list", "items": [{"text": "<f?>"}]},
    ]
    notebook = nbformat.read(course / "autograde" / "double" / "ps" / "triple.ipynb", as_version=4)
    assert "두 배를 했나요?" in str(notebook.cells[-1].outputs)


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_no_notebook_is_recorded_with_the_reason(graded, kind):
    """A broken notebook is reported, has no points, and waits for a person if it was handed in."""
    course, printed, _ = graded
    reason = f"triple.ipynb {BROKEN[kind][1]}"
    assert f"not gradeable: {kind}: {reason}" in printed
    assert reason in outcome(course, kind)["problems"][0]
    assert not (course / "autograde" / kind / "ps").exists()
    with book(course) as gradebook:
        submission = gradebook.find_submission("ps", kind)
        assert submission.score == 0
        assert submission.needs_manual_grade == (kind != "missing")


def test_the_progress_bar_counts_what_went_wrong(graded):
    """It shows how many submissions are done, and how many of them are not gradeable."""
    course, printed, _ = graded
    n_submissions = len([path for path in (course / "submitted").iterdir() if path.is_dir()])
    assert f"{n_submissions}/{n_submissions} {len(BROKEN)} not gradeable" in printed


def test_submitted_files_are_left_as_they_are(graded):
    """Nothing in submitted/ is written, moved or corrected."""
    course, _, before = graded
    assert tree(course / "submitted") == before
    assert ELSEWHERE not in str(tree(course / "autograde"))


def test_a_second_start_grades_nothing_and_says_the_same(graded):
    """Submissions with the same content are skipped, whatever their timestamps; problems are told again."""
    course, printed, _ = graded
    written = {path: path.stat().st_mtime_ns for path in (course / "gradebook" / "outcomes").rglob("*.json")}
    for path in (course / "submitted").rglob("*.ipynb"):
        if path.is_file():
            path.touch()
    again = gradlab(course, "autograde", "ps")
    assert f"{len(written)} submissions, {len(written)} unchanged" in again
    assert {line for line in again.splitlines() if line.startswith("not gradeable")} == {
        line for line in printed.splitlines() if line.startswith("not gradeable")
    }
    assert written == {path: path.stat().st_mtime_ns for path in written}


def test_one_student_is_graded_alone_and_by_force(graded):
    """`--student` leaves other students alone; `--force` grades unchanged submissions again."""
    course, _, _ = graded
    kept = course / "gradebook" / "outcomes" / "ps"
    before = {path.name: path.stat().st_mtime_ns for path in kept.glob("*.json")}
    printed = gradlab(course, "autograde", "ps", "--student", "right", "--student", "double", "--force")
    assert "2 submissions, 0 unchanged" in printed
    after = {path.name: path.stat().st_mtime_ns for path in kept.glob("*.json")}
    assert {name for name in before if before[name] != after[name]} == {"right.json", "double.json"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ps", "--student", "nobody"), "There is no submission of 'nobody' for 'ps'."),
        (("qs",), "There is no assignment 'qs'. Did you mean 'ps'?"),
    ],
)
def test_what_is_not_there_is_an_error(graded, arguments, message):
    """The command fails, says what is missing, and adds no row."""
    course, _, _ = graded
    before = scores(course)
    assert message in gradlab(course, "autograde", *arguments, succeeds=False)
    assert scores(course) == before


def test_outside_a_course_nothing_is_made(tmp_path):
    """The command says that there is no course, and creates no file."""
    assert "No course around" in gradlab(tmp_path, "autograde", "ps", succeeds=False)
    assert list(tmp_path.iterdir()) == []


# The tests below run the same pipeline in this process, with a thread as executor.


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A released course without submissions."""
    return copy_of(released_course, tmp_path / "course")


def grade(course: Path, executor: ThreadPoolExecutor, *, force: bool = False) -> set[str]:
    """Grade all submissions; return the students who were not skipped as unchanged."""
    here = Course(course)
    students = pipeline.submitted(here, "ps")
    done = list(pipeline.autograde(here, "ps", students, executor, force=force))
    assert [progress.error for progress in done if progress.error] == []
    assert sorted(progress.student for progress in done) == students
    return {progress.student for progress in done if not progress.was_known}


def test_what_has_changed_is_graded_anew(course, executor):
    """A changed submission, file next to the notebook or limit leads to new grading."""
    submit(course, "one", DOUBLE)
    submit(course, "two", RIGHT)
    assert grade(course, executor) == {"one", "two"}
    assert grade(course, executor) == set()

    submit(course, "one", RIGHT)
    assert grade(course, executor) == {"one"}
    assert scores(course) == {"one": 2, "two": 2}

    (course / "source" / "ps" / "data.csv").write_text("1,2,3")
    assert grade(course, executor) == {"one", "two"}

    config = course / "nbgrader_config.py"
    config.write_text(config.read_text(encoding="utf-8") + "\nc.Execute.timeout = 7\n", encoding="utf-8")
    assert grade(course, executor) == {"one", "two"}
    assert grade(course, executor) == set()
    assert grade(course, executor, force=True) == {"one", "two"}


@pytest.mark.slow
def test_a_new_test_grades_all_anew(course, executor):
    """After `nbgrader generate_assignment`, submissions are graded by the new test."""
    submit(course, "one", "def triple(x):\n    return 3.0 * x if x != 7 else 0")
    grade(course, executor)
    assert scores(course) == {"one": 2}
    path = course / "source" / "ps" / "triple.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("case(2)", "case(7)"), encoding="utf-8")
    generate_assignment(course, "ps", "--force")
    assert grade(course, executor) == {"one"}
    assert scores(course) == {"one": 0}


def test_manual_points_and_comments_survive(course, executor):
    """Regrading keeps manual points and comments, and asks for a person again."""
    submit(course, "one", DOUBLE)
    grade(course, executor)
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "one")
        found.manual_score, found.extra_credit = 1.5, 0.25
        gradebook.find_comment("triple", "triple", "ps", "one").manual_comment = "Nearly."
        gradebook.db.commit()
    submit(course, "one", RIGHT)
    assert grade(course, executor) == {"one"}
    with book(course) as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "one")
        assert (found.auto_score, found.manual_score, found.extra_credit) == (2, 1.5, 0.25)
        assert (found.score, found.needs_manual_grade) == (1.75, True)
        assert gradebook.find_comment("triple", "triple", "ps", "one").comment == "Nearly."


def test_lateness_costs_what_the_plugin_says_and_no_longer_when_it_is_forgiven(course, executor):
    """`c.LateSubmissionPlugin` sets the penalty at each start, without an exam; a bad time is reported."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=datetime(2026, 3, 2, 12))  # noqa: DTZ001  # nbgrader's are in UTC
    times = {
        "early": "2026-03-02 11:59:59 UTC",
        "late": "2026-03-02 12:00:01 UTC",
        "odd": "this morning",
        "none": "",
    }
    for student, text in times.items():
        (submit(course, student, RIGHT) / "timestamp.txt").write_text(text)
    grade(course, executor)

    def penalties() -> dict[str, float | None]:
        with book(course) as gradebook:
            found = gradebook.assignment_submissions("ps")
            return {
                submission.student.id: submission.notebooks[0].late_submission_penalty for submission in found
            }

    assert penalties() == {"early": None, "late": 2, "odd": None, "none": None}
    assert outcome(course, "odd")["notes"] == ["timestamp.txt contains no time: it counts as not late"]
    (course / "submitted" / "late" / "ps" / "timestamp.txt").write_text(times["early"])
    (course / "submitted" / "odd" / "ps" / "timestamp.txt").write_text(times["late"])
    assert grade(course, executor) == set()
    assert penalties() == {"early": None, "late": None, "odd": 2, "none": None}
    assert outcome(course, "odd")["problems"] == []
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=datetime(2026, 3, 2, 11))  # noqa: DTZ001  # as above
    assert grade(course, executor) == set()
    assert penalties() == {"early": 2, "late": 2, "odd": 2, "none": None}


def test_a_submission_may_become_broken_and_whole_again(course, executor):
    """A broken submission loses its points and graded notebook, and gets them back when it is whole."""
    folder = submit(course, "one", RIGHT)
    whole = (folder / "triple.ipynb").read_bytes()
    place = course / "autograde" / "one" / "ps"
    for content, points, is_there in ((whole, 2, True), (whole[:99], 0, False), (whole, 2, True)):
        (folder / "triple.ipynb").write_bytes(content)
        assert grade(course, executor) == {"one"}
        assert scores(course) == {"one": points}
        assert place.exists() == is_there
    assert [path.name for path in place.parent.iterdir()] == ["ps"]


def test_a_lost_graded_notebook_is_made_again(course, executor):
    """A recorded submission is graded again if its graded files are missing."""
    submit(course, "one", RIGHT)
    grade(course, executor)
    shutil.rmtree(course / "autograde" / "one")
    assert grade(course, executor) == {"one"}
    assert (course / "autograde" / "one" / "ps" / "triple.ipynb").is_file()


def test_files_beside_the_notebook(course, executor):
    """A student's files are kept, except for links, caches, notebooks, and files in the course's way."""
    (course / "source" / "ps" / "data").mkdir()
    (course / "source" / "ps" / "data" / "numbers.csv").write_text("1,2,3")
    (course / "source" / "ps" / "table.csv").write_text("4,5")
    folder = submit(course, "one", RIGHT)
    (folder / "data").write_text("a file in the place of the course's folder")
    (folder / "table.csv").mkdir()
    (folder / "table.csv" / "hidden.txt").write_text("a folder in the place of the course's file")
    (folder / "notes.txt").write_text("my notes")
    (folder / "module.pyc").write_bytes(b"\0")
    (folder / "copy.ipynb").write_text("{}")
    (folder / "link.txt").symlink_to(course / "gradebook" / "gradebook.db")
    grade(course, executor)
    place = course / "autograde" / "one" / "ps"
    found = {name: content for name, (_, content) in files(place).items() if name != "triple.ipynb"}
    assert found == {"data/numbers.csv": b"1,2,3", "table.csv": b"4,5", "notes.txt": b"my notes"}


def test_whatever_a_notebook_holds_can_be_written(course, executor):
    """Notebooks with lone surrogates, zero bytes or malformed cells are graded and written."""
    folder = submit(course, "one")
    write_answer(folder / "triple.ipynb", "triple", "PLACE")
    path = folder / "triple.ipynb"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"PLACE"', json.dumps(f"{RIGHT}\n# \ud800")), encoding="utf-8")
    folder = submit(course, "two", RIGHT)
    notebook = json.loads((folder / "triple.ipynb").read_bytes())
    notebook["cells"] += [
        {"cell_type": "code", "source": "zero = '\0'"},
        {"cell_type": "code", "source": 7, "metadata": "none"},
        {"cell_type": ["code"], "source": {}},
        {"source": "nothing"},
        {},
    ]
    (folder / "triple.ipynb").write_text(json.dumps(notebook))
    grade(course, executor)
    assert scores(course) == {"one": 2, "two": 2}
    assert "# ?" in (course / "autograde" / "one" / "ps" / "triple.ipynb").read_text(encoding="utf-8")


def test_no_two_processes_record_one_assignment(course):
    """A second recorder of the same assignment raises a CourseError."""
    here = Course(course)
    spec = here.assignment("ps")
    with (
        here.gradebook() as gradebook,
        Recorder(here, spec, gradebook),
        pytest.raises(CourseError, match=r"process .* is grading 'ps'"),
        Recorder(here, spec, gradebook),
    ):
        pass


def test_an_error_of_the_grader_stops_nobody_else(course, executor):
    """A student who can't be recorded is reported with the error, and is graded by the next run."""
    submit(course, "one", RIGHT)
    submit(course, "two", RIGHT)
    blocked = course / "autograde" / "one"
    blocked.parent.mkdir()
    blocked.write_text("a file in the place of a folder")
    here = Course(course)
    done = {
        progress.student: progress for progress in pipeline.autograde(here, "ps", ["one", "two"], executor)
    }
    assert done["one"].error.startswith("Not a directory: ")
    assert done["two"].error == ""
    blocked.unlink()
    assert grade(course, executor) == {"one"}
    assert scores(course) == {"one": 2, "two": 2}
