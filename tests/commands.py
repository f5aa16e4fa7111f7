"""Commands run as their users run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from nbgrader import apps

from gradlab.demo import __main__ as demo

BIN = Path(sys.executable).parent
NBGRADER = BIN / "nbgrader"
GRADLAB = BIN / "gradlab"


def environment(folder: Path) -> dict[str, str]:
    """Return an environment without the configuration of whoever runs the tests."""
    return {**os.environ, "JUPYTER_CONFIG_DIR": str(folder / "none")}


def nbgrader(folder: Path, *arguments: str, succeeds: bool = True) -> str:
    """Run an nbgrader command in a folder; return what it printed."""
    return _run(NBGRADER, folder, arguments, succeeds=succeeds)


def generate_assignment(folder: Path, *arguments: str) -> None:
    """Release assignments as `nbgrader generate_assignment` does in a process of its own, but faster."""
    demo.nbgrader(apps.GenerateAssignmentApp, folder, *arguments)


def gradlab(folder: Path, *arguments: str, succeeds: bool = True) -> str:
    """Run a gradlab command in a folder; return what it printed."""
    return _run(GRADLAB, folder, arguments, succeeds=succeeds)


def _run(command: Path, folder: Path, arguments: tuple[str, ...], *, succeeds: bool) -> str:
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env=environment(folder),
    )
    assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
    return done.stdout + done.stderr
