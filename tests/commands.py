"""Commands run as their users run them, in processes that have the slow imports behind them."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
import tempfile
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
    with tempfile.TemporaryDirectory() as temporary:
        printed = [Path(temporary) / "stdout", Path(temporary) / "stderr"]
        process = _CONTEXT.Process(
            target=_become, args=(command, folder, arguments, environment(folder), printed)
        )
        process.start()
        process.join()
        text = "".join(path.read_text(encoding="utf-8") for path in printed)
    assert (process.exitcode == 0) == succeeds, text
    return text


def _become(
    command: Path, folder: Path, arguments: tuple[str, ...], variables: dict[str, str], printed: list[Path]
) -> None:
    """Turn this process into a command's, which prints into files."""
    for stream, path in zip((sys.stdout, sys.stderr), printed, strict=True):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream.fileno())
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(variables)
    sys.argv = [str(command), *arguments]
    runpy.run_path(str(command), run_name="__main__")


_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "gradlab.adopt.command",
        "gradlab.audit.command",
        "gradlab.cli.commands",
        "gradlab.cluster.choice",
        "gradlab.demo.__main__",
    ]
)
