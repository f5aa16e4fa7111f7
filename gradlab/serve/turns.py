"""Whose submission is graded next: students take turns, and only the newest submission of each counts."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Collection

    from gradlab.serve.inbox import Arrived

Work: TypeAlias = tuple[str, str]
"""A student, and an assignment."""


class Turns:
    """The submissions that wait to be graded, one for each student and assignment."""

    def __init__(self) -> None:
        self._waiting: dict[Work, Arrived] = {}
        self._turns = count(1)
        self._last_turn: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, arrival: Arrived) -> None:
        """Let a submission wait; it takes the place of an older one."""
        work = arrival.student, arrival.assignment
        older = self._waiting.get(work)
        if older is None or older < arrival:
            self._waiting[work] = arrival

    def take(self, busy: Collection[Work]) -> Arrived | None:
        """Return the submission whose turn it is, None if there is none.

        Students who had their last turn longest ago, or none yet, go first; their oldest submission does.

        Args:
            busy: what is being graded, so that a newer submission has to wait.
        """
        free = [arrival for work, arrival in self._waiting.items() if work not in busy]
        if not free:
            return None
        chosen = min(free, key=lambda arrival: (self._last_turn.get(arrival.student, 0), arrival))
        del self._waiting[chosen.student, chosen.assignment]
        self._last_turn[chosen.student] = next(self._turns)
        return chosen
