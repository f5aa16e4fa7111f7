# ruff: noqa: INP001, T201  # a script, not a package; it prints for another script
"""Measures what a submission costs within a single process: bare, or in each of gradlab's stages.

Run as ``python within.py bare|stages COURSE ASSIGNMENT``; prints JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from concurrent.futures import Executor, Future
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from costs import Cost, median_cost

from gradlab.authoring.folders import source_notebooks
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.running import run
from gradlab.authoring.source import PICTURE_TAG, SourceNotebook
from gradlab.checks import use_notebook
from gradlab.course import Course
from gradlab.examinee.shell import warm_shell
from gradlab.examinee.zygote import Zygote
from gradlab.examiner import exam, session
from gradlab.grading import grade, pipeline
from gradlab.grading.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def run_bare(course: Path, assignment: str) -> dict[str, float]:
    """Run the cells and hidden tests of submissions in this process; return the median cost of one."""
    warmth = Course(course).warmth([assignment])
    warmth.import_modules()
    exec(warmth.code, {"__name__": "warm_up"})  # noqa: S102  # the course's own code
    shell = warm_shell()
    sources = [SourceNotebook.read(path) for path in source_notebooks(course, assignment)]
    costs = []
    for student in sorted((course / "submitted").iterdir()):
        os.chdir(student / assignment)
        wall_s = cpu_s = 0.0
        for source in sources:
            notebook = nbformat.read(f"{source.path.stem}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # untyped
            assert source.reference  # noqa: S101  # its cost is paid once
            source.memory.clear()  # each submission pays for its own tests
            shell.reset(new_session=False)  # type: ignore[no-untyped-call]  # untyped
            wall_s, cpu_s = wall_s - time.perf_counter(), cpu_s - time.process_time()
            for cell in notebook.cells:
                if cell.cell_type != "code" or PICTURE_TAG in cell.metadata.get("tags", ()):
                    continue
                error, _, _ = shell.run(cell.source, 10**6)
                assert error is None, error  # noqa: S101  # solutions work
                test = source.tests.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), "")
                with use_notebook(source):
                    run(split_test(test)[1], shell.user_ns, "<hidden test>")
            wall_s, cpu_s = wall_s + time.perf_counter(), cpu_s + time.process_time()
        costs.append(Cost(wall_s, cpu_s))
    return asdict(median_cost(costs[1:] or costs))


class Here(Executor):
    """Runs everything at once, in this thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as an executor does
            future.set_exception(error)
        return future


class Stages:
    """Where the time goes: seconds by stage, each without the stages inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner_s = [0.0]

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of a block."""
        start_s = time.perf_counter()
        self._inner_s.append(0.0)
        try:
            yield
        finally:
            all_s = time.perf_counter() - start_s
            self.seconds[name] = self.seconds.get(name, 0.0) + all_s - self._inner_s.pop()
            self._inner_s[-1] += all_s

    def watch(self, owner: Any, method: str, name_of: Callable[..., str]) -> None:
        """Count the time of all calls of a method or function, under a name made from its arguments."""
        function = getattr(owner, method)

        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name_of(*args)):
                return function(*args, **kwargs)

        setattr(owner, method, watched)


def run_stages(course: Path, assignment: str) -> dict[str, float]:
    """Grade submissions one by one in this process; return the mean seconds of each stage."""
    stages = Stages()
    stages.watch(Zygote, "spawn", lambda *_: "spawn")
    stages.watch(session.Session, "run", lambda *_: "cells")
    stages.watch(exam, "run_hidden", lambda *_: "hidden tests")
    stages.watch(Recorder, "record", lambda *_: "recording")
    stages.watch(grade, "_finished", lambda *_: "nbgrader's other steps, writing the notebook")
    stages.watch(grade, "_graded_notebook", lambda *_: "reading, restoring, the rest of the exam")

    here = Course(course)
    students = pipeline.submitted(here, assignment)
    for _ in pipeline.autograde(here, assignment, students[:1], Here()):  # imports, caches
        stages.seconds.clear()
    for progress in pipeline.autograde(here, assignment, students[1:], Here()):
        assert not progress.error, progress.error  # noqa: S101  # else there is no cost
    return {name: spent_s / (len(students) - 1) for name, spent_s in stages.seconds.items()}


if __name__ == "__main__":
    role, folder, name = sys.argv[1:]
    work = {"bare": run_bare, "stages": run_stages}[role]
    print(json.dumps(work(Path(folder), name)))
