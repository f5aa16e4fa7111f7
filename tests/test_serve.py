"""The resident grader, with nbgrader's own exchange."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from commands import GRADLAB, environment, gradlab
from descriptors import no_descriptors
from exchange import open_exchange
from gradebooks import book, points
from submissions import DOUBLE, RIGHT, copy_of, outcome, tables

from gradlab.base.errors import CourseError
from gradlab.course import Course
from gradlab.serve.command import exchange_of
from gradlab.serve.journal import Journal
from gradlab.serve.pages import Pages
from gradlab.serve.server import ResidentGrader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

    from exchange import Exchange

# nbgrader leaves files open.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

ONLY_VISIBLY_RIGHT = "def triple(x):\n    return 3"
FULL = "c.Serve.feedback = 'full'"
SLOW = "import time\ntime.sleep(0.3)\n" + RIGHT


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A course whose assignment is released."""
    return copy_of(released_course, tmp_path / "course")


@pytest.fixture
def exchange(course, tmp_path) -> Exchange:
    """Its exchange."""
    return open_exchange(course, tmp_path, settings=FULL)


def server_of(course: Path, executor: ThreadPoolExecutor) -> ResidentGrader:
    """Return a server that runs in this process."""
    here = Course(course)
    inbox, release = exchange_of(course)
    return ResidentGrader(here, ["ps"], inbox, Pages(here, release), executor, lambda: 1)


def served(server: ResidentGrader) -> list[str]:
    """Serve until nothing more waits; return what happened."""
    return [event.text for event in each_event(server)]


def each_event(server: ResidentGrader) -> Iterator:
    """Serve until nothing more waits."""
    server.look()
    while True:
        yield from server.step()
        if server.is_idle:
            return


def serve(course: Path, executor: ThreadPoolExecutor) -> list[str]:
    """Start a server, serve until nothing more waits, and end it; return what happened."""
    with server_of(course, executor) as server:
        return served(server)


def set_due(course: Path, due: dt.datetime) -> None:
    """Set the due date of the assignment."""
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=due.replace(tzinfo=None))


def in_days(n_days: float) -> dt.datetime:
    """Return a time in the future, or in the past."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(days=n_days)


def test_what_arrives_is_graded_and_its_feedback_is_released(course, exchange, executor):
    """The students' Assignment List offers the feedback, and the gradebook has the points."""
    exchange.submit("kim", RIGHT)
    exchange.submit("lee", DOUBLE)
    assert serve(course, executor) == ["kim, ps: 1 passed", "lee, ps: 1 failed"]
    assert points(course) == {"kim": 2, "lee": 0}
    assert exchange.feedback("kim") == exchange.feedback("lee") == [True]


def test_the_newest_submission_counts(course, exchange, executor):
    """An older one that has not begun is skipped, and a newer one takes the place of a graded one."""
    exchange.submit("kim", DOUBLE)
    exchange.submit("kim", RIGHT)
    with server_of(course, executor) as server:
        assert served(server) == ["kim, ps: 1 passed"]
        exchange.submit("kim", DOUBLE)
        assert served(server) == ["kim, ps: 1 failed"]
        assert served(server) == []
    assert points(course) == {"kim": 0}
    assert exchange.feedback("kim") == [False, True, True]


def test_the_same_answer_again_needs_no_exam(course, exchange, executor):
    """Its feedback is released all the same: it has another secret."""
    exchange.submit("kim", RIGHT)
    with server_of(course, executor) as server:
        served(server)
        graded = outcome(course, "kim")["graded"]
        time.sleep(1)
        exchange.submit("kim")
        assert served(server) == ["kim, ps: 1 passed"]
    assert outcome(course, "kim")["graded"] == graded
    assert exchange.feedback("kim") == [True, True]


