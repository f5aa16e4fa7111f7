"""The values in a table, as HTML and as CSV.

A value is None, a string, a number, a time, an `Estimate`, or an instance of a class below. Any string may
come from a student: as HTML it is escaped, and can't change the direction in which the text next to it is
read.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias

from markupsafe import escape

from gradlab.authoring.said import NOTHING_SAID, Said
from gradlab.base.outcome import Outcome, Tone
from gradlab.base.texts import LANGUAGES, without_control
from gradlab.examiner.told import told_in
from gradlab.gradebook.classroom import Status
from gradlab.report.attention import Reminder
from gradlab.report.item_analysis import Estimate
from gradlab.submission.notes import note_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradlab.report.words import Words

Hint: TypeAlias = tuple[tuple[str, str], ...]
"""A sentence about a misconception, each with its language."""

DASH = "\N{EN DASH}"
MAX_MESSAGE_CHARS = 2_000
LONG_CHARS = 40  # longer texts may be broken anywhere
MINUTES = "%Y-%m-%d %H:%M"
PROVISIONAL = "provisional"
CACHED = 10_000  # texts; the same few are on thousands of pages

_TONES = {str(word): word.tone for words in (Outcome, Status, Reminder) for word in words}


class Value:
    """A value with its own looks."""

    __slots__ = ()

    def html(self, words: Words) -> str:
        """Return it as HTML."""
        raise NotImplementedError

    def parts(self) -> tuple[Any, ...]:
        """Return it as one or several columns of CSV."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Link(Value):
    """A text with a link."""

    text: str
    href: str

    def html(self, _: Words) -> str:
        """Return the link."""
        return f'<a href="{escape(self.href)}">{isolated(self.text)}</a>'

    def parts(self) -> tuple[Any, ...]:
        """Return the text."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Person(Value):
    """A student, with a link to their page; `href` is "" for no link."""

    id: str
    name: str
    href: str = ""

    def html(self, _: Words) -> str:
        """Return name and id; neither can change the other's direction."""
        name = f'{isolated(self.name)} <span class="id">{isolated(self.id)}</span>'
        text = name if self.name else isolated(self.id)
        return f'<a href="{escape(self.href)}">{text}</a>' if self.href else text

    def parts(self) -> tuple[Any, ...]:
        """Return the id and the name."""
        return (self.id, self.name)


@dataclass(frozen=True, slots=True)
class Score(Value):
    """Points out of a maximum; provisional ones may still change."""

    value: float | None
    maximum: float
    is_provisional: bool = False

    def html(self, words: Words) -> str:
        """Return both, with a sign if they are provisional."""
        sign = _provisional_sign(words) if self.is_provisional and self.value is not None else ""
        return f"{number(self.value)}{sign}<small> / {number(self.maximum)}</small>"

    def parts(self) -> tuple[Any, ...]:
        """Return the points, the maximum, and "provisional" if they are."""
        value = "" if self.value is None else self.value
        return (value, self.maximum, PROVISIONAL if self.is_provisional else "")


@dataclass(frozen=True, slots=True)
class Total(Value):
    """Points of several assignments; provisional ones may still change."""

    value: float
    is_provisional: bool = False

    def html(self, words: Words) -> str:
        """Return the points, with a sign if they are provisional."""
        return f"{number(self.value)}{_provisional_sign(words) if self.is_provisional else ''}"

    def parts(self) -> tuple[Any, ...]:
        """Return the points, and "provisional" if they are."""
        return (self.value, PROVISIONAL if self.is_provisional else "")


@dataclass(frozen=True, slots=True)
class Span(Value):
    """The numbers from one to another, NaN if they are not known."""

    low: float
    high: float

    def html(self, _: Words) -> str:
        """Return both ends."""
        return DASH if math.isnan(self.low) else f"{two_digits(self.low)} … {two_digits(self.high)}"

    def parts(self) -> tuple[Any, ...]:
        """Return both ends."""
        return ("", "") if math.isnan(self.low) else (self.low, self.high)


@dataclass(frozen=True, slots=True)
class Term(Value):
    """One of gradlab's own words, such as an outcome or a status, shown in the reader's language."""

    name: str

    def html(self, words: Words) -> str:
        """Return the word."""
        return _term(self.name, words)

    def parts(self) -> tuple[Any, ...]:
        """Return gradlab's own word."""
        return (self.name,)


