"""`gradlab status`, and the end of `gradlab autograde`, say how far an assignment is, and what is next."""

from __future__ import annotations

import io

import pytest
from commands import gradlab, nbgrader
from exchange import open_exchange
from gradebooks import change, grade
from rich.console import Console
from submissions import DOUBLE, RIGHT, copy_of, submit

from gradlab.course import Course
from gradlab.grading.command import again
from gradlab.grading.recorder import Recorder
from gradlab.status.command import close, table_of
from gradlab.status.standing import Standing, Standings
from gradlab.submission.reading import SECRET_NAME

RUN = {"nbgrader": nbgrader, "gradlab": gradlab}


@pytest.fixture
def course(released_course, tmp_path):
    """A course with an assignment that is generated, but not released."""
    return copy_of(released_course, tmp_path / "course")


def standing(course) -> Standing:
    return Standings(Course(course)).of("ps")


@pytest.mark.slow
def test_each_step_leads_to_the_next(course, tmp_path):
    """Whoever runs what it says next, again and again, has graded and handed out everything in the end."""
    assert standing(course).next_step == "nbgrader release_assignment ps"
    exchange = open_exchange(course, tmp_path)
    steps = []
    while step := standing(course).next_step:
        steps.append(step)
        program, *arguments = step.split()
        if program == "wait":
            exchange.submit("kim", RIGHT)
        else:
            printed = RUN[program](course, *arguments)
        if "autograde" in step:
            last = printed.strip().split("\n")[-2:]
            assert "1 of 1 submission complete (mean 2, median 2, of 2)" in last[0]
            assert last[1] == "ps: next: gradlab feedback ps"
    assert [step.split()[1] for step in steps] == [
        "for",
        "collect",
        "autograde",
        "feedback",
        "release_feedback",
    ]
    assert "ps: done" in gradlab(course, "status")
    (course / "feedback" / "kim" / "ps" / SECRET_NAME).write_bytes(b"\xff")  # it is the student's own
    assert standing(course).n_held == 1
    exchange.submit("kim", DOUBLE)
    assert standing(course).next_step == "nbgrader collect ps --update"


def test_what_is_new_or_waits_or_is_stale_is_counted(course, executor):
    """Numbers are those of submissions, and a mean is of complete scores."""
    for student, answer in (("right", RIGHT), ("wrong", DOUBLE), ("later", RIGHT)):
        submit(course, student, answer)
    assert standing(course).n_ungraded == 3
    assert grade(course, executor) == {"right", "wrong", "later"}
    submit(course, "later", DOUBLE)
    submit(course, "new", RIGHT)
    change(course, "UPDATE grade SET needs_manual_grade = 1 WHERE auto_score = 0")
    found = standing(course)
    assert (found.n_submitted, found.n_ungraded, found.n_waiting, found.n_stale) == (4, 2, 1, 3)
    assert found.scores == (2, 2)
    assert found.next_step == "gradlab autograde ps"


@pytest.mark.parametrize(
    ("failed", "is_forced", "command"),
    [
        (["a b", "kim"], False, "gradlab autograde ps --student 'a b' --student kim"),
        (["kim"], True, "gradlab autograde ps --force --student kim"),
        (list("abcdef"), True, "gradlab autograde ps --force"),
    ],
)
def test_what_the_grader_failed_on_goes_first(course, executor, failed, is_forced, command):
    """As long as there is something to grade again, no feedback is the next step."""
    submit(course, "kim", RIGHT)
    grade(course, executor)
    console = Console(file=io.StringIO(), width=200)
    close(Course(course), "ps", 1.0, console, again("ps", failed, is_forced=is_forced))
    assert console.file.getvalue().splitlines()[-1] == f"ps: next, because the grader failed: {command}"
    close(Course(course), "ps", 1.0, console, again("ps", [], is_forced=is_forced))
    assert console.file.getvalue().splitlines()[-1] == "ps: next: gradlab feedback ps"


def test_a_submission_that_can_not_be_read_stops_no_summary(course, monkeypatch):
    """It has still to be graded, and the reason is said."""
    submit(course, "kim", RIGHT)
    monkeypatch.setattr(Recorder, "digest", lambda *_: (_ for _ in ()).throw(OSError("no such device")))
    assert standing(course).n_ungraded == 1


def test_an_assignment_that_can_not_be_graded_says_why(course):
    """A source that has changed since its release is named, and what to do."""
    path = course / "source" / "ps" / "triple.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("triple(1) == 3", "triple(2) == 6"))
    assert "nbgrader generate_assignment ps" in standing(course).next_step
    submit(course, "kim", RIGHT)
    printed = gradlab(course, "autograde", "ps", succeeds=False)
    assert "nbgrader generate_assignment ps" in printed
    assert "0/1" not in printed


def test_an_unknown_assignment_is_an_error(course):
    """A name that the course does not know ends in one line, with the closest known name."""
    printed = gradlab(course, "status", "pss", succeeds=False)
    assert "There is no assignment 'pss'. Did you mean 'ps'?" in printed
    assert "Traceback" not in printed


def test_a_course_without_assignments_says_what_to_do(tmp_path):
    """Right after `gradlab init`, nobody looks at an empty table."""
    gradlab(tmp_path, "init", "new")
    assert "write notebooks into source/<assignment>/" in gradlab(tmp_path / "new", "status")


def test_the_table_fits_into_a_terminal():
    """In 80 columns, names and numbers stand whole."""
    numbers = {"n_arrived": 12, "n_submitted": 128, "n_ungraded": 104, "n_waiting": 100, "n_stale": 12}
    scores = {"scores": (14.25,) * 20, "max_score": 20.0}
    name = "ps5-gradient-descent"
    printed = io.StringIO()
    Console(file=printed, width=80).print(table_of([Standing(name, is_released=True, **numbers, **scores)]))
    head, row = printed.getvalue().splitlines()
    columns = ["assignment", "released", "submitted", "ungraded", "waiting", "complete", "mean"]
    assert head.split() == columns
    assert row.split() == [name, "yes", "128", "(+12)", "104", "100", "20", "14.25", "/", "20"]
