"""Code that takes a parser to its limits, and code that leaves its process in a strange state."""

from __future__ import annotations

import nbformat

from attacks.corpus import RIGHT, attack

DEEP = {
    "signs": f"deep = {'-' * 3_000}1",
    "more signs": f"deep = {'-' * 20_000}1",
    "a sum": f"deep = 1{'+1' * 10_000}",
    "attributes": f"deep = a{'.b' * 10_000}",
    "branches": "if 1:\n    pass\n" + "elif 1:\n    pass\n" * 2_000,
}
LONG_SUM = f"total = {' + '.join(['1'] * 900)}\nnested = {'lambda: ' * 300}0"


def with_a_deep_cell(notebook: nbformat.NotebookNode) -> None:
    """Add a cell that Python can't compile."""
    notebook.cells.append(nbformat.v4.new_code_cell(DEEP["signs"]))


def with_deep_cells(notebook: nbformat.NotebookNode) -> None:
    """Add a cell with each of the deep texts before all others, and behind them."""
    for text in DEEP.values():
        notebook.cells.insert(0, nbformat.v4.new_code_cell(text))
        notebook.cells.append(nbformat.v4.new_code_cell(text))


def without_ids(notebook: nbformat.NotebookNode) -> None:
    """Remove what nbgrader knows of the cells, so that answers are found by their code."""
    for cell in notebook.cells:
        cell.metadata.pop("nbgrader", None)


def without_ids_and_deep(notebook: nbformat.NotebookNode) -> None:
    """Remove what nbgrader knows of the cells, and add deep ones."""
    without_ids(notebook)
    with_deep_cells(notebook)


@attack(RIGHT["triple"], tamper=with_deep_cells)
def test_deep_code_beside_right_answers_costs_nothing(result):
    """A cell that Python can't compile is a cell with an error, as in a notebook."""
    assert result.lost == set()


@attack(RIGHT["triple"], tamper=with_a_deep_cell)
def test_a_deep_cell_beside_right_answers_costs_nothing(result):
    """It is a cell with an error, also if it takes Python no memory to find that out."""
    assert result.lost == set()


@attack(RIGHT["triple"], tamper=without_ids_and_deep)
def test_deep_code_hides_no_answers(result):
    """Answers without names are found among cells that can't be compiled."""
    assert result.lost == set()


@attack(f"{RIGHT['triple']}\n{DEEP['signs']}")
def test_deep_code_in_an_answer_costs_its_own_exercise(result):
    """The cell defines nothing, in a notebook and here."""
    assert result.lost == {"triple"}


@attack(f"{RIGHT['triple']}\n{LONG_SUM}", tamper=without_ids)
def test_long_code_that_runs_costs_nothing(result):
    """What Python compiles is an answer, however deep its syntax tree is."""
    assert result.has_run
    assert result.lost == set()


@attack(
    f"""
import sys, warnings
{RIGHT["triple"]}
warnings.simplefilter("error")
np.seterr(all="raise")
np.set_printoptions(threshold=0)
torch.set_printoptions(precision=1)
sys.tracebacklimit = 0
"""
)
def test_strict_settings_cost_nothing(result):
    """Warnings that are errors, and other ways to print, change no right answer."""
    assert result.lost == set()


@attack(
    f"""
import builtins, os, sys
{RIGHT["triple"]}
print({"the attack has run"!r})
sys.stdout.close()
sys.stderr = None
os.environ.clear()
os.chdir("/")
sys.path.clear()
builtins.exit = builtins.quit = None
"""
)
def test_a_process_laid_bare_costs_nothing(result):
    """Neither a closed stdout nor another folder or an empty environment change a right answer."""
    assert result.has_run
    assert result.lost == set()


@attack("def triple(x):\n    return input() or breakpoint()")
def test_a_question_to_the_user_gets_no_answer(result):
    """Nobody is there to answer, so it is an error at once."""
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "raised"}


@attack("import sys\ndef triple(x):\n    return 0\nprint('the attack has run')\nsys.setrecursionlimit(70)")
def test_a_low_limit_of_recursion_earns_nothing(result):
    """It may cost the student's other cells, as in a notebook, but not the exam."""
    assert result.earned == 0
    assert "examiner error" not in set(result.outcomes.values())


@attack(
    """
import sys
def triple(x):
    return 3 * x
def refuse(event, args):
    raise RuntimeError(event)
print('the attack has run')
def triple(x):
    sys.addaudithook(refuse)
    return 0
"""
)
def test_a_hook_that_refuses_everything_earns_nothing(result):
    """It breaks the student's own process alone."""
    assert result.earned == 0
    assert "examiner error" not in set(result.outcomes.values())


@attack(
    """
import asyncio
async def triple(x):
    return 3 * x
print('the attack has run')
await asyncio.Event().wait()
"""
)
def test_an_endless_wait_for_nothing_costs_its_own_exercise(result):
    """A cell may await, as in a notebook, but not for ever, and a coroutine is no number."""
    assert result.lost == {"triple"}


@attack("import ctypes\ndef triple(x):\n    return ctypes.PyDLL(None).sleep(1_000_000)")
def test_a_sleep_that_lets_no_other_thread_run_is_ended(result):
    """It can't be interrupted, so its process is ended."""
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"timed out"}


@attack(
    """
import signal
def triple(x):
    for number in (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGXCPU, signal.SIGKILL):
        try:
            signal.raise_signal(number)
        except BaseException as error:
            print(error)
    return 0
"""
)
def test_who_stops_itself_earns_nothing(result):
    """An examinee can't make its own end look like a fault of the machine."""
    assert result.lost == {"triple"}
    assert "undecided" not in result.outcomes.values()


@attack(
    """
def triple(x):
    error = ValueError(x)
    for _ in range(5_000):
        error = ExceptionGroup('deeper', [error])
        error.__cause__ = ValueError('why')
    raise error
print('the attack has run')
triple(1)
"""
)
def test_an_error_within_errors_costs_its_own_exercise(result):
    """A group of groups of errors is told in a few words, or not at all."""
    assert result.lost == {"triple"}
