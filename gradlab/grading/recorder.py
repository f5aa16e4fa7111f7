"""Record the results of exams: the only module that writes grades into the gradebook.

A submission is recorded in steps that can all be repeated: its outcome file is marked as outdated, its graded
notebooks are replaced, its rows are written in one transaction, and its outcome file is completed.
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
from sqlalchemy import select
from sqlalchemy.orm import load_only

from gradlab.errors import CourseError
from gradlab.examiner.files import write_beside
from gradlab.gradebook.outcome_file import OutcomeFile
from gradlab.submission.reading import open_regular
from gradlab.submission.times import submitted_time

if TYPE_CHECKING:
    from pathlib import Path

    from nbgrader.api import Gradebook

    from gradlab.course import AssignmentSpec, Course
    from gradlab.grading.grade import GradedNotebook


@dataclass(frozen=True)
class Recorded:
    """What has been recorded about a submission.

    Args:
        outcomes: of its test cells; "" if a person has to judge.
        problems: why notebooks are not gradeable.
        notes: what else a person has to look at.
        n_found: how many answers were found.
        n_asked: how many answers the assignment asks for; 0 if that has not been recorded.
    """

    outcomes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    n_found: int = 0
    n_asked: int = 0

    @classmethod
    def of(cls, content: dict[str, Any]) -> Recorded:
        """Return what a complete outcome file says."""
        notebooks = content["notebooks"].values()
        return cls(
            tuple(cell["outcome"] for notebook in notebooks for cell in notebook.values()),
            tuple(content["problems"]),
            tuple(content.get("notes", ())),
            *content.get("answers", (0, 0)),
        )


class Recorder:
    """Records the exams of one assignment, in one process at a time.

    Raises:
        CourseError: on entering, if another process is grading this assignment.
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
        """Return the outcome file of a student's submission."""
        return OutcomeFile(self._folder / f"{student}.json")

    def known(self, student: str, digest: str) -> Recorded | None:
        """Return the record of a submission with this digest, None if there is none."""
        content = self.outcome_file(student).content()
        folder = self._course.step("autograded", student, self._spec.name)
        if content is None or content["digest"] != digest or folder.exists() != content["has_notebooks"]:
            return None
        return Recorded.of(content)

    def record(self, student: str, digest: str, notebooks: list[GradedNotebook]) -> Recorded:
        """Record one submission.

        Raises:
            CourseError: if the gradebook does not know the student, and the course adds no students.
        """
        file = self.outcome_file(student)
        file.begin()
        folder = self._course.step("submitted", student, self._spec.name)
        timestamp, note = submitted_time(folder, self._course.zone)
        self._write_notebooks(student, notebooks)
        try:
            self._write_rows(student, notebooks, timestamp)
            self._db.commit()
        finally:
            self._db.rollback()
            self._db.expunge_all()
        notes = [note] if note else []
        content = {
            "digest": digest,
            "graded": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "problems": [notebook.problem for notebook in notebooks if notebook.problem],
            "notes": [*notes, *(note for notebook in notebooks for note in notebook.notes)],
            "answers": [
                sum(notebook.n_found for notebook in notebooks),
                sum(notebook.n_asked for notebook in notebooks),
            ],
            "has_notebooks": any(notebook.text for notebook in notebooks),
            "notebooks": {
                notebook.name: {cell: asdict(grade) for cell, grade in notebook.grades.items()}
                for notebook in notebooks
            },
        }
        file.finish(content)
        return Recorded.of(content)

    def _write_notebooks(self, student: str, notebooks: list[GradedNotebook]) -> None:
        """Replace the graded notebooks and the files beside them in one step."""
        place = self._course.step("autograded", student, self._spec.name)
        beside = place.with_name(f".{place.name}.new")
        before = place.with_name(f".{place.name}.old")
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
        texts = {f"{notebook.name}.ipynb": notebook.text for notebook in notebooks if notebook.text}
        if texts:
            feedback = {f"{notebook.name}.html" for notebook in notebooks}
            for name, path in self._files(student, {*texts, *feedback}).items():
                target = beside / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with open_regular(path) as content, target.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
            beside.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (beside / name).write_text(text, encoding="utf-8")
            for notebook in notebooks:
                write_beside(beside, notebook.files)
            self._course.set_permissions(beside)
        if place.exists():
            place.rename(before)
        if texts:
            beside.rename(place)
        shutil.rmtree(before, ignore_errors=True)

    def _files(self, student: str, taken: set[str]) -> dict[str, Path]:
        """Return the files beside the notebooks by name: the course's, and the student's additional ones."""
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
        for notebook in notebooks:
            self._write_cells(entries[notebook.name], notebook)
        self._db.flush()
        for notebook in notebooks:
            entries[notebook.name].late_submission_penalty = (
                self._penalty(student, submission, entries[notebook.name]) if notebook.text else None
            )

    def _write_cells(self, entry: Any, notebook: GradedNotebook) -> None:
        for grade in self._db.scalars(self._rows.of(Grade, entry)):
            known = notebook.grades.get(self._rows.cells[grade.cell_id])
            grade.auto_score = None if known is None else known.auto_score
            needs_person = grade.manual_score is not None or grade.auto_score is None
            grade.needs_manual_grade = needs_person and not notebook.is_missing
        for comment in self._db.scalars(self._rows.of(Comment, entry)):
            name = self._rows.cells[comment.cell_id]
            if name in notebook.comments:
                comment.auto_comment = notebook.comments[name]

    def _submission(self, student: str) -> Any:
        """Return the row of a submission; if it is new, create it with all rows that belong to it."""
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
        """Return the late penalty in points, None if there is none."""
        seconds_late = submission.total_seconds_late
        if seconds_late <= 0:
            return None
        for step in self._course.penalties:
            self._db.expire(entry, ["score"])  # so that it is computed from the new grades
            penalty = step.plugin_inst.late_submission_penalty(student, entry.score, seconds_late)
            if penalty is not None:
                return float(step._check_late_penalty(entry, penalty))  # noqa: SLF001  # nbgrader's own rule
        return None


@dataclass(frozen=True)
class _Rows:
    """The ids of an assignment's rows in the gradebook, and of the rows that each submission needs."""

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
            notebooks={notebook.id: notebook.name for notebook in notebooks},
            cells={
                cell.id: cell.name
                for notebook in notebooks
                for cell in (*notebook.grade_cells, *notebook.solution_cells, *notebook.task_cells)
            },
            graded={
                notebook.id: [cell.id for cell in (*notebook.grade_cells, *notebook.task_cells)]
                for notebook in notebooks
            },
            commented={
                notebook.id: [cell.id for cell in (*notebook.solution_cells, *notebook.task_cells)]
                for notebook in notebooks
            },
        )

    def new(self, submission_id: str) -> list[Any]:
        """Return the rows of a new submission."""
        rows: list[Any] = []
        for notebook_id in self.notebooks:
            entry = SubmittedNotebook(id=new_uuid(), assignment_id=submission_id, notebook_id=notebook_id)
            rows.append(entry)
            rows += [Grade(cell_id=cell, notebook_id=entry.id) for cell in self.graded[notebook_id]]
            rows += [Comment(cell_id=cell, notebook_id=entry.id) for cell in self.commented[notebook_id]]
        return rows

    def of(self, table: Any, entry: Any) -> Any:
        """Return a query for the grades or comments of a submitted notebook that uses the table's index."""
        cells = (self.graded if table is Grade else self.commented)[entry.notebook_id]
        return select(table).where(table.cell_id.in_(cells), table.notebook_id == entry.id)
