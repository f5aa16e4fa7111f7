"""The handbook in docs/."""

from __future__ import annotations

import subprocess
import sys

import pytest
from conftest import COURSE

PAGES = sorted((COURSE / "docs").glob("*.md"))


@pytest.mark.slow
def test_the_site_is_made_without_a_warning(tmp_path):
    """Sphinx makes a page of each Markdown file: no link is broken, and the first page leads to each."""
    made = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", COURSE / "docs", tmp_path]
    done = subprocess.run(made, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all((tmp_path / f"{page.stem}.html").is_file() for page in PAGES)
