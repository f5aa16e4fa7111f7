"""The audit of a course whose tests can't all be asked by value."""

from __future__ import annotations

import os
import signal
import subprocess

import pytest
from commands import GRADLAB, environment, gradlab
from conftest import code
from foreign import grading, solution
from test_adopt import RAISES, words, write_source

CONFIG = "c = get_config()\n"
HELPED = "def half(x):\n    return x / 2\ndef helped(x):\n    return half(x) + 1"
CELLS = (
    code(RAISES),
    solution("double", "def double(x):\n    return 2 * x"),
    grading("double_test", "", "assert double(3) == 6\nassert double(-1) == -2"),
    solution("helped", HELPED),
    grading("helped_test", "", "old = half\ndel half\nassert raises(lambda: helped(2))\nhalf = old"),
    solution("broken", "broken = 1"),
    grading("broken_test", "", "assert broken == 2"),
    grading("anybody_test", "", "assert 1 + 1 == 2"),
)

TORN = code("### BEGIN SOLUTION\nx = 1", "torn", solution=True)


@pytest.fixture(autouse=True)
def no_memory(tmp_path, monkeypatch):
    """Start with an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def course(tmp_path):
    """A course that has not been released."""
    write_source(tmp_path, CELLS)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    return tmp_path


@pytest.mark.slow
def test_what_the_reference_cannot_do_by_value_comes_first_and_once(course):
    """Cells beside the answer are tried there; those by hand, or won by every answer, are only named."""
    write_source(course, [TORN], "bad", "torn")
    printed = words(gradlab(course, "audit", "--html", str(course / "audit.html"), succeeds=False))
    beside = "helped_test: is asked beside the answer, where a student can forge it: it deletes or replaces"
    hand = "broken_test: is asked by hand, by a person for everybody: the reference fails it"
    assert "bad/*: is not audited: " in printed
    assert printed.index("calibrating notebooks: 2") < printed.index(beside) < printed.index(hand)
    assert printed.index(hand) < printed.index("4 cells: 2 by value, 1 beside, 1 by hand")
    assert "the reference: " not in printed
    assert "the reference (" not in printed
    assert printed.count("broken_test") == 1
    assert printed.count("the untouched release passes it in both ways") == 1
    assert printed.count("anybody_test") == 1
    assert "helped_test: raised" not in printed
    html = (course / "audit.html").read_text(encoding="utf-8")
    assert "is asked by hand" in html


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_audit_that_is_stopped_shows_what_it_knows(course, number):
    """Ctrl-C and SIGTERM end it at once, with what calibration and the answers so far have shown."""
    lines, was_stopped = [], False
    with subprocess.Popen(
        [GRADLAB, "audit", "--workers", "1"],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**environment(course), "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
    ) as running:
        for line in running.stdout:
            lines.append(line)
            if line.startswith("examining answers") and not was_stopped:
                was_stopped = True
                os.kill(running.pid, number)
    assert running.returncode == 128 + number
    printed = words("".join(lines))
    assert "broken_test: is asked by hand" in printed
    assert "stopped, " in printed
    assert "Traceback" not in printed


def test_what_cannot_be_released_cannot_be_audited(course):
    """The audit says why in one line."""
    write_source(course, [TORN], "bad", "torn")
    printed = gradlab(course, "audit", "bad", succeeds=False)
    assert f"{course / 'source' / 'bad' / 'torn.ipynb'} can't be released: RuntimeError" in printed
