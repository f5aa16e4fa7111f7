"""The report counts which items of the mark schemes people gave."""

from __future__ import annotations

import pytest
from feedback_course import add_graded, give, lay_out

from gradlab.course import Course
from gradlab.gradebook.reading import read_classroom
from gradlab.report.given_items import given_items_table

COMMENTS = {
    "both": (2, "[1, 2]"),
    "first": (1, "[1] 좋아요"),
    "none": (0, "[]"),
    "all": (2, ""),
    "unsaid": (1, "반만"),
}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with marked answers, and one that waits."""
    folder = lay_out(tmp_path_factory.mktemp("course") / "course")
    for student, (points, comment) in COMMENTS.items():
        add_graded(folder, student)
        give(folder, student, points, comment)
    add_graded(folder, "waiting")
    return Course(folder)


def test_items_are_counted_by_comment_or_full_points(course):
    """A comment names the items, full points mean all of them, and other answers don't count."""
    classroom = read_classroom(course)
    (assignment,) = classroom.assignments
    rows = given_items_table(assignment, classroom.of(assignment), course).rows
    assert [row[:1] + row[2:4] for row in rows] == [["explain", 4, 3], ["explain", 4, 2]]
    assert rows[0][1].texts["ko"] == "1점, 정의: 정의를 말해요."
    assert rows[0][4].value == 0.75
