"""The working directory, which belongs to the whole process: one thread at a time changes it for a while."""

from __future__ import annotations

import contextlib
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOCK = threading.RLock()
"""Held while the working directory is another; else two threads could each restore what the other has set."""


@contextlib.contextmanager
def working_in(folder: Path) -> Iterator[None]:
    """Make a folder the working directory for a while."""
    with LOCK, contextlib.chdir(folder):
        yield
