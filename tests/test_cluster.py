"""Exams on a Dask cluster: real schedulers and workers on the loopback interface."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from importlib.metadata import version

import pytest
from clusters import addresses, cluster, kill, wait_until
from commands import GRADLAB, gradlab
from exchange import open_exchange
from gradebooks import points
from rich.console import Console
from submissions import DOUBLE, RIGHT, copy_of, outcome, submit, tables, tree

from gradlab.base.errors import CourseError
from gradlab.cluster.choice import workers_of
from gradlab.cluster.parcels import Sender, called
from gradlab.course import Course
from gradlab.examinee.zygote import Zygote
from gradlab.grading import pipeline
from gradlab.submission import own_files

pytest.importorskip("distributed")
from typing import TYPE_CHECKING

from gradlab.cluster.executor import Cluster

if TYPE_CHECKING:
    from pathlib import Path

HANGS = "def triple(x):\n    while True:\n        pass"
ENDS = "import os\ndef triple(x):\n    os._exit(3)"
LIMIT = "\nc.Execute.timeout = 2\n"
SLOW = "import time\ntime.sleep(1)\n"


@pytest.fixture(scope="module")
def submitted_course(released_course, tmp_path_factory) -> Path:
    """The small course with submissions of all kinds, not graded."""
    course = copy_of(released_course, tmp_path_factory.mktemp("submitted") / "course")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(LIMIT)
    answers = {"right": RIGHT, "wrong": DOUBLE, "hangs": HANGS, "ends": ENDS, "untouched": None}
    for student, answer in answers.items():
        submit(course, student, answer)
    for number in range(6):
        submit(course, f"slow-{number}", SLOW + (RIGHT if number % 2 else DOUBLE))
    own = submit(course, "own-module", "from mine import triple")
    (own / "mine.py").write_text(RIGHT)
    copy = submit(course, "copy", RIGHT)
    (copy / "triple.ipynb").rename(copy / "triple (1).ipynb")
    (submit(course, "no-notebook") / "triple.ipynb").write_text("{")
    (submit(course, "missing") / "triple.ipynb").unlink()
    linked = submit(course, "linked")
    (linked / "triple.ipynb").unlink()
    (linked / "triple.ipynb").symlink_to(course / "submitted" / "right" / "ps" / "triple.ipynb")
    (course / "submitted" / "elsewhere").mkdir()
    (course / "submitted" / "elsewhere" / "ps").symlink_to(course / "submitted" / "right" / "ps")
    return course


@pytest.fixture(scope="module")
def graded_here(submitted_course, tmp_path_factory) -> Path:
    """This course after `gradlab autograde` on this machine."""
    course = copy_of(submitted_course, tmp_path_factory.mktemp("here") / "course")
    gradlab(course, "autograde", "ps")
    assert outcome(course, "hangs")["notebooks"]["triple"]["test_triple"]["outcome"] == "timed out"
    assert outcome(course, "own-module")["notebooks"]["triple"]["test_triple"]["outcome"] == "passed"
    return course


@pytest.fixture
def course(submitted_course, tmp_path) -> Path:
    """A copy of the submitted course."""
    return copy_of(submitted_course, tmp_path / "course")


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder for a cluster's files."""
    made = tmp_path / "dask"
    made.mkdir()
    return made


def assert_same(course: Path, graded_here: Path) -> None:
    """Assert that a course has the same grades and graded notebooks as on one machine."""
    assert tables(course) == tables(graded_here)
    assert tree(course / "autograde") == tree(graded_here / "autograde")


def verdict(said: str) -> str:
    """Return what an audit has said about a course, without its times."""
    (found,) = re.findall(r"ready to be released: .* killed", " ".join(said.split()))
    return found


def graded_on(scheduler, course: Path, tell=print):
    """Yield the students of a course when they have been graded on a cluster."""
    here = Course(course)
    with Cluster(scheduler.address, here.warmth(["ps"]), here.execute().settings(), tell) as executor:
        students = pipeline.submitted(here, "ps")
        for progress in pipeline.autograde(here, "ps", students, executor, n_at_once=executor.n_at_once):
            assert not progress.error
            yield progress.student


@pytest.mark.slow
@pytest.mark.parametrize("n_threads", [1, 2])
def test_a_cluster_grades_as_one_machine_does(n_threads, course, graded_here, folder):
    """Two workers with one thread or two leave the same rows and files as workers on this machine."""
    with cluster(folder, n_threads, n_threads) as scheduler:
        gradlab(course, "autograde", "ps", "--dask", scheduler.address)
        assert_same(course, graded_here)
        wait_until(lambda: not list(folder.glob("gradlab-exams-*")))


