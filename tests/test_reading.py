"""Notebooks that cost much to read: in bounded time and memory, and with the right outcome."""

from __future__ import annotations

import ast
import inspect
import json

import pytest
from descriptors import no_descriptors

from gradlab.gradebook.outcome_file import OutcomeFile
from gradlab.submission import finding, jail, reading
from gradlab.submission.finding import find_notebook
from gradlab.submission.fingerprints import Fingerprints
from gradlab.submission.notes import note_in
from gradlab.submission.own_files import entries_in
from gradlab.submission.reading import NotGradeableError, digest_of, read_notebook
from gradlab.submission.times import submitted_time

ANSWER = "def triple(x):\n    return 3 * x"
PICTURE = {"output_type": "display_data", "data": {"image/png": "aGVsbG8=", "text/plain": "a picture"}}
MIB = 2**20
TOO_COSTLY = "takes too much time or memory to read"


def cell(**more):
    """Return a cell with an answer, as a student submits it."""
    known = {"cell_type": "code", "source": ANSWER, "metadata": {"nbgrader": {"grade_id": "triple"}}}
    return {**known, "outputs": [], **more}


def notebook(*cells, **more) -> str:
    """Return the text of a notebook."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells, **more})


def holding(text: str) -> str:
    """Return the text of a notebook with an answer, and with any JSON in its metadata."""
    return notebook(cell(), metadata="?").replace('"?"', text)


def many(part: str) -> str:
    """Return a list that holds a part again and again, of nearly the largest size."""
    n_parts = (reading.MAX_NOTEBOOK_BYTES - 1000) // (len(part.encode()) + 1)
    return f"[{','.join([part] * n_parts)}]"


@pytest.fixture
def parsed_here(monkeypatch):
    """The sizes of the texts that are parsed in this process, not in one of their own."""
    sizes, loads = [], json.loads
    monkeypatch.setattr(reading.json, "loads", lambda text: sizes.append(len(text)) or loads(text))
    return sizes


def written(folder, text: str):
    """Write a notebook into a folder; return its path."""
    path = folder / "triple.ipynb"
    path.write_text(text, encoding="utf-8")
    return path


COSTLY = {
    "lists": (holding(many("[[]]")), TOO_COSTLY),
    "deep lists": (holding("[" * (19 * MIB)), "is nested too deeply"),
    "deep objects": (holding('{"a":' * (3 * MIB)), "is nested too deeply"),
    "cells": (notebook().replace("[]", many("{}")), f"(has more than 2000 cells|{TOO_COSTLY})"),
    "cells with texts": (notebook(*[cell()] * 20_000), "has more than 2000 cells"),
    "code": (notebook(cell(source="#" * 10 * MIB)), "has more than 300000 characters of code"),
    "lines": (
        notebook(cell(source="?")).replace('"?"', many('"a"')),
        "has more than 300000 characters of code",
    ),
    "pictures": (notebook(cell(outputs=[PICTURE] * 50_000)), "has more than 10000 pictures"),
    "torn": (holding(many("0.5"))[:-10], "is not a notebook: JSONDecodeError"),
}


@pytest.mark.parametrize(("text", "problem"), COSTLY.values(), ids=COSTLY)
def test_a_costly_notebook_is_refused_with_a_reason(tmp_path, parsed_here, text, problem):
    """It is parsed in a process with limits, and this process reads only what is wrong with it."""
    assert MIB < len(text) <= reading.MAX_NOTEBOOK_BYTES
    with pytest.raises(NotGradeableError, match=f"^triple.ipynb {problem}"):
        read_notebook(written(tmp_path, text))
    assert not parsed_here or max(parsed_here) < 1000


LARGE = {
    "numbers": holding(many("0.125")),
    "texts": holding(many('"한글"')),
    "one text": holding(json.dumps("x" * 19 * MIB)),
    "outputs": notebook(cell(outputs=[{"output_type": "stream", "text": "x" * 100}] * 100_000)),
    "deep lists": holding(many("[" * 100 + json.dumps("x" * 10_000) + "]" * 100)),
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_a_large_notebook_is_as_good_as_a_small_one(tmp_path, parsed_here, text):
    """What its outputs and metadata hold costs no points, and is not read by this process."""
    small = read_notebook(written(tmp_path, notebook(cell())))
    parsed_here.clear()
    assert read_notebook(written(tmp_path, text)) == small
    assert max(parsed_here) < 1000


@pytest.mark.slow
@pytest.mark.parametrize("part", ["[]", "{}", "0,0", '""'])
def test_a_bomb_in_metadata_or_outputs_harms_nobody(tmp_path, parsed_here, part):
    """Whether it can be parsed within the limits or not, this process reads little of it."""
    small = notebook(cell())
    for text in (holding(many(part)), notebook(cell(outputs="?")).replace('"?"', many(part))):
        path = written(tmp_path, text)
        try:
            read = read_notebook(path)["cells"][0]["source"]
        except NotGradeableError as error:
            read = str(error)
        assert read in {ANSWER, f"{path.name} {TOO_COSTLY}"}
        assert not parsed_here or max(parsed_here) < 1000
    assert read_notebook(written(tmp_path, small))["cells"][0]["source"] == ANSWER


def test_a_long_text_and_pictures_survive(tmp_path):
    """Texts and pictures of a large notebook arrive unchanged."""
    text = notebook(
        cell(outputs=[PICTURE], attachments={"a.png": PICTURE["data"]}),
        {"cell_type": "markdown", "source": ["한글 😀\n", "가" * 2 * MIB]},
    )
    first, second = read_notebook(written(tmp_path, text))["cells"]
    assert first["source"] == ANSWER
    assert first["outputs"] == [{"data": {"image/png": "aGVsbG8="}}]
    assert first["attachments"] == {"a.png": {"image/png": "aGVsbG8="}}
    assert second["source"] == "한글 😀\n" + "가" * 2 * MIB


def test_nothing_but_texts_names_and_pictures_is_used(tmp_path):
    """Whatever else a cell holds, however deep, is left out, and strange types are none."""
    deep = json.loads("[" * 500 + "]" * 500)
    strange = {
        "cell_type": ["code"],
        "source": {"a": deep},
        "metadata": deep,
        "attachments": deep,
        "outputs": deep,
    }
    assert read_notebook(written(tmp_path, notebook(strange, cell(more=deep, metadata={"nbgrader": deep}))))[
        "cells"
    ] == [
        {
            "cell_type": kind,
            "metadata": {"nbgrader": {"grade_id": ""}},
            "source": source,
            "attachments": {},
            "outputs": [],
        }
        for kind, source in (("", ""), ("code", ANSWER))
    ]


@pytest.mark.parametrize("source", [None, {"a": "b"}, 3, [["return 3 * n"]], ["a", None]])
def test_a_cell_without_text_is_no_empty_answer(tmp_path, source):
    """What can't be read is an answer, so a person looks at the notebook."""
    with pytest.raises(NotGradeableError, match="has a cell triple whose source is missing or is not text"):
        read_notebook(written(tmp_path, notebook(cell(source=source))))
    assert read_notebook(written(tmp_path, notebook(cell(source=[ANSWER]))))["cells"][0]["source"] == ANSWER


