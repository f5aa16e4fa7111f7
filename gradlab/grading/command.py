"""The command `gradlab autograde`."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Column, Table

from gradlab.base.texts import counted, without_control
from gradlab.grading import pipeline
from gradlab.grading.calibrations import exceptions
from gradlab.grading.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from rich.console import Console

    from gradlab.course import Course
    from gradlab.grading.pipeline import Progress

INTERRUPTED = 130
REFRESH_S = 0.2
N_NAMED = 5


def run(  # noqa: PLR0913  # the command's options
    course: Course,
    assignment: str,
    students: list[str] | None,
    workers: Executor,
    console: Console,
    *,
    n_at_once: Callable[[], int],
    is_forced: bool,
) -> list[str]:
    """Grade an assignment and say what came of it; return the students on whose work the grader failed.

    Raises:
        CourseError: if it can't be graded.
    """
    asked = pipeline.submitted(course, assignment, students)
    done: list[Progress] = []
    try:
        with workers as executor, _bar(console) as bar:
            task = bar.add_task(assignment, total=len(asked), troubles="", rate="")
            next_s = 0.0
            for progress in pipeline.autograde(
                course, assignment, asked, executor, force=is_forced, n_at_once=n_at_once
            ):
                done.append(progress)
                if time.monotonic() >= next_s or len(done) == len(asked):
                    speed = bar.tasks[0].speed
                    rate = f"{speed:.1f}/s" if speed else ""
                    bar.update(task, completed=len(done), troubles=_troubles(done), rate=rate, refresh=True)
                    next_s = time.monotonic() + REFRESH_S
    except KeyboardInterrupt:
        _say(
            console, f"Interrupted after {counted(len(done), 'submission')}; start again for the rest.", "red"
        )
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # the workers end with this process and abandon their exams
    _tell(course, assignment, done, console)
    return sorted(progress.student for progress in done if progress.error)


def again(assignment: str, failed: Sequence[str], *, is_forced: bool) -> str:
    """Return the command that grades those again on whose work the grader failed; "" if there are none.

    What was graded before is only graded again by force.
    """
    options = [f"--student {shlex.quote(student)}" for student in failed] if len(failed) <= N_NAMED else []
    force = ["--force"] if is_forced else []
    return " ".join(["gradlab autograde", assignment, *force, *options]) if failed else ""


def explain(course: Course, assignment: str, students: list[str] | None, console: Console) -> None:
    """Say for each submission why it would be graded, and how many more with `--force`.

    Raises:
        CourseError: if there is no such assignment or submission.
    """
    asked = pipeline.submitted(course, assignment, students)
    forecasts = list(pipeline.forecasts(course, assignment, asked))
    for forecast in forecasts:
        _say(console, f"{forecast.student}: {forecast.reason}")
    n_all, n_examined = len(forecasts), sum(forecast.is_examined for forecast in forecasts)
    _say(console, f"{n_examined} of {n_all} would be graded; --force would add {n_all - n_examined}.")


@contextlib.contextmanager
def _bar(console: Console) -> Iterator[ProgressBar]:
    """A progress bar, which disappears if nothing comes of it."""
    bar = ProgressBar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[troubles]}", style="red"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        console=console,
        auto_refresh=False,  # no extra thread, so that workers can be forked
    )
    with bar:
        try:
            yield bar
        except Exception:
            bar.live.transient = True
            raise


def _tell(course: Course, assignment: str, done: Sequence[Progress], console: Console) -> None:
    """Say what came of the submissions, and what a person has to look at."""
    n_unchanged = sum(progress.was_known for progress in done)
    _say(console, f"{counted(len(done), 'submission')}, {n_unchanged} unchanged")
    console.print(_summary(done))
    for line in exceptions(course, assignment):
        _say(console, line)
    lines = [
        without_control(f"{progress.student}: answers found {recorded.n_found} of {recorded.n_asked}")
        for progress in done
        if (recorded := progress.recorded).n_asked
    ]
    if lines:
        console.out("\n".join(lines), highlight=False)  # at once: many thousand lines take rich seconds
    for what, texts in (
        ("note", {progress.student: progress.recorded.notes for progress in done}),
        ("not gradeable", {progress.student: progress.problems for progress in done}),
    ):
        for student, found in texts.items():
            if found:
                _say(console, f"{what}: {student}: {'; '.join(' '.join(text.split()) for text in found)}")
    open_for = [progress.student for progress in done if progress.waits_for_person]
    for line in waiting(course, assignment, open_for):
        _say(console, line)
    for reason, failed in _failed(done).items():
        _say(console, f"grader failed: {', '.join(failed)}: {reason}", style="red")


def _troubles(done: Sequence[Progress]) -> str:
    """Return how many submissions were not gradeable, and how often the grader failed."""
    troubles = {
        "not gradeable": sum(bool(progress.problems) for progress in done),
        "failed": sum(bool(progress.error) for progress in done),
    }
    return ", ".join(f"{number} {what}" for what, number in troubles.items() if number)


def _summary(done: Sequence[Progress]) -> Table:
    """Count the test cells by outcome."""
    outcomes = Counter(outcome or "by hand" for progress in done for outcome in progress.recorded.outcomes)
    table = Table("outcome", Column("test cells", justify="right"), box=None, pad_edge=False)
    for outcome, number in outcomes.most_common():
        table.add_row(outcome, str(number))
    return table


def _failed(done: Iterable[Progress]) -> dict[str, list[str]]:
    """Return the students whose grading failed, by error; the student's path in it makes no difference."""
    failed: dict[str, list[str]] = {}
    for progress in done:
        if progress.error:
            reason = progress.error.replace(f"/{progress.student}/", "/<student>/")
            failed.setdefault(reason, []).append(progress.student)
    return failed


def _say(console: Console, text: str, style: str = "") -> None:
    """Print a text, which students may have chosen in part, on one line of any length."""
    console.print(without_control(text), style=style, markup=False, highlight=False, soft_wrap=True)
