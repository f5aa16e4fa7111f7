"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from conftest import COURSE

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
