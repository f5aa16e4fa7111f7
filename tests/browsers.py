"""Debian's chromium, in which tests open pages from disk."""

from __future__ import annotations

import contextlib
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
OPTIONS = [
    "--no-sandbox",  # root has none
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}
PAPER = {"width": 680, "height": 1000}  # A4 less its margins, in CSS pixels

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium here: apt-get install chromium")


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A running browser."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield running
        running.close()


@contextlib.contextmanager
def quiet_window(browser: Browser, *schemes: str) -> Iterator[Page]:
    """A new window; a console message, an error, or a request by any other scheme fails the test."""
    context = browser.new_context(viewport=DESKTOP)
    window = context.new_page()
    complaints: list[str] = []
    window.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    window.on("pageerror", lambda error: complaints.append(str(error)))
    window.on("requestfailed", lambda request: complaints.append(f"failed: {request.url}"))
    window.on(
        "request", lambda request: complaints.extend([] if request.url.startswith(schemes) else [request.url])
    )
    yield window
    context.close()
    assert not complaints
