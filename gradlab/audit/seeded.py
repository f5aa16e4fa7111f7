"""A process that is started anew, in which texts hash by a seed of their own.

Only what is light is imported above: what is heavy, the process and its zygote import side by side.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from gradlab.zygote import Zygote

HASH_SEED = "PYTHONHASHSEED"


def seeded_process(seed: int) -> ProcessPoolExecutor:
    """Return a process, started now, in which this is the seed of hashes, as it is in its examinees."""
    executor = ProcessPoolExecutor(
        1, multiprocessing.get_context("spawn"), initializer=_prepare, initargs=(seed,)
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


def _prepare(seed: int) -> None:
    """Start the zygote and import what hidden tests import."""
    zygote = Zygote.started(hash_seed=seed)
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as for the command
    from gradlab.pool import import_what_tests_import  # noqa: PLC0415  # slow
    from gradlab.submission import desk  # noqa: PLC0415  # slow

    import_what_tests_import()
    desk().nursery = zygote
