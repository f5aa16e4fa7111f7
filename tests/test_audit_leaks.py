"""The release, built as nbgrader builds it, contains nothing secret; a leaked line is reported."""

from __future__ import annotations

import nbformat
import pytest

from gradlab.audit.leaks import build_release, leaks_in, secrets_of, stubs_of


@pytest.fixture
def source(small_course):
    """The source notebook of the small course."""
    return small_course / "source" / "ps" / "triple.ipynb"


def released(course, source):
    """Build the release; return its notebook."""
    return build_release(course, "ps", "ko", course / "built") / source.name


def change(path, grade_id, **changes):
    """Change a cell of a notebook."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id:
            cell.update(changes)
    nbformat.write(notebook, path)


def test_the_release_of_the_small_course_leaks_nothing(small_course, source):
    """Solutions, hidden tests and misconceptions are gone, and the gradebook has not been touched."""
    assert leaks_in(source, released(small_course, source)) == []
    assert not (small_course / "gradebook" / "gradebook.db").exists()


def test_the_stub_of_each_exercise_is_known(small_course, source):
    """The stub that students start from is found by the exercise's name."""
    stubs = stubs_of(released(small_course, source))
    assert stubs.keys() == {"triple"}
    assert "raise NotImplementedError" in stubs["triple"]


@pytest.mark.parametrize(
    "changes",
    [
        {"source": "def triple(x):\n    result_times_three = 3 * x"},
        {"metadata": {"nbgrader": {}, "note": "result_times_three = 3 * x"}},
        {"outputs": [nbformat.v4.new_output("stream", text="result_times_three = 3 * x\n")]},
    ],
    ids=["source", "metadata", "outputs"],
)
def test_a_line_of_the_solution_is_found_wherever_it_stands(small_course, source, changes):
    """Leaks are found in a cell's text, metadata and outputs."""
    solution = "def triple(x):\n    ### BEGIN SOLUTION\n    result_times_three = 3 * x\n    ### END SOLUTION"
    change(source, "triple", source=solution)
    path = released(small_course, source)
    assert leaks_in(source, path) == []
    change(path, "triple", **changes)
    (leak,) = leaks_in(source, path)
    assert leak.line == "result_times_three = 3 * x"
    assert leak.cell.startswith(("triple", "cell"))


def test_a_file_beside_the_notebook_can_leak_too(small_course, source):
    """Nbgrader copies files next to the notebook into the release, so they are searched, too."""
    line = "check('triple', [case(2), case(-1.5)], oracle=lambda x: x + x + x)"
    (source.parent / "notes.txt").write_text(f"as in the hidden test:\n{line}\n")
    (leak,) = leaks_in(source, released(small_course, source))
    assert leak.cell == "notes.txt"


def test_outputs_of_the_reference_are_secret(source):
    """Outputs of the author's own run of the notebook are answers, too."""
    change(source, "triple", outputs=[nbformat.v4.new_output("stream", text="the answer is 42\n")])
    assert "the answer is 42" in secrets_of(nbformat.read(source, as_version=4))


def test_what_students_see_anyway_is_no_secret(source):
    """A hidden line that is also in a visible part is not secret."""
    notebook = nbformat.read(source, as_version=4)
    secret = secrets_of(notebook)
    assert "from gradlab.checks import case, check" in secret
    notebook.cells[2].source += "\nfrom gradlab.checks import case, check"
    assert "from gradlab.checks import case, check" not in secrets_of(notebook)
