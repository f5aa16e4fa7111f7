"""The gradebook of Canvas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.exporters._table import TableExporter, name, points, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.exporters._scores import Assignment, Person


class CanvasExporter(TableExporter):
    """A file for *Grades, Import* in Canvas: one column for each assignment.

    Its columns are those of Canvas's own gradebook export without SIS user ids, as the importer of canvas-lms
    reads them (Canvas has no versions; ``lib/gradebook_importer.rb`` as of commit 00b222d): Student, ID, SIS
    Login ID, Section, then assignments by title, and a row "Points Possible".

    Canvas finds a student by ID, which is nbgrader's ``lms_user_id`` where the gradebook has one, or by SIS
    Login ID, which is nbgrader's student id. It finds an assignment by its title, and asks before it makes
    a new one. What was not submitted, and what waits for a person, is empty.
    """

    file_name = "canvas.csv"

    def rows(self, students: Sequence[Person], assignments: Sequence[Assignment]) -> Iterator[Sequence[str]]:
        """Yield the heading, the points possible, then the rows by student."""
        yield ["Student", "ID", "SIS Login ID", "Section", *(text(one.name) for one in assignments)]
        possible = (points(sum(one.exercises.values())) for one in assignments)
        yield ["    Points Possible", "", "", "", *possible]
        for person in students:
            known = ", ".join(filter(None, (person.last_name, person.first_name))) or person.id
            totals = (points(one.total(person.id)) for one in assignments)
            yield [name(known), text(person.lms_id), text(person.id), "", *totals]
