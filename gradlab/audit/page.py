"""The report as a single HTML file, without scripts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gradlab.adopt.calibrated import Counts
from gradlab.audit.findings import FIRST
from gradlab.audit.screen import MS, TALLIES, margin_text, summary
from gradlab.base.pages import templates_of
from gradlab.base.texts import without_control

if TYPE_CHECKING:
    from gradlab.audit.findings import AuditReport


def page(report: AuditReport) -> str:
    """Return a report as HTML."""
    groups = [(rule, list(group)) for rule, group in groupby(report.findings, lambda finding: finding.rule)]
    environment = templates_of("gradlab.audit")
    environment.filters["margin"] = margin_text
    text = environment.get_template("report.html").render(
        report=report,
        summary=summary(report),
        tallies=TALLIES,
        notebooks=[
            (name, list(group))
            for name, group in groupby(report.exercises, lambda exercise: exercise.notebook)
        ],
        counts=list(Counts.of(report.asked).lines())[-1] if report.asked else "",
        first=[(rule, group) for rule, group in groups if rule in FIRST],
        rules=[(rule, group) for rule, group in groups if rule not in FIRST],
        ms=MS,
    )
    return without_control(text)
