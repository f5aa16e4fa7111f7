"""What `gradlab adopt` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from gradlab.adopt.calibrated import Counts
from gradlab.base.texts import without_control
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from gradlab.adopt.calibrated import CalibratedCell, CalibratedNotebook

STYLES = {Way.VALUE: "yellow", Way.BESIDE: "yellow", Way.HAND: "red"}  # if there is something to do
LEGEND = (
    "by value: what the cell hides runs where no answer can reach it. If it hides nothing, it can be forged.",
    "beside: the whole cell runs beside the answer, where a student can forge it.",
    "by hand: a person gives the points, for everybody.",
)


def parts_of(notebooks: Sequence[CalibratedNotebook]) -> Iterator[RenderableType]:
    """Yield the parts of the report to print, in order."""
    for notebook in notebooks:
        yield Text(without_control(f"\n{notebook.assignment}/{notebook.name}"), "bold")
        if notebook.problem:
            yield Text(without_control(f"  not calibrated: {notebook.problem}"), "red")
        elif notebook.cells:
            yield _table(notebook)
        else:
            yield Text("  no test cells")
    yield Text("")
    yield from (Text(line, "dim") for line in LEGEND)
    yield from (Text(line, "bold") for line in Counts.of(notebooks).lines())


def _table(notebook: CalibratedNotebook) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    table.add_column(overflow="fold")
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for cell in notebook.cells:
        name = Text(f"  {without_control(cell.name)}")
        table.add_row(
            name, Text(cell.asked.way, "green" if cell.is_fine else STYLES[cell.asked.way]), _advice(cell)
        )
    return table


def _advice(cell: CalibratedCell) -> Text:
    if cell.is_fine:
        return Text("")
    rewrite = f"\n\N{RIGHTWARDS ARROW} {cell.advice.rewrite}." if cell.advice.rewrite else ""
    return Text(without_control(f"{cell.advice.cause}.{rewrite}"))
