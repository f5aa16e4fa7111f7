"""The gradebook of Moodle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.exporters._table import TableExporter, name, points, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.gradebook.classroom import Assignment, Classroom, Student

NO_GRADE = "-"


class MoodleExporter(TableExporter):
    """A file for *Grades, Import, CSV file* in Moodle: one column for each assignment.

    Its first columns are those of Moodle's own plain-text export. The meaning of each column is chosen when
    the file is uploaded (Moodle 4.5, docs.moodle.org/405/en/Grade_import): encoding UTF-8, separator comma,
    "ID number" mapped to useridnumber (or to username, if nbgrader's student ids are usernames), or
    "Email address" to useremail, and each assignment to its grade item or a new one.

    "-" is Moodle's own sign for no grade: nothing was submitted, or something waits for a person.
    """

    file_name = "moodle.csv"

    def rows(
        self, classroom: Classroom, students: Sequence[Student], assignments: Sequence[Assignment]
    ) -> Iterator[Sequence[str]]:
        """Yield the heading, then the rows by student."""
        heading = ("First name", "Last name", "ID number", "Email address")
        yield [*heading, *(text(assignment.name) for assignment in assignments)]
        for student in students:
            work = (classroom.submission(assignment, student) for assignment in assignments)
            totals = (points(submission.final_score) for submission in work)
            names = [name(student.first_name), name(student.last_name)]
            identity = [*names, text(student.id), text(student.email)]
            yield [*identity, *(total or NO_GRADE for total in totals)]
