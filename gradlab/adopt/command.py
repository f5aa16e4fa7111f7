"""The command `gradlab adopt`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.adopt.calibrated import calibrated_notebooks, notebooks_of, with_sources
from gradlab.adopt.configuration import configuration_plan
from gradlab.adopt.page import page
from gradlab.adopt.screen import parts_of
from gradlab.authoring.folders import CONFIG_NAME, SOURCE_FOLDER, find_course
from gradlab.authoring.source import MISCONCEPTION_TAG, read_source
from gradlab.base.errors import CourseError
from gradlab.base.progress_bar import progress_bar
from gradlab.base.texts import without_control
from gradlab.course import Course
from gradlab.grading.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from gradlab.adopt.configuration import ConfigurationPlan
    from gradlab.examinee.zygote import Zygote


def run(  # noqa: PLR0913  # the command's options
    start: Path,
    assignments: Sequence[str],
    html: Path | None,
    nursery: Zygote,
    console: Console,
    *,
    is_written: bool,
) -> int:
    """Calibrate the named assignments of the course around a folder, or all; return the exit status.

    Raises:
        CourseError: if there is no course or no such assignment, or its configuration has an error.
    """
    folder = course_folder(start)
    course = Course(folder)
    names = assignments or with_sources(course)
    paths = [path for name in names for path in notebooks_of(course, name)]
    if not paths:
        raise CourseError(f"There is no source notebook in {course.step('source')}/<assignment>/.")
    plan = configuration_plan(folder, uses_tags=any(map(_uses_tags, paths)))
    bar = progress_bar(console)
    with Workers(course.warmth(names), nursery=nursery) as executor, bar:
        task = bar.add_task("calibrating notebooks", total=len(paths))
        found = calibrated_notebooks(
            course, names, executor, lambda: bar.update(task, advance=1, refresh=True)
        )
    if html is not None:
        html.write_text(page(found), encoding="utf-8")
    is_done = _configure(plan, console, is_written=is_written)
    for part in parts_of(found):
        console.print(part)
    return 0 if is_done and not any(notebook.problem for notebook in found) else 1


def course_folder(start: Path) -> Path:
    """Return the course that a folder is in, which may not have been configured yet.

    Raises:
        CourseError: if there is none.
    """
    for folder in (start, *start.parents):
        if any((folder / SOURCE_FOLDER).glob("[!.]*/*.ipynb")):
            return folder
    try:
        return find_course(start)
    except CourseError:
        raise CourseError(
            f"No course around {start}: none of its parent folders contains {CONFIG_NAME}, or notebooks in "
            f"{SOURCE_FOLDER}/<assignment>/."
        ) from None


def _uses_tags(path: Path) -> bool:
    """Tell whether cells name languages or misconceptions, so that the release needs gradlab's steps."""
    try:
        source = read_source(path)
    except CourseError:  # reported when it is calibrated
        return False
    cells = () if source is None else source.cells
    return bool(source and source.languages) or any(
        MISCONCEPTION_TAG in cell.metadata.get("tags", ()) for cell in cells
    )


def _configure(plan: ConfigurationPlan, console: Console, *, is_written: bool) -> bool:
    """Write what the configuration needs, or say what it lacks; return False if it could not be written."""
    for conflict in plan.conflicts:
        _say(console, conflict, "red")
    if plan.conflicts:
        _say(console, f"Nothing has been written to {CONFIG_NAME}.", "red")
        return not is_written
    if plan.content is None:
        _say(console, f"{CONFIG_NAME} has what gradlab needs.")
    elif is_written:
        plan.write()
        _say(console, f"{CONFIG_NAME} now has what gradlab needs, in a marked block at its end.")
    else:
        _say(console, f"{CONFIG_NAME} lacks what gradlab needs: 'gradlab adopt --write' adds it.")
    return True


def _say(console: Console, text: str, style: str = "") -> None:
    console.print(without_control(text), style=style, markup=False, soft_wrap=True)
