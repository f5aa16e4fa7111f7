"""Calibration files: how the test cells of an assignment were last asked, beside the gradebook.

A file contains::

    {"state": "…", "notebooks": {"<notebook>": {"<test cell>": {"way": "beside", "why": "…"}}}}

Cells that are asked by value, and of which there is nothing to say, are left out.
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
    """Yield notebook, test cell and what an assignment's file says of it; nothing if there is no file."""
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