@pytest.mark.slow
@pytest.mark.parametrize("n_allowed", [0, 3])
def test_what_a_killed_worker_examined_is_examined_again(n_allowed, course, graded_here, folder, monkeypatch):
    """Its exams are given to other workers, at once or in the end, and nothing of it stays behind."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", str(n_allowed))
    with cluster(folder, 1, 1) as scheduler:
        for number, _ in enumerate(graded_on(scheduler, course)):
            if number == 0:
                kill(scheduler.workers[0])
        assert_same(course, graded_here)
        wait_until(lambda: not list(folder.glob("gradlab-exams-*")))


@pytest.mark.slow
def test_a_worker_that_joins_late_gets_work(course, graded_here, folder):
    """A worker that joins later examines the rest, even if it is the only one that is left."""
    with cluster(folder, 1) as scheduler:
        for number, _ in enumerate(graded_on(scheduler, course)):
            if number == 0:
                scheduler.add_worker(1)
                addresses(scheduler.address, 2)
                kill(scheduler.workers[0])
        assert_same(course, graded_here)


@pytest.mark.slow
def test_a_worker_that_cannot_keep_the_promises_is_refused_by_name(course, folder):
    """Nothing is graded if a kernel has no system-call filters; the error names worker and promise."""
    with cluster(folder) as scheduler:
        scheduler.add_worker(1, has_filters=False)
        (address,) = addresses(scheduler.address, 1)
        said = gradlab(course, "autograde", "ps", "--dask", scheduler.address, succeeds=False)
    assert f"The Dask worker {address} can't examine: The sandbox can't promise" in said
    assert "seccomp" in said
    assert not (course / "autograde").exists()


@pytest.mark.slow
def test_a_worker_with_other_versions_is_refused_by_name(course, folder):
    """Nothing is graded if a package that grades depend on differs; the error names worker and versions."""
    metadata = folder / "packages" / "numpy-0.1.dist-info" / "METADATA"
    metadata.parent.mkdir(parents=True)
    metadata.write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 0.1\n")
    with cluster(folder) as scheduler:
        scheduler.add_worker(1, packages=metadata.parent.parent)
        (address,) = addresses(scheduler.address, 1)
        said = gradlab(course, "autograde", "ps", "--dask", scheduler.address, succeeds=False)
    assert f"The Dask worker {address} has numpy 0.1 instead of {version('numpy')}. Install the same" in said
    assert not (course / "autograde").exists()


@pytest.mark.slow
def test_a_late_worker_that_cannot_examine_leaves(course, graded_here, folder):
    """A worker that joins later and can't examine is named and gets no work; the others do it all."""
    said = []
    with cluster(folder, 1) as scheduler:
        for number, _ in enumerate(graded_on(scheduler, course, said.append)):
            if number == 0:
                scheduler.add_worker(1, has_filters=False)
                late = next(iter(set(addresses(scheduler.address, 2)) - set(scheduler.first)))
                wait_until(lambda: len(addresses(scheduler.address)) == 1)
        assert_same(course, graded_here)
    assert [text.partition(": ")[0] for text in said] == [f"The Dask worker {late} can't examine"]


@pytest.mark.slow
def test_the_scheduler_is_the_course_s_choice(course, folder):
    """`c.Pipeline.dask_scheduler` has the same effect as `--dask`, and `--dask ''` grades on this machine."""
    with cluster(folder) as scheduler:
        with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"\nc.Pipeline.dask_scheduler = {scheduler.address!r}\n")
        said = gradlab(course, "autograde", "ps", succeeds=False)
        assert f"The Dask scheduler {scheduler.address} has no workers" in said
        gradlab(course, "autograde", "ps", "--dask", "", "--student", "right")
    said = gradlab(course, "autograde", "ps", succeeds=False)
    assert f"The Dask scheduler {scheduler.address} can't be reached" in said


@pytest.mark.slow
def test_a_dead_process_breaks_what_is_under_way_and_nothing_later(course, folder):
    """If an exam ends its process, or the worker's whole exam program, the next one gets a new one."""
    here = Course(course)
    with (
        cluster(folder, 1) as scheduler,
        Cluster(scheduler.address, here.warmth(["ps"]), here.execute().settings(), print) as executor,
    ):
        for kill_it, of_it in ((os.kill, os.getpid), (os.killpg, os.getpgrp)):
            before = executor.submit(of_it).result()
            lost = executor.submit(kill_it, before, signal.SIGKILL)
            assert isinstance(lost.exception(), BrokenExecutor)
            assert executor.submit(of_it).result() != before
        assert len(list(folder.glob("gradlab-exams-*"))) == 1


@pytest.mark.slow
def test_if_the_scheduler_goes_the_grader_ends(course, folder):
    """What has been graded is recorded; the error says that the scheduler has gone."""
    with cluster(folder, 1) as scheduler:
        graded = graded_on(scheduler, course)
        first = next(graded)
        scheduler.close()
        with pytest.raises(CourseError, match="has gone"):
            list(graded)
    assert outcome(course, first)