@pytest.mark.slow
def test_a_notebook_that_cant_be_opened_has_a_page(course, exchange, executor):
    """Its student reads why, even if an earlier one was graded; a later one replaces the page."""
    page = course / "feedback" / "kim" / "ps" / "triple.html"
    with server_of(course, executor) as server:
        for answer, is_broken in ((RIGHT, False), (RIGHT, True), (DOUBLE, False)):
            folder = exchange.submit("kim", answer)
            if is_broken:
                (folder / "triple.ipynb").write_text("{")
            served(server)
            assert ("열 수 없어서" in page.read_text(encoding="utf-8")) == is_broken
            assert ("triple.ipynb" in page.read_text(encoding="utf-8")) == is_broken
            assert "0 pages made, 1 up to date." in gradlab(course, "feedback")
    assert exchange.feedback("kim") == [True, True, True]


def test_students_take_turns(course, exchange, executor):
    """A student who submits again and again waits until the others have had their turn."""
    for student in ("flood", "kim", "lee"):
        exchange.submit(student, RIGHT)
    with server_of(course, executor) as server:
        server.look()
        order = []
        while not server.is_idle:
            for event in server.step():
                order.append(event.text.split(",")[0])
                if order.count("flood") < 3:
                    exchange.submit("flood", DOUBLE if order.count("flood") % 2 else RIGHT)
                    server.look()
    assert order[:3] == ["flood", "kim", "lee"]
    assert order.count("flood") == 3


def test_a_submission_that_hangs_costs_its_own_turn(course, tmp_path, executor):
    """It times out, and the others follow."""
    exchange = open_exchange(course, tmp_path, settings=f"{FULL}\nc.Execute.timeout = 1")
    exchange.submit("flood", "def triple(x):\n    while True:\n        pass")
    exchange.submit("kim", RIGHT)
    assert serve(course, executor) == ["flood, ps: 1 timed out", "kim, ps: 1 passed"]


def test_points_by_hand_stay(course, exchange, executor):
    """Points that somebody gives in formgrader while the server runs are kept."""
    exchange.submit("kim", DOUBLE)
    with server_of(course, executor) as server:
        assert served(server) == ["kim, ps: 1 failed"]
        with book(course) as gradebook:
            gradebook.find_grade("test_triple", "triple", "ps", "kim").manual_score = 1.5
            gradebook.db.commit()
        exchange.submit("lee", RIGHT)
        assert served(server) == ["lee, ps: 1 passed"]
        exchange.submit("kim", RIGHT)
        assert served(server) == ["kim, ps: 1 passed"]
    assert points(course) == {"kim": 1.5, "lee": 2}


def test_before_the_due_date_students_may_read_nothing(course, tmp_path, executor):
    """With "none", feedback is released once the due date has passed, without a new submission."""
    exchange = open_exchange(course, tmp_path, settings="c.Serve.feedback = 'none'")
    set_due(course, in_days(1))
    exchange.submit("kim", RIGHT)
    assert serve(course, executor) == ["kim, ps: 1 passed"]
    assert exchange.feedback("kim") == [False]
    set_due(course, in_days(-1))
    assert serve(course, executor) == []
    assert exchange.feedback("kim") == [True]


def pages(course: Path, student: str) -> str:
    """Return a student's page without what differs in any case: the name, the answer, the last line."""
    (path,) = (course / "feedback" / student / "ps").glob("*.html")
    text = path.read_text(encoding="utf-8").replace(student, "somebody").rpartition("<!--")[0]
    return re.sub(r"return.*", "return …", text)


def test_before_the_due_date_students_may_read_of_visible_tests_alone(course, tmp_path, executor):
    """With "visible", the page of an answer that fails a hidden test is that of a right one."""
    exchange = open_exchange(course, tmp_path)
    set_due(course, in_days(1))
    for student, answer in {"kim": RIGHT, "lee": ONLY_VISIBLY_RIGHT, "choi": DOUBLE}.items():
        exchange.submit(student, answer)
    serve(course, executor)
    assert points(course) == {"kim": 2, "lee": 0, "choi": 0}
    assert pages(course, "kim") == pages(course, "lee") != pages(course, "choi")
    assert "보이는 테스트 1개 중 1개 통과" in pages(course, "lee")
    assert "보이는 테스트 1개 중 0개 통과" in pages(course, "choi")
    set_due(course, in_days(-1))
    serve(course, executor)
    assert "2점 만점에 0점" in pages(course, "lee")


