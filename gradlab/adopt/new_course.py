"""The command `gradlab init`: a folder in which a course can start."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from nbgrader import apps
from nbgrader.api import Gradebook

from gradlab.adopt.configuration import configuration_plan
from gradlab.authoring.folders import CONFIG_NAME, SOURCE_FOLDER
from gradlab.base.errors import CourseError
from gradlab.course import check_configuration, configured
from gradlab.gradebook.roster import enroll, read_roster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def start_course(folder: Path, roster: Path | None, model: Path | None) -> Iterator[str]:
    """Make a course in a folder, or add students to the one that is there; yield what has been done.

    Args:
        folder: of the course.
        roster: of its students; see `gradlab.gradebook.roster`.
        model: another course, whose source and configuration it gets; an empty source by default.

    Raises:
        CourseError: if the folder contains something else or is in the model's source, or the roster or the
            model's configuration has an error: nothing is made then. Also if the copied configuration names
            the model's own gradebook: no student is put into it.
    """
    students = [] if roster is None else read_roster(roster)
    if not (folder / CONFIG_NAME).is_file():
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise CourseError(f"{folder} contains something else, not a course: nothing has been made.")
        if model is not None:
            _check_model(model, folder)
        yield _made(folder, model)
        if model is not None and _db_url(model) == _db_url(folder):
            raise CourseError(
                f"{folder / CONFIG_NAME} names the gradebook of {model}: no student is put into it. Set "
                "another c.CourseDirectory.db_url, then start again."
            )
    check_configuration(folder)
    app = configured(apps.NbGrader(), folder)
    with Gradebook(app.coursedir.db_url, app.coursedir.course_id) as gradebook:  # makes a missing one
        yield f"{folder}: {enroll(students, gradebook)}"


def _db_url(course: Path) -> str:
    return str(configured(apps.NbGrader(), course).coursedir.db_url)


def _check_model(model: Path, folder: Path) -> None:
    source = model / SOURCE_FOLDER
    if folder.is_relative_to(source.resolve()):
        raise CourseError(f"{folder} is in {source}, which would be copied: nothing has been made.")
    check_configuration(model)


def _made(folder: Path, model: Path | None) -> str:
    """Make source and configuration; say from what."""
    folder.mkdir(parents=True, exist_ok=True)
    if model is None:
        (folder / SOURCE_FOLDER).mkdir()
        configuration_plan(folder, uses_tags=True).write()
        return f"{folder}: an empty {SOURCE_FOLDER}/, and {CONFIG_NAME}."
    ignore = shutil.ignore_patterns(".ipynb_checkpoints")
    if (model / SOURCE_FOLDER).is_dir():
        shutil.copytree(model / SOURCE_FOLDER, folder / SOURCE_FOLDER, ignore=ignore)
    else:
        (folder / SOURCE_FOLDER).mkdir()
    shutil.copyfile(model / CONFIG_NAME, folder / CONFIG_NAME)
    return f"{folder}: {SOURCE_FOLDER}/ and {CONFIG_NAME} of {model}."
