"""Finished exams on their way into the gradebook: none is lost or repeated, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import errno
import multiprocessing
import os
import shutil
import signal
import sqlite3
import stat
import subprocess
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from commands import generate_assignment
from gradebooks import book, database, points
from submissions import DOUBLE, RIGHT, copy_of, files, outcome, submit, tables

from gradlab.course import Course
from gradlab.grading import pipeline
from gradlab.grading.graded import CellGrade, FinishedExam, GradedNotebook
from gradlab.grading.recorded import Recorded
from gradlab.grading.recorder import Recorder
from gradlab.grading.recording import Recording
from gradlab.grading.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from gradlab.grading.recorded import Forecast

STUDENTS = [f"student-{number:02}" for number in range(12)]
PASSED = CellGrade(2.0, "passed", "")
FAILED = CellGrade(0.0, "failed", "셋 곱하기", "triple", "doubled", [{"values": [3**99]}], case={"call": "f"})


def exam(student: str, grade: CellGrade = PASSED, digest: str = "a:s") -> FinishedExam:
    """Return the finished exam of a student."""
    notebook = GradedNotebook(
        "triple",
        "{}",
        {"test_triple": grade},
        {"triple": "No response."},
        notes=("triple.ipynb: a note",),
        n_found=1,
        n_asked=1,
        files={"plot.png": b"\x89PNG\0"},
        judged={"test_triple": "hash"},
    )
    return FinishedExam(student, digest, [notebook])


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A released course with twelve submissions."""
    made = copy_of(released_course, tmp_path / "course")
    for student in STUDENTS:
        submit(made, student, RIGHT)
    return made


@contextlib.contextmanager
def recorder_of(course: Path) -> Iterator[Recorder]:
    """Open the recorder of a course."""
    here = Course(course)
    with here.gradebook() as gradebook, Recorder(here, here.assignment("ps"), gradebook) as recorder:
        yield recorder


def spooled(course: Path) -> set[str]:
    """Return the students whose exams are in the spool."""
    return {path.stem for path in (course / "gradebook" / "spool" / "ps").iterdir()}


@contextlib.contextmanager
def locked(course: Path) -> Iterator[sqlite3.Connection]:
    """Lock the gradebook, as another program does."""
    with contextlib.closing(sqlite3.connect(database(course))) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_the_spool_gives_back_what_it_got(tmp_path):
    """Grades, texts and files stay the same; another digest, another version or a torn file is not found."""
    kept = exam("김", FAILED)
    spool = Spool(tmp_path)
    spool.open()
    spool.add(kept)
    again = Spool(tmp_path)
    assert again.find("김", "a:s") == kept
    assert again.find("김", "b:s") is None
    assert again.find("이", "a:s") is None
    path = tmp_path / "김.msgpack"
    whole = path.read_bytes()
    for content in (whole[:-9], whole.replace(b"n_found", b"n_other"), b"[]", b""):
        path.write_bytes(content)
        assert again.find("김", "a:s") is None
    again.drop("김")
    assert list(tmp_path.iterdir()) == []


def test_a_batch_leaves_what_single_records_leave(course, tmp_path):
    """Tables, folders and outcome files do not depend on how many are recorded at once."""
    other = copy_of(course, tmp_path / "other")
    exams = [exam(student, PASSED if number % 3 else FAILED) for number, student in enumerate(STUDENTS)]
    with recorder_of(course) as recorder:
        recorder.record(exams)
    with recorder_of(other) as recorder:
        for one in exams:
            recorder.record([one])
    assert tables(course) == tables(other)
    assert files(course / "autograde") == files(other / "autograde")
    times = {"graded": "", "changed": ""}
    for student in STUDENTS:
        assert outcome(course, student) | times == outcome(other, student) | times


def test_a_second_batch_changes_only_what_the_exam_found(course):
    """Points, extra credit and comments by people stay; a lock from reading to writing keeps others out."""
    with recorder_of(course) as recorder:
        recorder.record([exam(student) for student in STUDENTS])
    with book(course) as gradebook:
        by_hand = gradebook.find_grade("test_triple", "triple", "ps", STUDENTS[0])
        by_hand.manual_score, by_hand.extra_credit = 1.5, 0.25
        gradebook.find_comment("triple", "triple", "ps", STUDENTS[0]).manual_comment = "Nearly."
        gradebook.db.commit()
    with recorder_of(course) as recorder:
        recorder.record([exam(student, FAILED, "b:s") for student in STUDENTS])
    with book(course) as gradebook:
        by_hand = gradebook.find_grade("test_triple", "triple", "ps", STUDENTS[0])
        assert (by_hand.auto_score, by_hand.score, by_hand.needs_manual_grade) == (0, 1.75, True)
        assert gradebook.find_comment("triple", "triple", "ps", STUDENTS[0]).comment == "Nearly."
    assert points(course) == {**dict.fromkeys(STUDENTS, 0), STUDENTS[0]: 1.75}


