"""Loaders of torch: their worker processes can't be started in the sandbox."""

from __future__ import annotations

import functools
import sys
from typing import Any


def load_without_workers() -> None:
    """Let each `DataLoader` load in its own process from now on, however many workers it asks for.

    Batches and their order stay the same: they are drawn there anyway. If torch is not imported, do nothing.
    """
    loader: Any = getattr(sys.modules.get("torch.utils.data"), "DataLoader", None)
    usual = getattr(loader, "_get_iterator", None)
    if usual is None or hasattr(usual, "__wrapped__"):
        return

    @functools.wraps(usual)
    def in_its_own_process(self: Any) -> Any:
        asked = self.num_workers, self.timeout
        self.num_workers = self.timeout = 0
        try:
            return usual(self)
        finally:
            self.num_workers, self.timeout = asked

    loader._get_iterator = in_its_own_process  # noqa: SLF001  # torch has no other place for it
