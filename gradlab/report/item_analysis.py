"""Item analysis: what the scores of a class say about the questions that it was asked.

An item is a question with a score of its own: an exercise, or a test cell. If a class is too small for
a number, a reason is given instead. Each estimate has an interval that is valid for small classes, too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from scipy import special

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Scores: TypeAlias = NDArray[np.float64]

CONFIDENCE = 0.95
TAILS = ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)
Z = float(special.ndtri(TAILS[1]))


class Reason(StrEnum):
    """Why a number is not defined."""

    NO_DATA = "no data"
    NO_POINTS = "no points"
    TOO_FEW_STUDENTS = "too few students"
    TOO_FEW_ITEMS = "too few items"
    NO_VARIATION = "no variation"
    NOT_JUDGED = "not judged yet"


@dataclass(frozen=True)
class Estimate:
    """A number and its confidence interval, and the reason if either is NaN."""

    value: float = math.nan
    low: float = math.nan
    high: float = math.nan
    reason: Reason | None = None

    @property
    def is_defined(self) -> bool:
        """Whether there is a number."""
        return not math.isnan(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval."""
        return not math.isnan(self.low)


def share(n_hits: float, n: int) -> Estimate:
    """Return a proportion and Wilson's interval for it.

    Args:
        n_hits: how many of n; or the sum of n scores between 0 and 1. Such scores vary less than hits
            and misses with the same mean, so that the interval is then wider than necessary.
        n: the number of trials.

    Source: Wilson (1927), Probable inference, the law of succession, and statistical inference, JASA 22.
    """
    if n == 0:
        return Estimate(reason=Reason.NO_DATA)
    p, z = n_hits / n, Z
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(max(p * (1 - p), 0) / n + z**2 / (4 * n**2))
    return Estimate(p, max(centre - half, 0.0), min(centre + half, 1.0))


def difficulty(scores: ArrayLike, max_score: float) -> Estimate:
    """Return the mean score as a share of the maximum: the higher, the easier.

    Args:
        scores: (n,), NaN if not known; clipped to the range from 0 to the maximum.
        max_score: the points that the item is worth.

    Source: Crocker and Algina (1986), Introduction to classical and modern test theory, chapter 14; for
    the interval see `share`.
    """
    if max_score <= 0:
        return Estimate(reason=Reason.NO_POINTS)
    known = np.asarray(scores, dtype=float)
    known = np.clip(known[~np.isnan(known)] / max_score, 0, 1)
    return share(float(known.sum()), known.size)


def discrimination(scores: ArrayLike) -> list[Estimate]:
    """Return for each item the correlation of its score with the sum of the others (item-rest).

    Args:
        scores: (n, k), all known: a row for each student, a column for each item.

    Source: Henrysson (1963), Correction of item-total correlations in item analysis, Psychometrika 28;
    the interval by Fisher's z (1921).
    """
    table = _table(scores)
    k = table.shape[1]
    if k < 2:  # noqa: PLR2004  # there is no rest
        return [Estimate(reason=Reason.TOO_FEW_ITEMS)] * k
    return [_correlation(item, table.sum(axis=1) - item) for item in table.T]


def _correlation(x: Scores, y: Scores) -> Estimate:
    n = len(x)
    if n < 3:  # noqa: PLR2004  # two points always lie on a line
        return Estimate(reason=Reason.TOO_FEW_STUDENTS)
    if _is_constant(x) or _is_constant(y):
        return Estimate(reason=Reason.NO_VARIATION)
    r = float(np.clip(np.corrcoef(x, y)[0, 1], -1, 1))
    if n == 3:  # noqa: PLR2004  # Fisher's standard error is 1 / sqrt(n - 3)
        return Estimate(r, reason=Reason.TOO_FEW_STUDENTS)
    if math.isclose(abs(r), 1):
        return Estimate(r, reason=Reason.NO_VARIATION)
    half = Z / math.sqrt(n - 3)
    return Estimate(r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half))


def cronbach_alpha(scores: ArrayLike) -> Estimate:
    """Return k/(k-1) · (1 - sum of the items' variances / variance of the totals).

    Args:
        scores: (n, k), all known.

    Source: Cronbach (1951), Coefficient alpha and the internal structure of tests, Psychometrika 16; the
    interval by Feldt, Woodruff and Salih (1987), Statistical inference for coefficient alpha, Applied
    Psychological Measurement 11, formulas 6 and 7.
    """
    table = _table(scores)
    n, k = table.shape
    if k < 2:  # noqa: PLR2004  # nothing to agree with
        return Estimate(reason=Reason.TOO_FEW_ITEMS)
    if n < 2:  # noqa: PLR2004  # no variance
        return Estimate(reason=Reason.TOO_FEW_STUDENTS)
    totals = table.sum(axis=1)
    if _is_constant(totals):
        return Estimate(reason=Reason.NO_VARIATION)
    alpha = float(k / (k - 1) * (1 - table.var(axis=0, ddof=1).sum() / totals.var(ddof=1)))
    high, low = (1 - (1 - alpha) * float(special.fdtri(n - 1, (n - 1) * (k - 1), tail)) for tail in TAILS)
    return Estimate(alpha, low, high)


