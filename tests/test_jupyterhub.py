"""The recipe in docs/jupyterhub.md, started as it stands there: two students, a teacher and a browser."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from browsers import chromium, needs_chromium
from conftest import COURSE
from gradebooks import book
from labs import press
from submissions import copy_of, write_answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

ASSIGNMENT, NOTEBOOK, WRITTEN = "ps2-numerical-diff", "numerical_diff", "explain_step_size"
ITEMS = ["절단 오차:", "반올림 오차:"]
FORGOTTEN = "왜 커질까요?"
RECIPE, AFTER_MARKING = (
    (COURSE / "docs" / "jupyterhub.md").read_text(encoding="utf-8").split("## Written answers")
)
STARTED_HERE = ("pip install", "jupyterhub", "gradlab serve")
PATIENCE_S = 300  # a server starts in 10 s on a quiet machine

needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here: apt-get install npm")


@dataclass(frozen=True)
class Hub:
    """A running JupyterHub.

    Args:
        place: what the recipe calls /srv/hub.
        url: where users log in.
    """

    place: Path
    url: str

    @property
    def course(self) -> Path:
        """The teacher's course."""
        return self.home("teacher") / "course"

    def home(self, user: str) -> Path:
        """Return a user's folder."""
        return self.place / "home" / user

    @contextlib.contextmanager
    def user(self, browser: Browser, name: str) -> Iterator[Page]:
        """Log in; yield a window with JupyterLab."""
        context = browser.new_context()
        window = context.new_page()
        window.set_default_timeout(1000 * PATIENCE_S)
        window.goto(f"{self.url}/hub/login")
        window.fill("#username_input", name)
        window.fill("#password_input", "try it")
        window.click("#login_submit")
        window.wait_for_url(f"**/user/{name}/lab**")
        yield window
        context.close()


