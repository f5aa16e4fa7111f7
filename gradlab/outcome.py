"""What can become of a test cell: the one list from which report, attention list and messages are derived.

To add an outcome, add it here, and its texts to ``report/terms.toml`` and, if the student is told more than
what the test says, to ``examiner/messages.toml``.
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
    """Base of words with a tone: each member is its text and its tone."""

    tone: Tone

    def __new__(cls, text: str, tone: Tone = Tone.PLAIN) -> Self:
        """Return the word with its tone."""
        self = str.__new__(cls, text)
        self._value_ = text
        self.tone = tone
        return self


class Outcome(Toned):
    """The ways a cell can go. A person has to look at each outcome with the tone of an alarm."""

    PASSED = "passed"
    FAILED = "failed", Tone.BAD
    RAISED = "raised", Tone.BAD
    TIMED_OUT = "timed out", Tone.BAD
    OUT_OF_MEMORY = "out of memory", Tone.BAD
    OUTPUT_FLOOD = "output flood", Tone.BAD
    EXITED = "exited", Tone.BAD
    NOT_ATTEMPTED = "not attempted", Tone.SOFT
    EXAMINER_ERROR = "examiner error", Tone.ALARM
    VIOLATION = "violation", Tone.ALARM

    @property
    def costs_points(self) -> bool:
        """Whether the cell loses its points; the instructor's own fault costs none."""
        return self not in {Outcome.PASSED, Outcome.EXAMINER_ERROR}
