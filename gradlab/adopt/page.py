"""What `gradlab adopt` finds as a single HTML file, without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jinja2

from gradlab.adopt.calibrated import Counts
from gradlab.adopt.screen import LEGEND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradlab.adopt.calibrated import CalibratedNotebook


def page(notebooks: Sequence[CalibratedNotebook]) -> str:
    """Return the report on some notebooks as HTML."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("gradlab.adopt"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("adopt.html")
    return template.render(notebooks=notebooks, summary=list(Counts.of(notebooks).lines()), legend=LEGEND)
