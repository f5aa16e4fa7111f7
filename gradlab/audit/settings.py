"""Where the audit finds answer books, as the course chooses it."""

from __future__ import annotations

from traitlets import Unicode
from traitlets.config import Configurable


class AuditSettings(Configurable):
    """The audit's own settings, to be set in ``nbgrader_config.py``."""

    books_directory = Unicode(
        "tests/answers", help="The folder of the answer books, <assignment>/<notebook>/<exercise>.py."
    ).tag(config=True)
