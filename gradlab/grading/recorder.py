"""Record the results of exams: the only module that writes grades into the gradebook.

A submission is recorded in steps, and each step can be repeated: its outcome file is begun anew, its graded
notebooks take their place, its rows are written in one transaction, and its outcome file says that all is
done.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from nbgrader.api import (
    Comment,
    Grade,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from nbgrader.utils import parse_utc
from sqlalchemy import select
from sqlalchemy.orm import load_only

from gradlab.errors import CourseError
from gradlab.examiner.files import write_beside
from gradlab.gradebook.outcome_file import OutcomeFile

if TYPE_CHECKING:
    from pathlib import Path

    from nbgrader.api import Gradebook

    from gradlab.course import AssignmentSpec, Course
    from gradlab.grading.grade import GradedNotebook

TIMESTAMP_NAME = "timestamp.txt"
MAX_TIMESTAMP_CHARS = 100


@dataclass(frozen=True)
class Recorded:
    """What has been recorded of a submission.

    Args:
        outcomes: of its test cells; "" if a person has to judge.
        problems: what a person has to look at.
    """

    outcomes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


class Recorder:
    """Records the exams of one assignment; no other process does so at the same time.

    Raises:
        CourseError: on entering, if another process grades this assignment.
    """

    def __init__(self, course: Course, spec: AssignmentSpec, gradebook: Gradebook) -> None:
        self._course = course
        self._spec = spec
        self._db = gradebook.db
        self._assignment_id = gradebook.find_assignment(spec.name).id
        self._rows = _Rows.read(gradebook, self._assignment_id)
        self._folder = course.outcomes / spec.name
        self._official = course.files_beside(course.step("source", assignment=spec.name))
        for name in course.not_overwritten(spec.name):
            self._official.pop(name, None)
        self._lock = -1

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self._folder / ".lock", os.O_CREAT | os.O_RDWR, 0o666)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise CourseError(f"Another process is grading {self._spec.name!r}.") from None
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def outcome_file(self, student: str) -> OutcomeFile:
        """Return where the outcome of a student's submission is kept."""
        return OutcomeFile(self._folder / f"{student}.json")

    def known(self, student: str, digest: str) -> Recorded | None:
        """Return what has been recorded of a submission with this content, None if nothing has."""
        content = self.outcome_file(student).content()
        folder = self._course.step("autograded", student, self._spec.name)
        if content is None or content["digest"] != digest or folder.exists() != content["has_notebooks"]:
            return None
        notebooks = content["notebooks"].values()
        outcomes = tuple(cell["outcome"] for notebook in notebooks for cell in notebook.values())
        return Recorded(outcomes, tuple(content["problems"]))

    def record(self, student: str, digest: str, notebooks: list[GradedNotebook]) -> Recorded:
        """Record one submission.

        Raises:
            CourseError: if the gradebook does not know the student, and the course adds no students.
        """
        file = self.outcome_file(student)
        file.begin()
        timestamp, problem = self._timestamp(student)
        problems = [*([problem] if problem else []), *(one.problem for one in notebooks if one.problem)]
        self._write_notebooks(student, notebooks)
        try:
            self._write_rows(student, notebooks, timestamp)
            self._db.commit()
        finally:
            self._db.rollback()
            self._db.expunge_all()
        file.finish(
            {
                "digest": digest,
                "graded": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
                "problems": problems,
                "has_notebooks": any(one.text for one in notebooks),
                "notebooks": {
                    one.name: {cell: asdict(grade) for cell, grade in one.grades.items()} for one in notebooks
                },
            }
        )
        outcomes = tuple(grade.outcome for one in notebooks for grade in one.grades.values())
        return Recorded(outcomes, tuple(problems))

    def _timestamp(self, student: str) -> tuple[dt.datetime | None, str]:
        """Return when it was submitted, None if that is not known, and what is wrong with its timestamp."""
        path = self._course.step("submitted", student, self._spec.name) / TIMESTAMP_NAME
        if path.is_symlink() or not path.is_file():
            return None, ""
        try:
            with path.open(encoding="utf-8") as file:
                text = file.read(MAX_TIMESTAMP_CHARS).strip()
            return (parse_utc(text) if text else None), ""
        except (OSError, ValueError, OverflowError, TypeError):
            return None, f"{TIMESTAMP_NAME} holds no time: it counts as not late"

    def _write_notebooks(self, student: str, notebooks: list[GradedNotebook]) -> None:
        """Put the graded notebooks, and the files beside them, into their place in one step."""
        place = self._course.step("autograded", student, self._spec.name)
        beside = place.with_name(f".{place.name}.new")
        before = place.with_name(f".{place.name}.old")
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
        texts = {f"{one.name}.ipynb": one.text for one in notebooks if one.text}
        if texts:
            feedback = {f"{one.name}.html" for one in notebooks}
            for name, path in self._files(student, {*texts, *feedback}).items():
                target = beside / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
            beside.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (beside / name).write_text(text, encoding="utf-8")
            for one in notebooks:
                write_beside(beside, one.files)
            self._course.set_permissions(beside)
        if place.exists():
            place.rename(before)
        if texts:
            beside.rename(place)
        shutil.rmtree(before, ignore_errors=True)

    def _files(self, student: str, taken: set[str]) -> dict[str, Path]:
        """Return the files beside the notebooks by name: the course's, and those that the student adds."""
        folder = self._course.step("submitted", student, self._spec.name)
        names = {*self._official, *taken}
        added = {
            name: path
            for name, path in self._course.files_beside(folder).items()
            if not any(f"{name}/".startswith(f"{other}/") or other.startswith(f"{name}/") for other in names)
        }
        return added | self._official

    def _write_rows(
        self, student: str, notebooks: list[GradedNotebook], timestamp: dt.datetime | None
    ) -> None:
        """Write what nbgrader's own autograding would have written."""
        submission = self._submission(student)
        if timestamp is not None:
            submission.timestamp = timestamp
        entries = {
            self._rows.notebooks[entry.notebook_id]: entry
            for entry in self._db.scalars(
                select(SubmittedNotebook)
                .where(SubmittedNotebook.assignment_id == submission.id)
                .options(load_only(SubmittedNotebook.notebook_id, SubmittedNotebook.late_submission_penalty))
            )
        }
        for one in notebooks:
            self._write_cells(entries[one.name], one)
        self._db.flush()
        for one in notebooks:
            entries[one.name].late_submission_penalty = (
                self._penalty(student, submission, entries[one.name]) if one.text else None
            )

    def _write_cells(self, entry: Any, one: GradedNotebook) -> None:
        for grade in self._db.scalars(self._rows.of(Grade, entry)):
            known = one.grades.get(self._rows.cells[grade.cell_id])
            grade.auto_score = None if known is None else known.auto_score
            needs_person = grade.manual_score is not None or grade.auto_score is None
            grade.needs_manual_grade = needs_person and not one.is_missing
        for comment in self._db.scalars(self._rows.of(Comment, entry)):
            name = self._rows.cells[comment.cell_id]
            if name in one.comments:
                comment.auto_comment = one.comments[name]

    def _submission(self, student: str) -> Any:
        """Return the row of a submission; a new one is made together with all rows that belong to it."""
        if self._db.get(Student, student, options=[load_only(Student.id)]) is None:
            if not self._course.creates_students:
                raise CourseError(f"No student with ID {student!r} exists in the database.")
            self._db.add(Student(id=student))
        submission = self._db.scalar(
            select(SubmittedAssignment)
            .where(
                SubmittedAssignment.assignment_id == self._assignment_id,
                SubmittedAssignment.student_id == student,
            )
            .options(load_only(SubmittedAssignment.timestamp, SubmittedAssignment.extension))
        )
        if submission is None:
            submission = SubmittedAssignment(
                id=new_uuid(), assignment_id=self._assignment_id, student_id=student
            )
            self._db.add_all([submission, *self._rows.new(submission.id)])
            self._db.flush()
        return submission

    def _penalty(self, student: str, submission: Any, entry: Any) -> float | None:
        """Return the points that lateness costs."""
        seconds_late = submission.total_seconds_late
        if seconds_late <= 0:
            return None
        for step in self._course.penalties:
            self._db.expire(entry, ["score"])  # as it is now
            penalty = step.plugin_inst.late_submission_penalty(student, entry.score, seconds_late)
            if penalty is not None:
                return float(step._check_late_penalty(entry, penalty))  # noqa: SLF001  # nbgrader's own rule
        return None


