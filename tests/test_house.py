"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
from commands import gradlab
from conftest import ASSIGNMENTS, COURSE

from gradlab import __version__

TESTS = sorted((COURSE / "tests").rglob("test_*.py"))
MODULES = sorted((COURSE / "gradlab").rglob("*.py"))


def test_gradlab_imports_no_torch():
    """`import gradlab` stays cheap, because it does not import torch."""
    code = "import sys, gradlab; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_each_test_has_its_sentence(path):
    """A test says in one sentence what holds."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            sentence = ast.get_docstring(node)
            assert sentence, node.name
            assert sentence.endswith("."), node.name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(COURSE)))
def test_modules_stay_readable(path):
    """A module has at most 400 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def imported(path) -> set[str]:
    """Return the top-level names of the modules that a module imports, also inside of functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def test_every_imported_package_is_declared():
    """What gradlab imports is among its dependencies and extras; pandas is imported if a course has it."""
    project = tomllib.loads((COURSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["dask"]]
    declared = {re.split(r"[<>=~!]", line)[0] for line in lines}
    known = importlib.metadata.packages_distributions()
    modules = set().union(*map(imported, MODULES)) - sys.stdlib_module_names - {"gradlab", "pandas"}
    packages = {module: {name.lower().replace("_", "-") for name in known[module]} for module in modules}
    assert [module for module, names in packages.items() if declared.isdisjoint(names)] == []


def test_the_version_is_told(tmp_path):
    """`gradlab --version` prints the package's version, also outside of a course."""
    assert gradlab(tmp_path, "--version").split()[-1] == __version__


def test_git_ignores_what_the_commands_of_the_readme_write(tmp_path):
    """Git ignores the files that they name, and all folders of students' work."""
    readme = (COURSE / "README.md").read_text(encoding="utf-8")
    folders = ("autograde", "demo", "downloaded", "feedback", "gradebook", "submitted")
    paths = [f"{folder}/a/file" for folder in folders] + re.findall(r"--(?:to|html) (\S+)", readme)
    assert len(paths) > 10
    shutil.copy(COURSE / ".gitignore", tmp_path)
    git = [str(shutil.which("git")), "-C", str(tmp_path)]
    own = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    subprocess.run([*git, "init", "--quiet"], env=own, check=True)
    done = subprocess.run(
        [*git, "check-ignore", *paths], env=own, check=False, capture_output=True, text=True
    )
    assert done.stdout.split() == paths


def classes() -> dict[str, list[str]]:
    """Return where each class is defined, by its name without underscores."""
    found: dict[str, list[str]] = {}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found.setdefault(node.name.strip("_"), []).append(str(path.relative_to(COURSE)))
    return found


def test_one_word_has_one_meaning():
    """No two classes of the package have the same name."""
    assert {name: places for name, places in classes().items() if len(places) > 1} == {}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(COURSE)))
def test_variables_say_what_they_are(path):
    """Nothing is named `one`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        name = node.id if isinstance(node, ast.Name) else node.arg if isinstance(node, ast.arg) else ""
        assert name != "one", getattr(node, "lineno", 0)


ENGINE = ("audit", "examinee", "examiner", "grading", "sandbox", "zygote")


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if path.relative_to(COURSE).parts[1].startswith(ENGINE)],
    ids=lambda path: str(path.relative_to(COURSE)),
)
def test_the_engine_knows_no_library_and_no_course(path):
    """What is imported before the first exam follows from the course's source, not from the engine."""
    text = path.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not any(name.partition(".")[0] in {"torch", "matplotlib"} for name in names)
    assert not any(name in text for name in (*ASSIGNMENTS, "MyDataset", "numerical_gradient"))


def test_the_page_of_the_architecture_is_true():
    """Every module that it names exists, and its diagrams can be drawn: `;` would end a line of one."""
    page = (COURSE / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.name for path in (COURSE / "gradlab").iterdir() if (path / "__init__.py").exists()}
    names = {name for name in re.findall(r"\b([a-z_]+\.[a-z_]+)\b", page) if name.split(".")[0] in packages}
    missing = [name for name in sorted(names) if importlib.util.find_spec(f"gradlab.{name}") is None]
    assert len(names) > 10
    assert missing == []
    for diagram in re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL):
        assert ";" not in re.sub(r"&\w+;", "", diagram)
