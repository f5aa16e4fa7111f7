"""Exporters for `nbgrader export --exporter=gradlab.exporters.…`.

- `LongExporter`: one row for each student and exercise, for statistics.
- `WideExporter`: one row for each student, one column for each exercise, for a spreadsheet.
- `CanvasExporter`, `MoodleExporter`: one score for each assignment, as their gradebooks import it.

All of them follow the same rules:

- CSV (RFC 4180) in UTF-8 with a byte-order mark, so that spreadsheets show Korean names.
- Points have two decimals; halves are rounded up (away from zero), as on paper.
- Work that was not submitted has no score; it is not 0 unless a person says so.
- A submission has no total while anything in it waits for a person.
- A total is computed as in nbgrader: points plus extra credit minus the late penalty, never below 0.
- A cell that a spreadsheet would run as a formula starts with an apostrophe.
"""

from gradlab.exporters._canvas import CanvasExporter
from gradlab.exporters._exercises import LongExporter, WideExporter
from gradlab.exporters._moodle import MoodleExporter

__all__ = ["CanvasExporter", "LongExporter", "MoodleExporter", "WideExporter"]
