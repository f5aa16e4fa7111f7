"""Where the pages are, and the links between them and to the notebooks."""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

from gradlab.report.values import Person

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Classroom, Student

TO_ROOT = {"index": "../", "page": "../../"}
"""The path from a page to the report's folder: from ko/index.html, and from ko/students/….html."""

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Places:
    """The files of a report and of the course around it."""

    def __init__(self, course: Course, classroom: Classroom, folder: Path) -> None:
        self._course = course
        self._folder = folder.resolve()
        self._students = file_names(student.id for student in classroom.students)
        self._assignments = file_names(assignment.name for assignment in classroom.assignments)

    def student(self, student: str) -> str:
        """Return the path of a student's page within a language's folder."""
        return f"students/{self._students[student]}.html"

    def person(self, student: Student, up: str = "") -> Person:
        """Return a student with the link to their page; `up` is the path to the language's folder."""
        return Person(student.id, student.name, up + self.student(student.id))

    def assignment(self, assignment: str) -> str:
        """Return the path of an assignment's page within a language's folder."""
        return f"assignments/{self._assignments[assignment]}.html"

    def part(self, page: str, table: str, index: int) -> str:
        """Return the path of a page with some rows of a long table, beside the page with the first ones."""
        return f"{page.removesuffix('.html')}~{table}-{index + 1}.html" if index else page

    def link_to_part(self, page: str, table: str, index: int) -> str:
        """Return the link to such a page from the pages beside it."""
        return self.part(page, table, index).rpartition("/")[2]

    def csv(self, table: str, *, assignment: str = "", student: str = "") -> str:
        """Return the path of a table's CSV file within the report's folder; a student's tables share one."""
        if student:
            return f"csv/students/{self._students[student]}.csv"
        return f"csv/{self._assignments[assignment]}/{table}.csv" if assignment else f"csv/{table}.csv"

    def notebook(self, student: str, assignment: str, notebook: str) -> str:
        """Return the link from the report's folder to the graded notebook, else to the submission."""
        name = f"{notebook}.ipynb" if notebook else ""
        for step in ("autograded", "submitted"):
            path = self._course.step(step, student, assignment) / name
            if path.exists():
                return self._link(path)
        return self._link(self._course.step("submitted", student, assignment))

    def feedback(self, student: str, assignment: str, notebook: str) -> str:
        """Return the link from the report's folder to the feedback, "" if there is none.

        The student's files are in the folder, too: without a graded notebook, a file of that name is theirs.
        """
        path = self._course.step("feedback", student, assignment) / f"{notebook}.html"
        graded = self._course.step("autograded", student, assignment) / f"{notebook}.ipynb"
        return self._link(path) if path.is_file() and graded.is_file() else ""

    def _link(self, path: Path) -> str:
        return quote(os.fsencode(os.path.relpath(path.absolute(), self._folder)))


def file_names(names: Iterable[str]) -> dict[str, str]:
    """Return a file name for each name: the name itself if every file system and URL takes it."""
    names = list(names)
    uses = Counter(name.casefold() for name in names)
    return {
        name: name
        if _PLAIN_NAME.fullmatch(name) and uses[name.casefold()] == 1
        else f"_{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"
        for name in names
    }
