# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Measures what it costs to record the exams of a class, to store them, and to find them unchanged.

One solved submission is examined, and its result is recorded for all students: first as new, then again with
other points. Files and database are measured apart, each commit in a process of its own. The class is then
graded again by the command, which finds nothing new.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from costs import cost_of

from gradlab.course import Course
from gradlab.gradebook.outcome_file import OutcomeFile
from gradlab.grading import recorder
from gradlab.grading.calibrations import with_ways
from gradlab.grading.grade import graded
from gradlab.submission.reading import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENT = "ps2-numerical-diff"
EXAM = "exam.pickle"
N_BATCH, N_RECORDED = 100, 1_000
TARGETS = "2.5 ms for each new record, 80 KiB on the disk, 5 s of CPU for 10,000 that are unchanged"
SETTLED_S = 3  # until the states of files can be trusted


class Stopwatch:
    """Wall-clock and processor seconds of calls, by part."""

    def __init__(self) -> None:
        self.spent: dict[str, tuple[float, float]] = {}

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of a block."""
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        try:
            yield
        finally:
            before = self.spent.get(name, (0.0, 0.0))
            self.spent[name] = (
                before[0] + time.perf_counter() - wall_s,
                before[1] + time.process_time() - cpu_s,
            )

    def watch(self, owner: Any, method: str, name: str) -> None:
        """Count the time of all calls of a method, if there is one."""
        function = getattr(owner, method, None)
        if function is None:
            return

        def watched(*args: Any, **more: Any) -> Any:
            with self.part(name):
                return function(*args, **more)

        setattr(owner, method, watched)


def lay_out(course: Path, db_url: str) -> None:
    """Release the assignment, and examine one solved submission."""
    shutil.copytree(ROOT / "source" / ASSIGNMENT, course / "source" / ASSIGNMENT)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    if db_url:
        with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"\nc.CourseDirectory.db_url = {db_url!r}\n")
    command = [Path(sys.executable).parent / "nbgrader", "generate_assignment", ASSIGNMENT]
    subprocess.run(command, cwd=course, check=True, capture_output=True)  # noqa: S603  # nbgrader's own


def examine(course: Path) -> None:
    """Examine a solved submission, and keep the result."""
    from within import Here  # noqa: PLC0415  # imports what an earlier commit may not have

    from gradlab.examiner.desk import desk  # noqa: PLC0415  # as above

    here = Course(course)
    spec = with_ways(here, here.assignment(ASSIGNMENT), Here())
    found = graded(spec, "solved", ROOT / "solutions" / ASSIGNMENT)
    (course / EXAM).write_bytes(pickle.dumps(found))
    desk().close()


def measure(course: Path, n_students: int) -> dict[str, dict[str, tuple[float, float]]]:
    """Record the exam for all students, twice; return milliseconds of each part."""
    found = pickle.loads((course / EXAM).read_bytes())  # noqa: S301  # our own
    again = [
        replace(
            notebook, grades={name: replace(grade, auto_score=0.0) for name, grade in notebook.grades.items()}
        )
        for notebook in found
    ]
    students = [f"student-{number:05}" for number in range(n_students)]
    for student in students:
        folder = course / "submitted" / student / ASSIGNMENT
        shutil.copytree(ROOT / "solutions" / ASSIGNMENT, folder, copy_function=os.link, dirs_exist_ok=True)
    here = Course(course)
    spec = here.assignment(ASSIGNMENT)
    spent = {}
    time.sleep(SETTLED_S)
    for what, notebooks in (("new", found), ("again", again)):
        with here.gradebook() as gradebook, recorder.Recorder(here, spec, gradebook) as opened:
            digests = {student: _digest(what, opened, spec, student) for student in students}
            watch = Stopwatch()
            _watch_parts(watch, opened)
            with watch.part("together"):
                _record(opened, digests, notebooks)
        per_record = {
            name: (wall_s / n_students * 1e3, cpu_s / n_students * 1e3)
            for name, (wall_s, cpu_s) in watch.spent.items()
        }
        spent[what] = per_record
    return spent


def _watch_parts(watch: Stopwatch, opened: Any) -> None:
    for owner, method in (
        (OutcomeFile, "begin"),
        (OutcomeFile, "earlier"),
        (OutcomeFile, "finish"),
        (opened, "_write_notebooks"),
        (getattr(opened, "_folders", None), "replace"),
        (getattr(opened, "spool", None), "add"),
        (getattr(opened, "spool", None), "drop"),
    ):
        watch.watch(owner, method, "files")
    for name in ("_written", "_write_rows"):
        watch.watch(opened, name, "database")
    if not hasattr(opened, "_written"):
        watch.watch(opened._db.registry(), "commit", "database")  # noqa: SLF001  # of an earlier commit


def _digest(what: str, opened: Any, spec: Any, student: str) -> str:
    """Return the digest of a submission; what is recorded as new is found to have changed later."""
    if hasattr(opened, "digest"):
        digest = str(opened.digest(student))
    else:
        digest = f"{spec.digest()}:{digest_of(Path('submitted') / student / ASSIGNMENT, 10**8)}"
    return "a:new" if what == "new" else digest


def _record(opened: Any, digests: dict[str, str], notebooks: list[Any]) -> None:
    if not hasattr(opened, "spool"):
        for student, digest in digests.items():
            opened.record(student, digest, notebooks)
        return
    from gradlab.grading.graded import FinishedExam  # noqa: PLC0415  # an earlier commit has none

    finished = [FinishedExam(student, digest, notebooks) for student, digest in digests.items()]
    for start in range(0, len(finished), N_BATCH):
        exams = finished[start : start + N_BATCH]
        for exam in exams:
            opened.spool.add(exam)
        for result in opened.record(exams).values():
            if isinstance(result, Exception):
                raise result


def recording_section(n_students: int, db_url: str = "", commit: str = "") -> list[str]:
    """Measure; return the lines of the section of the page of results.

    Args:
        n_students: whose exams are recorded.
        db_url: of an empty database; by default, SQLite.
        commit: also measure the recorder of this commit.
    """
    lines = [
        "",
        f"## Records of {n_students} students ({ASSIGNMENT}{', PostgreSQL' if db_url else ''})",
        "",
        f"To reach: {TARGETS}. Load of the machine: {os.getloadavg()[0]:.1f}.",
    ]
    with tempfile.TemporaryDirectory() as folder:
        course, earlier = Path(folder) / "course", Path(folder) / "earlier"
        lay_out(course, db_url)
        checkouts = {"now": ROOT}
        if commit:
            checkouts = {commit: earlier, **checkouts}
            git = ["git", "-C", ROOT, "worktree", "add", "--detach", earlier, commit]
            subprocess.run(git, check=True, capture_output=True)  # noqa: S603  # our own repository
        try:
            _in_process(ROOT, course, "--examine")
            for name, checkout in checkouts.items():
                copy = Path(folder) / f"course of {name}"
                shutil.copytree(course, copy)
                spent = json.loads(_in_process(checkout, copy, "--students", str(n_students)))
                lines += [*_table(name, spent), *_afterwards(checkout, copy, n_students)]
        finally:
            if commit:
                git = ["git", "-C", ROOT, "worktree", "remove", "--force", earlier]
                subprocess.run(git, check=True, capture_output=True)  # noqa: S603  # as above
    return lines


def main() -> None:
    """Measure, and print the section."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=N_RECORDED)
    parser.add_argument("--db-url", default="", help="of an empty database; by default, SQLite")
    parser.add_argument("--commit", default="", help="also measure the recorder of this commit")
    parser.add_argument("--only", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--examine", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only and options.examine:
        examine(options.only)
    elif options.only:
        print(json.dumps(measure(options.only, options.students)))
    else:
        print(*recording_section(options.students, options.db_url, options.commit), sep="\n")


def _in_process(checkout: Path, course: Path, *options: str) -> str:
    """Run this script on a course with the package of a checkout; return what it printed."""
    done = subprocess.run(  # noqa: S603  # this script
        [sys.executable, __file__, "--only", course, *options],
        check=True,
        cwd=course,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def _afterwards(checkout: Path, course: Path, n_students: int) -> list[str]:
    """Return what the class takes on the disk, and what the command costs if nothing is new, as lines."""
    kib = sum(_kib(course / folder) for folder in ("autograde", "gradebook/outcomes", "gradebook/given"))
    command = [sys.executable, "-c", "from gradlab.cli import app; app()", "autograde", ASSIGNMENT]
    costs = []
    for arguments in ([], ["--student", "student-00000"], []):
        with patched_path(checkout):
            costs.append(cost_of([*command, *arguments], course))
    further = (costs[2] - costs[1]) / max(n_students - 1, 1)
    disk = f"On the disk, for each submission: {kib / n_students:.0f} KiB."
    unchanged = f"{costs[2].cpu_s:.2f} s of CPU for {n_students}, {costs[1].cpu_s:.2f} s for one"
    total_s = costs[1].cpu_s + 1e4 * further.cpu_s
    return ["", f"{disk} If nothing is new: {unchanged}, so {total_s:.1f} s for 10,000."]


@contextlib.contextmanager
def patched_path(checkout: Path) -> Iterator[None]:
    """Let Python find the package of a checkout."""
    os.environ["PYTHONPATH"] = str(checkout)
    try:
        yield
    finally:
        del os.environ["PYTHONPATH"]


def _kib(folder: Path) -> float:
    """Return the disk space of a folder; a file with several links counts once."""
    states = {state.st_ino: state.st_blocks for path in folder.rglob("*") if (state := path.lstat())}
    return sum(states.values()) / 2


def _table(name: str, spent: dict[str, dict[str, tuple[float, float]]]) -> list[str]:
    return [
        "",
        f"| {name}, ms for each record | wall | CPU of this process |",
        "|---|---:|---:|",
        *(
            f"| {what}: {part} | {wall_ms:.2f} | {cpu_ms:.2f} |"
            for what, parts in spent.items()
            for part, (wall_ms, cpu_ms) in sorted(parts.items(), key=lambda item: -item[1][0])
        ),
    ]


if __name__ == "__main__":
    main()
