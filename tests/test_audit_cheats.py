"""Cheats win tests that ask too little, are reported with the cell, and lose if a right answer is needed."""

from __future__ import annotations

import pytest
from audits import HIDDEN, findings, judged

from gradlab.audit.cheats import LIES, SAME, TAKINGS, cheats_of
from gradlab.audit.exercises import AuditedExercise
from gradlab.audit.findings import Rule
from gradlab.audit.trials import TrialKind

STRONG = "check('triple', [case(2), case(-1.5), case('a')])"
ERROR_ONLY = "check('triple', [case(None).raises(TypeError)])"
PROBE = """
from gradlab.checks import probe


@probe
def seen(x, y=0):
    "triple(x), looked at"
    got = triple(x)
    return {returned}


check("triple", [{cases}], scenario=seen)
"""


def won(course, test):
    """Return the cheats that win the test cell of the small course, without the cell's name."""
    report = judged(course, test=HIDDEN.format(test), kinds={TrialKind.CHEAT})
    return [text.removeprefix("ps/triple: test_triple: ") for text in findings(report, Rule.CHEATS)]


def probing(returned, *cases):
    """Return a hidden part that asks by a probe alone."""
    return PROBE.replace("{returned}", returned).replace("{cases}", ", ".join(cases))


def test_no_cheat_wins_where_values_are_compared(small_course):
    """Two different right values are enough, even together with errors and probes."""
    test = f"{STRONG}\n{ERROR_ONLY}\n{probing('got == 3 * x', 'case(2)')}"
    assert won(small_course, test) == []


@pytest.mark.parametrize(
    ("test", "title"),
    [
        (ERROR_ONLY, "always raises TypeError"),
        ("try:\n    triple(2)\nexcept Exception:\n    pass", "is the stub, and its visible parts are forged"),
        ("assert triple(1) is True or triple(1) == 3", "returns True"),
        ("check('triple', [case(0.0), case(0)])", "returns 0.0"),
        ("assert not abs(triple(2) - 6) > 1e-9", "returns NaN"),
        ("assert triple(2) < 7 and triple(-1) < 0", "returns -1"),
        ("assert triple(2) in (6, 'right')", "returns a text"),
        ("assert triple([]) == []", "returns an empty list"),
        ("assert triple(2) == triple(x=2) or triple(3, 9) == 9", "returns its last argument"),
        ("import numpy as np\nassert np.allclose(triple(np.ones(2)), 3)", "returns an empty array"),
        ("assert triple(2) == triple(2)", "returns what it was asked first"),
        ("assert len({triple(1), triple(2), triple(3)}) == 3", "returns another number each time"),
    ],
)
def test_a_test_that_asks_too_little_is_told(small_course, test, title):
    """The finding names the cell, what the cheat does, and what helps."""
    report = judged(small_course, test=HIDDEN.format(test), kinds={TrialKind.CHEAT})
    (found,) = [
        finding for finding in report.findings if finding.rule is Rule.CHEATS and title in finding.text
    ]
    assert found.where == "ps/triple: test_triple"
    assert found.detail.startswith("Ask in this cell")
    assert not report.is_fine


@pytest.mark.parametrize(
    ("returned", "cases", "title"),
    [
        ("got == 3 * x", ["case(2)", "case(5)"], "True"),
        ("got != 3 * x", ["case(2)"], "False"),
        ("got - 3 * x", ["case(2)"], "0"),
        ("got / (3 * x)", ["case(2)", "case(5)"], "1"),
        ("[] if got == 3 * x else [x]", ["case(2)"], "[]"),
        ("None if got == 3 * x else x", ["case(2)"], "None"),
        ("got / 3", ["case(2)", "case(5)"], "with its first argument"),
        ("(got / 3, y)", ["case(2, 7)"], "with its arguments"),
        ("[got / 3]", ["case(2, 7)"], "with its arguments but for the last"),
        (
            '{"is three times": got == 3 * x, "and no less": got >= 3 * x}',
            ["case(2)"],
            "with True for each of its texts",
        ),
    ],
)
def test_a_test_that_believes_a_probe_is_told(small_course, returned, cases, title):
    """A cheat that answers for the probe wins only if no other value is compared."""
    test = probing(returned, *cases)
    (found,) = [text for text in won(small_course, test) if "probe" in text]
    assert f"is the stub, and each probe is answered {title}" in found.split("won if triple ")[1].split(
        "; or "
    )


