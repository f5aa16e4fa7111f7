"""The command `gradlab audit`."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from gradlab.adopt.calibrated import with_sources
from gradlab.audit.audit import Audit, Phase
from gradlab.audit.page import page
from gradlab.audit.screen import show
from gradlab.audit.settings import AuditSettings
from gradlab.authoring.folders import find_course
from gradlab.base.errors import CourseError
from gradlab.base.progress_bar import progress_bar
from gradlab.base.texts import without_control
from gradlab.cluster.choice import workers_of
from gradlab.cluster.settings import Pipeline
from gradlab.course import Course
from gradlab.course.settings import unread_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.progress import TaskID

    from gradlab.examinee.zygote import Zygote


def run(  # noqa: PLR0913, PLR0917  # the command's options
    assignments: list[str],
    html: Path | None,
    n_workers: int | None,
    dask: str | None,
    nursery: Zygote,
    console: Console,
    *,
    is_fresh: bool,
) -> int:
    """Audit the named assignments of the course around this folder, or all; return the exit status.

    A run that is stopped, or fails, shows what it knows.
    """
    root = find_course(Path.cwd())
    here = Course(root)
    for line in unread_settings(here.config, AuditSettings, Pipeline):
        console.print(without_control(line), style="yellow", markup=False, highlight=False, soft_wrap=True)
    names = assignments or with_sources(here)
    books = root / AuditSettings(config=here.config).books_directory
    bar = _Bar(console)
    reason = ""
    with workers_of(here, names, nursery, console, n_workers=n_workers, dask=dask) as executor:
        audit = Audit(here, root, names, executor, books, is_fresh=is_fresh, tell=bar.tell)
        try:
            with bar.progress, stopped_by_signals():
                audit.run()
        except KeyboardInterrupt as stop:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # showing takes no time
            _show(audit, html, console)
            _end_now(stop)
        except (CourseError, BrokenExecutor) as error:
            nursery.close()
            reason = str(error) if isinstance(error, CourseError) else "A worker process has died."
    if not reason or audit.has_findings:
        _show(audit, html, console)
    if reason:
        console.print(without_control(reason), style="red", markup=False, soft_wrap=True)
    return 1 if reason or audit.report().problems else 0


def _show(audit: Audit, html: Path | None, console: Console) -> None:
    report = audit.report()
    show(report, console)
    if html is not None:
        html.write_text(page(report), encoding="utf-8")


class _Bar:
    """Shows how far an audit is: as a bar, or as a line for each phase if there is no terminal."""

    def __init__(self, console: Console) -> None:
        self.progress = progress_bar(console)
        self._tasks: dict[Phase, TaskID] = {}

    def tell(self, phase: Phase, n_all: int, n_new: int) -> None:
        """Show that some more of a phase's steps have been finished."""
        if phase not in self._tasks:
            self._tasks[phase] = self.progress.add_task(phase, total=n_all)
            if not self.progress.console.is_terminal:
                self.progress.console.print(f"{phase}: {n_all}")
        self.progress.update(self._tasks[phase], total=n_all, advance=n_new, refresh=True)


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Raise `KeyboardInterrupt` with the signal's number at SIGTERM, as Python does at Ctrl-C."""
    here = os.getpid()

    def stop(number: int, _: object) -> None:
        if os.getpid() != here:  # a worker that has been forked from here
            os._exit(128 + number)
        raise KeyboardInterrupt(number)

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _end_now(stop: KeyboardInterrupt) -> NoReturn:
    """End this process and all that it has started, without waiting for their exams."""
    for process in multiprocessing.active_children():
        process.terminate()
    sys.stdout.flush()
    os._exit(128 + (stop.args[0] if stop.args else signal.SIGINT))
