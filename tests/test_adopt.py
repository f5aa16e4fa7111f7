"""`gradlab adopt` says for any course how its test cells are asked, and makes its configuration ready."""

from __future__ import annotations

import json

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from conftest import COURSE, code
from foreign import KERNEL, grading, solution
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.preprocessors import ClearHiddenTests
from traitlets.config.loader import PyFileConfigLoader
from traitlets.utils.importstring import import_item

from gradlab.adopt.advice import advice_on
from gradlab.adopt.calibrated import CalibratedCell, CalibratedNotebook
from gradlab.adopt.configuration import configuration_plan
from gradlab.adopt.page import page
from gradlab.authoring.source import SourceNotebook
from gradlab.base.errors import CourseError
from gradlab.examiner.ways import Asked, Way
from gradlab.preprocessors import ClearMisconceptions, SelectLanguage

ANSWERS = {
    "roots": "from math import sqrt\ndef roots(values):\n    return [sqrt(each) for each in values]",
    "helped": "def half(x):\n    return x / 2\ndef helped(x):\n    return half(x) + 1",
    "letters": "def letters(word):\n    return set(word)",
    "shout": "def shout(word):\n    print(word.upper())",
    "broken": "broken = 1",
    "away": "def away():\n    return 1",
}
RAISES = "def raises(f):\n    try:\n        f()\n    except NameError:\n        return True\n    return False"
CAPTURED = "import io\nfrom contextlib import redirect_stdout\nwith redirect_stdout(io.StringIO()) as out:\n"
PROBE = """from gradlab.checks import probe
@probe
def kind(word):
    return len(letters.__code__.co_consts)"""
GIVEN = {
    "at_home": "N_INPUTS = len(In)",
    "half_done": "import json\nDATA = json.load(open('data.json'))\nN_ROWS = len(DATA)",
    "later": "MEAN = N_ROWS / 2",
}
TESTS = {
    "good_test": ("", "assert roots([4]) == [2]"),
    "visible_test": ("assert roots([4]) == [2]", ""),
    "anybody_test": ("", "assert 1 + 1 == 2"),
    "kept_test": ("", "kept = roots([9])[0]\nassert kept == 3"),
    "later_test": ("", "assert roots([9]) == [kept]"),
    "deleted_test": ("", "old = half\ndel half\nassert raises(lambda: helped(2))\nhalf = old"),
    "printed_test": ("", f"{CAPTURED}    shout('a')\nassert out.getvalue() == 'A\\n'"),
    "wrong_test": ("", "assert broken == 2"),
    "file_test": ("", "open('gone.csv')"),
    "probe_test": ("", f"{PROBE}\nassert kind('a')"),
    "checks_test": ("", "import gradlab.checks\nassert letters.__globals__"),
    "module_test": ("", "import not_installed_anywhere"),
    "shell_test": ("", "assert N_INPUTS and roots([4]) == [2]"),
    "row_test": ("", "assert roots([MEAN])"),
    "json_test": ("", "assert json.dumps(roots([4])) == '[2.0]'"),
}
EXPECTED = {
    "good_test": ("by value", ""),
    "visible_test": ("by value", "it has no hidden part"),
    "anybody_test": ("by value", "the untouched release passes it in both ways"),
    "kept_test": ("by value", ""),
    "later_test": ("by value", ""),
    "deleted_test": ("beside", "it deletes or replaces 'half'"),
    "printed_test": ("beside", "it looks at what the answer prints"),
    "wrong_test": ("by hand", "the reference fails it, even beside the answer: AssertionError"),
    "file_test": ("by hand", "it needs the file 'gone.csv'"),
    "probe_test": (
        "by hand",
        "it calls the probe 'kind' itself, which then runs with the test instead of beside",
    ),
    "checks_test": ("by hand", "the reference fails it: AttributeError: __globals__"),
    "module_test": ("by hand", "it needs the module 'not_installed_anywhere'"),
    "shell_test": ("beside", "the given cell 'at_home' fails where tests run: NameError: name 'In' is not"),
    "row_test": ("by hand", "the given cell 'half_done' fails where tests run: FileNotFoundError"),
    "json_test": ("by value", ""),
}


def write_source(course, cells, assignment="hw", name="hw"):
    """Write a source notebook."""
    folder = course / "source" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL}, cells=list(cells))
    nbformat.write(notebook, folder / f"{name}.ipynb")
    return course


def tree(course):
    """Return the files of a course with their contents, without those of Jupyter."""
    files = (path for path in course.rglob("*") if path.is_file() and path.parent.name != "none")
    return {path.relative_to(course): path.read_bytes() for path in files}


