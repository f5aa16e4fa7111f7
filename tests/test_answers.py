"""Answers are found in what students hand in: on cells as parsed JSON, without grading."""

from __future__ import annotations

from dataclasses import replace

import nbformat
import pytest
from conftest import TRIPLE_TEST, nbgrader_metadata

from gradlab.authoring.source import SourceNotebook
from gradlab.submission.answers import find_answers
from gradlab.submission.cells import text_of
from gradlab.submission.notes import Assumption
from gradlab.submission.official import OfficialCell
from gradlab.submission.reading import OTHERS
from gradlab.submission.restore import IN_DOUBT, is_worked, restored

STUB = "def triple(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
RIGHT = "def triple(x):\n    y = 3 * x\n    return y"
WORDS = "YOUR ANSWER HERE"


def official(grade_id, source, cell_type="code", **roles) -> OfficialCell:
    """Return a cell of the release."""
    plain = dict.fromkeys(("is_grade", "is_solution", "is_locked", "is_task"), False)
    return OfficialCell(grade_id, source, cell_type, **{**plain, **roles}, points=0.0, checksum="")


RELEASE = (
    official("setup", "import math", is_locked=True),
    official("triple", STUB, is_solution=True),
    official("test_triple", TRIPLE_TEST, is_grade=True, is_locked=True),
    official("why", WORDS, "markdown", is_solution=True, is_grade=True),
    official("how", WORDS, "markdown", is_solution=True, is_grade=True),
)


def cell(source, grade_id="", cell_type="code"):
    """Return a submitted cell."""
    metadata = nbgrader_metadata(grade_id) if grade_id else {}
    return {"cell_type": cell_type, "source": source, "metadata": metadata}


def words(source, grade_id=""):
    """Return a submitted cell of text."""
    return cell(source, grade_id, "markdown")


@pytest.fixture
def source(tmp_path) -> SourceNotebook:
    """The source notebook of the release; its text cells have no grade id."""
    cells = [
        nbformat.from_dict({**cell(text.source, text.grade_id, text.cell_type), "outputs": []})
        for text in RELEASE
    ]
    cells.insert(1, nbformat.from_dict(words("Three times")))
    cells.insert(4, nbformat.from_dict(words("Why?")))
    cells.insert(6, nbformat.from_dict(words("How?")))
    return SourceNotebook(tmp_path / "triple.ipynb", tuple(cells))


def find(cells, source):
    """Return the answers' texts, and what has been assumed."""
    found = find_answers(cells, RELEASE, source)
    return {name: each["source"] for name, each in found.cells.items()}, dict(found.assumed)


def released(**answers):
    """Return the cells of a submission without grade ids, with some answers."""
    return [
        cell("import math"),
        words("Three times"),
        cell(answers.get("triple", STUB)),
        cell("assert triple(1) == 3"),
        words("Why?"),
        words(answers.get("why", WORDS)),
        words("How?"),
        words(answers.get("how", WORDS)),
    ]


def test_all_metadata_may_be_gone(source):
    """Given cells are known by their text, code by the names it binds, words by their place."""
    found, _ = find(released(triple=RIGHT, how="So."), source)
    assert found["triple"] == RIGHT
    assert (found["why"], found["how"]) == (WORDS, "So.")
    assert found["test_triple"] == "assert triple(1) == 3"


def test_unknown_grade_ids_are_none(source):
    """Cells of an earlier release, or with ids of another tool, are found as if they had lost theirs."""
    cells = released(triple=RIGHT, why="So.", how="Thus.")
    for number, each in enumerate(cells):
        each["metadata"] = nbgrader_metadata(f"cell-{number}")
    found, _ = find(cells, source)
    assert (found["triple"], found["why"], found["how"]) == (RIGHT, "So.", "Thus.")


def test_without_metadata_an_answer_that_is_not_there_is_said_to_be_lost(source):
    """If there is nothing between two known neighbours, nothing is taken."""
    cells = [each for each in released(triple=RIGHT) if each["source"] != WORDS]
    found, assumed = find(cells, source)
    assert "why" not in found
    assert assumed[Assumption.NOWHERE] == ["why", "how"]


