"""Regrading: the previous result is kept for a reviewer, whatever happens in between."""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest
from commands import generate_assignment
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, copy_of, outcome, submit, tables

from gradlab.course import AssignmentSpec, Course
from gradlab.gradebook.outcome_file import Cause, OutcomeFile
from gradlab.grading import pipeline
from gradlab.grading.graded import CellGrade, FinishedExam, GradedNotebook
from gradlab.grading.recorder import Recorder
from gradlab.grading.recording import Recording
from gradlab.grading.spool import Spool

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path

PASSED = CellGrade(2.0, "passed", "")
FAILED = CellGrade(0.0, "failed", "triple(2): 4", "triple", "doubled")
STRANGE = CellGrade(0.0, "failed", "triple(2): 5", "triple", "", [{"error": "TypeError"}])
# Audit events of changes to files; SQLite writes its own files in C, without events.
FILE_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}


def graded(grade: CellGrade | None) -> list[GradedNotebook]:
    """Return the result of a submission's exam; a broken notebook has no grade."""
    if grade is None:
        return [GradedNotebook("triple", problem="triple.ipynb is empty")]
    return [GradedNotebook("triple", "{}", {"test_triple": grade}, {"triple": None})]


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A released course with one submission."""
    made = copy_of(released_course, tmp_path / "course")
    submit(made, "one", RIGHT)
    return made


@pytest.fixture
def spec(course) -> AssignmentSpec:
    """The assignment of the course."""
    return Course(course).assignment("ps")


def record(course: Path, spec: AssignmentSpec, digest: str, grade: CellGrade | None) -> dict[str, Any]:
    """Record the result of an exam; return the content of the outcome file."""
    here = Course(course)
    with here.gradebook() as gradebook, Recorder(here, spec, gradebook) as recorder:
        recorder.record([FinishedExam("one", digest, graded(grade))])
    return outcome(course, "one")


def test_the_first_grading_has_nothing_before_it(course, spec):
    """The first result has a time, but no result before it."""
    kept = record(course, spec, "a:s", FAILED)
    assert kept["before"] is None
    assert datetime.fromisoformat(kept["graded"]).utcoffset() is not None


@pytest.mark.parametrize(
    ("digest", "cause"),
    [
        ("b:s", "the assignment changed"),
        ("a:t", "the submission changed"),
        ("b:t", "the assignment and the submission changed"),
        ("a:s", "neither the assignment nor the submission changed"),
    ],
)
def test_what_was_before_is_kept_with_its_cause(course, spec, digest, cause):
    """The previous result is kept with its time, and with the reason why it changed."""
    first = record(course, spec, "a:s", FAILED)
    second = record(course, spec, digest, PASSED)
    assert second["before"] == {
        "graded": first["graded"],
        "why": cause,
        "notebooks": {"triple": {"test_triple": asdict(FAILED)}},
    }
    assert cause in set(Cause)


@pytest.mark.parametrize("digest", ["b:s", "c:s", "c:t"])
def test_what_was_before_stays_where_nothing_changes(course, spec, digest):
    """If scores and outcomes stay the same, a reviewer still sees the last change."""
    record(course, spec, "a:s", PASSED)
    before = record(course, spec, "b:s", FAILED)["before"]
    again = record(course, spec, digest, STRANGE)
    assert (again["digest"], again["before"]) == (digest, before)


def test_attempts_are_submissions_that_differ(course, spec):
    """A new submission is one more attempt; a corrected test, or the same submission again, is none."""
    digests = ("a:s", "a:s", "b:s", "b:t", "c:u")
    assert [record(course, spec, digest, PASSED)["n_attempts"] for digest in digests] == [1, 1, 1, 2, 3]


def test_only_the_last_change_is_kept(course, spec):
    """Earlier results are dropped, so that files do not grow with each correction."""
    sizes = []
    for number in range(6):
        kept = record(course, spec, f"{number}:s", PASSED if number % 2 else FAILED)
        sizes.append(len(json.dumps(kept)))
    assert kept["before"]["notebooks"]["triple"]["test_triple"]["outcome"] == "failed"
    assert "before" not in kept["before"]
    assert sizes[-1] == sizes[1]


def test_a_submission_that_was_broken_had_no_grades(course, spec):
    """A notebook that was broken before is kept as one without grades."""
    record(course, spec, "a:s", None)
    kept = record(course, spec, "a:t", PASSED)
    assert kept["before"]["notebooks"] == {"triple": {}}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"earlier": 5}', '{"earlier": {}}', '{"digest": "a:s", "notebooks": {}}',
     '{"digest": "a:s", "graded": "", "problems": [], "has_notebooks": true, "notebooks": {"triple": 5}}',
     '{"digest": "a:s", "graded": "", "problems": [], "has_notebooks": true, "notebooks": {"t": {"c": {}}}}'],
)  # fmt: skip
def test_a_damaged_outcome_file_is_written_anew(course, spec, text):
    """A damaged outcome file counts as missing, and is replaced."""
    path = course / "gradebook" / "outcomes" / "ps" / "one.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert OutcomeFile(path).content() is None
    assert record(course, spec, "a:s", PASSED)["before"] is None


def _killed_at(number: int, course: Path, spec: AssignmentSpec) -> bool:
    """Record in a process that is killed at its n-th file event; tell whether it was killed."""
    pid = os.fork()
    if pid == 0:
        left = number

        def count(event: str, _: object) -> None:
            nonlocal left
            if event in FILE_EVENTS:
                left -= 1
                if left < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        try:
            here = Course(course)
            with here.gradebook() as gradebook, Recorder(here, spec, gradebook) as recorder:
                sys.addaudithook(count)
                recording = Recording(recorder)
                recording.add(FinishedExam("one", "b:s", graded(FAILED)))
                list(recording.finish())
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


@pytest.mark.slow
def test_an_interruption_loses_nothing_of_what_was_before(course, spec, tmp_path):
    """If recording is killed at any file event and started again, the end result is the same.

    As soon as the exam is in the spool, it is found there.
    """
    first = record(course, spec, "a:s", PASSED)
    copies = []
    for number in range(200):
        copies.append(copy_of(course, tmp_path / str(number)))
        if not _killed_at(number, copies[-1], spec):
            break
    assert 10 < len(copies) < 200
    n_begun = n_spooled = 0
    for made in copies:
        left = Spool(made / "gradebook" / "spool" / "ps").find("one", "b:s")
        n_spooled += left is not None
        n_begun += OutcomeFile(made / "gradebook" / "outcomes" / "ps" / "one.json").content() is None
        again = record(made, spec, "b:s", FAILED)
        assert again["before"] == {
            "graded": first["graded"],
            "why": "the assignment changed",
            "notebooks": first["notebooks"],
        }
        assert tables(made) == tables(copies[0])
        kept = made / "gradebook" / "outcomes" / "ps"
        assert sorted(path.name for path in kept.iterdir()) == [".lock", "one.json"]
        assert list((made / "gradebook" / "spool" / "ps").iterdir()) == []
    assert n_begun > 5
    assert len(copies) - 5 < n_spooled < len(copies)


def grade(course: Path, executor: ThreadPoolExecutor) -> None:
    """Grade all submissions, even unchanged ones."""
    here = Course(course)
    for done in pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor, force=True):
        assert not done.error


@pytest.mark.slow
def test_a_corrected_test_shows_what_changed_and_keeps_a_persons_word(course, executor):
    """Only students who gain by the correction are marked; manual points, extra credit and comments stay."""
    source = course / "source" / "ps" / "triple.ipynb"
    right = source.read_text(encoding="utf-8")
    submit(course, "two", DOUBLE)
    submit(course, "half", "def triple(x):\n    return 3 * x if x != 7 else 0")
    source.write_text(right.replace("case(2)", "case(7)"), encoding="utf-8")
    generate_assignment(course, "ps", "--force")
    grade(course, executor)
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "half")
        found.manual_score, found.extra_credit = 1.5, 0.25
        gradebook.find_comment("triple", "triple", "ps", "half").manual_comment = "Nearly."
        gradebook.db.commit()

    source.write_text(right, encoding="utf-8")
    generate_assignment(course, "ps", "--force")
    grade(course, executor)
    befores = {student: outcome(course, student)["before"] for student in ("one", "two", "half")}
    assert befores.pop("half")["why"] == Cause.ASSIGNMENT
    assert befores == {"one": None, "two": None}
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        found = gradebook.find_grade("test_triple", "triple", "ps", "half")
        assert (found.auto_score, found.manual_score, found.extra_credit) == (2, 1.5, 0.25)
        assert found.needs_manual_grade
        assert gradebook.find_comment("triple", "triple", "ps", "half").comment == "Nearly."
