"""The gradebook of Canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.exporters._table import TableExporter, name, points, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.gradebook.classroom import Assignment, Classroom, Student


class CanvasExporter(TableExporter):
    """A file for *Grades, Import* in Canvas: one column for each assignment.

    It has the columns of Canvas's own gradebook export without SIS user ids, as the importer of canvas-lms
    reads them (Canvas has no versions; ``lib/gradebook_importer.rb`` as of commit 00b222d): Student, ID, SIS
    Login ID, Section, then assignments by title, and a row "Points Possible".

    Canvas finds a student by ID, which is nbgrader's ``lms_user_id`` if the gradebook has one, or by SIS
    Login ID, which is nbgrader's student id. It finds an assignment by its title, and asks before it creates
    a new one. A cell is empty if nothing was submitted, or if it waits for a person.
    """

    file_name = "canvas.csv"

    def rows(
        self, classroom: Classroom, students: Sequence[Student], assignments: Sequence[Assignment]
    ) -> Iterator[Sequence[str]]:
        """Yield the heading, the points possible, then the rows by student."""
        yield [
            "Student",
            "ID",
            "SIS Login ID",
            "Section",
            *(text(assignment.name) for assignment in assignments),
        ]
        possible = (points(assignment.max_score) for assignment in assignments)
        yield ["    Points Possible", "", "", "", *possible]
        for student in students:
            known = ", ".join(filter(None, (student.last_name, student.first_name))) or student.id
            work = (classroom.submission(assignment, student) for assignment in assignments)
            totals = (points(submission.final_score) for submission in work)
            yield [name(known), text(student.lms_id), text(student.id), "", *totals]
