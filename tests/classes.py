"""A class of any size in a gradebook, made without grading: its scores are drawn at random.

The assignments are the course's own source notebooks. Some students are special cases: names and messages
that a page or a spreadsheet would run, work that is late, broken, missing, or regraded.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import numpy as np
from nbgrader import api
from sqlalchemy import insert

from gradlab.authoring.choice_questions import questions_in
from gradlab.authoring.folders import source_notebooks
from gradlab.authoring.source import read_source
from gradlab.course import Course
from gradlab.gradebook.reading import read_classroom
from gradlab.submission.guesses import OTHER

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = ("ps2-numerical-diff", "ps4-linear-layer")
DUE = dt.datetime(2026, 3, 13, 9, 0)  # noqa: DTZ001  # the gradebook's times are naive, in UTC
SCRIPT = "</span><script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
NAMES = {  # first and last names, by the student's index
    0: (SCRIPT, ""),
    1: ("=cmd|'/C calc'!A0", "@SUM(1+1)"),
    2: ("\u202eetiurw\u200f", "שלום"),
    3: ("김" * 120, "가" * 120),
    4: ("순신", "이"),
}
NOT_SUBMITTED, NOT_GRADED, BROKEN, EXAMINER_ERROR, VIOLATION, TIMED_OUT = 5, 6, 7, 8, 9, 10
ODD_ID, ODD_ENDING = 14, " %41#é?&<b>김"
UNLUCKY = (EXAMINER_ERROR, VIOLATION, TIMED_OUT)
REGRADED = (11, 12, 13)
EARLY = dt.timedelta(hours=90)
WRONG_VALUES = (1.25, -3.5, 0.0)
BULK = 50_000


def lay_out_class(course: Path, n_students: int, assignments: tuple[str, ...] = ASSIGNMENTS) -> Path:
    """Make a course with a class that has worked on some assignments."""
    for assignment in assignments:
        shutil.copytree(ROOT / "source" / assignment, course / "source" / assignment)
    shutil.copy(ROOT / "nbgrader_config.py", course)
    here = Course(course)
    with api.Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}", "gradlab") as gradebook:
        for assignment in assignments:
            _ask(gradebook, course, assignment)
    rng = np.random.default_rng(5)
    students = [_Student(index, rng.normal() - 2 * (index in UNLUCKY)) for index in range(n_students)]
    rows = _Rows()
    for student in students:
        first, last = NAMES.get(student.index, ("", ""))
        rows.add(api.Student, id=student.id, first_name=first, last_name=last)
    with here.gradebook() as gradebook:
        asked = {assignment.name: assignment for assignment in read_classroom(here).assignments}
        for name in assignments:
            entry = gradebook.find_assignment(name)
            for student in students:
                _work(here, entry, asked[name], student, rows, rng)
        rows.write(gradebook.db)
    return course


def _ask(gradebook, course, assignment):
    gradebook.add_assignment(assignment, duedate=DUE)
    for path in source_notebooks(course, assignment):
        gradebook.add_notebook(path.stem, assignment)
        for cell in nbformat.read(path, as_version=4).cells:
            role = cell.metadata.get("nbgrader", {})
            where = (role.get("grade_id"), path.stem, assignment)
            if role.get("grade"):
                gradebook.add_grade_cell(*where, max_score=role["points"], cell_type=cell.cell_type)
            if role.get("solution"):
                gradebook.add_solution_cell(*where)


@dataclass
class _Student:
    index: int
    ability: float

    @property
    def id(self) -> str:
        return f"s{self.index:04d}{ODD_ENDING if self.index == ODD_ID else ''}"


@dataclass
class _Rows:
    """Rows to be written, by table."""

    known: dict[type, list[dict[str, object]]] = field(default_factory=dict)

    def add(self, table: type, **values: object) -> None:
        self.known.setdefault(table, []).append(values)

    def write(self, db) -> None:
        order = (api.Student, api.SubmittedAssignment, api.SubmittedNotebook, api.Grade, api.Comment)
        for table in order:
            rows = self.known.get(table, [])
            for start in range(0, len(rows), BULK):
                db.execute(insert(table.__table__), rows[start : start + BULK])
        db.commit()


def _work(here, entry, asked, student, rows, rng):  # noqa: PLR0913, PLR0917  # everything that a submission is made of
    """Draw one student's work on one assignment."""
    folder = here.step("submitted", student.id, asked.name)
    if student.index == NOT_SUBMITTED:
        return
    folder.mkdir(parents=True)
    if student.index == NOT_GRADED:
        return
    submitted = DUE + dt.timedelta(hours=float(rng.normal(-12 - 6 * student.ability, 10)))
    submission = api.new_uuid()
    rows.add(
        api.SubmittedAssignment,
        id=submission,
        assignment_id=entry.id,
        student_id=student.id,
        timestamp=submitted,
    )
    exams = {}
    for notebook in entry.notebooks:
        exercises = [exercise for exercise in asked.exercises if exercise.notebook == notebook.name]
        cells = {} if student.index == BROKEN else _exam(exercises, asked, student, rng)
        exams[notebook.name] = cells
        copy = api.new_uuid()
        rows.add(
            api.SubmittedNotebook,
            id=copy,
            assignment_id=submission,
            notebook_id=notebook.id,
            late_submission_penalty=1.0 if submitted > DUE and cells else None,
        )
        for cell in notebook.grade_cells:
            exam = cells.get(cell.name, {"auto_score": None})
            by_hand = exam.get("outcome") == "" and student.index % 3 == 0
            rows.add(
                api.Grade,
                id=api.new_uuid(),
                notebook_id=copy,
                cell_id=cell.id,
                auto_score=exam["auto_score"],
                manual_score=1.5 if by_hand else None,
                extra_credit=0.25 if by_hand else None,
                needs_manual_grade=exam["auto_score"] is None and not by_hand,
            )
        for cell in notebook.solution_cells:
            comment = f"좋아요! {SCRIPT}" if student.index == 0 else None
            rows.add(
                api.Comment, id=api.new_uuid(), notebook_id=copy, cell_id=cell.id, manual_comment=comment
            )
        if student.index < 100 and cells:
            _write_answers(here, asked.name, student, notebook.name, exercises)
    _write_outcome(here, asked.name, student, exams)


