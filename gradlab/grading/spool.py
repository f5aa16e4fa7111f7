"""The spool: exams that have finished and are not recorded yet, a file for each, so that none is repeated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgpack  # type: ignore[import-untyped]  # ships no types

from gradlab.base.replacing import replace_file
from gradlab.grading.graded import CellGrade, FinishedExam, GradedNotebook

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".msgpack"


class Spool:
    """The spooled exams of one assignment.

    Args:
        folder: for its files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._students = {path.stem for path in folder.glob(f"*{SUFFIX}")}

    def open(self) -> None:
        """Make its folder; remove what a killed process has left half written."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob(".*.new"):
            path.unlink(missing_ok=True)

    def add(self, exam: FinishedExam) -> None:
        """Keep an exam until `drop`.

        Raises:
            OSError: if the file can't be written.
            ValueError: if the exam holds text that no file can hold.
        """
        replace_file(self._path(exam.student), msgpack.packb(exam, default=_plain))
        self._students.add(exam.student)

    def find(self, student: str, digest: str) -> FinishedExam | None:
        """Return a spooled exam of a submission with this digest, None if there is none."""
        if student not in self._students:
            return None
        try:
            content = msgpack.unpackb(self._path(student).read_bytes())
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
        return self._folder / f"{student}{SUFFIX}"


def _plain(value: object) -> object:
    """Return an object as msgpack can keep it; grades as JSON, because they may hold integers of any size."""
    return json.dumps(vars(value)) if isinstance(value, CellGrade) else vars(value)


def _notebook(*, grades: dict[str, str], notes: list[str], **more: Any) -> GradedNotebook:
    return GradedNotebook(
        **more,
        grades={cell: CellGrade(**json.loads(text)) for cell, text in grades.items()},
        notes=tuple(notes),
    )
