"""After all attacks, honest students, the gradebook and the machine are as they were."""

from __future__ import annotations

import socket

import pytest
from nbgrader.api import Gradebook

from attacks import course
from attacks.corpus import ASSIGNMENT, ATTACKS, CANARIES, NOTEBOOK, POINTS
from attacks.test_scripts import active, loading

MIB = 2**20
PAGES = f"feedback/*/{ASSIGNMENT}/{NOTEBOOK}.html"


def test_the_corpus_is_large():
    """There are at least fifty attacks."""
    assert len(ATTACKS) >= 50


@pytest.mark.parametrize("student", course.HONEST)
def test_honest_students_keep_all_their_points(graded, student):
    """Honest students who are graded before, between and after the attacks have full marks."""
    assert graded.result(student).lost == set()
    assert set(graded.result(student).outcomes.values()) == {"passed", ""}


@pytest.mark.parametrize("student", course.HONEST)
def test_honest_students_find_nothing_left_by_others(graded, student):
    """No student finds a file, builtin or attribute of an earlier one."""
    printed = graded.result(student).notebook.cells[-1].outputs[0].text
    assert printed == course.witnessed(has_namespaces=graded.has_namespaces)


def test_no_attack_earns_anything(graded):
    """No attack has a point for its exercise, unless its answer is right."""
    wrong = [student for student, attack in ATTACKS.items() if not attack.is_right]
    earned = {student: graded.result(student).earned for student in wrong}
    assert {student: points for student, points in earned.items() if points} == {}


@pytest.mark.slow
@pytest.mark.parametrize("graded", ["machine"], indirect=True)  # a container changes nothing elsewhere
def test_attacks_that_win_elsewhere_win_there(graded):
    """If tests share the student's process, the attacks with `wins_elsewhere` get all points."""
    expected = {
        attack.student: POINTS[attack.exercise] for attack in ATTACKS.values() if attack.wins_elsewhere
    }
    assert graded.report["elsewhere"] == expected


def test_no_secret_is_told_to_anybody(graded):
    """No canary is in an output or outcome file of any attack."""
    told = {student: graded.result(student) for student in ATTACKS}
    leaked = {
        (student, place)
        for student, result in told.items()
        if result.has_notebook
        for place, canary in CANARIES.items()
        if canary in result.told
    }
    assert leaked == set()


def test_every_page_of_feedback_is_harmless(graded):
    """No page does anything or loads anything, whatever the attack, and none tells a secret."""
    pages = {path.parts[-3]: path.read_text(encoding="utf-8") for path in graded.course.glob(PAGES)}
    assert pages.keys() >= {student for student in ATTACKS if graded.result(student).has_notebook}
    for student, page in pages.items():
        assert active(page) == [], student
        assert loading(page) == [], student
    hidden = {place: canary for place, canary in CANARIES.items() if place in {"hidden-test", "reference"}}
    assert {(place, who) for who, page in pages.items() for place in hidden if hidden[place] in page} == set()


def test_the_command_succeeds(graded):
    """No attack causes an error of the grader."""
    assert graded.report["exit_code"] == 0
    assert "grader failed" not in graded.report["output"]
    assert "Traceback" not in graded.report["output"]


def test_no_process_is_left(graded):
    """All processes that the command started have ended."""
    assert graded.report["left"] == []


def test_nobody_is_called(graded):
    """No attack has reached a socket of this machine."""
    assert graded.report["calls"] == [False, False, False]


def test_nothing_listens(graded):
    """The port that waited during the run is free afterwards."""
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", graded.report["port"])) != 0


def test_no_file_is_changed(graded):
    """Source, release, submissions, configuration and home folder are as they were."""
    assert graded.report["changed"] == []


def test_no_file_is_left(graded):
    """The temporary folder is empty, and the course contains no file of an attack."""
    assert graded.report["in_temp"] == []
    left = [path for path in graded.course.rglob("*") if "left-by" in path.name or "by-shell" in path.name]
    assert left == []


def test_memory_is_bounded(graded):
    """No process used more memory than a submission's limit plus that of its libraries."""
    assert graded.report["max_rss_bytes"] < (course.MEMORY_MIB + 1024) * MIB


def test_the_gradebook_knows_only_who_has_submitted(graded):
    """No row was added for other students, and none was changed."""
    with Gradebook(f"sqlite:///{graded.course / 'gradebook' / 'gradebook.db'}") as book:
        assert {student.id for student in book.students} == {*course.HONEST, *ATTACKS}
        assert book.find_student(course.HONEST[0]).last_name == CANARIES["gradebook"]
        assert [assignment.name for assignment in book.assignments] == ["ps"]
