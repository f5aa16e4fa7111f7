"""A course that names no languages and libraries gets English messages, warm modules and silence."""

from __future__ import annotations

import nbformat
import pytest
from commands import gradlab, nbgrader
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from nbgrader.api import Gradebook
from submissions import outcome

from gradlab.authoring.source import SourceNotebook
from gradlab.course import Course
from gradlab.preprocessors import SelectLanguage

NO_CONFIG = "c = get_config()\n"
STOCK_CONFIG = """
from nbgrader.preprocessors import CheckCellMetadata
from gradlab.preprocessors import Execute, RestoreCells, SaveAutoGrades
c = get_config()
c.Autograde.sanitize_preprocessors = [RestoreCells, CheckCellMetadata]
c.Autograde.autograde_preprocessors = [Execute, SaveAutoGrades, CheckCellMetadata]
"""
CLEARING = "c.ClearMetadataPreprocessor.enabled = True\n"
LOUD_PROCESS = """
import os, subprocess
subprocess.run(["echo", "put out by a process of a given cell"])
os.system("echo complaint of a given cell >&2")
"""
LOUD = """
import sys, warnings
print("printed by a given cell")
print("written by a given cell", file=sys.stderr)
warnings.warn("warned by a given cell")
is_warm = "wave" in sys.modules
"""
LOUD_TEST = "print('printed by a hidden test')\nprint('written by a hidden test', file=sys.stderr)\n"
LOUD_TEST += "subprocess.run(['echo', 'put out by a process of a hidden test'])\n"
ANSWER = "def half(x):\n    return x / 2"
CELLS = (
    code(LOUD_PROCESS, "process", locked=True),
    code(LOUD, "given", locked=True),
    code("import wave"),
    solution("half", ANSWER),
    grading("test_half", "", f"{LOUD_TEST}assert half(6) == 3"),
    grading("warm_test", "assert is_warm"),
)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course without any configuration, graded for two students."""
    made = lay_out(tmp_path_factory.mktemp("foreign"), CELLS, config=NO_CONFIG)
    submit_answers(made, "right", {"half": ANSWER})
    submit_answers(made, "untouched", {})
    return made, grade(made)


def test_messages_are_english(course):
    """Nobody has chosen a language, and no cell names any."""
    cell = outcome(course[0], "untouched", "hw")["notebooks"]["hw"]["test_half"]
    assert cell["outcome"] == "not attempted"
    assert cell["message"].isascii()


def test_the_trait_chooses_the_language(course, monkeypatch):
    """An instructor whose cells name no language may want messages in Korean."""
    made, _ = course
    monkeypatch.chdir(made)  # nbgrader also reads the configuration of the folder that it is started in
    assert Course(made).execute().settings().language_of(None) == "en"
    (made / "nbgrader_config.py").write_text(f"{NO_CONFIG}c.SelectLanguage.language = 'ko'\n")
    try:
        assert Course(made).execute().settings().language_of(None) == "ko"
    finally:
        (made / "nbgrader_config.py").write_text(NO_CONFIG)


@pytest.mark.slow
def test_nbgraders_own_command_tells_in_english_too(tmp_path):
    """The preprocessor chooses as the command does."""
    made = lay_out(tmp_path, CELLS[3:5], config=STOCK_CONFIG)
    submit_answers(made, "untouched", {})
    nbgrader(made, "autograde", "hw")
    graded = nbformat.read(made / "autograded" / "untouched" / "hw" / "hw.ipynb", as_version=4)
    (output,) = graded.cells[-1].outputs
    assert output.ename == "not attempted"
    assert output.evalue.isascii()


def test_what_the_source_imports_is_warm(course):
    """The first cell of an answer finds a module that only a later cell imports."""
    made, _ = course
    assert "wave" in Course(made).warmth(["hw"]).modules
    assert outcome(made, "right", "hw")["notebooks"]["hw"]["warm_test"]["outcome"] == "passed"


def test_nothing_that_the_course_prints_reaches_the_terminal(course):
    """Given cells and hidden tests print, write and warn in vain, and so do processes that they start."""
    _, printed = course
    assert "answers found 1 of 1" in printed
    assert " given cell" not in printed
    assert " hidden test" not in printed


UNCLEAR = (
    solution("half", ANSWER),
    grading("test_half", "", "assert half(6) == 3"),
    grading("broken_test", "", "assert half(6) == 4"),
)


def points_of(made, student):
    """Return the points of each test cell, None if a person has to give them."""
    with Gradebook(f"sqlite:///{made / 'gradebook.db'}") as book:
        grades = book.find_submission_notebook("hw", "hw", student).grades
        return {grade.name: None if grade.needs_manual_grade else grade.score for grade in grades}


@pytest.mark.slow
def test_cleared_metadata_cost_no_points(tmp_path):
    """If nbconvert's step clears the metadata of cells, verdicts stay; a broken test gives nobody 0."""
    made = lay_out(tmp_path, UNCLEAR, config=NO_CONFIG, more_config=CLEARING)
    submit_answers(made, "right", {"half": ANSWER})
    grade(made)
    assert points_of(made, "right") == {"test_half": 1, "broken_test": None}
    assert outcome(made, "right", "hw")["notebooks"]["hw"]["broken_test"]["outcome"] == "examiner error"


