"""Formgrader shows mark schemes beside written answers; it runs in a real JupyterLab."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import nbformat
import pytest
from browsers import chromium, needs_chromium
from commands import generate_assignment
from conftest import COURSE, lay_out_small_course, nbgrader_metadata
from gradebooks import book, grade
from labs import TOKEN, jupyter_lab, press
from submissions import RIGHT, submit, write_answer
from traitlets.config.loader import PyFileConfigLoader

from gradlab.feedback.bulk import FeedbackRun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

SCHEME = """왜 그럴까요?

### BEGIN MARK SCHEME
- **1점, 정의:** $3x$의 정의를 말해요.
- **0.5점, 까닭:** 까닭을 말해요.
- 길이는 상관없어요.
### END MARK SCHEME"""
FIRST, SECOND = "정의를 말해요", "까닭을 말해요"


@pytest.fixture
def course(tmp_path: Path, executor) -> Path:
    """A course with a written answer, and the graded submission of a student."""
    folder = lay_out_small_course(tmp_path / "course")
    path = folder / "source" / "ps" / "triple.ipynb"
    notebook = nbformat.read(path, as_version=4)
    role = nbgrader_metadata("explain", grade=True, solution=True, points=2)
    notebook.cells.append(nbformat.v4.new_markdown_cell(SCHEME, metadata=role))
    nbformat.write(notebook, path)
    generate_assignment(folder, "ps")
    submitted = submit(folder, "kim", RIGHT)
    write_answer(submitted / "triple.ipynb", "explain", "더하기 세 번이라서요.")
    assert grade(folder, executor) == {"kim"}
    return folder


@contextmanager
def formgrader(course: Path, private: Path) -> Iterator[Page]:
    """Open the student's submission in formgrader."""
    with book(course) as gradebook:
        submission = gradebook.find_submission_notebook("triple", "ps", "kim").id
    private.mkdir()
    with jupyter_lab(course, private) as address, chromium() as browser:
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{address}login")
        page.locator("#password_input").fill(TOKEN)
        page.locator("#login_submit").click()
        page.wait_for_url("**/lab**")
        page.goto(f"{address}formgrader/submissions/{submission}/")
        yield page


def given(course: Path) -> tuple[float | None, str | None]:
    """Return the points and the comment that a person has given."""
    with book(course) as gradebook:
        points = gradebook.find_grade("explain", "triple", "ps", "kim").manual_score
        return points, gradebook.find_comment("explain", "triple", "ps", "kim").manual_comment


def test_formgrader_can_show_the_configuration():
    """It writes the configuration as JSON, so classes are named by strings."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(COURSE)).load_config()
    assert "gradlab.preprocessors.Execute" in json.dumps(config)


@pytest.mark.slow
@needs_chromium
def test_items_of_the_mark_scheme_are_buttons(course, tmp_path, executor):
    """A press adds points and comment, a second removes them; both reach feedback and survive a regrade."""
    with formgrader(course, tmp_path / "lab") as page:
        scheme = page.get_by_role("region", name="채점 기준")
        assert scheme.get_by_role("button").count() == 2
        assert page.locator(".code_cell", has=scheme).locator(".input_area").count() == 0
        assert "길이는 상관없어요" in scheme.inner_text()
        press(page, FIRST)
        assert given(course) == (1, "[1]")
        press(page, SECOND)
        assert given(course) == (1.5, "[1, 2]")
        press(page, FIRST)
        assert given(course) == (0.5, "[2]")
        page.locator("#explain-comment").press_sequentially(" 좋아요")
        press(page, FIRST)
        assert given(course) == (1.5, "[1, 2] 좋아요")
        page.reload()
        first = scheme.get_by_role("button", name=FIRST, pressed=True)
        first.wait_for()
        press(page, FIRST)
        assert given(course) == (0.5, "[2] 좋아요")
    write_answer(course / "submitted" / "kim" / "ps" / "triple.ipynb", "triple", f"{RIGHT}\n")
    assert grade(course, executor, force=True) == {"kim"}
    assert given(course) == (0.5, "[2] 좋아요")
    assert FeedbackRun(course).make("kim", "ps").error == ""
    feedback = (course / "feedback" / "kim" / "ps" / "triple.html").read_text(encoding="utf-8")
    items = re.search(r'<div class="given-items">.*?</div>', feedback, re.DOTALL)
    assert SECOND in items[0]
    assert FIRST not in feedback
    assert "좋아요" in feedback
