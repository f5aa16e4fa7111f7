"""The time that a student's code uses, without the time that the machine makes it wait.

Two things count: the processor time of an examinee, and the time in which it waits voluntarily, as in a
sleep. Time does not count if the examinee could run but has no processor, is stopped or waits for a disk, or
if this process is stopped itself.
"""

from __future__ import annotations

import time
from pathlib import Path

SLICE_S = 0.1  # between two looks; no more than this counts as waiting

_SLEEPING = frozenset("SXZ")  # voluntarily, or forever
_OF_A_PROCESS = 2  # CPUCLOCK_SCHED, in the kernel's numbering of processor clocks


class Clock:
    """The time that one examinee uses.

    Args:
        pid: of the examinee, as this process sees it.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._clock = (~pid << 3) | _OF_A_PROCESS
        self.start()

    def start(self) -> None:
        """Forget the time until now."""
        self._seen_s, self._processor_s = time.monotonic(), self._read()

    def busy_s(self) -> float:
        """Return the processor seconds since the last look, at most the seconds that have passed."""
        seen_s, processor_s = self._seen_s, self._processor_s
        self.start()
        return min(max(self._processor_s - processor_s, 0.0), self._seen_s - seen_s)

    def used_s(self) -> float:
        """Return the seconds since the last look that count; it must not be longer ago than `SLICE_S`."""
        seen_s = self._seen_s
        busy_s = self.busy_s()
        is_waiting = busy_s < SLICE_S and self._waits_voluntarily()
        return max(busy_s, min(self._seen_s - seen_s, SLICE_S)) if is_waiting else busy_s

    def _read(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has ended
            return 0.0

    def _waits_voluntarily(self) -> bool:
        """Tell whether all its threads sleep; True if their states can't be read."""
        states = set()
        for status in Path(f"/proc/{self._pid}/task").glob("*/stat"):
            try:
                states.add(status.read_text().rpartition(")")[2].split()[0])
            except OSError:  # the thread has ended
                continue
        return states <= _SLEEPING
