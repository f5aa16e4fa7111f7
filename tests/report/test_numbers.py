"""The report's numbers are those of the gradebook."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from classes import ASSIGNMENTS
from nbgrader.api import Gradebook
from reports import table_of

from gradlab.course import Course
from gradlab.gradebook.classroom import Status
from gradlab.report.assignment_page import AssignmentPage
from gradlab.report.course_page import CoursePage, complete_scores
from gradlab.report.places import Places
from gradlab.report.student_page import ClassNorm


def test_scores_are_the_gradebooks(course, classroom):
    """The bulk queries give the same scores, maxima and penalties as nbgrader's own properties."""
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        for assignment in classroom.assignments:
            entry = gradebook.find_assignment(assignment.name)
            assert assignment.max_score == entry.max_score
            known = [work for work in classroom.of(assignment) if work.status != Status.SUBMITTED]
            assert len(known) == len(entry.submissions)
            for submission in known:
                row = gradebook.find_submission(assignment.name, submission.student.id)
                assert submission.points == pytest.approx(row.score)
                exercises = [submission.exercise_score(exercise) or 0 for exercise in assignment.exercises]
                if None not in [mark.score for mark in submission.marks.values()]:
                    assert sum(exercises) == pytest.approx(row.score)
                assert submission.penalty == row.late_submission_penalty
                assert submission.seconds_late == row.total_seconds_late


def complete_in(gradebook, assignment) -> dict[str, float]:
    """Return by nbgrader's own records the scores of submissions of which nothing waits, by student."""
    return {
        entry.student.id: max(entry.score - entry.late_submission_penalty, 0)
        for entry in gradebook.assignment_submissions(assignment)
        if all(
            None is not (grade.auto_score if grade.manual_score is None else grade.manual_score)
            and not grade.needs_manual_grade
            for notebook in entry.notebooks
            for grade in notebook.grades
        )
    }


def test_what_the_class_has_is_of_complete_scores(course, report, classroom):
    """Mean, median, deviation and quartiles are the gradebook's, without what waits, is broken or missing."""
    rows = {row["assignment"]: row for row in table_of(report / "csv" / "assignments.csv")}
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        complete = {name: complete_in(gradebook, name) for name in ASSIGNMENTS}
    assert any(work.status == Status.WAITING for work in classroom.of(classroom.assignments[0]))
    for name in ASSIGNMENTS:
        scores, row = list(complete[name].values()), rows[name]
        assert int(row["n_complete"]) == len(scores) > 5
        for key, number in {
            "mean": np.mean(scores),
            "median_score": np.median(scores),
            "deviation": np.std(scores, ddof=1),
            "quartiles_low": np.quantile(scores, 0.25),
            "quartiles_high": np.quantile(scores, 0.75),
        }.items():
            assert float(row[key]) == pytest.approx(number), key
    for row in table_of(report / "csv" / "scores.csv"):
        student = next(student for student in classroom.students if student.id == row["student"])
        work = [each for each in classroom.of_student(student) if each.status != Status.MISSING]
        known = [complete[each.assignment].get(student.id) for each in work]
        assert (row["total_state"] == "provisional") == (None in known)
        if None not in known:
            assert float(row["total"]) == pytest.approx(sum(known))


def test_course_totals_are_of_those_who_are_complete(course, report, classroom):
    """The distribution of totals leaves out provisional ones, and students who have submitted nothing."""
    rows = table_of(report / "csv" / "scores.csv")
    totals = [float(row["total"]) for row in rows if not row["total_state"]]
    page = CoursePage(classroom, Places(Course(course), classroom, report), "")
    nothing = [
        student
        for student in classroom.students
        if all(work.status == Status.MISSING for work in classroom.of_student(student))
    ]
    assert nothing
    assert sorted([*page.totals, *[0.0] * len(nothing)]) == pytest.approx(sorted(totals))


def test_a_provisional_score_is_marked_wherever_it_is(report, classroom):
    """Its submission's row, the student's page, and the grid's total say that something still waits."""
    student = next(work for work in classroom.of(classroom.assignments[0]) if work.is_provisional).student
    sign = '<abbr title="provisional: something in it still waits">?</abbr>'
    page = (report / "en" / "students" / f"{student.id}.html").read_text(encoding="utf-8")
    assert sign in page
    grid = (report / "en" / "index.html").read_text(encoding="utf-8")
    row = grid[grid.rindex(f"students/{student.id}.html") :].split("</tr>")[0]
    assert sign in row
    rows = table_of(report / "csv" / classroom.assignments[0].name / "submissions.csv")
    assert {row["student"]: row["score_state"] for row in rows}[student.id] == "provisional"


