"""The command: watches, steps, and says what happens."""

from __future__ import annotations

import signal
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Self

import watchfiles
from nbgrader import apps
from nbgrader.auth import Authenticator
from nbgrader.exchange import ExchangeFactory
from rich.live import Live
from rich.text import Text

from gradlab.base.errors import CourseError
from gradlab.base.texts import suggestion, without_control
from gradlab.cluster.choice import workers_of
from gradlab.cluster.settings import Pipeline
from gradlab.course import configured
from gradlab.course.settings import unread_settings
from gradlab.serve.inbox import Inbox
from gradlab.serve.pages import Pages
from gradlab.serve.server import ResidentGrader
from gradlab.serve.settings import Serve
from gradlab.serve.status import ServeStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from nbgrader.exchange.abc import ExchangeReleaseFeedback
    from rich.console import Console

    from gradlab.course import Course
    from gradlab.examinee.zygote import Zygote
    from gradlab.serve.server import Event

TICK_MS = 40  # between two looks at running exams
HEARTBEAT_S = 10.0
GATHER_MS = 20  # how long to gather what the file system tells


def run(  # noqa: PLR0913  # the command's options
    course: Course,
    assignments: Sequence[str],
    nursery: Zygote,
    console: Console,
    *,
    n_workers: int | None,
    dask: str | None,
    status_path: Path | None,
    is_once: bool,
) -> None:
    """Grade what arrives until it is interrupted; with `is_once`, until nothing more waits.

    Raises:
        CourseError: if the course can't be served.
    """
    inbox, release = exchange_of(course.root)
    names = _named(course, inbox, assignments)
    workers = workers_of(course, names, nursery, console, n_workers=n_workers, dask=dask)
    with (
        workers,
        ResidentGrader(course, names, inbox, Pages(course, release), workers, workers.n_at_once) as server,
        _ended_politely(),
        _Screen(console, server, status_path) as screen,
    ):
        for line in unread_settings(course.config, Pipeline, Serve):
            screen.say(line, "yellow")
        screen.say(f"Serving {', '.join(names)} from {inbox.folder}; stop with Ctrl-C.")
        for _ in _looks(server, is_once=is_once):
            for event in server.step():
                screen.tell(event)
            screen.refresh()


def exchange_of(folder: Path) -> tuple[Inbox, ExchangeReleaseFeedback]:
    """Return what arrives for a course, and nbgrader's own releasing of feedback, as it configures them.

    Raises:
        CourseError: if it does not use nbgrader's exchange of folders.
    """
    app = configured(apps.NbGrader(), folder)
    exchange = ExchangeFactory(parent=app)
    both = {"coursedir": app.coursedir, "authenticator": Authenticator(parent=app), "parent": app}
    return Inbox(exchange.Collect(**both)), exchange.ReleaseFeedback(**both)


def _named(course: Course, inbox: Inbox, assignments: Sequence[str]) -> list[str]:
    """Return the assignments that are asked for, or all that are released.

    Raises:
        CourseError: if there is no such assignment, or none at all.
    """
    known = course.assignments()
    for name in assignments:
        if name not in known:
            raise CourseError(f"There is no assignment {name!r}.{suggestion(name, known)}")
    names = list(assignments) or [name for name in inbox.released() if name in known]
    if not names:
        raise CourseError("No assignment is released: run 'nbgrader release_assignment <assignment>'.")
    return names


def _looks(server: ResidentGrader, *, is_once: bool) -> Iterator[None]:
    """Look what has arrived if the file system tells or it is time; yield after each tick."""
    looked_at = -server.choices.poll_s
    changes = watchfiles.watch(
        server.inbox.folder,
        recursive=False,
        step=GATHER_MS,
        debounce=GATHER_MS,
        rust_timeout=TICK_MS,
        yield_on_timeout=True,
        raise_interrupt=True,
    )
    for changed in changes:
        if changed or time.monotonic() >= looked_at + server.choices.poll_s:
            server.look()
            looked_at = time.monotonic()
        yield
        if is_once and server.is_idle:
            return


@contextmanager
def _ended_politely() -> Iterator[None]:
    """Let SIGTERM, as a service manager sends it, do what Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Screen:
    """The terminal: a line for each event, and the status below them, if it is one."""

    def __init__(self, console: Console, server: ResidentGrader, path: Path | None) -> None:
        self._console = console
        self._server = server
        self._path = path
        self._shown: ServeStatus | None = None
        self._written_at = -HEARTBEAT_S
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()
        status = ServeStatus.of(self._server)
        self.say(status.line())
        if self._path is not None:
            with suppress(OSError):  # as in `refresh`
                status.write(self._path)

    def tell(self, event: Event) -> None:
        """Print what happened."""
        self.say(event.text, "yellow" if event.is_trouble else "")

    def say(self, text: str, style: str = "") -> None:
        """Print a text, which students may have chosen in part, on one line."""
        self._console.print(without_control(text), style=style, markup=False, soft_wrap=True)

    def refresh(self) -> None:
        """Show the status if it has changed; write it for a monitor, too, which looks at its time."""
        status = ServeStatus.of(self._server)
        has_changed, is_old = status != self._shown, time.monotonic() > self._written_at + HEARTBEAT_S
        if has_changed and self._console.is_terminal:
            self._live.update(Text(status.line()), refresh=True)
        if self._path is not None and (has_changed or is_old):
            with suppress(OSError):  # a full disk: its time tells the monitor
                status.write(self._path)
                self._written_at = time.monotonic()
        self._shown = status
