"""The notebooks as students run them: in a kernel, in each language, without gradlab."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import nbformat
import pytest
from conftest import NOTEBOOKS
from nbclient import NotebookClient

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.one_language import in_one_language
from gradlab.authoring.source import MISCONCEPTION_TAG, PICTURE_TAG

if TYPE_CHECKING:
    from pathlib import Path

HANGUL = re.compile(r"[\uac00-\ud7a3]")
WITHOUT_GRADLAB = "import sys\nsys.modules['gradlab'] = None"
PASSED = {"ko": "✓ 통과\n", "en": "✓ passed\n"}
ALL_PASSED = {
    "ko": "보이는 테스트 {n}개 중 {n}개 통과 · 숨은 테스트는 더 많은 것을 물어요\n",
    "en": "visible tests {n} of {n} · hidden tests ask more\n",
}


def as_solved(path: Path, language: str) -> nbformat.NotebookNode:
    """Return the notebook in a language, as a student who solved everything has it."""
    notebook = nbformat.read(path, as_version=4)
    kept = []
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", ())
        if MISCONCEPTION_TAG in tags or f"lang-{'en' if language == 'ko' else 'ko'}" in tags:
            continue
        cell.source = split_test(in_one_language(cell.source, language))[0]
        kept.append(cell)
    notebook.cells = [nbformat.v4.new_code_cell(WITHOUT_GRADLAB), *kept]
    return notebook


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_solved_notebook_runs_top_to_bottom(path, language, monkeypatch):
    """Without gradlab, nothing warns, all tests pass, and English notebooks print no Korean."""
    monkeypatch.setenv("PYTHONWARNINGS", "always")
    monkeypatch.delenv("MPLBACKEND")  # a kernel draws into the notebook
    notebook = as_solved(path, language)
    kernel = {"name": "python3", "display_name": sys.executable}
    notebook.metadata.kernelspec.update(kernel)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        outputs = cell.outputs
        assert not [output for output in outputs if output.get("name") == "stderr"], cell.id
        texts = [output.get("text", "") for output in outputs]
        texts += [output.get("data", {}).get("text/plain", "") for output in outputs]
        if language == "en":
            assert not [text for text in texts if HANGUL.search(text)], cell.id
        if PICTURE_TAG in cell.metadata.get("tags", ()):
            assert outputs, cell.id
    assert [
        cell.id
        for cell in notebook.cells
        if any("image/png" in output.get("data", {}) for output in cell.get("outputs", ()))
    ]
    tests = [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("points")]
    said = [printed(cell) for cell in tests if cell.cell_type == "code"]
    assert said == [PASSED[language]] * len(said)
    assert printed(notebook.cells[-1]) == ALL_PASSED[language].format(n=len(said))


def printed(cell: nbformat.NotebookNode) -> str:
    """Return what a cell printed: a kernel may send it in several parts."""
    return "".join(output.text for output in cell.outputs)
