"""JupyterLab, started as its users start it, and formgrader in it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from commands import BIN, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

TOKEN = "t"  # noqa: S105  # of a server that only tests reach


@contextmanager
def jupyter_lab(folder: Path, private: Path) -> Iterator[str]:
    """Serve a folder in JupyterLab; yield its address, which ends with a slash and takes `TOKEN`."""
    homes = {f"JUPYTER_{name}_DIR": str(private / name) for name in ("RUNTIME", "DATA")}
    serve = ["--no-browser", "--allow-root", "--ServerApp.port=0", f"--IdentityProvider.token={TOKEN}"]
    with (private / "log").open("w") as log:
        server = subprocess.Popen(
            [BIN / "jupyter", "lab", *serve, f"--ServerApp.root_dir={folder}"],
            cwd=folder,
            env={**os.environ, **environment(private), **homes},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        while not (found := [*(private / "RUNTIME").glob("jpserver-*.json")]):
            assert server.poll() is None, (private / "log").read_text()
            time.sleep(0.2)
        yield str(json.loads(found[0].read_text())["url"])
    finally:
        server.terminate()
        server.wait()


def press(page: Page, text: str) -> None:
    """Press the button of an item, and wait until formgrader has saved points and comment."""
    saved = {"grade", "comment"}

    def is_last(response) -> bool:
        saved.discard(response.url.split("/")[-2] if response.request.method == "PUT" else "")
        return not saved

    with page.expect_response(is_last):
        page.get_by_role("button", name=text).click()