def test_a_student_stands_next_to_the_class(classroom, report):
    """A student's row has the class's median and quartiles, unless few scores would tell whose they are."""
    row = table_of(report / "csv" / "students" / "s0004.csv")[0]
    scores = complete_scores(classroom.of(classroom.assignments[0]))
    assert float(row["class_median"]) == pytest.approx(np.median(scores))
    assert float(row["class_quartiles_high"]) == pytest.approx(np.quantile(scores, 0.75))
    assert np.isnan(ClassNorm.of([1.0] * 4).median)


def test_attempts_are_counted(report, classroom):
    """The table of submissions and the student's page say how many submissions were graded so far."""
    name = classroom.assignments[0].name
    rows = {row["student"]: row["n_attempts"] for row in table_of(report / "csv" / name / "submissions.csv")}
    known = {work.student.id: work.n_attempts for work in classroom.of(classroom.assignments[0])}
    assert rows == {student: "" if n is None else str(n) for student, n in known.items()}
    assert set(known.values()) == {None, 1, 2}
    student = next(student for student, n in known.items() if n == 2)
    assert table_of(report / "csv" / "students" / f"{student}.csv")[0]["n_attempts"] == "2"


def test_every_table_is_a_csv_file(report, classroom):
    """All scores, the item analysis and each student's marks are in CSV files."""
    scores = table_of(report / "csv" / "scores.csv")
    assert [row["student"] for row in scores] == [student.id for student in classroom.students]
    assignment = classroom.assignments[1]
    exercises = table_of(report / "csv" / assignment.name / "exercises.csv")
    for row, exercise in zip(exercises, assignment.exercises, strict=True):
        column = [student_row[f"{assignment.name}/{exercise.title}"] for student_row in scores]
        known = [float(score) for score in column if re.fullmatch(r"[\d.]+", score)]
        assert int(row["n"]) == len(known)
        assert float(row["difficulty"]) == pytest.approx(sum(known) / len(known) / exercise.max_score)
        assert float(row["difficulty_low"]) <= float(row["difficulty"]) <= float(row["difficulty_high"])
    marks = table_of(report / "csv" / "students" / "s0004.csv")
    assert len(marks) == sum(len(assignment.cells) for assignment in classroom.assignments)
    by_exercise = {(row["assignment"], row["exercise"]): row["exercise_score"] for row in marks}
    (row,) = [row for row in scores if row["student"] == "s0004"]
    known = {key: row["/".join(key)] for key in by_exercise}
    assert by_exercise == {key: score if score[0].isdigit() else "" for key, score in known.items()}


def test_outcomes_add_up(report, classroom):
    """The outcomes of a cell add up to the number of judged submissions."""
    for assignment in classroom.assignments:
        n_judged = sum(submission.is_judged for submission in classroom.of(assignment))
        for row in table_of(report / "csv" / assignment.name / "outcomes.csv"):
            assert (
                sum(int(number) for name, number in row.items() if name not in {"cell", "exercise"})
                == n_judged
            )


def test_a_share_of_misconceptions_is_of_those_examined(course, report, classroom):
    """A student with a graded and a broken notebook counts in both parts of the share, or in neither."""
    assignment = classroom.assignments[1]
    half = {
        student: replace(submission, status=Status.NOT_GRADEABLE, broken=frozenset({"scalar"}))
        for student, submission in classroom.submissions[assignment.name].items()
        if submission.is_judged
    }
    here = replace(classroom, submissions={assignment.name: half})
    page = AssignmentPage(here, assignment, Course(course), Places(Course(course), classroom, report), "")
    rows = [row for row in page.tables["misconceptions"].rows if row[0].startswith("matrix.")]
    assert rows
    for row in rows:
        assert row[4].value == row[3] / len(half)


def test_misconceptions_are_counted_by_student(report, classroom):
    """A student with a misconception in several cells counts once; its sentence is the course's."""
    for assignment in classroom.assignments:
        sentences = {misconception.sentences["ko"] for _, misconception in assignment.misconceptions}
        shown = {
            (submission.student.id, assignment.exercise_of[key].title, mark.misconception)
            for submission in classroom.of(assignment)
            for key, mark in submission.marks.items()
            if mark.misconception
        }
        rows = table_of(report / "csv" / assignment.name / "misconceptions.csv")
        assert sum(int(row["n_with_it"]) for row in rows) == len(shown)
        assert {row["sentence_ko"] for row in rows} <= sentences


def test_equal_wrong_answers_have_an_example(report, classroom):
    """The largest group of equal wrong answers is shown with one student's code."""
    for assignment in classroom.assignments:
        row = table_of(report / "csv" / assignment.name / "wrong_answers.csv")[0]
        assert len(row["students"].split()) == int(row["n_with_it"]) > 1
        page = (report / "en" / "assignments" / f"{assignment.name}.html").read_text(encoding="utf-8")
        example = page[page.index('<article class="answer">') :]
        assert f"def {row['exercise'].rpartition('.')[2]}(*args):" in example
