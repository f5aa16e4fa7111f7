"""nbgrader's exchange between students and a course, used as its commands use it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbgrader.auth import Authenticator
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default import ExchangeList, ExchangeReleaseAssignment, ExchangeSubmit
from submissions import copy_of, write_answer
from traitlets.config import Config

if TYPE_CHECKING:
    from pathlib import Path

COURSE_ID = "gradlab"


@dataclass(frozen=True)
class Exchange:
    """An exchange, and the homes of students.

    Args:
        folder: around everything.
    """

    folder: Path

    @property
    def root(self) -> Path:
        """The folder of the exchange."""
        return self.folder / "exchange"

    @property
    def inbound(self) -> Path:
        """Where submissions arrive."""
        return self.root / COURSE_ID / "inbound"

    def submit(self, student: str, answer: str | None = None, assignment: str = "ps") -> Path:
        """Let a student write an answer and submit; return the folder in the exchange."""
        home = self.folder / "homes" / student
        if not (home / assignment).exists():
            copy_of(self.root / COURSE_ID / "outbound" / assignment, home / assignment)
        if answer is not None:
            write_answer(home / assignment / "triple.ipynb", "triple", answer)
        before = set(self.inbound.iterdir())
        ExchangeSubmit(**self._nbgrader(student, assignment)).start()
        (submitted,) = set(self.inbound.iterdir()) - before
        return submitted

    def feedback(self, student: str, assignment: str = "ps") -> list[bool]:
        """Return for each submission of a student whether the Assignment List offers its feedback."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # nbgrader leaves files open
            listed = ExchangeList(cached=True, **self._nbgrader(student, assignment))
            listed.start()
            found = listed.parse_assignments()
        return [entry["has_exchange_feedback"] for each in found for entry in each["submissions"]]

    def _nbgrader(self, student: str, assignment: str) -> dict[str, object]:
        home = self.folder / "homes" / student
        course = {"course_id": COURSE_ID, "assignment_id": assignment, "student_id": student}
        config = Config(
            CourseDirectory=course,
            Exchange={"root": str(self.root), "cache": str(home / "cache"), "assignment_dir": str(home)},
        )
        directory = CourseDirectory(config=config)
        return {"coursedir": directory, "authenticator": Authenticator(config=config), "config": config}


def open_exchange(course: Path, folder: Path, assignment: str = "ps", settings: str = "") -> Exchange:
    """Open an exchange for a course, and release an assignment there."""
    exchange = Exchange(folder)
    exchange.root.mkdir()
    exchange.root.chmod(0o777)
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(
            f"\nc.Exchange.root = {str(exchange.root)!r}\n"
            f"c.ExchangeCollect.check_owner = False  # all belong to who runs the tests\n{settings}\n"
        )
    config = Config(
        CourseDirectory={"root": str(course), "course_id": COURSE_ID, "assignment_id": assignment},
        Exchange={"root": str(exchange.root)},
    )
    directory = CourseDirectory(config=config)
    release = ExchangeReleaseAssignment(
        coursedir=directory, authenticator=Authenticator(config=config), config=config
    )
    release.start()
    return exchange