def test_several_answers_between_two_neighbours_are_taken_in_order(source):
    """If the texts between them are gone, too, as many answers as are missing are taken in order."""
    cells = [each for each in released(why="So.", how="Thus.") if each["source"] not in {"Why?", "How?"}]
    found, _ = find(cells, source)
    assert (found["why"], found["how"]) == ("So.", "Thus.")


@pytest.mark.parametrize("is_known", [True, False])
def test_the_rest_of_a_split_cell_may_have_lost_its_metadata(source, is_known):
    """A cell that is valid code only together with the answer above it belongs to the answer."""
    head, rest = RIGHT.split("\n", 1)
    cells = [cell("import math", "setup"), cell(head, "triple" if is_known else ""), cell(rest)]
    assert find([*cells, cell("triple(2)"), cell("x = (")], source)[0]["triple"] == RIGHT


def test_equal_pieces_of_a_split_cell_all_count(source):
    """What JupyterLab cuts may have the same line twice; only whole copies of an answer are one."""
    lines = [
        "def triple(x):",
        "    if x < 0:",
        "        x = 3 * x",
        "    else:",
        "        x = 3 * x",
        "    return x",
    ]
    assert find([cell(line, "triple") for line in lines], source)[0]["triple"] == "\n".join(lines)


def test_a_stub_without_metadata_stands_in_no_answers_way(source):
    """Among cells in the place of an answer, those that are still as released do not count."""
    cells = released(triple=RIGHT, why="So.")
    cells.insert(5, words(WORDS))
    assert find(cells, source)[0]["why"] == "So."


def test_a_whole_stub_notebook_above_the_answers_hides_none(source):
    """If the release was pasted above the work and all metadata is gone, the answers below it are found."""
    found, assumed = find([*released(), *released(triple=RIGHT, why="So.", how="Thus.")], source)
    assert (found["triple"], found["why"], found["how"]) == (RIGHT, "So.", "Thus.")
    assert assumed[Assumption.ELSEWHERE] == ["triple"]
    assert assumed[Assumption.HAD_LOST_ID_FOUND_BY_PLACE] == ["why", "how"]


