"""Class downloads of Canvas and Moodle in which students have several files."""

from __future__ import annotations

import json
import os
import unicodedata
import zipfile
from typing import TYPE_CHECKING

import pytest
from commands import nbgrader
from conftest import COURSE
from submissions import tree
from test_finding import NAMES_OF_COPIES

from gradlab.submission.finding import find_notebook

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("미분", "loss-2", "v1.2", "ps1")
OLD = {  # of a first download, by the student who should end with "new"
    "moodle-twice": "Kim_1_assignsubmission_file_/미분.ipynb",
    "canvas-twice": "kim_2_100_미분.ipynb",
}
NEW = {
    "moodle-twice": "Kim_1_assignsubmission_file_/미분.ipynb",
    "canvas-twice": "kim_2_101_미분-1.ipynb",
}
SEVERAL = [  # (student, the notebook, the files from old to new)
    ("3", "미분", ["kim_3_100_미분.ipynb", "kim_3_101_미분-1.ipynb", "kim_3_102_미분-10.ipynb"]),
    ("4", "미분", ["lee_4_99_미분-9.ipynb", "lee_LATE_4_100_미분-10.ipynb"]),
    ("5", "미분", ["lee_LATE_5_100_미분.ipynb", "lee_5_1000_미분.ipynb"]),
    ("anon_x1", "미분", ["anon_x1_7_미분.ipynb", "LATE_anon_x1_8_미분.ipynb"]),
    ("6", "미분", ["Lee_6_assignsubmission_file_/미분.ipynb", "Lee_6_assignsubmission_file_/미분 (1).ipynb"]),
    ("7", "loss-2", ["lee_7_100_loss-2.ipynb", "lee_7_101_loss-2-1.ipynb"]),
    ("8", "v1.2", ["lee_8_100_v1.2.ipynb"]),
    (
        "9",
        "미분",
        [f"{unicodedata.normalize('NFD', '김민수_9_100_미분')}.ipynb", "김민수_9_101_미분-1.ipynb"],
    ),
    ("10", "미분", ["lee_10_100_미분.ipynb.txt"]),
    ("11", "미분", ["lee_11_100_미분.IPYNB"]),
    ("12", "미분", ["lee_12_100_미분.ipynb", "lee_12_101_미분.ipynb.txt"]),
    ("17", "미분", ["lee_17_100_미분.ipynb.txt", "lee_LATE_17_101_미분.ipynb-1.txt"]),
    ("18", "미분", ["김 민수_18_assignsubmission_file_/미분.ipynb.download"]),
    ("19", "미분", ["lee_19_100_미분.ipynb.json", "lee_19_101_미분"]),
    ("20", "미분", ["lee_20_100_미분.ipynb (1)", "lee_20_101_미분.ipynb (2).txt"]),
    ("21", "v1.2", ["lee_21_100_v1.2-1.ipynb.txt"]),
]


def notebook(text: str) -> str:
    """Return the text of a notebook whose only cell has a text."""
    return json.dumps({"nbformat": 4, "cells": [{"source": text}]})


