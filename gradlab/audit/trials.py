"""Trials: one answer to one exercise, examined by the engine as a student's would be.

A trial runs what the exercise needs and no more: the given cells, the reference solutions of the other
exercises, the answer, and the exercise's own test cells.
"""

from __future__ import annotations

import warnings
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from gradlab.audit.closeness import SANE, Near, nearest
from gradlab.audit.exercises import cells_of
from gradlab.authoring.source import read_source
from gradlab.checks import noted_comparisons
from gradlab.errors import CourseError
from gradlab.examiner.desk import desk
from gradlab.examiner.exam import ExamCell
from gradlab.examiner.notebook import exam_of, warmth_of
from gradlab.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from pathlib import Path

    from gradlab.audit.exercises import AuditedExercise, Cell
    from gradlab.authoring.source import SourceNotebook
    from gradlab.checks import Comparison
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.result import CellResult
    from gradlab.zygote import Zygote


class TrialKind(StrEnum):
    """What an answer is known to be."""

    REFERENCE = "reference"
    RIGHT = "right"
    EQUIVALENT = "equivalent"
    FLOAT32 = "float32"
    NOTHING = "nothing"
    MISCONCEPTION = "misconception"
    WRONG = "wrong"
    MUTANT = "mutant"

    @property
    def is_right(self) -> bool:
        """Whether it deserves full points."""
        return self in {TrialKind.REFERENCE, TrialKind.RIGHT, TrialKind.EQUIVALENT}

    @property
    def stops_early(self) -> bool:
        """Whether one failing test cell says all."""
        return self in {TrialKind.WRONG, TrialKind.MUTANT}


@dataclass(frozen=True)
class Trial:
    """An answer that is to be examined.

    Args:
        kind: what it is known to be.
        title: what is special about it; of a misconception, its name.
        code: its text.
        diff: of a mutant, how it differs from the reference.
    """

    kind: TrialKind
    title: str
    code: str
    diff: str = ""


@dataclass(frozen=True)
class Verdict:
    """What became of one test cell.

    Args:
        cell: its name.
        outcome: what became of it.
        message: what the student is told.
        misconception: the name of the one that is named, if any.
        elapsed_s: how long it took.
    """

    cell: str
    outcome: str
    message: str = ""
    misconception: str = ""
    elapsed_s: float = 0.0

    @property
    def has_passed(self) -> bool:
        """Whether it gives its points."""
        return self.outcome == Outcome.PASSED

    @property
    def costs_points(self) -> bool:
        """Whether it takes its points away; the instructor's own fault does not."""
        return Outcome(self.outcome).costs_points


@dataclass(frozen=True)
class Examined:
    """What became of a trial: the verdicts of the test cells, and how near it came to be right."""

    verdicts: tuple[Verdict, ...]
    near: Near

    @property
    def has_passed(self) -> bool:
        """Whether it gets full points."""
        return all(one.has_passed for one in self.verdicts)

    @property
    def is_killed(self) -> bool:
        """Whether a test cell takes its points away."""
        return any(one.costs_points for one in self.verdicts)


def examine_trials(
    path: Path, exercise: AuditedExercise, trials: Sequence[Trial], settings: Settings, wrong_s: float
) -> list[Examined]:
    """Examine answers to one exercise.

    Args:
        path: of the source notebook.
        exercise: the exercise.
        trials: the answers.
        settings: how the course wants its submissions examined.
        wrong_s: the seconds that one cell with a wrong answer may take.
    """
    notebook = source_at(path)
    hasty = replace(settings, limits=replace(settings.limits, cell_s=min(wrong_s, settings.limits.cell_s)))
    cells = [
        cell
        for cell in cells_of(path, settings.language)
        if not cell.is_picture and (not cell.is_test or cell.name in exercise.tests)
    ]
    return [
        _examined(notebook, cells, exercise.name, trial, hasty if trial.kind.stops_early else settings)
        for trial in trials
    ]


def source_at(path: Path) -> SourceNotebook:
    """Return the source notebook at a path.

    Raises:
        CourseError: where there is none.
    """
    notebook = read_source(path)
    if notebook is None:
        raise CourseError(f"There is no source notebook at {path}.")
    return notebook


def _examined(
    notebook: SourceNotebook, cells: Sequence[Cell], name: str, trial: Trial, settings: Settings
) -> Examined:
    exam_cells = [
        ExamCell(
            trial.code if cell.name == name and cell.is_solution else _asked(cell, trial.kind),
            is_test=cell.is_test,
            name=cell.name,
        )
        for cell in cells
    ]

    def exam(zygote: Zygote) -> Examined:
        verdicts = []
        coming = verdicts_on(notebook, exam_cells, zygote, settings)
        with noted_comparisons() as comparisons, closing(coming):
            for verdict in coming:
                verdicts.append(verdict)
                if trial.kind.stops_early and verdict.costs_points and _is_clear(comparisons):
                    break
            return Examined(tuple(verdicts), nearest(comparisons))

    return desk().examine(exam, warmth_of(notebook, settings))


def _is_clear(comparisons: Sequence[Comparison]) -> bool:
    """Tell whether further test cells could not make a failure any clearer."""
    return not comparisons or nearest(comparisons).clearest >= SANE


def _asked(cell: Cell, kind: TrialKind) -> str:
    """Return what is asked: of a test cell only what decides, unless the answer has to pass all of it."""
    return cell.deciding if cell.is_test and not kind.is_right else cell.source


def verdicts_on(
    notebook: SourceNotebook, cells: Sequence[ExamCell], zygote: Zygote, settings: Settings
) -> Generator[Verdict, None, None]:
    """Examine the cells of a notebook; yield the verdict of each test cell as it comes."""
    with closing(results_of(notebook, cells, zygote, settings)) as results:
        for cell, result in zip(cells, results, strict=True):
            if cell.is_test:
                outcome = str(result.outcome)
                yield Verdict(cell.name, outcome, result.message, result.misconception, result.elapsed_s)


def results_of(
    notebook: SourceNotebook, cells: Sequence[ExamCell], zygote: Zygote, settings: Settings
) -> Generator[CellResult, None, None]:
    """Examine the cells of a notebook; yield the result of each as it comes, and warn of nothing."""
    exam = exam_of(cells, notebook, zygote, settings)
    with warnings.catch_warnings(), closing(exam.each_result()) as results:
        warnings.simplefilter("ignore")
        yield from results
