"""The findings of `gradlab adopt` as a single HTML file, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.adopt.calibrated import Counts
from gradlab.adopt.screen import LEGEND
from gradlab.base.pages import templates_of
from gradlab.base.texts import without_control

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradlab.adopt.calibrated import CalibratedNotebook


def page(notebooks: Sequence[CalibratedNotebook]) -> str:
    """Return the report on some notebooks as HTML."""
    template = templates_of("gradlab.adopt").get_template("adopt.html")
    return without_control(
        template.render(notebooks=notebooks, summary=list(Counts.of(notebooks).lines()), legend=LEGEND)
    )
