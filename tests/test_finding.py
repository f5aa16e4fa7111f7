"""Notebooks under other names than their own."""

from __future__ import annotations

import json
import unicodedata

import pytest

from gradlab.submission.finding import MissingNotebookError, find_notebook
from gradlab.submission.reading import OTHERS, NotGradeableError

NAMES = ("ps1", "ps1-2", "미분")
NAMES_OF_COPIES = [
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
    "제출/숙제/ps1.ipynb",
    "ps1.ipynb/ps1.ipynb",
    "ｐｓ１（２）.ipynb",  # noqa: RUF001  # full-width, as Korean and Japanese keyboards write
    "ps1\u200b.ipynb",
    "ps1%20(1).ipynb",
    "ps1-복사본.ipynb",
    "ps1 복사본 2.ipynb",
    "ps1_final_FINAL.ipynb",
    "ps1_최종.ipynb",
    "김민수ps1.ipynb",
    "20261234_ps1_v2.ipynb",
    "Kopie von ps1.ipynb",
    "ps1 [1].ipynb",
    "ps1.ipynb.download",
    "ps1.ipynb.ipynb",
    "ps1.ipynb (1).txt",
    "ps1.ipynb ",
    "ps1.json",
    "ps1",
]


def put(folder, name, text="worked"):
    """Write a notebook whose only cell has a text; return its path."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"nbformat": 4, "cells": [{"source": text}]}), encoding="utf-8")
    return path


def found(folder, name="ps1", given=()):
    """Return the text of the notebook that is found, and the note."""
    notebook = find_notebook(
        folder, name, NAMES, lambda content: content["cells"][0]["source"] != "untouched", given
    )
    return notebook.content["cells"][0]["source"], notebook.note


@pytest.mark.parametrize("name", NAMES_OF_COPIES)
def test_names_of_copies(tmp_path, name):
    """Browsers, systems and people change names in known ways."""
    put(tmp_path, name)
    assert found(tmp_path) == ("worked", f"taken from {name}")


@pytest.mark.parametrize(
    "name",
    [
        "ps1-2.ipynb",
        "ps1-2 (1).ipynb",
        "kim_ps1-2_final.ipynb",
        "미분.ipynb",
        "data.csv",
        "__MACOSX/._ps1.ipynb",
    ],
)
def test_names_of_other_notebooks(tmp_path, name):
    """A file that belongs to another notebook, or that can't contain one, is not the one that is missing."""
    put(tmp_path, name)
    with pytest.raises(MissingNotebookError, match=r"ps1\.ipynb is missing"):
        found(tmp_path)


def test_a_copy_belongs_to_the_notebook_whose_name_it_has_whole(tmp_path):
    """The number at the end of a notebook's own name is no mark of a copy."""
    put(tmp_path, "ps1-2 (1).ipynb")
    assert found(tmp_path, "ps1-2") == ("worked", "taken from ps1-2 (1).ipynb")


@pytest.mark.parametrize(
    "name",
    [
        "ps10.ipynb",
        "notes.ipynb",
        "ps1_and_미분.ipynb",
        "ps1.zip",
        "work.tar.gz",
        "ps1.pdf",
        ".ipynb_checkpoints/ps1-checkpoint.ipynb",
        ".ps1.ipynb",
    ],
)
def test_files_that_may_contain_a_missing_notebook_are_named(tmp_path, name):
    """If a name does not say which notebook it is, a person has to look."""
    put(tmp_path, name)
    with pytest.raises(NotGradeableError, match=r"ps1\.ipynb is missing; found: ") as error:
        found(tmp_path)
    assert name in str(error.value)


def test_of_longer_names_the_only_worked_one_is_taken(tmp_path):
    """If two notebooks with answers have the name in theirs, a person has to tell which one counts."""
    put(tmp_path, "ps1.ipynb", "untouched")
    put(tmp_path, "ps1_old.ipynb", "untouched")
    put(tmp_path, "ps1_final.ipynb", "final")
    assert found(tmp_path) == ("final", "taken from ps1_final.ipynb")
    put(tmp_path, "ps1_kim.ipynb", "kim")
    with pytest.raises(NotGradeableError, match=r"may be each of: ps1_final\.ipynb, ps1_kim\.ipynb"):
        found(tmp_path)
    put(tmp_path, "ps1 (1).ipynb", "copy")
    assert found(tmp_path)[0] == "copy"


@pytest.mark.parametrize(
    "name", ["homework.ipynb", "all.zip", "ps1.html", "PS1.py", ".ipynb_checkpoints/ps1-checkpoint.ipynb"]
)
def test_an_untouched_notebook_next_to_unknown_work_asks_a_person(tmp_path, name):
    """Work next to an untouched notebook may be the answer, unless the course handed it out."""
    put(tmp_path, "ps1.ipynb", "untouched")
    put(tmp_path, name)
    with pytest.raises(NotGradeableError, match=rf"ps1\.ipynb is as it was released; found: {name}"):
        found(tmp_path)
    assert found(tmp_path, given=[name]) == ("untouched", "")


def test_a_whole_copy_next_to_a_damaged_notebook_counts(tmp_path):
    """A notebook that can't be read hides no copy of it."""
    put(tmp_path, "ps1.ipynb").write_text("")
    with pytest.raises(NotGradeableError, match=r"ps1\.ipynb is empty"):
        found(tmp_path)
    put(tmp_path, "ps1 (1).ipynb")
    assert found(tmp_path) == ("worked", "taken from ps1 (1).ipynb")


def test_an_untouched_checkpoint_asks_nobody(tmp_path):
    """Jupyter keeps a checkpoint of each notebook; only one with answers is work."""
    put(tmp_path, "ps1.ipynb", "untouched")
    put(tmp_path, ".ipynb_checkpoints/ps1-checkpoint.ipynb", "untouched")
    assert found(tmp_path) == ("untouched", "")


def test_other_worked_copies_are_told_of(tmp_path):
    """The notebook under its own name counts, and it knows the cells of its copies that are worked."""
    put(tmp_path, "ps1.ipynb", "own")
    put(tmp_path, "ps1-Copy1.ipynb", "untouched")
    put(tmp_path, "old/ps1.ipynb", "old")
    content = find_notebook(tmp_path, "ps1", NAMES, lambda each: each["cells"][0]["source"] != "untouched")
    assert [*content.content["metadata"][OTHERS]] == ["old/ps1.ipynb"]


def test_where_a_notebook_was_found(tmp_path):
    """Files beside a notebook in a folder are found beside it."""
    put(tmp_path, "제출/숙제/ps1.ipynb")
    assert find_notebook(tmp_path, "ps1", NAMES, lambda _: True).folder == "제출/숙제"


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