def words(text):
    """Return a text in one line, as no terminal has wrapped it."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def adopted(tmp_path_factory):
    """A course that was neither configured nor released, what was printed of it, and the page."""
    course = tmp_path_factory.mktemp("adopted") / "course"
    cells = [code(RAISES), *(solution(name, text) for name, text in ANSWERS.items())]
    cells += [code(text, name, locked=True) for name, text in GIVEN.items()]
    write_source(course, [*cells, *(grading(name, *parts) for name, parts in TESTS.items())])
    write_source(course, [nbformat.v4.new_markdown_cell("Read this.")], "read", "text")
    before = tree(course)
    page_path = course.parent / "page.html"
    printed = words(gradlab(course / "source" / "hw", "adopt", "--html", str(page_path)))
    assert tree(course) == before
    return course, printed, page_path.read_text(encoding="utf-8")


@pytest.mark.parametrize("cell", EXPECTED)
def test_each_cell_is_told_with_its_cause(adopted, cell):
    """In the course's folder, released or not: the way, and what its author can do."""
    _, printed, html = adopted
    way, advice = EXPECTED[cell]
    following = printed.partition(f" {cell} ")[2].partition("_test ")[0]
    assert following.startswith(way)
    assert advice in following
    assert advice.replace("'", "&#39;") in html


def test_a_given_cell_that_fails_is_the_cause(adopted):
    """Its error says what to do, and the name that a later cell or a test lacks for it is not blamed."""
    _, printed, _ = adopted
    assert "put the file next to the source notebook" in printed.partition(" row_test ")[2]


def test_a_probe_that_a_test_calls_itself_has_a_rewrite(adopted):
    """The missing module is not blamed, because no test with gradlab's checks can run beside the answer."""
    _, printed, _ = adopted
    advice = printed.partition(" probe_test ")[2].partition("_test ")[0]
    assert "let check call it: check('letters', [case('a')], scenario=kind)" in advice
    assert "the module 'gradlab" not in printed


FAILS = "the reference fails by value: "


@pytest.mark.parametrize(
    ("test", "error", "advice"),
    [
        ("assert isinstance(letters('a'), set)", "AssertionError: ", "it asks for the class"),
        ("assert list(letters('ab')) == ['a', 'b']", "AssertionError: ", "sorted(...)"),
        ("import inspect\nassert 'set' in inspect.getsource(letters)", "OSError: ", "it reads the text"),
        ("import random\nrandom.seed(1)\nassert roots([1])", "AssertionError: ", "it seeds random numbers"),
        ("assert plt.gca().lines", "IndexError: list", "it looks at a figure"),
        (
            "roots.__globals__['half'] = 1",
            "TypeError: StandIn",
            "by value, the reference fails with TypeError",
        ),
        ("assert sqrt(4) == 2", "NameError: name 'sqrt' is not defined", "move the import of 'sqrt'"),
        ("assert given == 2", "NameError: name 'given' is not defined", "make 'given' in a given cell"),
        ("assert In[1]", "NameError: name 'In' is not defined", "it looks into the student's notebook"),
        (
            "with patch('builtins.input'):\n    letters('a')",
            "EOFError: ",
            "it replaces what the answer calls",
        ),
    ],
)
def test_advice_is_in_the_authors_terms(tmp_path, test, error, advice):
    """The message names what the cell does, and what could be asked by value instead."""
    cells = [*(solution(name, text) for name, text in ANSWERS.items()), grading("it", "", test)]
    found = advice_on("it", Asked(Way.BESIDE, f"{FAILS}{error}"), SourceNotebook(tmp_path, tuple(cells)))
    assert advice in f"{found.cause} {found.rewrite}"


@pytest.mark.parametrize(
    ("why", "advice"),
    [
        ("the source has no answer that passes it, and leaves answers out", "write the reference between"),
        ("the untouched release passes by value", "a value to compare that only an answer has"),
    ],
)
def test_what_the_release_passes_or_the_source_leaves_out_is_advised(tmp_path, why, advice):
    """Such a cell lacks something that only the author can add."""
    notebook = SourceNotebook(tmp_path, (grading("it", "", "assert True"),))
    assert advice in advice_on("it", Asked(Way.BESIDE, why), notebook).rewrite


def test_the_end_sums_up(adopted):
    """The last line alone says how much is asked by value."""
    _, printed, html = adopted
    n_value, n_beside, n_hand = (
        sum(way == each for way, _ in EXPECTED.values()) for each in ("by value", "beside", "by hand")
    )
    visible = "(1 with no hidden part: forgeable)"
    line = f"{len(TESTS)} cells: {n_value} by value {visible}, {n_beside} beside, {n_hand} by hand"
    assert printed.endswith(line)
    assert line in html
    assert "If a cell has no hidden part, put what decides between" in printed