def test_before_the_due_date_students_may_read_points_alone(course, tmp_path, executor):
    """With "scores", no page says what went wrong."""
    exchange = open_exchange(course, tmp_path, settings="c.Serve.feedback = 'scores'")
    set_due(course, in_days(1))
    exchange.submit("kim", RIGHT)
    exchange.submit("lee", ONLY_VISIBLY_RIGHT)
    serve(course, executor)
    assert "2점 만점에 2점" in pages(course, "kim")
    assert "2점 만점에 0점" in pages(course, "lee")
    assert "triple(" not in pages(course, "lee").partition('id="notebook"')[0]


def test_more_submissions_than_a_day_allows_are_graded_after_the_due_date(course, tmp_path, executor):
    """They are collected, and the newest of them counts."""
    exchange = open_exchange(course, tmp_path, settings=f"{FULL}\nc.Serve.graded_per_day = 1")
    set_due(course, in_days(1))
    exchange.submit("kim", DOUBLE)
    assert serve(course, executor) == ["kim, ps: 1 failed"]
    submitted = exchange.submit("kim", RIGHT)
    assert serve(course, executor) == []
    collected = course / "submitted" / "kim" / "ps"
    assert (collected / "timestamp.txt").read_text() == (submitted / "timestamp.txt").read_text()
    assert points(course) == {"kim": 0}
    set_due(course, in_days(-1))
    assert serve(course, executor) == ["kim, ps: 1 passed"]


def test_half_a_submission_is_left_alone(course, exchange, executor):
    """It is taken once `nbgrader submit` has finished."""
    submitted = exchange.submit("kim", RIGHT)
    submitted.chmod(0o755)
    assert serve(course, executor) == []
    submitted.chmod(0o777)
    assert serve(course, executor) == ["kim, ps: 1 passed"]


def test_what_cannot_be_read_is_not_left_out(course, exchange):
    """If nothing can be opened for a moment, no file counts as missing, and no submission as collected."""
    exchange.submit("kim", RIGHT)
    inbox, _ = exchange_of(course)
    (arrival,) = inbox.arrivals()
    collected = course / "submitted" / "kim" / "ps"
    assert not inbox.is_collected(arrival, collected)
    for ask in (lambda: inbox.collect(arrival), lambda: inbox.is_collected(arrival, collected)):
        with no_descriptors(), pytest.raises(OSError, match="Too many open files"):
            ask()
    assert not collected.exists()
    assert inbox.is_collected(arrival, inbox.collect(arrival))


@pytest.mark.parametrize("gone", ["before", "while", "in part", "begun"])
def test_a_submission_that_is_being_removed_takes_no_place(gone, course, exchange, executor, monkeypatch):
    """What was collected and graded before stays, and nothing is left to be told."""
    exchange.submit("kim", RIGHT)
    with server_of(course, executor) as server:
        assert served(server) == ["kim, ps: 1 passed"]
        submitted = exchange.submit("kim", DOUBLE)
        server.look()
        if gone == "before":
            shutil.rmtree(submitted)
        elif gone == "begun":
            (submitted / "triple.ipynb").unlink()
        else:
            copy = shutil.copyfileobj

            def copy_and_remove(*ends: object) -> None:
                copy(*ends)
                shutil.rmtree(submitted, ignore_errors=True)

            monkeypatch.setattr(shutil, "copyfileobj", copy_and_remove)
            if gone == "in part":
                (submitted / "triple.ipynb").unlink()
        assert not any("1 failed" in event.text or "not attempted" in event.text for event in server.step())
        monkeypatch.undo()
        shutil.rmtree(submitted, ignore_errors=True)
        assert served(server) == []
        assert not server.failed
    assert (course / "submitted" / "kim" / "ps" / "triple.ipynb").is_file()
    assert points(course) == {"kim": 2}


