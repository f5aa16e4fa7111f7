"""Files that a notebook writes: gone with the sandbox, or kept next to the graded notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from commands import gradlab, nbgrader
from submissions import RIGHT, copy_of, files, outcome, submit

from gradlab.examiner.files import MAX_FILES, harmless_files, write_beside

if TYPE_CHECKING:
    from pathlib import Path

WRITES = f"""{RIGHT}
import os
os.makedirs("plots")
for name in ("notes.txt", "plots/curve.txt", ".hidden", "triple.ipynb", "Other.IPYNB", "data.csv"):
    open(name, "w").write("written")
os.symlink("/etc/passwd", "link.txt")
open("huge.bin", "wb").write(bytes(6_000_000))
"""


def _graded(released_course: Path, folder: Path, config: str, *command: str) -> dict[str, bytes]:
    course = copy_of(released_course, folder)
    with (course / "nbgrader_config.py").open("a") as file:
        file.write(config)
    (course / "source" / "ps" / "data.csv").write_text("1,2")
    place = submit(course, "someone", WRITES)
    (place / "notes.txt").write_text("submitted")
    run = gradlab if command[0] == "gradlab" else nbgrader
    run(course, *command[1:])
    graded = files(course / "autograde" / "someone" / "ps")
    return {name: content for name, (_, content) in graded.items() if name != "triple.ipynb"}


@pytest.mark.slow
def test_files_are_gone_with_the_sandbox(released_course, tmp_path):
    """By default, no file that a student's code has written reaches the course."""
    kept = _graded(released_course, tmp_path / "course", "", "gradlab", "autograde", "ps")
    assert kept == {"data.csv": b"1,2", "notes.txt": b"submitted"}


@pytest.mark.slow
@pytest.mark.parametrize("command", ["gradlab", "nbgrader"])
def test_a_course_may_keep_files(released_course, tmp_path, command):
    """With `c.Execute.keep_files`, new files are kept if they are small enough, and replace no other file."""
    config = "c.Execute.keep_files = True\n"
    kept = _graded(released_course, tmp_path / "course", config, command, "autograde", "ps")
    assert kept == {"data.csv": b"1,2", "notes.txt": b"submitted", "plots/curve.txt": b"written"}
    if command == "gradlab":
        assert (
            outcome(tmp_path / "course", "someone")["notebooks"]["triple"]["test_triple"]["auto_score"] == 2
        )


@pytest.mark.parametrize(
    "name",
    [
        *("/etc/x", "../x", "a/../../x", "a//x", "./x", "", ".", ".x", "a/.x"),
        *("x\n", "x\x00", "\ud800", "x.ipynb", "a" * 201, 7, b"x"),
    ],
)
def test_names_that_lead_elsewhere_are_refused(name):
    """A name must be a plain path below the folder, neither hidden nor a notebook."""
    assert harmless_files({name: b"x"}, 1) == {}


def test_contents_are_bytes():
    """A file whose content is not bytes is left out."""
    assert harmless_files({"x": "text", "y": b"bytes", "z": None}, 5) == {"y": b"bytes"}
    assert harmless_files([("x", b"x")], 1) == {}


def test_an_examinee_that_sends_more_than_it_may_is_not_believed():
    """Files beyond the total size or the maximum number are left out."""
    assert harmless_files({"a": b"12", "b": b"3456", "c": b"78"}, 5) == {"a": b"12", "c": b"78"}
    assert len(harmless_files({f"{number}": b"" for number in range(5000)}, 5)) == MAX_FILES


def test_nothing_is_written_where_feedback_will_be(tmp_path):
    """A file or folder named like a notebook's feedback page is left out."""
    (tmp_path / "triple.ipynb").write_text("")
    write_beside(tmp_path, dict.fromkeys(("triple.html/x", "triple.html", "other.html"), b"new"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.html", "triple.ipynb"]


def test_nothing_is_written_over_or_through(tmp_path):
    """Existing files, links and folders stay, and nothing is written elsewhere through them."""
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    (folder / "file").write_bytes(b"old")
    (folder / "link").symlink_to(elsewhere)
    (folder / "dangling").symlink_to(elsewhere / "new")
    names = ("file", "file/x", "link", "link/x", "dangling", "new/x")
    write_beside(folder, dict.fromkeys(names, b"new"))
    assert (folder / "file").read_bytes() == b"old"
    assert list(elsewhere.iterdir()) == []
    assert (folder / "new" / "x").read_bytes() == b"new"
