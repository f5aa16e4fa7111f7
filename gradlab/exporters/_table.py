"""What all exporters share: which students and assignments, and how a table becomes a file."""

from __future__ import annotations

import csv
import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.plugins import ExportPlugin
from sqlalchemy.exc import SQLAlchemyError

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.base.replacing import replace_file
from gradlab.base.texts import suggestion
from gradlab.course import CourseFolders, check_configuration
from gradlab.gradebook.reading import read_classroom
from gradlab.report.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbgrader.api import Gradebook

    from gradlab.gradebook.classroom import Assignment, Classroom, Student

ENCODING = "utf-8-sig"
MAX_NAME_CHARS = 255

TRUE, FALSE = "TRUE", "FALSE"  # as spreadsheets and statistics programs read them

# Embeddings, overrides and isolates change the direction of the text after them, such as scores after a name.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class TableExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """Base of exporters that write one table; `--student` and `--assignment` choose its rows and columns."""

    file_name = ""
    """Where the table is written without `--to`."""

    def __init__(self, **traits: Any) -> None:
        """Check the course before nbgrader opens its gradebook, or makes a missing one.

        Raises:
            SystemExit: if the configuration has an error, or there is no gradebook.
        """
        super().__init__(**traits)
        try:
            folders = CourseFolders(self.parent.coursedir)
            check_configuration(folders.root)
            folders.check_gradebook()
        except (CourseError, SQLAlchemyError) as error:
            raise SystemExit(explained(error) or str(error)) from None

    def rows(
        self, classroom: Classroom, students: Sequence[Student], assignments: Sequence[Assignment]
    ) -> Iterable[Sequence[str]]:
        """Return the table, its heading first.

        Args:
            classroom: the whole class.
            students: the chosen ones, in nbgrader's order.
            assignments: the chosen ones, in nbgrader's order.
        """
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:  # noqa: ARG002  # the classroom is read from the same one
        """Write the table.

        Raises:
            SystemExit: if a requested student or assignment is unknown.
        """
        try:
            classroom = read_classroom(CourseFolders(self.parent.coursedir))
        except (CourseError, SQLAlchemyError, OSError) as error:
            raise SystemExit(explained(error) or str(error)) from None
        known = sorted(
            (student for student in classroom.students if student.is_in_gradebook),
            key=lambda student: (student.last_name, student.first_name, student.id),
        )
        students = _chosen("student", self.student, {student.id: student for student in known})
        in_order = sorted(classroom.assignments, key=_nbgraders_order)
        assignments = _chosen(
            "assignment", self.assignment, {assignment.name: assignment for assignment in in_order}
        )
        path = Path(self.to or self.file_name)
        table = StringIO(newline="")
        csv.writer(table).writerows(self.rows(classroom, students, assignments))
        try:
            replace_file(path, table.getvalue().encode(ENCODING))
        except OSError as error:
            raise SystemExit(explained(error)) from None
        self.log.info("Exported grades to %s", path)


def _nbgraders_order(assignment: Assignment) -> tuple[dt.datetime, str]:
    """Return nbgrader's key for sorting: the due date, then the name; no due date comes first."""
    return assignment.due or dt.datetime(1, 1, 1), assignment.name  # noqa: DTZ001  # as the gradebook has it


def _chosen(what: str, asked: Sequence[Any], known: dict[str, Any]) -> list[Any]:
    """Return the requested values, or all if none is requested, in the order of `known`."""
    unknown = [name for name in map(str, asked) if name not in known]
    if unknown:
        near = suggestion(unknown[0], known) if len(unknown) == 1 else ""
        raise SystemExit(f"The gradebook knows no {what} {', '.join(map(repr, unknown))}.{near}")
    wanted = set(map(str, asked)) or known.keys()
    return [value for name, value in known.items() if name in wanted]


def points(score: float | None) -> str:
    """Return points with two decimals, halves rounded up; "" if there are none."""
    if score is None:
        return ""
    exact = Decimal(repr(round(score, 9)))  # round-off in a sum may have missed a half
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP) + 0}"


def text(value: str) -> str:
    """Return a text that no spreadsheet runs as a formula."""
    return str(guarded(value))


def name(value: str) -> str:
    """Return a person's name without characters that turn or hide the text next to it."""
    return text(_TURNS.sub("", value)[:MAX_NAME_CHARS])
