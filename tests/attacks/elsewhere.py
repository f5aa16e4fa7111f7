"""Grade submissions as stock nbgrader would, in one process with the hidden tests.

``python elsewhere.py COURSE`` reads the exercise to grade for each student from stdin, and writes
the points. It shows that an attack is a real one: an attack that can't win anywhere proves nothing.
Nothing runs in a sandbox here, so use it only for attacks on Python itself.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
import numpy as np  # noqa: F401  # warm
import torch  # noqa: F401  # warm
from nbgrader.utils import determine_grade, is_grade, is_solution

import gradlab.checks  # noqa: F401  # warm
from attacks.corpus import ASSIGNMENT, NOTEBOOK
from gradlab.examinee.shell import Shell, warm_shell

OUTPUT_BYTES = 1_000_000


def points(shell: Shell, course: Path, student: str, exercise: str) -> float:
    """Return the points that a submission gets for an exercise."""
    folder = course / "submitted" / student / ASSIGNMENT
    os.chdir(folder)  # the tests find their assignment by its name
    submission = nbformat.read(folder / f"{NOTEBOOK}.ipynb", as_version=4)
    answers = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in submission.cells
        if "nbgrader" in cell.metadata
    }
    source = nbformat.read(course / "source" / ASSIGNMENT / f"{NOTEBOOK}.ipynb", as_version=4)
    total = 0.0
    for cell in source.cells:
        if cell.cell_type != "code":
            continue
        grade_id = cell.metadata.nbgrader.grade_id
        text = answers[grade_id] if is_solution(cell) else cell.source
        _, outputs, _ = shell.run(text, OUTPUT_BYTES)
        cell.outputs = [nbformat.from_dict(_plain(output)) for output in outputs]
        if is_grade(cell) and grade_id.removeprefix("test_").partition("__")[0] == exercise:
            total += determine_grade(cell)[0] or 0
    return total


def _plain(output: dict[str, Any]) -> dict[str, Any]:
    return {**output, "data": {key: str(value) for key, value in output.get("data", {}).items()}}


def main() -> None:
    """Grade each submission in a fork of this process."""
    course = Path(sys.argv[1])
    shell = warm_shell()
    totals = {}
    for student, exercise in json.load(sys.stdin).items():
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            try:
                os.write(writer, json.dumps(points(shell, course, student, exercise)).encode())
            finally:
                os._exit(0)
        os.close(writer)
        with open(reader, "rb") as pipe:  # noqa: PTH123  # a descriptor
            totals[student] = json.loads(pipe.read() or "null")
        os.waitpid(pid, 0)
    sys.stdout.write(json.dumps(totals))


if __name__ == "__main__":
    main()
