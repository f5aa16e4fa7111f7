"""A few database queries, each for the whole class; nbgrader's own properties need one for each number."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from nbgrader import api
from sqlalchemy import select

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def students(db: Session) -> Sequence[Any]:
    """Return id, first_name, last_name, email and lms_user_id of each student."""
    table = api.Student
    columns = (table.id, table.first_name, table.last_name, table.email, table.lms_user_id)
    return db.execute(select(*columns)).all()


def assignments(db: Session) -> Sequence[Any]:
    """Return id, name and duedate of each assignment, by name."""
    table = api.Assignment
    return sorted(db.execute(select(table.id, table.name, table.duedate)), key=_name)


def notebooks(db: Session, assignment_id: str) -> Sequence[Any]:
    """Return id and name of each notebook of an assignment, by name."""
    table = api.Notebook
    query = select(table.id, table.name).where(table.assignment_id == assignment_id)
    return sorted(db.execute(query), key=_name)


def _name(row: Any) -> str:
    """Return the name of a row, for an order that does not depend on the database's language."""
    return str(row.name)


def graded_cells(db: Session, notebook_id: str) -> list[Any]:
    """Return id, name and max_score of the cells of a notebook that are worth points."""
    return [
        row
        for table in (api.GradeCell, api.TaskCell)
        for row in db.execute(
            select(table.id, table.name, table.max_score).where(table.notebook_id == notebook_id)
        )
    ]


def submissions(db: Session, assignment_id: str, student: str | None = None) -> Sequence[Any]:
    """Return id, student_id, timestamp and extension of each submission of an assignment."""
    table = api.SubmittedAssignment
    query = select(table.id, table.student_id, table.timestamp, table.extension)
    return db.execute(query.where(*_of(assignment_id, student))).all()


def _of(assignment_id: str, student: str | None) -> list[Any]:
    """Return the conditions for the submissions of an assignment: of one student, or of all."""
    entries = api.SubmittedAssignment
    of_student = [] if student is None else [entries.student_id == student]
    return [entries.assignment_id == assignment_id, *of_student]


def penalties(db: Session, assignment_id: str, student: str | None = None) -> dict[str, dict[str, float]]:
    """Return the late penalties in points, by submission and by notebook."""
    entries, copies = api.SubmittedAssignment, api.SubmittedNotebook
    query = (
        select(copies.assignment_id, api.Notebook.name, copies.late_submission_penalty)
        .join(entries, entries.id == copies.assignment_id)
        .join(api.Notebook, api.Notebook.id == copies.notebook_id)
        .where(*_of(assignment_id, student), copies.late_submission_penalty.is_not(None))
    )
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for submission, notebook, penalty in db.execute(query):
        found[submission][notebook] = penalty
    return found


def grades(db: Session, assignment_id: str, student: str | None = None) -> dict[str, list[Any]]:
    """Return (cell's id, automatic, manual and extra points, whether a person is needed) by submission."""
    entries, copies, table = api.SubmittedAssignment, api.SubmittedNotebook, api.Grade
    scores = (table.auto_score, table.manual_score, table.extra_credit, table.needs_manual_grade)
    query = (
        select(copies.assignment_id, table.cell_id, *scores)
        .join(copies, copies.id == table.notebook_id)
        .join(entries, entries.id == copies.assignment_id)
        .where(*_of(assignment_id, student))
    )
    found: dict[str, list[Any]] = defaultdict(list)
    for row in db.execute(query):
        found[row[0]].append(row[1:])
    return found


def confirmed(db: Session, assignment_id: str, student: str) -> frozenset[tuple[str, str]]:
    """Return the (notebook, cell) whose points a person has given to a student and confirmed."""
    entries, copies, table = api.SubmittedAssignment, api.SubmittedNotebook, api.Grade
    query = (
        select(api.Notebook.name, api.BaseCell.name)
        .select_from(table)
        .join(api.BaseCell, api.BaseCell.id == table.cell_id)
        .join(copies, copies.id == table.notebook_id)
        .join(api.Notebook, api.Notebook.id == copies.notebook_id)
        .join(entries, entries.id == copies.assignment_id)
        .where(
            entries.assignment_id == assignment_id,
            entries.student_id == student,
            table.manual_score.is_not(None),
            table.needs_manual_grade.is_(False),
        )
    )
    return frozenset((notebook, cell) for notebook, cell in db.execute(query))


def comments(
    db: Session, assignment_id: str, student: str | None = None
) -> dict[str, dict[tuple[str, str], str]]:
    """Return the comments by people, by submission and by (notebook, cell)."""
    entries, copies, table, cells = (
        api.SubmittedAssignment,
        api.SubmittedNotebook,
        api.Comment,
        api.BaseCell,
    )
    query = (
        select(copies.assignment_id, api.Notebook.name, cells.name, table.manual_comment)
        .select_from(table)
        .join(cells, cells.id == table.cell_id)
        .join(copies, copies.id == table.notebook_id)
        .join(api.Notebook, api.Notebook.id == copies.notebook_id)
        .join(entries, entries.id == copies.assignment_id)
        .where(*_of(assignment_id, student), table.manual_comment.is_not(None))
    )
    found: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    for submission, notebook, cell, comment in db.execute(query):
        found[submission][notebook, cell] = comment
    return found
