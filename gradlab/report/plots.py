"""Plots as SVG within a page, each with a title and a description for people who can't see it.

Colours are those of Okabe and Ito (2008), Color universal design; no meaning depends on colour alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup, escape

from gradlab.report.item_analysis import Estimate, mean, median, share
from gradlab.report.values import number

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BINS = 20
MAX_TICKS = 11
DOTS_IN_PATH = 100
NORM_WIDTH = 0.12  # half of it, as a share of an assignment's place
STEPS = (1, 2, 2.5, 5, 10)


@dataclass
class Plot:
    """A plot being drawn: its size and its frame in its own units, and the parts so far."""

    name: str
    title: str
    description: str
    width: float = 480
    height: float = 240
    left: float = 44
    right: float = 12
    top: float = 26
    bottom: float = 40
    parts: list[str] = field(default_factory=list)

    def x(self, part: float) -> float:
        """Return the x coordinate of a fraction of the frame's width."""
        return self.left + part * (self.width - self.left - self.right)

    def y(self, part: float) -> float:
        """Return the y coordinate of a fraction of the frame's height, from below."""
        return self.height - self.bottom - part * (self.height - self.top - self.bottom)

    def line(self, kind: str, *points: tuple[float, float]) -> None:
        """Draw a line through points in the frame."""
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        self.parts.append(f'<polyline class="{kind}" points="{path}"/>')

    def box(self, kind: str, left: float, low: float, right: float, high: float) -> None:
        """Draw a box in the frame."""
        self.parts.append(
            f'<rect class="{kind}" x="{self.x(left):.1f}" y="{self.y(high):.1f}"'
            f' width="{self.x(right) - self.x(left):.1f}" height="{self.y(low) - self.y(high):.1f}"/>'
        )

    def dots(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw dots, a hundred per path to keep the page small; if there are many, small and pale ones."""
        many = " many" if len(points) > DOTS_IN_PATH else ""
        for start in range(0, len(points), DOTS_IN_PATH):
            dots = points[start : start + DOTS_IN_PATH]
            path = "".join(f"M{self.x(x):.1f} {self.y(y):.1f}h0" for x, y in dots)
            self.parts.append(f'<path class="dots {kind}{many}" d="{path}"/>')

    def text(self, kind: str, x: float, y: float, text: str) -> None:
        """Write a text at a place in the plot's units."""
        self.parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>')

    def x_axis(self, ticks: Sequence[tuple[float, str]], label: str) -> None:
        """Draw the x axis; each tick is (fraction of the width, text)."""
        self.line("axis", (0, 0), (1, 0))
        for part, text in ticks:
            self.text("tick x", self.x(part), self.height - self.bottom + 15, text)
        if label:
            self.text("label x", self.x(0.5), self.height - 6, label)

    def y_axis(self, ticks: Sequence[tuple[float, str]], label: str) -> None:
        """Draw grid lines across; each tick is (fraction of the height, text)."""
        for part, text in ticks:
            self.line("grid", (0, part), (1, part))
            self.text("tick y", self.left - 6, self.y(part) + 4, text)
        self.text("label y", 2, 10, label)

    def svg(self) -> Markup:
        """Return the plot as SVG; everything in it is a number or has been escaped."""
        return Markup(  # noqa: S704
            f'<svg class="plot" viewBox="0 0 {self.width:g} {self.height:g}" role="img"'
            f' aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>'
            f'<desc id="{self.name}-desc">{escape(self.description)}</desc>{"".join(self.parts)}</svg>'
        )


def distribution(plot: Plot, scores: Sequence[float], maximum: float, labels: tuple[str, str]) -> Markup:
    """Draw a histogram of the scores, their mean and their median, each with its interval.

    A whisker is Wilson's interval for the bar's share of the class.
    """
    plot.top = 40
    maximum = max(maximum, *scores, 1.0)
    edges = _bins(maximum, len(scores))
    counts, _ = np.histogram(scores, edges)
    shares = [share(int(count), len(scores)) for count in counts]
    ceiling, ticks = _ticks(max(len(scores) * max((estimate.high for estimate in shares), default=1), 1))
    plot.y_axis([(tick / ceiling, f"{tick:g}") for tick in ticks], labels[1])
    for (low, high), count, estimate in zip(pairwise(edges / edges[-1]), counts, shares, strict=True):
        gap = (high - low) * 0.06
        plot.box("bar", low + gap, 0, high - gap, count / ceiling)
        if count:
            middle = (low + high) / 2
            whisker = [(middle, len(scores) * end / ceiling) for end in (estimate.low, estimate.high)]
            plot.line("whisker", *whisker)
    for height, kind, estimate in ((1.05, "mean", mean(scores, maximum)), (1.12, "median", median(scores))):
        _marker(plot, kind, height, estimate, edges[-1])
    plot.x_axis(
        [(edge / edges[-1], f"{edge:g}") for edge in edges[:: -(-len(edges) // MAX_TICKS)]], labels[0]
    )
    return plot.svg()


def _marker(plot: Plot, kind: str, height: float, estimate: Estimate, maximum: float) -> None:
    if estimate.has_interval:
        plot.line(f"interval {kind}", (estimate.low / maximum, height), (estimate.high / maximum, height))
    plot.dots(kind, [(estimate.value / maximum, height)])


def _bins(maximum: float, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the edges of equally wide bars, round numbers; more students get more bars (Sturges 1926)."""
    wanted = min(MAX_BINS, int(np.ceil(np.log2(max(n, 1)) + 1)) * 2)
    width = _round_up(maximum / wanted)
    return np.arange(0, maximum + width * 1.0001, width)[: int(np.ceil(maximum / width - 1e-9)) + 1]


def _round_up(value: float) -> float:
    """Round up to the next of 1, 2, 2.5, 5, 10, 20 …."""
    power = 10.0 ** np.floor(np.log10(value))
    return next(float(step * power) for step in STEPS if step * power >= value * (1 - 1e-9))


def _ticks(highest: float) -> tuple[float, list[float]]:
    """Return the end of an axis that starts at 0, and its ticks, which are whole numbers."""
    step = max(_round_up(highest / 4), 1.0)
    step = np.ceil(step)
    ceiling = float(np.ceil(highest / step - 1e-9) * step)
    return ceiling, [float(tick) for tick in np.arange(0, ceiling + step / 2, step)]


@dataclass(frozen=True)
class Arrival:
    """When a submission came, in hours after the due time or the first submission, and its points."""

    hours: float
    points: float
    score: float
    is_late: bool


def arrivals(
    plot: Plot, found: Sequence[Arrival], maximum: float, labels: tuple[str, str], *, has_due: bool
) -> Markup:
    """Draw the score against the time of submission; a line down shows the late penalty."""
    hours = [arrival.hours for arrival in found] or [0.0]
    low, high = min(*hours, 0.0) if has_due else min(hours), max(*hours, 0.0) if has_due else max(hours)
    room = max(high - low, 1.0) * 0.04
    low, high = low - room, high + room
    top = max([maximum, *(arrival.points for arrival in found)])
    ceiling, ticks = _ticks(top)
    plot.y_axis([(tick / ceiling, f"{tick:g}") for tick in ticks], labels[1])
    places = [((arrival.hours - low) / (high - low), arrival) for arrival in found]
    if has_due:
        due = -low / (high - low)
        plot.box("late-zone", due, 0, 1, 1)
        plot.line("due", (due, 0), (due, 1))
    for x, arrival in places:
        if arrival.score < arrival.points:
            plot.line("penalty", (x, arrival.points / ceiling), (x, arrival.score / ceiling))
    plot.dots("in-time", [(x, arrival.score / ceiling) for x, arrival in places if not arrival.is_late])
    plot.dots("late", [(x, arrival.score / ceiling) for x, arrival in places if arrival.is_late])
    unit, name = (24.0, "d") if high - low > 72 else (1.0, "h")  # noqa: PLR2004  # three days
    step = max(_round_up((high - low) / unit / 6), 0.1)
    marks = np.arange(np.ceil(low / unit / step), high / unit / step) * step + 0.0  # no -0
    plot.x_axis(
        [((mark * unit - low) / (high - low), f"{number(mark)} {name}") for mark in marks],
        labels[0],
    )
    return plot.svg()


def forest(plot: Plot, rows: Sequence[tuple[str, Estimate, Estimate]], labels: tuple[str, str]) -> Markup:
    """Draw difficulty (0 to 1) and discrimination (-1 to 1) of each item, with their intervals."""
    row_height, middle, gap = 26, 150, 56
    plot.height = 34 + row_height * len(rows) + 24
    half = (plot.width - middle - 2 * gap) / 2
    panels = ((middle + gap / 2, 0.0, 1.0), (middle + half + gap * 1.5, -1.0, 1.0))
    bottom = plot.height - 24
    for (start, low, high), label in zip(panels, labels, strict=True):
        plot.text("label x", start + half / 2, 16, label)
        for tick in (low, (low + high) / 2, high):
            x = start + (tick - low) / (high - low) * half
            plot.parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="24" y2="{bottom}"/>')
            plot.text("tick x", x, bottom + 15, number(tick))
    for row, (name, *estimates) in enumerate(rows):
        y = 34 + row_height * (row + 0.5)
        plot.text("tick y", middle, y + 4, name if len(name) <= 24 else f"{name[:23]}…")  # noqa: PLR2004
        for (start, low, high), estimate in zip(panels, estimates, strict=True):
            ends = (estimate.low, estimate.high, estimate.value)
            places = [start + (end - low) / (high - low) * half for end in ends]
            if estimate.has_interval:
                plot.parts.append(
                    f'<line class="interval" x1="{places[0]:.1f}" x2="{places[1]:.1f}" y1="{y}" y2="{y}"/>'
                )
            if estimate.is_defined:
                plot.parts.append(f'<path class="dots mean" d="M{places[2]:.1f} {y}h0"/>')
    return plot.svg()


def progress(plot: Plot, shares: Sequence[tuple[str, float | None, tuple[float, ...]]], label: str) -> Markup:
    """Draw one student's score in each assignment, next to the class.

    Args:
        plot: where to draw.
        shares: name of each assignment, the student's share of its maximum, and those of the class: first
            quartile, median, third quartile; NaN if there are none.
        label: of the y axis.
    """
    plot.y_axis([(tick, f"{tick:.0%}") for tick in (0, 0.5, 1)], label)
    n = max(len(shares), 1)
    places = [((index + 0.5) / n, value) for index, (_, value, _) in enumerate(shares)]
    for (x, _), (_, _, norm) in zip(places, shares, strict=True):
        if not np.isnan(norm).any():
            first, middle, third = np.minimum(norm, 1.0)
            plot.box("norm", x - NORM_WIDTH / n, first, x + NORM_WIDTH / n, third)
            plot.line("norm", (x - NORM_WIDTH / n, middle), (x + NORM_WIDTH / n, middle))
    known = [(x, min(value, 1.0)) for x, value in places if value is not None]
    plot.line("progress", *known)
    plot.dots("mean", known)
    plot.x_axis([(x, name) for (x, _), (name, *_) in zip(places, shares, strict=True)], "")
    return plot.svg()
