"""Write the report: pages in each language, and tables as CSV, replacing the last report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from gradlab.base.errors import CourseError
from gradlab.base.pages import hash_of, templates_of
from gradlab.base.replacing import replace_file
from gradlab.base.texts import LANGUAGES, without_control
from gradlab.gradebook.reading import read_classroom
from gradlab.report.assignment_page import AssignmentPage
from gradlab.report.changes import changes_summary
from gradlab.report.course_page import CoursePage, complete_scores
from gradlab.report.places import TO_ROOT, Places
from gradlab.report.student_page import ClassNorm, StudentPage
from gradlab.report.values import heat_class, number, show
from gradlab.report.words import LANGUAGE_NAMES, Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Classroom
    from gradlab.report.tables import Table

MARK = "gradlab-report"
BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it, spreadsheets don't read Korean names


@dataclass(frozen=True)
class Assets:
    """The style and the script that each page contains."""

    style: Markup
    script: Markup

    @classmethod
    def read(cls) -> Assets:
        """Read the package's own files."""
        folder = Path(__file__).with_name("static")
        style, script = ((folder / f"report.{kind}").read_text(encoding="utf-8") for kind in ("css", "js"))
        return cls(Markup(style), Markup(script))  # noqa: S704  # our own

    @cached_property
    def policy(self) -> str:
        """What a browser may load and run: these two texts, and nothing else."""
        return f"default-src 'none'; style-src {hash_of(self.style)}; script-src {hash_of(self.script)}"


def write_report(course: Course, folder: Path) -> Path:
    """Write a course's report into a folder, replacing the last one; return its first page.

    Raises:
        CourseError: if the folder contains something else.
    """
    if folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        raise CourseError(f"{folder} contains something else, not a report: nothing has been written.")
    classroom = read_classroom(course)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    writer = _Writer(course, classroom, Places(course, classroom, folder), folder)
    writer.write()
    for path in folder.rglob("*"):  # pages of students and assignments that are gone
        if path.is_file() and path not in writer.written:
            path.unlink()
    return folder / "index.html"


class _Writer:
    def __init__(self, course: Course, classroom: Classroom, places: Places, folder: Path) -> None:
        self._course = course
        self._classroom = classroom
        self._places = places
        self._folder = folder
        self.written = {folder / MARK}
        self._made: set[Path] = set()
        self._templates = templates_of("gradlab.report")
        self._templates.globals.update(
            assets=Assets.read(),
            made=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M}",
            languages=LANGUAGE_NAMES,
            heat_class=heat_class,
            changes_summary=changes_summary,
            number=number,
            show=lambda value, words: Markup(show(value, words)),  # noqa: S704  # show() escapes
            n_students=len(self._classroom.students),
        )

    def write(self) -> None:
        """Write everything."""
        self._write_index()
        self._write_course()
        for assignment in self._classroom.assignments:
            page = AssignmentPage(self._classroom, assignment, self._course, self._places, TO_ROOT["page"])
            self._write_page(
                "assignment.html.j2",
                self._places.assignment(assignment.name),
                page,
                assignment=assignment.name,
            )
            self._write_tables(page.tables.values(), assignment=assignment.name)
        norms = {
            assignment.name: ClassNorm.of(complete_scores(self._classroom.of(assignment)))
            for assignment in self._classroom.assignments
        }
        for student in self._classroom.students:
            work = list(zip(self._classroom.assignments, self._classroom.of_student(student), strict=True))
            student_page = StudentPage(student, work, norms, self._places, TO_ROOT["page"])
            self._write_page(
                "student.html.j2", self._places.student(student.id), student_page, student=student.id
            )
            self._write_tables((student_page.everything,), student=student.id)

    def _write_index(self) -> None:
        text = self._templates.get_template("choice.html.j2").render(
            language=LANGUAGES[0], titles=[Words(language)("report") for language in LANGUAGES]
        )
        self._write_text("index.html", text)

    def _write_course(self) -> None:
        page = CoursePage(self._classroom, self._places, TO_ROOT["index"])
        self._write_page("course.html.j2", "index.html", page, root=TO_ROOT["index"])
        self._write_tables(page.tables.values())

    def _write_page(
        self, template: str, path: str, page: object, *, root: str = TO_ROOT["page"], **whose: str
    ) -> None:
        """Write a page in each language; `path` is its path within a language's folder."""
        for language in LANGUAGES:
            text = self._templates.get_template(template).render(
                page=page,
                words=Words(language),
                to_language=lambda other: f"{root}{other}/{path}",
                csv=lambda table: root + self._places.csv(table, **whose),
            )
            self._write_text(f"{language}/{path}", without_control(text))

    def _write_tables(self, tables: Iterable[Table], **whose: str) -> None:
        for table in tables:
            self._write_text(self._places.csv(table.name, **whose), BYTE_ORDER_MARK + table.csv_text())

    def _write_text(self, path: str, text: str) -> None:
        """Write a text as UTF-8, if it is new; characters that can't be encoded become "?"."""
        target, content = self._folder / path, text.encode("utf-8", "replace")
        if target.parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(target.parent)
        if not target.is_file() or target.read_bytes() != content:
            replace_file(target, content)
        self.written.add(target)
