"""The reference of each notebook of the course, on this machine and in containers."""

from __future__ import annotations

import pytest
from conftest import NOTEBOOKS

from gradlab.authoring.folders import files_beside
from gradlab.authoring.source import PICTURE_TAG, SourceNotebook
from gradlab.base.outcome import Outcome
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.exam import Exam, ExamLimits
from gradlab.examiner.session import Session
from gradlab.examiner.ways import Asked
from gradlab.sandbox import SandboxLimits


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_reference_of_each_notebook_passes_across_the_wall(anywhere, path):
    """In the sandbox, the reference passes every test of the course."""
    zygote = anywhere
    notebook = SourceNotebook.read(path)
    tests = notebook.tests
    cells = [
        ExamCell(
            cell.source,
            is_test=cell.metadata.get("nbgrader", {}).get("grade_id") in tests,
            asked=Asked(trusts_methods=True),
        )
        for cell in notebook.cells
        if cell.cell_type == "code" and PICTURE_TAG not in cell.metadata.get("tags", ())
    ]
    limits = ExamLimits(cell_s=60.0)
    results = Exam(
        cells,
        notebook,
        start=lambda: Session(zygote.spawn(SandboxLimits(), files_beside(path), None)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=limits,
        language="ko",
    ).results()
    assert [result.message for result in results if result.outcome is not Outcome.PASSED] == []