@dataclass(frozen=True)
class _Rows:
    """Which rows the gradebook has for an assignment, and needs for each submission of it, by their ids."""

    notebooks: dict[str, str]
    cells: dict[str, str]
    graded: dict[str, list[str]]
    commented: dict[str, list[str]]

    @classmethod
    def read(cls, gradebook: Gradebook, assignment_id: str) -> _Rows:
        """Read the rows of an assignment."""
        notebooks = gradebook.db.scalars(
            select(Notebook).where(Notebook.assignment_id == assignment_id)
        ).all()
        return cls(
            notebooks={one.id: one.name for one in notebooks},
            cells={
                cell.id: cell.name
                for one in notebooks
                for cell in (*one.grade_cells, *one.solution_cells, *one.task_cells)
            },
            graded={one.id: [cell.id for cell in (*one.grade_cells, *one.task_cells)] for one in notebooks},
            commented={
                one.id: [cell.id for cell in (*one.solution_cells, *one.task_cells)] for one in notebooks
            },
        )

    def new(self, submission_id: str) -> list[Any]:
        """Return the rows that a new submission has."""
        rows: list[Any] = []
        for notebook_id in self.notebooks:
            entry = SubmittedNotebook(id=new_uuid(), assignment_id=submission_id, notebook_id=notebook_id)
            rows.append(entry)
            rows += [Grade(cell_id=cell, notebook_id=entry.id) for cell in self.graded[notebook_id]]
            rows += [Comment(cell_id=cell, notebook_id=entry.id) for cell in self.commented[notebook_id]]
        return rows

    def of(self, table: Any, entry: Any) -> Any:
        """Return the query for the grades or comments of a submitted notebook, through the table's index."""
        cells = (self.graded if table is Grade else self.commented)[entry.notebook_id]
        return select(table).where(table.cell_id.in_(cells), table.notebook_id == entry.id)
