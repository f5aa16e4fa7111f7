# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Compares what it costs to grade a class with nbgrader and with gradlab, and the lower limit.

The same submissions (all exercises solved) are graded in turns by ``nbgrader autograde`` with nbgrader's
own preprocessors, which run hidden tests in the student's kernel, and by ``gradlab autograde``. The limit
is the cost of the same cells and hidden tests in one warm process, divided by the number of cores. All
three skip cells that only draw (`c.Execute.skip_cells_with_tag`).

Machines differ and are noisy: only the ratios within one run matter. Writes ``benchmarks/results.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from costs import Cost, cost_of, median_cost, memory_of
from feedback import N_STUDENTS, feedback_section
from notebooks import notebooks_section
from recorder import N_RECORDED, recording_section
from report import N_REPORTED, report_section
from serve import AT_ONCE, serve_section

from gradlab.sandbox import _kernel

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).with_name("results.md")
WITHIN = Path(__file__).with_name("within.py")
BIN = Path(sys.executable).parent
N_CORES = len(os.sched_getaffinity(0))
MIB = 2**20

ASSIGNMENTS = ("ps2-numerical-diff", "ps6-dataloader")
SIZES = (4, 24, 100)
N_BARE = 6

STOCK = """
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import preprocessors as stock

c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"
c.Autograde.sanitize_preprocessors = [
    stock.ClearOutput,
    stock.DeduplicateIds,
    stock.OverwriteKernelspec,
    stock.OverwriteCells,
    stock.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    stock.Execute,
    stock.IgnorePattern,
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]
"""


@dataclass(frozen=True)
class Class:
    """Courses with solved submissions of one assignment: one course for each command.

    Args:
        assignment: its name.
        folder: the folder for all courses.
    """

    assignment: str
    folder: Path

    def lay_out(self) -> None:
        """Release the assignment in a template course."""
        template = self.folder / "template"
        shutil.copytree(ROOT / "source" / self.assignment, template / "source" / self.assignment)
        shutil.copy(ROOT / "nbgrader_config.py", template)
        cost_of([BIN / "nbgrader", "generate_assignment", self.assignment], template)

    def course(self, command: str, n_submissions: int) -> Path:
        """Return a course with submissions that have not been graded."""
        course = self.folder / command
        shutil.rmtree(course, ignore_errors=True)
        shutil.copytree(self.folder / "template", course)
        if command == "nbgrader":
            with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
                config.write(STOCK)
        for number in range(n_submissions):
            shutil.copytree(
                ROOT / "solutions" / self.assignment,
                course / "submitted" / f"student-{number:03}" / self.assignment,
            )
        return course

    def grade(self, command: str, course: Path) -> Cost:
        """Grade a course; raise if a submission has not been graded."""
        cost = cost_of([BIN / command, "autograde", self.assignment], course)
        graded = list((course / "autograde").glob(f"*/{self.assignment}"))
        assert len(graded) == len(list((course / "submitted").iterdir()))  # noqa: S101  # else there is no cost
        return cost


