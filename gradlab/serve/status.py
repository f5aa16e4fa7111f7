"""How the resident grader is doing: a line for people, and the same as JSON for a monitor."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from gradlab.base.replacing import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.serve.server import ResidentGrader


@dataclass(frozen=True)
class ServeStatus:
    """How the resident grader is doing.

    Args:
        assignments: that it serves.
        queue: how many submissions wait.
        running: how many are being graded.
        done_today: how many were graded today.
        median_s: of the seconds from arrival to feedback, today; None if nothing arrived.
        p95_s: their 95th percentile.
        needs_person: how many submissions wait for a person.
        failed: what the grader failed on, and why; it tries again.
    """

    assignments: list[str]
    queue: int
    running: int
    done_today: int
    median_s: float | None
    p95_s: float | None
    needs_person: int
    failed: dict[str, str]

    @classmethod
    def of(cls, server: ResidentGrader) -> ServeStatus:
        """Return how a server is doing now."""
        median_s, p95_s = server.journal.latency_s() or (None, None)
        return cls(
            list(server.assignments),
            len(server.turns),
            server.n_running,
            server.journal.n_today,
            median_s,
            p95_s,
            len(server.waiting_for_person),
            dict(server.failed),
        )

    def line(self) -> str:
        """Return it in a line."""
        parts = [f"queue {self.queue}", f"running {self.running}", f"done today {self.done_today}"]
        if self.median_s is not None and self.p95_s is not None:
            parts.append(f"median {self.median_s:.1f} s, 95 % within {self.p95_s:.1f} s")
        parts.append(f"{self.needs_person} for a person")
        if self.failed:
            parts.append(f"{len(self.failed)} failed, to be tried again")
        return " · ".join(parts)

    def write(self, path: Path) -> None:
        """Write it as JSON, in one step."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        text = json.dumps({"time": now, **asdict(self)}, ensure_ascii=False, indent=1)
        replace_file(path, f"{text}\n".encode())
