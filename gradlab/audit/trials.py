"""Trials: one answer to one exercise, examined as the grading engine would examine a student's.

A trial runs only what the exercise needs: the given cells, the reference solutions of the other exercises,
the answer, and the exercise's own test cells.
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
        """Whether the trial can stop at the first failing test cell."""
        return self in {TrialKind.WRONG, TrialKind.MUTANT}


@dataclass(frozen=True)
class Trial:
    """An answer to examine.

    Args:
        kind: what it is known to be.
        title: what is special about it; for a misconception, its name.
        code: its text.
        diff: for a mutant, how it differs from the reference.
    """

    kind: TrialKind
    title: str
    code: str
    diff: str = ""


@dataclass(frozen=True)
class Verdict:
    """The result of one test cell.

    Args:
        cell: its name.
        outcome: a value of `Outcome`.
        message: the message to the student.
        misconception: the name of the misconception that the answer shows, "" if it shows no known one.
        elapsed_s: how long it took.
    """

    cell: str
    outcome: str
    message: str = ""
    misconception: str = ""
    elapsed_s: float = 0.0

    @property
    def has_passed(self) -> bool:
        """Whether the answer earns the points of the cell."""
        return self.outcome == Outcome.PASSED

    @property
    def costs_points(self) -> bool:
        """Whether the answer loses the points of the cell; a fault of the instructor costs none."""
        return Outcome(self.outcome).costs_points


@dataclass(frozen=True)
class Examined:
    """The result of a trial: the verdicts of the test cells, and how close it came to being right."""

    verdicts: tuple[Verdict, ...]
    near: Near

    @property
    def has_passed(self) -> bool:
        """Whether it gets full points."""
        return all(verdict.has_passed for verdict in self.verdicts)

    @property
    def is_killed(self) -> bool:
        """Whether it loses the points of a test cell."""
        return any(verdict.costs_points for verdict in self.verdicts)


def examine_trials(
    path: Path, exercise: AuditedExercise, trials: Sequence[Trial], settings: Settings, wrong_s: float
) -> list[Examined]:
    """Examine answers to one exercise.

    Args:
        path: the path of the source notebook.
        exercise: the exercise.
        trials: the answers.
        settings: how the course wants its submissions examined.
        wrong_s: the time limit of one cell with a wrong answer.
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
        CourseError: if there is none.
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
    """Tell whether a failure is so clear that further test cells could not make it clearer."""
    return not comparisons or nearest(comparisons).clearest >= SANE


def _asked(cell: Cell, kind: TrialKind) -> str:
    """Return the text to run: only the deciding part of a test cell unless the answer has to pass it all."""
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
    """Examine the cells of a notebook; yield the result of each as it comes, without warnings."""
    exam = exam_of(cells, notebook, zygote, settings)
    with warnings.catch_warnings(), closing(exam.each_result()) as results:
        warnings.simplefilter("ignore")
        yield from results
