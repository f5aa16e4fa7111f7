# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Measures the report and the exports of a large class in which everyone has submitted everything.

The class is that of the tests, with random scores (``tests/classes.py``).
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from classes import lay_out_class  # noqa: E402  # needs the path above
from costs import cost_and_memory_of  # noqa: E402  # as above

BIN = Path(sys.executable).parent
EXPORTERS = tuple(f"gradlab.exporters.{kind}Exporter" for kind in ("Long", "Wide", "Canvas", "Moodle"))
MIB = 2**20
N_REPORTED = 10_000
TARGETS = "together 90 s, 1.5 GB, the first page 1 MB"


def report_section(n_students: int) -> list[str]:
    """Report and export the scores of a class; return the lines of a section of the page of results."""
    lines = [
        "",
        f"## Report and exports of {n_students} students",
        "",
        f"To reach with 10,000 students: {TARGETS}. Load of the machine: {os.getloadavg()[0]:.1f}.",
        "",
        "| | wall, s | CPU, s | memory, MiB | files | all files, MiB | first page, MiB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    names = tuple(sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir()))
    with tempfile.TemporaryDirectory() as folder:
        course = lay_out_class(Path(folder), n_students, names)
        report = course / "gradebook" / "report"
        for what in ("report", "report, again"):
            cost, most = cost_and_memory_of([BIN / "gradlab", "report"], course)
            files = [path for path in report.rglob("*") if path.is_file()]
            n_mib = sum(path.stat().st_size for path in files) / MIB
            first = (report / "en" / "index.html").stat().st_size / MIB
            lines.append(
                f"| {what} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {most / MIB:.0f} | {len(files)} "
                f"| {n_mib:.0f} | {first:.2f} |"
            )
        for exporter in EXPORTERS:
            cost, most = cost_and_memory_of(
                [BIN / "nbgrader", "export", f"--exporter={exporter}", "--to=scores.csv"], course
            )
            lines.append(f"| {exporter} | {cost.wall_s:.1f} | {cost.cpu_s:.1f} | {most / MIB:.0f} | 1 | | |")
    return lines


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=N_REPORTED)
    print(*report_section(parser.parse_args().students), sep="\n")
