"""Tables: the same rows on a page and in a CSV file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from gradlab.base.texts import without_control
from gradlab.report.values import Heat, Link, Person, plain, show

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gradlab.report.words import Words

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001  # spreadsheets accept these, too

_INTERVAL = ("", "_low", "_high")
ROWS_PER_PAGE = 300


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Args:
        name: its heading in the CSV file, and the key of its title in `Words`.
        is_number: whether it is aligned and sorted as numbers.
        parts: suffixes of the headings if a value takes several columns of the CSV file.
        title: its title if `Words` has none, as for an exercise.
    """

    name: str
    is_number: bool = False
    parts: tuple[str, ...] = ("",)
    title: str = ""

    @property
    def is_estimate(self) -> bool:
        """Whether its numbers come with an interval."""
        return self.parts == _INTERVAL


def person_column() -> Column:
    """Return a column of `Person`."""
    return Column("student", parts=("", "_name"))


def estimate_column(name: str) -> Column:
    """Return a column of `Estimate`."""
    return Column(name, is_number=True, parts=_INTERVAL)


def score_column(name: str = "score") -> Column:
    """Return a column of `Score`."""
    return Column(name, is_number=True, parts=("", "_max", "_state"))


def total_column(name: str = "total") -> Column:
    """Return a column of `Total`."""
    return Column(name, is_number=True, parts=("", "_state"))


def span_column(name: str) -> Column:
    """Return a column of `Span`."""
    return Column(name, is_number=True, parts=("_low", "_high"))


@dataclass(frozen=True)
class Table:
    """A table; the first column names its rows.

    Args:
        name: of the CSV file, and the key of its caption in `Words`.
        columns: from left to right.
        rows: of values, one per column; see `gradlab.report.values`.
        kind: its CSS class.
        groups: headings over neighbouring columns, each with the number that it spans.
        pages: links to all pages of a long table; its rows are those of one of them.
        page: the index of that page.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]
    kind: str = ""
    groups: Sequence[tuple[str | Link, int]] = ()
    pages: Sequence[Link] = ()
    page: int = 0

    @property
    def has_intervals(self) -> bool:
        """Whether some of its numbers come with an interval."""
        return bool(self.rows) and any(column.is_estimate for column in self.columns)

    def in_pages(self, place: Callable[[int], str]) -> list[Table]:
        """Return a table for each page, just this one if it is short.

        Args:
            place: the link to the page with an index.
        """
        starts = range(0, len(self.rows), ROWS_PER_PAGE)
        if len(starts) <= 1:
            return [self]
        parts = [self.rows[start : start + ROWS_PER_PAGE] for start in starts]
        links = [
            Link(_range(part, start), place(page))
            for page, (part, start) in enumerate(zip(parts, starts, strict=True))
        ]
        return [replace(self, rows=part, pages=links, page=page) for page, part in enumerate(parts)]

    def body(self, words: Words) -> Markup:
        """Return the rows as HTML."""
        classes = [' class="n"' if column.is_number else "" for column in self.columns]
        rows = "".join(f"<tr>{self._row(row, classes, words)}</tr>\n" for row in self.rows)
        return Markup(rows)  # noqa: S704  # show() has escaped every value

    @staticmethod
    def _row(row: Sequence[Any], classes: Sequence[str], words: Words) -> str:
        cells = [
            f'<td class="h {value.step}">{show(value, words)}</td>'
            if type(value) is Heat
            else f"<td{attribute}>{show(value, words)}</td>"
            for value, attribute in zip(row[1:], classes[1:], strict=True)
        ]
        return f'<th scope="row">{show(row[0], words)}</th>{"".join(cells)}'

    def csv_text(self) -> str:
        """Return the table as CSV (RFC 4180); missing values are empty."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow([guarded(column.name + part) for column in self.columns for part in column.parts])
        for row in self.rows:
            values = [
                part
                for column, value in zip(self.columns, row, strict=True)
                for part in (plain(value) if value is not None else [""] * len(column.parts))
            ]
            writer.writerow(map(guarded, values))
        return file.getvalue()


def _range(rows: Sequence[Sequence[Any]], start: int) -> str:
    """Return which rows these are: the first and the last student, else numbers."""
    first, last = rows[0][0], rows[-1][0]
    if isinstance(first, Person) and isinstance(last, Person):
        return f"{first.id} – {last.id}"  # noqa: RUF001  # a range
    return f"{start + 1} – {start + len(rows)}"  # noqa: RUF001  # as above


def guarded(value: Any) -> Any:
    """Return a value that no spreadsheet runs as a formula, and no terminal as a command.

    Source: OWASP, CSV Injection.
    """
    if not isinstance(value, str):
        return value
    value = without_control(value)
    if not value.startswith(FORMULA_STARTS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value