@dataclass(frozen=True, slots=True)
class Bilingual(Value):
    """The course's own text, by language."""

    texts: Mapping[str, str]

    def html(self, words: Words) -> str:
        """Return the text in the reader's language."""
        return str(escape(words.pick(self.texts)) if self.texts else "")

    def parts(self) -> tuple[Any, ...]:
        """Return the text in each language."""
        return tuple(self.texts.get(language, "") for language in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Message(Value):
    """A text of several lines; what is gradlab's or the course's in it is in the reader's language."""

    text: str
    hints: tuple[Hint, ...] = ()
    said: Said = NOTHING_SAID

    def html(self, words: Words) -> str:
        """Return its beginning, with its line breaks."""
        return _message(words.language, self.text, self.hints, self.said)

    def parts(self) -> tuple[Any, ...]:
        """Return all of it."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Note(Value):
    """What was assumed about a submission, or why it can't be graded, in the reader's language."""

    text: str

    def html(self, words: Words) -> str:
        """Return the note, isolated from the direction of the text next to it."""
        return isolated(note_in(words.language, self.text))

    def parts(self) -> tuple[Any, ...]:
        """Return the note as it was recorded."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Heat(Value):
    """A cell of a heat map: points out of a maximum, or why there are none ("missing", "waiting", …)."""

    value: float | None
    maximum: float
    why: str = ""
    is_provisional: bool = False

    def html(self, words: Words) -> str:
        """Return the points, or a sign."""
        shown = words.term(f"{self.why} sign") if self.why else number(self.value)
        return f"{shown}{_provisional_sign(words) if self.is_provisional else ''}"

    def parts(self) -> tuple[Any, ...]:
        """Return the points, or why there are none."""
        return (self.why if self.value is None else self.value,)

    @property
    def step(self) -> str:
        """The CSS class of its colour."""
        if self.value is None or self.why:
            return heat_class(self.why)
        part = self.value / self.maximum if self.maximum else 1.0
        if part >= 1:
            return "full"
        third = math.ceil(round(part * 3, 9))  # an exact third belongs to the step below it
        return ("zero", "low", "middle", "high")[max(third, 0)]


def heat_class(why: str) -> str:
    """Return the CSS class of a cell without points, also used in the legend."""
    return "missing" if why == Status.MISSING else "none"


def show(value: Any, words: Words) -> str:
    """Return any value as HTML."""
    match value:
        case str():
            return isolated(value)
        case Value():
            return value.html(words)
        case Estimate():
            return _estimate(value, words)
        case dt.datetime():
            return f'<time datetime="{value:%Y-%m-%dT%H:%MZ}">{value:{MINUTES}}</time>'
    return number(value)


def plain(value: Any) -> tuple[Any, ...]:
    """Return any value except for None as one or several columns of CSV."""
    match value:
        case Value():
            return value.parts()
        case Estimate():
            return tuple("" if math.isnan(part) else part for part in (value.value, value.low, value.high))
        case dt.datetime():
            return (f"{value:%Y-%m-%dT%H:%M:%SZ}",)
    return (value,)


@lru_cache(maxsize=CACHED)
def isolated(text: str) -> str:
    """Return a text as HTML that can't change the direction of the text next to it."""
    long = ' class="long"' if len(text) > LONG_CHARS else ""
    return f"<bdi{long}>{escape(without_control(text))}</bdi>" if text else ""


@lru_cache(maxsize=CACHED)
def _message(language: str, message: str, hints: tuple[Hint, ...], said: Said) -> str:
    text = told_in(language, message, map(dict, hints), said)
    return f'<span class="message">{isolated(clipped(text))}</span>' if text else ""


@lru_cache(maxsize=CACHED)
def _term(name: str, words: Words) -> str:
    if not name:
        return ""
    return f'<span class="term {_TONES.get(name, Tone.PLAIN)}">{escape(words.term(name))}</span>'


def _provisional_sign(words: Words) -> str:
    return f'<abbr title="{escape(words("provisional"))}">?</abbr>'


def _estimate(value: Estimate, words: Words) -> str:
    reason = f'<small class="range">{escape(words.term(value.reason))}</small>' if value.reason else ""
    if not value.is_defined:
        return f"{DASH}{reason}"
    if not value.has_interval:
        return f"{two_digits(value.value)}{reason}"
    interval = f"{two_digits(value.low)} … {two_digits(value.high)}"
    return f'{two_digits(value.value)}<small class="range">{interval}</small>'


@lru_cache(maxsize=CACHED)
def number(value: float | None) -> str:
    """Return points as people write them: at most two decimals, without trailing zeros."""
    if value is None or math.isnan(value):
        return DASH
    return two_digits(value).rstrip("0").rstrip(".")


def two_digits(value: float) -> str:
    """Return a coefficient with two decimals."""
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "\N{MINUS SIGN}")  # no -0.00


def clipped(text: str) -> str:
    """Return a text, cut off if it is too long for a page."""
    return text if len(text) <= MAX_MESSAGE_CHARS else f"{text[:MAX_MESSAGE_CHARS]}…"
