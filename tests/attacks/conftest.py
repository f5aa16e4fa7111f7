"""All attacks, graded by the real command, once in each place; tests only look at what is there afterwards.

The places are this machine, and a container that refuses namespaces, as root and as an ordinary user.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import container
import matplotlib as mpl
import pytest
from commands import gradlab, nbgrader
from nbgrader.api import Gradebook
from zygotes import NOBODY

from attacks import course
from attacks.corpus import ASSIGNMENT, ATTACKS, CANARIES, COURSE, HOME, PORT, TEMP, Result

COMMAND_S = 3000  # generous: the machine may be busy
CONTAINER = Path(container.__file__)
# The user of each place, None without a container.
PLACES = {"machine": None, "container": 0, "container-of-a-user": NOBODY}
COMMAND = ("autograde", ASSIGNMENT, "--workers", "6")  # many attacks just wait
GRADLAB = Path(sys.executable).parent / "gradlab"
HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Graded:
    """A graded course, and what the run left.

    Args:
        folder: around everything.
        place: where it was graded.
        report: of `watch`, and what else was measured around the run.
    """

    folder: Path
    place: str
    report: dict[str, Any] = field(repr=False)

    @property
    def has_namespaces(self) -> bool:
        """Whether examinees had namespaces."""
        return PLACES[self.place] is None

    @property
    def course(self) -> Path:
        """The folder of the course."""
        return self.folder / "course"

    @cached_property
    def scores(self) -> dict[str, dict[str, float | None]]:
        """Points by student and test cell."""
        with Gradebook(f"sqlite:///{self.course / 'gradebook' / 'gradebook.db'}") as book:
            return {
                submission.student.id: {
                    grade.name: None if grade.needs_manual_grade else grade.score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in book.assignment_submissions(ASSIGNMENT)
            }

    def result(self, student: str) -> Result:
        """Return the result of one submission."""
        scores, attack = self.scores.get(student, {}), ATTACKS.get(student)
        return Result(self.course, student, scores, attack, has_namespaces=self.has_namespaces)


def places() -> list[object]:
    """Return the places; all take minutes, and one of them needs root."""
    needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become another user")
    return [
        pytest.param(place, marks=pytest.mark.slow if uid is None else (pytest.mark.slow, needs_root))
        for place, uid in PLACES.items()
    ]


@pytest.fixture(scope="session", params=places())
def graded(request, tmp_path_factory) -> Graded:
    """All submissions graded by one run of the command, even if several workers share the tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / f"attacks-{request.param}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        report = folder / "report.json"
        if not report.exists():
            grade(folder, report, PLACES[request.param])
    return Graded(folder, request.param, json.loads(report.read_text(encoding="utf-8")))


@pytest.fixture
def result(request, graded) -> Result:
    """The result of the attack that the test declares."""
    return graded.result(request.function.student)


def grade(folder: Path, report: Path, uid: int | None) -> None:
    """Make the course, let everybody submit, run the command, and measure.

    Args:
        folder: around everything.
        report: where the measurements are written.
        uid: the user who grades in a container, None for the user and the machine of the tests.
    """
    folder.mkdir()
    here, home, temp = folder / "course", folder / "home", folder / "temp"
    temp.mkdir()
    course.write(here, home)
    give_fonts(home)
    nbgrader(here, "generate_assignment", ASSIGNMENT)
    with Gradebook(f"sqlite:///{here / 'gradebook' / 'gradebook.db'}") as book:
        book.add_student(course.HONEST[0], last_name=CANARIES["gradebook"])
    with ExitStack() as stack:
        listeners = [stack.enter_context(listener) for listener in listen()]
        port = listeners[0].getsockname()[1]
        texts = {COURSE: str(here), HOME: str(home), TEMP: str(temp), PORT: str(port)}
        course.submit_all(here, texts)
        way = [] if uid is None else [sys.executable, CONTAINER, str(uid), folder]
        if uid:
            give(folder, uid)
        before = fingerprints(folder)
        watched = folder / "watched.json"
        environment = {
            # As another user, the measurement of coverage could not write its file.
            **{name: value for name, value in os.environ.items() if not name.startswith("COV")},
            "HOME": str(home),
            "TMPDIR": str(temp),
            "GRADER": CANARIES["environment"],
        }
        subprocess.run(
            [*way, sys.executable, HERE / "watch.py", watched, GRADLAB, *COMMAND],
            cwd=here,
            env=environment,
            timeout=COMMAND_S,
            check=True,
        )
        content = json.loads(watched.read_text(encoding="utf-8"))
        content["calls"] = [was_called(listener) for listener in listeners]
    after = fingerprints(folder)
    content["changed"] = sorted(path for path in before if after.get(path) != before[path])
    content["in_temp"] = sorted(path.name for path in temp.iterdir())
    content["port"] = port
    content["elsewhere"] = elsewhere(here) if uid is None else {}
    gradlab(here, "feedback", ASSIGNMENT)
    report.write_text(json.dumps(content), encoding="utf-8")


def give(folder: Path, uid: int) -> None:
    """Give a folder and all that is in it to a user."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)


def give_fonts(home: Path) -> None:
    """Give a home folder matplotlib's list of fonts, which takes seconds to make."""
    shutil.copytree(mpl.get_cachedir(), home / ".cache" / "matplotlib", dirs_exist_ok=True)


def listen() -> list[socket.socket]:
    """Return sockets that wait for a call: stream and datagram, on one port, and an abstract one."""
    stream = socket.create_server(("127.0.0.1", 0))
    datagram = socket.socket(type=socket.SOCK_DGRAM)
    datagram.bind(stream.getsockname())
    local = socket.socket(socket.AF_UNIX)
    local.bind(f"\0gradlab-attacks-{stream.getsockname()[1]}")
    local.listen()
    for one in (stream, datagram, local):
        one.setblocking(False)  # noqa: FBT003  # the socket's signature
    return [stream, datagram, local]


def was_called(listener: socket.socket) -> bool:
    """Tell whether a call has come."""
    try:
        if listener.type == socket.SOCK_DGRAM:
            listener.recv(1)
        else:
            listener.accept()
    except BlockingIOError:
        return False
    return True


def fingerprints(folder: Path) -> dict[str, str]:
    """Return the content of what grading must not change, by path."""
    parts = [folder / "home", *(folder / "course" / part for part in ("source", "release", "submitted"))]
    parts.append(folder / "course" / "nbgrader_config.py")
    prints = {}
    for part in parts:
        for path in sorted([part, *part.rglob("*")]):
            name = str(path.relative_to(folder)).encode("utf-8", "surrogateescape").decode("utf-8", "replace")
            if path.is_symlink():
                prints[name] = f"link to {path.readlink()}"
            elif path.is_file() and path.stat().st_size < 2**25:
                prints[name] = hashlib.sha256(path.read_bytes()).hexdigest()
            else:
                prints[name] = f"{path.stat().st_mode} {path.stat().st_size if path.is_file() else ''}"
    return prints


def elsewhere(here: Path) -> dict[str, float | None]:
    """Return the points that attacks get if the tests run in their own process."""
    asked = {attack.student: attack.exercise for attack in ATTACKS.values() if attack.wins_elsewhere}
    done = subprocess.run(
        [sys.executable, "-m", "attacks.elsewhere", here],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        timeout=COMMAND_S,
        check=True,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    return json.loads(done.stdout)