OWN = {  # what students hand in beside their notebooks
    "lee_15_100_미분.ipynb": notebook("new"),
    "lee_15_101_helper.py": "old",
    "lee_15_105_helper-1.py": "new",
    "lee_15_102_v1.2.csv": "1.2",
    "lee_15_103_timestamp.txt": "2020-01-01 00:00:00 UTC",
    "lee_15_104_me.exe": "",
    "Kim_16_assignsubmission_file_/ps/미분.ipynb": notebook("new"),
    "Kim_16_assignsubmission_file_/ps/data/table-1.csv": "1",
    "Kim_16_assignsubmission_file_/ps/data/table.csv": "0",
    f"Kim_16_assignsubmission_file_/ps/{unicodedata.normalize('NFD', '도움')}.py": "help",
    "Kim_16_assignsubmission_file_/ps/.ipynb_checkpoints/도움.py": "hidden",
    "Kim_16_assignsubmission_file_/x_9_9_b-2.txt": "above",
    "__MACOSX/Kim_16_assignsubmission_file_/ps/table.csv": "hidden",
}
KEPT = {
    "15": {"미분.ipynb": notebook("new"), "helper.py": "new", "helper (1).py": "old", "v1.2.csv": "1.2"},
    "16": {
        "미분.ipynb": notebook("new"),
        "data/table-1.csv": "1",
        "data/table.csv": "0",
        "도움.py": "help",
        "x_9_9_b-2.txt": "above",
    },
}


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """A course after `nbgrader zip_collect` of two downloads."""
    course = tmp_path_factory.mktemp("collected")
    (course / "nbgrader_config.py").write_text((COURSE / "nbgrader_config.py").read_text(encoding="utf-8"))
    (course / "release" / "ps").mkdir(parents=True)
    for name in NAMES:
        (course / "release" / "ps" / f"{name}.ipynb").write_text(notebook("untouched"))
    archives = course / "downloaded" / "ps" / "archive"
    archives.mkdir(parents=True)
    with zipfile.ZipFile(archives / "z first.zip", "w") as file:
        for name in OLD.values():
            file.writestr(name, notebook("old"))
    with zipfile.ZipFile(archives / "a second.zip", "w") as file:
        for name in NEW.values():
            file.writestr(name, notebook("new"))
        for _, _, names in SEVERAL:
            for number, name in enumerate(names, 1):
                file.writestr(name, notebook("new" if number == len(names) else f"old {number}"))
        file.writestr("lee_13_100_미분.ipynb", notebook("worked"))
        file.writestr("lee_13_101_미분-1.ipynb", notebook("untouched"))
        for number, name in enumerate(NAMES_OF_COPIES, 1000):
            file.writestr(f"Kim_{number}_assignsubmission_file_/{name}", notebook("new"))
        file.writestr("lee_22_100_미분.ipynb", notebook("new"))
        file.writestr("lee_22_101_미분.ipynb.html", "<html>")
        file.writestr("__MACOSX/._lee_22_102_미분.ipynb", notebook("hidden"))
        file.writestr("lee_14_100_미분.ipynb", notebook("new"))
        file.writestr("lee_14_101_loss-2.ipynb", notebook("loss"))
        file.writestr("lee_14_102_notes.txt", "no notebook")
        for name, content in OWN.items():
            file.writestr(name, content)
    os.utime(archives / "z first.zip", (1, 1))
    nbgrader(course, "zip_collect", "ps")
    return course


def counting(course: Path, student: str, name: str = "미분") -> str:
    """Return the text of the notebook that counts."""
    folder = course / "submitted" / student / "ps"
    found = find_notebook(folder, name, NAMES, lambda content: content["cells"][0]["source"] != "untouched")
    return found.content["cells"][0]["source"]


@pytest.mark.parametrize(("student", "name", "files"), SEVERAL, ids=[case[0] for case in SEVERAL])
def test_the_newest_upload_counts_and_none_is_lost(collected, student, name, files):
    """Of several uploads the newest counts; the others are kept next to it."""
    assert counting(collected, student, name) == "new"
    kept = tree(collected / "submitted" / student / "ps").values()
    assert len(kept) == len(files)
    assert len(set(kept)) == len(files)


@pytest.mark.parametrize("student", ["1", "2"])
def test_the_newest_download_counts(collected, student):
    """Of two downloads the newer counts, whatever the archives are called."""
    assert counting(collected, student) == "new"
    assert len(tree(collected / "submitted" / student / "ps")) == 2


def test_an_untouched_last_upload_does_not_hide_an_earlier_answer(collected):
    """If the newest upload is as it was released, the one before counts."""
    assert counting(collected, "13") == "worked"


@pytest.mark.parametrize("number", range(1000, 1000 + len(NAMES_OF_COPIES)))
def test_whatever_is_found_is_collected(collected, number):
    """Each name under which a notebook is found in a submission is one under which it is collected."""
    assert counting(collected, str(number), "ps1") == "new"


def test_an_export_or_a_hidden_file_is_no_newer_notebook(collected):
    """What can't be a notebook by its content, or is a system's own file, replaces none."""
    assert counting(collected, "22") == "new"
    assert sorted(tree(collected / "submitted" / "22" / "ps")) == ["미분 (1).ipynb.html", "미분.ipynb"]


def test_two_notebooks_of_one_student_stay_two(collected):
    """Each notebook of a student is collected under its name."""
    assert (counting(collected, "14"), counting(collected, "14", "loss-2")) == ("new", "loss")
    found = sorted(tree(collected / "submitted" / "14" / "ps"))
    assert found == ["loss-2.ipynb", "notes.txt", "미분.ipynb"]


@pytest.mark.parametrize("student", KEPT)
def test_modules_and_data_are_collected_beside_the_notebook(collected, student):
    """A student's own files keep their names and folders, the newest counts, and none tells the time."""
    found = tree(collected / "submitted" / student / "ps")
    contents = {name: content.decode() for name, content in found.items() if isinstance(content, bytes)}
    assert contents == KEPT[student]
