"""Templates of HTML pages, in the `templates/` folder of a package."""

from __future__ import annotations

import jinja2


def templates_of(package: str) -> jinja2.Environment:
    """Return a package's templates; text is escaped, and an unknown name is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader(package),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
