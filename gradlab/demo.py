"""The whole course at work: a sample class from release to grades, in a folder of its own.

Run as ``python -m gradlab.demo`` in the course's root. Every step is nbgrader's own command, run in
this process.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from nbgrader import apps
from nbgrader.api import Gradebook, MissingEntry
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gradlab.sample_class import STUDENTS, TORN, Choice, tear, write_answers
from gradlab.source import CONFIG_NAME, SOURCE_FOLDER, SourceNotebook, source_notebooks

if TYPE_CHECKING:
    from collections.abc import Iterator

COURSE_ID = "gradlab"
BOOKS = Path("tests") / "answers"


@dataclass(frozen=True)
class Demo:
    """The folders of a demonstration, and the assignments that it runs."""

    course: Path
    folder: Path
    assignments: tuple[str, ...]

    @property
    def copy(self) -> Path:
        """The copy of the course, made from source/ and the configuration alone."""
        return self.folder / "course"

    def home(self, student: str) -> Path:
        """A student's own folder."""
        return self.folder / "homes" / student

    def lay_out(self) -> None:
        """Make the folders anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(
            self.course / SOURCE_FOLDER,
            self.copy / SOURCE_FOLDER,
            ignore=shutil.ignore_patterns(".ipynb_checkpoints"),
        )
        shutil.copy(self.course / CONFIG_NAME, self.copy)
        for student in STUDENTS:
            self.home(student).mkdir(parents=True)

    def steps(self) -> Iterator[tuple[str, str, str]]:
        """Yield (step, assignment, student) in order; the student is "" for the instructor's steps."""
        for assignment in self.assignments:
            yield "release", assignment, ""
        for assignment in self.assignments:
            for student in STUDENTS:
                yield "submit", assignment, student
            yield "collect", assignment, ""
        for assignment in self.assignments:
            for student in STUDENTS:
                yield "autograde", assignment, student
        for assignment in self.assignments:
            yield "feedback", assignment, ""
        yield "export", "", ""

    def run(self, step: str, assignment: str, student: str) -> None:
        """Take one step."""
        exchange = ["--course", COURSE_ID, f"--Exchange.root={self.folder / 'exchange'}"]
        if step == "release":
            nbgrader(apps.GenerateAssignmentApp, self.copy, assignment)
            nbgrader(apps.ReleaseAssignmentApp, self.copy, assignment, *exchange)
        elif step == "submit":
            nbgrader(apps.FetchAssignmentApp, self.home(student), assignment, *exchange)
            self.answer(assignment, student)
            cache = f"--Exchange.cache={self.home(student) / '.cache'}"
            nbgrader(apps.SubmitApp, self.home(student), assignment, *exchange, cache, "--student", student)
        elif step == "collect":
            nbgrader(apps.CollectApp, self.copy, assignment, *exchange)
        elif step == "autograde":
            nbgrader(apps.AutogradeApp, self.copy, assignment, "--student", student)
        elif step == "feedback":
            nbgrader(apps.GenerateFeedbackApp, self.copy, assignment)
        else:
            nbgrader(apps.ExportApp, self.copy, "--to", "gradebook/grades.csv")

    def answer(self, assignment: str, student: str) -> None:
        """Write a student's answers into what they fetched."""
        for source in source_notebooks(self.course, assignment):
            fetched = self.home(student) / assignment / source.name
            choice = Choice.read(SourceNotebook.read(source), self.course / BOOKS / assignment / source.stem)
            write_answers(fetched, STUDENTS[student](choice))
            if (student, assignment) == TORN:
                tear(fetched)

    def run_all(self, console: Console) -> list[tuple[str, str]]:
        """Take all steps under a progress bar; return the (student, assignment) that failed to grade."""
        failed = []
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            steps = list(self.steps())
            task = progress.add_task("", total=len(steps))
            for step, assignment, student in steps:
                progress.update(task, description=f"{step:<10}{assignment:<22}{student:<11}")
                try:
                    self.run(step, assignment, student)
                except SystemExit:
                    if step != "autograde":
                        raise
                    failed.append((student, assignment))
                progress.advance(task)
        return failed

    def why_not_gradeable(self, assignment: str, student: str) -> str:
        """Return what is wrong with the files of a submission."""
        for path in sorted((self.copy / "submitted" / student / assignment).glob("*.ipynb")):
            try:
                nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # untyped
            except (ValueError, nbformat.ValidationError) as error:
                return f"{path.name} is no notebook ({error})"
        return "nbgrader could not run it"

    def results(self) -> dict[str, Path]:
        """Return what the demonstration made, by name."""
        return {
            "gradebook": self.copy / "gradebook" / "gradebook.db",
            "scores as a table": self.copy / "gradebook" / "grades.csv",
            "graded notebooks": self.copy / "autograde",
            "feedback": self.copy / "feedback",
            "students' folders": self.folder / "homes",
        }

    def scores(self) -> Table:
        """Return the table of scores, from the gradebook."""
        table = Table(title="Scores")
        table.add_column("student")
        table.add_column("answers")
        for assignment in (*self.assignments, "total"):
            table.add_column(assignment.partition("-")[0], justify="right")
        with Gradebook(f"sqlite:///{self.copy / 'gradebook' / 'gradebook.db'}") as gradebook:
            for student, way in STUDENTS.items():
                cells, total = [], 0.0
                for assignment in self.assignments:
                    score = self.score(gradebook, assignment, student)
                    total += score or 0.0
                    cells.append("not gradeable" if score is None else f"{score:g}")
                table.add_row(student, way.__name__.replace("_", " "), *cells, f"{total:g}")
        return table

    def score(self, gradebook: Gradebook, assignment: str, student: str) -> float | None:
        """Return the points of one submission, or None where it could not be graded."""
        if not (self.copy / "autograde" / student / assignment).exists():
            return None
        try:
            return float(gradebook.find_submission(assignment, student).score)
        except MissingEntry:
            return None


def nbgrader(app_class: type, folder: Path, *arguments: str) -> None:
    """Run one of nbgrader's commands in this process, in a folder."""
    with contextlib.chdir(folder):
        app = app_class()
        app.initialize([*arguments, "--log-level=CRITICAL"])
        app.start()


def main() -> None:
    """Run the demonstration and print its grades."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", help="all of the course's if none is named")
    parser.add_argument("--folder", type=Path, default=Path("demo"), help="made anew (default: demo)")
    options = parser.parse_args()
    course = Path.cwd()
    everything = sorted(path.name for path in (course / SOURCE_FOLDER).iterdir() if path.is_dir())
    demo = Demo(course, options.folder.resolve(), tuple(options.assignments or everything))
    demo.lay_out()

    console = Console()
    failed = demo.run_all(console)
    console.print(demo.scores())
    for student, assignment in failed:
        console.print(
            f"Not gradeable: {student}, {assignment}: {demo.why_not_gradeable(assignment, student)}"
        )
    console.print("\nThe written answers (2 points) wait for a person: see `nbgrader formgrader`.")
    for what, path in demo.results().items():
        console.print(f"{what:<20} {path}")


if __name__ == "__main__":
    main()
