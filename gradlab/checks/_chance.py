"""Chance: one seed for all generators of random numbers."""

from __future__ import annotations


def seed_everything(seed: int) -> None:
    """Seed Python's own generator, and those of NumPy and torch if they are imported.

    Its source is also sent to an examinee, so it needs nothing from this module.
    """
    import random  # noqa: PLC0415  # as above
    import sys  # noqa: PLC0415  # as above

    random.seed(seed)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(seed)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(seed)
