"""Read a class from the gradebook's database, the outcome files and the source notebooks."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from gradlab.authoring.choice_questions import questions_in
from gradlab.authoring.source import read_source
from gradlab.gradebook import queries
from gradlab.gradebook.calibration_file import last_asked
from gradlab.gradebook.classroom import (
    Assignment,
    CellKey,
    Change,
    Classroom,
    Exercise,
    Mark,
    Status,
    Student,
    Submission,
    TestCell,
)
from gradlab.gradebook.outcome_file import OutcomeFile
from gradlab.gradebook.outdated import POINTS_TOLERANCE, is_penalty_outdated, points_above, stale_feedback
from gradlab.submission.times import seconds_late

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from gradlab.authoring.choice_questions import ChoiceQuestion
    from gradlab.authoring.said import Said
    from gradlab.authoring.source import Misconception
    from gradlab.course import CourseFolders

MARKS = 10_000  # that are kept, to be shared

_TEST_NAME = re.compile(r"test_(?P<exercise>.+?)(__.*)?")


def read_classroom(folders: CourseFolders) -> Classroom:
    """Read a class and all its work."""
    with _without_collecting(), folders.gradebook() as gradebook:
        students = {row.id: _student(row) for row in queries.students(gradebook.db)}
        assignments, submissions = [], {}
        for entry in queries.assignments(gradebook.db):
            records = Records.read(folders, gradebook.db, entry)
            submitted = folders.students(entry.name)
            for student in submitted:
                students.setdefault(student, Student(student, is_in_gradebook=False))
            assignments.append(records.assignment)
            submissions[entry.name] = {
                student: Submission(students[student], entry.name, Status.SUBMITTED) for student in submitted
            } | {
                row.student_id: records.submission(row, students[row.student_id])
                for row in records.rows
                if row.student_id in submitted or records.is_submission(row)
            }
    everybody = tuple(students[student] for student in sorted(students))
    return Classroom(everybody, tuple(assignments), submissions)


def read_records(folders: CourseFolders, assignment: str, student: str | None = None) -> Records | None:
    """Read the records of an assignment's submissions, None if the gradebook does not know it.

    Args:
        folders: of the course.
        assignment: its name.
        student: whose submission; by default, those of all students.
    """
    with folders.gradebook() as gradebook:
        for entry in queries.assignments(gradebook.db):
            if entry.name == assignment:
                return Records.read(folders, gradebook.db, entry, student)
    return None


@contextlib.contextmanager
def _without_collecting() -> Iterator[None]:
    """Look for no garbage meanwhile: what is read stays, and to look at it takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _student(row: Any) -> Student:
    return Student(row.id, row.first_name or "", row.last_name or "", row.email or "", row.lms_user_id or "")


@dataclass(frozen=True)
class Records:
    """The database's records of one assignment's submissions, by the database's own ids."""

    assignment: Assignment
    cells: Mapping[str, CellKey]
    outcomes: Path
    feedback: Callable[[str], Path]
    rows: Sequence[Any]
    grades: Mapping[str, list[Any]]
    comments: Mapping[str, dict[CellKey, str]]
    penalties: Mapping[str, dict[str, float]]

    @classmethod
    def read(cls, folders: CourseFolders, db: Session, entry: Any, student: str | None = None) -> Records:
        """Read the records, of one student or of all; the outcome files are read later, one by one."""
        assignment, cells = _assignment(folders, db, entry)
        return cls(
            assignment,
            cells,
            folders.outcomes / entry.name,
            lambda student: folders.step("feedback", student, entry.name),
            queries.submissions(db, entry.id, student),
            queries.grades(db, entry.id, student),
            queries.comments(db, entry.id, student),
            queries.penalties(db, entry.id, student),
        )

    def submission_of(self, student: str) -> Submission | None:
        """Return the submission of a student, None if the gradebook has none. The name stays unknown."""
        rows = (row for row in self.rows if row.student_id == student)
        return next((self.submission(row, Student(student)) for row in rows), None)

    def is_submission(self, row: Any) -> bool:
        """Tell whether anything was submitted; a row may exist just for an extension."""
        grades = self.grades.get(row.id, ())
        has_score = any(auto is not None or manual is not None for _, auto, manual, _, _ in grades)
        return row.timestamp is not None or has_score

    def submission(self, row: Any, student: Student) -> Submission:
        """Return a student's submission."""
        outcome = OutcomeFile(self.outcomes / f"{student.id}.json").content()
        exams = {} if outcome is None else outcome["notebooks"]
        marks = dict(self._marks(row.id, exams))
        keys = [cell.key for cell in self.assignment.cells]
        broken = frozenset(notebook for notebook, _ in keys if outcome and not exams.get(notebook))
        late_s = seconds_late(row.timestamp, self.assignment.due, row.extension)
        is_outdated = is_penalty_outdated(
            (outcome or {}).get("late"), late_s, marks, has_penalty=row.id in self.penalties
        )
        notes = [
            *map(str, (outcome or {}).get("notes", ())),
            *points_above(marks, self.assignment.cell_of),
            *(
                [f"the late penalty is outdated: run 'gradlab autograde {self.assignment.name}'"]
                * is_outdated
            ),
            *stale_feedback(outcome or {}, self.feedback(student.id)),
        ]
        return Submission(
            student,
            self.assignment.name,
            _status(marks, broken, is_examined=outcome is not None),
            marks,
            row.timestamp,
            late_s,
            row.extension,
            self.penalties.get(row.id, {}),
            self.comments.get(row.id, {}),
            tuple(map(str, (outcome or {}).get("problems", ()))),
            tuple(notes),
            broken,
            {key: cell for key in keys if (cell := _cell(exams, key)).get("returned")},
            tuple(_changes(keys, outcome or {})),
            is_outdated,
            None if outcome is None else int(outcome.get("n_attempts", 1)),
            (outcome or {}).get("guesses", {}),
        )

    def _marks(self, submission: str, exams: Mapping[str, Any]) -> Iterator[tuple[CellKey, Mark]]:
        for cell_id, auto, manual, extra, needs_person in self.grades.get(submission, ()):
            key = self.cells.get(cell_id)
            if key is None:
                continue
            exam = _cell(exams, key)
            score = auto if manual is None else manual
            is_above = score is not None and score > self.assignment.cell_of[key].max_score + POINTS_TOLERANCE
            yield (
                key,
                _mark(
                    None if score is None else score + (extra or 0.0),
                    manual is not None,
                    bool(needs_person) or is_above,
                    str(exam.get("outcome", "")),
                    str(exam.get("message", "")),
                    str(exam.get("misconception", "")),
                    is_above,
                    str(exam.get("asked", "")),
                    exam.get("is_forgeable") is True,
                ),
            )


