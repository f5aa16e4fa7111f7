"""The configuration of a course, as nbgrader reads it."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_core.paths import jupyter_config_path
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from gradlab.authoring.folders import CONFIG_NAME
from gradlab.base.errors import CourseError
from gradlab.base.working_directory import working_in

if TYPE_CHECKING:
    from nbgrader.apps import NbGrader


def configured(app: NbGrader, folder: Path, *arguments: str, log_level: str = "ERROR") -> NbGrader:
    """Return one of nbgrader's commands after it has read the configuration of the course in a folder.

    It would also read the one in the current folder, which may be another course.
    """
    root = folder.resolve()
    with working_in(root):
        app.initialize([*arguments, f"--CourseDirectory.root={root}", f"--log-level={log_level}"])
    return app


def check_configuration(folder: Path) -> None:
    """Raise a `CourseError` if the configuration has an error, which nbgrader only prints and ignores.

    nbgrader also reads the files of that name in Jupyter's own folders.
    """
    for place in (folder, *map(Path, jupyter_config_path())):
        _check_file(place.resolve() / CONFIG_NAME)


def _check_file(path: Path) -> None:
    try:
        PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except ConfigFileNotFound:
        return
    except (Exception, SystemExit) as error:  # noqa: BLE001  # the configuration may raise anything
        lines = [
            frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)
        ]
        line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else lines[-1:]
        place = f"{path}, line {line if isinstance(line, int) else line[0]}" if line else str(path)
        reason = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
        raise CourseError(
            f"{place}: {type(error).__name__}: {reason}. Correct it and start again: nothing has been done."
        ) from None
