"""Recording what exams came to: the only module that writes grades into the gradebook.

A submission is recorded in three steps, each of which can be repeated: its graded notebooks take
their place, its rows are written in one transaction, and its outcome file says that all is done.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nbgrader import preprocessors
from nbgrader.api import Gradebook, MissingEntry

from gradlab.submission import files_of

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.course import AssignmentSpec, Course
    from gradlab.submission import GradedNotebook

READ_ONLY = 0o444


class Recorder:
    """Records the exams of one assignment."""

    def __init__(self, course: Course, spec: AssignmentSpec, gradebook: Gradebook) -> None:
        self._course = course
        self._spec = spec
        self._gradebook = gradebook
        penalties = preprocessors.AssignLatePenalties(config=course.config)
        penalties.init_plugin()
        self._penalties = penalties

    def outcome_file(self, student: str) -> Path:
        """Return where the outcome of a student's submission is kept."""
        return self._course.outcomes / self._spec.name / f"{student}.json"

    def is_recorded(self, student: str, digest: str) -> bool:
        """Tell whether a submission of this content has been recorded."""
        try:
            known = json.loads(self.outcome_file(student).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        folder = self._course.step("autograded", student, self._spec.name)
        return bool(known.get("digest") == digest and (folder.exists() or known["problems"]))

    def record(self, student: str, digest: str, notebooks: list[GradedNotebook]) -> None:
        """Record one submission."""
        problems = [one.problem for one in notebooks if one.problem]
        if any(one.text for one in notebooks):
            self._write_notebooks(student, notebooks)
        self._write_rows(student, notebooks)
        grades = {one.name: {cell: asdict(grade) for cell, grade in one.grades.items()} for one in notebooks}
        path = self.outcome_file(student)
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {"digest": digest, "problems": problems, "notebooks": grades}
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        beside.replace(path)

    def _write_notebooks(self, student: str, notebooks: list[GradedNotebook]) -> None:
        """Put the graded notebooks, and the files beside them, into their place at once."""
        submitted = self._course.step("submitted", student, self._spec.name)
        place = self._course.step("autograded", student, self._spec.name)
        beside = place.with_name(f".{place.name}.new")
        shutil.rmtree(beside, ignore_errors=True)
        source = self._course.step("source", assignment=self._spec.name)
        for folder in (submitted, source):
            for path in files_of(folder) if folder.exists() else ():
                target = beside / path.relative_to(folder)
                if path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.unlink(missing_ok=True)
                    shutil.copyfile(path, target)
        beside.mkdir(parents=True, exist_ok=True)
        for one in notebooks:
            if one.text:
                (beside / f"{one.name}.ipynb").write_text(one.text, encoding="utf-8")
        for path in files_of(beside):
            path.chmod(READ_ONLY)
        shutil.rmtree(place, ignore_errors=True)
        beside.rename(place)

    def _write_rows(self, student: str, notebooks: list[GradedNotebook]) -> None:
        """Write what nbgrader's own autograding would have written."""
        gradebook = self._gradebook
        submission = self._submission(student)
        entries = {entry.name: entry for entry in submission.notebooks}
        for one in notebooks:
            entry = entries[one.name]
            for grade in entry.grades:
                known = one.grades.get(grade.name)
                grade.auto_score = None if known is None else known.auto_score
                grade.needs_manual_grade = (
                    grade.manual_score is not None or grade.auto_score is None
                ) and not self._is_missing(one)
            for comment in entry.comments:
                if comment.name in one.comments:
                    comment.auto_comment = one.comments[comment.name]
        gradebook.db.flush()
        for one in notebooks:
            if one.text:
                self._assign_penalty(submission, entries[one.name], student)
        gradebook.db.commit()
        gradebook.db.expire_all()

    def _is_missing(self, one: GradedNotebook) -> bool:
        return not one.text and not one.problem

    def _submission(self, student: str) -> Any:
        folder = self._course.step("submitted", student, self._spec.name)
        timestamp = (folder / "timestamp.txt").read_text().strip() if _has_timestamp(folder) else ""
        given = {"timestamp": timestamp} if timestamp else {}
        try:
            self._gradebook.find_student(student)
        except MissingEntry:
            self._gradebook.update_or_create_student(student)
        return self._gradebook.update_or_create_submission(self._spec.name, student, **given)

    def _assign_penalty(self, submission: Any, entry: Any, student: str) -> None:
        entry.late_submission_penalty = None
        if submission.total_seconds_late > 0:
            penalty = self._penalties.plugin_inst.late_submission_penalty(
                student, entry.score, submission.total_seconds_late
            )
            if penalty is not None:
                entry.late_submission_penalty = self._penalties._check_late_penalty(entry, penalty)  # noqa: SLF001  # nbgrader's own rule


def _has_timestamp(folder: Path) -> bool:
    path = folder / "timestamp.txt"
    return path.is_file() and not path.is_symlink()
