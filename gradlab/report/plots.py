"""Plots as SVG that stands in a page, each with a title and a description for those who don't see it.

Colours are those of Okabe and Ito (2008), Color universal design; none carries a meaning alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup, escape

from gradlab.item_analysis import Estimate, mean, median, share
from gradlab.report.values import number

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BINS = 20
DOTS_IN_PATH = 100
STEPS = (1, 2, 2.5, 5, 10)


@dataclass
class Plot:
    """A picture in the making: its box in units of its own, its frame, and what has been drawn."""

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
        """Return where a part of the frame's width lies."""
        return self.left + part * (self.width - self.left - self.right)

    def y(self, part: float) -> float:
        """Return where a part of the frame's height lies, from below."""
        return self.height - self.bottom - part * (self.height - self.top - self.bottom)

    def line(self, kind: str, *points: tuple[float, float]) -> None:
        """Draw a line through points of the frame."""
        path = " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in points)
        self.parts.append(f'<polyline class="{kind}" points="{path}"/>')

    def box(self, kind: str, left: float, low: float, right: float, high: float) -> None:
        """Draw a box of the frame."""
        self.parts.append(
            f'<rect class="{kind}" x="{self.x(left):.1f}" y="{self.y(high):.1f}"'
            f' width="{self.x(right) - self.x(left):.1f}" height="{self.y(low) - self.y(high):.1f}"/>'
        )

    def dots(self, kind: str, points: Sequence[tuple[float, float]]) -> None:
        """Draw dots, a hundred in one path so that a page stays light; many of them are small and pale."""
        many = " many" if len(points) > DOTS_IN_PATH else ""
        for start in range(0, len(points), DOTS_IN_PATH):
            dots = points[start : start + DOTS_IN_PATH]
            path = "".join(f"M{self.x(x):.1f} {self.y(y):.1f}h0" for x, y in dots)
            self.parts.append(f'<path class="dots {kind}{many}" d="{path}"/>')

    def text(self, kind: str, x: float, y: float, text: str) -> None:
        """Write a text at a place in the picture's units."""
        self.parts.append(f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(text)}</text>')

    def x_axis(self, ticks: Sequence[tuple[float, str]], label: str) -> None:
        """Draw the lower edge with (part of the width, text) of each tick."""
        self.line("axis", (0, 0), (1, 0))
        for part, text in ticks:
            self.text("tick x", self.x(part), self.height - self.bottom + 15, text)
        self.text("label x", self.x(0.5), self.height - 6, label)

    def y_axis(self, ticks: Sequence[tuple[float, str]], label: str) -> None:
        """Draw lines across, with (part of the height, text) of each."""
        for part, text in ticks:
            self.line("grid", (0, part), (1, part))
            self.text("tick y", self.left - 6, self.y(part) + 4, text)
        self.text("label y", 2, 10, label)

    def svg(self) -> Markup:
        """Return the picture; all that stands in it is a number or has been escaped."""
        return Markup(  # noqa: S704
            f'<svg class="plot" viewBox="0 0 {self.width:g} {self.height:g}" role="img"'
            f' aria-labelledby="{self.name}-title {self.name}-desc">'
            f'<title id="{self.name}-title">{escape(self.title)}</title>'
            f'<desc id="{self.name}-desc">{escape(self.description)}</desc>{"".join(self.parts)}</svg>'
        )


def distribution(plot: Plot, scores: Sequence[float], maximum: float, labels: tuple[str, str]) -> Markup:
    """Draw how many have which score, the mean and the median, each with its interval.

    A whisker is Wilson's interval for the share of the class that a bar holds.
    """
    plot.top = 40
    maximum = max(maximum, *scores, 1.0)
    edges = _bins(maximum, len(scores))
    counts, _ = np.histogram(scores, edges)
    shares = [share(int(count), len(scores)) for count in counts]
    ceiling, ticks = _ticks(max(len(scores) * max((one.high for one in shares), default=1), 1))
    plot.y_axis([(tick / ceiling, f"{tick:g}") for tick in ticks], labels[1])
    for (low, high), count, one in zip(pairwise(edges / edges[-1]), counts, shares, strict=True):
        gap = (high - low) * 0.06
        plot.box("bar", low + gap, 0, high - gap, count / ceiling)
        if count:
            middle = (low + high) / 2
            whisker = [(middle, len(scores) * end / ceiling) for end in (one.low, one.high)]
            plot.line("whisker", *whisker)
    for height, kind, estimate in ((1.05, "mean", mean(scores, maximum)), (1.12, "median", median(scores))):
        _marker(plot, kind, height, estimate, edges[-1])
    plot.x_axis([(edge / edges[-1], f"{edge:g}") for edge in edges if not edge % _every(edges)], labels[0])
    return plot.svg()


