"""Where submissions are examined, as the course chooses it."""

from __future__ import annotations

from traitlets import Unicode
from traitlets.config import Configurable


class Pipeline(Configurable):
    """The course's choices for all exams of many submissions, set as ``c.Pipeline.…``."""

    dask_scheduler = Unicode(
        "",
        help="The address of a Dask scheduler, such as 'tls://grader:8786'. `gradlab autograde`, `serve` and "
        "`audit` then examine on its workers; by default, on this machine.",
    ).tag(config=True)
