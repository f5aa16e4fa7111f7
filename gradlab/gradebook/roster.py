"""A roster: the students of a class with their names, as a CSV file."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError
from gradlab.base.texts import counted, without_control
from gradlab.gradebook.classroom import Student

if TYPE_CHECKING:
    from pathlib import Path

    from nbgrader.api import Gradebook

COLUMNS = ("id", "first_name", "last_name", "email", "lms_user_id")
"""Those of `nbgrader db student import`; all but the first may be missing."""

MAX_ID_BYTES = 200
"""Of an id, which names folders and files."""

_ID = re.compile(r"[^./+][^/+]*")
_ENCODINGS = ("utf-8-sig", "cp949")  # as spreadsheets write Korean names


def read_roster(path: Path) -> list[Student]:
    """Read the students of a CSV file with the columns `COLUMNS`, in any order.

    Raises:
        CourseError: if it is no such file, or an id is missing, repeated or no name of a folder.
    """
    reader = csv.DictReader(io.StringIO(_text(path), newline=""), skipinitialspace=True, strict=True)
    try:
        return _students(reader, path)
    except csv.Error as error:
        place = f"{path}, line {reader.reader.line_num}"
        raise CourseError(f"{place}: {error}. Save it as CSV in UTF-8.") from None


def _students(reader: csv.DictReader[str], path: Path) -> list[Student]:
    names = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
    if COLUMNS[0] not in names:
        raise CourseError(
            f"{path} has no column 'id'. Its first line names the columns: {', '.join(COLUMNS)}."
        )
    students: dict[str, Student] = {}
    for row in reader:
        values = {name: _clean(row.get(names.get(name, ""))) for name in COLUMNS}
        if not any(values.values()):
            continue
        student = Student(
            values["id"], values["first_name"], values["last_name"], values["email"], values["lms_user_id"]
        )
        if not _ID.fullmatch(student.id) or len(student.id.encode()) > MAX_ID_BYTES:
            raise CourseError(f"{path}, line {reader.line_num}: {student.id!r} can't be the id of a student.")
        if student.id in students:
            raise CourseError(f"{path}, line {reader.line_num}: {student.id!r} is there twice.")
        students[student.id] = student
    return list(students.values())


def enroll(students: list[Student], gradebook: Gradebook) -> str:
    """Put students into the gradebook, or their names if they are there; say how many."""
    before = {student.id for student in gradebook.students}
    for student in students:
        names = {"first_name": student.first_name, "last_name": student.last_name}
        known = {"email": student.email, "lms_user_id": student.lms_id}
        kept = {name: value for name, value in (names | known).items() if value}
        is_new = student.id not in before  # formgrader shows a missing name as "None"
        gradebook.update_or_create_student(student.id, **(names | kept if is_new else kept))
    n_new = sum(student.id not in before for student in students)
    return f"{counted(n_new, 'new student')}, {len(students) - n_new} known before."


def _clean(value: str | None) -> str:
    return " ".join(without_control(value or "").split())


def _text(path: Path) -> str:
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CourseError(f"{path} is neither UTF-8 nor CP949. Save it as CSV in UTF-8.")
