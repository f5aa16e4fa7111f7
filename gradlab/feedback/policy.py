"""When a page of feedback shows what would have been right."""

from __future__ import annotations

import datetime as dt

from traitlets import Enum, default
from traitlets.config import Configurable

AFTER_DUE, ALWAYS, NEVER = "after_due", "always", "never"
FULL, SCORES, VISIBLE = "full", "scores", "visible"
"""How much a page says: all; points alone; whether the visible tests pass."""


class Feedback(Configurable):
    """The course's choices for pages of feedback: traits of the exporter, also set as ``c.Feedback.…``."""

    reveal = Enum(
        (AFTER_DUE, ALWAYS, NEVER),
        help="When a page shows the expected value of the case that failed, and the mark scheme: "
        "'after_due' is after the due date and the student's extension, or at once if there is no due date; "
        "'always'; 'never'.",
    ).tag(config=True)

    @default("reveal")
    def _reveal_default(self) -> str:
        """Return what `c.Feedback` says if nbgrader has taken it for an old name of `c.GenerateFeedback`."""
        chosen: str = self.config.get("GenerateFeedback", {}).get("reveal", AFTER_DUE)
        return chosen

    def reveals(self, due: dt.datetime | None, extension: dt.timedelta | None, now: dt.datetime) -> bool:
        """Tell whether to show it now.

        Args:
            due: the due date, in UTC without a zone, as in the gradebook; None if there is none.
            extension: the student's.
            now: the time, likewise in UTC without a zone.
        """
        if self.reveal == AFTER_DUE:
            return due is None or now > due + (extension or dt.timedelta())
        return bool(self.reveal == ALWAYS)
