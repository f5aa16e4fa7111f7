"""Hidden tests as they are written: what they see, ask and compare."""

from __future__ import annotations

import nbformat
import pytest
from exams import PLAIN_TEST, RIGHT, TEST, exam

from gradlab.authoring.source import SourceNotebook
from gradlab.base.outcome import Outcome
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.hidden import add_earlier


def test_a_wrong_test_is_the_examiners_error(zygote, triple):
    """If the hidden test itself is wrong, the student is not blamed."""
    broken = TEST.replace("x + x + x", "x")
    result = exam(zygote, triple, [ExamCell(RIGHT), ExamCell(broken, is_test=True)])[-1]
    assert result.outcome is Outcome.EXAMINER_ERROR


@pytest.mark.parametrize(
    ("answer", "outcome", "message"),
    [
        (RIGHT, Outcome.PASSED, ""),
        ("def triple(x):\n    return 2 * x", Outcome.FAILED, "AssertionError: 2 is wrong"),
        ("def triple(x):\n    return x + 4", Outcome.FAILED, "AssertionError"),
        ("def triple(x):\n    return x['a']", Outcome.FAILED, "TypeError: "),
        ("def triple(x):\n    raise NotImplementedError", Outcome.NOT_ATTEMPTED, "NotImplementedError"),
        ("", Outcome.FAILED, "NameError: "),
    ],
)
def test_a_hidden_test_may_be_plain_asserts(zygote, triple, answer, outcome, message):
    """A failed assertion, or an exception of the answer, counts against the answer."""
    result = exam(zygote, triple, [ExamCell(answer), ExamCell(PLAIN_TEST, is_test=True)])[-1]
    assert result.outcome is outcome
    assert result.message.startswith(message)


@pytest.mark.parametrize(
    ("test", "message"),
    [
        (
            "import pytest\nwith pytest.raises(ValueError):\n    triple('x')",
            "DID NOT RAISE",
        ),
        ("import pytest\nif triple(2) != 6:\n    pytest.fail('not 6')", "not 6"),
        ("import sys\nif triple(2) != 6:\n    sys.exit('not 6')", "not 6"),
    ],
)
def test_what_is_no_exception_counts_as_a_failed_assertion(zygote, triple, test, message):
    """What pytest raises, or an exit, ends the test and not the grader."""
    test = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
    cells = [ExamCell("def triple(x):\n    return x"), ExamCell(test, is_test=True)]
    result = exam(zygote, triple, cells)[-1]
    assert result.outcome is Outcome.FAILED
    assert result.message.startswith(f"AssertionError: {message}")


@pytest.mark.parametrize(
    "value", ["ValueError('x')", "SystemExit(3)", "{object(): x}", "[{(lambda: x,): x}]"]
)
def test_what_a_hidden_test_gives_back_to_the_answer_travels(zygote, triple, value):
    """A student's value that a hidden test passes back causes no examiner error."""
    chained = "### BEGIN HIDDEN TESTS\nassert triple(triple(1)) == 9\n### END HIDDEN TESTS"
    cells = [ExamCell(f"def triple(x):\n    return {value}"), ExamCell(chained, is_test=True)]
    result = exam(zygote, triple, cells)[-1]
    assert (result.outcome, result.message) == (Outcome.FAILED, "AssertionError")


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("x = 5", Outcome.PASSED), ("x = 6", Outcome.FAILED), ("", Outcome.FAILED), ("x = 'a'", Outcome.FAILED)],
)
def test_a_hidden_test_sees_the_students_variables(zygote, small_course, answer, outcome):
    """In a hidden test, a solution cell's variable has the student's value, never the reference's."""
    cell = nbformat.v4.new_code_cell("x = 5", metadata={"nbgrader": {"grade_id": "five", "solution": True}})
    path = small_course / "source" / "ps" / "five.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    test = "### BEGIN HIDDEN TESTS\nassert x == 5\n### END HIDDEN TESTS"
    cells = [ExamCell(answer), ExamCell(test, is_test=True)]
    assert exam(zygote, SourceNotebook.read(path), cells)[-1].outcome is outcome