def test_a_kill_while_a_submission_takes_another_s_place_loses_neither(course, exchange):
    """What was collected before is there again if the new one can't be copied."""
    exchange.submit("kim", RIGHT)
    inbox, _ = exchange_of(course)
    (arrival,) = inbox.arrivals()
    place = inbox.collect(arrival)
    place.rename(place.with_name(".ps.old"))  # killed here
    with no_descriptors(), pytest.raises(OSError, match="Too many open files"):
        inbox.collect(arrival)
    assert (place / "triple.ipynb").is_file()


def test_a_torn_line_of_the_journal_spoils_no_other(tmp_path):
    """A line that a full disk has cut off, even within a letter, is left out."""
    line = json.dumps({"name": "김+ps+1", "student": "김", "assignment": "ps", "at": 1.0}, ensure_ascii=False)
    (tmp_path / "2026-01-01.jsonl").write_bytes(f"\n{line}\n".encode() + line.encode()[:12])
    assert Journal(tmp_path).names() == {"김+ps+1"}


def test_links_in_a_submission_lead_nowhere(course, exchange, executor, tmp_path):
    """Neither files nor folders of the instructor are collected through them."""
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "tests.py").write_text("hidden")
    submitted = exchange.submit("kim", RIGHT)
    (submitted / "data.csv").symlink_to(secret / "tests.py")
    (submitted / "folder").symlink_to(secret)
    (submitted / "gone").symlink_to(secret / "nothing")
    os.mkfifo(submitted / "pipe")
    assert serve(course, executor) == ["kim, ps: 1 passed"]
    collected = {path.name for path in (course / "submitted" / "kim" / "ps").rglob("*")}
    assert collected == {path.name for path in submitted.iterdir()} - {"data.csv", "folder", "gone", "pipe"}


@pytest.mark.parametrize(
    "name", ["..+ps+{}", ".+ps+{}", "+ps+{}", "kim+..+{}", "a\x1b[2J+ps+{}", "kim+ps+soon", "kim"]
)
def test_names_that_no_submission_has_are_left_alone(course, exchange, executor, name):
    """A folder whose name leads elsewhere, or says nothing, is no submission."""
    submitted = exchange.submit("kim", RIGHT)
    submitted.rename(submitted.with_name(name.format(submitted.name.split("+")[2])))
    before = {path.name for path in course.iterdir()}
    assert serve(course, executor) == []
    assert {path.name for path in course.iterdir()} - before == {"autograde"}
    assert not any((course / "autograde").iterdir())


def test_whose_submission_it_is_may_be_in_doubt(course, tmp_path, executor):
    """As nbgrader warns if a submission belongs to another user, so does the server; a person decides."""
    exchange = open_exchange(course, tmp_path, settings=f"{FULL}\nc.ExchangeCollect.check_owner = True")
    exchange.submit("kim", RIGHT)
    note, told = serve(course, executor)
    assert note.startswith("kim+ps+")
    assert "is it kim's?" in note
    assert told == "kim, ps: 1 passed"


def test_a_broken_submission_stops_nobody_else(course, exchange, executor):
    """It is recorded as not gradeable, and said."""
    submitted = exchange.submit("kim", RIGHT)
    (submitted / "triple.ipynb").write_text("half")
    exchange.submit("lee", RIGHT)
    first, second, *rest = serve(course, executor)
    assert first == "kim, ps: nothing to grade"
    assert second.startswith("kim, ps: triple.ipynb is not a notebook")
    assert rest == ["lee, ps: 1 passed"]


def test_what_fails_is_tried_again(course, exchange, executor):
    """A folder that can't be written is told once; nothing is lost."""
    exchange.submit("kim", RIGHT)
    (course / "submitted").write_text("in the way")
    with server_of(course, executor) as server:
        (told,) = served(server)
        assert told.startswith("kim, ps: the grader failed, and tries again: ")
        assert list(server.failed.values())
        (course / "submitted").unlink()
        server.try_again()
        assert served(server) == ["kim, ps: 1 passed"]
        assert not server.failed


