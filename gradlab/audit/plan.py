"""The answers to try on an exercise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.audit.cheats import cheats_of
from gradlab.audit.mutants import meaning_of, mutants_of
from gradlab.audit.trials import Trial, TrialKind
from gradlab.authoring.answer_books import EquivalentMark, changed_lines, read_answers, read_marks
from gradlab.authoring.hidden_marks import split_test

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.audit.exercises import AuditedExercise
    from gradlab.authoring.source import SourceNotebook

NOTHING = {
    "is missing": "",
    "returns None": "{name} = lambda *args, **kwargs: None",
    "returns its first argument": "{name} = lambda first=None, *args, **kwargs: first",
}

# Turns arrays to float32 and rounds single numbers to it: a careful student may compute this way.
FLOAT32 = """

def _in_float32(answer):
    import functools
    import numpy as np

    def single(value):
        if isinstance(value, float):
            return float(np.float32(value))
        if isinstance(value, np.ndarray) and value.dtype == np.float64:
            return value.astype(np.float32)
        return type(value)(map(single, value)) if type(value) in (list, tuple) else value

    @functools.wraps(answer)
    def in_float32(*args, **kwargs):
        kwargs = {name: single(value) for name, value in kwargs.items()}
        return single(answer(*map(single, args), **kwargs))

    return in_float32


if not isinstance({name}, type):
    {name} = _in_float32({name})
"""


def trials_of(exercise: AuditedExercise, notebook: SourceNotebook, book: Path) -> list[Trial]:
    """Return the answers to try on an exercise.

    Args:
        exercise: the exercise.
        notebook: its notebook, which has the misconceptions.
        book: the path of its answer book, which need not exist.
    """
    trials = [Trial(TrialKind.REFERENCE, "", exercise.solution)]
    if exercise.name in exercise.defines:
        trials.append(
            Trial(TrialKind.FLOAT32, "", exercise.solution + FLOAT32.replace("{name}", exercise.name))
        )
    for title, line in NOTHING.items():
        trials.append(
            Trial(TrialKind.NOTHING, title, "\n".join(line.format(name=name) for name in exercise.defines))
        )
    trials += cheats_of(exercise, [split_test(notebook.tests[name])[1] for name in exercise.tests])
    trials += [
        Trial(TrialKind.MISCONCEPTION, misconception.name, misconception.code)
        for misconception in notebook.misconceptions
        if misconception.exercise == exercise.name
    ]
    answers = read_answers(book) if book.is_file() else []
    for answer in answers:
        kind = TrialKind.RIGHT if answer.is_right else TrialKind.WRONG
        trials.append(Trial(kind, answer.title, answer.code))
    return trials + _mutants(exercise, trials, marks_in(book))


def marks_in(book: Path) -> list[EquivalentMark]:
    """Return the marks of an answer book, which need not exist."""
    return read_marks(book) if book.is_file() else []


def stale_marks(trials: list[Trial], marks: list[EquivalentMark]) -> list[EquivalentMark]:
    """Return the marks that match no mutant."""
    changes = {changed_lines(trial.diff) for trial in trials}
    return [mark for mark in marks if mark.changed not in changes]


def _mutants(exercise: AuditedExercise, trials: list[Trial], marks: list[EquivalentMark]) -> list[Trial]:
    """Return the mutants of a solution, except for those that equal a right answer."""
    try:
        mutants = mutants_of(exercise.solution)
    except SyntaxError:  # Jupyter's own commands
        return []
    known = {meaning_of(trial.code) for trial in trials if trial.kind is TrialKind.RIGHT}
    reasons = {mark.changed: mark.reason for mark in marks}
    found = []
    for mutant in mutants:
        reason = reasons.get(changed_lines(mutant.diff))
        if reason is not None:
            found.append(Trial(TrialKind.EQUIVALENT, reason, mutant.code, mutant.diff))
        elif meaning_of(mutant.code) not in known:
            title = f"{mutant.operator}, line {mutant.line}"
            found.append(Trial(TrialKind.MUTANT, title, mutant.code, mutant.diff))
    return found
