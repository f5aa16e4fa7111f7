"""Commands run as their users run them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

NBGRADER = Path(sys.executable).parent / "nbgrader"


def nbgrader(folder: Path, *arguments: str, succeeds: bool = True) -> str:
    """Run an nbgrader command in a folder, as in an activated environment; return what it printed."""
    path = f"{NBGRADER.parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by its name
    done = subprocess.run(
        [NBGRADER, *arguments],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "PATH": path, "JUPYTER_CONFIG_DIR": str(folder / "none")},
    )
    assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
    return done.stdout + done.stderr
