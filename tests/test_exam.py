"""The exam of one notebook, with a real zygote, sandbox and examiner."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from conftest import NOTEBOOKS
from container import start_zygote
from zygotes import NOBODY

from gradlab.authoring.folders import files_beside
from gradlab.authoring.source import PICTURE_TAG, SourceNotebook
from gradlab.base.outcome import Outcome
from gradlab.examinee.zygote import Warmth, Zygote
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.endings import outcome_of_ending
from gradlab.examiner.exam import Exam, ExamLimits
from gradlab.examiner.hidden import add_earlier
from gradlab.examiner.session import OutOfMemory, Session, StandIn
from gradlab.examiner.ways import Asked
from gradlab.sandbox import SandboxLimits

if TYPE_CHECKING:
    from gradlab.examiner.result import CellResult

TEST = (
    "assert triple(1) == 3\n"
    "### BEGIN HIDDEN TESTS\n"
    "from gradlab.checks import case, check\n"
    "check('triple', [case(2), case(-1.5)], oracle=lambda x: x + x + x)\n"
    "### END HIDDEN TESTS"
)


@pytest.fixture(scope="module")
def zygote():
    """A zygote for the tests of this module."""
    made = Zygote.started()
    made.warm(Warmth(frozenset({"numpy", "torch.utils.data"})))
    yield made
    made.close()


LIMITS = ExamLimits(cell_s=3.0, output_bytes=10_000)


def exam(  # noqa: PLR0913  # most have defaults
    zygote: Zygote,
    notebook: SourceNotebook,
    cells: list[ExamCell],
    language: str = "ko",
    limits: ExamLimits = LIMITS,
    *,
    is_shown: bool = False,
) -> list[CellResult]:
    """Examine cells."""
    sandbox = SandboxLimits(memory_bytes=512 * 2**20)
    return Exam(
        cells,
        notebook,
        start=lambda: Session(zygote.spawn(sandbox, files_beside(notebook.path), None)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=limits,
        language=language,
        is_shown=is_shown,
    ).results()


def verdict(zygote: Zygote, notebook: SourceNotebook, answer: str) -> CellResult:
    """Examine one answer to `triple`; return the result of its test cell."""
    return exam(zygote, notebook, [ExamCell(answer), ExamCell(TEST, is_test=True)])[-1]


RIGHT = "def triple(x):\n    return 3 * x"
DEAF = """
def triple(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
"""


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (RIGHT, Outcome.PASSED),
        ("def triple(x):\n    return 2 * x", Outcome.FAILED),
        ("def triple(x):\n    raise NotImplementedError", Outcome.NOT_ATTEMPTED),
        ("def triple(x):\n    while True: pass", Outcome.TIMED_OUT),
        (DEAF, Outcome.TIMED_OUT),
        ("import os\ndef triple(x):\n    os._exit(0)", Outcome.EXITED),
        ("def triple(x):\n    import sys; sys.exit()", Outcome.FAILED),
        ("def triple(x):\n    return [0] * 10**9", Outcome.OUT_OF_MEMORY),
        ("def triple(x):\n    print('x' * 10**6)\n    return 3 * x", Outcome.OUTPUT_FLOOD),
        ("", Outcome.FAILED),
        ("def triple(x:\n    return 3 * x", Outcome.FAILED),
    ],
)
def test_each_way_to_go_has_its_outcome(zygote, triple, answer, outcome):
    """Each way to end has its outcome, with a message unless it passed."""
    result = verdict(zygote, triple, answer)
    assert result.outcome is outcome
    assert bool(result.message) == (outcome is not Outcome.PASSED)


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


def test_a_cell_that_ends_the_examinee_costs_its_own_exercise_alone(zygote, triple):
    """The notebook is replayed without that cell, and the other cells still count."""
    cells = [
        ExamCell("import os\nos._exit(1)"),
        ExamCell(RIGHT),
        ExamCell("while True: pass"),
        ExamCell(TEST, is_test=True),
        ExamCell("x = [0] * 10**9"),
        ExamCell("print(triple(2))"),
        ExamCell(TEST, is_test=True),
    ]
    results = exam(zygote, triple, cells)
    assert [result.outcome for result in results] == [
        Outcome.EXITED,
        Outcome.PASSED,
        Outcome.TIMED_OUT,
        Outcome.PASSED,
        Outcome.OUT_OF_MEMORY,
        Outcome.PASSED,
        Outcome.PASSED,
    ]
    assert exam(zygote, triple, cells, is_shown=True)[-2].outputs[0]["text"] == "6\n"


def test_nothing_printed_or_warned_costs_points(zygote, triple):
    """Text on stderr and warnings do not affect the verdict."""
    answer = (
        "import sys, warnings\n"
        "def triple(x):\n"
        "    print('hm', file=sys.stderr)\n"
        "    warnings.warn('hm')\n"
        "    return 3 * x"
    )
    assert verdict(zygote, triple, answer).outcome is Outcome.PASSED


def test_a_wrong_test_is_the_examiners_error(zygote, triple):
    """If the hidden test itself is wrong, the student is not blamed."""
    broken = TEST.replace("x + x + x", "x")
    result = exam(zygote, triple, [ExamCell(RIGHT), ExamCell(broken, is_test=True)])[-1]
    assert result.outcome is Outcome.EXAMINER_ERROR


PLAIN_TEST = """
### BEGIN HIDDEN TESTS
assert triple(2) == 6, "2 is wrong"
assert triple(-1.5) == -4.5
### END HIDDEN TESTS
"""


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
    "value", ["ValueError('x')", "SystemExit(3)", "{object(): x}", "[{(lambda: x,): x}]"]
)
def test_what_a_hidden_test_gives_back_to_the_answer_travels(zygote, triple, value):
    """A student's value that a hidden test passes back causes no examiner error."""
    chained = "### BEGIN HIDDEN TESTS\nassert triple(triple(1)) == 9\n### END HIDDEN TESTS"
    cells = [ExamCell(f"def triple(x):\n    return {value}"), ExamCell(chained, is_test=True)]
    result = exam(zygote, triple, cells)[-1]
    assert (result.outcome, result.message) == (Outcome.FAILED, "AssertionError")


def test_the_message_of_an_assertion_is_bounded(zygote, triple):
    """A message that shows a returned megabyte of text is cut off."""
    shown = "### BEGIN HIDDEN TESTS\nassert triple(1) == 3, triple(1)\n### END HIDDEN TESTS"
    cells = [ExamCell("def triple(x):\n    return 'x' * 10**6"), ExamCell(shown, is_test=True)]
    result = exam(zygote, triple, cells)[-1]
    assert result.outcome is Outcome.FAILED
    assert len(result.message) <= 10_000


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


def test_all_cells_together_have_their_time(zygote, triple):
    """Cells that hang one after the other use up the time of the exam; the other cells are not run."""
    limits = ExamLimits(cell_s=1.0, exam_s=1.5)
    cells = [*[ExamCell("while True: pass")] * 4, ExamCell(RIGHT), ExamCell(TEST, is_test=True)]
    results = exam(zygote, triple, cells, "en", limits)
    assert {result.outcome for result in results} == {Outcome.TIMED_OUT}
    assert "All cells together took more than 1.5 seconds" in results[-1].message


def test_outputs_of_all_cells_together_are_bounded(zygote, triple):
    """Outputs beyond the limit are left out with a note, and cost no points."""
    limits = ExamLimits(exam_output_bytes=5_000)
    cells = [ExamCell("print('x' * 4_000)")] * 2 + [ExamCell(RIGHT), ExamCell(TEST, is_test=True)]
    results = exam(zygote, triple, cells, "en", limits, is_shown=True)
    assert results[0].outputs[0]["text"] == "x" * 4_000 + "\n"
    assert "left out" in results[1].outputs[0]["text"]
    assert results[-1].outcome is Outcome.PASSED


def test_a_hidden_test_that_takes_too_long_is_stopped(zygote, triple):
    """The examiner's own work on a student's values has a time limit, too."""
    slow = "### BEGIN HIDDEN TESTS\nfor _ in range(triple(10**12)): pass\n### END HIDDEN TESTS"
    limits = ExamLimits(cell_s=0.5)
    results = exam(zygote, triple, [ExamCell(RIGHT), ExamCell(slow, is_test=True)], "en", limits)
    assert results[-1].outcome is Outcome.TIMED_OUT


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


@pytest.fixture(scope="module", params=["machine", "container", "container of a user"])
def anywhere(request, zygote):
    """A zygote on this machine, and in a container that refuses namespaces, of root and of a user."""
    if request.param == "machine":
        yield zygote
        return
    if os.geteuid() != 0 and request.param != "container":
        pytest.skip("only root can become another user")  # the suite also runs as an ordinary user
    made = start_zygote(os.geteuid() if request.param == "container" else NOBODY)
    made.warm(Warmth(frozenset({"numpy", "torch.utils.data"})))
    yield made
    made.close()


def test_a_cell_may_have_a_variant_of_its_own(zygote, triple):
    """The audit asks the same answer in several variants, one after the other."""
    hidden = "### BEGIN HIDDEN TESTS\nfrom gradlab.checks import pick\nassert triple(1) != pick(*range(8))\n"
    cells = [
        ExamCell(f"{hidden}### END HIDDEN TESTS", is_test=True, variant=variant)
        for variant in (None, 2, 3, 4)
    ]
    results = exam(zygote, triple, [ExamCell(RIGHT), *cells])[1:]
    assert [result.outcome for result in results] == ["passed", "passed", "failed", "passed"]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_reference_of_each_notebook_passes_across_the_wall(anywhere, path):
    """In the sandbox, the reference passes every test of the course."""
    zygote = anywhere
    notebook = SourceNotebook.read(path)
    tests = notebook.tests
    cells = [
        ExamCell(
            cell.source,
            is_test=cell.metadata.get("nbgrader", {}).get("grade_id") in tests,
            asked=Asked(trusts_methods=True),
        )
        for cell in notebook.cells
        if cell.cell_type == "code" and PICTURE_TAG not in cell.metadata.get("tags", ())
    ]
    limits = ExamLimits(cell_s=60.0)
    results = Exam(
        cells,
        notebook,
        start=lambda: Session(zygote.spawn(SandboxLimits(), files_beside(path), None)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=limits,
        language="ko",
    ).results()
    assert [result.message for result in results if result.outcome is not Outcome.PASSED] == []


def test_memory_that_is_all_used_up_suffices_for_the_answer(zygote):
    """However little memory is left when it runs out, the examinee says so, and does not end."""
    bomb = "def hoard():\n    kept = []\n    while True:\n        kept.append(bytearray(2**26))"
    for n_bytes in range(0, 2**20, 2**17):
        session = Session(zygote.spawn(SandboxLimits(memory_bytes=2**28 + n_bytes), {}, None))
        session.allow(20)
        session.run(bomb, 1000, is_shown=False)
        with pytest.raises(OutOfMemory):
            session.call(StandIn(session, "hoard"))
        session.end()


def test_who_leaves_no_room_for_an_answer_is_out_of_memory(zygote, triple):
    """Objects that outlive the call may fill all memory, so that the examinee has to end."""
    bomb = "hoard = []\ndef triple(x):\n    while True:\n        hoard.append(bytearray(2**14))"
    cells = [ExamCell(bomb), ExamCell(TEST, is_test=True)]
    assert exam(zygote, triple, cells)[-1].outcome is Outcome.OUT_OF_MEMORY


def test_too_many_files_are_a_flood():
    """If the watchdog ends an examinee, too many files are a flood, and too many threads a violation."""
    assert outcome_of_ending(-signal.SIGXFSZ) is Outcome.OUTPUT_FLOOD
    assert outcome_of_ending(-signal.SIGSYS) is Outcome.VIOLATION


def test_an_examinee_is_gone_after_its_exam(zygote, triple):
    """The process of the examinee no longer exists."""
    session = Session(zygote.spawn(SandboxLimits(), {}, None))
    pid = session.running.pid
    session.allow(5)
    session.run(RIGHT, 1000, is_shown=False)
    session.end()
    assert zygote.ending_of(session.running) == -9
    assert not Path(f"/proc/{pid}").exists()
    assert os.getpid() != pid
    assert triple.path.exists()


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