def test_what_a_test_cannot_carry_is_the_examiners_error(zygote, triple):
    """An argument that must not reach the student's side is the author's mistake, and costs no points."""
    test = """
### BEGIN HIDDEN TESTS
from gradlab.checks import case, check, reference

class Two:
    def __rmul__(self, other):
        return 2 * other

two = Two()
two.secret = reference.triple
check("triple", [case(two)])
### END HIDDEN TESTS
"""
    result = exam(zygote, triple, [ExamCell(RIGHT), ExamCell(test, is_test=True)])[-1]
    assert result.outcome is Outcome.EXAMINER_ERROR
    assert "can't be carried" in result.message


def test_a_cell_may_have_a_variant_of_its_own(zygote, triple):
    """The audit asks the same answer in several variants, one after the other."""
    hidden = "### BEGIN HIDDEN TESTS\nfrom gradlab.checks import pick\nassert triple(1) != pick(*range(8))\n"
    cells = [
        ExamCell(f"{hidden}### END HIDDEN TESTS", is_test=True, variant=variant)
        for variant in (None, 2, 3, 4)
    ]
    results = exam(zygote, triple, [ExamCell(RIGHT), *cells])[1:]
    assert [result.outcome for result in results] == ["passed", "passed", "failed", "passed"]


@pytest.mark.parametrize(
    ("hidden", "is_taken"),
    [
        ("assert kept == [1]", True),
        ("def asked():\n    return kept\nasked()", True),
        ("def asked():\n    kept = 2\n    return kept\nasked()", False),
        ("assert [kept for kept in range(3)]", False),
        ("kept = 2\nassert kept", False),
        ("import math as kept\nassert kept.pi", False),
    ],
)
def test_earlier_tests_run_again_only_for_names_that_a_hidden_part_takes_from_outside(
    triple, hidden, is_taken
):
    """If a part itself defines a name, also inside of its functions, no other test is run again."""
    names: dict[str, object] = {}
    add_earlier(names, hidden, ["kept = [1]"], triple, 0)
    assert ("kept" in names) is is_taken


LOOPS = [
    "assert all(map(lambda pair: triple(pair[0]) == pair[1], [(2, 6), (-1.5, -4.5)]))",
    "for got, right in zip(map(triple, (2, 4)), (6, 12)):\n    assert got == right",
    "for got in iter(lambda: triple(2), 6):\n    assert got is None, got",
    "assert not any(map(triple, [0, 0.0]))",
    "right = {2: 6, 4: 12}\nassert not [x for x in right if triple(x) != right[x]]",
    "assert not set(map(triple, [1, 2])) - {3, 6}",
]


@pytest.mark.parametrize("loop", LOOPS)
def test_an_answer_can_not_end_a_loop_of_the_test(zygote, triple, loop):
    """An answer that raises StopIteration does not look like the end of what a hidden test goes through."""
    test = f"### BEGIN HIDDEN TESTS\n{loop}\n### END HIDDEN TESTS"
    for answer, outcome in (
        (RIGHT, Outcome.PASSED),
        ("def triple(x):\n    raise StopIteration", Outcome.FAILED),
    ):
        result = exam(zygote, triple, [ExamCell(answer), ExamCell(test, is_test=True)])[-1]
        assert result.outcome is outcome, result.message


@pytest.mark.parametrize(
    ("test", "outcome"), [("x == 5", Outcome.FAILED), ("x == y", Outcome.EXAMINER_ERROR)]
)
def test_a_later_cell_that_binds_a_name_anew_excuses_no_answer(zygote, small_course, test, outcome):
    """Whose fault an error in a hidden test is shows the reference as it was in the test's place."""
    grading = {"nbgrader": {"grade_id": "test_five", "grade": True, "solution": False}}
    cells = [
        nbformat.v4.new_code_cell("x = 5", metadata={"nbgrader": {"grade_id": "five", "solution": True}}),
        nbformat.v4.new_code_cell("", metadata=grading),
        nbformat.v4.new_code_cell("x = 'abc'"),
    ]
    path = small_course / "source" / "ps" / "rebound.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    hidden = f"### BEGIN HIDDEN TESTS\nassert x + 0 and {test}\n### END HIDDEN TESTS"
    asked = [ExamCell("x = 'wrong'"), ExamCell(hidden, is_test=True, name="test_five")]
    assert exam(zygote, SourceNotebook.read(path), asked)[-1].outcome is outcome
