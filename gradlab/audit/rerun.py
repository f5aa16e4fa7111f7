"""Whole notebooks, examined again and again: with other seeds, and once with a clock."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gradlab.audit.exercises import cells_of
from gradlab.audit.trials import Verdict, results_of, source_at, verdicts_on
from gradlab.examiner.exam import ExamCell

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gradlab.examiner.room import Settings

N_SEEDS = 5
_SEEDED = "import random, numpy, torch\nrandom.seed({0})\nnumpy.random.seed({0})\ntorch.manual_seed({0})"


@dataclass(frozen=True)
class Rerun:
    """A notebook that is examined as a whole.

    Args:
        path: of the source notebook.
        language: that it is shown in.
        stubs: what stands in the solution cells in place of the reference, by their names.
    """

    path: Path
    language: str
    stubs: Mapping[str, str] | None = None


def examine_again(seed: int, reruns: list[Rerun], settings: Settings) -> list[tuple[Verdict, ...]]:
    """Examine notebooks without their pictures; return the verdicts on their test cells."""
    return [_examined(seed, one, settings) for one in reruns]


def _examined(seed: int, one: Rerun, settings: Settings) -> tuple[Verdict, ...]:
    import numpy as np  # noqa: PLC0415  # slow
    import torch  # noqa: PLC0415  # slow

    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002  # the one that tests use without saying so
    torch.manual_seed(seed)
    cells = [ExamCell(_SEEDED.format(seed))]
    for cell in cells_of(one.path, one.language):
        if not cell.is_picture:
            source = cell.source if one.stubs is None else one.stubs.get(cell.name, cell.source)
            cells.append(ExamCell(source, is_test=cell.is_test, name=cell.name))
    return tuple(verdicts_on(source_at(one.path), cells, replace(settings, language=one.language)))


def timed(path: Path, settings: Settings) -> list[tuple[str, float]]:
    """Examine the reference as a submission; return (cell, seconds) of each code cell that is run."""
    cells = [cell for cell in cells_of(path, settings.language) if settings.skip_tag not in cell.tags]
    exam_cells = [ExamCell(cell.source, is_test=cell.is_test, name=cell.name) for cell in cells]
    names = [cell.name or f"code cell {number}" for number, cell in enumerate(cells, start=1)]
    for _ in range(2):  # the first time, much is imported
        results = list(results_of(source_at(path), exam_cells, settings))
    return [(name, one.elapsed_s) for name, one in zip(names, results, strict=True)]
