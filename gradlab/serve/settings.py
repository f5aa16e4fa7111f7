"""What the resident grader does with each submission, as the course chooses it."""

from __future__ import annotations

from traitlets import Enum, Float, Integer
from traitlets.config import Configurable

from gradlab.feedback.policy import FULL, SCORES, VISIBLE

NONE = "none"


class Serve(Configurable):
    """The course's choices for `gradlab serve`, set as ``c.Serve.…``."""

    feedback = Enum(
        (VISIBLE, SCORES, FULL, NONE),
        default_value=VISIBLE,
        help="What a student reads before the due date (and the student's extension): 'visible', whether the "
        "visible tests pass, and that hidden ones follow; 'scores', the points of each test; 'full', the "
        "whole page; 'none', nothing. Afterwards, or if there is no due date, it is the whole page.",
    ).tag(config=True)

    graded_per_day = Integer(
        0,
        min=0,
        help="How many submissions of a student to an assignment are graded on a day before the due date; "
        "further ones are collected, and the newest is graded after the due date. 0 is no limit.",
    ).tag(config=True)

    poll_s = Float(
        2.0,
        min=0.1,
        help="Seconds between two looks at the exchange if its file system tells nothing, as NFS.",
    ).tag(config=True)