def test_each_late_submission_has_its_own_penalty(course):
    """The plug-in gets the points with a person's own and the extra credit, and only if it is late."""
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=datetime(2026, 3, 2, 12))  # noqa: DTZ001  # nbgrader's are in UTC
    late, in_time = STUDENTS[:2]
    for student, second in ((late, 1), (in_time, 0)):
        path = course / "submitted" / student / "ps" / "timestamp.txt"
        path.write_text(f"2026-03-02 12:00:0{second} UTC")
    for extra in (None, 0.5):
        with book(course) as gradebook:
            if extra:
                gradebook.find_grade("test_triple", "triple", "ps", late).extra_credit = extra
                gradebook.db.commit()
        with recorder_of(course) as recorder:
            recorder.record([exam(student, digest=f"{extra}:s") for student in STUDENTS])
        with book(course) as gradebook:
            penalties = {
                submission.student.id: submission.notebooks[0].late_submission_penalty
                for submission in gradebook.assignment_submissions("ps")
            }
        assert penalties == {**dict.fromkeys(STUDENTS), late: 2 + (extra or 0)}
        assert outcome(course, late)["late"] == {"seconds": 1.0, "points": {"triple": 2 + (extra or 0)}}
        assert outcome(course, in_time)["late"] == {}


def test_one_that_cannot_be_recorded_holds_up_nobody(course):
    """If a submission has no place on the disk, the others of its batch are recorded."""
    (course / "autograde").mkdir()
    (course / "autograde" / STUDENTS[3]).write_text("a file in the place of a folder")
    with recorder_of(course) as recorder:
        recording = Recording(recorder)
        for student in STUDENTS:
            recording.add(exam(student))
        results = dict(recording.finish())
    assert {student for student, result in results.items() if not isinstance(result, Recorded)} == {
        STUDENTS[3]
    }
    assert isinstance(results[STUDENTS[3]], NotADirectoryError)
    assert spooled(course) == {STUDENTS[3]}


@pytest.mark.slow
def test_a_locked_database_only_delays(course):
    """A lock that is longer than SQLite's own timeout costs no error, and no exam."""
    with recorder_of(course) as recorder:
        recording = Recording(recorder)
        for student in STUDENTS:
            recording.add(exam(student))
        with locked(course):
            assert list(recording.attempt()) == []
            assert spooled(course) == {*STUDENTS}
        results = dict(recording.finish())
    assert list(results) == STUDENTS
    assert all(isinstance(result, Recorded) for result in results.values())
    assert spooled(course) == set()
    assert points(course) == dict.fromkeys(STUDENTS, 2)


class Nobody:
    """An executor that must not be needed."""

    def submit(self, *_: object) -> None:
        """Fail."""
        pytest.fail("an exam was repeated")


@pytest.mark.slow
def test_what_waited_too_long_is_recorded_by_the_next_run(course, executor):
    """After the patience, exams are given back with the error; only a changed submission needs another."""
    here = Course(course)
    with recorder_of(course) as recorder:
        recording = Recording(recorder, patience_s=0)
        for student in STUDENTS:
            recording.add(exam(student, digest=recorder.digest(student)))
        with locked(course):
            results = dict(recording.finish())
    assert all("locked" in str(result) for result in results.values())
    assert spooled(course) == {*STUDENTS}
    changed, *others = STUDENTS
    submit(course, changed, DOUBLE)
    assert [_forecast(course, student).is_examined for student in STUDENTS[:2]] == [True, False]
    done = list(pipeline.autograde(here, "ps", others, Nobody()))
    assert [progress.error for progress in done if progress.error] == []
    assert points(course) == dict.fromkeys(others, 2)
    assert spooled(course) == {changed}
    done = list(pipeline.autograde(here, "ps", STUDENTS, executor))
    assert [progress.student for progress in done if not progress.was_known] == [changed]
    assert points(course)[changed] == 0
    assert spooled(course) == set()


def _forecast(course: Path, student: str) -> Forecast:
    (found,) = pipeline.forecasts(Course(course), "ps", [student])
    return found


@pytest.mark.slow
def test_a_kill_between_spooling_and_recording_costs_no_exam(course):
    """The next run records what the killed one has spooled."""
    process = multiprocessing.get_context("fork").Process(target=_spool_and_die, args=(course,))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert spooled(course) == {*STUDENTS}
    done = list(pipeline.autograde(Course(course), "ps", STUDENTS, Nobody()))
    assert [(progress.student, progress.error) for progress in done] == [
        (student, "") for student in STUDENTS
    ]
    assert points(course) == dict.fromkeys(STUDENTS, 2)