@pytest.mark.slow
def test_a_killed_grader_leaves_nothing_on_the_workers(course, folder):
    """If the grader is killed, the workers end its exam programs and forget the hidden tests."""
    with cluster(folder, 1) as scheduler:
        grader = subprocess.Popen([GRADLAB, "autograde", "ps", "--dask", scheduler.address], cwd=course)
        wait_until(lambda: list(folder.glob("gradlab-exams-*/kept/*")))
        grader.kill()
        grader.wait()
        wait_until(lambda: not list(folder.glob("gradlab-exams-*")))


@pytest.mark.slow
def test_a_cluster_serves_as_one_machine_does(released_course, tmp_path, folder):
    """What arrives in the exchange is examined by a cluster's workers."""
    course = copy_of(released_course, tmp_path / "course")
    exchange = open_exchange(course, tmp_path)
    exchange.submit("kim", RIGHT)
    exchange.submit("lee", DOUBLE)
    with cluster(folder, 2) as scheduler:
        gradlab(course, "serve", "ps", "--once", "--dask", scheduler.address)
    assert points(course) == {"kim": 2, "lee": 0}
    assert exchange.feedback("kim") == [True]


@pytest.mark.slow
def test_a_cluster_audits_as_one_machine_does(released_course, tmp_path, folder):
    """The audit comes to the same verdict with a cluster's workers as with this machine's."""
    course = copy_of(released_course, tmp_path / "audited")
    command = ["audit", "ps", "--force"]
    here = gradlab(course, *command)
    with cluster(folder, 2) as scheduler:
        there = gradlab(course, *command, "--dask", scheduler.address)
    assert verdict(there) == verdict(here)


def test_without_dask_an_error_says_what_to_install(course, monkeypatch):
    """If the extra is not installed, `--dask` says how to install it."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "gradlab.cluster.executor")
    here = Course(course)
    with pytest.raises(CourseError, match=re.escape("pip install 'gradlab[dask]'")):
        workers_of(here, ["ps"], Zygote.started(), Console(), n_workers=None, dask="tcp://127.0.0.1:1")


def test_a_parcel_brings_a_submission_as_it_is(released_course, tmp_path):
    """Files, links, permissions and sizes of a submission arrive; what nobody reads does not travel."""
    course = copy_of(released_course, tmp_path / "course")
    submission = submit(course, "kim", RIGHT)
    (submission / "data").mkdir()
    (submission / "data" / "x.csv").write_text("1")
    (submission / "link").symlink_to("/nowhere")
    (submission / "closed").write_text("closed")
    (submission / "closed").chmod(0o000)
    os.mkfifo(submission / "fifo")
    with (submission / "large").open("wb") as large:
        large.truncate(own_files.MAX_BYTES + 1)
    parcel = Sender().parcel(listed, submission)
    assert len(parcel.call) < 100_000
    assert parcel.kept == {}
    arrived = tmp_path / "arrived"
    arrived.mkdir()
    assert called(parcel.call, tmp_path, arrived) == listed(submission)
    copy = arrived / "kim" / "ps" / "triple.ipynb"
    assert copy.read_bytes() == (submission / "triple.ipynb").read_bytes()


def listed(folder: Path) -> dict[str, tuple[int, int]]:
    """Return mode and size of all that is in a submission's folder."""
    paths = {str(path.relative_to(folder.parent)): path.lstat() for path in folder.rglob("*")}
    return {name: (status.st_mode, status.st_size) for name, status in paths.items()}


def test_what_exams_have_in_common_travels_once(submitted_course, tmp_path):
    """An assignment is named by its hash; it brings its notebooks, and not the gradebook's address."""
    spec = Course(submitted_course).assignment("ps")
    sender = Sender()
    first, second = sender.parcel(str, spec), sender.parcel(str, spec)
    assert first == second
    assert len(first.call) < 300
    kept = tmp_path / "kept"
    kept.mkdir()
    for digest, content in first.kept.items():
        (kept / digest).write_bytes(content)
    arrived = called(sender.parcel(replace, spec).call, kept, tmp_path)
    assert arrived.digest() == spec.digest()
    assert not arrived.db_url
    assert "db_url" not in arrived.config.get("CourseDirectory", {})
    assert not arrived.notebooks[0].source.is_relative_to(submitted_course)


def test_a_submission_that_is_too_large_stays_here(released_course, tmp_path):
    """What can't travel is an error that names the folder, not a wrong grade."""
    course = copy_of(released_course, tmp_path / "course")
    submission = submit(course, "kim")
    for number in range(9):
        with (submission / f"{number}.bin").open("wb") as large:
            large.truncate(own_files.MAX_BYTES)
    with pytest.raises(CourseError, match=f"{submission} has more than 256 MiB"):
        Sender().parcel(listed, submission)
