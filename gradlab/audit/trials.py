"""Trials: one answer to one exercise, examined as the grading engine would examine a student's.

A trial runs only what the exercise needs: the given cells, the reference solutions of other exercises that
they use, the answer, and the exercise's own test cells. A test cell that varies is asked in several variants,
one after the other.
"""

from __future__ import annotations

import warnings
from contextlib import closing
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from gradlab.audit.cache import digest
from gradlab.audit.closeness import SANE, Near, distance_of, nearest
from gradlab.audit.exercises import asked_cell, cells_of, needed_cells
from gradlab.audit.hidden import varies
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import read_source
from gradlab.base.errors import CourseError
from gradlab.base.outcome import Outcome
from gradlab.checks import N_VARIANTS, noted_comparisons
from gradlab.examiner.credit import share_of, shown_value
from gradlab.examiner.desk import desk
from gradlab.examiner.notebook import exam_of, warmth_of
from gradlab.examiner.ways import BY_VALUE, Way

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from gradlab.audit.exercises import AuditedExercise, Cell
    from gradlab.authoring.source import SourceNotebook
    from gradlab.checks import Comparison
    from gradlab.examinee.zygote import Zygote
    from gradlab.examiner.cells import ExamCell
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.result import CellResult


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
    CHEAT = "cheat"

    @property
    def is_right(self) -> bool:
        """Whether it deserves full points."""
        return self in {TrialKind.REFERENCE, TrialKind.RIGHT, TrialKind.EQUIVALENT}

    @property
    def stops_early(self) -> bool:
        """Whether the trial can stop at the first failing test cell."""
        return self in {TrialKind.WRONG, TrialKind.MUTANT}

    @property
    def is_measured(self) -> bool:
        """Whether it counts how close it comes to being right."""
        return self in {TrialKind.MISCONCEPTION, TrialKind.MUTANT}

    @property
    def is_explained(self) -> bool:
        """Whether it counts what is told of a failure."""
        return self.is_right or self in {TrialKind.FLOAT32, TrialKind.MISCONCEPTION}

    def settles(self, comparison: Comparison) -> bool:
        """Tell whether a comparison that fails says enough about an answer that needs no explanation."""
        return not self.is_measured or distance_of(comparison) >= SANE

    def noted(self) -> AbstractContextManager[list[Comparison]]:
        """Collect the comparisons that `check` makes, no more of them than needed."""
        return noted_comparisons(None if self.is_explained else self.settles)


@dataclass(frozen=True)
class Trial:
    """An answer to examine.

    Args:
        kind: what it is known to be.
        title: what is special about it; for a misconception, its name.
        code: its text.
        diff: for a mutant, how it differs from the reference.
        advice: for a cheat, what to do about a test cell that it wins.
    """

    kind: TrialKind
    title: str
    code: str
    diff: str = ""
    advice: str = ""

    @property
    def variants(self) -> tuple[int, ...]:
        """The variants of the tests to try it in: all if it must pass, else two, which its text chooses."""
        if self.kind.is_right or self.kind is TrialKind.FLOAT32:
            return tuple(range(N_VARIANTS))
        number = int(digest(self.title, self.code), 16)
        first, step = number % N_VARIANTS, 1 + number // N_VARIANTS % (N_VARIANTS - 1)
        return first, (first + step) % N_VARIANTS


@dataclass(frozen=True)
class Verdict:
    """The result of one test cell, in one variant.

    Args:
        cell: its name.
        outcome: a value of `Outcome`.
        message: the message to the student.
        misconception: the name of the misconception that the answer shows, "" if it shows no known one.
        elapsed_s: how long it took.
        variant: the variant; None if the cell asks the same in all of them.
        value: the value that the cell shows, which nbgrader may take for points; "" if it has a hidden part.
        share: the part of the cell's points that an answer which passes earns: less than 1 if the cell shows
            a number that nbgrader takes for fewer points.
    """

    cell: str
    outcome: str
    message: str = ""
    misconception: str = ""
    elapsed_s: float = 0.0
    variant: int | None = None
    value: str = ""
    share: float = 1.0

    @property
    def has_passed(self) -> bool:
        """Whether the answer earns all points of the cell."""
        return self.outcome == Outcome.PASSED and self.share == 1

    @property
    def costs_points(self) -> bool:
        """Whether the answer loses points of the cell; a fault of the instructor costs none."""
        return Outcome(self.outcome).costs_points or self.share < 1

    @property
    def is_won(self) -> bool:
        """Whether the answer earns points of the cell, or loses none because of a fault of the instructor."""
        return not Outcome(self.outcome).costs_points and self.share > 0

    @property
    def told(self) -> str:
        """The outcome, in words."""
        return self.outcome if self.share == 1 else f"{self.outcome} with {self.share:.0%} of the points"


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
        """Whether it loses the points of a test cell, in each variant that was tried."""
        return not self.survived

    @property
    def survived(self) -> list[int | None]:
        """The variants in which it gets full points; None stands for all if no cell varies."""
        tried = {verdict.variant for verdict in self.verdicts if verdict.variant is not None}
        return [variant for variant in tried or [None] if not _kills(self.verdicts, variant)]


