"""The result of one cell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from gradlab.base.outcome import Outcome

Output = dict[str, Any]

_MAX_CHARS = 200


def cut(message: str) -> str:
    """Return the first characters of a message that may tell what an examinee has heard."""
    return message if len(message) <= _MAX_CHARS else f"{message[: _MAX_CHARS - 1]}…"


@dataclass(frozen=True)
class CellResult:
    """One cell after the exam.

    Args:
        outputs: as the examinee sends them.
        number: the cell's execution count.
        outcome: how it went.
        message: what the student is told.
        elapsed_s: the time that it took, hidden part included.
        exercise: the exercise of a failed `check`; see `gradlab.checks.CheckFailed`, also for the next three.
        misconception: the misconception that the answer shows.
        returned: what the answer returned, if it shows no known misconception.
        case: the case that failed.
        variant: of the hidden test that was asked; see `gradlab.checks.use_variant`.
        decided: how two exams came to this, "" if one was enough; see `gradlab.examiner.again`.
        credit: the number that a hidden part shows, which may be the points; "" if it shows none.
        uses_methods: whether the hidden part passed, and asked attributes or methods of a student's object.
        is_uncertain: whether the hidden part failed in a way that may come from how values arrive.
    """

    outputs: list[Output] = field(default_factory=list)
    number: int | None = None
    outcome: Outcome = Outcome.PASSED
    message: str = ""
    elapsed_s: float = 0.0
    exercise: str = ""
    misconception: str = ""
    returned: list[dict[str, Any]] | None = None
    case: dict[str, Any] | None = None
    variant: int = 0
    decided: str = ""
    credit: str = ""
    uses_methods: bool = False
    is_uncertain: bool = False
