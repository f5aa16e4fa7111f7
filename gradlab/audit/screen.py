"""The report on the command line: tables, then findings."""

from __future__ import annotations

import math
from itertools import groupby
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradlab.adopt.calibrated import Counts
from gradlab.audit.closeness import SANE
from gradlab.audit.findings import FIRST, NONE, Tally
from gradlab.base.texts import counted, without_control

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, RenderableType

    from gradlab.audit.findings import AuditReport, ExerciseReport, Finding, NotebookReport, Rule

MS = 1000
N_SHOWN = 20  # findings on each rule
TALLIES = ("right", "wrong", "misconceptions", "mutants")


def show(report: AuditReport, console: Console) -> None:
    """Print a report."""
    for part in parts_of(report):
        console.print(part)


def parts_of(report: AuditReport) -> Iterator[RenderableType]:
    """Yield the parts of a report to print, in order."""
    groups = [(rule, list(group)) for rule, group in groupby(report.findings, lambda finding: finding.rule)]
    for rule, findings in groups:
        if rule in FIRST:
            yield from _group(rule, findings)
    if report.asked:
        *_, counts = Counts.of(report.asked).lines()
        yield Text(f"\n{counts}\n", "bold")
    if report.exercises:
        yield _exercises(report)
    if report.notebooks:
        yield _notebooks(report)
    for rule, findings in groups:
        if rule not in FIRST:
            yield from _group(rule, findings)
    yield Text(
        f"\n{summary(report)}", "bold red" if report.problems or not report.is_complete else "bold green"
    )


def _group(rule: Rule, findings: Sequence[Finding]) -> Iterator[RenderableType]:
    """Yield the findings on a rule; if there are many, the first of them and a count."""
    yield Text(
        f"\n{'advice' if rule.is_advice else 'not so'}: {rule}", "yellow" if rule.is_advice else "bold red"
    )
    for finding in findings[:N_SHOWN]:
        yield from _finding(finding)
    if len(findings) > N_SHOWN:
        yield Text(f"  … and {len(findings) - N_SHOWN} more; --html shows all", "dim")


def summary(report: AuditReport) -> str:
    """Return the report in one sentence."""
    n_problems = len(report.problems)
    verdict = counted(n_problems, "problem") if n_problems else "ready to be released"
    if not report.is_complete:
        left = f"{counted(report.n_left, 'answer')} left" if report.n_trials else "before the first answer"
        verdict = f"stopped, {left}; {counted(n_problems, 'problem')} so far"
    mutants = report.mutants
    return (
        f"{verdict}: {report.n_trials} answers, {mutants} mutants killed ({mutants.percent}), "
        f"in {report.elapsed_s:.0f} s; {report.n_known} answers were known."
    )


def margin_text(margin: float) -> str:
    """Return a margin, in tolerances, as text."""
    if math.isinf(margin):
        return NONE
    return f"{margin:.2g}\N{MULTIPLICATION SIGN}" if margin < SANE else f">{SANE:g}\N{MULTIPLICATION SIGN}"


def _exercises(report: AuditReport) -> Table:
    """Return the table of exercises; "named" counts the misconceptions that are killed and named."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("exercise", overflow="fold")
    for column in ("pts", "right", "wrong", "named", "mutants", "score", "margin", "ms"):
        table.add_column(column, justify="right", no_wrap=True)
    for name, exercises in groupby(report.exercises, key=lambda exercise: exercise.notebook):
        table.add_row(Text(without_control(name).replace("/", "/\n  "), "bold"))
        for row in exercises:
            table.add_row(*_row(row))
    every = report.exercises
    table.add_section()
    table.add_row(
        "all",
        f"{sum(row.exercise.points for row in every):g}",
        *(str(sum((getattr(row, part) for row in every), Tally())) for part in TALLIES),
        report.mutants.percent,
    )
    return table


def _row(report: ExerciseReport) -> list[RenderableType]:
    return [
        Text(f"  {without_control(report.exercise.name)}", "" if report.is_fine else "red"),
        f"{report.exercise.points:g}",
        *(_tally(getattr(report, part)) for part in TALLIES),
        report.mutants.percent,
        margin_text(report.margin),
        f"{MS * report.slowest[1]:.0f}",
    ]


def _tally(tally: Tally) -> Text:
    return Text(str(tally), "" if tally.n_good == tally.n else "red")


def _notebooks(report: AuditReport) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("one submission", overflow="fold")
    table.add_column("s", justify="right", no_wrap=True)
    table.add_column("slowest cell", overflow="fold")
    table.add_column("graded by hand", overflow="fold")
    for notebook in report.notebooks:
        table.add_row(
            _escaped(notebook.name),
            f"{notebook.submission_s:.2f}",
            _slowest(notebook),
            _escaped(", ".join(notebook.by_hand)) or NONE,
        )
    table.add_row("all", f"{report.submission_s:.2f}", style="bold")
    return table


def _slowest(notebook: NotebookReport) -> str:
    return _escaped(", ".join(f"{cell} {MS * seconds:.0f} ms" for cell, seconds in notebook.slowest[:1]))


def _escaped(text: str) -> str:
    return escape(without_control(text))


def _finding(finding: Finding) -> Iterator[RenderableType]:
    where, text, detail = map(without_control, (finding.where, finding.text, finding.detail))
    yield Text.assemble("  ", (where, "bold"), ": ", text)
    if detail:
        yield Padding(Text(detail, "dim"), (0, 0, 0, 6))
