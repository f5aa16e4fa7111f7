"""Functions that stay in the examiner although an answer calls them."""

import time

import pytest
from conftest import code
from exams import LIMITS, exam

from gradlab.authoring.source import SourceNotebook
from gradlab.base.outcome import Outcome
from gradlab.checks import here
from gradlab.examinee.zygote import Warmth, Zygote
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.exam import ExamLimits
from gradlab.wire.codec import decode

COST_S = 0.5
LARGE_BYTES = 10_000

SLOPE = """
def triple(f, x):
    return (f(x + 1.0) - f(x - 1.0)) / 2
"""
TEST = """
### BEGIN HIDDEN TESTS
import numpy as np
from gradlab.checks import case, check, here

def asked(x):
    '''triple(f, x), what f is asked'''
    seen = []

    @here
    def square(v):
        seen.append(v)
        return v**2

    slope = triple(square, x)
    return {"slope": slope, "asked": sorted(seen)}

@here
def root(x):
    if x < 0:
        raise ValueError("negative")
    return x**0.5

def right(x):
    return {"slope": 2 * x, "asked": [x - 1, x + 1]}

check("triple", [case(1.5), case(-3.0)], scenario=asked, oracle=right)
check("triple", [case(root, 4.0), case(root, 0.5).raises(ValueError)])
### END HIDDEN TESTS
"""


@pytest.fixture(scope="module")
def zygote():
    """A zygote for the tests of this module."""
    made = Zygote.started()
    made.warm(Warmth(frozenset({"numpy"})))
    yield made
    made.close()


def notebook(folder, solution, test):
    """Return a notebook with one exercise."""
    cells = (code(solution, "triple", solution=True), code(test, "test_triple", grade=True, points=1))
    return SourceNotebook(folder / "slope.ipynb", cells)


@pytest.fixture
def slope(tmp_path):
    """A notebook with one exercise, which calls a function."""
    return notebook(tmp_path, SLOPE, TEST)


def result(zygote, source, answer, test=TEST):
    """Examine one answer; return the result of its test cell."""
    return exam(zygote, source, [ExamCell(answer), ExamCell(test, is_test=True)], "en")[-1]


def test_an_answer_calls_what_stays_in_the_examiner(zygote, slope):
    """The reference passes, although the function is in another process."""
    assert result(zygote, slope, SLOPE).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param("def triple(f, x):\n    return (f(x + 1.0) - f(x)) / 1.0", id="another question"),
        pytest.param("def triple(f, x):\n    f(x)\n" + SLOPE.split(":\n", 1)[1], id="one call too many"),
        pytest.param("def triple(f, x):\n    return 2 * x", id="no call"),
        pytest.param("def triple(f, x):\n    return f('x')", id="another type"),
    ],
)
def test_the_examiner_sees_each_call(zygote, slope, answer):
    """The examiner itself records each call, so that no answer can lie about it."""
    assert result(zygote, slope, answer).outcome is Outcome.FAILED


def test_the_code_stays_in_the_examiner(zygote, slope):
    """An answer that looks into the function finds no part of the test."""
    answer = SLOPE + (
        "\nslope = triple\nseen = set()\n"
        "def triple(f, x):\n"
        "    seen.update(map(str, f.__code__.co_names + f.__code__.co_consts + f.__code__.co_freevars))\n"
        "    return slope(f, x) if seen.isdisjoint({'append', 'negative', '0.5'}) else 0"
    )
    assert result(zygote, slope, answer).outcome is Outcome.PASSED


def test_a_function_may_be_called_in_a_later_request(zygote, slope):
    """What an answer returns may call the function later."""
    test = """
### BEGIN HIDDEN TESTS
from gradlab.checks import case, check, here

@here
def square(v):
    return v**2

def later(x):
    '''triple(square)(x)'''
    kept = triple(square)
    return [kept(x), kept(x + 1)]

check("triple", [case(3.0)], scenario=later)
### END HIDDEN TESTS
"""
    solution = "def triple(f):\n    return lambda x: 2 * f(x)"
    assert (
        result(zygote, notebook(slope.path.parent, solution, test), solution, test).outcome is Outcome.PASSED
    )


def test_a_function_may_ask_the_examinee_meanwhile(zygote, slope):
    """While the examinee waits for it, it may be asked again."""
    test = """
### BEGIN HIDDEN TESTS
from gradlab.checks import case, check, here

def inside(x):
    '''triple(f, x), where f calls triple(abs, …)'''
    @here
    def f(v):
        return triple(abs, v)

    return triple(f, x)

check("triple", [case(3.0), case(0.5)], scenario=inside)
### END HIDDEN TESTS
"""
    assert result(zygote, slope, SLOPE, test).outcome is Outcome.PASSED


def test_an_endless_caller_times_out(zygote, slope):
    """An answer that calls for ever costs its own cell alone."""
    endless = "def triple(f, x):\n    while True:\n        f(x)"
    first, last = exam(
        zygote,
        slope,
        [ExamCell(endless), ExamCell(TEST, is_test=True), ExamCell(SLOPE), ExamCell(TEST, is_test=True)],
    )[1::2]
    assert (first.outcome, last.outcome) == (Outcome.TIMED_OUT, Outcome.PASSED)


def test_a_caller_that_swallows_the_interrupt_times_out(zygote, slope):
    """An endless caller can't refuse to end."""
    deaf = (
        "def triple(f, x):\n    while True:\n        try:\n            f(x)\n"
        "        except BaseException:\n            pass"
    )
    assert result(zygote, slope, deaf).outcome is Outcome.TIMED_OUT


