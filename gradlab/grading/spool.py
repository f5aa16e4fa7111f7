"""The spool: exams that have finished and are not recorded yet, a file for each, so that none is repeated."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import TYPE_CHECKING, Any

from gradlab.base.replacing import replace_file
from gradlab.grading.graded import CellGrade, FinishedExam, GradedNotebook

if TYPE_CHECKING:
    from pathlib import Path


class Spool:
    """The spooled exams of one assignment.

    Args:
        folder: for its files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._students = {path.stem for path in folder.glob("*.json")}

    def open(self) -> None:
        """Make its folder."""
        self._folder.mkdir(parents=True, exist_ok=True)

    def add(self, exam: FinishedExam) -> None:
        """Keep an exam until `drop`."""
        text = json.dumps(exam, default=_plain, ensure_ascii=False)
        replace_file(self._path(exam.student), text.encode())
        self._students.add(exam.student)

    def find(self, student: str, digest: str) -> FinishedExam | None:
        """Return a spooled exam of a submission with this digest, None if there is none."""
        if student not in self._students:
            return None
        try:
            content = json.loads(self._path(student).read_text(encoding="utf-8"))
            if content["digest"] != digest:
                return None
            notebooks = [_notebook(**fields) for fields in content["notebooks"]]
        except (OSError, ValueError, TypeError, KeyError, AttributeError):  # damaged, or of another version
            return None
        return FinishedExam(student, digest, notebooks)

    def drop(self, student: str) -> None:
        """Forget the exam of a student, if there is one."""
        if student in self._students:
            self._path(student).unlink(missing_ok=True)
            self._students.discard(student)

    def _path(self, student: str) -> Path:
        return self._folder / f"{student}.json"


def _plain(value: object) -> object:
    """Return a value as JSON can keep it."""
    return b64encode(value).decode() if isinstance(value, bytes) else vars(value)


def _notebook(
    *, grades: dict[str, Any], files: dict[str, str], notes: list[str], **more: Any
) -> GradedNotebook:
    return GradedNotebook(
        **more,
        grades={cell: CellGrade(**fields) for cell, fields in grades.items()},
        files={name: b64decode(content) for name, content in files.items()},
        notes=tuple(notes),
    )
