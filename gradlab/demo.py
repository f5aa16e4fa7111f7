"""The whole course at work: a sample class from release to grades, in a folder of its own.

Run as ``python -m gradlab.demo`` in the course's root. Every step but autograding is nbgrader's own
command, run in this process.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from nbgrader import apps
from nbgrader.api import MissingEntry
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gradlab import pipeline
from gradlab.course import Course
from gradlab.sample_class import STUDENTS, TORN, Choice, tear, write_answers
from gradlab.source import CONFIG_NAME, SOURCE_FOLDER, SourceNotebook, source_notebooks
from gradlab.zygote import warm_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

COURSE_ID = "gradlab"
BOOKS = Path("tests") / "answers"


@dataclass
class Demo:
    """A demonstration.

    Args:
        course: the root of the course.
        folder: where all is made.
        assignments: which it runs.
        executor: what examines the submissions.
        problems: (student, assignment, reason) of what could not be graded.
    """

    course: Path
    folder: Path
    assignments: tuple[str, ...]
    executor: Executor
    problems: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def copy(self) -> Path:
        """The copy of the course, made from source/ and the configuration alone."""
        return self.folder / "course"

    def home(self, student: str) -> Path:
        """Return a student's own folder."""
        return self.folder / "homes" / student

    def lay_out(self) -> None:
        """Make the folders anew."""
        shutil.rmtree(self.folder, ignore_errors=True)
        ignore = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(self.course / SOURCE_FOLDER, self.copy / SOURCE_FOLDER, ignore=ignore)
        shutil.copy(self.course / CONFIG_NAME, self.copy)
        for student in STUDENTS:
            self.home(student).mkdir(parents=True)

    def n_steps(self) -> int:
        """Return how many steps `steps` takes."""
        return len(self.assignments) * (3 + 2 * len(STUDENTS)) + 1

    def steps(self) -> Iterator[str]:
        """Take all steps; yield what each was."""
        exchange = ["--course", COURSE_ID, f"--Exchange.root={self.folder / 'exchange'}"]
        for assignment in self.assignments:
            nbgrader(apps.GenerateAssignmentApp, self.copy, assignment)
            nbgrader(apps.ReleaseAssignmentApp, self.copy, assignment, *exchange)
            yield f"release {assignment}"
            for student in STUDENTS:
                self.submit(assignment, student, exchange)
                yield f"submit {assignment} {student}"
            nbgrader(apps.CollectApp, self.copy, assignment, *exchange)
            yield f"collect {assignment}"
            for graded in pipeline.autograde(Course(self.copy), assignment, list(STUDENTS), self.executor):
                if graded.error:
                    raise RuntimeError(f"the grader failed at {graded.student}: {graded.error}")
                self.problems += [(graded.student, assignment, problem) for problem in graded.problems]
                yield f"autograde {assignment} {graded.student}"
            nbgrader(apps.GenerateFeedbackApp, self.copy, assignment)
            yield f"feedback {assignment}"
        nbgrader(apps.ExportApp, self.copy, "--to", "gradebook/grades.csv")
        yield "export"

    def submit(self, assignment: str, student: str, exchange: list[str]) -> None:
        """Let a student fetch, answer and submit."""
        home = self.home(student)
        nbgrader(apps.FetchAssignmentApp, home, assignment, *exchange)
        self.answer(assignment, student)
        cache = f"--Exchange.cache={home / '.cache'}"
        nbgrader(apps.SubmitApp, home, assignment, *exchange, cache, "--student", student)

    def answer(self, assignment: str, student: str) -> None:
        """Write a student's answers into what they fetched."""
        for source in source_notebooks(self.course, assignment):
            fetched = self.home(student) / assignment / source.name
            choice = Choice.read(SourceNotebook.read(source), self.course / BOOKS / assignment / source.stem)
            write_answers(fetched, STUDENTS[student](choice))
            if (student, assignment) == TORN:
                tear(fetched)

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
        for column in ("student", "answers"):
            table.add_column(column)
        for assignment in (*self.assignments, "total"):
            table.add_column(assignment.partition("-")[0], justify="right")
        not_gradeable = {(student, assignment) for student, assignment, _ in self.problems}
        with Course(self.copy).gradebook() as gradebook:
            for student, way in STUDENTS.items():
                cells, total = [], 0.0
                for assignment in self.assignments:
                    with contextlib.suppress(MissingEntry):
                        score = gradebook.find_submission(assignment, student).score
                        total += score
                        cells.append("broken" if (student, assignment) in not_gradeable else f"{score:g}")
                table.add_row(student, way.__name__.replace("_", " "), *cells, f"{total:g}")
        return table


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
    warm_up()
    with pipeline.workers() as executor:
        demo = Demo(course, options.folder.resolve(), tuple(options.assignments or everything), executor)
        demo.lay_out()
        console = Console()
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console) as progress:
            task = progress.add_task("release", total=demo.n_steps())
            for step in demo.steps():
                progress.update(task, advance=1, description=f"{step:<40}")
    console.print(demo.scores())
    for student, assignment, reason in demo.problems:
        console.print(f"not gradeable: {student}, {assignment}: {reason}")
    console.print("\nThe written answers (2 points) wait for a person: `nbgrader formgrader` shows them.")
    for what, path in demo.results().items():
        console.print(f"{what:<20}{path}")


if __name__ == "__main__":
    main()
