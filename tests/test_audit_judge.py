"""The outcomes of right and wrong answers show what is wrong with an exercise."""

from __future__ import annotations

import nbformat
import pytest
from audits import HIDDEN, findings, judged
from conftest import TRIPLE_TEST, code

from gradlab.audit.exercises import exercises_of
from gradlab.audit.findings import Rule
from gradlab.audit.trials import TrialKind

OTHER = "# misconception: triple · {}\n# ko: 두 배인가요?\n# en: Twice?\ndef triple(x):\n    return {}\n"


def test_a_strong_test_is_told_nothing_bad_of(small_course):
    """All mutants are killed, and the misconception is named."""
    report = judged(small_course)
    assert report.is_fine
    assert str(report.mutants) == "6/6"
    assert str(report.misconceptions) == "1/1"
    assert findings(report, Rule.N_RIGHT) == ["ps/triple: triple: 0 right answers besides the reference"]


def test_a_weak_test_lets_mutants_survive(small_course):
    """A surviving mutant is shown as a diff."""
    report = judged(small_course, body="return abs(3 * x)", test=HIDDEN.format("check('triple', [case(2)])"))
    (survivor,) = [finding for finding in report.findings if finding.rule is Rule.MUTANTS]
    assert "-    return abs(3 * x)" in survivor.detail
    assert "+    return (3 * x)" in survivor.detail
    assert not report.is_fine


def test_many_survivors_are_counted_by_what_they_change(small_course):
    """Three are shown with their diffs; the others are one finding."""
    body = "y = 3 * x\n    for k in (1, 2, 3):\n        y = y + k - k\n    return y if y > 0 else -1 * -y"
    report = judged(small_course, body=body, test=HIDDEN.format("assert triple(0) in {0, -0.0, -1, 1, 2, 3}"))
    survivors = [finding for finding in report.findings if finding.rule is Rule.MUTANTS]
    assert len(survivors) == 4
    assert all(finding.detail for finding in survivors[:3])
    n_more = report.mutants.n - report.mutants.n_good - 3
    assert f"triple: {n_more} more survive: " in f"{survivors[3].where}: {survivors[3].text}"


def test_a_mark_with_its_reason_takes_a_mutant_off_the_list(small_course):
    """A mutant that is marked as equivalent is a right answer, and has to pass."""
    book = "# %% equivalent: x is positive\n-    return abs(3 * x)\n+    return (3 * x)\n"
    test = HIDDEN.format("check('triple', [case(2)])")
    report = judged(small_course, book, "return abs(3 * x)", test)
    assert report.is_fine
    assert report.n_equivalent == 1


def test_a_mark_of_what_is_no_mutant_is_told(small_course):
    """A mark that matches no mutant of the reference is reported."""
    book = "# %% equivalent: by and by\n-    return 3 * x\n+    return x + 2 * x\n"
    (told,) = findings(judged(small_course, book), Rule.MARKS)
    assert "by and by" in told


def test_right_answers_have_to_pass_and_wrong_ones_to_fail(small_course):
    """A right answer that fails and a wrong answer that passes are both reported."""
    book = (
        "# %% right: in words\ndef triple(x):\n    return 'three times'\n"
        "# %% wrong: by chance\ndef triple(x):\n    return x * 3\n"
    )
    report = judged(small_course, book)
    (right,) = findings(report, Rule.RIGHT)
    assert right.startswith("ps/triple: test_triple: a right answer, 'in words', failed")
    assert findings(report, Rule.WRONG) == ["ps/triple: triple: survives: by chance"]


def test_a_visible_test_alone_is_forgeable(small_course):
    """The answer runs in the same process as a visible test, and can forge its verdict."""
    report = judged(small_course, test="assert triple(2) == 6")
    assert findings(report, Rule.HIDDEN) == [
        "ps/triple: test_triple: has no hidden part: an answer can forge its verdict"
    ]


@pytest.mark.parametrize("credit", ["np.float64(1.25)", "np.float64('nan')", "-triple(2)", "str(triple(2))"])
def test_credit_that_nbgrader_does_not_read_is_told(small_course, credit):
    """A value other than a plain number from 0 to the cell's points gives all of them, right or wrong."""
    report = judged(small_course, test=f"import numpy as np\n{credit}", kinds={TrialKind.CHEAT})
    (told,) = findings(report, Rule.CREDIT)
    assert told.startswith("ps/triple: test_triple: gives all 2 points for ")
    assert told.endswith(", which is not a number from 0 to 2")


