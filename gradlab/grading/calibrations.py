"""How the test cells of an assignment are asked: found out once for each of its states, kept in a file."""

from __future__ import annotations

import json
from concurrent.futures import BrokenExecutor
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from gradlab import __version__
from gradlab.authoring.source import read_source
from gradlab.base.errors import CourseError
from gradlab.base.replacing import replace_file
from gradlab.examiner.calibration import calibrated
from gradlab.examiner.ways import Asked, Way
from gradlab.gradebook.calibration_file import calibration_path, last_asked

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from pathlib import Path

    from gradlab.course import AssignmentSpec, Course, NotebookSpec
    from gradlab.examiner.notebook import Settings


_EDITION = 2  # of calibration: a higher number if it finds out more, or something else


def with_ways(course: Course, spec: AssignmentSpec, executor: Executor) -> AssignmentSpec:
    """Return the specification of an assignment with the ways in which its test cells are asked.

    Args:
        course: its folder keeps the result.
        spec: of the assignment.
        executor: examines the reference and the untouched release, if this state is new.

    Raises:
        CourseError: if they can't be examined here, so that nothing can be.
    """
    path, state = calibration_path(course, spec.name), f"{__version__}:{_EDITION}:{spec.digest()}"
    ways = _read(path, state)
    if ways is None:
        try:
            try:
                ways = _found_out(spec, executor)
            except BrokenExecutor:  # a worker has died
                ways = _found_out(spec, executor)
        except Exception as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
            raise CourseError(f"The reference of {spec.name!r} can't be examined: {reason}") from error
        _write(path, state, ways)
    notebooks = [replace(notebook, ways=ways.get(notebook.name, {})) for notebook in spec.notebooks]
    return replace(spec, notebooks=tuple(notebooks))


def _found_out(spec: AssignmentSpec, executor: Executor) -> dict[str, dict[str, Asked]]:
    examined = {
        notebook.name: executor.submit(ways_of_notebook, notebook, spec.settings)
        for notebook in spec.notebooks
    }
    return {name: future.result() for name, future in examined.items()}


def exceptions(course: Course, assignment: str) -> list[str]:
    """Return a line for each test cell of an assignment about which calibration has something to say."""
    return [
        f"{notebook}: {cell} is asked {asked['way']}: {asked['why']}"
        for notebook, cell, asked in last_asked(course, assignment)
        if asked["why"]
    ]


def ways_of_notebook(notebook: NotebookSpec, settings: Settings) -> dict[str, Asked]:
    """Examine a notebook's reference and untouched release; see `gradlab.examiner.calibration`."""
    source = None if notebook.source is None else read_source(notebook.source)
    if source is None:
        return {}
    return calibrated(source, notebook.cells, notebook.kernelspec, settings)


def _read(path: Path, state: str) -> dict[str, dict[str, Asked]] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["state"] != state:
            return None
        return {
            notebook: {cell: Asked(**{**asked, "way": Way(asked["way"])}) for cell, asked in ways.items()}
            for notebook, ways in content["notebooks"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(path: Path, state: str, ways: dict[str, dict[str, Asked]]) -> None:
    notebooks = {name: {cell: asdict(asked) for cell, asked in cells.items()} for name, cells in ways.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"state": state, "notebooks": notebooks}, ensure_ascii=False, indent=1)
    replace_file(path, text.encode())
