"""Brings finished exams into the gradebook: spools them at once, records them in batches, tries again."""

from __future__ import annotations

import contextlib
import time
from itertools import islice
from typing import TYPE_CHECKING

from gradlab.base.failures import may_pass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.grading.graded import FinishedExam
    from gradlab.grading.recorded import Recorded
    from gradlab.grading.recorder import Recorder

PATIENCE_S = 60
PAUSE_S = 0.5
MAX_BATCH = 100
MAX_WAITING = 300


class Recording:
    """Exams on their way into the gradebook.

    A locked database, a server that starts again and a full disk only delay them. If that takes longer than
    the patience, exams are given back with the error, but stay in the spool: the next run records them.

    Args:
        recorder: records them.
        patience_s: how long to try without any success, in seconds.
    """

    def __init__(self, recorder: Recorder, patience_s: float = PATIENCE_S) -> None:
        self._recorder = recorder
        self._patience_s = patience_s
        self._waiting: dict[str, FinishedExam] = {}
        self._failing_since_s: float | None = None
        self._next_try_s = 0.0

    def use(self, recorder: Recorder) -> None:
        """Use another recorder of the same assignment from now on."""
        self._recorder = recorder

    def add(self, exam: FinishedExam) -> None:
        """Spool an exam; it then waits for `attempt`."""
        with contextlib.suppress(OSError, ValueError):  # a full disk: it waits in memory alone
            self._recorder.spool.add(exam)
        self._waiting[exam.student] = exam

    def attempt(self) -> Iterator[tuple[str, Recorded | Exception]]:
        """Try to record all that wait; yield the student and the record, or the error, of each that is done.

        If too many wait, this takes until they don't.
        """
        while self._waiting:
            if time.monotonic() >= self._next_try_s:
                yield from self._record_batch()
            if time.monotonic() < self._next_try_s:
                if len(self._waiting) < MAX_WAITING:
                    return
                time.sleep(PAUSE_S)

    def finish(self) -> Iterator[tuple[str, Recorded | Exception]]:
        """Go on until no exam waits; yield as `attempt` does."""
        while self._waiting:
            yield from self.attempt()
            if self._waiting:
                time.sleep(PAUSE_S)

    def _record_batch(self) -> Iterator[tuple[str, Recorded | Exception]]:
        results = self._recorder.record(list(islice(self._waiting.values(), MAX_BATCH)))
        now_s = time.monotonic()
        if any(not isinstance(result, Exception) for result in results.values()):
            self._failing_since_s = None
        delayed = {
            student
            for student, result in results.items()
            if isinstance(result, Exception) and may_pass(result)
        }
        if delayed:
            self._failing_since_s = self._failing_since_s or now_s
            self._next_try_s = now_s + PAUSE_S
            if now_s - self._failing_since_s > self._patience_s:
                delayed = set()
        for student, result in results.items():
            if student not in delayed:
                del self._waiting[student]
                yield student, result
