"""PostgreSQL as the gradebook's database: the same records as with SQLite, also if the server is killed."""

from __future__ import annotations

import multiprocessing
import re
import shutil
import subprocess
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from commands import GRADLAB, environment, generate_assignment, gradlab, nbgrader
from conftest import lay_out_small_course
from exchange import open_exchange
from nbgrader.api import Gradebook
from postgresql import Server, named_rows, programs
from submissions import DOUBLE, RIGHT, files, submit
from test_recording import STUDENTS, exam
from test_serve import FULL, served, server_of

from gradlab.course import Course
from gradlab.grading.recorded import Recorded
from gradlab.grading.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.skipif(programs() is None, reason="PostgreSQL is not installed")]

ASSIGNMENTS = ("ps", "PS-10", "ps_2")
EXPORTERS = ("Long", "Wide", "Moodle")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A private server."""
    pytest.importorskip("psycopg")
    server = Server()
    yield server
    server.close()


@pytest.fixture(scope="module")
def courses(server, tmp_path_factory) -> dict[str, Path]:
    """Two courses with the same submissions, by the URL of their databases, graded by the same commands."""
    folder = tmp_path_factory.mktemp("courses")
    sqlite = folder / "sqlite"
    made = {f"sqlite:///{sqlite / 'gradebook' / 'gradebook.db'}": sqlite}
    made[server.new_database()] = folder / "postgresql"
    for url, course in made.items():
        _lay_out(course, url)
        _grade(course, url)
    return made


def _lay_out(course: Path, url: str) -> None:
    """Release three assignments, and hand in all kinds of submissions."""
    lay_out_small_course(course)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(
            f"\nc.CourseDirectory.db_url = {url!r}\nc.LateSubmissionPlugin.penalty_method = 'zero'\n"
        )
    for name in ASSIGNMENTS[1:]:
        shutil.copytree(course / "source" / "ps", course / "source" / name)
    (course / "gradebook").mkdir()
    generate_assignment(course, "--assignment=*")
    with Gradebook(url) as gradebook:
        gradebook.add_student("known", first_name="지우", last_name="김")
        gradebook.update_or_create_assignment("PS-10", duedate=datetime(2026, 3, 2, 12))  # noqa: DTZ001  # nbgrader's are in UTC
    for name in ASSIGNMENTS:
        for student, answer in {"known": RIGHT, "wrong": DOUBLE, "_odd id": RIGHT, "이": None}.items():
            path = submit(course, student, answer, name) / "timestamp.txt"
            path.write_text(f"2026-03-02 {'13' if student == 'known' else '11'}:00:00 UTC")
        (submit(course, "torn", RIGHT, name) / "triple.ipynb").write_text("{")


def _grade(course: Path, url: str) -> None:
    """Run each command that writes, and let a person give points between two gradings."""
    gradlab(course, "autograde", "ps")
    gradlab(course, "autograde", "PS-10")
    nbgrader(course, "autograde", "ps_2")
    with Gradebook(url) as gradebook:
        grade = gradebook.find_grade("test_triple", "triple", "ps", "wrong")
        grade.manual_score, grade.extra_credit = 1.5, 0.25
        gradebook.find_comment("triple", "triple", "ps", "wrong").manual_comment = "아쉬워요."
        gradebook.db.commit()
    submit(course, "wrong", RIGHT)
    gradlab(course, "autograde", "ps")
    gradlab(course, "feedback", "ps")
    nbgrader(course, "generate_feedback", "PS-10")


def test_rows_and_files_are_those_of_sqlite(courses):
    """All tables are the same, except for random ids, and so are the graded submissions."""
    ours, others = (named_rows(url) for url in courses)
    assert ours.keys() == others.keys()
    for table in ours:
        assert ours[table] == others[table], table
    assert len(ours["submitted_assignment"]) == 5 * len(ASSIGNMENTS)
    ours, others = (files(course / "autograde") for course in courses.values())
    assert ours == others


@pytest.mark.parametrize(
    "command",
    [
        lambda course: gradlab(course, "autograde", "ps", "--explain"),
        lambda course: gradlab(course, "autograde", "ps"),
        lambda course: nbgrader(course, "db", "student", "list"),
        lambda course: nbgrader(course, "db", "assignment", "list"),
        lambda course: gradlab(course, "adopt", "ps"),
    ],
)
def test_commands_say_what_they_say_with_sqlite(courses, command: Callable[[Path], str]):
    """Each runs, and prints the same."""
    ours, others = (_without_rates(command(course)) for course in courses.values())
    assert ours == others


def _without_rates(printed: str) -> list[str]:
    lines = (re.sub(r"^\d+ s · ", "", line) for line in printed.splitlines())
    return sorted(line for line in lines if "/s" not in line and "INFO" not in line)


def test_tables_and_exports_are_those_of_sqlite(courses):
    """The order of assignments and students does not depend on how a database sorts texts."""
    for exporter in EXPORTERS:
        ours, others = (
            _exported(course, f"gradlab.exporters.{exporter}Exporter") for course in courses.values()
        )
        assert ours == others
    tables = []
    for course in courses.values():
        gradlab(course, "report")
        report = course / "gradebook" / "report"
        tables.append({str(path.relative_to(report)): _without_times(path) for path in report.rglob("*.csv")})
    assert tables[0]
    assert tables[0] == tables[1]


def _without_times(path: Path) -> str:
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", "", path.read_text(encoding="utf-8"))


def _exported(course: Path, exporter: str) -> str:
    nbgrader(course, "export", f"--exporter={exporter}", "--to=table.csv")
    return (course / "table.csv").read_text(encoding="utf-8")


def test_a_server_that_is_killed_costs_no_exam(server, tmp_path):
    """If it is killed while submissions are graded, and started again, one run records them all."""
    url = server.new_database()
    course = tmp_path / "course"
    _lay_out(course, url)
    for student in STUDENTS:
        submit(course, student, RIGHT)
    outcomes = course / "gradebook" / "outcomes" / "ps"
    command = [GRADLAB, "autograde", "ps", "--workers", "1"]
    with subprocess.Popen(
        command,
        cwd=course,
        env=environment(course),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as grader:
        while len(list(outcomes.glob("*.json"))) < 3:
            assert grader.poll() is None
            time.sleep(0.01)
        server.kill()
        time.sleep(2)
        server.start_again()
        printed, _ = grader.communicate(timeout=300)
    assert grader.returncode == 0, printed
    assert "grader failed" not in printed
    with Gradebook(url) as gradebook:
        found = {entry.student.id: entry.score for entry in gradebook.assignment_submissions("ps")}
    assert found == {**dict.fromkeys((*STUDENTS, "known", "_odd id"), 2), "wrong": 0, "이": 0, "torn": 0}
    assert list((course / "gradebook" / "spool" / "ps").iterdir()) == []


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # nbgrader leaves files open
def test_what_arrives_is_graded_though_the_server_is_killed(server, tmp_path, executor):
    """`gradlab serve` says what failed, and goes on when the database is there again."""
    url = server.new_database()
    course = lay_out_small_course(tmp_path / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    (course / "gradebook").mkdir()
    generate_assignment(course, "ps")
    exchange = open_exchange(course, tmp_path, settings=FULL)
    exchange.submit("kim", RIGHT)
    with server_of(course, executor) as grader:
        assert served(grader) == ["kim, ps: 1 passed"]
        server.kill()
        exchange.submit("lee", DOUBLE)
        grader.look()
        assert any(event.is_trouble for _ in range(3) for event in grader.step())
        server.start_again()
        grader.try_again()
        assert served(grader) == ["lee, ps: 1 failed"]
    with Gradebook(url) as gradebook:
        found = {entry.student.id: entry.score for entry in gradebook.assignment_submissions("ps")}
    assert found == {"kim": 2, "lee": 0}
    assert exchange.feedback("kim") == exchange.feedback("lee") == [True]


def test_two_assignments_at_once_add_the_same_students(server, tmp_path):
    """A student whom another process adds between reading and writing is no error."""
    url = server.new_database()
    course = tmp_path / "course"
    _lay_out(course, url)
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    processes = [context.Process(target=_record, args=(course, name, start)) for name in ASSIGNMENTS[:2]]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with Gradebook(url) as gradebook:
        assert {student.id: student.score for student in gradebook.students if student.id in STUDENTS} == (
            dict.fromkeys(STUDENTS, 4)
        )


def _record(course: Path, assignment: str, start: Barrier) -> None:
    """Record batches of the same students in another order, at the same time as another process."""
    here = Course(course)
    students = STUDENTS if assignment == "ps" else STUDENTS[::-1]
    with here.gradebook() as gradebook, Recorder(here, here.assignment(assignment), gradebook) as recorder:
        start.wait()
        for first in range(0, len(students), 4):
            results = recorder.record([exam(student) for student in students[first : first + 4]])
            assert all(isinstance(result, Recorded) for result in results.values()), results