@lru_cache(maxsize=MARKS, typed=True)
def _mark(*values: Any) -> Mark:
    """Return a mark; equal ones are one object, as a large class has few different ones."""
    return Mark(*values)


def _assignment(folders: CourseFolders, db: Session, entry: Any) -> tuple[Assignment, dict[str, CellKey]]:
    """Return an assignment, and its cells by their ids in the database."""
    cells: dict[str, CellKey] = {}
    exercises: list[tuple[str, str, list[TestCell]]] = []
    misconceptions: list[tuple[str, Misconception]] = []
    said: dict[CellKey, Said] = {}
    questions: list[tuple[str, ChoiceQuestion]] = []
    folder = folders.step("source", assignment=entry.name)
    for notebook in queries.notebooks(db, entry.id):
        source = read_source(folder / f"{notebook.name}.ipynb")
        judged = {} if source is None else source.exercises
        places = {name: place for place, name in enumerate(judged)}
        found: dict[str, list[TestCell]] = defaultdict(list)
        rows = queries.graded_cells(db, notebook.id)
        for row in sorted(rows, key=lambda cell: (places.get(cell.name, len(places)), cell.name)):
            cells[row.id] = (notebook.name, row.name)
            exercise = judged.get(row.name) or exercise_by_name(row.name)
            found[exercise].append(TestCell(notebook.name, row.name, float(row.max_score or 0.0)))
        exercises += [(notebook.name, name, tests) for name, tests in found.items()]
        known = source.misconceptions if source else ()
        said |= {(notebook.name, name): each for name, each in source.said.items()} if source else {}
        misconceptions += [(notebook.name, misconception) for misconception in known]
        questions += [(notebook.name, each) for each in questions_in(source.cells)] if source else []
    uses = Counter(name for _, name, _ in exercises)
    titled = tuple(
        Exercise(notebook, name, name if uses[name] == 1 else f"{notebook}.{name}", tuple(tests))
        for notebook, name, tests in exercises
    )
    why = {
        (notebook, cell): str(asked.get("why", ""))
        for notebook, cell, asked in last_asked(folders, entry.name)
    }
    return (
        Assignment(entry.name, entry.duedate, titled, tuple(misconceptions), why, said, tuple(questions)),
        cells,
    )


def exercise_by_name(cell: str) -> str:
    """Guess the exercise from the cell's name when its source notebook is gone."""
    name = _TEST_NAME.fullmatch(cell)
    return cell if name is None else name["exercise"]


def _status(marks: Mapping[CellKey, Mark], broken: frozenset[str], *, is_examined: bool) -> Status:
    if not is_examined and all(mark.score is None for mark in marks.values()):
        return Status.SUBMITTED
    if broken:
        return Status.NOT_GRADEABLE
    return Status.WAITING if any(mark.needs_person for mark in marks.values()) else Status.GRADED


def _cell(notebooks: Any, key: CellKey) -> dict[str, Any]:
    """Return an outcome file's entry for a cell, empty if there is none."""
    notebook = notebooks.get(key[0])
    cell = notebook.get(key[1]) if isinstance(notebook, dict) else None
    return cell if isinstance(cell, dict) else {}


def _changes(keys: Iterable[CellKey], outcome: Mapping[str, Any]) -> Iterator[Change]:
    """Yield the cells that had another result before."""
    before = outcome.get("before")
    if not isinstance(before, dict) or not isinstance(before.get("notebooks"), dict):
        return
    for key in keys:
        old, new = _cell(before["notebooks"], key), _cell(outcome["notebooks"], key)
        scores = (old.get("auto_score"), new.get("auto_score"))
        results = (str(old.get("outcome", "")), str(new.get("outcome", "")))
        if scores[0] == scores[1] and results[0] == results[1]:
            continue
        yield Change(key, *scores, *results, str(before.get("why") or ""), _time(before.get("graded")))


def _time(text: Any) -> dt.datetime | None:
    """Return a time in UTC without a zone, as in the gradebook."""
    try:
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None)
    except (TypeError, ValueError):
        return None
