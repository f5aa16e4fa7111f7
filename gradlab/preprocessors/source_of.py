"""Find the source notebook from inside a preprocessor."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.authoring.source import SourceNotebook, read_source, source_notebook

if TYPE_CHECKING:
    from nbgrader.preprocessors import NbGraderPreprocessor


def source_of(preprocessor: NbGraderPreprocessor, resources: dict[str, Any]) -> SourceNotebook | None:
    """Return the source of a preprocessor's notebook, None if the course has none."""
    names = resources["nbgrader"]
    converter = getattr(preprocessor.parent, "parent", None)
    directory = getattr(converter, "coursedir", None)
    if directory is None:
        return source_notebook(Path(resources["metadata"]["path"]), names["assignment"], names["notebook"])
    folder = Path(directory.format_path(directory.source_directory, ".", names["assignment"]))
    return read_source(folder / f"{names['notebook']}.ipynb")
