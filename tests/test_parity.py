"""`gradlab autograde` has the same results as `nbgrader autograde` with the same configuration."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import generate_assignment, gradlab, nbgrader
from conftest import code, lay_out_small_course, nbgrader_metadata
from nbgrader.api import Gradebook
from submissions import DOUBLE, RIGHT, copy_of, files, submit, tables, write_answer

if TYPE_CHECKING:
    from pathlib import Path

N_SUBMISSIONS = 16
CONFIGURATION = """
c.LateSubmissionPlugin.penalty_method = "zero"
c.Autograde.exclude_overwriting = {"ps": ["mine.py"]}
c.Autograde.permissions = 440
c.LimitOutput.max_lines = 5
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "never mind"
c.ClearMetadataPreprocessor.enabled = True
c.ClearMetadataPreprocessor.preserve_cell_metadata_mask = ["nbgrader"]
"""


def _written_notebook() -> nbformat.NotebookNode:
    """Return a notebook with a written answer, a task, and a test with partial credit."""
    return nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell(
                "YOUR ANSWER HERE",
                metadata=nbgrader_metadata("why", grade=True, solution=True, points=3),
            ),
            nbformat.v4.new_markdown_cell(
                "Do this below.", metadata=nbgrader_metadata("task", task=True, locked=True, points=2)
            ),
            code("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", "x", solution=True),
            code("min(2.0, x)", "test_x", grade=True, locked=True, points=2),
        ]
    )


@pytest.fixture(scope="module")
def courses(tmp_path_factory) -> tuple[Path, Path]:
    """Two copies of a course, one graded by each command."""
    folder = tmp_path_factory.mktemp("parity")
    course = lay_out_small_course(folder / "course")
    source = course / "source" / "ps"
    nbformat.write(_written_notebook(), source / "written.ipynb")
    (source / "table.csv").write_text("1,2,3")
    (source / "mine.py").write_text("A = 1")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(CONFIGURATION)
    generate_assignment(course, "ps")
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=datetime(2026, 3, 2, 12))  # noqa: DTZ001  # nbgrader's are in UTC
        gradebook.add_student("known", first_name="Known", last_name="Student")
    _hand_in(course)
    ours, stock = copy_of(course, folder / "ours"), copy_of(course, folder / "stock")
    with (stock / "nbgrader_config.py").open("a") as config:
        config.write(
            'c.Autograde.exporter_class = "nbconvert.exporters.NotebookExporter"\n'
        )  # it records itself
    gradlab(ours, "autograde", "ps")
    nbgrader(stock, "autograde", "ps", succeeds=False)  # one submission is torn
    return ours, stock


def _hand_in(course: Path) -> None:
    """Hand in all kinds of submissions."""
    for student, answer in {
        "right": RIGHT,
        "wrong": DOUBLE,
        "raises": "def triple(x):\n    return x.triple",
        "does not compile": "def triple(x:\n    return 3 * x",
        "exits": "import os\nos._exit(1)",
        "loud": f"import sys\nprint('a\\nb\\n' * 9)\nprint('never mind', file=sys.stderr)\n{RIGHT}",
        "shows": f"{RIGHT}\nfrom IPython.display import HTML\ndisplay(HTML('<b>3</b>'), {{1: 2}})\n3",
        "known": RIGHT,
    }.items():
        submit(course, student, answer)
    submit(course, "empty")

    late = submit(course, "late", RIGHT)
    (late / "timestamp.txt").write_text("2026-03-02 12:00:01.5 UTC")
    early = submit(course, "early", RIGHT)
    (early / "timestamp.txt").write_text("2026-03-02 13:00:00 Europe/Paris")

    beside = submit(course, "files", RIGHT)
    (beside / "table.csv").write_text("forged")
    (beside / "mine.py").write_text("A = 2")
    (beside / "notes").mkdir()
    (beside / "notes" / "draft.txt").write_text("a draft")
    (beside / "module.pyc").write_bytes(b"\0")
    (beside / "triple copy.ipynb").write_bytes((beside / "triple.ipynb").read_bytes())

    further = submit(course, "further", RIGHT)
    notebook = nbformat.read(further / "triple.ipynb", as_version=4)
    notebook.cells.insert(0, nbformat.v4.new_code_cell("%precision 3\n1 / 3", id="mine"))
    again = nbformat.from_dict({**notebook.cells[-1], "id": "again"})
    notebook.cells += [nbformat.v4.new_markdown_cell("done", metadata={"tags": ["mine"]}), again]
    del notebook.cells[2].metadata["nbgrader"]
    notebook.metadata["kernelspec"] = {"name": "julia", "display_name": "Julia", "language": "julia"}
    nbformat.write(notebook, further / "triple.ipynb")

    written = submit(course, "written", RIGHT)
    write_answer(written / "written.ipynb", "why", "Because.")
    write_answer(written / "written.ipynb", "x", "x = 1.25")
    (submit(course, "half", RIGHT) / "written.ipynb").unlink()
    torn = submit(course, "torn", RIGHT)
    (torn / "triple.ipynb").write_text("{")
    (torn / "written.ipynb").write_text("{")


@pytest.mark.slow
def test_the_gradebooks_are_the_same_row_by_row(courses):
    """All tables are equal, except for random ids."""
    ours, stock = map(tables, courses)
    assert ours.keys() == stock.keys()
    for table in ours:
        assert ours[table] == stock[table], table
    assert len(ours["submitted_assignment"]) == N_SUBMISSIONS


@pytest.mark.slow
def test_the_graded_folders_are_the_same_byte_by_byte(courses):
    """Files, permissions and contents are the same, including the outputs of notebooks."""
    ours, stock = (files(course / "autograde") for course in courses)
    assert ours.keys() == stock.keys()
    for name in ours:
        if name.endswith(".ipynb"):
            (our_mode, our_text), (stock_mode, stock_text) = ours[name], stock[name]
            cells = [nbformat.reads(text.decode(), as_version=4).cells for text in (our_text, stock_text)]
            for our_cell, stock_cell in zip(*cells, strict=True):
                assert our_cell == stock_cell, name
            assert our_mode == stock_mode
        assert ours[name] == stock[name], name


@pytest.mark.slow
def test_the_class_is_graded_as_it_should_be(courses):
    """The points are right: late submissions have none, and half a submission has the points of its half."""
    course, _ = courses
    with Gradebook(f"sqlite:///{course / 'gradebook' / 'gradebook.db'}") as gradebook:
        found = {
            submission.student.id: submission.score - (submission.late_submission_penalty or 0)
            for submission in gradebook.assignment_submissions("ps")
        }
    assert found == {
        **dict.fromkeys(("right", "loud", "shows", "known", "early", "files", "further"), 2),
        **dict.fromkeys(("wrong", "raises", "does not compile", "exits", "empty", "late", "torn"), 0),
        "written": 3.25,
        "half": 2,
    }
