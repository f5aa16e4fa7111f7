"""Where a course keeps its source notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.base.errors import CourseError

if TYPE_CHECKING:
    from pathlib import Path

CONFIG_NAME = "nbgrader_config.py"
SOURCE_FOLDER = "source"


def find_course(start: Path) -> Path:
    """Return the root of the course that a folder is in: the folder with the configuration.

    Among several such folders, the nearest one that also contains the source is the root.

    Raises:
        CourseError: if there is none.
    """
    configured = [folder for folder in (start, *start.parents) if (folder / CONFIG_NAME).is_file()]
    if not configured:
        raise CourseError(f"No course around {start}: none of its parent folders contains {CONFIG_NAME}.")
    return next((folder for folder in configured if (folder / SOURCE_FOLDER).is_dir()), configured[0])


def source_notebooks(course: Path, assignment: str) -> list[Path]:
    """Return the paths of an assignment's source notebooks."""
    return sorted((course / SOURCE_FOLDER / assignment).glob("*.ipynb"))


def state_of(source: Path) -> tuple[object, ...]:
    """Return a value that changes when a source notebook, or a file next to it, changes."""
    status = [(name, path.stat()) for name, path in (("", source), *files_beside(source).items())]
    return tuple((name, found.st_mtime_ns, found.st_size) for name, found in status)


def files_beside(source: Path) -> dict[str, Path]:
    """Return the files that an assignment hands out with its notebooks, by their relative paths."""
    return {
        str(path.relative_to(source.parent)): path
        for path in sorted(source.parent.rglob("*"))
        if path.is_file() and path.suffix != ".ipynb" and ".ipynb_checkpoints" not in path.parts
    }