def _kills(verdicts: Sequence[Verdict], variant: int | None) -> bool:
    """Tell whether a test cell takes the points in a variant."""
    return any(verdict.costs_points and verdict.variant in {variant, None} for verdict in verdicts)


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
        if not cell.is_picture and (not cell.is_test or cell.name in exercise.examined_tests)
    ]
    while cells and not cells[-1].is_test:  # nothing asks for what comes after the last test cell
        cells.pop()
    found: list[Examined] = []
    for are_cheats, group in groupby(trials, key=lambda trial: trial.kind is TrialKind.CHEAT):
        if are_cheats:
            found += _examined_together(notebook, cells, exercise, list(group), hasty)
        else:
            for trial in group:
                limited = hasty if trial.kind.stops_early else settings
                found.append(_examined(notebook, cells, exercise, trial, limited))
    return found


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
    notebook: SourceNotebook,
    cells: Sequence[Cell],
    exercise: AuditedExercise,
    trial: Trial,
    settings: Settings,
) -> Examined:
    needed = needed_cells(cells, exercise.name, trial.code)
    exam_cells = [asked for cell in needed for asked in _asked(cell, exercise, trial)]

    def exam(zygote: Zygote) -> Examined:
        verdicts = []
        coming = verdicts_on(notebook, exam_cells, zygote, settings)
        with trial.kind.noted() as comparisons, closing(coming):
            for verdict in coming:
                verdicts.append(verdict)
                is_dead = all(_kills(verdicts, variant) for variant in trial.variants)
                if trial.kind.stops_early and is_dead and _is_clear(trial.kind, comparisons):
                    break
            return Examined(tuple(verdicts), nearest(comparisons) if trial.kind.is_measured else Near())

    return desk().examine(exam, warmth_of(notebook, settings))


def _examined_together(
    notebook: SourceNotebook,
    cells: Sequence[Cell],
    exercise: AuditedExercise,
    trials: Sequence[Trial],
    settings: Settings,
) -> list[Examined]:
    """Examine answers one after the other in the same examinee, which is faster.

    Only cheats are examined so: what an earlier one has left behind makes no later one right.
    """
    exam_cells: list[ExamCell] = []
    for trial in trials:
        chosen = [cell for cell in cells if not exam_cells or cell.is_test or cell.name == exercise.name]
        exam_cells += [asked for cell in chosen for asked in _asked(cell, exercise, trial)]

    def exam(zygote: Zygote) -> list[Verdict]:
        with TrialKind.CHEAT.noted():
            return list(verdicts_on(notebook, exam_cells, zygote, settings))

    verdicts = desk().examine(exam, warmth_of(notebook, settings))
    n_each = len(verdicts) // len(trials)
    starts = (place * n_each for place in range(len(trials)))
    return [Examined(tuple(verdicts[start : start + n_each]), Near()) for start in starts]


def _is_clear(kind: TrialKind, comparisons: Sequence[Comparison]) -> bool:
    """Tell whether a failure is so clear that further test cells could not make it clearer."""
    return not comparisons or any(map(kind.settles, comparisons))


def _asked(cell: Cell, exercise: AuditedExercise, trial: Trial) -> list[ExamCell]:
    """Return the cells that an answer to an exercise is examined with, in the place of a cell.

    An answer that need not pass everything gets only the deciding part of a test cell. If that part varies,
    it comes once for each variant.
    """
    asked = exercise.asked.get(cell.name, BY_VALUE)
    if not cell.is_test:
        is_answered = cell.is_solution and cell.name == exercise.name
        return [asked_cell(cell, trial.code if is_answered else cell.source, asked)]
    source = cell.source if trial.kind.is_right else cell.deciding
    if asked.way is Way.BESIDE or not varies(split_test(cell.source)[1]):
        return [asked_cell(cell, source, asked)]
    texts = [source, *[cell.deciding] * (len(trial.variants) - 1)]
    return [
        asked_cell(cell, text, asked, variant) for text, variant in zip(texts, trial.variants, strict=True)
    ]


def verdicts_on(
    notebook: SourceNotebook, cells: Sequence[ExamCell], zygote: Zygote, settings: Settings
) -> Generator[Verdict, None, None]:
    """Examine the cells of a notebook; yield the verdict of each test cell as it comes."""
    with closing(results_of(notebook, cells, zygote, settings)) as results:
        for cell, result in zip(cells, results, strict=True):
            if cell.is_test:
                value = shown_value(result) if cell.is_all_visible and cell.asked.way is Way.VALUE else ""
                yield Verdict(
                    cell.name,
                    str(result.outcome),
                    result.message,
                    result.misconception,
                    result.elapsed_s,
                    cell.variant,
                    value,
                    share_of(cell, result),
                )


def results_of(
    notebook: SourceNotebook, cells: Sequence[ExamCell], zygote: Zygote, settings: Settings
) -> Generator[CellResult, None, None]:
    """Examine the cells of a notebook; yield the result of each as it comes, without warnings."""
    exam = exam_of(cells, notebook, zygote, settings)
    with warnings.catch_warnings(), closing(exam.each_result()) as results:
        warnings.simplefilter("ignore")
        yield from results