def alpha_if_dropped(scores: ArrayLike) -> list[Estimate]:
    """Return for each item Cronbach's alpha of the others."""
    table = _table(scores)
    return [cronbach_alpha(np.delete(table, item, axis=1)) for item in range(table.shape[1])]


def mean(scores: ArrayLike, max_score: float) -> Estimate:
    """Return the mean with Student's interval, clipped to the range from 0 to the maximum."""
    known = np.asarray(scores, dtype=float)
    if known.size == 0:
        return Estimate(reason=Reason.NO_DATA)
    value = float(known.mean())
    if known.size < 2:  # noqa: PLR2004  # no variance
        return Estimate(value, reason=Reason.TOO_FEW_STUDENTS)
    if _is_constant(known):
        return Estimate(value, reason=Reason.NO_VARIATION)
    half = float(special.stdtrit(known.size - 1, TAILS[1]) * known.std(ddof=1)) / math.sqrt(known.size)
    return Estimate(value, max(value - half, 0.0), min(value + half, max_score))


def median(scores: ArrayLike) -> Estimate:
    """Return the median with the interval between two order statistics, which assumes no distribution.

    Source: Conover (1999), Practical nonparametric statistics, section 3.2.
    """
    known = np.sort(np.asarray(scores, dtype=float))
    if known.size == 0:
        return Estimate(reason=Reason.NO_DATA)
    value, ranks = float(np.median(known)), np.arange(known.size)
    rank = int(np.searchsorted(special.bdtr(ranks, known.size, 0.5), TAILS[0]))
    if rank == 0:
        return Estimate(value, reason=Reason.TOO_FEW_STUDENTS)
    return Estimate(value, float(known[rank - 1]), float(known[-rank]))


def standard_deviation(scores: ArrayLike) -> float | None:
    """Return the standard deviation of a sample, with n - 1; None if there is no variance."""
    known = np.asarray(scores, dtype=float)
    return float(known.std(ddof=1)) if known.size > 1 else None


def quartiles(scores: ArrayLike) -> tuple[float, float]:
    """Return the first and the third quartile, NaN if there is no score.

    Source: Hyndman and Fan (1996), Sample quantiles in statistical packages, American Statistician 50,
    definition 7.
    """
    known = np.asarray(scores, dtype=float)
    if known.size == 0:
        return math.nan, math.nan
    first, third = np.quantile(known, (0.25, 0.75))
    return float(first), float(third)


@dataclass(frozen=True)
class Item:
    """The analysis of one item; `n` is how many of its scores are known."""

    n: int
    difficulty: Estimate
    discrimination: Estimate
    alpha_if_dropped: Estimate


@dataclass(frozen=True)
class Analysis:
    """The analysis of all items.

    Args:
        items: in the order of the scores' columns.
        alpha: Cronbach's alpha of the items with known scores for most students.
        n_complete: how many students have known scores for all these items; discrimination and alpha
            are based on these students.
    """

    items: tuple[Item, ...]
    alpha: Estimate
    n_complete: int


def analyse(scores: ArrayLike, max_scores: ArrayLike) -> Analysis:
    """Analyse the items with known scores for most students, and the students who have all these scores.

    Other items wait for a person to judge them: with such an item, nearly everyone would be left out.

    Args:
        scores: (n, k), NaN if not known: a row for each student, a column for each item.
        max_scores: (k,), the points that the items are worth.
    """
    table = _table(scores)
    known = ~np.isnan(table)
    columns = np.flatnonzero(known.sum(axis=0) * 2 > len(table))
    rows = np.flatnonzero(known[:, columns].all(axis=1))
    both = table[np.ix_(rows, columns)]
    unknown = [Estimate(reason=Reason.NOT_JUDGED)] * table.shape[1]
    correlations, alphas = list(unknown), list(unknown)
    for column, correlation, alpha in zip(columns, discrimination(both), alpha_if_dropped(both), strict=True):
        correlations[column], alphas[column] = correlation, alpha
    items = (
        Item(int(known[:, item].sum()), difficulty(table[:, item], float(points)), *found)
        for item, (points, *found) in enumerate(
            zip(np.asarray(max_scores), correlations, alphas, strict=True)
        )
    )
    return Analysis(tuple(items), cronbach_alpha(both), len(rows))


def _table(scores: ArrayLike) -> Scores:
    table = np.asarray(scores, dtype=float)
    if table.ndim != 2:  # noqa: PLR2004  # a table
        raise ValueError(f"Scores must be a table of students and items, not of shape {table.shape}.")
    return table


def _is_constant(x: Scores) -> bool:
    """Return whether all scores are the same except for round-off: sums of thirds are not exact."""
    return bool(np.ptp(x) <= 1e-9 * max(1.0, float(np.abs(x).max())))
