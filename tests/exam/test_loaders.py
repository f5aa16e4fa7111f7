"""Loaders of torch in the sandbox, where no worker process can be started."""

from __future__ import annotations

from exams import verdict

from gradlab.base.outcome import Outcome

WITH_WORKERS = """
import torch
from torch.utils.data import DataLoader

def order(**options):
    numbers = DataLoader(range(20), 3, shuffle=True, generator=torch.Generator().manual_seed(5), **options)
    return [batch.tolist() for _ in range(2) for batch in numbers]

def triple(x):
    options = {"num_workers": 2, "timeout": 9, "prefetch_factor": 4}
    loader = DataLoader([x] * 3, batch_size=2, persistent_workers=True, **options)
    sums = [sum(float(batch.sum()) for batch in loader) for _ in range(2)]
    is_usual = order(**options) == order() and loader.num_workers == 2
    return sums[0] if is_usual and sums[0] == sums[1] else None
"""


def test_a_loader_that_asks_for_workers_loads_without_them(zygote, triple):
    """A right answer loses nothing by workers: the batches and their order are those without workers."""
    result = verdict(zygote, triple, WITH_WORKERS)
    assert (result.outcome, result.message) == (Outcome.PASSED, "")
