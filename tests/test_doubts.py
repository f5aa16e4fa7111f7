"""Answers of which a submission has several versions."""

from __future__ import annotations

import pytest

from gradlab.base.outcome import Outcome
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.doubts import without_doubtful_losses
from gradlab.examiner.result import CellResult

ANSWER = ExamCell("def triple(x): ...", name="triple", in_doubt=frozenset({"triple"}))


HIDDEN = "triple(1)\n### BEGIN HIDDEN TESTS\n2 * (triple(1) == 3)\n### END HIDDEN TESTS"


@pytest.mark.parametrize(("points", "decided"), [(2, Outcome.PASSED), (4, Outcome.UNDECIDED)])
def test_no_part_of_the_points_is_lost(points, decided):
    """A test that gives a part of its points waits, too."""
    cells = [ANSWER, ExamCell(HIDDEN, is_test=True, points=points)]
    results = [CellResult(), CellResult(credit="2")]
    assert without_doubtful_losses(cells, results, "several")[1].outcome is decided


@pytest.mark.parametrize(
    ("test", "outcome", "decided"),
    [
        (ExamCell("assert triple(1) == 3", is_test=True), Outcome.FAILED, Outcome.UNDECIDED),
        (ExamCell("", is_test=True, name="test_triple__value"), Outcome.RAISED, Outcome.UNDECIDED),
        (ExamCell("assert triple(1) == 3", is_test=True), Outcome.PASSED, Outcome.PASSED),
        (ExamCell("assert triples == 3", is_test=True), Outcome.FAILED, Outcome.FAILED),
        (ExamCell("triple(1)"), Outcome.RAISED, Outcome.RAISED),
    ],
)
def test_no_test_of_an_answer_in_doubt_is_lost(test, outcome, decided):
    """A test that loses points waits for a person if it judges or mentions the answer; others stay."""
    results = [CellResult(), CellResult(outcome=outcome, message="wrong")]
    told = without_doubtful_losses([ANSWER, test], results, "several")[1]
    assert (told.outcome, told.message) == (decided, "several" if decided is Outcome.UNDECIDED else "wrong")


def test_without_doubt_nothing_changes():
    """A wrong answer of which there is one version loses its points."""
    results = [CellResult(), CellResult(outcome=Outcome.FAILED)]
    cells = [ExamCell("def triple(x): ...", name="triple"), ExamCell("triple", is_test=True)]
    assert without_doubtful_losses(cells, results, "") == results
