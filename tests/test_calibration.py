"""Each test cell is asked in a way in which the reference passes; what can't be asked goes to a person."""

from __future__ import annotations

import csv
import errno
import io
import os
import signal
from concurrent.futures import BrokenExecutor, Executor, Future

import pytest
from commands import gradlab
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import copy_of, outcome

from gradlab.base.errors import CourseError
from gradlab.course import Course
from gradlab.examinee.zygote import Zygote
from gradlab.examiner.ways import Way
from gradlab.grading.calibrations import with_ways

ANSWERS = {
    "mean": "def mean(values):\n    return sum(values) / len(values)",
    "roots": "from math import sqrt\ndef roots(values):\n    return [sqrt(each) for each in values]",
    "helped": "def half(x):\n    return x / 2\ndef helped(x):\n    return half(x) + 1",
    "answer": "answer = 42",
    "broken": "broken = 1",
}


CARRYING = """
def helped(x):
    return x
def half(x):
    return x
def raises(f):
    raise ValueError("heard: " + "x" * 1000)
"""
WRONG = {
    "roots": "from math import sqrt\ndef roots(values):\n    return values",
    "helped": "def half(x):\n    return x / 2\ndef helped(x):\n    return x / 2 + 1",
}
RAISES = "def raises(f):\n    try:\n        f()\n    except NameError:\n        return True\n    return False"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose tests are asked in all ways, graded for three students."""
    cells = [
        *(solution(name, text) for name, text in ANSWERS.items()),
        grading("mean_test", "assert mean([1, 3]) == 2", "assert mean([1, 2, 6]) == 3"),
        grading("roots_test", "assert roots([4]) == [2]", "assert roots([9]) == [sqrt(9)]"),
        grading("helped_test", "", "old = half\ndel half\nassert raises(lambda: helped(2))\nhalf = old"),
        grading("kept_test", "", "kept = mean([1, 3])\nassert kept == 2"),
        grading("later_test", "", "old = half\ndel half\nassert raises(lambda: helped(kept))\nhalf = old"),
        grading("answer_test", "", "assert answer == 42"),
        grading("broken_test", "", "assert broken == 2"),
        grading("anybody_test", "assert True", "assert 1 + 1 == 2"),
        grading("visible_test", "assert mean([1, 3]) == 2"),
        grading("data_test", "", "assert mean(DATA) == 2"),
    ]
    given = [code(RAISES, "given", locked=True), code("DATA = list(open('gone.txt'))")]
    made = lay_out(tmp_path_factory.mktemp("foreign"), [*given, *cells])
    submit_answers(made, "right", ANSWERS)
    submit_answers(made, "untouched", {})
    submit_answers(made, "empty", dict.fromkeys(ANSWERS, ""))
    submit_answers(made, "wrong", {**ANSWERS, **WRONG})
    submit_answers(made, "carrying", {**ANSWERS, "helped": CARRYING})
    return made, grade(made)


def outcomes(course, student):
    """Return the way, the outcome and the points of each test cell."""
    cells = outcome(course, student, "hw")["notebooks"]["hw"]
    return {name: (cell["asked"], cell["outcome"], cell["auto_score"]) for name, cell in cells.items()}


@pytest.mark.parametrize(
    ("cell", "way"),
    [
        ("mean_test", Way.VALUE),
        ("roots_test", Way.VALUE),
        ("helped_test", Way.BESIDE),
        ("kept_test", Way.VALUE),
        ("later_test", Way.BESIDE),
        ("answer_test", Way.VALUE),
    ],
)
def test_the_reference_has_all_points(course, cell, way):
    """Whatever the examiner can't do by value, it asks beside the answer."""
    assert outcomes(course[0], "right")[cell] == (way, "passed", 1)


def test_what_an_answer_can_forge_is_marked(course):
    """The outcome file marks cells that run beside the answer: as asked, or because they hide nothing."""
    for student in ("right", "untouched", "carrying"):
        cells = outcome(course[0], student, "hw")["notebooks"]["hw"]
        forgeable = {name for name, cell in cells.items() if cell["is_forgeable"]}
        assert forgeable == {"helped_test", "later_test", "visible_test"}
    assert cells["visible_test"]["asked"] == Way.VALUE


