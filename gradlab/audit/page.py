"""The report as a single HTML file, without scripts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from gradlab.adopt.calibrated import Counts
from gradlab.audit.findings import Rule
from gradlab.audit.screen import MS, TALLIES, margin_text, summary
from gradlab.base.pages import templates_of

if TYPE_CHECKING:
    from gradlab.audit.findings import AuditReport


def page(report: AuditReport) -> str:
    """Return a report as HTML."""
    environment = templates_of("gradlab.audit")
    environment.filters["margin"] = margin_text
    return environment.get_template("report.html").render(
        report=report,
        summary=summary(report),
        tallies=TALLIES,
        notebooks=[
            (name, list(group))
            for name, group in groupby(report.exercises, lambda exercise: exercise.notebook)
        ],
        asked=[finding for finding in report.findings if finding.rule is Rule.ASKED],
        counts=list(Counts.of(report.asked).lines())[-1] if report.asked else "",
        rules=[
            (rule, list(group))
            for rule, group in groupby(report.findings, lambda finding: finding.rule)
            if rule is not Rule.ASKED
        ],
        ms=MS,
    )
