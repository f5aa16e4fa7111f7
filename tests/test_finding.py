"""Notebooks under other names than their own."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gradlab.submission.finding import MissingNotebookError, find_notebook
from gradlab.submission.reading import NotGradeableError

NAMES = ("ps1", "ps1-2", "미분")


def put(folder, name, text="worked"):
    """Write a notebook whose only cell has a text."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "cells": [{"source": text}]}), encoding="utf-8")


def found(folder, name="ps1"):
    """Return the text of the notebook that is found, and the note."""
    notebook = find_notebook(
        folder, name, NAMES, lambda content: content["cells"][0]["source"] != "untouched"
    )
    return notebook.content["cells"][0]["source"], notebook.note


@pytest.mark.parametrize(
    "name",
    [
        "PS1.ipynb",
        "ps1.ipynb.txt",
        "ps1.ipynb.json",
        "ps1 (1).ipynb",
        "ps1(2).ipynb",
        "ps1 (1) (1).ipynb",
        "ps1-Copy1.ipynb",
        "ps1 copy.ipynb",
        "ps1 copy 2.ipynb",
        "ps1 3.ipynb",
        "ps1-1.ipynb",
        "ps1 - Copy (2).ipynb",
        "ps1의 사본.ipynb",
        "Copy of ps1.ipynb",
        "ps1 - 복사본.ipynb",
        "my work/ps1.ipynb",
        "my work/PS1 (2).ipynb.txt",
    ],
)
def test_names_of_copies(tmp_path, name):
    """Browsers, systems and people change names in known ways."""
    put(tmp_path, name)
    assert found(tmp_path) == ("worked", f"taken from {name}")


@pytest.mark.parametrize("name", ["ps1-2.ipynb", "ps10.ipynb", "notes.ipynb", "a/b/ps1.ipynb", ".ps1.ipynb"])
def test_names_of_other_notebooks(tmp_path, name):
    """A name that belongs to another notebook, or that says nothing, is not taken."""
    put(tmp_path, name)
    with pytest.raises((MissingNotebookError, NotGradeableError), match=r"ps1\.ipynb is missing"):
        found(tmp_path)


def test_the_own_name_goes_first_and_then_the_last_copy(tmp_path):
    """A notebook under its own name counts before copies, and of copies the one with the highest number."""
    for name in ("ps1 (1).ipynb", "ps1 (10).ipynb", "ps1 (9).ipynb", "deeper/ps1 (11).ipynb"):
        put(tmp_path, name, name)
    assert found(tmp_path)[0] == "ps1 (10).ipynb"
    put(tmp_path, "ps1.ipynb", "untouched")
    assert found(tmp_path)[0] == "ps1 (10).ipynb"
    put(tmp_path, "ps1.ipynb", "own")
    assert found(tmp_path) == ("own", "")


def test_names_in_other_compositions_of_unicode(tmp_path):
    """A name from a Mac is the same name."""
    put(tmp_path, unicodedata.normalize("NFD", "미분.ipynb"))
    assert found(tmp_path, "미분") == ("worked", "")


def test_folders_that_are_links_are_not_entered(tmp_path):
    """A notebook behind a link is not taken."""
    put(tmp_path, "elsewhere/ps1.ipynb")
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "link").symlink_to("../elsewhere")
    with pytest.raises(MissingNotebookError):
        found(tmp_path / "here")


def test_unknown_names_are_few_and_printable(tmp_path):
    """The message names five files at most, in text that can be written as UTF-8."""
    for number in range(7):
        put(tmp_path, f"x{number}\udcff.ipynb")
    with pytest.raises(NotGradeableError, match=r"found: .* and 2 more") as error:
        found(tmp_path)
    str(error.value).encode("utf-8")