@pytest.mark.parametrize("student", ["right", "untouched", "wrong"])
def test_what_the_reference_fails_goes_to_a_person(course, student):
    """Nobody gets 0 for a cell that is wrong itself, and the command says so."""
    made, printed = course
    assert outcomes(made, student)["broken_test"] == (Way.HAND, "examiner error", None)
    assert "hw: broken_test is asked by hand" in printed
    waits = "waits for a person: hw: broken_test (examiner error), 5 submissions (carrying, empty, right,"
    assert waits in printed


def test_a_given_cell_that_fails_is_named(course):
    """The command says which given cell fails and how, not only that a test lacks a name."""
    line = next(line for line in course[1].splitlines() if "hw: data_test is asked by hand" in line)
    assert "before it, the given cell that starts with \"DATA = list(open('gone.txt'))\" failed: " in line
    assert "FileNotFoundError" in line


@pytest.mark.parametrize("student", ["untouched", "empty"])
@pytest.mark.parametrize("cell", ["mean_test", "roots_test", "helped_test", "answer_test"])
def test_who_answers_nothing_has_no_points(course, cell, student):
    """A test that deletes a helper gives no points to a student without one."""
    assert outcomes(course[0], student)[cell][2] == 0


@pytest.mark.parametrize("cell", ["roots_test", "helped_test"])
def test_a_wrong_answer_has_no_points(course, cell):
    """If the whole cell runs in the examinee, its error is the verdict."""
    assert outcomes(course[0], "wrong")[cell][1:] in {("raised", 0), ("failed", 0)}


def test_what_the_release_wins_in_both_ways_is_scored_as_by_nbgrader(course):
    """A cell that any answer passes has its point, and the command says so."""
    made, printed = course
    assert outcomes(made, "untouched")["anybody_test"] == (Way.VALUE, "passed", 1)
    assert "hw: anybody_test is asked by value: the untouched release passes it in both ways" in printed


@pytest.mark.slow
def test_without_an_answer_in_the_source_right_answers_keep_their_points(tmp_path):
    """A source may be what students get: its tests then run beside the answer, as with nbgrader."""
    stub = code("# YOUR CODE HERE\nraise NotImplementedError()", "half", solution=True)
    made = lay_out(tmp_path, [stub, grading("half_test", "assert half(4) == 2", "assert half(6) == 3")])
    submit_answers(made, "right", {"half": "def half(x):\n    return x / 2"})
    submit_answers(made, "wrong", {"half": "def half(x):\n    return 2"})
    submit_answers(made, "untouched", {})
    grade(made)
    points = {student: outcomes(made, student)["half_test"] for student in ("right", "wrong", "untouched")}
    assert {student: (way, score) for student, (way, _, score) in points.items()} == {
        "right": (Way.BESIDE, 1),
        "wrong": (Way.BESIDE, 0),
        "untouched": (Way.BESIDE, 0),
    }


def test_what_runs_beside_carries_little_out(course):
    """An examinee that has seen a whole test tells no more of it than a message of 200 characters."""
    cell = outcome(course[0], "carrying", "hw")["notebooks"]["hw"]["helped_test"]
    assert (cell["outcome"], cell["auto_score"]) == ("raised", 0)
    assert "heard" in cell["message"]
    assert len(cell["message"]) <= 200


def test_each_student_has_a_single_line(course):
    """The command's output is as long as the class; what waits for a person and the summary follow."""
    _, printed = course
    lines = printed.splitlines()
    found = [place for place, line in enumerate(lines) if "answers found" in line]
    assert len(found) == 5
    assert found == list(range(found[0], found[0] + 5))
    waits = ["waits for a person" in line for line in lines[found[-1] + 1 :]]
    assert any(waits)
    assert waits == sorted(waits, reverse=True)


@pytest.fixture(scope="module")
def report(course):
    """The folder of the report on the course."""
    made, _ = course
    gradlab(made, "report")
    return made / "gradebook" / "report"