def in_a_process_of_its_own(role: str, course: Path, assignment: str) -> dict[str, Any]:
    """Measure something with `within.py`, and return what it printed."""
    done = subprocess.run(  # noqa: S603  # our own script
        [sys.executable, WITHIN, role, course, assignment],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


class Page:
    """The page of results, printed as it grows."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, *lines: str) -> None:
        """Add lines."""
        self._lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, *columns: str) -> None:
        """Begin a table."""
        self.write("", f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}")

    def row(self, *cells: str | float) -> None:
        """Add a row to the table."""
        self.write(f"| {' | '.join(cell if isinstance(cell, str) else f'{cell:.2f}' for cell in cells)} |")

    def save(self) -> None:
        """Write the page."""
        RESULTS.write_text("\n".join(self._lines) + "\n", encoding="utf-8")


def compare(page: Page, school: Class, sizes: list[int], n_repeats: int) -> float:
    """Measure one assignment; return the seconds that one submission takes alone."""
    costs: dict[tuple[str, int], list[Cost]] = {}
    bare_costs = []
    for _ in range(n_repeats):
        for n_submissions in sizes:
            for command in ("nbgrader", "gradlab"):
                course = school.course(command, n_submissions)
                costs.setdefault((command, n_submissions), []).append(school.grade(command, course))
            found = in_a_process_of_its_own("bare", school.course("bare", N_BARE), school.assignment)
            bare_costs.append(Cost(**found))
    total = {key: median_cost(found) for key, found in costs.items()}
    few, many = sizes[0], sizes[-1]
    further = {
        command: (total[command, many] - total[command, few]) / max(many - few, 1)
        for command in ("nbgrader", "gradlab")
    }
    bare = median_cost(bare_costs)

    def row(name: str, stock: Cost, ours: Cost) -> None:
        cells = (stock.wall_s, stock.cpu_s, ours.wall_s, ours.cpu_s)
        ratios = (stock.wall_s / ours.wall_s, stock.cpu_s / ours.cpu_s) if ours.wall_s > 0 else ("", "")
        page.row(name, *cells, *ratios)

    page.write("", f"## {school.assignment}")
    columns = ("nbgrader, wall", "CPU", "gradlab, wall", "CPU", "nbgrader / gradlab, wall", "CPU")
    page.table("seconds", *columns)
    for n_submissions in sizes:
        row(f"{n_submissions} submissions", total["nbgrader", n_submissions], total["gradlab", n_submissions])
    row(f"a further one (from {few} to {many})", further["nbgrader"], further["gradlab"])

    limits = (bare.wall_s / N_CORES, bare.cpu_s)
    page.table("a further submission, against the limit", "wall", "CPU")
    page.row(f"bare, in one warm process; wall divided by {N_CORES} cores, in seconds", *limits)
    for command, cost in further.items():
        page.row(f"{command} / limit", cost.wall_s / limits[0], cost.cpu_s / limits[1])

    spent = in_a_process_of_its_own("stages", school.course("stages", N_BARE), school.assignment)
    whole_s = float(sum(spent.values()))
    page.table("where the time of one submission goes, one at a time", "ms", "%")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        page.row(name, f"{seconds * 1000:.0f}", f"{100 * seconds / whole_s:.0f}")
    page.row("together", f"{whole_s * 1000:.0f}", "100")
    return whole_s


def compare_starts(page: Page, school: Class, n_repeats: int, alone_s: float) -> None:
    """Compare the start-up of the command with importing the libraries that it needs.

    Args:
        page: gets the table.
        school: the class.
        n_repeats: how often to measure; at least three times.
        alone_s: the seconds that one submission takes after the start-up.
    """
    course = school.course("gradlab", 1)
    school.grade("gradlab", course)
    starts: dict[str, list[Cost]] = {}
    commands: dict[str, list[str | Path]] = {
        "`python -c 'import torch, nbgrader.apps'`": [sys.executable, "-c", "import torch, nbgrader.apps"],
        "`gradlab autograde`, nothing new": [BIN / "gradlab", "autograde", school.assignment],
        "`gradlab autograde --force`, one submission": [
            *(BIN / "gradlab", "autograde", school.assignment, "--force")
        ],
    }
    for _ in range(max(3, n_repeats)):
        for name, command in commands.items():
            starts.setdefault(name, []).append(cost_of(command, course))
    page.write("", f"### Start-up ({school.assignment})")
    page.table("seconds", "wall", "CPU", "wall, in imports", "CPU, in imports")
    imports = median_cost(next(iter(starts.values())))
    for name, found in starts.items():
        cost = median_cost(found)
        page.row(name, cost.wall_s, cost.cpu_s, cost.wall_s / imports.wall_s, cost.cpu_s / imports.cpu_s)
    start = cost - Cost(alone_s, alone_s)
    page.row(
        "… without that submission",
        *(start.wall_s, start.cpu_s),
        *(start.wall_s / imports.wall_s, start.cpu_s / imports.cpu_s),
    )


def compare_memory(page: Page, school: Class) -> None:
    """Measure the memory that one more submission at a time needs."""
    most = memory_of(
        [BIN / "gradlab", "autograde", school.assignment, "--workers", "1"], school.course("gradlab", 3)
    )
    kernel = "a kernel of nbgrader's"
    stock = memory_of([BIN / "nbgrader", "autograde", school.assignment], school.course("nbgrader", 1))
    most[kernel] = stock.get(kernel, 0)
    page.write("", f"### Private memory of one more submission at a time ({school.assignment})")
    page.table("process", "MiB")
    for kind in ("a worker", "its zygote", "its examinee", kernel):
        page.row(kind, f"{most[kind] / MIB:.0f}" if most.get(kind) else "not measured")


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", default=list(ASSIGNMENTS))
    parser.add_argument("--submissions", type=int, nargs="+", default=list(SIZES), help="class sizes")
    parser.add_argument(
        "--repeats", type=int, default=1, help="how often to measure everything; the median counts"
    )
    parser.add_argument(
        "--at-once", type=int, nargs="+", default=list(AT_ONCE), help="how many arrive at once"
    )
    parser.add_argument("--students", type=int, default=N_STUDENTS, help="whose feedback is made")
    parser.add_argument("--recorded", type=int, default=N_RECORDED, help="whose exams are recorded")
    parser.add_argument("--reported", type=int, default=N_REPORTED, help="whose scores are reported")
    options = parser.parse_args()
    _kernel.set_child_subreaper(adopts=True)  # so that the CPU time of zygotes can be counted
    page = Page()
    page.write(
        "# What it costs to grade a class",
        "",
        f"By `make bench`: {N_CORES} cores, Python {platform.python_version()}, torch {torch.__version__}, "
        f"median of {options.repeats}. All exercises of all submissions are solved; pictures are skipped.",
    )
    with tempfile.TemporaryDirectory() as folder:
        for assignment in options.assignments:
            school = Class(assignment, Path(folder) / assignment)
            school.lay_out()
            alone_s = compare(page, school, sorted(options.submissions), options.repeats)
            compare_starts(page, school, options.repeats, alone_s)
            compare_memory(page, school)
    page.write(*feedback_section(options.students))
    page.write(*serve_section(options.at_once))
    page.write(*recording_section(options.recorded))
    page.write(*report_section(options.reported))
    page.write(*notebooks_section())
    page.save()


if __name__ == "__main__":
    main()