def test_a_refused_notebook_has_a_digest(tmp_path):
    """A file that takes too much to read is known again by its bytes."""
    written(tmp_path, COSTLY["deep lists"][0])
    before = digest_of(tmp_path, reading.MAX_NOTEBOOK_BYTES)
    assert before == digest_of(tmp_path, reading.MAX_NOTEBOOK_BYTES)
    written(tmp_path, COSTLY["deep objects"][0])
    assert before != digest_of(tmp_path, reading.MAX_NOTEBOOK_BYTES)


def up_to(part: str) -> str:
    """Return a list that holds a part again and again, in a notebook of just less than 1 MiB."""
    return f"[{','.join([part] * ((MIB - 1000) // (len(part.encode()) + 1)))}]"


SMALL = {
    "open lists": (holding("[" * (MIB - 1000)), "is nested too deeply"),
    "open objects": (holding('{"":' * (MIB // 4 - 1000)), "is nested too deeply"),
    "lists": (holding(up_to("[]")), ANSWER),
    "objects in objects": (holding(up_to('{"":{}}')), ANSWER),
    "deep lists": (holding(up_to("[" * 900 + "]" * 900)), ANSWER),
    "deep sources": (notebook(cell(), *["?"]).replace('"?"', up_to("{}")[1:-1]), "has more than 2000 cells"),
    "one key": (holding("{" + ",".join(['"key":[]'] * (MIB // 9 - 1000)) + "}"), ANSWER),
    "many keys": (holding("{" + ",".join(f'"{key}":0' for key in range(80_000)) + "}"), ANSWER),
    "an endless number": (holding("9" * (MIB - 1000)), "is not a notebook: ValueError: Exceeds the limit"),
    "long numbers": (holding(up_to("9" * 4000)), ANSWER),
    "fractions": (holding(up_to("0." + "1" * 3000)), ANSWER),
    "halves of pairs": (holding(up_to('"\\ud800"')), ANSWER),
    "pictures": (notebook(cell(outputs=[PICTURE] * 9_000)), ANSWER),
    "a deep format": (notebook().replace("4,", "[" * 900 + "]" * 900 + ",", 1), "is of notebook format"),
}


@pytest.mark.parametrize(("text", "result"), SMALL.values(), ids=SMALL)
def test_a_small_notebook_is_cheap_whatever_it_holds(tmp_path, monkeypatch, text, result):
    """What is parsed outside of a jail would fit into one with an eighth of the memory."""
    monkeypatch.setattr(jail, "MEMORY_BYTES", 64 * MIB)
    path = written(tmp_path, text)
    assert path.stat().st_size <= MIB

    def told() -> str:
        try:
            return read_notebook(path)["cells"][0]["source"]
        except NotGradeableError as error:
            return str(error)

    found = jail.parsed(told, 1000)
    assert found is not None
    assert result in found


def test_the_jail_is_left_for_what_is_small(tmp_path, monkeypatch):
    """A notebook of the usual size is read without another process."""
    monkeypatch.setattr(jail.os, "fork", lambda: pytest.fail("a process was started"))
    assert read_notebook(written(tmp_path, notebook(cell())))["cells"][0]["source"] == ANSWER


LOOKS = {
    "reading": lambda folder: read_notebook(folder / "triple.ipynb"),
    "digest": lambda folder: digest_of(folder, MIB),
    "time": lambda folder: submitted_time(folder, "UTC"),
    "record": lambda folder: OutcomeFile(folder / "triple.ipynb").content(),
    "finding": lambda folder: find_notebook(folder, "triple", ["triple"], lambda _: True),
    "files": lambda folder: list(entries_in(folder)),
    "known": lambda folder: Fingerprints(folder / "known", lambda _: folder, MIB, "UTC").read("kim"),
}


@pytest.mark.parametrize("look", LOOKS)
def test_a_machine_without_descriptors_says_nothing_of_a_submission(tmp_path, look):
    """If no more files can be opened, no answer is missing and no notebook unreadable: it is an error."""
    written(tmp_path, notebook(cell()))
    (tmp_path / "timestamp.txt").write_text("2026-03-02 12:00:00 UTC")
    with no_descriptors(), pytest.raises(OSError, match="Too many open files"):
        LOOKS[look](tmp_path)
    LOOKS[look](tmp_path)


RAISED = {"NotGradeableError", "MissingNotebookError"}


def problems_raised():
    """Yield the texts of all problems that are raised, with 4 in the place of what varies."""
    for module in (reading, finding):
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {
                "NotGradeableError",
                "MissingNotebookError",
            }:
                parts = getattr(call.args[0], "values", call.args)
                text = "".join(part.value if isinstance(part, ast.Constant) else "4" for part in parts)
                if any(map(str.isalpha, text)):  # else it only puts the notebook's name before another one
                    text = text.replace("4 is not a regular", "triple.ipynb is not a regular")
                    yield f"triple.ipynb {text.removeprefix('4.ipynb ').removeprefix('4 ')}"


@pytest.mark.parametrize("problem", sorted({*problems_raised()}))
def test_every_problem_is_said_in_korean(problem):
    """The page of a notebook that can't be graded, and the report, say why in the reader's language."""
    korean = note_in("ko", problem)
    assert korean.startswith("triple.ipynb: ")
    assert korean.endswith(("요", ": 4"))
    assert note_in("en", korean) == note_in("en", problem) == problem
