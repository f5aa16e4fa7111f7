"""Calibration files: how the test cells of an assignment were last asked, in the gradebook's folder.

A file contains::

    {"state": "…", "notebooks": {"<notebook>": {"<test cell>": {"way": "beside", "why": "…"}}}}

Cells that are plainly asked by value are left out.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gradlab.course import CourseFolders


def calibration_path(folders: CourseFolders, assignment: str) -> Path:
    """Return where the calibration of an assignment is kept."""
    return folders.beside_gradebook / "calibration" / f"{assignment}.json"


def last_asked(folders: CourseFolders, assignment: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield notebook, test cell and its entry in an assignment's file; nothing if there is no file."""
    try:
        content = json.loads(calibration_path(folders, assignment).read_text(encoding="utf-8"))
        found = [
            (str(notebook), str(cell), dict(asked))
            for notebook, ways in content["notebooks"].items()
            for cell, asked in ways.items()
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return
    yield from found
