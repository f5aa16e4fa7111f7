"""What the audit has to say about a course."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlab.audit.exercises import AuditedExercise


class Rule(StrEnum):
    """What has to hold before a release; each finding says where one does not."""

    REFERENCE = "the reference earns everything"
    RELEASE = "the release earns nothing"
    DETERMINISTIC = "the same answer gets the same verdict"
    LEAKS = "nothing leaks"
    HIDDEN = "a hidden part decides"
    NOTHING = "no points for nothing"
    MUTANTS = "mutants are killed"
    WRONG = "wrong answers are killed"
    MISCONCEPTIONS = "misconceptions are killed and named"
    RIGHT = "right answers pass"
    N_RIGHT = "three right answers are known"
    MARKS = "each mark is a mutant's"
    TOLERANCES = "tolerances lie between right and wrong"
    TIME = "no cell is slow"

    @property
    def is_advice(self) -> bool:
        """Whether an assignment can be released all the same."""
        return self in {Rule.N_RIGHT, Rule.MARKS, Rule.TOLERANCES, Rule.TIME}


NONE = "\N{EN DASH}"


@dataclass(frozen=True)
class Finding:
    """Where a rule does not hold.

    Args:
        rule: the rule.
        where: the notebook and the cell.
        text: one sentence.
        detail: lines that show it: a diff, what a student is told.
    """

    rule: Rule
    where: str
    text: str
    detail: str = ""


def counted(n: int, what: str) -> str:
    """Return a number of things in words."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


@dataclass(frozen=True)
class Tally:
    """How many of all are as they should be."""

    n_good: int = 0
    n: int = 0

    def __str__(self) -> str:
        """Return both numbers, or nothing where there is none."""
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
        misconceptions: those that are killed and named as themselves.
        mutants: those that are killed; equivalent ones do not count.
        n_equivalent: mutants that are marked as equivalent.
        margin: the tolerances between right and the wrong answer that is told from it least clearly.
        slowest: (test cell, seconds), the slowest with the reference.
        findings: what is wrong.
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
        """Whether nothing keeps the exercise from being released."""
        return all(one.rule.is_advice for one in self.findings)


@dataclass(frozen=True)
class NotebookReport:
    """One notebook as a whole.

    Args:
        name: assignment and notebook.
        submission_s: what it takes to examine one submission of it, pictures included.
        slowest: (cell, seconds) of its slowest cells.
        by_hand: the cells that a person grades.
        findings: what is wrong.
    """

    name: str
    submission_s: float
    slowest: tuple[tuple[str, float], ...]
    by_hand: tuple[str, ...]
    findings: tuple[Finding, ...] = ()


@dataclass
class AuditReport:
    """The audit of a course."""

    exercises: list[ExerciseReport] = field(default_factory=list)
    notebooks: list[NotebookReport] = field(default_factory=list)
    n_trials: int = 0
    n_known: int = 0
    elapsed_s: float = 0.0

    @property
    def findings(self) -> list[Finding]:
        """All findings, by rule: what keeps from a release first."""
        found = [one for part in self.notebooks for one in part.findings]
        found += [one for part in self.exercises for one in part.findings]
        rules = sorted(Rule, key=lambda rule: rule.is_advice)
        return sorted(found, key=lambda one: rules.index(one.rule))

    @property
    def problems(self) -> list[Finding]:
        """The findings that keep an assignment from being released."""
        return [one for one in self.findings if not one.rule.is_advice]

    @property
    def mutants(self) -> Tally:
        """The mutation score of all exercises together."""
        return sum((one.mutants for one in self.exercises), Tally())

    @property
    def submission_s(self) -> float:
        """What it takes to examine one submission of everything."""
        return sum(one.submission_s for one in self.notebooks)
