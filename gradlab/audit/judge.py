"""Find what is wrong with an exercise, from the results of all answers to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from gradlab.audit.closeness import SANE
from gradlab.audit.findings import ExerciseReport, Finding, Rule, Tally, counted
from gradlab.audit.trials import TrialKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gradlab.audit.exercises import AuditedExercise, Cell
    from gradlab.audit.trials import Examined, Trial
    from gradlab.authoring.answer_books import EquivalentMark

    Results: TypeAlias = Sequence[tuple[Trial, Examined]]

N_RIGHT = 3
SLOW_S = 1.0
N_CLOSE = 3  # comparisons shown per exercise
N_CHARS = 120  # characters shown of each


class Judge:
    """Judges one exercise by the results of all answers to it.

    Args:
        exercise: the exercise.
        cells: its test cells, by their names.
        results: the answers, each with its result.
        stale: marks that match no mutant.
    """

    def __init__(
        self,
        exercise: AuditedExercise,
        cells: Mapping[str, Cell],
        results: Results,
        stale: Sequence[EquivalentMark] = (),
    ) -> None:
        self._exercise = exercise
        self._stale = stale
        self._cells = cells
        self._of = {kind: [pair for pair in results if pair[0].kind is kind] for kind in TrialKind}
        wrong = (TrialKind.MISCONCEPTION, TrialKind.MUTANT)
        self._killed = [pair for kind in wrong for pair in self._of[kind] if pair[1].is_killed]

    def report(self) -> ExerciseReport:
        """Return the report on the exercise."""
        misconceptions = self._of[TrialKind.MISCONCEPTION]
        slowest = max(self._times().items(), key=lambda item: item[1], default=("", 0.0))
        margins = [examined.near.clearest for _, examined in self._killed if examined.near.clearest]
        return ExerciseReport(
            self._exercise,
            right=self._tally(TrialKind.RIGHT, lambda examined: examined.has_passed),
            wrong=self._tally(TrialKind.WRONG, lambda examined: examined.is_killed),
            misconceptions=Tally(
                sum(not self._misdiagnosis(*pair) for pair in misconceptions), len(misconceptions)
            ),
            mutants=self._tally(TrialKind.MUTANT, lambda examined: examined.is_killed),
            n_equivalent=len(self._of[TrialKind.EQUIVALENT]),
            margin=min(margins, default=math.inf),
            slowest=slowest,
            findings=tuple(self._findings()),
        )

    def _times(self) -> dict[str, float]:
        """Return the shortest time of each test cell with a right answer, in seconds."""
        times: dict[str, float] = {}
        for kind in (TrialKind.REFERENCE, TrialKind.RIGHT):
            for _, examined in self._of[kind]:
                for verdict in examined.verdicts:
                    shortest_s = times.get(verdict.cell, math.inf)
                    times[verdict.cell] = min(verdict.elapsed_s, shortest_s)
        return times

    def _tally(self, kind: TrialKind, is_good: Callable[[Examined], bool]) -> Tally:
        return Tally(sum(is_good(examined) for _, examined in self._of[kind]), len(self._of[kind]))

    def _findings(self) -> Iterator[Finding]:
        yield from self._on_tests()
        yield from self._on_right_answers()
        yield from self._on_wrong_answers()
        for trial, examined in self._of[TrialKind.MISCONCEPTION]:
            wrong = self._misdiagnosis(trial, examined)
            if wrong:
                yield self._finding(Rule.MISCONCEPTIONS, self._exercise.name, wrong)
        yield from self._on_tolerances()
        for name, seconds in self._times().items():
            if seconds > SLOW_S:
                yield self._finding(Rule.TIME, name, f"takes {seconds:.1f} s")

    def _on_tests(self) -> Iterator[Finding]:
        if not self._exercise.tests:
            yield self._finding(Rule.HIDDEN, self._exercise.name, "no test cell examines it")
        for name in self._exercise.tests:
            if not self._cells[name].is_hidden:
                text = "has no hidden part: an answer can forge its verdict"
                yield self._finding(Rule.HIDDEN, name, text)
        for trial, examined in self._of[TrialKind.NOTHING]:
            for verdict in examined.verdicts:
                if not verdict.costs_points and self._cells[verdict.cell].is_hidden:
                    what = f"{' or '.join(self._exercise.defines)} {trial.title}"
                    text = f"{verdict.outcome} if {what}"
                    yield self._finding(Rule.NOTHING, verdict.cell, text, verdict.message)

    def _on_right_answers(self) -> Iterator[Finding]:
        for kind, rule, what in (
            (TrialKind.REFERENCE, Rule.REFERENCE, "the reference"),
            (TrialKind.RIGHT, Rule.RIGHT, "a right answer"),
            (TrialKind.EQUIVALENT, Rule.RIGHT, "an equivalent answer"),
        ):
            for trial, examined in self._of[kind]:
                for verdict in examined.verdicts:
                    if not verdict.has_passed:
                        title = f"{what}, {trial.title!r}," if trial.title else what
                        yield self._finding(rule, verdict.cell, f"{title} {verdict.outcome}", verdict.message)
        n_right = len(self._of[TrialKind.RIGHT])
        if n_right < N_RIGHT:
            yield self._finding(
                Rule.N_RIGHT, self._exercise.name, f"{counted(n_right, 'right answer')} beside the reference"
            )
        for mark in self._stale:
            text = f"is marked as equivalent ({mark.reason}), but no mutant matches it"
            yield self._finding(Rule.MARKS, self._exercise.name, text, "\n".join(mark.changed))

    def _on_wrong_answers(self) -> Iterator[Finding]:
        if not self._exercise.tests:
            return
        for trial, examined in self._of[TrialKind.MUTANT]:
            if not examined.is_killed:
                yield self._finding(Rule.MUTANTS, self._exercise.name, f"survives: {trial.title}", trial.diff)
        for trial, examined in self._of[TrialKind.WRONG]:
            if not examined.is_killed:
                yield self._finding(Rule.WRONG, self._exercise.name, f"survives: {trial.title}", trial.code)

    def _misdiagnosis(self, trial: Trial, examined: Examined) -> str:
        """Return what is wrong with the diagnosis of a misconception, "" if nothing is."""
        if not examined.is_killed:
            return f"{trial.title} survives"
        named = {
            verdict.misconception
            for verdict in examined.verdicts
            if verdict.costs_points and verdict.misconception
        }
        others = sorted(named - {trial.title})
        if trial.title in named:
            return f"{trial.title} is also taken for {', '.join(others)}" if others else ""
        if others:
            return f"no test input tells {trial.title} from {', '.join(others)}"
        return f"{trial.title} is killed, but no message names it"

    def _on_tolerances(self) -> Iterator[Finding]:
        for _, examined in self._of[TrialKind.FLOAT32]:
            for verdict in examined.verdicts:
                if not verdict.has_passed:
                    text = f"the reference in float32 {verdict.outcome}"
                    yield self._finding(Rule.TOLERANCES, verdict.cell, text, verdict.message)
        close: dict[str, tuple[float, str]] = {}
        for trial, examined in self._killed:
            for asked, distance in examined.near.close.items():
                close[asked] = min(
                    close.get(asked, (math.inf, "")), (distance, f"{trial.kind} {trial.title}")
                )
        if close:
            compared = counted(len(close), "comparison")
            text = f"{compared} with a mutant or misconception less than {SANE:g} tolerances away"
            nearest = sorted(close.items(), key=lambda item: item[1])
            lines = [
                f"{distance:.2g}: {what}: {_short(asked)}" for asked, (distance, what) in nearest[:N_CLOSE]
            ]
            more = len(nearest) - N_CLOSE
            if more > 0:
                lines.append(f"… and {more} more")
            yield self._finding(Rule.TOLERANCES, self._exercise.name, text, "\n".join(lines))

    def _finding(self, rule: Rule, cell: str, text: str, detail: str = "") -> Finding:
        return Finding(rule, f"{self._exercise.assignment}/{self._exercise.notebook}: {cell}", text, detail)


def _short(asked: str) -> str:
    return asked if len(asked) <= N_CHARS else f"{asked[:N_CHARS]} …"