@pytest.mark.slow
def test_the_time_that_values_take_to_decode_counts(zygote, slope, monkeypatch):
    """An examinee that sends costly values again and again uses up its own time, not the grader's."""
    n_decoded = 0

    def costly_decode(payload, *, left_s):
        nonlocal n_decoded
        n_decoded += 1
        assert n_decoded * COST_S < 2 * LIMITS.cell_s
        started_s = time.thread_time()
        while time.thread_time() < started_s + COST_S:
            pass
        return decode(payload, left_s=left_s)

    monkeypatch.setattr("gradlab.examiner.session.decode", costly_decode)
    endless = "def triple(f, x):\n    while True:\n        f(x)"
    deaf = (
        "def triple(f, x):\n    while True:\n        try:\n            f(x)\n"
        "        except BaseException:\n            pass"
    )
    for answer in (endless, deaf):
        n_decoded = 0
        assert result(zygote, slope, answer).outcome is Outcome.TIMED_OUT


def test_what_takes_too_long_to_decode_costs_other_cells_no_time(zygote, slope, monkeypatch):
    """Its sender has answered, so nobody waits until it has ended what it does."""

    def impatient_decode(payload, *, left_s):
        if len(payload) > LARGE_BYTES:
            raise TimeoutError
        return decode(payload, left_s=left_s)

    monkeypatch.setattr("gradlab.examiner.session.decode", impatient_decode)
    large = f"def triple(f, x):\n    return '.' * {2 * LARGE_BYTES}"
    tests = [ExamCell(TEST, is_test=True)] * 4
    limits = ExamLimits(cell_s=3.0, exam_s=3.0)
    results = exam(zygote, slope, [ExamCell(large), *tests, ExamCell("1", is_test=True)], "en", limits)
    assert [result.outcome for result in results[1:]] == [Outcome.TIMED_OUT] * 4 + [Outcome.PASSED]


def test_a_call_of_what_nobody_gave_is_a_violation(zygote, slope):
    """The examinee can only call what the test has given to an answer."""
    forged = SLOPE + (
        "\nimport gc\nfrom gradlab.examinee.serve import Examinee\n"
        "examinee = next(o for o in gc.get_objects() if type(o) is Examinee)\n"
        "triple = lambda f, x: examinee._function(10**6)(x)"
    )
    assert result(zygote, slope, forged).outcome is Outcome.VIOLATION


def test_it_is_equal_to_the_function():
    """It serves as a key wherever the function does."""
    assert here(abs) == abs
    assert {abs: 1}[here(abs)] == {here(abs): 1}[abs] == 1
    assert here(abs)(-2) == 2
    assert here(abs).__name__ == "abs"


IN_A_THREAD = """
import threading

def triple(f, x):
    found = []
    thread = threading.Thread(target=lambda: found.extend([f(x + 1.0), f(x - 1.0)]))
    thread.start()
    thread.join()
    return (found[0] - found[1]) / 2
"""
WATCHED = """
### BEGIN HIDDEN TESTS
from gradlab.checks import case, check, here

def asked(x):
    '''triple(f, x), what is in a box meanwhile'''
    box, seen = [x], []

    @here
    def look(copy):
        seen.append(copy())

    def square(v):
        look(box.copy)
        return v**2

    return {"slope": triple(square, x), "seen": seen}

def right(x):
    return {"slope": 2 * x, "seen": [[x], [x]]}

check("triple", [case(1.5), case(-3.0)], scenario=asked, oracle=right)
### END HIDDEN TESTS
"""


def test_a_thread_of_the_answer_may_call_and_be_asked(zygote, slope):
    """Which thread of the student's calls a function, and is asked meanwhile, makes no difference."""
    watched = notebook(slope.path.parent, IN_A_THREAD, WATCHED)
    assert result(zygote, watched, IN_A_THREAD, WATCHED).outcome is Outcome.PASSED


NAMED = """
### BEGIN HIDDEN TESTS
from gradlab.checks import case, check, here

@here
def twice(x):
    return 2 * x

def told(f, x):
    '''triple(f, x)'''
    return triple(f, x)

check("triple", [case(twice, 4.0)], scenario=told)
### END HIDDEN TESTS
"""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("return f(f)", "unsupported operand type(s) for *: 'int' and 'function'"),
        ("return f(lambda: x)", "unsupported operand type(s) for *: 'int' and 'function'"),
        ("return f([x].append)", "unsupported operand type(s) for *: 'int' and 'builtin_function_or_method'"),
        ("return f(v for v in [x])", "unsupported operand type(s) for *: 'int' and 'generator'"),
        (
            "import numpy\n    return f(numpy.exp)",
            "unsupported operand type(s) for *: 'int' and 'numpy.ufunc'",
        ),
        ("return f(float)", "unsupported operand type(s) for *: 'int' and 'type'"),
        ("class Point: pass\n    return f(Point())", "unsupported operand type(s) for *: 'int' and 'object'"),
        ("return str(f)", "got '<function f at 0x"),
    ],
)
def test_no_name_of_ours_reaches_a_student(zygote, tmp_path, answer, said):
    """What Python says of an object that travels names its kind, as in the student's own notebook."""
    source = notebook(tmp_path, "def triple(f, x):\n    return 1.0 * f(x)", NAMED)
    message = result(zygote, source, f"def triple(f, x):\n    {answer}", NAMED).message
    assert said in message
    assert "Handle" not in message
    assert "Examinee" not in message
