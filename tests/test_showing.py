"""What a student sees comes from an examinee that has heard no hidden question."""

import nbformat
import pytest
from conftest import TRIPLE_TEST, code
from nbgrader.utils import compute_checksum

from gradlab.base.outcome import Outcome
from gradlab.examinee.zygote import Zygote
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.exam import ExamLimits
from gradlab.examiner.notebook import Settings, examine
from gradlab.examiner.result import CellResult
from gradlab.examiner.showing import as_shown
from gradlab.sandbox import PROMISES, SandboxLimits

TEST_CELL = ExamCell(TRIPLE_TEST, is_test=True)
VISIBLE_CELL = ExamCell("0.5", is_test=True)
ERROR = {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}
TEXT = {"output_type": "stream", "name": "stdout", "text": "hello"}


def examined(triple, *cells):
    """Examine a notebook of code cells; return them."""
    notebook = nbformat.v4.new_notebook(cells=list(cells))
    settings = Settings(ExamLimits(cell_s=2.0), SandboxLimits(), frozenset(PROMISES), "en")
    examine(notebook, triple, settings)
    return notebook.cells


def test_outputs_are_those_of_a_notebook_without_hidden_tests(triple):
    """No output shows a state that a hidden question has left, and the verdicts are still right."""
    counting = "n = 0\ndef triple(x):\n    global n\n    n += 1\n    return 3 * x"
    cells = examined(
        triple,
        code(counting, "triple", solution=True),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
        nbformat.v4.new_code_cell("n"),
    )
    assert cells[1].metadata["gradlab"]["outcome"] == Outcome.PASSED
    assert cells[1].outputs == []
    assert cells[2].outputs[0].data["text/plain"] == "1"  # the visible part's call alone


def test_a_traceback_is_made_only_where_it_is_shown(triple):
    """The judge's run makes none, and the shown run one: nobody reads more, and each takes long."""
    render = "    def _render_traceback_(self):\n        made.append(1)\n        return []\n"
    loud = f"made = []\nclass Loud(Exception):\n{render}"
    answer = "def triple(x):\n    return 3 * x + (len(made) if x != 1 else 0)"
    cells = examined(
        triple,
        nbformat.v4.new_code_cell(f"{loud}raise Loud"),
        code(answer, "triple", solution=True),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
        nbformat.v4.new_code_cell("made"),
    )
    assert cells[2].metadata["gradlab"]["outcome"] == Outcome.PASSED
    assert cells[3].outputs[0].data["text/plain"] == "[1]"


@pytest.fixture
def n_examinees(monkeypatch):
    """A list with an entry for each examinee that was started."""
    started = []
    spawn = Zygote.spawn
    monkeypatch.setattr(Zygote, "spawn", lambda *asked: started.append(asked) or spawn(*asked))
    return started


def test_an_end_that_depends_on_what_was_heard_is_not_told(triple):
    """Which cell ends the judge's examinee could say what it heard; it is shown as it ran without."""
    counting = "n = 0\ndef triple(x):\n    global n\n    n += 1\n    return 3"
    cells = examined(
        triple,
        code(counting, "triple", solution=True),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
        nbformat.v4.new_code_cell("import os\nif n > 1:\n    os._exit(1)\nprint(n)"),
        code(TRIPLE_TEST, "test_triple__again", grade=True, points=2),
    )
    assert [output.text for output in cells[2].outputs] == ["1\n"]


STUB = "def triple(x):\n    raise NotImplementedError"
RIGHT = "def triple(x):\n    return 3 * x"
# It passes the visible part, and fails the hidden one.
WRONG = "def triple(x):\n    return 3"


