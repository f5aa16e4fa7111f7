"""Find what is wrong with an exercise, from the results of all answers to it."""

from __future__ import annotations

import math
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, TypeAlias

from gradlab.audit.closeness import SANE
from gradlab.audit.findings import ExerciseReport, Finding, Rule, Tally
from gradlab.audit.hidden import bare_comparisons
from gradlab.audit.trials import TrialKind
from gradlab.authoring.hidden_marks import split_test
from gradlab.base.texts import counted
from gradlab.examiner.credit import is_credit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from gradlab.audit.exercises import AuditedExercise, Cell
    from gradlab.audit.trials import Examined, Trial, Verdict
    from gradlab.authoring.answer_books import EquivalentMark

    Results: TypeAlias = Sequence[tuple[Trial, Examined]]

DESERVING = {TrialKind.REFERENCE, TrialKind.RIGHT, TrialKind.EQUIVALENT, TrialKind.FLOAT32}
N_RIGHT = 3
SLOW_S = 1.0
N_SURVIVORS = 3  # shown per exercise, with what they change
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
                    if verdict.variant:  # only the hidden part has run again
                        continue
                    shortest_s = times.get(verdict.cell, math.inf)
                    times[verdict.cell] = min(verdict.elapsed_s, shortest_s)
        return times

    def _tally(self, kind: TrialKind, is_good: Callable[[Examined], bool]) -> Tally:
        return Tally(sum(is_good(examined) for _, examined in self._of[kind]), len(self._of[kind]))

    def _findings(self) -> Iterator[Finding]:
        yield from self._on_tests()
        yield from self._on_nothing()
        yield from self._on_cheats()
        yield from self._on_right_answers()
        yield from self._on_wrong_answers()
        for trial, examined in self._of[TrialKind.MISCONCEPTION]:
            wrong = self._misdiagnosis(trial, examined)
            if wrong:
                yield self._finding(Rule.MISCONCEPTIONS, self._exercise.name, wrong)
        yield from self._on_tolerances()
        yield from self._on_credit()
        for name, seconds in self._times().items():
            if seconds > SLOW_S:
                yield self._finding(Rule.TIME, name, f"takes {seconds:.1f} s")

    def _on_tests(self) -> Iterator[Finding]:
        if not self._exercise.tests:
            yield self._finding(Rule.HIDDEN, self._exercise.name, "no test cell examines it")
        for name in self._exercise.examined_tests:
            if not self._cells[name].is_hidden:
                text = "has no hidden part: an answer can forge its verdict"
                yield self._finding(Rule.HIDDEN, name, text)
            bare = bare_comparisons(split_test(self._cells[name].source)[1])
            if bare:
                text = "compares in a way that holds for an empty array: look at the shape, too, or use check"
                yield self._finding(Rule.BARE, name, text, "\n".join(bare))

    def _on_nothing(self) -> Iterator[Finding]:
        for trial, examined in self._of[TrialKind.NOTHING]:
            for verdict, where in _such(examined, lambda verdict: verdict.is_won):
                if self._says_something(verdict.cell):
                    text = f"{verdict.told} if {self._names} {trial.title}{where}"
                    yield self._finding(Rule.NOTHING, verdict.cell, text, verdict.message)

    def _on_cheats(self) -> Iterator[Finding]:
        """Yield a finding for each cell and each kind of cheat that wins it."""
        won: dict[tuple[str, str], list[str]] = {}
        for trial, examined in self._of[TrialKind.CHEAT]:
            for verdict, where in _such(examined, lambda verdict: verdict.is_won):
                if self._says_something(verdict.cell):
                    won.setdefault((verdict.cell, trial.advice), []).append(f"{trial.title}{where}")
        for (cell, advice), titles in won.items():
            yield self._finding(Rule.CHEATS, cell, f"won if {self._names} {'; or '.join(titles)}", advice)

    def _says_something(self, cell: str) -> bool:
        """Tell whether it is news that a cell is won for nothing: it hides a part, and the release loses."""
        return self._cells[cell].is_hidden and cell not in self._exercise.won

    @property
    def _names(self) -> str:
        return " or ".join(self._exercise.defines)

    def _on_right_answers(self) -> Iterator[Finding]:
        for kind, rule, what in (
            (TrialKind.REFERENCE, Rule.REFERENCE, "the reference"),
            (TrialKind.RIGHT, Rule.RIGHT, "a right answer"),
            (TrialKind.EQUIVALENT, Rule.RIGHT, "an equivalent answer"),
        ):
            for trial, examined in self._of[kind]:
                for verdict, where in _such(examined, lambda verdict: not verdict.has_passed):
                    title = f"{what}, {trial.title!r}," if trial.title else what
                    text = f"{title} {verdict.told}{where}"
                    yield self._finding(rule, verdict.cell, text, verdict.message)
        n_right = len(self._of[TrialKind.RIGHT])
        if n_right < N_RIGHT:
            yield self._finding(
                Rule.N_RIGHT, self._exercise.name, f"{counted(n_right, 'right answer')} besides the reference"
            )
        for mark in self._stale:
            text = f"is marked as equivalent ({mark.reason}), but no mutant matches it"
            yield self._finding(Rule.MARKS, self._exercise.name, text, "\n".join(mark.changed))

    def _on_wrong_answers(self) -> Iterator[Finding]:
        if not self._exercise.examined_tests:
            return
        for kind, rule in ((TrialKind.MUTANT, Rule.MUTANTS), (TrialKind.WRONG, Rule.WRONG)):
            survivors = [(trial, examined) for trial, examined in self._of[kind] if not examined.is_killed]
            for trial, examined in survivors[:N_SURVIVORS]:
                text = f"survives{_in_variants(examined.survived)}: {trial.title}"
                yield self._finding(rule, self._exercise.name, text, trial.diff or trial.code)
            more = Counter(trial.title.partition(", line ")[0] for trial, _ in survivors[N_SURVIVORS:])
            if more:
                kinds = ", ".join(f"{title} ({n})" if n > 1 else title for title, n in more.most_common())
                yield self._finding(rule, self._exercise.name, f"{more.total()} more survive: {kinds}")

    def _misdiagnosis(self, trial: Trial, examined: Examined) -> str:
        """Return what is wrong with the diagnosis of a misconception, "" if nothing is."""
        if not examined.is_killed:
            return f"{trial.title} survives{_in_variants(examined.survived)}"
        named = {
            verdict.misconception
            for verdict in examined.verdicts
            if verdict.costs_points and verdict.misconception
        }
        others = sorted(named - {trial.title})
        if others:
            return f"{trial.title} is mistaken for {', '.join(others)}"
        return "" if named else f"{trial.title} is killed, but no message names it: {_NOT_NAMED}"

    def _on_tolerances(self) -> Iterator[Finding]:
        for _, examined in self._of[TrialKind.FLOAT32]:
            for verdict, where in _such(examined, lambda verdict: not verdict.has_passed):
                text = f"the reference in float32 {verdict.told}{where}"
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

    def _on_credit(self) -> Iterator[Finding]:
        """Yield a finding for each cell that gives a wrong answer all points because of its value."""
        unread: dict[str, tuple[Trial, str]] = {}
        for kind in TrialKind:
            for trial, examined in self._of[kind] if kind not in DESERVING else ():
                for verdict in examined.verdicts:
                    points = self._cells[verdict.cell].points
                    if verdict.has_passed and verdict.value and not is_credit(verdict.value, points):
                        unread.setdefault(verdict.cell, (trial, verdict.value))
        for cell, (trial, value) in unread.items():
            every = f"{self._cells[cell].points:g}"
            text = f"gives all {every} points for {_short(value)}, which is not a number from 0 to {every}"
            yield self._finding(Rule.CREDIT, cell, text, f"{trial.kind} {trial.title}")

    def _finding(self, rule: Rule, cell: str, text: str, detail: str = "") -> Finding:
        return Finding(rule, f"{self._exercise.assignment}/{self._exercise.notebook}: {cell}", text, detail)


_NOT_NAMED = "no value proves it, or another misconception gives the same values"


def _such(examined: Examined, is_such: Callable[[Verdict], bool]) -> Iterator[tuple[Verdict, str]]:
    """Yield for each test cell the first such verdict, and its variants if other variants differ."""
    for _, group in groupby(examined.verdicts, key=lambda verdict: verdict.cell):
        verdicts = list(group)
        such = [verdict for verdict in verdicts if is_such(verdict)]
        if such:
            is_everywhere = len(such) == len(verdicts)
            yield such[0], "" if is_everywhere else _in_variants([verdict.variant for verdict in such])


def _in_variants(variants: Sequence[int | None]) -> str:
    numbers = [str(variant) for variant in variants if variant is not None]
    return f" in variant {' and '.join(numbers)}" if numbers else ""


def _short(asked: str) -> str:
    return asked if len(asked) <= N_CHARS else f"{asked[:N_CHARS]} …"
