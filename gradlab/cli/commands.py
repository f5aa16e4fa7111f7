"""The commands: their options, and what they say about errors."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text
from typer.core import TyperGroup

from gradlab import __version__
from gradlab.authoring.folders import SOURCE_FOLDER, find_course, source_notebooks
from gradlab.authoring.imports import modules_imported_in
from gradlab.base.errors import CourseError
from gradlab.base.progress_bar import progress_bar
from gradlab.base.startup import skip_slow_grammar
from gradlab.base.texts import counted, without_control
from gradlab.cli import INTERRUPTED, end_interrupted, raise_at_interrupt
from gradlab.examinee.zygote import Warmth, Zygote


class _Commands(TyperGroup):
    """Ends at Ctrl-C with a line; typer would say "Aborted!"."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            end_interrupted()


_Dask = Annotated[str | None, typer.Option(help="Examine on this Dask scheduler's cluster, tls://host:8786.")]


commands = typer.Typer(cls=_Commands, no_args_is_help=True, add_completion=False)


def _show_version(asked: bool) -> None:  # noqa: FBT001  # typer's way to call back
    if asked:
        print(f"gradlab {__version__}")  # noqa: T201  # asked for
        raise typer.Exit


@commands.callback()
def start(
    *,
    version: Annotated[  # noqa: ARG001  # typer's way to ask
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Grade a course on nbgrader."""
    skip_slow_grammar()


@commands.command()
def autograde(  # noqa: PLR0913  # the command's options
    assignment: Annotated[str, typer.Argument(help="The assignment, a folder in source/.")],
    student: Annotated[
        list[str] | None, typer.Option(help="Only this student's submission; may be given more than once.")
    ] = None,
    *,
    force: Annotated[bool, typer.Option(help="Grade unchanged submissions again, too.")] = False,
    explain: Annotated[
        bool, typer.Option(help="Only say why each submission would be graded; write nothing.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Submissions graded at once; by default, one per core.")
    ] = None,
    dask: _Dask = None,
) -> None:
    """Examine the submissions of an assignment and record their grades.

    Submissions that have been graded and have not changed are skipped: after an interruption, start again.
    Exit status 1 means that the grader itself failed on some submissions.
    """
    console = Console()
    started_s = time.monotonic()
    nursery = None if explain else _warm_nursery([assignment])
    try:
        from gradlab.cluster.choice import workers_of  # noqa: PLC0415  # slow imports, only for this command
        from gradlab.cluster.settings import Pipeline  # noqa: PLC0415  # as above
        from gradlab.course import Course  # noqa: PLC0415  # as above
        from gradlab.course.settings import unread_settings  # noqa: PLC0415  # as above
        from gradlab.grading import command  # noqa: PLC0415  # as above

        here = Course(find_course(Path.cwd()))
        if nursery is None:
            command.explain(here, assignment, student, console)
            return
        raise_at_interrupt()
        _warn(console, unread_settings(here.config, Pipeline))
        chosen = workers_of(here, [assignment], nursery, console, n_workers=workers, dask=dask)
        failed = command.run(
            here, assignment, student, chosen, console, n_at_once=chosen.n_at_once, is_forced=force
        )
        from gradlab.status.command import close  # noqa: PLC0415  # as above

        again = command.again(assignment, failed, is_forced=force)
        close(here, assignment, time.monotonic() - started_s, console, again)
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        if nursery is not None:
            nursery.close()
        _stop(console, error)
    sys.exit(bool(failed))


def _warm_nursery(assignments: list[str]) -> Zygote:
    """Return a zygote that imports what assignments need, while this process imports nbgrader."""
    nursery = Zygote.started()
    with contextlib.suppress(CourseError, OSError):  # reported later
        root = find_course(Path.cwd())
        names = assignments or [path.name for path in (root / SOURCE_FOLDER).iterdir()]
        paths = [path for name in names for path in source_notebooks(root, name)]
        nursery.warm(Warmth(modules_imported_in(paths)))
    return nursery


def _say(console: Console, text: str, style: str = "") -> None:
    """Print a text, which students may have chosen in part, on one line of any length."""
    console.print(without_control(text), style=style, markup=False, highlight=False, soft_wrap=True)


def _warn(console: Console, lines: list[str]) -> None:
    for line in lines:
        _say(console, line, "yellow")


def _stop(console: Console, error: Exception) -> NoReturn:
    """End with one line about an error of the course or the machine; raise any other error again."""
    from gradlab.base.failures import explained  # noqa: PLC0415  # slow imports, only for this

    text = str(error) if isinstance(error, CourseError) else explained(error)
    if text is None:
        raise error
    _say(console, text, "red")
    sys.exit(1)


@commands.command()
def feedback(
    assignments: Annotated[list[str] | None, typer.Argument(help="By default, all of the course.")] = None,
    *,
    force: Annotated[bool, typer.Option(help="Make pages again that would look the same, too.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Submissions at once; by default, one per core.")
    ] = None,
) -> None:
    """Make the pages of feedback that are missing, or would look different now.

    They are those of `nbgrader generate_feedback`; `nbgrader release_feedback` hands them out. Exit status 1
    means that some could not be made.
    """
    from gradlab.feedback.bulk import FeedbackRun, Made  # noqa: PLC0415  # slow imports, only for this command

    console = Console()
    done: list[Made] = []
    raise_at_interrupt()
    try:
        run = FeedbackRun(find_course(Path.cwd()))
        asked = run.graded(assignments or [])
        with progress_bar(console) as bar:
            task = bar.add_task("feedback", total=len(asked))
            for made in run.make_all(asked, workers, force=force):
                done.append(made)
                bar.update(task, advance=1, refresh=True)
    except KeyboardInterrupt:
        console.print(f"Interrupted after {len(done)} submissions; start again for the rest.", style="red")
        sys.exit(INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        _stop(console, error)
    for made in done:
        if made.error:
            _say(console, f"no feedback: {made.student}, {made.assignment}: {made.error}", style="red")
    n_pages, n_fresh = sum(made.n_pages for made in done), sum(made.n_fresh for made in done)
    _say(console, f"{counted(n_pages, 'page')} made, {n_fresh} up to date.")
    sys.exit(any(made.error for made in done))


@commands.command()
def serve(
    assignments: Annotated[
        list[str] | None, typer.Argument(help="By default, all that are released in the exchange.")
    ] = None,
    *,
    once: Annotated[bool, typer.Option(help="Stop as soon as nothing more waits.")] = False,
    status: Annotated[Path | None, typer.Option(help="Keep the status in this JSON file.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Submissions graded at once; by default, one per core.")
    ] = None,
    dask: _Dask = None,
) -> None:
    """Grade submissions when they arrive in the exchange, and release the feedback, until interrupted.

    `c.Serve` in nbgrader_config.py says what students read before the due date. It can be stopped at any
    time, and goes on when it is started again.
    """
    nursery = _warm_nursery(assignments or [])
    from gradlab.course import Course  # noqa: PLC0415  # slow imports, only for this command
    from gradlab.serve import command  # noqa: PLC0415  # as above

    try:
        here = Course(find_course(Path.cwd()))
        raise_at_interrupt()
        command.run(
            here,
            assignments or [],
            nursery,
            Console(),
            n_workers=workers,
            dask=dask,
            status_path=status,
            is_once=once,
        )
    except KeyboardInterrupt:
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # the workers end with this process and abandon their exams
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        nursery.close()
        _stop(Console(), error)


@commands.command()
def status(
    assignments: Annotated[list[str] | None, typer.Argument(help="By default, all of the course.")] = None,
) -> None:
    """Show how far each assignment is, from its release to its feedback, and the next command for it."""
    from gradlab.course import Course  # noqa: PLC0415  # slow imports, only for this command
    from gradlab.status import command  # noqa: PLC0415  # as above

    try:
        command.run(Course(find_course(Path.cwd())), assignments or [], Console())
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        _stop(Console(), error)


@commands.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder of the course, new or with a course in it.")],
    roster: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The students, as CSV with the columns id, first_name, last_name, email, lms_user_id; all "
            "but the first may be missing.",
        ),
    ] = None,
    *,
    empty: Annotated[bool, typer.Option("--empty", help="Leave source/ empty.")] = False,
) -> None:
    """Make the folder of a course: source, configuration, and a gradebook with named students.

    The source is that of the course around, if there is one. In a folder with a course, only students change.
    """
    from gradlab.adopt.new_course import start_course  # noqa: PLC0415  # slow imports, only for this command

    console = Console()
    model = None
    try:
        if not empty:
            with contextlib.suppress(CourseError):  # there is none around
                model = find_course(Path.cwd())
        for line in start_course(folder.resolve(), roster, model):
            _say(console, line)
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        _stop(console, error)
    _say(console, f"next: cd {shlex.quote(str(folder))} && gradlab status")


@commands.command()
def report(
    folder: Annotated[Path | None, typer.Option(help="Where to write; by default, gradebook/report.")] = None,
) -> None:
    """Write the gradebook as web pages in Korean and English, with every table as CSV.

    The last report in the folder is replaced.
    """
    from gradlab.course import Course  # noqa: PLC0415  # slow imports, only for this command
    from gradlab.report.site import write_report  # noqa: PLC0415  # as above

    try:
        course = Course(find_course(Path.cwd()))
        print(write_report(course, folder or course.beside_gradebook / "report"))  # noqa: T201  # the result
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        _stop(Console(), error)


@commands.command()
def audit(
    assignments: Annotated[list[str] | None, typer.Argument(help="By default, all of the course.")] = None,
    *,
    html: Annotated[Path | None, typer.Option(help="Write the report to this HTML file, too.")] = None,
    force: Annotated[bool, typer.Option(help="Examine unchanged answers again, too.")] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Answers examined at once; by default, one per core.")
    ] = None,
    dask: _Dask = None,
) -> None:
    """Prove that assignments are ready to be released: their tests tell wrong answers from right ones.

    Exit status 1 means that something has to be fixed first.
    """
    nursery = _warm_nursery(assignments or [])
    from gradlab.audit import command  # noqa: PLC0415  # slow imports, only for this command

    try:
        raise_at_interrupt()
        status = command.run(assignments or [], html, workers, dask, nursery, Console(), is_fresh=force)
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        nursery.close()
        _stop(Console(), error)
    sys.exit(status)


@commands.command()
def adopt(
    assignments: Annotated[list[str] | None, typer.Argument(help="By default, all of the course.")] = None,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Add what gradlab needs to nbgrader_config.py.")
    ] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report to this HTML file, too.")] = None,
) -> None:
    """Show how each test cell of a course would be asked, why, and which rewrite would ask it by value.

    Any nbgrader course will do; it need not be released. Exit status 1 means that a notebook could not be
    calibrated, or the configuration could not be written.
    """
    nursery = Zygote.started()
    from gradlab.adopt import command  # noqa: PLC0415  # slow imports, only for this command

    try:
        status = command.run(Path.cwd(), assignments or [], html, nursery, Console(), is_written=write)
    except Exception as error:  # noqa: BLE001  # raised again if it is ours
        nursery.close()
        _stop(Console(), error)
    sys.exit(status)


@commands.command()
def doctor() -> None:
    """Show what keeps each promise of the sandbox on this machine, what else would, and all layers.

    Exit status 1 means that a promise is not kept here: nothing is graded then, unless
    `c.Execute.require_promises` leaves it out.
    """
    from gradlab.sandbox import PROMISES, inspect_layers  # noqa: PLC0415  # only for this command

    layers = inspect_layers()
    table = Table("promise", "kept by", "would also be kept by", title="Promises", show_lines=True)
    kept = {name: promise.kept_by(layers) for name, promise in PROMISES.items()}
    for name, walls in kept.items():
        by = "\nor ".join(walls) if walls else Text("not kept", "red")
        promise = f"{name}\n{PROMISES[name].meaning}"
        table.add_row(promise, by, "\nor ".join(PROMISES[name].would_be_kept_by(layers)))
    console = Console()
    console.print(table)
    table = Table("layer", "on", "reason", title="Layers")
    for layer in layers:
        table.add_row(layer.name, "on" if layer.is_on else "off", layer.reason)
    console.print(table)
    sys.exit(not all(kept.values()))
