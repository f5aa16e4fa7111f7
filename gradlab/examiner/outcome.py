"""What became of a test cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Output = dict[str, Any]


class Outcome(StrEnum):
    """The ways a cell can go."""

    PASSED = "passed"
    FAILED = "failed"
    RAISED = "raised"
    TIMED_OUT = "timed out"
    OUT_OF_MEMORY = "out of memory"
    OUTPUT_FLOOD = "output flood"
    EXITED = "exited"
    VIOLATION = "violation"
    NOT_ATTEMPTED = "not attempted"
    EXAMINER_ERROR = "examiner error"


@dataclass(frozen=True)
class CellResult:
    """One cell after the exam: its outputs, its number, what became of it, and what the student is told.

    `elapsed_s` is the time that all this took. Of a test cell whose `check` failed also its exercise, the
    misconception, and what came instead: see `gradlab.checks.CheckFailed`.
    """

    outputs: list[Output] = field(default_factory=list)
    number: int | None = None
    outcome: Outcome = Outcome.PASSED
    message: str = ""
    elapsed_s: float = 0.0
    exercise: str = ""
    misconception: str = ""
    returned: list[dict[str, Any]] | None = None
