"""What regrading changed, for a reviewer to sign off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.gradebook.classroom import UNKNOWN
from gradlab.report.tables import Column, Table, person_column
from gradlab.report.values import Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.gradebook.classroom import Submission
    from gradlab.report.places import Places
    from gradlab.report.words import Words


def changes_table(submissions: Iterable[Submission], places: Places, up: str = "") -> Table:
    """Return the results that the last grading changed: whose, before, after, what counts now, and why.

    If a person has given a score, that counts, whatever the grading says.
    `up` is the path from the page to its language's folder.
    """
    columns = [person_column(), Column("assignment"), Column("cell")]
    columns += [Column(name, is_number=True) for name in ("score_before", "score_after", "score_that_counts")]
    columns += [Column(name) for name in ("outcome_before", "outcome_after", "why", "graded_before")]
    rows = [
        [
            places.person(submission.student, up),
            submission.assignment,
            change.cell[1],
            change.score_before,
            change.score_after,
            submission.marks.get(change.cell, UNKNOWN).score,
            Term(change.outcome_before),
            Term(change.outcome_after),
            Term(change.why),
            change.graded_before,
        ]
        for submission in submissions
        for change in submission.changes
    ]
    return Table("changes", columns, rows)


def changes_summary(table: Table, words: Words) -> str:
    """Sum up the changes in one sentence."""
    scores = [(row[3], row[4]) for row in table.rows if None not in row[3:5]]
    return words(
        "changes_summary",
        n_students=len({row[0].id for row in table.rows}),
        n_cells=len(table.rows),
        n_up=sum(before < after for before, after in scores),
        n_down=sum(before > after for before, after in scores),
    )
