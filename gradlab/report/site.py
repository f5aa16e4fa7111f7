"""Write the report: pages in each language, and tables as CSV, replacing the last report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property, partial
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
from gradlab.report.guesses import marked
from gradlab.report.jobs import run_jobs
from gradlab.report.places import TO_ROOT, Places
from gradlab.report.student_page import ClassNorm, StudentPage
from gradlab.report.values import heat_class, number, show
from gradlab.report.words import LANGUAGE_NAMES, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Assignment, Classroom, Student
    from gradlab.report.tables import Table

MARK = "gradlab-report"
STUDENTS_PER_JOB = 25
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
            marked=marked,
            number=number,
            show=lambda value, words: Markup(show(value, words)),  # noqa: S704  # show() escapes
            n_students=len(self._classroom.students),
        )

    def write(self) -> None:
        """Write everything."""
        course_page = CoursePage(self._classroom, self._places, TO_ROOT["index"])
        norms = {
            assignment.name: ClassNorm.of(complete_scores(self._classroom.of(assignment)))
            for assignment in self._classroom.assignments
        }
        jobs: list[Callable[[], None]] = [
            self._write_index,
            *self._whole("course.html.j2", "index.html", course_page, TO_ROOT["index"]),
            *(partial(self._write_assignment, assignment) for assignment in self._classroom.assignments),
            *(
                partial(self._write_students, students, norms)
                for students in _batches(self._classroom.students)
            ),
        ]
        for written in run_jobs([partial(self._written_by, job) for job in jobs]):
            self.written |= written

    def _written_by(self, job: Callable[[], None]) -> set[Path]:
        """Do a job, perhaps in another process; return the files that it has written."""
        before, self.written = self.written, set()
        job()
        written, self.written = self.written, before
        return written

    def _write_index(self) -> None:
        text = self._templates.get_template("choice.html.j2").render(
            language=LANGUAGES[0], titles=[Words(language)("report") for language in LANGUAGES]
        )
        self._write_text("index.html", text)

    def _write_assignment(self, assignment: Assignment) -> None:
        page = AssignmentPage(self._classroom, assignment, self._course, self._places, TO_ROOT["page"])
        path = self._places.assignment(assignment.name)
        for job in self._whole("assignment.html.j2", path, page, TO_ROOT["page"], assignment=assignment.name):
            job()

    def _write_students(self, students: Iterable[Student], norms: Mapping[str, ClassNorm]) -> None:
        root = TO_ROOT["page"]
        for student in students:
            work = list(zip(self._classroom.assignments, self._classroom.of_student(student), strict=True))
            page = StudentPage(student, work, norms, self._places, root)
            self._write_page(
                "student.html.j2", self._places.student(student.id), root, {"student": student.id}, page=page
            )
            self._write_tables((page.everything,), student=student.id)

    def _whole(
        self, template: str, path: str, page: CoursePage | AssignmentPage, root: str, **whose: str
    ) -> Iterator[Callable[[], None]]:
        """Yield jobs that write a page, the pages with more rows of its long tables, and its CSV files."""
        tables = {}
        whole = whose.get("assignment", "")
        for name, table in page.tables.items():
            tables[name], *parts = table.in_pages(partial(self._places.link_to_part, path, name))
            for part in parts:
                place = self._places.part(path, name, part.page)
                yield partial(self._write_page, "part.html.j2", place, root, whose, part=part, whole=whole)
        yield partial(self._write_page, template, path, root, whose, page=page, tables=tables)
        yield partial(self._write_tables, page.tables.values(), **whose)

    def _write_page(
        self, template: str, path: str, root: str, whose: Mapping[str, str], **values: object
    ) -> None:
        """Write a page in each language; `path` is its path within a language's folder."""
        for language in LANGUAGES:
            text = self._templates.get_template(template).render(
                words=Words(language),
                to_language=lambda other: f"{root}{other}/{path}",
                csv=lambda table: root + self._places.csv(table, **whose),
                **values,
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


def _batches(students: Sequence[Student]) -> Iterator[Sequence[Student]]:
    for start in range(0, len(students), STUDENTS_PER_JOB):
        yield students[start : start + STUDENTS_PER_JOB]
