"""When a page of feedback shows what would have been right."""

from __future__ import annotations

import datetime as dt

from traitlets import Enum
from traitlets.config import Config, Configurable

AFTER_DUE, ALWAYS, NEVER = "after_due", "always", "never"


class Feedback(Configurable):
    """The course's choices for pages of feedback, set as ``c.Feedback.…``."""

    reveal = Enum(
        (AFTER_DUE, ALWAYS, NEVER),
        default_value=AFTER_DUE,
        help="When a page shows the expected value of the case that failed, and the mark scheme: "
        "'after_due' is after the due date and the student's extension, or at once if there is no due date; "
        "'always'; 'never'.",
    ).tag(config=True)

    @classmethod
    def of(cls, config: Config) -> Feedback:
        """Return the choices in a configuration; nbgrader's converter moves them to its own section."""
        chosen = Config(config)
        moved = config.get("GenerateFeedback", {})
        if "reveal" in moved and "Feedback" not in config:
            chosen.Feedback.reveal = moved["reveal"]
        return cls(config=chosen)

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