def _exam(exercises, asked, student, rng):
    cells = {}
    for place, exercise in enumerate(exercises):
        known = [
            candidate
            for notebook, candidate in asked.misconceptions
            if (notebook, candidate.exercise) == (exercise.notebook, exercise.name)
        ]
        luck = student.ability - 0.4 * place + 0.6 + rng.logistic(0, 0.6)
        misconception = known[int(rng.integers(len(known)))] if known and rng.random() < 0.5 else None
        wrong = float(rng.choice(WRONG_VALUES))
        for cell in exercise.cells:
            if not cell.name.startswith("test_"):
                cells[cell.name] = {"auto_score": None, "outcome": "", "message": ""}
            elif luck > 0 or (luck > -0.5 and rng.random() < 0.4):
                cells[cell.name] = {"auto_score": cell.max_score, "outcome": "passed", "message": ""}
            elif luck < -2:
                cells[cell.name] = {"auto_score": 0.0, "outcome": "not attempted", "message": ""}
            else:
                cells[cell.name] = _wrong(exercise.name, misconception, wrong, student)
    return cells


def _wrong(exercise, misconception, value, student):
    outcome = {EXAMINER_ERROR: "examiner error", VIOLATION: "violation", TIMED_OUT: "timed out"}
    message = f"{exercise}(1.0): 값이 달라요.\n  결과 {value}"
    return {
        "auto_score": None if student.index == EXAMINER_ERROR else 0.0,
        "outcome": outcome.get(student.index, "failed"),
        "message": f"{message} {SCRIPT}" if student.index == 0 else message,
        "exercise": exercise,
        "misconception": misconception.name if misconception else "",
        "returned": None if misconception else [{"type": "float", "shape": [], "values": [value]}],
    }


def _write_answers(here, assignment, student, notebook, exercises):
    folder = here.step("autograded", student.id, assignment)
    folder.mkdir(parents=True, exist_ok=True)
    cells = [
        nbformat.v4.new_code_cell(
            f"def {exercise.name}(*args):\n    return {math.pi}  # {SCRIPT}",
            metadata={"nbgrader": {"grade_id": exercise.name, "solution": True}},
        )
        for exercise in exercises
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{notebook}.ipynb")
    feedback = here.step("feedback", student.id, assignment)
    feedback.mkdir(parents=True, exist_ok=True)
    (feedback / f"{notebook}.html").write_text("<!DOCTYPE html><title>feedback</title>", encoding="utf-8")


def _guesses(here, assignment, index):
    """Choose by the student's index; some leave a question open, and one file is damaged."""
    given = ("a", "b", "b", "c", OTHER, None, "b", SCRIPT if index == 0 else "c")
    return {
        path.stem: {
            question.name: guess
            for place, question in enumerate(questions_in(read_source(path).cells))
            if (guess := given[(index + 7 * (place + 1)) % len(given)]) is not None
        }
        for path in source_notebooks(here.root, assignment)
    }


def _write_outcome(here, assignment, student, exams):
    broken = student.index == BROKEN
    before = None
    if student.index in REGRADED:
        old = {
            notebook: {name: {**cell, "auto_score": 0.0, "outcome": "failed"} for name, cell in cells.items()}
            for notebook, cells in exams.items()
        }
        graded = "2026-03-12T10:00:00+00:00"
        before = {"graded": graded, "why": "the assignment changed", "notebooks": old}
    content = {
        "digest": "one:other",
        "graded": "2026-03-14T10:00:00+00:00",
        "problems": [f"{name}.ipynb is not a notebook: {SCRIPT}" for name in exams] if broken else [],
        "has_notebooks": not broken,
        "notebooks": exams,
        "before": before,
        "n_attempts": 2 if student.index in REGRADED else 1,
        "guesses": {} if broken else _guesses(here, assignment, student.index),
    }
    path = here.outcomes / assignment / f"{student.id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