def test_an_object_that_equals_everything_wins_where_probes_compare(small_course):
    """One cheat needs no patch; another answers only probes that such an object fails."""
    compared = probing("got == 3 * x", "case(2)", "case(5)")
    patient = probing("abs(float(got) - 3 * x) < 1e-9", "case(0)")
    unlike = compared.replace("got == 3 * x", "{'as a number': float(str(got)) == 3 * x, 'x': True}")
    for test, title in (
        (compared, "is an object that equals everything"),
        (patient, "is an object that equals everything"),
        (f"{compared}\n{unlike}", "equals everything, and each probe that fails is answered True"),
    ):
        (found,) = [text for text in won(small_course, test) if "equals everything" in text]
        assert title in found


def test_a_probe_beside_an_error_is_told(small_course):
    """One cheat raises what is expected and lies to the probe."""
    test = f"{ERROR_ONLY}\n{probing('got == 3 * x', 'case(2)')}"
    (found,) = won(small_course, test)
    assert found == "won if triple always raises TypeError, and each probe is answered True"


GIVEN = """
def with_slope(k):
    def method(x):
        return k * x

    return method


def times(k, x):
    return k * x


def thrice(x):
    return times(3, x)


def six_times(x):
    return 2 * thrice(x)


def through(method, x):
    "method(x) + triple(x)"
    return triple(x)


"""


@pytest.mark.parametrize(
    ("test", "title"),
    [
        ("assert triple(with_slope(6)) == 6 and triple(with_slope(k=9)) == 9", "returns the first number"),
        ("assert triple(lambda x, n=4: x - 12) == 12", "returns the last number"),
        ("assert triple(six_times, 2) == 6 and triple(six_times, x=5) == 15", "calls the first function"),
        ("assert triple(lambda x: thrice(x), 2) == 6", "calls the first function"),
    ],
)
def test_a_function_that_brings_the_answer_along_is_told(small_course, test, title):
    """What a given function has bound, or a function that it calls, wins the cell."""
    (found,) = [text for text in won(small_course, GIVEN + test) if "brings along" in text]
    assert title in found


def test_what_stays_here_brings_nothing_along(small_course):
    """The same question is no news with a function that stays with the test, or beside a right value."""
    for test in ("triple(with_slope(6)) == 6 and triple(4) == 12", "triple(here(with_slope(6))) == 6"):
        told = won(small_course, f"from gradlab.checks import here\n{GIVEN}assert {test}")
        assert not any("brings along" in text for text in told)


def test_each_way_to_cheat_is_tried_once():
    """Only what applies is tried: errors that a test expects, probes, and classes."""
    exercise = AuditedExercise("ps", "one", "triple", "def triple(x):\n    return 3 * x", ("test",), 1)
    plain = cheats_of(exercise, ["check('triple', [case(2)])"])
    assert len(plain) == 1 + len(SAME)
    assert len(cheats_of(exercise, ["from gradlab.checks import probe"])) == len(plain) + len(LIES) + 2
    for given in ("triple(lambda x: x)", "def f(x):\n    return x\n\ncase(f)"):
        assert len(cheats_of(exercise, [given])) == len(plain) + len(TAKINGS)
    for used in ("check(oracle=lambda x: x)", "@here\ndef f(x):\n    return x\n\ncase(f)"):
        assert len(cheats_of(exercise, [used])) == len(plain)
    error = cheats_of(exercise, ["check('triple', [case(2).raises(ValueError)])"])
    assert {cheat.title for cheat in error} - {cheat.title for cheat in plain} == {"always raises ValueError"}
    box = AuditedExercise("ps", "one", "Box", "class Box(Base):\n    pass", ("test",), 1)
    titles = {cheat.title: cheat.code for cheat in cheats_of(box, ["case(0).raises(IndexError)"])}
    assert "class Box(Base):" in titles["is empty"]
    assert "raise IndexError" in titles["raises IndexError in each method"]
