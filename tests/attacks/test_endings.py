"""Ways to end, stop or hold up the examinee's process."""

from __future__ import annotations

import nbformat

from attacks.corpus import attack

DEAF = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""


@attack("import os\ndef triple(x):\n    os._exit(0)\nprint('defined')\nos._exit(0)")
def test_an_exit_in_a_cell_costs_its_own_exercise(result):
    """A process that ends itself costs no other exercise."""
    assert "exited" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack("import os\ndef triple(x):\n    os._exit(0)")
def test_an_exit_in_a_call_costs_its_own_exercise(result):
    """An examinee that ends while a hidden test calls it has the outcome "exited"."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"exited"}


@attack(
    """
import sys
def triple(x):
    sys.exit(0)
for leave in (exit, quit, sys.exit):
    try:
        leave()
    except BaseException as error:
        print(type(error).__name__)
raise SystemExit(0)
""",
)
def test_a_polite_exit_earns_nothing(result):
    """SystemExit and IPython's own exit earn no points."""
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import ctypes
def triple(x):
    ctypes.string_at(0)
""",
)
def test_a_crash_costs_its_own_exercise(result):
    """A segmentation fault is treated like any other exit."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"exited"}


@attack(
    """
import sys
sys.setrecursionlimit(10**8)
def triple(x):
    return next(map(triple, [x]))
triple(1)
""",
)
def test_a_stack_overflow_costs_its_own_exercise(result):
    """Endless recursion ends only the student's own process."""
    assert "exited" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import os, signal
def triple(x):
    return 0
for number in (signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM, signal.SIGHUP, signal.SIGSEGV):
    for pid in (os.getpid(), os.getppid(), 0, -1, 2, 1000):
        try:
            os.kill(pid, number)
        except OSError:
            pass
try:
    os.killpg(0, signal.SIGKILL)
except OSError:
    pass
""",
)
def test_signals_reach_nobody_else(result):
    """Students can send signals only to their own process."""
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import signal
def triple(x):
    return 0
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
signal.signal = lambda *args: None
"""
    + DEAF,
)
def test_a_hang_that_swallows_interrupts_is_ended(result):
    """A cell that ignores interrupts is killed, and the rest is graded."""
    assert "timed out" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack("def triple(x):\n    while True:\n        pass")
def test_a_hang_in_a_call_is_ended(result):
    """A hidden test waits for its answers only as long as a cell may run."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"timed out"}


@attack("import time\ndef triple(x):\n    return 0\ntime.sleep(10**6)")
def test_a_sleeping_cell_is_interrupted(result):
    """A cell that sleeps is interrupted, and keeps its earlier definitions."""
    assert "timed out" in result.printed
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"failed"}


@attack(
    """
import os, sys
def triple(x):
    os.execv(sys.executable, [sys.executable, "-c", "while True: pass"])
try:
    os.execv("/bin/sh", ["sh", "-c", "sleep 1000"])
except OSError as error:
    print(type(error).__name__)
""",
)
def test_another_program_can_not_take_the_place(result):
    """The examinee can't execute another program."""
    assert "PermissionError" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import atexit, faulthandler, gc, signal, threading, weakref
def triple(x):
    return 0
atexit.register(lambda: open("at-exit", "w"))
signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
signal.signal(signal.SIGALRM, lambda *args: print("tick"))
gc.callbacks.append(lambda *args: None)
threading.Timer(0.1, lambda: [triple(0) for _ in iter(int, 1)]).start()
faulthandler.dump_traceback_later(0.1, repeat=True, file=open("trace", "w"))
""",
)
def test_timers_and_threads_left_behind_end_with_the_examinee(result):
    """Anything that a cell leaves running can spoil only the student's own exercises."""
    assert result.has_run
    assert result.earned == 0


def with_hanging_cells(notebook):
    """Put ten cells that swallow interrupts before everything else."""
    notebook.cells[:0] = [nbformat.v4.new_code_cell(DEAF) for _ in range(10)]


@attack(tamper=with_hanging_cells)
def test_many_hanging_cells_share_the_time_of_one_exam(result):
    """Ten hanging cells share the time of the exam, instead of taking a cell's time each."""
    assert result.earned == 0
    assert result.outcomes_of("triple") == {"timed out"}
