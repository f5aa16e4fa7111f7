"""Settings that are wrong, or that nothing reads, are told in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import gradlab
from traitlets import TraitError

from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.cluster.settings import Pipeline
from gradlab.course import Course, check_configuration
from gradlab.course.settings import unread_settings
from gradlab.feedback.bulk import FeedbackRun
from gradlab.serve.settings import Serve

if TYPE_CHECKING:
    from pathlib import Path


def configured(course: Path, *lines: str) -> Path:
    """Add lines to the configuration of a course; return the course."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
        config.write("\n".join(("", *lines, "")))
    return course


def test_this_course_has_no_settings_that_nothing_reads(small_course):
    """Each setting of the configuration that ships exists."""
    assert unread_settings(Course(small_course).config) == []


def test_a_setting_that_nothing_reads_is_told(small_course):
    """A typo in a setting's name is told with the nearest name; classes of others are nobody's business."""
    here = Course(
        configured(
            small_course,
            "c.Execute.timout = 5",
            "c.Autograde.xyz.append(1)",
            "c.TheirPlugin.anything = 1",
            "c.Exchange.root = '/srv/nbgrader'",
        )
    )
    of_autograde, of_execute = unread_settings(here.config)
    assert of_autograde == "nbgrader_config.py: c.Autograde.xyz does nothing: there is no such setting."
    assert of_execute.endswith(".timout does nothing: there is no such setting. Did you mean 'timeout'?")


def test_settings_of_other_commands_are_known_to_them(small_course):
    """`serve` and a cluster have settings of their own."""
    here = Course(configured(small_course, "c.Serve.fedback = 'full'", "c.Pipeline.dask = 'x'"))
    of_pipeline, of_serve = unread_settings(here.config, Serve, Pipeline)
    assert "c.Pipeline.dask does nothing" in of_pipeline
    assert "c.Serve.fedback does nothing" in of_serve
    assert unread_settings(here.config) == []


def test_autograde_tells_of_settings_that_nothing_reads(small_course):
    """The command says so before it does anything."""
    printed = gradlab(configured(small_course, "c.Execute.timout = 5"), "autograde", "ps", succeeds=False)
    assert "c.Execute.timout does nothing" in printed


def test_a_setting_of_the_wrong_type_stops_everything_in_one_line(small_course):
    """No submission is examined if the time zone is no text."""
    with pytest.raises(TraitError) as error:
        Course(configured(small_course, "c.Exchange.timezone = 5"))
    told = explained(error.value)
    assert told is not None
    assert told.startswith("nbgrader_config.py is wrong: The 'timezone' trait of")
    assert told.endswith(" Correct it, then start again.")


def test_a_step_that_cant_be_imported_is_named(small_course):
    """A preprocessor that is not installed stops everything before anything is examined."""
    here = Course(configured(small_course, "c.Autograde.autograde_preprocessors = ['no_such_module.Step']"))
    with pytest.raises(
        CourseError, match=r"autograde_preprocessors is wrong: No module named 'no_such_module'"
    ):
        _ = here.penalties


@pytest.mark.parametrize("structure", ["{nope}", "{", "{0}"])
def test_a_wrong_structure_of_folders_is_named(small_course, structure):
    """Folders that can't be named end in one line."""
    here = Course(configured(small_course, f"c.CourseDirectory.directory_structure = {structure!r}"))
    with pytest.raises(CourseError, match=r"c\.CourseDirectory\.directory_structure is wrong: \w+: "):
        here.step("source")


def test_an_error_in_jupyters_own_folder_stops_everything(small_course, tmp_path_factory, monkeypatch):
    """The configuration of the user is read by nbgrader, too, which ignores errors in it."""
    folder = tmp_path_factory.mktemp("jupyter").resolve()
    (folder / "nbgrader_config.py").write_text("c = get_config(\n")
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(folder))
    with pytest.raises(CourseError, match=rf"{folder}/nbgrader_config\.py, line 1: SyntaxError"):
        check_configuration(small_course)


@pytest.mark.parametrize("opened", [lambda folder: Course(folder).check_gradebook(), FeedbackRun])
def test_another_course_does_not_get_the_settings_of_the_current_folder(
    released_course, tmp_path, monkeypatch, opened
):
    """A course without settings of its own has nbgrader's, wherever the process runs."""
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(released_course)
    with pytest.raises(CourseError, match=f"There is no gradebook in {tmp_path / 'gradebook.db'}"):
        opened(tmp_path)
