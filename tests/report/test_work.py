"""Submissions as the report sees them: how far they are, whom they need, and what a regrade has changed."""

from __future__ import annotations

from dataclasses import replace

from classes import BROKEN, EXAMINER_ERROR, NAMES, NOT_GRADED, NOT_SUBMITTED, REGRADED, TIMED_OUT, VIOLATION
from reports import N_STUDENTS, table_of

from gradlab.base.outcome import Outcome
from gradlab.course import Course
from gradlab.gradebook.classroom import Status
from gradlab.gradebook.outcome_file import Cause
from gradlab.report.attention import REASONS, Reminder, needs
from gradlab.report.changes import changes_table
from gradlab.report.places import Places


def test_cells_belong_to_the_answer_before_them(classroom):
    """Test cells are grouped by exercise in the notebook's order; equal titles get the notebook's name."""
    titles = [exercise.title for exercise in classroom.assignments[1].exercises]
    assert titles[:3] == ["matrix.L", "dL_dW", "matrix.dL_db"]
    cells = [cell.name for cell in classroom.assignments[0].exercises[2].cells]
    assert cells == [
        "test_numerical_diff__value",
        "test_numerical_diff__array",
        "test_numerical_diff__unchanged",
    ]


def test_a_submission_is_as_far_as_it_is(classroom):
    """A submission is missing, not graded, not gradeable, waiting for a person, or graded."""
    found = {
        index: classroom.submission(classroom.assignments[0], classroom.students[index]).status
        for index in (NOT_SUBMITTED, NOT_GRADED, BROKEN, 1, 3)
    }
    assert found == {
        NOT_SUBMITTED: Status.MISSING,
        NOT_GRADED: Status.SUBMITTED,
        BROKEN: Status.NOT_GRADEABLE,
        1: Status.WAITING,
        3: Status.GRADED,
    }


def test_a_violation_that_a_person_has_judged_needs_none(classroom):
    """A violation is listed until somebody gives the points, and again if its grading changes later."""
    submission = classroom.submission(classroom.assignments[0], classroom.students[VIOLATION])
    for is_by_hand, needs_person in ((False, False), (True, False), (True, True)):
        marks = {
            key: replace(mark, is_by_hand=is_by_hand, needs_person=needs_person)
            for key, mark in submission.marks.items()
            if mark.outcome == Outcome.VIOLATION
        }
        assert marks
        judged = {submission.student.id: replace(submission, marks=marks)}
        here = replace(classroom, submissions={name: {} for name in classroom.submissions})
        here.submissions[submission.assignment].update(judged)
        found = [need for need in needs(here) if need.why == Outcome.VIOLATION]
        assert len(found) == (0 if is_by_hand and not needs_person else len(marks))


def test_what_needs_a_person_is_listed_once(classroom):
    """Examiner errors, broken notebooks, violations and written answers come with the most urgent first."""
    found = needs(classroom)
    by_reason = {why: {need.student.id for need in found if need.why == why} for why in REASONS}
    assert by_reason[Outcome.EXAMINER_ERROR] == {f"s{EXAMINER_ERROR:04d}"}
    assert by_reason[Reminder.BROKEN] == {f"s{BROKEN:04d}"}
    assert by_reason[Outcome.VIOLATION] == {f"s{VIOLATION:04d}"}
    assert by_reason[Reminder.NOT_GRADED] == {f"s{NOT_GRADED:04d}"}
    waiting = {
        s.student.id for a in classroom.assignments for s in classroom.of(a) if s.status == Status.WAITING
    }
    assert by_reason[Reminder.WRITTEN] | by_reason[Outcome.EXAMINER_ERROR] == waiting
    assert [need.why for need in found] == sorted((need.why for need in found), key=REASONS.index)
    assert len({(n.why, n.student.id, n.assignment, n.notebook, n.cell) for n in found}) == len(found)


def test_a_regrade_says_what_changed_for_whom(report):
    """Each changed cell is listed with its results before and after, and the cause."""
    rows = table_of(report / "csv" / "changes.csv")
    assert {row["student"] for row in rows} == {f"s{index:04d}" for index in REGRADED}
    for row in rows:
        assert row["why"] == Cause.ASSIGNMENT
        assert row["graded_before"] == "2026-03-12T10:00:00Z"
        assert row["score_that_counts"] in {row["score_after"], "1.75"}  # a person's points
        before, after = (
            (row["score_before"], row["outcome_before"]),
            (row["score_after"], row["outcome_after"]),
        )
        assert before != after


def test_a_regrade_is_summed_up(report):
    """The page says how many cells of how many students changed, and how many scores rose."""
    rows = table_of(report / "csv" / "changes.csv")
    rose = sum(float(row["score_after"]) > float(row["score_before"]) for row in rows if row["score_after"])
    text = (report / "en" / "index.html").read_text(encoding="utf-8")
    assert f"Cells that changed: {len(rows)}, of students: {len(REGRADED)}. Scores that rose: {rose}," in text


def test_a_regrade_says_where_a_persons_points_count(course, report, classroom):
    """A person's points are listed next to the automatic scores before and after."""
    submission = next(work for work in classroom.of(classroom.assignments[0]) if work.changes)
    cell = submission.changes[0].cell
    by_hand = replace(submission.marks[cell], score=0.75, is_by_hand=True)
    judged = replace(submission, marks={**submission.marks, cell: by_hand})
    places = Places(Course(course), classroom, report)
    (before, after) = (changes_table([work], places).rows[0] for work in (submission, judged))
    assert before[:5] == after[:5]
    assert before[5] == before[4] != after[5] == 0.75


def test_names_of_the_fixture_are_hostile(classroom):
    """The class contains the names and outcomes that the tests above rely on."""
    assert {index for index in NAMES if classroom.students[index].name} == set(NAMES)
    outcomes = {m.outcome for a in classroom.assignments for s in classroom.of(a) for m in s.marks.values()}
    assert {Outcome.FAILED, Outcome.TIMED_OUT, Outcome.NOT_ATTEMPTED, Outcome.EXAMINER_ERROR} <= outcomes
    assert TIMED_OUT < N_STUDENTS
