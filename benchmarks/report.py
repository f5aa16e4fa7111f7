# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""Measures how long the report takes for a large class in which everyone has submitted everything.

The class is that of the tests, with random scores (``tests/classes.py``).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from classes import lay_out_class  # noqa: E402  # needs the path above

from gradlab.course import Course  # noqa: E402  # as above
from gradlab.report.site import write_report  # noqa: E402  # as above


def main() -> None:
    """Make the class, write its report twice, and print the seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--students", type=int, default=2_000)
    options = parser.parse_args()
    assignments = tuple(sorted(path.name for path in (ROOT / "source").iterdir() if path.is_dir()))
    with tempfile.TemporaryDirectory() as folder:
        course = Course(lay_out_class(Path(folder), options.students, assignments))
        for what in ("first", "again"):
            started_s = time.perf_counter()
            report = write_report(course, course.beside_gradebook / "report").parent
            took_s = time.perf_counter() - started_s
            files = [path for path in report.rglob("*") if path.is_file()]
            n_mib = sum(path.stat().st_size for path in files) / 2**20
            print(f"{what}: {took_s:.1f} s, {len(files)} files, {n_mib:.0f} MiB")


if __name__ == "__main__":
    main()
