"""Cells that only draw are not run again, and show what the student saw."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from commands import gradlab
from conftest import code
from submissions import RIGHT, copy_of, outcome, submit

from gradlab.authoring.source import SourceNotebook
from gradlab.submission.official import OfficialCell
from gradlab.submission.restore import restored

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def _submit_pictures(course: Path) -> None:
    """Submit pictures and other outputs under all cells, and tag all cells as pictures."""
    path = submit(course, "someone", RIGHT) / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("print('a further cell')"))
    for cell in notebook.cells:
        cell.metadata["tags"] = ["picture"]
        if cell.cell_type == "code":
            data = {"image/png": PNG, "text/html": "<script>", "image/svg+xml": "<svg onload='x()'/>"}
            cell.outputs = [
                nbformat.v4.new_output("display_data", data=data),
                nbformat.v4.new_output("stream", text="a stream"),
            ]
    nbformat.write(notebook, path)


def _outputs(course: Path) -> dict[str, list[nbformat.NotebookNode]]:
    notebook = nbformat.read(course / "autograde" / "someone" / "ps" / "triple.ipynb", as_version=4)
    return {
        cell.metadata.get("nbgrader", {}).get("grade_id", cell.source): cell.outputs
        for cell in notebook.cells
        if cell.cell_type == "code"
    }


@pytest.mark.slow
def test_pictures_are_those_that_were_submitted(released_course, tmp_path):
    """Submitted pictures are kept under cells that only draw, and under no other cell."""
    course = copy_of(released_course, tmp_path / "course")
    _submit_pictures(course)
    gradlab(course, "autograde", "ps")
    outputs = _outputs(course)
    (picture,) = outputs.pop("picture")
    assert picture == {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}}
    (printed,) = outputs.pop("print('a further cell')")
    assert printed.text == "a further cell\n"
    assert not any(outputs.values())
    assert outcome(course, "someone")["notebooks"]["triple"]["test_triple"]["outcome"] == "passed"


@pytest.mark.slow
def test_a_course_may_draw_again(released_course, tmp_path):
    """With nbclient's own tag, `skip-execution`, pictures are run like all cells."""
    course = copy_of(released_course, tmp_path / "course")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write('c.Execute.skip_cells_with_tag = "skip-execution"\n')
    _submit_pictures(course)
    gradlab(course, "autograde", "ps")
    (error,) = _outputs(course)["picture"]
    assert error.ename == "RuntimeError"


@pytest.mark.parametrize(
    "outputs", [5, True, {"a": 1}, "text", [5, None, {"data": 5}, {"data": {PNG: [PNG]}}]]
)
def test_what_is_no_output_is_no_picture(outputs):
    """Malformed outputs are left out, and the submission is examined."""
    official = OfficialCell("plot", "plot()", "code", *(False, False, True, False), points=0.0, checksum="")
    role = {"nbgrader": {"grade_id": "plot"}}
    submitted = {"cells": [{"cell_type": "code", "source": "", "metadata": role, "outputs": outputs}]}
    tagged = SourceNotebook(Path("x.ipynb"), (code("plot()", "plot", ("picture",), locked=True),))
    (cell,) = restored(submitted, [official], tagged).notebook.cells
    assert cell.outputs == []
