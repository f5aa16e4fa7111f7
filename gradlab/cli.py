"""The command line."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from gradlab.errors import CourseError

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Grade a course on nbgrader.")


@app.command()
def autograde(
    assignment: str,
    student: Annotated[list[str] | None, typer.Option(help="Only this student's submission.")] = None,
    *,
    force: Annotated[bool, typer.Option(help="Grade again what has not changed.")] = False,
    workers: Annotated[int | None, typer.Option(help="Submissions at once; by default, one a core.")] = None,
) -> None:
    """Examine the submissions of an assignment and record their grades."""
    from gradlab.zygote import warm_up  # noqa: PLC0415  # slow imports, only for this command

    warm_up()
    from gradlab import course, pipeline  # noqa: PLC0415  # as above

    console = Console()
    executor = pipeline.workers(workers)
    try:
        here = course.Course(Path.cwd())
        students = student or here.students(assignment)
        done = []
        with ProgressBar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
        ) as bar:
            task = bar.add_task(assignment, total=len(students), rate="")
            for progress in pipeline.autograde(here, assignment, students, executor, force=force):
                done.append(progress)
                speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
                bar.update(task, advance=1, rate=f"{speed:.1f}/s" if speed else "")
    except CourseError as error:
        console.print(str(error), style="red")
        sys.exit(1)
    finally:
        executor.shutdown(cancel_futures=True)
    console.print(summary(done))
    for progress in done:
        for problem in progress.problems:
            console.print(f"not gradeable: {progress.student}: {problem}")
        if progress.error:
            console.print(f"grader failed: {progress.student}: {progress.error}", style="red")
    sys.exit(any(progress.error for progress in done))


def summary(done: list) -> Table:  # type: ignore[type-arg]  # of the pipeline's Progress, not imported here
    """Return how many test cells came to which outcome."""
    outcomes = Counter(
        grade.outcome or "by hand"
        for progress in done
        for notebook in progress.notebooks
        for grade in notebook.grades.values()
    )
    table = Table(title=f"{len(done)} submissions, {sum(one.was_known for one in done)} unchanged")
    table.add_column("outcome")
    table.add_column("test cells", justify="right")
    for outcome, number in outcomes.most_common():
        table.add_row(outcome, str(number))
    return table


@app.command()
def doctor() -> None:
    """Say which layers of the sandbox are on here, and why others are off."""
    from gradlab.sandbox import essential_layers, inspect_layers  # noqa: PLC0415  # only for this command

    table = Table()
    for column in ("layer", "on", "required", "reason"):
        table.add_column(column)
    layers = inspect_layers()
    for layer in layers:
        required = "yes" if layer.name in essential_layers() else ""
        table.add_row(layer.name, "on" if layer.is_on else "off", required, layer.reason)
    Console().print(table)
    sys.exit(any(layer.name in essential_layers() and not layer.is_on for layer in layers))