def test_markup_of_a_course_stays_text():
    """A page runs nothing that a notebook contains."""
    cell = CalibratedCell("<script>a</script>", Asked(Way.HAND, "<script>b</script>"))
    html = page([CalibratedNotebook("<script>c</script>", "<script>d</script>", (cell,))])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3


@pytest.mark.slow
def test_what_cannot_be_calibrated_is_told_and_the_rest_goes_on(tmp_path):
    """A source that nbgrader can't release, or that is not a notebook, hides nothing of the others."""
    torn = code("### BEGIN SOLUTION\nx = 1", "torn", solution=True)
    write_source(tmp_path, [torn, grading("torn_test", "assert x == 1")], "bad", "torn")
    write_source(tmp_path, [solution("x", "x = 1"), grading("x_test", "", "assert x == 1")], "good", "whole")
    (tmp_path / "source" / "bad" / "empty.ipynb").write_text("")
    printed = words(gradlab(tmp_path, "adopt", succeeds=False))
    assert "bad/empty not calibrated: " in printed
    assert "bad/torn not calibrated: " in printed
    assert "can't be released: RuntimeError" in printed
    assert printed.endswith("2 notebooks could not be calibrated. 1 cell: 1 by value, 0 beside, 0 by hand")
    assert "Did you mean 'good'?" in gradlab(tmp_path, "adopt", "god", succeeds=False)


def test_outside_a_course_adopt_says_so(tmp_path):
    """There is nothing to calibrate, and nothing is made."""
    assert "No course around" in gradlab(tmp_path, "adopt", "--write", succeeds=False)
    assert list(tmp_path.iterdir()) == []


# What the configuration needs.


OWN = b"# My course\r\nc = get_config()\r\nc.CourseDirectory.course_id = 'caf\xc3\xa9'\r\n"
AFTER = "c.CourseDirectory.student_id_exclude = 'me'\n"
ENOUGH = """
from gradlab.preprocessors import Execute, RestoreCells, SaveAutoGrades
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
c = get_config()
c.Autograde.sanitize_preprocessors = [RestoreCells]
c.Autograde.autograde_preprocessors = [Execute, SaveAutoGrades]
c.GenerateFeedback.preprocessors = ["nbgrader.preprocessors.GetGrades", ClearHiddenTests]
c.GenerateFeedback.exporter_class = "nbconvert.exporters.HTMLExporter"
c.GenerateAssignment.preprocessors = ["nbgrader.preprocessors.SaveCells"]
c.HTMLExporter.preprocessors = ["gradlab.formgrader.ShowMarkSchemes"]
"""


def plan_of(course, text=None, *, uses_tags=False):
    """Return what a configuration with a text needs."""
    if text is not None:
        (course / "nbgrader_config.py").write_bytes(text if isinstance(text, bytes) else text.encode())
    return configuration_plan(course, uses_tags=uses_tags)


@pytest.mark.slow
def test_a_course_that_was_written_for_is_graded_by_gradlab(tmp_path):
    """From a source alone, nbgrader's own commands then grade in the sandbox and give feedback."""
    cells = [solution("x", "x = 41"), grading("x_test", "assert x", "assert x == 41")]
    write_source(tmp_path, [*cells, grading("forged_test", "", "assert x.real == 41")])
    gradlab(tmp_path, "adopt", "--write")
    written = (tmp_path / "nbgrader_config.py").read_bytes()
    assert "has what gradlab needs" in gradlab(tmp_path, "adopt", "--write")
    assert (tmp_path / "nbgrader_config.py").read_bytes() == written
    generate_assignment(tmp_path, "hw")
    released = nbformat.read(tmp_path / "release" / "hw" / "hw.ipynb", as_version=4)
    released.cells[0].source = "class X:\n    def __eq__(self, other):\n        return True\nx = X()"
    folder = tmp_path / "submitted" / "forger" / "hw"
    folder.mkdir(parents=True)
    nbformat.write(released, folder / "hw.ipynb")
    nbgrader(tmp_path, "autograde", "hw")
    nbgrader(tmp_path, "generate_feedback", "hw")
    graded = nbformat.read(tmp_path / "autograded" / "forger" / "hw" / "hw.ipynb", as_version=4)
    assert graded.cells[1].metadata["gradlab"]["outcome"] == "failed"
    feedback = (tmp_path / "feedback" / "forger" / "hw" / "hw.html").read_text(encoding="utf-8")
    assert "x.real" not in feedback