def _spool_and_die(course: Path) -> None:
    with recorder_of(course) as recorder:
        recording = Recording(recorder)
        for student in STUDENTS:
            recording.add(exam(student, digest=recorder.digest(student)))
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
def test_two_assignments_at_once_add_the_same_students(course):
    """A student whom another process has just added is no error."""
    for folder in ("source", "submitted/*"):
        for place in course.glob(folder):
            shutil.copytree(place / "ps", place / "qs")
    generate_assignment(course, "qs")
    context = multiprocessing.get_context("fork")
    start = context.Barrier(2)
    processes = [context.Process(target=_record_alone, args=(course, name, start)) for name in ("ps", "qs")]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    with book(course) as gradebook:
        assert {student.id: student.score for student in gradebook.students} == dict.fromkeys(STUDENTS, 4)


def _record_alone(course: Path, assignment: str, start: Barrier) -> None:
    """Record students one by one, at the same time as another process."""
    here = Course(course)
    with here.gradebook() as gradebook, Recorder(here, here.assignment(assignment), gradebook) as recorder:
        start.wait()
        for student in STUDENTS:
            (result,) = recorder.record([exam(student)]).values()
            assert isinstance(result, Recorded), result


@pytest.mark.slow
def test_a_full_disk_only_delays(course, tmp_path):
    """What can't be written waits in memory, and is recorded when there is space again."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    options = ("-t", "tmpfs", "-o", "size=4m", "tmpfs", disk)
    if not mount or not umount or subprocess.run([mount, *options], check=False).returncode:
        # A full disk must be a small one: to fill the machine's own would disturb everybody.
        pytest.skip("this machine lets nobody mount a disk")
    try:
        small = copy_of(course, disk / "course")
        with recorder_of(small) as recorder:
            recording = Recording(recorder)
            ballast = disk / "ballast"
            with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(b"\0" * 4096)
            for student in STUDENTS:
                recording.add(exam(student))
            assert list(recording.attempt()) == []
            ballast.unlink()
            results = dict(recording.finish())
        assert all(isinstance(result, Recorded) for result in results.values())
        assert points(small) == dict.fromkeys(STUDENTS, 2)
        assert spooled(small) == set()
    finally:
        subprocess.run([umount, disk], check=True)


def test_given_files_are_stored_once_and_never_writable(course):
    """Graded submissions have links to one copy, which is not the source, and which stays if that changes."""
    given = course / "source" / "ps" / "data" / "table.csv"
    given.parent.mkdir()
    given.write_text("1,2,3")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Autograde.permissions = 664\n")
    with recorder_of(course) as recorder:
        recorder.record([exam(student) for student in STUDENTS])
    copies = [course / "autograde" / student / "ps" / "data" / "table.csv" for student in STUDENTS]
    assert {copy.stat().st_ino for copy in copies} != {given.stat().st_ino}
    assert {copy.stat().st_nlink for copy in copies} == {len(STUDENTS) + 1}
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o444}
    assert stat.S_IMODE(given.stat().st_mode) & stat.S_IWUSR
    given.write_text("4,5,6")
    with recorder_of(course) as recorder:
        recorder.record([exam(STUDENTS[0], digest="b:s")])
    assert [copy.read_text() for copy in copies[:2]] == ["4,5,6", "1,2,3"]


def test_a_stored_copy_that_somebody_has_changed_is_made_again(course):
    """What a graded submission gets is what the course hands out."""
    given = course / "source" / "ps" / "table.csv"
    given.write_text("1,2,3")
    with recorder_of(course) as recorder:
        recorder.record([exam(STUDENTS[0])])
    (stored,) = (course / "gradebook" / "given").iterdir()
    stored.chmod(0o644)
    stored.write_text("forged")
    with recorder_of(course) as recorder:
        recorder.record([exam(STUDENTS[1])])
    assert (course / "autograde" / STUDENTS[1] / "ps" / "table.csv").read_text() == "1,2,3"


def test_given_files_are_copied_where_links_cannot_be_made(course, monkeypatch):
    """On another file system, or if a file has all the links it can have, submissions get the same."""
    (course / "source" / "ps" / "table.csv").write_text("1,2,3")
    link, tries = os.link, iter([errno.EMLINK, 0, errno.EXDEV])

    def limited(*paths: Path) -> None:
        number = next(tries)
        if number:
            raise OSError(number, os.strerror(number))
        link(*paths)

    monkeypatch.setattr(os, "link", limited)
    with recorder_of(course) as recorder:
        recorder.record([exam(student) for student in STUDENTS[:2]])
    copies = [course / "autograde" / student / "ps" / "table.csv" for student in STUDENTS[:2]]
    assert [copy.read_text() for copy in copies] == ["1,2,3", "1,2,3"]
    assert [copy.stat().st_nlink for copy in copies] == [2, 1]
    assert {stat.S_IMODE(copy.stat().st_mode) for copy in copies} == {0o444}
