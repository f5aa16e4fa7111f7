"""Each way to end has its outcome, and the limits hold; whoever costs too much costs nobody else."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from exams import RIGHT, TEST, exam, verdict

from gradlab.base.errors import SandboxError
from gradlab.base.outcome import Outcome
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.endings import outcome_of_ending
from gradlab.examiner.exam import ExamLimits
from gradlab.examiner.session import OutOfMemory, Session, StandIn
from gradlab.sandbox import SandboxLimits

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


FULL = "open('/dev/full', 'w').write('x' * 100_000)"


@pytest.mark.parametrize(
    "hidden",
    [
        FULL,
        f"def square(x):\n    {FULL}\ntry:\n    square(2)\nexcept OSError as error:\n    assert not error",
        f"from gradlab.checks import case, check\ncheck('triple', [case(2)], oracle=lambda x: {FULL})",
        f"from gradlab.checks import here\ntriple(here(lambda: {FULL}))",
    ],
)
def test_a_full_disk_says_nothing_of_an_answer(zygote, triple, hidden):
    """If the machine fails while a hidden test runs, there is no result, and the next exam decides."""
    test = ExamCell(f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS", is_test=True)
    with pytest.raises(SandboxError, match="No space left on device"):
        exam(zygote, triple, [ExamCell("def triple(x):\n    return x()"), test])


def test_an_answer_can_not_pose_as_a_full_disk(zygote, triple):
    """An answer's own error is its own, whatever it says."""
    answer = f"def triple(x):\n    {FULL}"
    assert verdict(zygote, triple, answer).outcome is Outcome.FAILED


CAUGHT = """
### BEGIN HIDDEN TESTS
try:
    triple(1)
except Exception:
    assert False
### END HIDDEN TESTS
"""


@pytest.mark.parametrize(
    ("answer", "test"),
    [
        (f"def triple(x):\n    {FULL}", TEST),
        (f"{FULL}\n{RIGHT}", TEST),
        (f"def triple(x):\n    {FULL}", CAUGHT),
    ],
    ids=["called", "defined", "caught"],
)
def test_a_disk_that_others_have_filled_costs_no_points(anywhere, triple, answer, test):
    """Files on the host's own disk may be refused by no fault of the answer: there is no result then."""
    cells = [ExamCell(answer), ExamCell(test, is_test=True)]
    outcomes = [result.outcome for result in exam(anywhere, triple, cells)]
    assert outcomes[-1] in {Outcome.FAILED, Outcome.RAISED}
    more_than_any_disk = SandboxLimits(memory_bytes=2**29, scratch_bytes=2**60)
    session = Session(anywhere.spawn(more_than_any_disk, {}, None))
    has_own_disk = not session.running.host_folder
    session.end()
    if has_own_disk:
        results = exam(anywhere, triple, cells, sandbox=more_than_any_disk)
        assert [result.outcome for result in results] == outcomes
    else:
        with pytest.raises(SandboxError, match="No space left on device"):
            exam(anywhere, triple, cells, sandbox=more_than_any_disk)


@pytest.mark.parametrize("backend", ["widget", "notebook", "qt"])
def test_a_backend_that_is_missing_here_costs_no_points(zygote, triple, backend):
    """What a student draws with at home need not be installed where the answer is graded."""
    assert verdict(zygote, triple, f"%matplotlib {backend}\n{RIGHT}").outcome is Outcome.PASSED


@pytest.mark.parametrize("magic", ["autosave 60", "clear", "connect_info"])
def test_a_magic_of_a_kernel_costs_no_points(zygote, triple, magic):
    """What only a notebook's kernel knows does nothing here, and what stands below it runs."""
    assert verdict(zygote, triple, f"%{magic}\n{RIGHT}").outcome is Outcome.PASSED
