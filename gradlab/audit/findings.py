"""The findings and reports of an audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.adopt.calibrated import CalibratedNotebook
    from gradlab.audit.exercises import AuditedExercise


class Rule(StrEnum):
    """A rule that should hold before a release; each finding says that one is broken."""

    ASKED = "test cells are asked by value"
    REFERENCE = "the reference earns everything"
    RELEASE = "the release earns nothing"
    DETERMINISTIC = "the same answer gets the same verdict"
    LEAKS = "nothing leaks"
    HIDDEN = "a hidden part decides"
    NOTHING = "no points for nothing"
    CHEATS = "no cheat earns points"
    MUTANTS = "mutants are killed"
    WRONG = "wrong answers are killed"
    MISCONCEPTIONS = "misconceptions are killed and named"
    RIGHT = "right answers pass"
    N_RIGHT = "three right answers are known"
    MARKS = "each mark is a mutant's"
    TOLERANCES = "tolerances lie between right and wrong"
    CREDIT = "partial credit is a number that nbgrader reads"
    BARE = "an empty array is not right"
    TIME = "no cell is slow"

    @property
    def is_advice(self) -> bool:
        """Whether an assignment can be released even if it breaks the rule."""
        return self in {
            Rule.N_RIGHT,
            Rule.MARKS,
            Rule.TOLERANCES,
            Rule.CREDIT,
            Rule.BARE,
            Rule.TIME,
        }


FIRST = (Rule.ASKED, Rule.REFERENCE)  # if the reference does not pass, nothing else tells much
WORDS = {
    Way.BESIDE: "is asked beside the answer, where a student can forge it",
    Way.HAND: "is asked by hand, by a person for everybody",
}
NONE = "\N{EN DASH}"


@dataclass(frozen=True)
class Finding:
    """A broken rule.

    Args:
        rule: the rule.
        where: the notebook and the cell.
        text: one sentence.
        detail: lines that show it, such as a diff or the message to the student.
    """

    rule: Rule
    where: str
    text: str
    detail: str = ""

    @property
    def is_flaky(self) -> bool:
        """Whether the same answer gets different verdicts."""
        return self.rule is Rule.DETERMINISTIC


@dataclass(frozen=True)
class Tally:
    """How many out of n are good."""

    n_good: int = 0
    n: int = 0

    def __str__(self) -> str:
        """Return both numbers, or a dash if n is 0."""
        return f"{self.n_good}/{self.n}" if self.n else NONE

    def __add__(self, other: Tally) -> Tally:
        """Return the tally of both together."""
        return Tally(self.n_good + other.n_good, self.n + other.n)

    @property
    def percent(self) -> str:
        """The share of good ones, rounded down."""
        return f"{100 * self.n_good // self.n} %" if self.n else NONE


@dataclass(frozen=True)
class ExerciseReport:
    """One exercise.

    Args:
        exercise: the exercise.
        right: right answers that pass.
        wrong: wrong answers of the book that are killed.
        misconceptions: misconceptions that are killed and named correctly.
        mutants: mutants that are killed; equivalent ones do not count.
        n_equivalent: mutants that are marked as equivalent.
        margin: the distance from right, in tolerances, of the closest mutant or misconception that is killed.
        slowest: (test cell, seconds) of the slowest test cell, for the fastest right answer.
        findings: the broken rules.
    """

    exercise: AuditedExercise
    right: Tally
    wrong: Tally
    misconceptions: Tally
    mutants: Tally
    n_equivalent: int
    margin: float
    slowest: tuple[str, float]
    findings: tuple[Finding, ...] = ()

    @property
    def notebook(self) -> str:
        """The name of its notebook in the course."""
        return f"{self.exercise.assignment}/{self.exercise.notebook}"

    @property
    def is_fine(self) -> bool:
        """Whether no finding blocks the release of the exercise."""
        return all(finding.rule.is_advice for finding in self.findings)


@dataclass(frozen=True)
class NotebookReport:
    """One notebook as a whole.

    Args:
        name: assignment and notebook.
        submission_s: the time to examine one submission of it, pictures included.
        slowest: (cell, seconds) of its slowest cells.
        by_hand: the cells that a person grades.
        findings: the broken rules.
    """

    name: str
    submission_s: float
    slowest: tuple[tuple[str, float], ...]
    by_hand: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass
class AuditReport:
    """The audit of a course, or what is known of it when it was stopped.

    Args:
        asked: the notebooks with the ways in which their test cells are asked.
        exercises: reports on them.
        notebooks: reports on them as wholes.
        n_trials: how many answers are to be examined.
        n_known: how many of them were known from an earlier audit.
        n_left: how many of them have not been examined, because the audit was stopped.
        elapsed_s: how long it took.
        is_complete: whether it was finished.
    """

    asked: list[CalibratedNotebook] = field(default_factory=list)
    exercises: list[ExerciseReport] = field(default_factory=list)
    notebooks: list[NotebookReport] = field(default_factory=list)
    n_trials: int = 0
    n_known: int = 0
    n_left: int = 0
    elapsed_s: float = 0.0
    is_complete: bool = False

    @property
    def findings(self) -> list[Finding]:
        """All findings, by rule; those that block a release come first."""
        found = [finding for notebook in self.asked for finding in _on_asked(notebook)]
        found += [finding for notebook in self.notebooks for finding in notebook.findings]
        known = {finding.where for finding in found if finding.rule in {Rule.REFERENCE, Rule.DETERMINISTIC}}
        found += [
            finding
            for exercise in self.exercises
            for finding in exercise.findings
            if finding.rule is not Rule.REFERENCE or finding.where not in known
        ]
        rules = sorted(Rule, key=lambda rule: rule.is_advice)
        return sorted(found, key=lambda finding: rules.index(finding.rule))

    @property
    def problems(self) -> list[Finding]:
        """The findings that block a release."""
        return [finding for finding in self.findings if not finding.rule.is_advice]

    @property
    def mutants(self) -> Tally:
        """The mutation score of all exercises together."""
        return sum((exercise.mutants for exercise in self.exercises), Tally())

    @property
    def submission_s(self) -> float:
        """The time to examine one submission of every notebook."""
        return sum(notebook.submission_s for notebook in self.notebooks)


def _on_asked(notebook: CalibratedNotebook) -> Iterator[Finding]:
    """Yield a finding for each cell that is not asked by value, or that is won by everybody."""
    where = f"{notebook.assignment}/{notebook.name}"
    if notebook.problem:
        yield Finding(Rule.ASKED, where, f"is not audited: {notebook.problem}")
    for cell in notebook.cells:
        at, advice = f"{where}: {cell.name}", cell.advice
        if cell.asked.way is not Way.VALUE:
            yield Finding(Rule.ASKED, at, f"{WORDS[cell.asked.way]}: {advice.cause}", advice.rewrite)
        elif cell.asked.why:
            yield Finding(Rule.RELEASE, at, advice.cause, advice.rewrite)
