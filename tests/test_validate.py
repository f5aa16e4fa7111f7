"""`nbgrader validate` and the Validate button show the same line as the notebook does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat
import pytest
from browsers import chromium, needs_chromium
from commands import nbgrader
from conftest import COURSE
from labs import TOKEN, jupyter_lab

from gradlab.audit.leaks import build_release

if TYPE_CHECKING:
    from pathlib import Path

NOTEBOOK = "scalar.ipynb"
STUB = "raise NotImplementedError()"
# What a student writes into all solution cells, and what the tests of L say then.
SAID = {
    ("ko", STUB): [
        "✗ 아직 답이 없어요. 답 칸의 raise NotImplementedError를 여러분의 코드로 바꾸고 실행하세요."
    ]
    * 2,
    ("en", STUB): [
        "✗ No answer yet. Replace raise NotImplementedError in its cell with your code, and run it."
    ]
    * 2,
    ("ko", "return w"): [
        "✗ L(2.0, 3.0, 1.0, 10.0): 결과 2, 기대 9",
        "✗ [weight.grad, bias.grad]: 결과 [tensor(1.), None], 기대 [-18.0, -6.0]",
    ],
    ("en", "w * x + b - y"): [
        "✗ L(2.0, 3.0, 1.0, 10.0): got None. A return is missing, or what is returned is None.",
        "✗ L of tensors should be a tensor with its graph, got None",
    ],
}
each_answer = pytest.mark.parametrize(("language", "answer"), SAID)
N_TESTS = 6


def released(folder: Path, language: str, answer: str) -> Path:
    """Lay out a released notebook in which all solution cells hold an answer; return its folder."""
    made = build_release(COURSE, "ps4-linear-layer", language, folder)
    notebook = nbformat.read(made / NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace(STUB, answer)
    nbformat.write(notebook, made / NOTEBOOK)
    return made


@pytest.mark.slow
@each_answer
def test_nbgrader_validate_says_one_line_for_each_test(tmp_path, language, answer):
    """Below each test cell that fails stands its line, as far as nbgrader shows it, and no traceback."""
    report = nbgrader(released(tmp_path, language, answer), "validate", NOTEBOOK, "--Execute.timeout=600")
    errors = [part.split("=====")[0].strip() for part in report.split("The error was:")[1:]]
    assert len(errors) == N_TESTS
    assert all(error.startswith("✗ ") and "\n" not in error for error in errors[:-1])
    for error, line in zip(errors, SAID[language, answer], strict=False):
        assert error.removesuffix("...").startswith(line[:80])
    assert "Traceback" not in report


@pytest.mark.slow
@needs_chromium
def test_the_validate_button_says_one_line_for_each_test(tmp_path):
    """In JupyterLab, the button lists the tests that fail, each with its line."""
    answer = "return w"
    folder = released(tmp_path / "course", "ko", answer)
    with jupyter_lab(folder, tmp_path) as address, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(300_000)
        page.goto(f"{address}lab/tree/{NOTEBOOK}?token={TOKEN}")
        page.get_by_role("button", name="Validate").click()
        results = page.get_by_role("dialog").filter(has_text="Validation Results")
        results.wait_for()
        shown = results.inner_text()
    lines = [line for line in shown.split("\n") if line.startswith("✗ ")]
    assert len(lines) == shown.count("The following cell failed") == N_TESTS
    assert all(line.startswith(said) for line, said in zip(lines, SAID["ko", answer], strict=False))
    assert "Traceback" not in shown
