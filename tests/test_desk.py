"""The desk: one zygote for a process, shared by all its threads, and replaced if it dies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from commands import environment, gradlab
from nbgrader.api import Gradebook
from submissions import RIGHT, copy_of, outcome, submit

from gradlab.base.errors import SandboxError, ZygoteDiedError
from gradlab.course import Course
from gradlab.examinee.zygote import Warmth, Zygote
from gradlab.examiner.desk import Desk, desk
from gradlab.examiner.session import Session
from gradlab.grading import pipeline
from gradlab.sandbox import SandboxLimits

if TYPE_CHECKING:
    from pathlib import Path

N_HONEST = 24
N_THREADS = 4


@pytest.fixture
def course(released_course, tmp_path) -> Path:
    """A released course without submissions."""
    return copy_of(released_course, tmp_path / "course")


def scores(course: Path) -> dict[str, float]:
    """Return the points of all students."""
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: submission.score for submission in gradebook.assignment_submissions("ps")
        }


# Does what a Jupyter server with formgrader does over its lifetime, in a separate process.
FORMGRADER = """
import json, os, signal, sys
from nbgrader.apps import NbGraderApp
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from gradlab.examiner.desk import desk

app = NbGraderApp()
app.initialize(["--log-level=CRITICAL"])
api = NbGraderAPI(CourseDirectory(config=app.config), config=app.config)
answers = []
for student in sys.argv[1:]:
    answers.append(api.autograde("ps", student)["success"])
    zygote = desk()._zygote._process
    os.kill(zygote.pid, signal.SIGKILL)
    zygote.wait()
print(json.dumps(answers))
"""


@pytest.mark.slow
def test_a_long_lived_process_survives_its_zygotes(course):
    """Formgrader grades one student after the other, although each zygote is killed after its exam."""
    students = ["a", "b", "c"]
    for student in students:
        submit(course, student, RIGHT)
    done = subprocess.run(
        [sys.executable, "-c", FORMGRADER, *students],
        cwd=course,
        env=environment(course),
        check=True,
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout.splitlines()[-1]) == [True, True, True], done.stderr
    assert scores(course) == dict.fromkeys(students, 2)


def test_threads_take_turns(course):
    """Honest submissions get full marks when several threads examine them at once."""
    for number in range(N_HONEST):
        submit(course, f"s{number:02}", RIGHT)
    here = Course(course)
    with ThreadPoolExecutor(N_THREADS) as executor:
        done = list(pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor))
    desk().close()
    assert [progress.error for progress in done if progress.error] == []
    assert scores(course) == {f"s{number:02}": 2 for number in range(N_HONEST)}
    assert {
        grade["outcome"]
        for number in range(N_HONEST)
        for grade in outcome(course, f"s{number:02}")["notebooks"]["triple"].values()
    } == {"passed"}


def test_a_zygote_that_is_stopped_is_ended():
    """Whoever stops a zygote, its end does not wait for its being continued."""
    ours, theirs = socket.socketpair()
    with theirs, subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        process.send_signal(signal.SIGSTOP)
        Zygote(ours, process).close()
        assert process.returncode == -signal.SIGKILL


def test_an_exam_is_repeated_once_with_a_new_zygote():
    """A zygote that dies during an exam is replaced once; if the next one dies too, it is an error."""
    here, used = Desk(), []

    def exam(zygote: Zygote) -> str:
        used.append(zygote)
        if len(used) == 1:
            raise ZygoteDiedError("The zygote has died.")
        return "examined"

    assert here.examine(exam, Warmth()) == "examined"
    assert used[0] is not used[1]
    assert here.examine(exam, Warmth()) == "examined"
    assert used[2] is used[1]

    def doomed_exam(zygote: Zygote) -> None:
        zygote.control.close()
        zygote.spawn(SandboxLimits(), {}, None)

    with pytest.raises(ZygoteDiedError):
        here.examine(doomed_exam, Warmth())
    here.close()


@pytest.fixture(scope="module")
def zygote():
    """A zygote that has imported nothing in advance."""
    made = Zygote.started()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("files", "require", "message"),
    [
        ({}, frozenset({"no networks"}), "no networks"),
        ({"../outside": "/etc/passwd"}, None, "can't be named '../outside'"),
        ({"gone.csv": "/nowhere/gone.csv"}, None, "gone.csv"),
    ],
)
def test_a_request_that_makes_no_sense_is_answered(zygote, files, require, message):
    """The zygote answers with an error, and goes on running."""
    with pytest.raises(SandboxError) as refused:
        zygote.spawn(SandboxLimits(), files, require)
    assert message in str(refused.value)
    assert not isinstance(refused.value, ZygoteDiedError)
    running = zygote.spawn(SandboxLimits(), {}, None)
    running.channel.close()
    os.close(running.pidfd)
    assert zygote.ending_of(running) == 0


def test_a_folder_may_hold_thousands_of_files(zygote, tmp_path):
    """A request is as long as the names of the given files make it."""
    paths = [tmp_path / f"{'a' * 100}-{number}.txt" for number in range(3000)]
    for path in paths:
        path.write_text("1")
    session = Session(zygote.spawn(SandboxLimits(), {path.name: path for path in paths}, None))
    session.allow(20)
    session.run("import os\nn_files = len(os.listdir())", 1000, is_shown=False)
    answer = session.run("print(n_files)", 1000, is_shown=True)
    assert answer["outputs"][0]["text"] == f"{len(paths)}\n"
    session.end()


def test_what_is_warm_is_inherited():
    """Examinees find the source's imports done; a module that is not installed is not an error."""
    made = Zygote.started()
    made.warm(Warmth(frozenset({"colorsys", "not_installed_anywhere"}), "import colorsys\ncolorsys.warm = 7"))
    further = made.further()
    question = "import sys\nprint(sys.modules['colorsys'].warm)"
    for parent in (made, further):
        session = Session(parent.spawn(SandboxLimits(), {}, None))
        session.allow(20)
        assert session.run(question, 100, is_shown=True)["outputs"][0]["text"] == "7\n"
        session.end()
        parent.close()


def test_files_beside_the_grader_are_not_imported(tmp_path, monkeypatch):
    """A file in the grader's folder replaces no module; a submission's own module is found."""
    (tmp_path / "textwrap.py").write_text("raise SystemExit('the wrong module')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made = Zygote.started()
    (tmp_path / "helper.py").write_text("WORD = 'its own'", encoding="utf-8")
    session = Session(made.spawn(SandboxLimits(), {"helper.py": str(tmp_path / "helper.py")}, None))
    session.allow(20)
    question = "import textwrap, helper\nprint(textwrap.dedent(helper.WORD))"
    assert session.run(question, 100, is_shown=True)["outputs"][0].get("text") == "its own\n"
    session.end()
    made.close()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("c.Execute.require_promises = ['no networks']", "'require_promises' trait"),
        ("c.Execute.memory_mib = 'much'", "'memory_mib' trait"),
        ("c.Execute.n_threads = 0", "'n_threads' trait"),
        ("c.Execute.warm_up = 'import not_installed_anywhere'", "c.Execute.warm_up"),
    ],
)
def test_a_wrong_trait_is_named_and_costs_no_points(course, line, message):
    """The command says which trait is wrong, fails, and records nothing."""
    submit(course, "one", RIGHT)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"\n{line}\n")
    printed = " ".join(gradlab(course, "autograde", "ps", succeeds=False).split())
    assert message in printed
    assert "Traceback" not in printed
    assert scores(course) == {}
    assert not (course / "gradebook" / "outcomes" / "ps" / "one.json").exists()
