"""The command `gradlab audit`."""

from __future__ import annotations

from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from traitlets import Unicode
from traitlets.config import Configurable

from gradlab.audit.audit import Audit
from gradlab.audit.page import page
from gradlab.audit.screen import show
from gradlab.authoring.folders import find_course
from gradlab.course import Course
from gradlab.errors import CourseError
from gradlab.grading.workers import Workers
from gradlab.texts import without_control

if TYPE_CHECKING:
    from rich.console import Console

    from gradlab.zygote import Zygote


class AuditSettings(Configurable):
    """The audit's own settings, to be set in ``nbgrader_config.py``."""

    books_directory = Unicode(
        "tests/answers", help="The folder of the answer books, <assignment>/<notebook>/<exercise>.py."
    ).tag(config=True)


def run(  # noqa: PLR0913  # the command's options
    assignments: list[str],
    html: Path | None,
    n_workers: int | None,
    nursery: Zygote,
    console: Console,
    *,
    is_fresh: bool,
) -> int:
    """Audit the named assignments of the course around this folder, or all; return the exit status."""
    try:
        root = find_course(Path.cwd())
        here = Course(root)
        names = assignments or _assignments(here.step("source"))
        bar = Progress(
            TextColumn("examining answers"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=console,
            auto_refresh=False,  # without a thread, workers can be forked from this process
            transient=True,
        )
        with Workers(here.warmth(names), n_workers, nursery) as executor, bar:
            task = bar.add_task("", total=0)

            def tell(n_planned: int, n_done: int) -> None:
                total = (bar.tasks[0].total or 0) + n_planned
                bar.update(task, total=total, advance=n_done, refresh=True)

            audit = Audit(
                here,
                root,
                names,
                executor,
                root / AuditSettings(config=here.config).books_directory,
                is_fresh=is_fresh,
                tell=tell,
            )
            report = audit.report()
    except (CourseError, BrokenExecutor) as error:
        nursery.close()
        text = str(error) if isinstance(error, CourseError) else "A worker process has died."
        console.print(without_control(text), style="red", markup=False, soft_wrap=True)
        return 1
    show(report, console)
    if html is not None:
        html.write_text(page(report), encoding="utf-8")
    return 1 if report.problems else 0


def _assignments(source: Path) -> list[str]:
    return sorted(path.name for path in source.iterdir() if any(path.glob("*.ipynb")))