@pytest.mark.parametrize(
    ("answer", "later", "expected"),
    [
        (RIGHT, "n = 5", (Outcome.PASSED, 1)),
        (WRONG, "n = 5", (Outcome.FAILED, 2)),
        (STUB, "n = 5", (Outcome.NOT_ATTEMPTED, 2)),
        (RIGHT, WRONG, (Outcome.PASSED, 2)),
        (WRONG, RIGHT, (Outcome.FAILED, 2)),
        (WRONG, "%time triple = lambda x: 3 * x", (Outcome.FAILED, 2)),
        (RIGHT, "def triple(x):\n    import os\n    os._exit(0)", (Outcome.PASSED, 2)),
        ("help = 3\ndef triple(x):\n    return help", "for help in [7]: pass", (Outcome.FAILED, 2)),
    ],
)
def test_a_judge_is_asked_only_if_the_end_does_not_say_all(triple, n_examinees, answer, later, expected):
    """Hidden tests judge the state in their own place, although they are asked at the end first."""
    cells = examined(
        triple,
        code(answer, "triple", solution=True),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
        nbformat.v4.new_code_cell(later),
    )
    assert (cells[1].metadata["gradlab"]["outcome"], len(n_examinees)) == expected


def test_an_exercise_without_an_answer_needs_no_judge(triple, n_examinees):
    """The text shows that it is still the stub, so one examinee is enough."""
    cells = examined(
        triple,
        code(STUB, "triple", solution=True, checksum=compute_checksum(code(STUB, "triple", solution=True))),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
    )
    assert cells[1].metadata["gradlab"]["outcome"] == Outcome.NOT_ATTEMPTED
    assert len(n_examinees) == 1


def test_what_is_shown_is_drawn(triple):
    """The judge formats values as plain text alone; the examinee that is shown does in all ways."""
    text = "class Table:\n    def _repr_html_(self):\n        return '<b>3</b>'\nTable()"
    (cell,) = examined(triple, nbformat.v4.new_code_cell(text))
    assert cell.outputs[0].data["text/html"] == "<b>3</b>"


def test_who_passes_is_shown_no_error():
    """An error of the second run costs no points, though nbgrader would count it as a failure."""
    result = as_shown(TEST_CELL, CellResult(), CellResult([TEXT, ERROR], outcome=Outcome.RAISED, message="E"))
    assert result.outcome is Outcome.PASSED
    assert result.outputs == [TEXT]


@pytest.mark.parametrize("shown", [Outcome.PASSED, Outcome.RAISED, Outcome.EXITED, Outcome.TIMED_OUT])
def test_the_judge_decides(shown):
    """Whatever the second run does, a wrong answer stays wrong."""
    judged = CellResult(outcome=Outcome.FAILED, message="wrong value")
    result = as_shown(TEST_CELL, judged, CellResult([TEXT], outcome=shown, message="other"))
    assert (result.outcome, result.message, result.outputs) == (Outcome.FAILED, "wrong value", [TEXT])


def test_an_error_of_the_visible_part_is_told_as_it_was_shown():
    """The text of the error comes from an examinee that has heard nothing."""
    judged = CellResult(outcome=Outcome.RAISED, message="what was heard")
    shown = CellResult([ERROR], outcome=Outcome.RAISED, message="E: as at home")
    assert as_shown(TEST_CELL, judged, shown).message == "E: as at home"


def test_a_cell_without_hidden_part_keeps_its_value():
    """Partial credit is the value of the cell, which is shown."""
    value = {"output_type": "execute_result", "data": {"text/plain": "0.5"}, "execution_count": 1}
    result = as_shown(VISIBLE_CELL, CellResult(), CellResult([value], 1))
    assert (result.outputs, result.outcome) == ([value], Outcome.PASSED)


def test_a_cell_without_hidden_part_that_was_not_shown_goes_to_a_person():
    """Without its value, nbgrader would give all points."""
    result = as_shown(VISIBLE_CELL, CellResult(), CellResult(outcome=Outcome.UNDECIDED, message="?"))
    assert result.outcome is Outcome.UNDECIDED


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "outcome", "printed"),
    [
        ("x = 7\nimport os\nos._exit(1)", Outcome.EXITED, "no x\n"),
        ("x = 7\nwhile True: pass", Outcome.TIMED_OUT, "7\n"),
    ],
)
def test_what_ended_the_judges_examinee_is_not_run_again(triple, text, outcome, printed):
    """Its outcome is shown, and the cells after it are shown as they were judged."""
    cells = examined(
        triple,
        nbformat.v4.new_code_cell(text),
        nbformat.v4.new_code_cell("print(globals().get('x', 'no x'))"),
        code(TRIPLE_TEST, "test_triple", grade=True, points=2),
    )
    assert cells[0].outputs[0].ename == outcome
    assert cells[1].outputs[0].text == printed
