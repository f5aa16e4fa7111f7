# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Measures how long each solved notebook runs from top to bottom in a kernel, and what moving pictures cost.

Processor seconds are those of the kernel; they hardly depend on what else the machine does.
"""

from __future__ import annotations

import argparse
import base64
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from costs import Cost
from nbclient import NotebookClient

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = tuple(sorted((ROOT / "solutions").glob("*/*.ipynb")))
MAX_S = 300
CLOCK = "import time as _time; print(_time.process_time())"
# A bare picture: one line in an empty figure.
BARE = """import io as _io
_before = _time.process_time()
for _ in range(3):
    plt.figure(); plt.plot([0, 1], [0, 1]); plt.savefig(_io.BytesIO()); plt.close()
print((_time.process_time() - _before) / 3)"""


@dataclass(frozen=True)
class Run:
    """What one run of a notebook cost.

    Args:
        whole: from the start of the kernel to the end of the last cell.
        started: up to the end of the cell that imports.
        bare_s: processor seconds of a bare picture.
        moving: processor seconds and characters of each moving picture, by cell.
    """

    whole: Cost
    started: Cost
    bare_s: float
    moving: dict[str, tuple[float, int]]


def run(path: Path, pictures: Path | None) -> Run:
    """Run a notebook as a student who solved everything has it."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.kernelspec.update({"name": "python3", "display_name": sys.executable})
    notebook.cells = [*_with_clocks(notebook.cells)]
    client = NotebookClient(notebook, timeout=MAX_S, resources={"metadata": {"path": str(path.parent)}})
    walls: dict[str, float] = {}
    start_s = time.perf_counter()
    client.on_cell_executed = lambda cell, **_: walls.setdefault(cell.id, time.perf_counter() - start_s)
    client.execute()
    printed = {cell.id: _printed(cell) for cell in notebook.cells if cell.id.startswith(("clock-", "bare-"))}
    moving = {
        cell.id: (printed[f"clock-after-{cell.id}"] - printed[f"clock-before-{cell.id}"], _n_chars(cell))
        for cell in notebook.cells
        if "show_moving(" in cell.source and cell.id != "setup"
    }
    if pictures is not None:
        _keep_pictures(notebook, pictures / path.stem)
    whole, started = (
        Cost(walls[f"clock-{name}"], printed[f"clock-{name}"]) for name in ("end", "after-setup")
    )
    return Run(whole, started, printed["bare-"], moving)


def _with_clocks(cells: list[nbformat.NotebookNode]) -> Iterator[nbformat.NotebookNode]:
    """Yield the cells, with cells that read the clock around those that are measured."""
    for cell in cells:
        is_measured = cell.id == "setup" or "show_moving(" in cell.source
        if is_measured:
            yield nbformat.v4.new_code_cell(CLOCK, id=f"clock-before-{cell.id}")
        yield cell
        if is_measured:
            yield nbformat.v4.new_code_cell(CLOCK, id=f"clock-after-{cell.id}")
    yield nbformat.v4.new_code_cell(CLOCK, id="clock-end")
    yield nbformat.v4.new_code_cell(BARE, id="bare-")


def _printed(cell: nbformat.NotebookNode) -> float:
    return float(cell.outputs[0].text)


def _n_chars(cell: nbformat.NotebookNode) -> int:
    return sum(len(text) for output in cell.outputs for text in output.get("data", {}).values())


def _keep_pictures(notebook: nbformat.NotebookNode, folder: Path) -> None:
    """Write the pictures of a notebook into a folder, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    for cell in notebook.cells:
        for number, output in enumerate(cell.get("outputs", ())):
            data = output.get("data", {})
            if "image/png" in data:
                name = f"{cell.id}-{number}"
                (folder / f"{name}.png").write_bytes(base64.b64decode(data["image/png"]))
                if "text/html" in data:
                    (folder / f"{name}.html").write_text(f"<meta charset=utf-8>{data['text/html']}")


def notebooks_section(pictures: Path | None = None) -> list[str]:
    """Run the notebooks; return the lines of their section of the page of results."""
    runs = {path: run(path, pictures) for path in NOTEBOOKS}
    lines = [
        "",
        "## A solved notebook, from top to bottom",
        "",
        "In a kernel of its own, pictures included. To reach: 10 s, and 300 KB and 1 s for a moving picture.",
        "",
        "| seconds | wall | CPU | start and imports, wall | CPU | whole / start, CPU |",
        f"|---|{'---:|' * 5}",
    ]
    for path, each in runs.items():
        cells = (each.whole.wall_s, each.whole.cpu_s, each.started.wall_s, each.started.cpu_s)
        ratio = each.whole.cpu_s / each.started.cpu_s
        lines.append(f"| `{path.stem}` | {' | '.join(f'{cell:.2f}' for cell in (*cells, ratio))} |")
    lines += [
        "",
        "| moving picture | KB | CPU, seconds | a bare `plt.savefig` | ratio |",
        f"|---|{'---:|' * 4}",
    ]
    for each in runs.values():
        for name, (cpu_s, n_chars) in each.moving.items():
            cells = f"{n_chars / 1000:.0f} | {cpu_s:.2f} | {each.bare_s:.3f} | {cpu_s / each.bare_s:.1f}"
            lines.append(f"| `{name}` | {cells} |")
    return [*lines, "", f"Load of the machine: {os.getloadavg()[0]:.1f}."]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="a folder for the pictures, to look at them")
    print(*notebooks_section(parser.parse_args().pictures), sep="\n")
