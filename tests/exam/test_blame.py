"""What an exam says: what is wrong, and who is to blame."""

from __future__ import annotations

import pytest
from exams import LIMITS, PLAIN_TEST, TEST, exam, verdict

from gradlab.base.outcome import Outcome
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.exam import Exam
from gradlab.examiner.session import Session
from gradlab.sandbox import SandboxLimits


def test_a_misconception_is_named_across_the_wall(zygote, triple):
    """The message names the call and the misconception, as in a plain kernel."""
    result = verdict(zygote, triple, "def triple(x):\n    return x + x")
    assert "두 배를 했나요?" in result.message
    assert "triple(2)" in result.message


CASTING = """
### BEGIN HIDDEN TESTS
import numpy as np
from gradlab.checks import case, check, probe


def distance(x):
    \"\"\"triple(x) - 3 * x\"\"\"
    return triple(x) - np.array([3.0, 6.0])


@probe
def changed(x):
    \"\"\"triple(x) + 1\"\"\"
    return triple(x) + 1


check("triple", [case(np.array([1.0, 2.0]))], scenario=distance)
check("triple", [case(2)], scenario=changed)
### END HIDDEN TESTS
"""


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ("def triple(x):\n    return 3 * x[:, None].repeat(3)", "끝까지 계산하지 못했어요"),
        ("def triple(x):\n    return x @ [1]", "값을 돌려주지 않고 오류가 났어요: ValueError"),
        ("def triple(x):\n    return [3, 6] if x is not 2 else 'a'", "끝까지 계산하지 못했어요"),
    ],
)
def test_who_raised_is_told_right(zygote, triple, answer, part):
    """An error of the test with what an answer returned is not an error of the answer."""
    result = exam(zygote, triple, [ExamCell(answer), ExamCell(CASTING, is_test=True)])[-1]
    assert result.outcome is Outcome.FAILED
    assert part in result.message


def test_an_error_of_torch_is_an_attempt(zygote, triple):
    """A NotImplementedError with a message is not the stub's, also in a plain test."""
    answer = "def triple(x):\n    raise NotImplementedError('no kernel for this')"
    for test in (TEST, PLAIN_TEST):
        result = exam(zygote, triple, [ExamCell(answer), ExamCell(test, is_test=True)])[-1]
        assert (result.outcome, "no kernel" in result.message) == (Outcome.FAILED, True)


def test_numbers_in_any_container_pass(zygote, triple):
    """What holds the right numbers travels, and is right."""
    bodies = [
        "Fraction(3 * x)",
        "Decimal(3 * x)",
        "array('d', [3 * x])",
        "deque([3 * x])",
        "np.array([3 * x], object)",
    ]
    imports = "from fractions import Fraction\nfrom decimal import Decimal\nfrom array import array\n"
    imports += "from collections import deque\nimport numpy as np\n"
    hidden = ExamCell(TEST.partition("\n")[2], is_test=True)
    answers = [
        ExamCell(f"{imports}def triple(x):\n    return {body}") for body in (*bodies, "map(abs, [3 * x])")
    ]
    results = exam(zygote, triple, [cell for answer in answers for cell in (answer, hidden)])[1::2]
    *passed, refused = results
    assert {result.outcome for result in passed} == {Outcome.PASSED}
    assert "종류 map" in refused.message


def test_the_message_of_an_assertion_is_bounded(zygote, triple):
    """A message that shows a returned megabyte of text is cut off."""
    shown = "### BEGIN HIDDEN TESTS\nassert triple(1) == 3, triple(1)\n### END HIDDEN TESTS"
    cells = [ExamCell("def triple(x):\n    return 'x' * 10**6"), ExamCell(shown, is_test=True)]
    result = exam(zygote, triple, cells)[-1]
    assert result.outcome is Outcome.FAILED
    assert len(result.message) <= 10_000


def test_an_answer_is_to_blame_where_the_reference_provokes_no_error(zygote, triple):
    """A value that a plain hidden test can't even compare is a wrong answer."""
    plain = "### BEGIN HIDDEN TESTS\nassert triple(2) == 6\n### END HIDDEN TESTS"
    wrong = "import numpy as np\ndef triple(x):\n    return np.zeros(2)"
    results = exam(zygote, triple, [ExamCell(wrong), ExamCell(plain, is_test=True)])
    assert results[-1].outcome is Outcome.FAILED
    assert "ValueError" in results[-1].message


def test_equal_wrong_answers_are_found_in_different_variants(zygote, triple):
    """The record has what a wrong answer returns in the first variant; the message is of its own variant."""
    hidden = "from gradlab.checks import case, check, near\ncheck('triple', [case(near(2.0))])\n"
    test = f"### BEGIN HIDDEN TESTS\n{hidden}### END HIDDEN TESTS"
    cells = [ExamCell("def triple(x):\n    return 5 * x"), ExamCell(test, is_test=True)]
    results = [
        Exam(
            cells,
            triple,
            start=lambda: Session(zygote.spawn(SandboxLimits(), {}, None)),
            ending_of=lambda session: zygote.ending_of(session.running),
            limits=LIMITS,
            language="en",
            variant=variant,
        ).results()[-1]
        for variant in (0, 3)
    ]
    assert results[0].returned == results[1].returned == [{"type": "float", "shape": [], "values": [10.0]}]
    assert [result.variant for result in results] == [0, 3]
    assert "triple(2.0)" in results[0].message
    assert "triple(2.0)" not in results[1].message


def test_messages_are_in_the_language_of_the_release(zygote, triple):
    """An English course has English messages."""
    cells = [ExamCell("while True: pass", is_test=False)]
    shown = exam(zygote, triple, cells, "en", is_shown=True)
    assert "did not end within 3 seconds" in shown[0].message