def test_an_exchange_that_is_away_is_told_once(course, exchange, executor):
    """The server goes on, and finds what has arrived when the exchange is back."""
    with server_of(course, executor) as server:
        exchange.inbound.rename(exchange.inbound.with_name("away"))
        (told,) = served(server)
        assert told.startswith("the exchange: No such file or directory")
        assert served(server) == []
        exchange.inbound.with_name("away").rename(exchange.inbound)
        exchange.submit("kim", RIGHT)
        assert served(server) == ["kim, ps: 1 passed"]
        assert not server.failed


def test_an_unknown_student_is_told_how_to_be_added(course, tmp_path, executor):
    """If the course adds no students, a person has to."""
    exchange = open_exchange(course, tmp_path, settings=f"{FULL}\nc.Autograde.create_student = False")
    exchange.submit("kim", RIGHT)
    (told,) = serve(course, executor)
    assert "nbgrader db student add kim" in told


def test_a_correction_of_the_course_counts_at_once(course, exchange, executor):
    """While source and gradebook differ nothing is graded; afterwards, by the new tests."""
    exchange.submit("kim", RIGHT)
    with server_of(course, executor) as server:
        assert served(server) == ["kim, ps: 1 passed"]
        source = course / "source" / "ps" / "triple.ipynb"
        text = source.read_text()
        source.write_text(text.replace("case(-1.5)", "case(-2.5)"))
        exchange.submit("lee", RIGHT)
        (told,) = served(server)
        assert "Nothing is graded" in told
        source.write_text(text)
        server.try_again()
        assert served(server) == ["lee, ps: 1 passed"]


def test_who_holds_an_assignment_is_said(course, exchange, executor):
    """A second server, or grading beside it, names the process that is at work."""
    with server_of(course, executor):
        with pytest.raises(CourseError, match=rf"process {os.getpid()} on "), server_of(course, executor):
            pass
        exchange.submit("kim", RIGHT)
        shutil.copytree(course / "release" / "ps", course / "submitted" / "kim" / "ps")
        assert f"process {os.getpid()} on " in gradlab(course, "autograde", "ps", succeeds=False)


@pytest.mark.slow
def test_a_server_reports_and_ends_politely(course, exchange, tmp_path):
    """It grades while it runs, keeps its status as JSON, and ends on SIGTERM as on Ctrl-C."""
    status = tmp_path / "status.json"
    command = [GRADLAB, "serve", "ps", "--status", status, "--workers", "1"]
    with subprocess.Popen(
        command, cwd=course, env=environment(course), stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        try:
            assert "Serving ps" in server.stdout.readline()
            exchange.submit("kim", RIGHT)
            assert server.stdout.readline() == "kim, ps: 1 passed\n"
            exchange.submit("lee", DOUBLE)
            assert server.stdout.readline() == "lee, ps: 1 failed\n"
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait() == 130
    said = json.loads(status.read_text())
    assert (said["done_today"], said["queue"], said["failed"]) == (2, 0, {})
    assert 0 < said["median_s"] <= said["p95_s"]


@pytest.mark.slow
def test_killed_at_any_moment_it_ends_with_the_same_gradebook(course, exchange, tmp_path, executor):
    """Nothing is lost, graded twice or released twice, whenever it is killed and started again."""
    students = [f"s{number}" for number in range(6)]
    for number, student in enumerate(students):
        exchange.submit(student, SLOW if number % 2 else DOUBLE)
    undisturbed = copy_of(course, tmp_path / "undisturbed")
    log = open_log = tmp_path / "log"
    for delay_s in (2.0, 3.0, 3.5, 4.0, 4.5):
        with (
            open_log.open("a") as file,
            subprocess.Popen(
                [GRADLAB, "serve", "ps", "--workers", "2"],
                cwd=course,
                env=environment(course),
                stdout=file,
                start_new_session=True,
            ) as server,
        ):
            time.sleep(delay_s)
            os.killpg(server.pid, signal.SIGKILL)
    gradlab(course, "serve", "--once")
    assert serve(undisturbed, executor)
    assert tables(course) == tables(undisturbed)
    lines = log.read_text().splitlines()
    assert all(sum(line.startswith(f"{student}, ps") for line in lines) <= 1 for student in students)
    assert all(exchange.feedback(student) == [True] for student in students)
