"""The whole course at work: a sample class from release to report, in its own folder.

Run as ``python -m gradlab.demo`` in the course's root. Autograding, feedback and the report are gradlab's;
every other step is nbgrader's own command, run in this process. All students fetch and submit through the
exchange; a few hand in again after the first grading. Two things are made up: the times of submission, and
a person's points for written answers. Some written answers still wait for points.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import shutil
import time
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader import apps
from nbgrader.api import MissingEntry
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from gradlab.authoring.folders import CONFIG_NAME, SOURCE_FOLDER, source_notebooks
from gradlab.authoring.source import SourceNotebook
from gradlab.course import Course
from gradlab.demo.sample_class import (
    STUDENTS,
    TORN,
    Choice,
    SampleStudent,
    answers_of,
    tear,
    write_answers,
    write_guesses,
    written_answer_of,
)
from gradlab.feedback.bulk import FeedbackRun, Made
from gradlab.grading import pipeline
from gradlab.grading.workers import Workers
from gradlab.report.site import write_report
from gradlab.submission.reading import TIMESTAMP_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

COURSE_ID = "gradlab"
BOOKS = Path("tests") / "answers"
CONFIGURATION = """
c.LateSubmissionPlugin.penalty_method = "zero"
"""
FIRST_DUE = dt.datetime(2026, 3, 9, 15, tzinfo=dt.UTC)  # midnight in Seoul
BETWEEN_DUES = dt.timedelta(weeks=1)
N_NOT_JUDGED = 6
COMMENT = "h가 아주 작을 때 두 값의 뺄셈에서 무슨 일이 일어나는지 생각해 보세요."


@dataclass
class Demo:
    """A demonstration.

    Args:
        course: the root of the course.
        folder: where everything is made.
        assignments: the assignments to run.
        executor: examines the submissions.
        problems: (student, assignment, reason) for each notebook that could not be graded.
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

    def home(self, student: SampleStudent) -> Path:
        """Return a student's own folder."""
        return self.folder / "homes" / student.id

    def due(self, assignment: str) -> dt.datetime:
        """Return when an assignment is due."""
        return FIRST_DUE + self.assignments.index(assignment) * BETWEEN_DUES

    def lay_out(self) -> None:
        """Create the folders from scratch."""
        shutil.rmtree(self.folder, ignore_errors=True)
        ignore = shutil.ignore_patterns(".ipynb_checkpoints")
        shutil.copytree(self.course / SOURCE_FOLDER, self.copy / SOURCE_FOLDER, ignore=ignore)
        config = (self.course / CONFIG_NAME).read_text(encoding="utf-8")
        (self.copy / CONFIG_NAME).write_text(config + CONFIGURATION, encoding="utf-8")
        for student in STUDENTS:
            self.home(student).mkdir(parents=True)

    def n_steps(self) -> int:
        """Return about how many steps `steps` takes."""
        n_submitted = sum(student.submits(name) for student in STUDENTS for name in self.assignments)
        return 3 * len(self.assignments) + 4 * n_submitted + 2

    def steps(self) -> Iterator[str]:
        """Take all steps; yield the description of each."""
        exchange = ["--course", COURSE_ID, f"--Exchange.root={self.folder / 'exchange'}"]
        for assignment in self.assignments:
            yield from self._release(assignment, exchange)
            yield from self._submit(assignment, exchange)
            yield from self._autograde(assignment)
            self.submit_again(assignment)
            yield from self._autograde(assignment)
            self.judge_answers_in_words(assignment)
            yield f"judge {assignment}"
            yield from self._feedback(assignment)
        exporter = "--exporter=gradlab.exporters.WideExporter"
        nbgrader(apps.ExportApp, self.copy, exporter, "--to", "gradebook/scores.csv")
        yield "export"
        write_report(Course(self.copy), self.report)
        yield "report"

    def _release(self, assignment: str, exchange: list[str]) -> Iterator[str]:
        nbgrader(apps.GenerateAssignmentApp, self.copy, assignment)
        nbgrader(apps.ReleaseAssignmentApp, self.copy, assignment, *exchange)
        with Course(self.copy).gradebook() as gradebook:
            due = self.due(assignment).replace(tzinfo=None)  # as nbgrader stores it
            gradebook.update_or_create_assignment(assignment, duedate=due)
            for student in STUDENTS:
                names = {"last_name": student.last_name, "first_name": student.first_name}
                gradebook.update_or_create_student(student.id, email=f"{student.id}@example.org", **names)
        yield f"release {assignment}"

    def _submit(self, assignment: str, exchange: list[str]) -> Iterator[str]:
        """Let students fetch, answer and submit; collect their work."""
        for student in STUDENTS:
            if not student.submits(assignment):
                continue
            home = self.home(student)
            nbgrader(apps.FetchAssignmentApp, home, assignment, *exchange)
            self.answer(home / assignment, assignment, student)
            cache = f"--Exchange.cache={home / '.cache'}"
            nbgrader(apps.SubmitApp, home, assignment, *exchange, cache, "--student", student.id)
            yield f"submit {assignment} {student.id}"
        nbgrader(apps.CollectApp, self.copy, assignment, *exchange)
        for student in STUDENTS:
            path = self.copy / "submitted" / student.id / assignment / TIMESTAMP_NAME
            if path.exists():
                when = student.timestamp(assignment, self.due(assignment))
                path.write_text(f"{when:%Y-%m-%d %H:%M:%S.%f} UTC", encoding="utf-8")
        yield f"collect {assignment}"

    def answer(self, folder: Path, assignment: str, student: SampleStudent, *, again: bool = False) -> None:
        """Write a student's answers into the notebooks of a folder."""
        for source in source_notebooks(self.course, assignment):
            choice = _choice(source, self.course / BOOKS / assignment / source.stem)
            answers = answers_of(student, assignment, source.stem, choice, again=again)
            write_answers(folder / source.name, answers, written_answer_of(student)[0])
            write_guesses(folder / source.name, student)
            if (student.id, assignment) == TORN:
                tear(folder / source.name)

    def submit_again(self, assignment: str) -> None:
        """Replace some students' submissions after the first grading, as `nbgrader zip_collect` would."""
        for student in STUDENTS:
            if student.submits_again(assignment) and (student.id, assignment) != TORN:
                folder = self.copy / "submitted" / student.id / assignment
                self.answer(folder, assignment, student, again=True)

    def _autograde(self, assignment: str) -> Iterator[str]:
        course = Course(self.copy)
        students = pipeline.submitted(course, assignment)
        for graded in pipeline.autograde(course, assignment, students, self.executor):
            if graded.error:
                raise RuntimeError(f"the grader failed at {graded.student}: {graded.error}")
            if not graded.was_known:
                self.problems += [(graded.student, assignment, problem) for problem in graded.problems]
            yield f"autograde {assignment} {graded.student}"

    def judge_answers_in_words(self, assignment: str) -> None:
        """Give points for written answers, as a person would in formgrader, except for the last students'."""
        with Course(self.copy).gradebook() as gradebook:
            for student in STUDENTS[:-N_NOT_JUDGED]:
                with contextlib.suppress(MissingEntry):
                    submission = gradebook.find_submission(assignment, student.id)
                    for notebook in submission.notebooks:
                        _judge(student, notebook)
            gradebook.db.commit()

    def _feedback(self, assignment: str) -> Iterator[str]:
        """Make the pages of feedback, in parallel on all cores."""
        graded = FeedbackRun(self.copy).graded([assignment])
        done = [self.executor.submit(_feedback_on, self.copy, assignment, student) for student, _ in graded]
        for future in as_completed(done):
            made = future.result()
            if made.error:
                raise RuntimeError(f"there is no feedback for {made.student}: {made.error}")
            yield f"feedback {assignment} {made.student}"

    @property
    def report(self) -> Path:
        """Where the report is."""
        return self.copy / "gradebook" / "report"

    def results(self) -> dict[str, Path]:
        """Return what the demonstration made, by name."""
        return {
            "gradebook": self.copy / "gradebook" / "gradebook.db",
            "scores as a table": self.copy / "gradebook" / "scores.csv",
            "graded notebooks": self.copy / "autograde",
            "feedback": self.copy / "feedback",
            "students' folders": self.folder / "homes",
            "report": self.report / "index.html",
        }

    def scores(self) -> Table:
        """Return the table of scores, from the gradebook."""
        table = Table(title="Scores")
        table.add_column("student", overflow="ellipsis", max_width=18, no_wrap=True)
        for assignment in (*self.assignments, "total"):
            table.add_column(assignment.partition("-")[0], justify="right")
        not_gradeable = {(student, assignment) for student, assignment, _ in self.problems}
        with Course(self.copy).gradebook() as gradebook:
            for student in STUDENTS:
                cells, total = [], 0.0
                for assignment in self.assignments:
                    try:
                        submission = gradebook.find_submission(assignment, student.id)
                    except MissingEntry:
                        cells.append("")
                        continue
                    score = max(0.0, submission.score - submission.late_submission_penalty)
                    total += score
                    cells.append("broken" if (student.id, assignment) in not_gradeable else f"{score:.3g}")
                name = f"{student.id[-2:]} {student.last_name} {student.first_name}"
                table.add_row(name, *cells, f"{total:.3g}")
        return table


