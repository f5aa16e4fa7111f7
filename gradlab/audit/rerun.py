"""Examine whole notebooks: with several seeds, and to measure their time."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gradlab.audit.exercises import asked_cell, cells_of, is_judged
from gradlab.audit.trials import Verdict, results_of, source_at, verdicts_on
from gradlab.checks import seed_everything
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.desk import desk
from gradlab.examiner.notebook import warmth_of
from gradlab.examiner.ways import BY_VALUE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.ways import Ways

N_SEEDS = 5


@dataclass(frozen=True)
class Rerun:
    """A notebook to examine as a whole.

    Args:
        path: the path of the source notebook.
        language: the language to show it in.
        stubs: the texts of the solution cells, by their names; None for the reference.
        asked: how test cells are asked that are not plainly asked by value, by their names.
    """

    path: Path
    language: str
    stubs: Mapping[str, str] | None = None
    asked: Ways = field(default_factory=dict)


def examine_again(seed: int, reruns: list[Rerun], settings: Settings) -> list[tuple[Verdict, ...]]:
    """Examine notebooks without their pictures; return the verdicts on their test cells."""
    return [_examined(seed, rerun, settings) for rerun in reruns]


def _examined(seed: int, rerun: Rerun, settings: Settings) -> tuple[Verdict, ...]:
    seed_everything(seed)
    cells = [ExamCell(f"{inspect.getsource(seed_everything)}\nseed_everything({seed})")]
    for cell in cells_of(rerun.path, rerun.language):
        if not cell.is_picture:
            source = cell.source if rerun.stubs is None else rerun.stubs.get(cell.name, cell.source)
            known = rerun.asked.get(cell.name, BY_VALUE)
            cells.append(asked_cell(cell, source, known if is_judged(known) else BY_VALUE))
    notebook, asked = source_at(rerun.path), replace(settings, language=rerun.language)
    return desk().examine(
        lambda zygote: tuple(verdicts_on(notebook, cells, zygote, asked)), warmth_of(notebook, asked)
    )


def timed(path: Path, settings: Settings) -> list[tuple[str, float]]:
    """Examine the reference as a submission; return (cell, seconds) for each code cell that runs."""
    cells = [cell for cell in cells_of(path, settings.language) if settings.skip_tag not in cell.tags]
    exam_cells = [ExamCell(cell.source, is_test=cell.is_test, name=cell.name) for cell in cells]
    names = [cell.name or f"code cell {number}" for number, cell in enumerate(cells, start=1)]
    notebook = source_at(path)
    for _ in range(2):  # the first time includes slow imports
        results = desk().examine(
            lambda zygote: list(results_of(notebook, exam_cells, zygote, settings)),
            warmth_of(notebook, settings),
        )
    return [(name, result.elapsed_s) for name, result in zip(names, results, strict=True)]