@pytest.mark.parametrize(
    "credit", ["2 * float(triple(2) == 6)", "float(np.float64(1.25))", "None", "x = triple(2)"]
)
def test_credit_that_nbgrader_reads_is_as_it_should_be(small_course, credit):
    """A plain number is read; a cell without a value passes or fails as a whole."""
    report = judged(small_course, test=f"import numpy as np\n{credit}", kinds={TrialKind.CHEAT})
    assert findings(report, Rule.CREDIT) == []


def test_a_comparison_that_holds_for_an_empty_array_is_told(small_course):
    """It is advice, with the call; comparing a shape, too, is enough."""
    bare = "import numpy as np\nassert np.allclose(triple(np.ones(2)), 3)"
    report = judged(small_course, test=HIDDEN.format(bare), kinds=set())
    (told,) = [finding for finding in report.findings if finding.rule is Rule.BARE]
    assert told.where == "ps/triple: test_triple"
    assert told.detail == "np.allclose(triple(np.ones(2)), 3)"
    assert told.rule.is_advice


def test_a_hidden_part_that_asks_nothing_gives_points_for_nothing(small_course):
    """A test that an answer passes by returning its first argument is reported."""
    report = judged(small_course, test=HIDDEN.format("check('triple', [case(0)])"))
    assert findings(report, Rule.NOTHING) == [
        "ps/triple: test_triple: passed if triple returns its first argument"
    ]


def test_misconceptions_that_no_input_tells_apart_are_told(small_course):
    """Both misconceptions are killed, and since they give the same values, no message names either."""
    other = nbformat.v4.new_raw_cell(
        OTHER.format("quadrupled_half", "4 * x / 2"), metadata={"tags": ["misconception"]}
    )
    report = judged(small_course, "", "return 3 * x", TRIPLE_TEST, other)
    reason = "no value proves it, or another misconception gives the same values"
    assert findings(report, Rule.MISCONCEPTIONS) == [
        f"ps/triple: triple: {name} is killed, but no message names it: {reason}"
        for name in ("doubled", "quadrupled_half")
    ]
    assert str(report.misconceptions) == "0/2"


def test_a_misconception_that_is_right_is_told(small_course):
    """A misconception that passes the tests is reported, because no test can name it."""
    other = nbformat.v4.new_raw_cell(OTHER.format("added", "x + 2 * x"), metadata={"tags": ["misconception"]})
    report = judged(small_course, "", "return 3 * x", TRIPLE_TEST, other)
    assert findings(report, Rule.MISCONCEPTIONS) == ["ps/triple: triple: added survives"]


def test_a_comparison_that_kills_by_a_hair_is_listed(small_course):
    """A comparison is listed if the wrong value is less than a hundred tolerances away."""
    test = HIDDEN.format("check('triple', [case(2), case(-3)], atol=0.05, rtol=0)")
    report = judged(small_course, test=test)
    (told,) = findings(report, Rule.TOLERANCES)
    assert "2 comparisons with a mutant or misconception less than 100 tolerances away" in told
    assert report.margin == pytest.approx(60)


def test_a_tolerance_that_float32_does_not_meet_is_listed(small_course):
    """The reference, computed in float32, has to pass."""
    test = HIDDEN.format("check('triple', [case(0.1)], atol=0, rtol=1e-9)")
    (told,) = findings(judged(small_course, test=test), Rule.TOLERANCES)
    assert told == "ps/triple: test_triple: the reference in float32 failed"


@pytest.mark.slow
def test_a_mutant_that_never_ends_is_killed(small_course):
    """An endless mutant is stopped after a few seconds; only mutants that change nothing survive."""
    body = "n, total = 3, 0\n    while n > 0:\n        n -= 1\n        total += x\n    return total"
    survivors = findings(judged(small_course, body=body), Rule.MUTANTS)
    assert survivors
    assert all("survives: copy" in survivor for survivor in survivors)


def test_cells_that_a_person_grades_are_no_exercises(small_course):
    """A cell that is graded by hand has no test, so it is not audited."""
    path = small_course / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(code("essay = 1", "essay", solution=True, grade=True, points=2))
    nbformat.write(notebook, path)
    assert [exercise.name for exercise in exercises_of(path, "ko")] == ["triple"]


def test_kinds_know_what_they_deserve():
    """A marked mutant is right, a misconception is wrong."""
    assert TrialKind.EQUIVALENT.is_right
    assert not TrialKind.MISCONCEPTION.is_right
    assert TrialKind.MUTANT.stops_early
