"""Record the results of exams: the only module that writes grades into the gradebook.

A submission is recorded in steps that can all be repeated: its outcome file is marked as outdated, its graded
notebooks are replaced, its rows are written in one transaction, and its outcome file is completed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
from dataclasses import asdict
from functools import cached_property
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Self

from nbgrader.api import (
    Assignment,
    Comment,
    Grade,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    new_uuid,
)
from sqlalchemy import select, update
from sqlalchemy.orm import load_only

from gradlab.base.errors import CourseError
from gradlab.examiner.files import write_beside
from gradlab.gradebook import queries
from gradlab.gradebook.outcome_file import OutcomeFile, cause
from gradlab.grading.judged import Confirmed
from gradlab.grading.lock import lock
from gradlab.grading.recorded import Forecast, Recorded
from gradlab.grading.rows import Rows
from gradlab.submission.own_files import besides
from gradlab.submission.reading import TIMESTAMP_NAME, open_regular
from gradlab.submission.times import submitted_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from nbgrader.api import Gradebook

    from gradlab.course import AssignmentSpec, Course
    from gradlab.grading.graded import GradedNotebook


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
        self._rows = Rows.read(gradebook, self._assignment_id)
        self._folder = course.outcomes / spec.name
        self._official = course.file_limits.files_in(course.step("source", assignment=spec.name))
        for name in course.not_overwritten(spec.name):
            self._official.pop(name, None)
        self._lock = -1

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = lock(self._folder / ".lock", repr(self._spec.name))
        try:
            self._check_writing()
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def _check_writing(self) -> None:
        """Raise an error if database or graded notebooks can't be written, before anything is examined."""
        place = self._course.step("autograded")
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=place):
            pass
        try:
            row = update(Assignment).where(Assignment.id == self._assignment_id)
            self._db.execute(row.values(name=self._spec.name))
        finally:
            self._db.rollback()

    def __exit__(self, *_: object) -> None:
        os.close(self._lock)

    def outcome_file(self, student: str) -> OutcomeFile:
        """Return the outcome file of a student's submission."""
        return OutcomeFile(self._folder / f"{student}.json")

    def known(self, student: str, digest: str) -> Recorded | None:
        """Return the record of a submission with this digest, None if there is none.

        A submission is recorded if its outcome file is complete, its graded notebooks are there, and the
        gradebook holds the automatic points of the outcome file. Points that people gave don't matter.
        """
        content = self.outcome_file(student).content()
        if content is None or self._reason(student, digest, content):
            return None
        self._bring_on_time(student, content)
        return Recorded.of(content)

    def forget(self) -> None:
        """Read the gradebook again when it is next asked for, because somebody may have changed it."""
        for name in ("_times", "_in_gradebook"):
            self.__dict__.pop(name, None)

    def forecast(self, student: str, digest: str) -> Forecast:
        """Return what would be done with a submission, and why; nothing is written."""
        file = self.outcome_file(student)
        content = file.content()
        if content is None:
            return Forecast(student, "its grading was interrupted" if file.earlier() else "it is new")
        reason = self._reason(student, digest, content)
        if reason:
            return Forecast(student, reason)
        with self._transaction(keeps=False), self._db.no_autoflush:
            is_outdated, _ = self._bring_up_to_date(student, self._timestamp(student)[0])
        text = "unchanged, only its time or penalty is brought up to date" if is_outdated else "unchanged"
        return Forecast(student, text, is_examined=False)

    def _reason(self, student: str, digest: str, content: dict[str, Any]) -> str:
        """Return why a submission with a complete outcome file would be examined, "" if it is recorded."""
        if content["digest"] != digest:
            return str(cause(content["digest"], digest))
        folder = self._course.step("autograded", student, self._spec.name)
        if folder.exists() != content["has_notebooks"]:
            return "its graded notebook is missing"
        if self._in_gradebook.get(student) != self._rows.auto_scores(content["notebooks"]):
            return "its record is missing in the gradebook, or has other points"
        return ""

    def _bring_on_time(self, student: str, content: dict[str, Any]) -> None:
        """Bring a recorded submission's time, penalty and the note on them up to date, without an exam."""
        timestamp, note = self._timestamp(student)
        with self._transaction():
            _, late = self._bring_up_to_date(student, timestamp)
        notes = [note] if note else []
        notes += [other for other in content.get("notes", ()) if not other.startswith(TIMESTAMP_NAME)]
        if (notes, late) != (content.get("notes", []), content.get("late", {})):
            content["notes"] = notes
            self.outcome_file(student).update(notes, late)

    def _bring_up_to_date(self, student: str, timestamp: dt.datetime | None) -> tuple[bool, dict[str, Any]]:
        """Set time and penalty of a recorded submission.

        Returns:
            Whether that changes anything, and the reason for the penalty.
        """
        known, is_late = self._times[student]
        has_other_time = timestamp not in (None, known)
        if not (is_late or has_other_time):
            return False, {}
        submission = self._submission(student, timestamp)
        entries = self._entries(submission)
        before = [entry.late_submission_penalty for entry in entries.values()]
        graded = self._course.step("autograded", student, self._spec.name).glob("*.ipynb")
        late = self._write_penalties(student, submission, entries, {path.stem for path in graded})
        now = [entry.late_submission_penalty for entry in entries.values()]
        return has_other_time or before != now, late

    @contextlib.contextmanager
    def _transaction(self, *, keeps: bool = True) -> Iterator[None]:
        """Commit all changes of the block, or none."""
        try:
            yield
            if keeps:
                self._db.commit()
        finally:
            self._db.rollback()
            self._db.expunge_all()

    @cached_property
    def _times(self) -> dict[str, tuple[dt.datetime | None, bool]]:
        """The time of each student's submission when grading began, and whether it is late."""
        return queries.times(self._db, self._assignment_id)

    @cached_property
    def _in_gradebook(self) -> dict[str, dict[tuple[str, str], float | None]]:
        """The automatic points of all submissions when grading began, by student and (notebook, cell)."""
        return queries.auto_scores(self._db, self._assignment_id)

    def record(self, student: str, digest: str, notebooks: list[GradedNotebook]) -> Recorded:
        """Record one submission.

        Raises:
            CourseError: if the gradebook does not know the student, and the course adds no students.
        """
        self.outcome_file(student).begin()
        self._write_notebooks(student, notebooks)
        return self.record_rows(student, digest, notebooks)

    def record_rows(
        self,
        student: str,
        digest: str,
        notebooks: list[GradedNotebook],
        confirmed: Collection[tuple[str, str]] | None = None,
    ) -> Recorded:
        """Record one submission, except for its graded notebooks.

        Args:
            student: who submitted it.
            digest: of what was examined.
            notebooks: the results of the exam.
            confirmed: the (notebook, cell) whose points a person had confirmed; by default, as the gradebook
                has it now.

        Raises:
            CourseError: if the gradebook does not know the student, and the course adds no students.
        """
        file = self.outcome_file(student)
        earlier = file.earlier()
        file.begin()
        timestamp, note = self._timestamp(student)
        with self._transaction():
            late = self._write_rows(student, notebooks, timestamp, Confirmed(earlier, confirmed))
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
            "late": late,
            "judged": {notebook.name: notebook.judged for notebook in notebooks},
        }
        file.finish(content)
        return Recorded.of(content)

    def confirmed(self, student: str) -> frozenset[tuple[str, str]]:
        """Return the (notebook, cell) of a student whose points a person has confirmed."""
        return queries.confirmed(self._db, self._assignment_id, student)

    def _timestamp(self, student: str) -> tuple[dt.datetime | None, str]:
        """Return when it was submitted (None if unknown), and what is wrong with its timestamp."""
        folder = self._course.step("submitted", student, self._spec.name)
        return submitted_time(folder, self._course.zone)

    def _write_notebooks(self, student: str, notebooks: list[GradedNotebook]) -> None:
        """Replace the graded notebooks and the files next to them in one step."""
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
        """Return the files next to the notebooks by name: the course's, and the student's additional ones."""
        folder = self._course.step("submitted", student, self._spec.name)
        added = besides(self._course.file_limits.files_in(folder), {*self._official, *taken})
        return added | self._official

    def _write_rows(
        self,
        student: str,
        notebooks: list[GradedNotebook],
        timestamp: dt.datetime | None,
        confirmed: Confirmed,
    ) -> dict[str, Any]:
        """Write what nbgrader's own autograding would have written, except for what a person confirmed.

        Returns:
            The reason for the late penalty.
        """
        submission = self._submission(student, timestamp)
        entries = self._entries(submission)
        for notebook in notebooks:
            self._write_cells(entries[notebook.name], notebook, confirmed)
        self._db.flush()
        return self._write_penalties(
            student, submission, entries, {notebook.name for notebook in notebooks if notebook.text}
        )

    def _entries(self, submission: Any) -> dict[str, Any]:
        """Return the submitted notebooks by name."""
        return {
            self._rows.notebooks[entry.notebook_id]: entry
            for entry in self._db.scalars(
                select(SubmittedNotebook)
                .where(SubmittedNotebook.assignment_id == submission.id)
                .options(load_only(SubmittedNotebook.notebook_id, SubmittedNotebook.late_submission_penalty))
            )
        }

    def _write_penalties(
        self, student: str, submission: Any, entries: dict[str, Any], graded: set[str]
    ) -> dict[str, Any]:
        """Write the penalties of a submission; return the reason for them, empty if it is not late."""
        for name, entry in entries.items():
            entry.late_submission_penalty = (
                self._penalty(student, submission, entry) if name in graded else None
            )
        seconds_late = submission.total_seconds_late
        if seconds_late <= 0:
            return {}
        for entry in entries.values():
            self._db.expire(entry, ["score"])
        points = {name: entry.score for name, entry in entries.items() if name in graded}
        return {"seconds": seconds_late, "points": points}

    def _write_cells(self, entry: Any, notebook: GradedNotebook, confirmed: Confirmed) -> None:
        for grade in self._all(Grade, entry):
            name = self._rows.cells[grade.cell_id]
            known = notebook.grades.get(name)
            grade.auto_score = None if known is None else known.auto_score
            if grade.manual_score is None:
                grade.needs_manual_grade = grade.auto_score is None
            else:
                was_open = bool(grade.needs_manual_grade)
                grade.needs_manual_grade = not confirmed.holds(notebook, name, was_open=was_open)
        for comment in self._all(Comment, entry):
            name = self._rows.cells[comment.cell_id]
            if name in notebook.comments:
                comment.auto_comment = notebook.comments[name]

    def _all(self, table: Any, entry: Any) -> list[Any]:
        """Return the grades or comments of a submitted notebook; those that are missing are added."""
        found = list(self._db.scalars(self._rows.of(table, entry)))
        missing = set(self._rows.cells_of(table, entry)) - {row.cell_id for row in found}
        added = [table(cell_id=cell, notebook_id=entry.id) for cell in sorted(missing)]
        self._db.add_all(added)
        return [*found, *added]

    def _submission(self, student: str, timestamp: dt.datetime | None) -> Any:
        """Return the row of a submission; if it is new, create it with all rows that belong to it."""
        if self._db.get(Student, student, options=[load_only(Student.id)]) is None:
            if not self._course.creates_students:
                raise CourseError(
                    f"No student with ID {student!r} exists in the database. Run 'nbgrader db student add "
                    f"{student}', or set c.Autograde.create_student = True."
                )
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
        if timestamp is not None:
            submission.timestamp = timestamp
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
