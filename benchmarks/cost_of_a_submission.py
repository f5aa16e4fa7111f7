# ruff: noqa: INP001  # a script, not a package
"""What one submission costs to autograde, in units of starting Python with torch.

Machines differ and are noisy, so that only ratios within one run are kept: seconds of `nbgrader autograde`
for each further submission, divided by the seconds of a bare ``python -c "import torch"`` in the same run.
Writes ``benchmarks/cost_of_a_submission.md``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

COURSE = Path(__file__).resolve().parent.parent
NBGRADER = Path(sys.executable).parent / "nbgrader"
N_SUBMISSIONS = 4
REPEATS = 3


def seconds(command: list[str | Path], folder: Path) -> float:
    """Return the wall time of a command."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  # our own commands
    return time.perf_counter() - start


def bare() -> float:
    """Return the wall time of starting Python and importing torch."""
    return seconds([sys.executable, "-c", "import torch"], COURSE)


def course_of(assignment: str, folder: Path) -> Path:
    """Lay out a course with solved submissions of one assignment."""
    shutil.copytree(COURSE / "source" / assignment, folder / "source" / assignment)
    shutil.copy(COURSE / "nbgrader_config.py", folder)
    seconds([NBGRADER, "generate_assignment", assignment], folder)
    for number in range(1, N_SUBMISSIONS + 1):
        shutil.copytree(
            COURSE / "solutions" / assignment, folder / "submitted" / f"student-{number:02}" / assignment
        )
    return folder


def marginal(assignment: str, folder: Path) -> float:
    """Return the wall time that each submission after the first one adds."""
    one = seconds([NBGRADER, "autograde", assignment, "--student", "student-01", "--force"], folder)
    every = seconds([NBGRADER, "autograde", assignment, "--force"], folder)
    return (every - one) / (N_SUBMISSIONS - 1)


def main() -> None:
    """Measure each assignment, alternating with the bare start."""
    rows = ["| assignment | a further submission / a bare `import torch` |", "|---|---|"]
    for source in sorted((COURSE / "source").iterdir()):
        with tempfile.TemporaryDirectory() as folder:
            course = course_of(source.name, Path(folder))
            ratios = [marginal(source.name, course) / bare() for _ in range(REPEATS)]
        rows.append(f"| {source.name} | {median(ratios):.2f} (from {min(ratios):.2f} to {max(ratios):.2f}) |")
        print(rows[-1], flush=True)  # noqa: T201  # progress for a person
    page = Path(__file__).with_suffix(".md")
    heading = f"# Cost of a submission\n\nMedian of {REPEATS} runs of `{page.stem}.py`, wall time.\n\n"
    page.write_text(heading + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