def _marker(plot: Plot, kind: str, height: float, estimate: Estimate, maximum: float) -> None:
    if estimate.has_interval:
        plot.line(f"interval {kind}", (estimate.low / maximum, height), (estimate.high / maximum, height))
    plot.dots(kind, [(estimate.value / maximum, height)])


def _bins(maximum: float, n: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the edges of bars of one width: more for more students (Sturges 1926), round numbers."""
    wanted = min(MAX_BINS, int(np.ceil(np.log2(max(n, 1)) + 1)) * 2)
    width = _round_up(maximum / wanted)
    return np.arange(0, maximum + width * 1.0001, width)[: int(np.ceil(maximum / width - 1e-9)) + 1]


def _every(edges: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    """Return the distance of ticks that leaves room for their numbers."""
    width = float(edges[1] - edges[0])
    return width * int(np.ceil(len(edges) / 11))


def _round_up(value: float) -> float:
    """Return the next of 1, 2, 2.5, 5, 10, 20 …."""
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
    """When a submission came, in hours after the due time or the first one, and what it is worth."""

    hours: float
    points: float
    score: float
    is_late: bool


def arrivals(
    plot: Plot, found: Sequence[Arrival], maximum: float, labels: tuple[str, str], *, has_due: bool
) -> Markup:
    """Draw the score against the time of submission; a line down shows what lateness cost."""
    hours = [one.hours for one in found] or [0.0]
    low, high = min(*hours, 0.0) if has_due else min(hours), max(*hours, 0.0) if has_due else max(hours)
    room = max(high - low, 1.0) * 0.04
    low, high = low - room, high + room
    top = max([maximum, *(one.points for one in found)])
    ceiling, ticks = _ticks(top)
    plot.y_axis([(tick / ceiling, f"{tick:g}") for tick in ticks], labels[1])
    place = [((one.hours - low) / (high - low), one) for one in found]
    if has_due:
        due = -low / (high - low)
        plot.box("late-zone", due, 0, 1, 1)
        plot.line("due", (due, 0), (due, 1))
    for x, one in place:
        if one.score < one.points:
            plot.line("penalty", (x, one.points / ceiling), (x, one.score / ceiling))
    plot.dots("in-time", [(x, one.score / ceiling) for x, one in place if not one.is_late])
    plot.dots("late", [(x, one.score / ceiling) for x, one in place if one.is_late])
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
        for (start, low, high), one in zip(panels, estimates, strict=True):
            places = [start + (end - low) / (high - low) * half for end in (one.low, one.high, one.value)]
            if one.has_interval:
                plot.parts.append(
                    f'<line class="interval" x1="{places[0]:.1f}" x2="{places[1]:.1f}" y1="{y}" y2="{y}"/>'
                )
            if one.is_defined:
                plot.parts.append(f'<path class="dots mean" d="M{places[2]:.1f} {y}h0"/>')
    return plot.svg()


def progress(plot: Plot, shares: Sequence[tuple[str, float | None]], label: str) -> Markup:
    """Draw one student's score in each assignment, as a share of its maximum."""
    plot.y_axis([(tick, f"{tick:.0%}") for tick in (0, 0.5, 1)], label)
    n = max(len(shares), 1)
    places = [((index + 0.5) / n, value) for index, (_, value) in enumerate(shares)]
    known = [(x, min(value, 1.0)) for x, value in places if value is not None]
    plot.line("progress", *known)
    plot.dots("mean", known)
    plot.x_axis([(x, name) for (x, _), (name, _) in zip(places, shares, strict=True)], "")
    return plot.svg()
