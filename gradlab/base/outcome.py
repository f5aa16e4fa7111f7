"""The possible outcomes of a test cell: the single list behind the report, attention list and messages.

To add an outcome, add it here and its texts to ``report/terms.toml``; if students get a message besides the
test's own, add that to ``examiner/messages.toml``.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Tone(StrEnum):
    """How a word looks on a page: the name of a CSS class."""

    PLAIN = "plain"
    SOFT = "soft"
    BAD = "bad"
    ALARM = "alarm"


class Toned(StrEnum):
    """Base of enums whose members are a text with a tone."""

    tone: Tone

    def __new__(cls, text: str, tone: Tone = Tone.PLAIN) -> Self:
        """Return the word with its tone."""
        self = str.__new__(cls, text)
        self._value_ = text
        self.tone = tone
        return self


class Outcome(Toned):
    """What can happen to a test cell. A person has to look at outcomes whose tone is ALARM."""

    PASSED = "passed"
    FAILED = "failed", Tone.BAD
    RAISED = "raised", Tone.BAD
    TIMED_OUT = "timed out", Tone.BAD
    OUT_OF_MEMORY = "out of memory", Tone.BAD
    OUTPUT_FLOOD = "output flood", Tone.BAD
    EXITED = "exited", Tone.BAD
    NOT_ATTEMPTED = "not attempted", Tone.SOFT
    EXAMINER_ERROR = "examiner error", Tone.ALARM
    UNDECIDED = "undecided", Tone.ALARM
    VIOLATION = "violation", Tone.ALARM

    @property
    def is_open(self) -> bool:
        """Whether only a person can say how many points the cell earns."""
        return self in {Outcome.EXAMINER_ERROR, Outcome.UNDECIDED}

    @property
    def costs_points(self) -> bool:
        """Whether the cell loses its points; what is still open costs none."""
        return self is not Outcome.PASSED and not self.is_open
