"""Item analysis, against published examples and independent formulas, and for very small classes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from gradlab.report.item_analysis import (
    Reason,
    alpha_if_dropped,
    analyse,
    cronbach_alpha,
    difficulty,
    discrimination,
    mean,
    median,
    quartiles,
    share,
    standard_deviation,
)

# Section 6 of the Law School Admission Test, 5 items and 1,000 examinees: the number of examinees with each
# pattern of wrong (0) and right (1) answers, from 00000 to 11111 (Bock and Lieberman 1970, Psychometrika 35,
# table 1). The expected values below are those that the R package ltm (Rizopoulos 2006, Journal of
# Statistical Software 17) prints for it.
LSAT_COUNTS = (3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15)
LSAT_COUNTS += (10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298)
LSAT = np.repeat(np.array(list(itertools.product((0.0, 1.0), repeat=5))), LSAT_COUNTS, axis=0)

tables = arrays.arrays(
    float,
    st.tuples(st.integers(4, 12), st.integers(3, 6)),
    elements=st.integers(0, 8).map(lambda quarters: quarters / 4),
)


def test_difficulty_of_the_lsat():
    """The share of right answers is as published."""
    values = [difficulty(item, 1).value for item in LSAT.T]
    assert values == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870], abs=1e-12)


def test_discrimination_of_the_lsat():
    """The point biserial correlations with the other items are as published."""
    values = [estimate.value for estimate in discrimination(LSAT)]
    assert values == pytest.approx([0.113, 0.153, 0.173, 0.144, 0.122], abs=5e-4)


def test_alpha_of_the_lsat():
    """Cronbach's alpha, of all items and without each, is as published."""
    assert cronbach_alpha(LSAT).value == pytest.approx(0.2950, abs=6e-5)
    values = [estimate.value for estimate in alpha_if_dropped(LSAT)]
    assert values == pytest.approx([0.2754, 0.2376, 0.2168, 0.2459, 0.2663], abs=6e-5)


@given(tables)
def test_alpha_is_hoyts_ratio_of_variances(scores):
    """Alpha is 1 - MS(residual) / MS(students) of a two-way analysis of variance (Hoyt 1941)."""
    alpha = cronbach_alpha(scores)
    if not alpha.is_defined:
        assert np.ptp(scores.sum(axis=1)) == 0
        return
    n, k = scores.shape
    rows, columns = scores.mean(axis=1, keepdims=True), scores.mean(axis=0)
    between = k * ((rows - scores.mean()) ** 2).sum() / (n - 1)
    residual = ((scores - rows - columns + scores.mean()) ** 2).sum() / ((n - 1) * (k - 1))
    assert alpha.value == pytest.approx(1 - residual / between, rel=1e-9, abs=1e-9)


@given(tables)
def test_discrimination_follows_from_covariances(scores):
    """The item-rest correlation equals the one computed from the items' covariance matrix."""
    covariance = np.cov(scores, rowvar=False)
    for item, found in enumerate(discrimination(scores)):
        with_rest = covariance[item].sum() - covariance[item, item]
        rest = covariance.sum() - 2 * covariance[item].sum() + covariance[item, item]
        if found.is_defined:
            expected = with_rest / math.sqrt(covariance[item, item] * rest)
            assert found.value == pytest.approx(expected, rel=1e-9, abs=1e-9)
        else:
            assert min(covariance[item, item], rest) == pytest.approx(0, abs=1e-12)


@given(st.integers(0, 40), st.integers(1, 40))
def test_a_share_has_wilsons_interval(n_hits, n):
    """SciPy has the same interval for a proportion."""
    n_hits = min(n_hits, n)
    expected = stats.binomtest(n_hits, n).proportion_ci(method="wilson")
    found = share(n_hits, n)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_a_correlation_has_fishers_interval():
    """SciPy has the same interval for a correlation."""
    scores = np.random.default_rng(0).integers(0, 5, (20, 4)).astype(float)
    for item, found in enumerate(discrimination(scores)):
        rest = np.delete(scores, item, axis=1).sum(axis=1)
        expected = stats.pearsonr(scores[:, item], rest).confidence_interval(0.95)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_the_interval_of_alpha_covers_the_true_one():
    """Of 400 classes with a true alpha of 0.8, about 95 % have it in their interval."""
    rng = np.random.default_rng(7)
    n, k, n_classes = 12, 4, 400
    abilities = rng.normal(size=(n_classes, n, 1))
    classes = abilities + rng.normal(size=(n_classes, n, k))  # true alpha: k / (k + 1) = 0.8
    found = [cronbach_alpha(scores) for scores in classes]
    coverage = np.mean([alpha.low <= 0.8 <= alpha.high for alpha in found])
    assert stats.binomtest(round(coverage * n_classes), n_classes, 0.95).pvalue > 0.01


