"""The handbook in docs/: it can be built, it agrees with the code, and its commands run."""

from __future__ import annotations

import ast
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COURSE
from nbgrader import apps, exchange
from nbgrader.exchange.default import Exchange

import gradlab
from gradlab import preprocessors

PAGES = sorted((COURSE / "docs").glob("*.md"))


@pytest.mark.slow
def test_the_site_is_made_without_a_warning(tmp_path):
    """Sphinx makes a page of each Markdown file: no link is broken, and the first page leads to each."""
    made = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", COURSE / "docs", tmp_path]
    done = subprocess.run(made, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all((tmp_path / f"{page.stem}.html").is_file() for page in PAGES)


def test_the_reference_is_what_the_code_says():
    """`docs/make_reference.py`, which `make docs` runs, would write the page as it is."""
    make = runpy.run_path(str(COURSE / "docs" / "make_reference.py"))
    assert make["PAGE"].read_text(encoding="utf-8") == make["reference"]()


def test_each_picture_is_made_by_the_command():
    """`make screenshots` makes what the pages show, small enough for a page, and nothing else is there."""
    code = (COURSE / "docs" / "make_screenshots.py").read_text(encoding="utf-8")
    texts = [page.read_text(encoding="utf-8") for page in (COURSE / "README.md", *PAGES)]
    shown = [name for text in texts for name in re.findall(r"\((?:docs/)?([\w-]+\.png)\)", text)]
    sizes = {path.name: path.stat().st_size for path in (COURSE / "docs").glob("*.png")}
    assert set(re.findall(r'"([\w-]+\.png)"', code)) == set(shown) == set(sizes)
    assert max(sizes.values()) < 200_000


def texts_in(package) -> set[str]:
    """Return all texts in a package's code, without what an f-string fills in."""
    return {
        node.value
        for path in Path(package.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.filterwarnings("ignore:invalid escape:DeprecationWarning")  # in nbgrader's code
def test_each_message_among_the_troubles_exists():
    """Each message that the page of troubles explains is one of gradlab's or nbgrader's."""
    page = (COURSE / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    known = "\n".join(set().union(*map(texts_in, (gradlab, apps, exchange))))
    messages = re.findall(r"^\| `(.*?)`", page, re.MULTILINE)
    assert len(messages) > 25
    parts = [part.strip() for message in messages for part in message.split("…")]
    assert [part for part in parts if part not in known] == []


def settings() -> dict[str, set[str]]:
    """Return the names of all settings of nbgrader and gradlab, by class."""
    make = runpy.run_path(str(COURSE / "docs" / "make_reference.py"))
    found = [*make["SETTINGS"], *apps.AutogradeApp().all_configurable_classes()]
    found += apps.NbGraderApp().all_configurable_classes()
    found += [getattr(preprocessors, name) for name in preprocessors.__all__]
    found += [Exchange]
    names: dict[str, set[str]] = {}
    for each in found:
        names.setdefault(each.__name__, set()).update(each.class_trait_names(config=True))
    return names


def test_each_setting_in_the_handbook_exists():
    """Each `c.<class>.<setting>` of a page or the README is one of nbgrader's or gradlab's."""
    pages = [COURSE / "README.md", *(page for page in PAGES if page.stem != "jupyterhub")]
    named = {
        found for page in pages for found in re.findall(r"\bc\.([A-Z]\w+)\.(\w+)", page.read_text("utf-8"))
    }
    known = settings()
    assert len(named) > 20
    assert [name for name in sorted(named) if name[1] not in known.get(name[0], ())] == []


def test_the_late_rule_of_the_handbook_takes_ten_percent_a_day():
    """Each day that has begun costs a tenth of the score, and no more than the score."""
    page = (COURSE / "docs" / "class.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    exec(re.search(r"```python\n(from nbgrader.plugins.*?)```", page, re.DOTALL)[1], names)
    penalty = names["TenPercentADay"]().late_submission_penalty
    assert penalty("kim", 10.0, 1) == pytest.approx(1)
    assert penalty("kim", 10.0, 86_401) == pytest.approx(2)
    assert penalty("kim", 10.0, 86_400 * 30) == 10.0
