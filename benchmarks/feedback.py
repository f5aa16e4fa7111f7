# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Compares what the pages of feedback of a class cost: nbgrader's own exporter, and gradlab's in bulk.

Every student has submitted every assignment, with all exercises solved. nbgrader makes the pages of one
assignment after the other; gradlab those of all at once.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from costs import Cost, cost_of

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
ASSIGNMENTS = tuple(sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir()))
N_STUDENTS = 32

STOCK = """
c.GenerateFeedback.exporter_class = "nbconvert.exporters.HTMLExporter"
"""


def graded_class(folder: Path, n_students: int) -> Path:
    """Lay out a class in a folder, and grade it; return its course."""
    course = folder / "course"
    shutil.copytree(ROOT / "source", course / "source")
    shutil.copy(ROOT / "nbgrader_config.py", course)
    for assignment in ASSIGNMENTS:
        cost_of([BIN / "nbgrader", "generate_assignment", assignment], course)
        for number in range(n_students):
            place = course / "submitted" / f"student-{number:03}" / assignment
            shutil.copytree(ROOT / "solutions" / assignment, place)
        cost_of([BIN / "gradlab", "autograde", assignment], course)
    return course


def feedback_costs(folder: Path, n_students: int) -> tuple[int, Cost, Cost]:
    """Return the number of pages of a class, and what nbgrader's and gradlab's cost."""
    course = graded_class(folder, n_students)
    ours = cost_of([BIN / "gradlab", "feedback"], course)
    n_pages = len(list((course / "feedback").glob("*/*/*.html")))
    shutil.rmtree(course / "feedback")
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write(STOCK)
    stock = [cost_of([BIN / "nbgrader", "generate_feedback", name], course) for name in ASSIGNMENTS]
    assert len(list((course / "feedback").glob("*/*/*.html"))) == n_pages  # noqa: S101  # else there is no cost
    return n_pages, Cost(sum(cost.wall_s for cost in stock), sum(cost.cpu_s for cost in stock)), ours


def feedback_section(n_students: int) -> list[str]:
    """Measure the feedback of a class; return the lines of its section of the page of results."""
    with tempfile.TemporaryDirectory() as folder:
        n_pages, stock, ours = feedback_costs(Path(folder), n_students)
    cells = (
        *(stock.wall_s, stock.cpu_s, ours.wall_s, ours.cpu_s),
        *(stock.wall_s / ours.wall_s, stock.cpu_s / ours.cpu_s),
    )
    columns = ("nbgrader, wall", "CPU", "gradlab, wall", "CPU", "nbgrader / gradlab, wall", "CPU")
    return [
        "",
        f"## Feedback of {n_students} students on {len(ASSIGNMENTS)} assignments",
        "",
        f"| seconds | {' | '.join(columns)} |",
        f"|---|{'---:|' * len(columns)}",
        f"| {n_pages} pages | {' | '.join(f'{cell:.2f}' for cell in cells)} |",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=N_STUDENTS)
    print(*feedback_section(parser.parse_args().students), sep="\n")