def test_the_rest_of_a_configuration_stays_byte_for_byte(tmp_path):
    """Line ends and encoding are the file's own; what is written around the block stays, too."""
    plan = plan_of(tmp_path, OWN)
    plan.write()
    path = tmp_path / "nbgrader_config.py"
    written = path.read_bytes()
    assert written.startswith(OWN)
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert plan_of(tmp_path).content is None
    path.write_bytes(written + AFTER.encode())
    assert plan_of(tmp_path).content is None


def test_formgrader_can_show_what_was_written(tmp_path):
    """It writes the configuration as JSON, and shows the mark schemes; no step of nbgrader's is lost."""
    plan_of(tmp_path, OWN).write()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(tmp_path)).load_config()
    assert json.loads(json.dumps(config))["CourseDirectory"]["course_id"] == "café"
    assert config.HTMLExporter.preprocessors == ["gradlab.formgrader.ShowMarkSchemes"]
    release, feedback = (
        [import_item(step) for step in config[converter.__name__].preprocessors]
        for converter in (GenerateAssignment, GenerateFeedback)
    )
    assert release == [SelectLanguage, ClearMisconceptions, *GenerateAssignment().preprocessors]
    assert feedback == [*GenerateFeedback().preprocessors, ClearHiddenTests]


def test_mark_schemes_are_shown_unless_the_course_has_steps_of_its_own_there(tmp_path):
    """What else the exporter of formgrader does stays; it is no conflict."""
    plan = plan_of(tmp_path, "c = get_config()\nc.HTMLExporter.preprocessors = ['mine.Step']\n")
    assert b"ShowMarkSchemes" not in plan.content
    assert plan.conflicts == ()


def test_an_old_block_is_replaced_in_its_place(tmp_path):
    """The block of an earlier version is brought up to date."""
    plan_of(tmp_path, OWN).write()
    path = tmp_path / "nbgrader_config.py"
    written = path.read_bytes() + AFTER.encode()
    path.write_bytes(written.replace(b'    "gradlab.preprocessors.SaveAutoGrades",\r\n', b""))
    plan_of(tmp_path).write()
    assert path.read_bytes() == written


def test_a_setting_of_the_courses_own_is_told_and_not_overwritten(tmp_path):
    """The message names its line and what is missing there; nothing is written."""
    write_source(tmp_path, [solution("x", "x = 1"), grading("x_test", "", "assert x == 1")])
    text = "c = get_config()\nc.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']\n"
    (tmp_path / "nbgrader_config.py").write_text(text)
    printed = words(gradlab(tmp_path, "adopt", "--write", succeeds=False))
    assert "nbgrader_config.py, line 2, sets c.Autograde.autograde_preprocessors without" in printed
    assert "gradlab.preprocessors.Execute and gradlab.preprocessors.SaveAutoGrades" in printed
    assert "1 cell: 1 by value" in printed
    assert (tmp_path / "nbgrader_config.py").read_text() == text


@pytest.mark.parametrize("uses_tags", [False, True])
def test_a_release_of_the_courses_own_needs_gradlab_only_for_tagged_cells(tmp_path, uses_tags):
    """A course's own steps conflict only if cells name languages or misconceptions."""
    plan = plan_of(tmp_path, ENOUGH, uses_tags=uses_tags)
    assert plan.content is None
    assert bool(plan.conflicts) == uses_tags


def test_pages_of_feedback_are_gradlabs_unless_the_course_has_its_own(tmp_path):
    """A course without an exporter of its own gets gradlab's; one of its own is no conflict, and stays."""
    wanted = b'exporter_class = "gradlab.feedback.FeedbackExporter"'
    assert wanted in plan_of(tmp_path, OWN).content
    own = ENOUGH.replace("c.Autograde.sanitize_preprocessors = [RestoreCells]\n", "")
    plan = plan_of(tmp_path, own)
    assert wanted not in plan.content
    assert plan.conflicts == ()


def test_this_courses_configuration_has_all_that_is_needed():
    """The course of this repository is adopted already."""
    plan = configuration_plan(COURSE, uses_tags=True)
    assert (plan.content, plan.conflicts) == (None, ())


@pytest.mark.parametrize("text", ["c = get_config()\nc.x = (\n", "import sys\nsys.exit()\n"])
def test_a_configuration_with_an_error_is_named_with_its_line(tmp_path, text):
    """Nothing is calibrated or written."""
    write_source(tmp_path, [solution("x", "x = 1")])
    (tmp_path / "nbgrader_config.py").write_text(text)
    before = tree(tmp_path)
    assert "nbgrader_config.py, line 2: " in words(gradlab(tmp_path, "adopt", "--write", succeeds=False))
    assert tree(tmp_path) == before
    with pytest.raises(CourseError, match="line 2"):
        configuration_plan(tmp_path, uses_tags=False)
