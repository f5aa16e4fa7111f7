"""Partial credit: nbgrader takes the number that a test cell shows at its end for the points of the cell."""

from __future__ import annotations

import pytest
from commands import gradlab
from conftest import code
from foreign import HIDDEN, grade, lay_out, solution, submit_answers
from submissions import outcome

SUM = "sum(triple(k) == 3 * k for k in range(1, 5))"
TESTS = {
    "hidden": HIDDEN.format(f"points = {SUM}\npoints"),
    "fraction": HIDDEN.format(f"4 * {SUM} / 4  # of four"),
    "begun in sight": "points = 2 * (triple(1) == 3)\n"
    + HIDDEN.format("points += 2 * (triple(2) == 6)\npoints"),
    "ended in sight": f"points = 0\n{HIDDEN.format(f'points += {SUM}')}\npoints",
    "shown behind": f"""hits = []
{HIDDEN.format(f"hits.append({SUM})")}
sum(hits)""",
    "assertion behind": HIDDEN.format(f"{SUM}\nassert triple(1) == 3"),
    "semicolon": HIDDEN.format(f"{SUM};  # not shown"),
    "truth": HIDDEN.format("triple(2) == 6"),
    "visible before": f"triple(1)\n{HIDDEN.format('assert triple(1) == 3')}",
    "reference earns less": HIDDEN.format("assert triple(1) == 3\n0.5"),
}
ANSWERS = {"right": "3 * x", "half": "3", "wrong": "0", "forged": "__import__('sys').displayhook(4) or 0"}
# Stock nbgrader gives the same, but 0.5 to whoever passes the assertion in the last cell.
POINTS = {
    "hidden": (4, 1, 0),
    "fraction": (4, 1, 0),
    "begun in sight": (4, 2, 0),
    "ended in sight": (4, 1, 0),
    "shown behind": (4, 1, 0),
    "assertion behind": (4, 4, 0),
    "semicolon": (4, 4, 4),
    "truth": (4, 4, 4),
    "visible before": (4, 4, 0),
    "reference earns less": (None, None, None),
}


@pytest.fixture(scope="module")
def points(tmp_path_factory):
    """The points of each test cell, by student."""
    tests = [
        code(text, name.replace(" ", "-"), grade=True, locked=True, points=4) for name, text in TESTS.items()
    ]
    course = lay_out(
        tmp_path_factory.mktemp("credit"), [solution("triple", "def triple(x):\n    return 3 * x"), *tests]
    )
    for student, value in ANSWERS.items():
        submit_answers(course, student, {"triple": f"def triple(x):\n    return {value}"})
    grade(course)
    return {
        student: {
            name.replace("-", " "): cell["auto_score"]
            for name, cell in outcome(course, student, "hw")["notebooks"]["hw"].items()
        }
        for student in ANSWERS
    }


@pytest.mark.parametrize("test", TESTS)
def test_the_number_at_the_end_is_the_points(points, test):
    """It is, wherever the hidden part stands, unless it is not shown, or the reference does not earn all."""
    assert tuple(points[student][test] for student in ("right", "half", "wrong")) == POINTS[test]
    assert points["forged"][test] == points["wrong"][test]


LOG = "seen = []\n\ndef log(x):\n    seen.append(x)\n    return list(seen)"
SORT = "def put(xs):\n    xs.sort()"
OTHERS = {
    "log": HIDDEN.format("4 * (log(1) == [1])"),
    "log-later": f"assert log(2)[-1] == 2\n{HIDDEN.format('assert log(3)')}",
    "put": HIDDEN.format("xs = [3, 1, 2]\nput(xs)\nassert xs == [1, 2, 3]\nxs[0]"),
    "long": HIDDEN.format("10**4000 * 10**4000 * len(log(4))"),
}


def test_the_number_is_what_the_answer_earns_at_that_place(tmp_path):
    """What later cells change costs nothing; a reference that earns less is seen in all ways to ask."""
    cells = [code(text, f"test_{name}", grade=True, locked=True, points=4) for name, text in OTHERS.items()]
    course = lay_out(tmp_path, [solution("log", LOG), solution("put", SORT), *cells])
    submit_answers(course, "ann", {"log": LOG, "put": SORT})
    grade(course)
    found = outcome(course, "ann", "hw")["notebooks"]["hw"]
    scores = {name: found[f"test_{name}"]["auto_score"] for name in OTHERS}
    assert scores == {"log": 4, "log-later": 4, "put": None, "long": 4}


@pytest.mark.slow
@pytest.mark.parametrize("way", ["hidden", "shown behind"])
def test_the_audit_counts_points(tmp_path, way):
    """A wrong answer that loses a part of the points is not a right one; a stub earns nothing."""
    test = code(TESTS[way], "test_triple", grade=True, locked=True, points=4)
    course = lay_out(tmp_path, [solution("triple", "def triple(x):\n    return 3 * x"), test])
    printed = gradlab(course, "audit", "hw", succeeds=False)
    assert "6/6 mutants killed" in printed
    assert "points for nothing" not in printed
    # nbgrader takes the sum of empty arrays, which is no number, for a pass.
    assert [line for line in printed.splitlines() if "won if" in line] == [
        "  hw/hw: test_triple: won if triple returns an empty array"
    ]
