"""How the test cells of a preprocessor's notebook are asked, found out once in each process."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook

from gradlab.authoring.source import read_source
from gradlab.examiner.calibration import calibrated
from gradlab.submission.official import kernelspec_of, official_cells

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.ways import Ways
    from gradlab.submission.official import OfficialCell


def ways_of(source: SourceNotebook | None, resources: dict[str, Any], settings: Settings) -> Ways:
    """Return how the test cells of a preprocessor's notebook are asked, by grade id."""
    if source is None:
        return {}
    names = resources["nbgrader"]
    with Gradebook(names["db_url"]) as gradebook:
        entry = gradebook.find_notebook(names["notebook"], names["assignment"])
        official, kernelspec = tuple(official_cells(entry)), kernelspec_of(entry)
    changed_ns = source.path.stat().st_mtime_ns
    return _ways(source.path, changed_ns, official, tuple(kernelspec.items()), settings)


@lru_cache(maxsize=16)
def _ways(
    path: Path,
    _changed_ns: int,
    official: tuple[OfficialCell, ...],
    kernelspec: tuple[tuple[str, str], ...],
    settings: Settings,
) -> Ways:
    source = read_source(path)
    return {} if source is None else calibrated(source, official, dict(kernelspec), settings)
