"""Pictures with sliders, as a student who solved everything has them."""

from __future__ import annotations

import re
import sys

import pytest
from browsers import chromium, needs_chromium, quiet_window
from conftest import COURSE
from nbclient import NotebookClient
from test_languages import as_solved

MAX_CHARS = 300_000
MOVING = {
    "ps1-derivatives/derivatives": "picture_moving_secant",
    "ps2-numerical-diff/numerical_diff": "picture_moving_v_curve",
    "ps3-autograd/autograd": "picture_moving_graph",
    "ps5-gradient-descent/gradient_descent": "picture_moving_paths",
}

pytestmark = [needs_chromium, pytest.mark.slow, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def browser():
    """One browser for all tests."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module", params=MOVING)
def output(request):
    """The output of a cell with a moving picture."""
    path = COURSE / "source" / f"{request.param}.ipynb"
    notebook = as_solved(path, "en")
    places = [cell.id for cell in notebook.cells]
    del notebook.cells[places.index(MOVING[request.param]) + 1 :]
    notebook.metadata.kernelspec.update({"name": "python3", "display_name": sys.executable})
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(path.parent)}}).execute()
    (shown,) = notebook.cells[-1].outputs
    return shown


@pytest.fixture
def page(output, tmp_path):
    """A page with the picture."""
    (tmp_path / "page.html").write_text(f"<meta charset=utf-8>{output.data['text/html']}", encoding="utf-8")
    return (tmp_path / "page.html").as_uri()


def visible_frames(window) -> set[str]:
    """Return the frames that can be seen."""
    script = "parts => parts.filter(part => part.style.display !== 'none').map(part => part.id)"
    return set(window.eval_on_selector_all("[id^=frame-]", script))


def test_a_slider_moves_the_picture(browser, page):
    """At each end of each slider, one frame is shown, and the slider says which one it is."""
    with quiet_window(browser, "file:", "data:") as window:
        window.goto(page)
        seen = [visible_frames(window)]
        said = [window.locator("output").all_inner_texts()]
        for slider in window.locator("input[type=range]").all():
            for key in ("Home", "End"):
                slider.press(key)
                seen.append(visible_frames(window))
                said.append(window.locator("output").all_inner_texts())
        assert all(len(frames) == 1 for frames in seen)
        assert len(set.union(*seen)) >= 3
        assert len(set(map(tuple, said))) >= 3


def test_without_scripts_there_is_a_picture(browser, page):
    """If scripts don't run, one frame is shown as a picture with an alternative text."""
    context = browser.new_context(java_script_enabled=False)
    window = context.new_page()
    window.goto(page)
    picture = window.locator("img")
    assert picture.get_attribute("alt")
    assert picture.bounding_box()["width"] > 100
    assert window.locator("input").count() == 0
    context.close()


def test_moving_pictures_are_small_and_have_a_still_one(output):
    """The output has a plain picture too, which graded notebooks keep, and is not large."""
    assert output.data["image/png"]
    assert output.metadata["image/png"]["alt"] == output.data["text/plain"]
    assert sum(map(len, output.data.values())) <= MAX_CHARS


def test_columns_of_a_moving_picture_stay_in_line(output):
    """No text of the drawing has two ordinary blanks in a row: a browser would show them as one."""
    texts = re.findall(r">([^<>]+)<\\/text>", output.data["text/html"])
    assert texts
    assert not [text for text in texts if "  " in text.replace("\\n", "").strip()]
