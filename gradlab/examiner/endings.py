"""The outcomes if an examinee can't answer, or ends."""

from __future__ import annotations

import errno
import signal

from gradlab.base.outcome import Outcome
from gradlab.examiner.session import ExamineeError, OutOfMemory, Stalled, TimedOut, Violation

OUTCOME_OF_ERROR: dict[type[ExamineeError], Outcome] = {
    Stalled: Outcome.UNDECIDED,
    TimedOut: Outcome.TIMED_OUT,
    OutOfMemory: Outcome.OUT_OF_MEMORY,
    Violation: Outcome.VIOLATION,
}
# Limits of memory and time end no examinee with one of these; an examinee can't send them to itself.
_FROM_OUTSIDE = {signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGQUIT, signal.SIGTERM}


def outcome_of_ending(exit_code: int) -> Outcome:
    """Return the outcome that an exit code means; a negative code is a signal."""
    if exit_code == -signal.SIGSYS:  # the system-call filter, or the watchdog because of its threads
        return Outcome.VIOLATION
    if exit_code == -signal.SIGXFSZ:  # the watchdog, because of its files
        return Outcome.OUTPUT_FLOOD
    if exit_code == errno.ENOMEM:  # the examinee itself, if it has no room for an answer
        return Outcome.OUT_OF_MEMORY
    return Outcome.UNDECIDED if -exit_code in _FROM_OUTSIDE else Outcome.EXITED
