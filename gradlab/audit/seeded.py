"""A new process with its own hash seed for strings.

Its zygote is forked from it after the slow imports of both. So its examinees could find there what it holds
by then: nothing but the environment, as an audit's examinees run the course's own answers.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor

from gradlab.authoring.hidden_marks import HiddenMarks, marks_in_use, use_marks
from gradlab.base.startup import skip_slow_grammar
from gradlab.examinee.zygote import ENVIRONMENT, Warmth, Zygote

HASH_SEED = "PYTHONHASHSEED"


def seeded_process(seed: int, warmth: Warmth) -> ProcessPoolExecutor:
    """Start and return a process with a hash seed, which its examinees share.

    Args:
        seed: the hash seed.
        warmth: what to import and do before the first exam.
    """
    executor = ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(warmth, marks_in_use())
    )
    before = os.environ.get(HASH_SEED)
    os.environ[HASH_SEED] = str(seed)
    try:
        executor.submit(os.getpid)
    finally:
        del os.environ[HASH_SEED]
        if before is not None:
            os.environ[HASH_SEED] = before
    return executor


def _prepare(warmth: Warmth, marks: HiddenMarks) -> None:
    """Start the zygote, and import what hidden tests import."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    use_marks(marks)
    os.environ.update(ENVIRONMENT)
    warmth.import_modules()
    zygote = Zygote.forked()
    zygote.warm(warmth)
    skip_slow_grammar()
    from gradlab.examiner.desk import desk  # noqa: PLC0415  # slow

    desk().take(zygote)
