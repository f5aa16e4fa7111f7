"""Writes the results of exams into nbgrader's tables: many submissions in few statements."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from nbgrader.api import Assignment, Comment, Grade, Student, SubmittedAssignment, SubmittedNotebook, new_uuid
from sqlalchemy import bindparam, insert, select, update

from gradlab.base.errors import CourseError
from gradlab.submission.times import seconds_late

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from gradlab.grading.graded import GradedNotebook
    from gradlab.grading.judged import Confirmed
    from gradlab.grading.penalties import Penalties
    from gradlab.grading.rows import Rows

Late = dict[str, Any]
Values = dict[str, Any]


class Entry(NamedTuple):
    """What is written about a submission.

    Args:
        timestamp: when it was submitted, None if that is not known.
        notebooks: the results of its exam.
        confirmed: which points by a person stay confirmed.
    """

    timestamp: dt.datetime | None
    notebooks: Sequence[GradedNotebook]
    confirmed: Confirmed


class _Row(NamedTuple):
    """A submission in the gradebook, which may have been added just now."""

    id: str
    student_id: str
    timestamp: dt.datetime | None
    extension: dt.timedelta | None
    is_new: bool = False


class _Copy(NamedTuple):
    """A submitted notebook in the gradebook, which may have been added just now."""

    id: str
    student: str
    notebook_id: str
    late_submission_penalty: float | None
    is_new: bool = False


class Written(NamedTuple):
    """What the gradebook says about a submission.

    Args:
        timestamp: when it was submitted, None if that is not known.
        is_late: whether that is late, or there is a penalty.
        auto_scores: the automatic points by the cells' ids.
    """

    timestamp: dt.datetime | None
    is_late: bool
    auto_scores: dict[str, float | None]


@dataclass(frozen=True)
class Entries:
    """The submissions of one assignment in nbgrader's tables.

    Args:
        db: the database.
        assignment_id: of the assignment.
        rows: which rows a submission has.
        penalties: for late submissions.
        adds_students: whether unknown students are added.
    """

    db: Session
    assignment_id: str
    rows: Rows
    penalties: Penalties
    adds_students: bool

    def lock(self) -> None:
        """Begin to write, so that nobody else writes between reading and writing.

        SQLite locks the database; others lock the grades and comments that are read from now on.
        """
        table = Assignment.__table__
        self.db.execute(update(table).where(table.c.id == self.assignment_id).values(name=table.c.name))

    def read(self, students: Iterable[str]) -> dict[str, Written]:
        """Return what the gradebook says about submissions, by student; some may be missing."""
        submissions = self._read_submissions(students)
        copies = self._read_copies(submissions)
        scores: dict[str, dict[str, float | None]] = {copy.student: {} for copy in copies}
        of_copy = {copy.id: scores[copy.student] for copy in copies}
        for notebook, cell, auto_score in self.db.execute(
            select(Grade.notebook_id, Grade.cell_id, Grade.auto_score).where(*self._are_of(Grade, copies))
        ):
            of_copy[notebook][cell] = auto_score
        late = {copy.student for copy in copies if copy.late_submission_penalty is not None}
        late |= {student for student, late_s in self._seconds_late(submissions, {}).items() if late_s}
        return {
            row.student_id: Written(row.timestamp, row.student_id in late, scores.get(row.student_id, {}))
            for row in submissions
        }

    def write(self, entries: Mapping[str, Entry]) -> dict[str, Late]:
        """Write what nbgrader's own autograding would have written, except for what a person confirmed.

        Submissions that the gradebook does not know are added.

        Args:
            entries: by student.

        Returns:
            The reasons for the late penalties by student, empty if a submission is not late.

        Raises:
            CourseError: if the gradebook does not know a student, and the course adds no students.
        """
        self.lock()
        self._add_students(entries)
        timestamps = {student: entry.timestamp for student, entry in entries.items()}
        submissions = self._submissions(timestamps)
        copies = self._copies(submissions)
        scores = self._write_grades(entries, copies)
        self._write_comments(entries, copies)
        graded = {
            student: {notebook.name for notebook in entry.notebooks if notebook.text}
            for student, entry in entries.items()
        }
        late, penalties = self._penalties(self._seconds_late(submissions, timestamps), copies, scores, graded)
        self._write_penalties(penalties)
        return late

    def bring_up_to_date(
        self, timestamps: Mapping[str, dt.datetime | None], graded: Mapping[str, set[str]]
    ) -> dict[str, Late]:
        """Write times and late penalties of submissions.

        Args:
            timestamps: when they were submitted, None if that is not known, by student.
            graded: the names of their graded notebooks, by student.

        Returns:
            The reasons for the penalties by student, as `write` does.
        """
        self.lock()
        self._submissions(timestamps)
        late, penalties = self._penalties_now(timestamps, graded)
        self._write_penalties(penalties)
        return late

    def has_other_penalty(self, student: str, timestamp: dt.datetime | None, graded: set[str]) -> bool:
        """Tell whether `bring_up_to_date` would change the penalty of a submission; nothing is written."""
        _, penalties = self._penalties_now({student: timestamp}, {student: graded})
        return bool(penalties)

    def _add_students(self, students: Iterable[str]) -> None:
        asked = set(students)
        found = set(self.db.scalars(select(Student.id).where(Student.id.in_(asked))))
        strangers = sorted(asked - found)
        if strangers and not self.adds_students:
            raise CourseError(
                f"No student with ID {strangers[0]!r} exists in the database. Run 'nbgrader db student add "
                f"{strangers[0]}', or set c.Autograde.create_student = True."
            )
        self._insert(Student, [{"id": student} for student in strangers])

    def _read_submissions(self, students: Iterable[str]) -> list[_Row]:
        table = SubmittedAssignment
        columns = table.id, table.student_id, table.timestamp, table.extension
        mine = table.assignment_id == self.assignment_id, table.student_id.in_(list(students))
        return [_Row(*row) for row in self.db.execute(select(*columns).where(*mine))]

    def _submissions(self, timestamps: Mapping[str, dt.datetime | None]) -> list[_Row]:
        """Return submissions, with these times; those that are missing are added."""
        found = self._read_submissions(timestamps)
        missing = timestamps.keys() - {row.student_id for row in found}
        new = [
            _Row(new_uuid(), student, timestamps[student], None, is_new=True) for student in sorted(missing)
        ]
        self._insert(
            SubmittedAssignment,
            [
                {
                    "id": row.id,
                    "assignment_id": self.assignment_id,
                    "student_id": row.student_id,
                    "timestamp": row.timestamp,
                }
                for row in new
            ],
        )
        later = [
            {"id": row.id, "timestamp": timestamps[row.student_id]}
            for row in found
            if timestamps[row.student_id] not in (None, row.timestamp)
        ]
        self._update(SubmittedAssignment, later)
        return found + new

    def _read_copies(self, submissions: Iterable[_Row]) -> list[_Copy]:
        students = {row.id: row.student_id for row in submissions if not row.is_new}
        if not students:
            return []
        table = SubmittedNotebook
        columns = table.id, table.assignment_id, table.notebook_id, table.late_submission_penalty
        mine = table.notebook_id.in_(list(self.rows.notebooks)), table.assignment_id.in_(list(students))
        return [
            _Copy(row.id, students[row.assignment_id], row.notebook_id, row.late_submission_penalty)
            for row in self.db.execute(select(*columns).where(*mine))
        ]

    def _copies(self, submissions: Sequence[_Row]) -> list[_Copy]:
        """Return the notebooks of submissions; those that are missing are added."""
        found = self._read_copies(submissions)
        known = {(copy.student, copy.notebook_id) for copy in found}
        of_student = {row.student_id: row.id for row in submissions}
        new = [
            _Copy(new_uuid(), student, notebook, None, is_new=True)
            for student in of_student
            for notebook in self.rows.notebooks
            if (student, notebook) not in known
        ]
        self._insert(
            SubmittedNotebook,
            [
                {
                    "id": copy.id,
                    "assignment_id": of_student[copy.student],
                    "notebook_id": copy.notebook_id,
                    "flagged": False,
                }
                for copy in new
            ],
        )
        return found + new

    def _are_of(self, table: Any, copies: Sequence[_Copy]) -> tuple[Any, Any]:
        """Return a condition for the grades or comments of submitted notebooks that an index helps with."""
        cells = {cell for notebook in self.rows.notebooks for cell in self.rows.cells_of(table, notebook)}
        return table.cell_id.in_(list(cells)), table.notebook_id.in_([copy.id for copy in copies])

    def _found(self, table: Any, copies: Sequence[_Copy]) -> dict[tuple[str, str], Any]:
        """Return the grades or comments of submitted notebooks by the ids of notebook and cell."""
        old = [copy for copy in copies if not copy.is_new]
        if not old:
            return {}
        query = select(table.__table__).where(*self._are_of(table, old)).with_for_update()
        return {(row.notebook_id, row.cell_id): row for row in self.db.execute(query)}

    def _write_grades(self, entries: Mapping[str, Entry], copies: Sequence[_Copy]) -> dict[str, float]:
        """Write the grades; return the score of each submitted notebook."""
        found = self._found(Grade, copies)
        new, changed = [], []
        scores: dict[str, float] = defaultdict(float)
        for copy, notebook, confirmed in self._results(entries, copies):
            for cell in self.rows.graded[copy.notebook_id]:
                name = self.rows.cells[cell]
                known = notebook.grades.get(name)
                auto_score = None if known is None else known.auto_score
                before = found.get((copy.id, cell))
                if before is None:
                    values = {"auto_score": auto_score, "needs_manual_grade": auto_score is None}
                    new.append({"notebook_id": copy.id, "cell_id": cell, **values})
                    scores[copy.id] += _score(auto_score, None, None)
                    continue
                was_open = bool(before.needs_manual_grade)
                is_open = (
                    auto_score is None
                    if before.manual_score is None
                    else not confirmed.holds(notebook, name, was_open=was_open)
                )
                if (auto_score, is_open) != (before.auto_score, before.needs_manual_grade):
                    changed.append({"id": before.id, "auto_score": auto_score, "needs_manual_grade": is_open})
                scores[copy.id] += _score(auto_score, before.manual_score, before.extra_credit)
        self._insert(Grade, new)
        self._update(Grade, changed)
        return scores

    def _write_comments(self, entries: Mapping[str, Entry], copies: Sequence[_Copy]) -> None:
        found = self._found(Comment, copies)
        new, changed = [], []
        for copy, notebook, _ in self._results(entries, copies):
            for cell in self.rows.commented[copy.notebook_id]:
                before = found.get((copy.id, cell))
                comment = notebook.comments.get(self.rows.cells[cell])
                if before is None:
                    new.append({"notebook_id": copy.id, "cell_id": cell, "auto_comment": comment})
                elif self.rows.cells[cell] in notebook.comments and before.auto_comment != comment:
                    changed.append({"id": before.id, "auto_comment": comment})
        self._insert(Comment, new)
        self._update(Comment, changed)

    def _results(
        self, entries: Mapping[str, Entry], copies: Sequence[_Copy]
    ) -> Iterator[tuple[_Copy, GradedNotebook, Confirmed]]:
        """Yield the submitted notebooks whose results are known."""
        for copy in copies:
            entry = entries[copy.student]
            for notebook in entry.notebooks:
                if notebook.name == self.rows.notebooks[copy.notebook_id]:
                    yield copy, notebook, entry.confirmed

    def _seconds_late(
        self, submissions: Sequence[_Row], timestamps: Mapping[str, dt.datetime | None]
    ) -> dict[str, float]:
        """Return how late submissions are, by student, with times that may be newer than their rows."""
        due = self.db.scalar(select(Assignment.duedate).where(Assignment.id == self.assignment_id))
        return {
            row.student_id: seconds_late(timestamps.get(row.student_id) or row.timestamp, due, row.extension)
            for row in submissions
        }

    def _penalties_now(
        self, timestamps: Mapping[str, dt.datetime | None], graded: Mapping[str, set[str]]
    ) -> tuple[dict[str, Late], dict[str, float | None]]:
        """Return what `_penalties` says about submissions that have entries."""
        submissions = self._read_submissions(timestamps)
        copies = self._read_copies(submissions)
        scores: dict[str, float] = defaultdict(float)
        for (copy, _), row in self._found(Grade, copies).items():
            scores[copy] += _score(row.auto_score, row.manual_score, row.extra_credit)
        return self._penalties(self._seconds_late(submissions, timestamps), copies, scores, graded)

    def _penalties(
        self,
        late_s: Mapping[str, float],
        copies: Sequence[_Copy],
        scores: Mapping[str, float],
        graded: Mapping[str, set[str]],
    ) -> tuple[dict[str, Late], dict[str, float | None]]:
        """Return the reasons for the penalties by student, and the penalties that change, by notebook."""
        late: dict[str, Late] = {
            student: {"seconds": seconds, "points": {}} if seconds else {}
            for student, seconds in late_s.items()
        }
        changed = {}
        for copy in copies:
            name, seconds = self.rows.notebooks[copy.notebook_id], late_s[copy.student]
            penalty = None
            if seconds and name in graded[copy.student]:
                score = late[copy.student]["points"][name] = scores.get(copy.id, 0.0)
                penalty = self.penalties.of(copy.student, score, seconds)
            if penalty != copy.late_submission_penalty:
                changed[copy.id] = penalty
        return late, changed

    def _write_penalties(self, penalties: Mapping[str, float | None]) -> None:
        rows = [{"id": copy, "late_submission_penalty": penalty} for copy, penalty in penalties.items()]
        self._update(SubmittedNotebook, rows)

    def _insert(self, table: Any, rows: Sequence[Values]) -> None:
        if rows:
            self.db.execute(insert(table.__table__), rows)

    def _update(self, table: Any, rows: Sequence[Values]) -> None:
        """Update rows by their ids; each has values for the same columns."""
        if rows:
            columns = table.__table__.c
            values: Values = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
            statement = update(table.__table__).where(columns.id == bindparam("new_id")).values(values)
            self.db.connection().execute(
                statement, [{f"new_{name}": value for name, value in row.items()} for row in rows]
            )


def _score(auto: float | None, manual: float | None, extra: float | None) -> float:
    """Return the points for a cell, by nbgrader's own rule."""
    given = auto if manual is None else manual
    return 0.0 if given is None else given + (extra or 0.0)