@pytest.mark.slow
def test_cleared_metadata_cost_no_points_in_nbgraders_own_command(tmp_path):
    """The block that `gradlab adopt --write` writes keeps verdicts, too, and feedback can be made."""
    made = lay_out(tmp_path, UNCLEAR, config=NO_CONFIG, more_config=CLEARING)
    gradlab(made, "adopt", "--write")
    submit_answers(made, "right", {"half": ANSWER})
    nbgrader(made, "autograde", "hw")
    assert points_of(made, "right") == {"test_half": 1, "broken_test": None}
    nbgrader(made, "generate_feedback", "hw")
    assert (made / "feedback" / "right" / "hw" / "hw.html").is_file()


TAGGED = code("1", tags=("lang-en",)), code("2", tags=("lang-ko",))
MARKED = code("### BEGIN LANG en\n1\n### END LANG en\n### BEGIN LANG ko\n2\n### END LANG ko")


@pytest.mark.parametrize(
    ("cells", "language"),
    [
        ([code("1")], "en"),
        ([code("1", tags=("ko", "hide-input"))], "en"),
        ([TAGGED[0]], "en"),
        ([TAGGED[1]], "ko"),
        ([*TAGGED], "ko"),
        ([MARKED], "ko"),
    ],
)
def test_without_a_choice_the_cells_decide(tmp_path, cells, language):
    """Korean is chosen only if a cell is in Korean; the release is in the language of the messages."""
    notebook = nbformat.v4.new_notebook(cells=cells)
    assert SourceNotebook(tmp_path, tuple(notebook.cells)).language == language
    released, _ = SelectLanguage().preprocess(notebook, {})
    assert [cell.source for cell in released.cells] == [{"en": "1", "ko": "2"}[language]]


NORM = "def norm(v):\n    return np.sqrt(np.dot(v, v))"
NO_ROLE = {"nbgrader": {"grade": False, "locked": False, "schema_version": 3, "solution": False}}
BANS = (
    nbformat.v4.new_code_cell("import numpy as np", metadata=NO_ROLE),  # of an old nbgrader
    solution("norm", NORM),
    grading(
        "bans",
        "",
        "from math import isclose\nv = np.array([3.0, 4])\nright = np.linalg.norm(v)\n"
        "np.linalg.norm = None\nassert isclose(norm(v), right)",
    ),
    grading("sets", "", "import numpy\nsetattr(numpy.linalg, 'norm', None)\nassert norm(np.ones(4)) == 2"),
    grading("uses_earlier", "assert isclose(norm(np.ones(9)), 3)"),
)


@pytest.fixture(scope="module")
def banning(tmp_path_factory):
    """A course whose tests take a function of a library away, and use names of earlier hidden parts."""
    made = lay_out(tmp_path_factory.mktemp("banning"), BANS)
    submit_answers(made, "first", {"norm": NORM})
    submit_answers(made, "second", {"norm": NORM})
    submit_answers(made, "using", {"norm": "def norm(v):\n    return np.linalg.norm(v)"})
    grade(made)
    return made


@pytest.mark.parametrize("name", ["bans", "sets", "uses_earlier"])
@pytest.mark.parametrize(("student", "points"), [("first", 1), ("second", 1), ("using", 0)])
def test_a_test_may_take_a_function_of_a_library_away(banning, student, name, points):
    """It is taken away from the answer, as with stock nbgrader, but not from the next student's tests."""
    cell = outcome(banning, student, "hw")["notebooks"]["hw"][name]
    assert (cell["asked"], cell["auto_score"]) == ("beside", points)