@given(st.integers(6, 60))
def test_the_interval_of_a_median_covers_it(n):
    """The order statistics are the innermost ones that enclose the median in 95 of 100 classes."""
    found = median(np.arange(n))
    missed = stats.binom.cdf(found.low, n, 0.5)  # P(at most `low` scores lie below the median)
    assert 2 * missed <= 0.05 < 2 * stats.binom.cdf(found.low + 1, n, 0.5)
    assert found.low + found.high == n - 1


def test_a_mean_has_students_interval():
    """SciPy has the same interval for a mean, except that ours ends at 0 and at the maximum."""
    scores = np.array([3.0, 4.0, 4.5, 1.0, 2.0])
    expected = stats.ttest_1samp(scores, 0).confidence_interval(0.95)
    found = mean(scores, 10)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert mean([9.0, 10.0], 10).high == 10
    assert mean([0.0, 1.0], 10).low == 0


@pytest.mark.parametrize(
    ("estimate", "reason"),
    [
        (difficulty([], 2), Reason.NO_DATA),
        (difficulty([math.nan], 2), Reason.NO_DATA),
        (difficulty([0.0], 0), Reason.NO_POINTS),
        (discrimination([[1.0, 0.0], [0.0, 1.0]])[0], Reason.TOO_FEW_STUDENTS),
        (discrimination([[1.0], [0.0], [1.0]])[0], Reason.TOO_FEW_ITEMS),
        (discrimination([[1.0, 0.0], [1.0, 1.0], [1.0, 1.0]])[0], Reason.NO_VARIATION),
        (cronbach_alpha([[1.0, 0.0]]), Reason.TOO_FEW_STUDENTS),
        (cronbach_alpha([[1.0], [0.0]]), Reason.TOO_FEW_ITEMS),
        (cronbach_alpha([[1 / 3, 1 / 3, 1 / 3], [0.5, 0.25, 0.25]]), Reason.NO_VARIATION),
        (mean([], 2), Reason.NO_DATA),
        (median([]), Reason.NO_DATA),
        (share(0, 0), Reason.NO_DATA),
    ],
)
def test_what_is_not_defined_has_a_reason(estimate, reason):
    """An estimate without a number has a reason instead, and there are no warnings."""
    assert not estimate.is_defined
    assert not estimate.has_interval
    assert estimate.reason == reason


def test_what_has_no_interval_has_a_reason():
    """One score gives a mean, five a median and three a correlation, all without an interval."""
    correlation = discrimination([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])[0]
    for estimate in (mean([2.0], 2), median([0.0, 1.0, 2.0, 3.0, 4.0]), correlation):
        assert estimate.is_defined
        assert not estimate.has_interval
        assert estimate.reason == Reason.TOO_FEW_STUDENTS


def test_scores_beyond_the_maximum_count_as_the_maximum():
    """Extra points do not raise a difficulty above 1, nor do negative ones lower it below 0."""
    assert difficulty([3.0, 0.0, math.nan], 2).value == 0.5
    assert difficulty([2.0, -1.0, math.nan], 2).value == 0.5


def test_a_question_that_waits_for_a_person_leaves_nobody_out():
    """Items that are mostly unknown are left out, then the students with an unknown score."""
    scores = np.array([[1, 2, math.nan], [0, 1, math.nan], [1, 1, math.nan], [0, math.nan, 2]])
    found = analyse(scores, [1, 2, 2])
    assert found.n_complete == 3
    assert [item.n for item in found.items] == [4, 3, 1]
    assert found.alpha == cronbach_alpha(scores[:3, :2])
    assert [item.discrimination for item in found.items[:2]] == discrimination(scores[:3, :2])
    assert found.items[0].difficulty == difficulty([1, 0, 1, 0], 1)
    assert found.items[2].difficulty.value == 1
    assert found.items[2].discrimination.reason == Reason.NOT_JUDGED


def test_nobody_can_be_analysed():
    """A class without submissions has no numbers, and there are no warnings."""
    found = analyse(np.empty((0, 2)), [1, 2])
    assert found.n_complete == 0
    assert found.alpha.reason == Reason.TOO_FEW_ITEMS
    assert [item.difficulty.reason for item in found.items] == [Reason.NO_DATA] * 2


def test_deviation_and_quartiles_of_a_textbook_sample():
    """The deviation has n - 1 in its denominator, quartiles lie between scores, and no score has none."""
    scores = [2, 4, 4, 4, 5, 5, 7, 9]
    assert standard_deviation(scores) == pytest.approx((32 / 7) ** 0.5)
    assert quartiles(scores) == (4, 5.5)
    assert standard_deviation([3]) is None
    assert np.isnan(quartiles([])).all()