@cache
def _choice(source: Path, books: Path) -> Choice:
    return Choice.read(SourceNotebook.read(source), books)


@cache
def _feedback_run(course: Path, assignment: str) -> FeedbackRun:
    """Return this process's maker of an assignment's pages, which reads the gradebook once."""
    del assignment
    return FeedbackRun(course)


def _feedback_on(course: Path, assignment: str, student: str) -> Made:
    return _feedback_run(course, assignment).make(student, assignment)


def _judge(student: SampleStudent, notebook: Any) -> None:
    """Give points for the written answers of a submitted notebook."""
    for grade in notebook.grades:
        if grade.needs_manual_grade and grade.cell.cell_type == "markdown":
            grade.manual_score, grade.needs_manual_grade = written_answer_of(student)[1], False
            for comment in notebook.comments:
                if comment.name == grade.name and grade.manual_score < grade.max_score:
                    comment.manual_comment = COMMENT


def nbgrader(app_class: type, folder: Path, *arguments: str) -> None:
    """Run one of nbgrader's commands in this process, in a folder."""
    with contextlib.chdir(folder):
        app = app_class()
        app.initialize([*arguments, "--log-level=CRITICAL"])
        app.start()


def main() -> None:
    """Run the demonstration and print its grades."""
    started_s = time.monotonic()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", help="by default, all of the course")
    parser.add_argument(
        "--folder", type=Path, default=Path("demo"), help="replaced if it exists (default: demo)"
    )
    options = parser.parse_args()
    course = Path.cwd()
    everything = sorted(path.name for path in (course / SOURCE_FOLDER).iterdir() if path.is_dir())
    assignments = tuple(options.assignments or everything)
    with Workers(Course(course).warmth(assignments)) as executor:
        executor.start()  # while this process has a single thread
        demo = Demo(course, options.folder.resolve(), assignments, executor)
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
    console.print("\nSome answers in words (2 points) wait for a person: `nbgrader formgrader` shows them.")
    for what, path in demo.results().items():
        console.print(f"{what:<22}{path}", soft_wrap=True)
    console.print(f"\n{time.monotonic() - started_s:.0f} s in all.")


if __name__ == "__main__":
    main()
