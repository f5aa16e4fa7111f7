"""Each answer is tried in several variants of the tests, and a finding names those with a wrong result."""

from __future__ import annotations

import pytest
from audits import HIDDEN, findings, judged

from gradlab.audit.findings import Rule
from gradlab.audit.trials import Trial, TrialKind
from gradlab.checks import N_VARIANTS

VARYING = "from gradlab.checks import pick\nx = pick(2, 3, 4, 5, 6, 7, 8, 9)\ncheck('triple', [case(x)])"
NOT_SEVEN = "if x == 7:\n        return 0\n    return 3 * x"
BOOK = "# %% {}: all but seven\ndef triple(x):\n    {}\n"


def asked_in(variants, question):
    """Return a hidden part that asks a strong question in some variants, and this one in all others."""
    strong = "check('triple', [case(2), case(-1.5)])"
    chosen = f"if pick(*range(8)) in {variants}:\n    {strong}\nelse:\n    {question}"
    return f"from gradlab.checks import pick\n{chosen}"


def test_a_reference_that_is_wrong_in_one_variant_is_told(small_course):
    """The reference is examined in all variants."""
    test = HIDDEN.format(f"{VARYING}\nassert triple(x) == 3 * x")
    report = judged(small_course, body=NOT_SEVEN, test=test, kinds=set())
    assert findings(report, Rule.REFERENCE) == ["ps/triple: test_triple: the reference failed in variant 5"]


def test_a_right_answer_that_fails_in_one_variant_is_told(small_course):
    """Right answers are examined in all variants."""
    report = judged(
        small_course,
        BOOK.format("right", NOT_SEVEN),
        test=HIDDEN.format(VARYING),
        kinds={TrialKind.RIGHT},
    )
    (told,) = findings(report, Rule.RIGHT)
    assert told.endswith("a right answer, 'all but seven', failed in variant 5")


def test_a_wrong_answer_that_survives_in_one_of_its_variants_is_told(small_course):
    """A wrong answer has to be killed in each of the two variants that it is tried in."""
    answer = "return 3 * x if x > 0 else x"
    wrong = Trial(TrialKind.WRONG, "all but seven", f"def triple(x):\n    {answer}")
    killed, survives = wrong.variants
    test = HIDDEN.format(asked_in([killed], "check('triple', [case(2)])"))
    report = judged(small_course, BOOK.format("wrong", answer), test=test, kinds={TrialKind.WRONG})
    assert findings(report, Rule.WRONG) == [
        f"ps/triple: triple: survives in variant {survives}: all but seven"
    ]
    assert str(report.wrong) == "0/1"


def test_a_wrong_answer_that_is_killed_in_both_is_fine(small_course):
    """A question of both variants kills it; another cell, which asks the same in all, would do so alone."""
    answer = "return 3 * x if x > 0 else x"
    for test in (asked_in(range(8), "pass"), "check('triple', [case(-1)])"):
        report = judged(
            small_course, BOOK.format("wrong", answer), test=HIDDEN.format(test), kinds={TrialKind.WRONG}
        )
        assert findings(report, Rule.WRONG) == []


def test_a_cheat_that_wins_in_one_variant_is_told(small_course):
    """Cheats are tried in two variants, too."""
    test = HIDDEN.format(asked_in(range(4), "check('triple', [case(0)])"))
    report = judged(small_course, test=test, kinds={TrialKind.CHEAT})
    (told,) = findings(report, Rule.CHEATS)
    assert "returns its last argument in variant 7" in told


@pytest.mark.parametrize("kind", TrialKind)
def test_what_must_pass_is_tried_in_all_variants_and_the_rest_in_two(kind):
    """Which two follows from the answer, so that different answers try different ones."""
    trials = [Trial(kind, f"answer {n}", "") for n in range(100)]
    if kind.is_right or kind is TrialKind.FLOAT32:
        assert all(trial.variants == tuple(range(N_VARIANTS)) for trial in trials)
    else:
        assert all(len(set(trial.variants)) == 2 for trial in trials)
        assert {variant for trial in trials for variant in trial.variants} == set(range(N_VARIANTS))
