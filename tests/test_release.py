"""`release/` and `solutions/` are generated and committed, and contain no secrets."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import nbgrader
from conftest import ASSIGNMENTS, COURSE, NOTEBOOKS

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import SourceNotebook

if TYPE_CHECKING:
    from pathlib import Path

LANGUAGES = ("ko", "en")


@pytest.fixture(scope="session")
def courses(tmp_path_factory) -> dict[str, Path]:
    """A copy of the course for each language, with release and solutions generated."""
    made = {}
    for language in LANGUAGES:
        made[language] = course = tmp_path_factory.mktemp(language)
        shutil.copytree(
            COURSE / "source", course / "source", ignore=shutil.ignore_patterns(".ipynb_checkpoints")
        )
        shutil.copy(COURSE / "nbgrader_config.py", course)
        for command in ("generate_assignment", "generate_solution"):
            nbgrader(course, command, "--assignment=*", f"--SelectLanguage.language={language}")
    return made


def files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    }


@pytest.mark.slow
@pytest.mark.parametrize("step", ["release", "solutions"])
def test_what_is_committed_is_what_the_source_gives(courses, step):
    """`make release` would change nothing."""
    assert sorted(path.name for path in (COURSE / step).iterdir()) == ASSIGNMENTS
    committed, generated = files(COURSE / step), files(courses["ko"] / step)
    assert committed.keys() == generated.keys()
    assert [name for name in committed if committed[name] != generated[name]] == []


def secret_lines(path: Path) -> set[str]:
    """Return the secret lines of a source notebook that are not public elsewhere in it."""
    secret: set[str] = set()
    public: set[str] = set()
    for cell in nbformat.read(path, as_version=4).cells:
        text = cell.source
        if "misconception" in cell.metadata.get("tags", ()):
            secret |= set(text.split("\n"))
            continue
        visible, hidden = split_test(text)
        secret |= set(hidden.split("\n"))
        hiding = False
        for line in visible.split("\n"):
            hiding = hiding or "BEGIN SOLUTION" in line or "BEGIN MARK SCHEME" in line
            (secret if hiding else public).add(line)
            hiding = hiding and "END SOLUTION" not in line and "END MARK SCHEME" not in line
    public = {line.strip() for line in public}
    return {line.strip() for line in secret if len(line.strip()) > 12} - public


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_secret_is_released(courses, path, language):
    """No line of a solution, hidden test, misconception or mark scheme is in the release."""
    released = courses[language] / "release" / path.parent.name / path.name
    everything = released.read_text(encoding="utf-8")
    for mark in (
        "HIDDEN",
        "SOLUTION",
        "MARK SCHEME",
        "misconception",
        "gradlab.checks",
        "LANG ",
        "reference.",
    ):
        assert mark not in everything, mark
    lines = {
        line.strip()
        for cell in nbformat.read(released, as_version=4).cells
        for line in (cell.source + str(cell.metadata) + str(cell.get("outputs", ""))).split("\n")
    }
    assert not secret_lines(path) & lines
    for misconception in SourceNotebook.read(path).misconceptions:
        assert not any(sentence in everything for sentence in misconception.sentences.values())


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_solutions_hold_no_hidden_test(courses, path):
    """Solutions contain no stubs, hidden tests, misconceptions or marks."""
    solved = courses["ko"] / "solutions" / path.parent.name / path.name
    everything = solved.read_text(encoding="utf-8")
    for mark in ("HIDDEN", "gradlab.checks", "misconception", "MARK SCHEME", "SOLUTION"):
        assert mark not in everything, mark
    code = [cell for cell in nbformat.read(solved, as_version=4).cells if cell.cell_type == "code"]
    assert not [cell.id for cell in code if "NotImplementedError()" in cell.source]


@pytest.mark.slow
def test_every_release_validates_and_says_what_is_missing(courses, tmp_path):
    """`nbgrader validate` finds the release unfinished, and finds nothing wrong with the solutions."""
    notebook = "numerical_diff.ipynb"
    for step, verdict in (("release", "VALIDATION FAILED"), ("solutions", "Success!")):
        folder = tmp_path / step
        shutil.copytree(courses["ko"] / step / "ps2-numerical-diff", folder)
        assert verdict in nbgrader(folder, "validate", notebook)
