"""What all exporters share: which students and assignments, and how a table becomes a file."""

from __future__ import annotations

import csv
import re
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.plugins import ExportPlugin

from gradlab.exporters._scores import Assignment, Person, read_assignment, read_students
from gradlab.report.tables import guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nbgrader.api import Gradebook

ENCODING = "utf-8-sig"
MAX_NAME_CHARS = 255

TRUE, FALSE = "TRUE", "FALSE"  # as spreadsheets and statistics programs take them

# Embeddings, overrides and isolates turn the text after them, and with it the scores beside a name.
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class TableExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """Base of exporters that write one table; `--student` and `--assignment` choose what is in it."""

    file_name = ""
    """Where it is written if `--to` does not say."""

    def rows(self, students: Sequence[Person], assignments: Sequence[Assignment]) -> Iterable[Sequence[str]]:
        """Return the table, its heading first."""
        raise NotImplementedError

    def export(self, gradebook: Gradebook) -> None:
        """Write the table.

        Raises:
            SystemExit: where a student or an assignment that is asked for is unknown.
        """
        everybody = read_students(gradebook)
        known = [one.name for one in gradebook.assignments]
        students = _chosen("student", self.student, {one.id: one for one in everybody})
        assignments = [
            read_assignment(
                gradebook,
                one,
                self._folder("source", ".", one),
                {person.id for person in everybody if self._folder("submitted", person.id, one).is_dir()},
            )
            for one in _chosen("assignment", self.assignment, {one: one for one in known})
        ]
        path = Path(self.to or self.file_name)
        with path.open("w", encoding=ENCODING, newline="") as file:
            csv.writer(file).writerows(self.rows(students, assignments))
        self.log.info("Exported grades to %s", path)

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        directory = self.parent.coursedir
        return Path(directory.format_path(getattr(directory, f"{step}_directory"), student, assignment))


def _chosen(what: str, asked: Sequence[Any], known: dict[str, Any]) -> list[Any]:
    """Return all that are known, or those that are asked for, in the order of what is known."""
    unknown = [one for one in map(str, asked) if one not in known]
    if unknown:
        raise SystemExit(f"The gradebook knows no {what} {', '.join(map(repr, unknown))}.")
    wanted = set(map(str, asked)) or known.keys()
    return [value for name, value in known.items() if name in wanted]


def points(score: float | None) -> str:
    """Return points with two decimals, halves rounded up; "" where there are none."""
    if score is None:
        return ""
    exact = Decimal(repr(round(score, 9)))  # a sum of decimal points that missed a half by round-off
    return f"{exact.quantize(Decimal('0.01'), ROUND_HALF_UP) + 0}"


def text(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return str(guarded(value))


def name(value: str) -> str:
    """Return a person's name that turns or hides nothing beside it."""
    return text(_TURNS.sub("", value)[:MAX_NAME_CHARS])
