"""Which items of the mark schemes people gave points for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from gradlab.authoring.source import read_source, select_lines
from gradlab.base.texts import LANGUAGES
from gradlab.gradebook.mark_schemes import items_in, named_items
from gradlab.preprocessors.marks_of import scheme_marks_of
from gradlab.report.item_analysis import share
from gradlab.report.tables import Column, Table, estimate_column
from gradlab.report.values import Bilingual
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Assignment, CellKey, Submission, TestCell

MAX_ITEM_CHARS = 120


def given_items_table(assignment: Assignment, submissions: Sequence[Submission], course: Course) -> Table:
    """Return each item of the mark schemes, and how many of the marked answers have it.

    An answer counts if its comment names items, or if it has all points.
    """
    columns = [Column("cell"), Column("item", parts=tuple(f"_{language}" for language in LANGUAGES))]
    columns += [Column("n_marked", is_number=True), Column("n_given", is_number=True)]
    columns += [estimate_column("share_given")]
    rows = []
    for key, schemes in _schemes(assignment, course).items():
        cell = assignment.cell_of[key]
        given = [
            found
            for submission in submissions
            if (found := _given(cell, len(schemes[LANGUAGES[0]]), submission)) is not None
        ]
        for place, texts in enumerate(zip(*schemes.values(), strict=True), start=1):
            n_given = sum(place in found for found in given)
            item = Bilingual(dict(zip(schemes, texts, strict=True)))
            rows.append([cell.name, item, len(given), n_given, share(n_given, len(given))])
    return Table("given_items", columns, rows)


def _given(cell: TestCell, n_items: int, submission: Submission) -> frozenset[int] | None:
    """Return the items that a person gave, counted from 1; None if that is not known."""
    mark = submission.mark(cell)
    if not mark.is_by_hand or mark.needs_person:
        return None
    numbers, _ = named_items(submission.comments.get(cell.key, ""), n_items)
    if numbers is not None:
        return frozenset(numbers)
    has_all = mark.score is not None and mark.score >= cell.max_score
    return frozenset(range(1, n_items + 1)) if has_all else None


def _schemes(assignment: Assignment, course: Course) -> Mapping[CellKey, Mapping[str, list[str]]]:
    """Return the items of each mark scheme by language; they correspond to each other by their numbers."""
    marks = scheme_marks_of(course.config)
    found: dict[CellKey, dict[str, list[str]]] = {}
    folder = course.step("source", assignment=assignment.name)
    for notebook in dict.fromkeys(cell.notebook for cell in assignment.cells):
        source = read_source(folder / f"{notebook}.ipynb")
        for cell in () if source is None else source.cells:
            key = (notebook, grade_id_of(cell))
            if marks.begin not in cell.source or key not in assignment.cell_of:
                continue
            items = {
                language: [*map(_short, items_in(select_lines(cell.source, language), marks))]
                for language in LANGUAGES
            }
            if len(set(map(len, items.values()))) == 1:
                found[key] = items
    return found


def _short(item: str) -> str:
    """Return the beginning of an item, without marks for bold text."""
    return textwrap.shorten(item.replace("**", ""), MAX_ITEM_CHARS, placeholder="…")
