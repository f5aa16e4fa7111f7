"""Pages on notebooks that could not be opened: their students learn why there are no points yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gradlab.base.replacing import replace_file
from gradlab.feedback.page import template
from gradlab.submission.reading import SECRET_NAME, TIMESTAMP_NAME

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gradlab.feedback.page import FeedbackWords

_MAX_BYTES = 1000  # of what nbgrader puts beside a submission


@dataclass(frozen=True)
class BrokenPage:
    """What is on a page.

    Args:
        assignment: its name.
        notebook: the notebook's name.
        student: the student's id.
        problems: what is wrong with the notebook, in sentences.
        words: the texts of its language.
    """

    assignment: str
    notebook: str
    student: str
    problems: Sequence[str]
    words: FeedbackWords

    def html(self) -> str:
        """Return the page."""
        return template("broken.html.j2").render(page=self, words=self.words)

    def write(self, folder: Path, submitted: Path) -> bool:
        """Write the page, with what nbgrader needs to release it; tell whether it has changed.

        Args:
            folder: of the pages of the submission.
            submitted: the folder of the submission.
        """
        folder.mkdir(parents=True, exist_ok=True)
        page, content = folder / f"{self.notebook}.html", self.html().encode("utf-8", "replace")
        for name in (TIMESTAMP_NAME, SECRET_NAME):
            beside = submitted / name
            if beside.is_file() and not beside.is_symlink():
                with beside.open("rb") as file:
                    replace_file(folder / name, file.read(_MAX_BYTES))
        if page.is_file() and page.read_bytes() == content:
            return False
        replace_file(page, content)
        return True