@pytest.mark.parametrize(("before", "after"), [([], ["triple(2)"]), (["x = triple(2)"], [])])
def test_a_copy_of_the_cell_that_only_calls_the_answer_fails_alone(source, before, after):
    """A copied cell that was changed into a trial does not replace the answer, and its errors are its own."""
    cells = [cell(text, "triple") for text in (*before, RIGHT, *after)]
    answers = find_answers([cell("import math", "setup"), *cells], RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert [each["source"] for each in answers.further.get("setup", ())] == before
    assert [each["source"] for each in answers.further.get("triple", ())] == after
    assert answers.assumed[Assumption.IN_PARTS] == ["triple"]


def test_a_copy_of_an_answer_after_its_tests_does_not_replace_it(source):
    """What counts is what a run of all cells in order shows, as with stock nbgrader."""
    test, trial = cell("assert triple(1) == 3", "test_triple"), cell("def triple(x):\n    return x", "triple")
    answers = find_answers([cell(RIGHT, "triple"), test, trial], RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert answers.further["test_triple"] == [trial]
    assert answers.assumed[Assumption.AGAIN] == ["triple"]


@pytest.mark.parametrize("n_before", [0, 1])
def test_a_stub_without_grade_id_next_to_the_answer_does_not_run(source, n_before):
    """A copy of the stub, pasted above or below the answer, replaces nothing."""
    cells = [cell(STUB), cell(RIGHT, "triple")]
    answers = find_answers(cells[:: 1 if n_before else -1], RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert not answers.further


def test_a_class_in_pieces_that_have_lost_their_grade_ids_is_whole(source):
    """Pieces that are valid code only all together are joined."""
    pieces = ["class triple:", "    def __init__(self, x):", "        self.x = x"]
    cells = [cell(pieces[0], "triple"), *map(cell, pieces[1:]), cell("triple(2)")]
    assert find(cells, source)[0]["triple"] == "\n".join(pieces)


def test_without_a_source_only_names_are_known():
    """A course without source has no places: words without grade id are lost, code is found by its name."""
    found, assumed = find(released(triple=RIGHT, why="So."), None)
    assert found["triple"] == RIGHT
    assert assumed[Assumption.NOWHERE] == ["why", "how"]


def test_a_helper_stays_in_its_own_cell_before_the_answer(source):
    """Of new cells, only the one that binds the exercise's name is the answer."""
    cells = [cell("import math"), cell("def helper(x):\n    return x"), cell(RIGHT)]
    answers = find_answers(cells, RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert [each["source"] for each in answers.further["setup"]] == ["def helper(x):\n    return x"]


@pytest.mark.parametrize("grade_id", ["setup", "test_triple"])
def test_no_answer_becomes_a_test_or_a_given_cell(source, grade_id):
    """Only cells that the student writes take text; what was handed in for the others is ignored."""
    answers = find_answers([cell(RIGHT, grade_id)], RELEASE, source)
    assert "triple" in answers.lost or answers.cells["triple"]["source"] == RIGHT
    assert set(answers.cells) <= {grade_id, "triple"}


def test_what_is_worked(source):
    """A notebook is worked if an answer is not as it was released; a deleted one is none."""
    whole = [cell(each.source, each.grade_id, each.cell_type) for each in RELEASE]
    assert not is_worked(whole, RELEASE, source)
    assert not is_worked(whole[:-1], RELEASE, source)
    assert not is_worked([cell("import math"), words("Something else")], RELEASE, source)
    assert is_worked([*whole, cell(RIGHT, "triple")], RELEASE, source)
    assert is_worked([cell(RIGHT)], RELEASE, source)


HELPER = "def times(k, x):\n    return k * x"


@pytest.mark.parametrize(
    "written",
    [RIGHT, RIGHT.splitlines(keepends=True), RIGHT.splitlines(), RIGHT.replace("\n", "\r\n")],
)
def test_a_text_may_be_one_string_or_lines_with_or_without_line_breaks(source, written):
    """A list of lines is the text that Jupyter would show, also if a tool has left out the line breaks."""
    text = find([cell(written, "triple")], source)[0]["triple"]
    assert text_of({"source": text}).replace("\r", "") == RIGHT


@pytest.mark.parametrize(
    ("own", "kept"),
    [
        ("", [""]),
        ("# see below", ["# see below"]),
        ("def triple(x):\n    pass", []),
        ("def triple(x:", []),
        (HELPER, [HELPER]),
    ],
)
def test_what_the_own_cell_lacks_is_taken_from_behind_the_tests(source, own, kept):
    """A cell that was changed, but does not answer, is completed by the cell that does."""
    cells = [cell(own, "triple"), cell("assert triple(1) == 3", "test_triple"), cell(RIGHT)]
    answers = find_answers([cell("import math", "setup"), *cells], RELEASE, source)
    assert answers.cells["triple"]["source"] == RIGHT
    assert [each["source"] for each in answers.further.get("setup", ())] == kept
    assert "triple" in answers.assumed[Assumption.ELSEWHERE]


def test_an_answer_that_is_defined_again_behind_its_tests_stays_and_is_said(source):
    """The definition that its tests see in a run of all cells counts; a note tells of the other one."""
    wrong = "def triple(x):\n    return x"
    cells = [cell(wrong, "triple"), cell("assert triple(1) == 3", "test_triple"), cell(RIGHT)]
    found, assumed = find(cells, source)
    assert found["triple"] == wrong
    assert assumed[Assumption.AGAIN] == ["triple"]
    assert "triple" not in str(find([cells[0], cells[2], cells[1]], source)[1])  # it runs before the test


@pytest.mark.parametrize("own", [[], [cell(STUB, "triple")]])
@pytest.mark.parametrize(
    "other",
    [
        cell(f"{RIGHT}\nassert triple(1) == 3", "test_triple"),
        cell(f"import math\n{RIGHT}", "setup"),
        cell(RIGHT, "", "markdown"),
        cell(f"```python\n{RIGHT}\n```", "", "markdown"),
        cell(RIGHT, "", "raw"),
    ],
)
def test_an_answer_in_a_cell_that_is_not_for_answers(source, own, other):
    """An answer in a test, in a given cell or in one that is not code is taken without the rest."""
    found, assumed = find([*own, other], source)
    assert found["triple"] == RIGHT
    assert "triple" in assumed[Assumption.ELSEWHERE]


def test_a_changed_test_without_an_answer_is_no_answer(source):
    """Trials in a test cell or a text about the function are not taken."""
    cells = [cell(STUB, "triple"), cell("assert triple(1) == 3\nprint(triple(2))", "test_triple")]
    assert find([*cells, words("triple = three times")], source)[0]["triple"] == STUB


def test_answers_whose_cells_were_exchanged(source):
    """An answer in the cell of a later one is moved to its tests; one in an earlier cell runs anyway."""
    double = official("double", STUB.replace("triple", "double"), is_solution=True)
    of_double = "def double(x):\n    return 2 * x"
    cells = [cell(of_double, "triple"), cell(RIGHT, "double")]
    found = find_answers(cells, (*RELEASE, double), source).cells
    assert found["triple"]["source"] == f"{of_double}\n{RIGHT}"


AGAIN = official("again", STUB, is_solution=True)
WITH_FACTOR = "def triple(x, k=3):\n    return k * x"


@pytest.mark.parametrize("grade_id", ["again", ""])
def test_an_answer_to_a_later_exercise_of_the_same_name_is_not_taken_for_the_first(source, grade_id):
    """Where two exercises define the same name, as one extends the other, each has its own answer."""
    cells = [cell(STUB, "triple"), cell("assert triple(1) == 3", "test_triple"), cell(WITH_FACTOR, grade_id)]
    answers = find_answers(cells, (*RELEASE, AGAIN), source)
    assert answers.cells["triple"]["source"] == STUB
    assert Assumption.ELSEWHERE not in answers.assumed


def test_two_exercises_of_the_same_name_are_both_found(source):
    """An answer between the known neighbours of its own place is found by the shared name."""
    cells = [cell("import math", "setup"), cell(RIGHT), cell("assert triple(1) == 3", "test_triple")]
    answers = find_answers([*cells, cell(WITH_FACTOR, "again")], (*RELEASE, AGAIN), source).cells
    assert (answers["triple"]["source"], answers["again"]["source"]) == (RIGHT, WITH_FACTOR)


def test_names_that_only_the_reference_uses_are_not_asked_for(tmp_path):
    """An answer of several lines is known by the names that its tests use."""
    release = (
        official("area", "# YOUR CODE HERE", is_solution=True),
        official("test_area", "assert total == 6", is_grade=True, is_locked=True),
    )
    metadata = nbgrader_metadata("area", solution=True)
    solution = cell("steps = [1, 2, 3]\ntotal = sum(steps)") | {"metadata": metadata, "outputs": []}
    notebook = SourceNotebook(tmp_path / "area.ipynb", (nbformat.from_dict(solution),))
    answers = find_answers([cell("x = 1"), cell("total = 6"), cell("y = 2")], release, notebook)
    assert answers.cells["area"]["source"] == "total = 6"


def test_a_release_of_the_same_text_twice_is_not_known_by_text(source):
    """A stub that two cells share does not tell them apart."""
    again = replace(RELEASE[1], grade_id="other")
    answers = find_answers(released(), (*RELEASE, again), source)
    assert "other" in answers.lost


CONFLICT = "<<<<<<< HEAD\n{}\n||||||| base\n{}\n=======\n{}\n>>>>>>> main"


@pytest.mark.parametrize(
    ("text", "answer", "assumption"),
    [
        (CONFLICT.format(RIGHT, STUB, STUB), RIGHT, Assumption.ONE_SIDE_OF_CONFLICT),
        (CONFLICT.format(STUB, STUB, RIGHT), RIGHT, Assumption.ONE_SIDE_OF_CONFLICT),
        (CONFLICT.format(RIGHT, STUB, "triple = 3"), None, Assumption.IN_CONFLICT),
        (f"<<<<<<< HEAD\n{RIGHT}", None, None),
        (f"{RIGHT}\n# =======\n# >>>>>>> 3", None, None),
    ],
)
def test_a_merge_conflict_is_said(source, text, answer, assumption):
    """If one side is as released, the other counts; if both are answers, a person chooses."""
    found, assumed = find([cell(text, "triple")], source)
    assert found["triple"] == (answer or text)
    assert [what for what, names in assumed.items() if "triple" in names] == [assumption] * bool(assumption)


def test_a_copy_of_a_test_in_an_answer_is_no_damage(source):
    """An answer was merged with a test only if the test's own cell is gone."""
    tried = f"{RIGHT}\nassert triple(1) == 3"
    test = cell("assert triple(1) == 3", "test_triple")
    assert Assumption.MERGED not in find([cell(tried, "triple"), test], source)[1]
    assert find([cell(tried, "triple")], source)[1][Assumption.MERGED] == ["triple"]


def test_an_untouched_cell_may_be_anywhere(source):
    """A stub that was moved, retyped or copied says nothing: no answer depends on it."""
    whole = [cell(each.source, each.grade_id, each.cell_type) for each in RELEASE]
    spoiled = [*whole[2:], cell(STUB, "triple", "raw"), whole[0]]
    assert not find(spoiled, source)[1]
    assert not find([*whole, whole[1]], source)[1]


WRONG = "def triple(x):\n    return x"
TESTED = cell("assert triple(1) == 3", "test_triple")


@pytest.mark.parametrize(
    "cells",
    [
        [cell(WRONG, "triple"), TESTED, cell(RIGHT)],
        [cell(RIGHT, "triple"), cell(WRONG, "triple"), TESTED],
        [cell(STUB, "triple"), cell(RIGHT), TESTED, cell(WRONG)],
        [cell(CONFLICT.format(RIGHT, STUB, WRONG), "triple"), TESTED],
    ],
)
def test_an_answer_in_several_versions_is_in_doubt(source, cells):
    """If a submission answers an exercise in two ways, its own cell says what it defines."""
    submission = nbformat.from_dict({"cells": [cell("import math", "setup"), *cells], "metadata": {}})
    marked = [each for each in restored(submission, RELEASE, source).notebook.cells if IN_DOUBT in str(each)]
    assert [each.metadata.nbgrader.grade_id for each in marked] == ["triple"]
    assert marked[0].metadata.gradlab == {IN_DOUBT: ["triple"]}


@pytest.mark.parametrize(
    ("other", "is_said"), [(WRONG, True), (STUB, False), (RIGHT, False), (f"{RIGHT}\n", False)]
)
def test_another_notebook_with_another_answer_is_said(source, other, is_said):
    """A copy beside the notebook that counts is no doubt if its answer is the same, or none."""
    cells, copies = [cell(RIGHT, "triple")], {"triple-Copy1.ipynb": [cell(other, "triple")]}
    notebook = restored({"cells": cells, "metadata": {OTHERS: copies}}, RELEASE, source)
    said = [note for note in notebook.notes if "triple-Copy1.ipynb: triple" in note]
    assert (
        bool(said)
        == is_said
        == any(IN_DOUBT in each.metadata.get("gradlab", {}) for each in notebook.notebook.cells)
    )


def test_an_answer_as_a_block_of_code_in_markdown_may_keep_its_grade_id(source):
    """Of a cell that was turned into Markdown, the marks of code are no part of the answer."""
    found, assumed = find([cell(f"```python\n{RIGHT}\n```", "triple", "markdown")], source)
    assert found["triple"] == RIGHT
    assert assumed[Assumption.RETYPED] == ["triple"]
