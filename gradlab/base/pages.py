"""Parts of HTML pages: templates, in the `templates/` folder of a package, and what browsers may load."""

from __future__ import annotations

import base64
import hashlib

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


def hash_of(text: str) -> str:
    """Return a style or script as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
