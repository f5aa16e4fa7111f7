"""The desk: this process's zygote, and the exams that use it one at a time.

All exams run here: those of `gradlab autograde`, nbgrader's own commands, formgrader and the audit. Hidden
tests use state that the whole process shares: the zygote's socket, random generators, warning filters. So
exams of several threads take turns.
"""

from __future__ import annotations

import atexit
import threading
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from gradlab.base.errors import ZygoteDiedError
from gradlab.examinee.zygote import Warmth, Zygote

if TYPE_CHECKING:
    from collections.abc import Callable

Examined = TypeVar("Examined")


class Desk:
    """Owns the zygote of this process: started on first use, replaced when it has died."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._nursery: Zygote | None = None
        self._zygote: Zygote | None = None

    def take(self, nursery: Zygote) -> None:
        """Fork zygotes from a running one, as long as it lives."""
        with self._lock:
            self._zygote, self._nursery = None, nursery

    def examine(self, exam: Callable[[Zygote], Examined], warmth: Warmth) -> Examined:
        """Return the result of an exam; if its zygote dies, repeat it once with a new one.

        Args:
            exam: gets a living zygote.
            warmth: what the zygote does first.

        Raises:
            ZygoteDiedError: if the zygote dies twice.
        """
        with self._lock:
            try:
                return exam(self._warm_zygote(warmth))
            except ZygoteDiedError:
                self.close()
                return exam(self._warm_zygote(warmth))

    def close(self) -> None:
        """End the zygote; the next exam starts another one."""
        with self._lock:
            if self._zygote is not None:
                self._zygote.close()
            self._zygote = None

    def _warm_zygote(self, warmth: Warmth) -> Zygote:
        if self._zygote is not None and not self._zygote.is_alive():
            self.close()
        if self._zygote is None:
            self._zygote = self._new_zygote()
        self._zygote.warm(warmth)
        return self._zygote

    def _new_zygote(self) -> Zygote:
        if self._nursery is not None:
            try:
                return self._nursery.further()
            except ZygoteDiedError:
                self._nursery = None
        return Zygote.started()


@cache
def desk() -> Desk:
    """Return this process's desk; its zygote ends with this process at the latest."""
    made = Desk()
    atexit.register(made.close)
    return made