def run(place: Path, command: str, folder: Path) -> None:
    """Run a command of the recipe in a shell, with nbgrader's settings of the recipe."""
    done = subprocess.run(
        ["bash", "-euc", command],  # noqa: S607  # the shell of whoever follows the recipe
        cwd=folder,
        env={
            **os.environ,
            "JUPYTER_CONFIG_PATH": str(place / "etc"),
            "JUPYTER_CONFIG_DIR": str(place / "none"),
        },
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode and re.search("npm (ERR!|error) (code|network)", done.stderr):
        # Nothing of gradlab's has run yet, and without its proxy the Hub can't start.
        pytest.skip("npm can't install the Hub's proxy: its registry is out of reach")
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


def run_blocks(place: Path, text: str) -> None:
    """Run the blocks of commands in a part of the recipe, each in a shell of its own."""
    for block in re.findall(r"```console\n(.*?)```", text.replace("/srv/hub", str(place)), re.DOTALL):
        commands = re.findall(r"^\$ (.*)$", block, re.MULTILINE)
        run(place, "\n".join(line for line in commands if not line.startswith(STARTED_HERE)), place)


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def follow(place: Path) -> str:
    """Do what the recipe says, in another folder; return the Hub's address."""
    text = RECIPE.replace("/srv/hub", str(place))
    for path, block in re.findall(rf"`{place}/([\w/.]+)`:\n\n```python\n(.*?)```", text, re.DOTALL):
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(block, encoding="utf-8")
    copy_of(COURSE / "source" / ASSIGNMENT, place / "home" / "teacher" / "course" / "source" / ASSIGNMENT)
    shutil.copy(COURSE / "nbgrader_config.py", place / "home" / "teacher" / "course")
    run_blocks(place, text)
    url = f"http://127.0.0.1:{free_port()}"
    with (place / "jupyterhub_config.py").open("a", encoding="utf-8") as file:
        file.write(
            f"\nc.JupyterHub.bind_url = {url!r}\nc.JupyterHub.hub_port = {free_port()}\n"
            f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{free_port()}'\n"
            f"c.Spawner.start_timeout = c.Spawner.http_timeout = {PATIENCE_S}\n"
            f"c.Spawner.args = {['--allow-root'] if os.getuid() == 0 else []}\n"
        )
    return url


@pytest.fixture
def hub(tmp_path) -> Iterator[Hub]:
    """The Hub of the recipe, with a released assignment."""
    place = tmp_path / "hub"
    place.mkdir()
    url = follow(place)
    with (tmp_path / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            ["jupyterhub", "--config", str(place / "jupyterhub_config.py")],  # noqa: S607  # as in the recipe
            cwd=place,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            answers(url, process)
            yield Hub(place, url)
        finally:
            process.terminate()
            process.wait()


def answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until somebody listens."""
    host, port = url.removeprefix("http://").split(":")
    end = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), 1):
            return
        time.sleep(0.2)
    pytest.fail("the Hub does not answer")


def assignment_list(window: Page) -> None:
    """Open the Assignment List."""
    window.get_by_role("menuitem", name="Nbgrader").first.click()
    window.get_by_text("Assignment List").first.click()


def validate(window: Page, verdict: str) -> None:
    """Press the button Validate of the fetched notebook, and read what it says."""
    fetched = window.locator("#fetched_assignments_list")
    fetched.get_by_text(ASSIGNMENT, exact=True).click()
    fetched.get_by_text("Validate", exact=True).click()
    window.get_by_role("dialog").get_by_text(verdict).first.wait_for()
    window.get_by_role("button", name="Ok").click()


def mark(hub: Hub, window: Page, student: str, items: list[str], comment: str) -> None:
    """Give points for a student's written answer in formgrader, by items of the mark scheme."""
    with book(hub.course) as gradebook:
        submission = gradebook.find_submission_notebook(NOTEBOOK, ASSIGNMENT, student).id
    window.goto(f"{hub.url}/user/teacher/formgrader/submissions/{submission}/")
    window.get_by_role("button", name=items[0], disabled=False).wait_for()  # formgrader has filled its fields
    window.locator(f"#{WRITTEN}-comment").press_sequentially(comment)
    for item in items:
        press(window, item)


@needs_chromium
@needs_npm
@pytest.mark.slow
def test_a_class_works_in_the_hub_of_the_recipe(hub):
    """Two students fetch, solve, validate, submit and read; the teacher collects, marks and releases."""
    file = f"{NOTEBOOK}.ipynb"
    solved = {
        "kim": (COURSE / "solutions" / ASSIGNMENT / file, "passes all the tests"),
        "lee": (COURSE / "release" / ASSIGNMENT / file, "아직 답이 없어요"),
    }
    marks = {"kim": (ITEMS, ""), "lee": (ITEMS[:1], FORGOTTEN)}
    with chromium() as browser, contextlib.ExitStack() as stack:
        windows = {name: stack.enter_context(hub.user(browser, name)) for name in solved}
        for name, window in windows.items():
            work, verdict = solved[name]
            assignment_list(window)
            window.locator("#released_assignments_list").get_by_text("Fetch", exact=True).click()
            fetched = window.locator("#fetched_assignments_list")
            fetched.get_by_text("Submit", exact=True).wait_for()
            shutil.copy(work, hub.home(name) / ASSIGNMENT)
            write_answer(hub.home(name) / ASSIGNMENT / file, WRITTEN, "두 오차 때문이에요.")
            validate(window, verdict)
            fetched.get_by_text("Submit", exact=True).click()
            window.locator("#submitted_assignments_list").get_by_text(ASSIGNMENT).first.wait_for()
        run(hub.place, "gradlab serve --once", hub.course)
        with hub.user(browser, "teacher") as window:
            for name, (items, comment) in marks.items():
                mark(hub, window, name, items, comment)
        run_blocks(hub.place, AFTER_MARKING)
        for name, window in windows.items():
            window.locator("#refresh_assignments_list").click()
            window.get_by_text("Fetch Feedback").first.click()
            window.get_by_text("View Feedback").first.wait_for()
            (page,) = hub.home(name).glob(f"{ASSIGNMENT}/feedback/*/{NOTEBOOK}.html")
            shown = page.read_text(encoding="utf-8")
            items, comment = marks[name]
            assert [item for item in ITEMS if item in shown] == items
            assert comment in shown
