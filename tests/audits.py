"""The audit of one exercise, for tests of the audit."""

from __future__ import annotations

import nbformat
from conftest import TRIPLE_TEST

from gradlab.audit.exercises import cells_of, exercises_of
from gradlab.audit.judge import Judge
from gradlab.audit.plan import marks_in, stale_marks, trials_of
from gradlab.audit.trials import TrialKind, examine_trials, source_at
from gradlab.preprocessors.execute import Execute

PATIENCE_S = 2.0
HIDDEN = "### BEGIN HIDDEN TESTS\nfrom gradlab.checks import case, check\n{}\n### END HIDDEN TESTS"


def judged(course, book="", body="return 3 * x", test=TRIPLE_TEST, *more, kinds=frozenset(TrialKind)):
    """Return the report on the small course's exercise, with another body, test and book.

    Only the trials of some kinds are tried, and the reference.
    """
    path = course / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("return 3 * x", body).replace(TRIPLE_TEST, test)
    notebook.cells += more
    nbformat.write(notebook, path)
    (course / "book.py").write_text(book)
    settings = Execute().settings()
    (exercise,) = exercises_of(path, "ko")
    trials = trials_of(exercise, source_at(path), course / "book.py")
    trials = [trial for trial in trials if trial.kind in {*kinds, TrialKind.REFERENCE}]
    examined = examine_trials(path, exercise, trials, settings, PATIENCE_S)
    cells = {cell.name: cell for cell in cells_of(path, "ko")}
    stale = stale_marks(trials, marks_in(course / "book.py"))
    return Judge(exercise, cells, list(zip(trials, examined, strict=True)), stale).report()


def findings(report, rule):
    """Return the findings on a rule, as texts."""
    return [f"{finding.where}: {finding.text}" for finding in report.findings if finding.rule is rule]
