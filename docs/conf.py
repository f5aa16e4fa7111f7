"""How Sphinx makes a site of the handbook: `make docs`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradlab import __version__

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "gradlab"
copyright = "the authors of gradlab"  # noqa: A001  # Sphinx's name
release = version = __version__
extensions = ["myst_parser", "sphinxcontrib.mermaid"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"gradlab {__version__}"
myst_fence_as_directive = ["mermaid"]
myst_heading_anchors = 3
REPOSITORY = "https://github.com/gradlab/gradlab/blob/main/"


def setup(app: Sphinx) -> None:
    """Let pages be plain Markdown, as a code host shows it."""
    app.connect("source-read", _adapt)


def _adapt(_: Sphinx, name: str, source: list[str]) -> None:
    """Point links out of docs/ to the repository, and make the contents from the first page's links."""
    source[0] = source[0].replace("](../", f"]({REPOSITORY}")
    if name == "index":
        pages = "\n".join(re.findall(r"\]\(([\w-]+)\.md\)", source[0]))
        source[0] += f"\n```{{toctree}}\n:hidden:\n\n{pages}\n```\n"
