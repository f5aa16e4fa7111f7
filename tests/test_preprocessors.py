"""nbgrader's own commands, with the preprocessors of gradlab, on a small course."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import nbformat
import pytest
from commands import nbgrader
from nbgrader.api import Gradebook

from gradlab.preprocessors import Execute, PlainMetadata
from gradlab.submission.official import PYTHON_KERNEL

if TYPE_CHECKING:
    from pathlib import Path


def cells(path: Path) -> dict[str, nbformat.NotebookNode]:
    """Return a notebook's cells by grade id, or by index if they have none."""
    notebook = nbformat.read(path, as_version=4)
    return {
        cell.metadata.get("nbgrader", {}).get("grade_id", str(index)): cell
        for index, cell in enumerate(notebook.cells)
    }


def submit(course: Path, student: str, answer: str | None) -> None:
    """Put a submission where `nbgrader collect` would."""
    folder = course / "submitted" / student / "ps"
    shutil.copytree(course / "release" / "ps", folder)
    if answer is not None:
        notebook = nbformat.read(folder / "triple.ipynb", as_version=4)
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade_id") == "triple":
                cell.source = answer
        nbformat.write(notebook, folder / "triple.ipynb")


@pytest.mark.slow
def test_a_release_shows_one_language_and_no_answer(small_course):
    """The release has no solution, hidden test, misconception or other language."""
    nbgrader(small_course, "generate_assignment", "ps", "--SelectLanguage.language=en")
    text = (small_course / "release" / "ps" / "triple.ipynb").read_text(encoding="utf-8")
    assert "Three times" in text
    assert "raise NotImplementedError" in text
    for secret in ("세 배", "3 * x", "HIDDEN", "gradlab.checks", "Did you double it", "2 * x", "lang-ko"):
        assert secret not in text


@pytest.mark.slow
def test_a_solution_has_the_answer_and_no_hidden_test(small_course):
    """A generated solution contains no hidden test, misconception or mark."""
    nbgrader(small_course, "generate_assignment", "ps")
    nbgrader(small_course, "generate_solution", "ps")
    text = (small_course / "solutions" / "ps" / "triple.ipynb").read_text(encoding="utf-8")
    assert "3 * x" in text
    for secret in ("HIDDEN", "gradlab.checks", "두 배를 했나요", "BEGIN SOLUTION"):
        assert secret not in text


@pytest.mark.slow
def test_a_course_runs_from_source_and_configuration_alone(small_course):
    """With only source/ and nbgrader_config.py, nbgrader makes scores, messages and feedback."""
    nbgrader(small_course, "generate_assignment", "ps")
    submit(
        small_course, "right", "import warnings\ndef triple(x):\n    warnings.warn('hm')\n    return 3 * x"
    )
    submit(small_course, "double", "def triple(x):\n    print('working')\n    return 2 * x")
    submit(small_course, "empty", None)
    nbgrader(small_course, "autograde", "ps")
    nbgrader(small_course, "generate_feedback", "ps")

    with Gradebook(f"sqlite:///{small_course / 'gradebook' / 'gradebook.db'}") as gradebook:
        scores = {
            submission.student.id: submission.score for submission in gradebook.assignment_submissions("ps")
        }
    assert scores == {"right": 2, "double": 0, "empty": 0}

    test = cells(small_course / "autograde" / "double" / "ps" / "triple.ipynb")["test_triple"]
    shown = "\n".join("\n".join(output.get("traceback", ())) for output in test.outputs)
    assert "AssertionError" in shown  # the visible part
    assert "두 배를 했나요?" in shown  # the hidden part
    assert "check(" not in shown

    feedback = (small_course / "feedback" / "double" / "ps" / "triple.html").read_text(encoding="utf-8")
    assert "두 배를 했나요?" in feedback
    assert "working" in feedback
    for secret in ("HIDDEN", "gradlab.checks", "oracle"):
        assert secret not in feedback


def test_execute_takes_nbgraders_own_trait():
    """`c.Execute.timeout` is the limit for one cell."""
    assert Execute(timeout=7).timeout == 7
    assert Execute().timeout == 30


def test_what_jupyter_writes_into_the_metadata_is_not_released():
    """A source that JupyterLab has saved, with versions and a name of the kernel, gives the same release."""
    saved = nbformat.v4.new_notebook(
        metadata={
            "kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3 (ipykernel)"},
            "language_info": {"name": "python", "version": "3.13.1", "codemirror_mode": {"name": "ipython"}},
        }
    )
    plain, _ = PlainMetadata().preprocess(saved, {})
    assert plain.metadata == {"kernelspec": PYTHON_KERNEL, "language_info": {"name": "python"}}
    other = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "julia", "display_name": "Julia"}})
    assert PlainMetadata().preprocess(other, {})[0].metadata.kernelspec.display_name == "Julia"