def rows(report, name):
    """Return the rows of the only CSV file of that name."""
    (path,) = (report / "csv").rglob(name)
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.mark.parametrize(
    ("language", "marks"),
    [
        (
            "en",
            (
                "the whole test cell runs beside the student's code, which can forge its result",
                "visible and runs beside the student's code, which can forge its result",
                "a person gives the points",
            ),
        ),
        (
            "ko",
            (
                "전체가 학생의 코드 옆에서 실행되므로, 학생이 결과를 꾸며낼 수 있어요",
                "숨긴 부분 없음",
                "점수를 사람이 매겨요",
            ),
        ),
    ],
)
def test_the_report_says_what_can_be_forged_and_what_a_person_gives(report, language, marks):
    """The pages of the assignment and of each submission mark such cells, and explain the marks."""
    for folder in ("assignments", "students"):
        for path in (report / language / folder).glob("*.html"):
            text = path.read_text(encoding="utf-8").replace("&#39;", "'")
            assert all(mark in text for mark in marks)
    found = {row["cell"]: (row["asked"], row["n_asked_so"], row["why"]) for row in rows(report, "asked.csv")}
    assert set(found) == {"helped_test", "later_test", "broken_test", "visible_test", "data_test"}
    assert found["visible_test"] == ("asked by value, no hidden part", "5", "")
    assert found["helped_test"][:2] == ("asked beside", "5")
    assert found["broken_test"][0] == "asked by hand"
    assert found["broken_test"][2].startswith("the reference fails its own test: ")
    asked = {row["cell"]: row["outcome_asked"] for row in rows(report, "right.csv")}
    assert (asked["helped_test"], asked["broken_test"], asked["mean_test"]) == ("beside", "by hand", "")
    assert asked["visible_test"] == "by value, no hidden part"


def ways(folder, executor):
    """Find out how the cells of the small course are asked."""
    course = Course(folder)
    return with_ways(course, course.assignment("ps"), executor).notebooks[0].ways


@pytest.fixture
def killed(monkeypatch):
    """Return a function that kills examinees with these numbers as soon as they have started."""

    def kill(*numbers):
        started, spawn = [], Zygote.spawn

        def spawned(*asked):
            running = spawn(*asked)
            started.append(running)
            if len(started) in numbers:
                os.kill(running.pid, signal.SIGKILL)
            return running

        monkeypatch.setattr(Zygote, "spawn", spawned)

    return kill


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_killed_examinee_makes_no_cell_forgeable(released_course, tmp_path, executor, killed, number):
    """The machine's fault says nothing of a test: the reference is examined again."""
    killed(number)
    assert ways(copy_of(released_course, tmp_path / "course"), executor) == {}


def test_nothing_is_known_of_a_reference_whose_examinees_are_all_killed(
    released_course, tmp_path, executor, killed
):
    """Nothing is graded and nothing is kept, so that the next run finds out."""
    course = copy_of(released_course, tmp_path / "course")
    killed(*range(100))
    with pytest.raises(CourseError, match="ended from outside"):
        ways(course, executor)
    assert not list((course / "gradebook").rglob("calibration/*"))


def test_nothing_is_known_of_a_reference_while_the_disk_is_full(
    released_course, tmp_path, executor, monkeypatch
):
    """A full disk is no reason to let a person judge a cell for ever: the next run finds out."""
    course = copy_of(released_course, tmp_path / "course")

    def fail(**_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("tempfile.mkdtemp", fail)
    with pytest.raises(CourseError, match="No space left on device"):
        ways(course, executor)
    assert not list((course / "gradebook").rglob("calibration/*"))


class OneBroken(Executor):
    """An executor of whose calls the first one ends with its process."""

    def __init__(self, executor):
        self.executor, self.is_broken = executor, False

    def submit(self, fn, /, *args, **kwargs):
        """Let the other executor call a function, but for the first time."""
        if self.is_broken:
            return self.executor.submit(fn, *args, **kwargs)
        self.is_broken, lost = True, Future()
        lost.set_exception(BrokenExecutor("a process was terminated abruptly"))
        return lost


def test_a_worker_that_dies_with_a_reference_is_replaced(released_course, tmp_path, executor):
    """The run goes on with the next worker."""
    assert ways(copy_of(released_course, tmp_path / "course"), OneBroken(executor)) == {}
