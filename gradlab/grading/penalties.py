"""Late penalties, as nbgrader's plug-in computes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


class _Scored(NamedTuple):
    """What nbgrader's rule reads of a submitted notebook."""

    score: float


@dataclass(frozen=True)
class Penalties:
    """The penalties of a course.

    Args:
        steps: nbgrader's preprocessors that compute them; the first that gives one counts.
    """

    steps: Sequence[Any]

    def of(self, student: str, score: float, seconds_late: float) -> float | None:
        """Return the late penalty for a notebook in points, None if there is none.

        Args:
            student: who submitted it.
            score: its points.
            seconds_late: how late it was submitted; more than 0.
        """
        for step in self.steps:
            penalty = step.plugin_inst.late_submission_penalty(student, score, seconds_late)
            if penalty is not None:
                return float(step._check_late_penalty(_Scored(score), penalty))  # noqa: SLF001  # nbgrader's own rule
        return None
