"""What the resident grader has done: a line for each submission, in a file for each day."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from contextlib import suppress
from dataclasses import asdict, dataclass
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Served:
    """A submission that has been graded.

    Args:
        name: of the submission in the exchange.
        student: who submitted it.
        assignment: to which assignment.
        at: when its feedback was released, or it was graded without any; seconds since 1970.
        took_s: seconds since it was complete in the exchange, None if it was there before the grader.
    """

    name: str
    student: str
    assignment: str
    at: float
    took_s: float | None = None


class Journal:
    """The submissions that were graded today; what it says after a restart is read from its file.

    Args:
        folder: of its files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._day = ""
        self._today: list[Served] = []
        self._n_graded: Counter[tuple[str, str]] = Counter()

    def add(self, served: Served) -> None:
        """Write a line."""
        self._turn_page()
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            # The line end goes first, so that a line that was cut off spoils no other.
            file.write(f"\n{json.dumps(asdict(served), ensure_ascii=False)}")
        self._count(served)

    def names(self) -> set[str]:
        """Return the names of all submissions that were graded, on any day."""
        return {served.name for path in self._folder.glob("*.jsonl") for served in _lines(path)}

    def n_graded(self, student: str, assignment: str) -> int:
        """Return how many submissions of a student were graded today."""
        self._turn_page()
        return self._n_graded[student, assignment]

    @property
    def n_today(self) -> int:
        """How many submissions were graded today."""
        self._turn_page()
        return len(self._today)

    def latency_s(self) -> tuple[float, float] | None:
        """Return median and 95th percentile of the seconds from arrival to feedback, today."""
        self._turn_page()
        times = [served.took_s for served in self._today if served.took_s is not None]
        if not times:
            return None
        return median(times), max(times) if len(times) == 1 else quantiles(times, n=20, method="inclusive")[
            -1
        ]

    @property
    def _file(self) -> Path:
        return self._folder / f"{self._day}.jsonl"

    def _turn_page(self) -> None:
        day = dt.datetime.now().astimezone().date().isoformat()
        if day != self._day:
            self._day = day
            self._today.clear()
            self._n_graded.clear()
            for served in _lines(self._file):
                self._count(served)

    def _count(self, served: Served) -> None:
        self._today.append(served)
        self._n_graded[served.student, served.assignment] += 1


def _lines(path: Path) -> Iterator[Served]:
    """Yield the lines of a file; the last one may be half written."""
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        with suppress(ValueError, TypeError):
            yield Served(**json.loads(line))
