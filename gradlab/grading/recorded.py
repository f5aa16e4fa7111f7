"""The record of a submission, and what grading would do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Recorded:
    """What has been recorded about a submission.

    Args:
        outcomes: of its test cells; "" if a person has to judge.
        problems: why notebooks are not gradeable.
        notes: what else a person has to look at.
        n_found: how many answers were found.
        n_asked: how many answers the assignment asks for; 0 if that has not been recorded.
    """

    outcomes: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    n_found: int = 0
    n_asked: int = 0

    @classmethod
    def of(cls, content: dict[str, Any]) -> Recorded:
        """Return what a complete outcome file says."""
        notebooks = content["notebooks"].values()
        return cls(
            tuple(cell["outcome"] for notebook in notebooks for cell in notebook.values()),
            tuple(content["problems"]),
            tuple(content.get("notes", ())),
            *content.get("answers", (0, 0)),
        )


@dataclass(frozen=True)
class Forecast:
    """What grading would do with a submission.

    Args:
        student: who submitted it.
        reason: why it would be graded, or not.
        is_examined: whether it would be examined.
    """

    student: str
    reason: str
    is_examined: bool = True
