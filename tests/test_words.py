"""What students are told is Korean to the last word in Korean, and English in English."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import tomllib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import NOTEBOOKS

import gradlab
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import SourceNotebook
from gradlab.base.texts import LANGUAGES
from gradlab.examiner.hidden import given_names

HANGUL = re.compile(r"[\uac00-\ud7a3]")
WORD = re.compile(r"[A-Za-z_]{2,}")
PLACEHOLDER = re.compile(r"\{\w+\}")
MATHS = re.compile(r"\$[^$]*\$")
MESSAGES = [
    path for name in ("messages", "problems") for path in Path(gradlab.__path__[0]).rglob(f"{name}.toml")
]
# Names and symbols that Korean writes in Latin letters.
NAMES = frozenset({"NumPy", "Adam", "SGD", "MSE", "XOR", "df", "dx"})

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@lru_cache
def read(path: Path) -> SourceNotebook:
    """Return a source notebook, read once."""
    return SourceNotebook.read(path)


def tree_of(text: str) -> ast.AST:
    """Return the syntax tree of a cell."""
    return ast.parse(text)


@lru_cache
def names_in_code(path: Path) -> frozenset[str]:
    """Return the names that the code of a notebook uses, and those of Python, NumPy and torch."""
    found = {*dir(builtins), *keyword.kwlist, *dir(np), *dir(torch), *dir(torch.Tensor), *NAMES}
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            continue
        for node in ast.walk(tree_of(split_test(cell.source)[0])):
            match node:
                case ast.Name(id=name) | ast.arg(arg=name) | ast.Attribute(attr=name) | ast.alias(name=name):
                    found.update(name.split("."))
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    found.add(name)
                case ast.keyword(arg=str(name)):
                    found.add(name)
                case ast.Constant(value=str(text)) if text.isidentifier():
                    found.add(text)
    return frozenset(found)


def foreign(text: str, names: frozenset[str]) -> list[str]:
    """Return the words of a Korean text that are neither Korean nor names of code."""
    return [word for word in WORD.findall(MATHS.sub("", PLACEHOLDER.sub("", text))) if word not in names]


@pytest.mark.parametrize("path", MESSAGES, ids=lambda path: path.parent.name)
def test_each_message_is_in_its_language(path):
    """No Hangul in English, and in Korean no other Latin words than those of code."""
    code = frozenset({"return", "None", "raise", "NotImplementedError", "ipynb", "MiB"})
    for key, texts in tomllib.loads(path.read_text(encoding="utf-8")).items():
        assert set(texts) == set(LANGUAGES), key
        assert not HANGUL.search(texts["en"]), key
        assert not foreign(texts["ko"], code), key
        assert HANGUL.search(texts["ko"]) or not WORD.search(PLACEHOLDER.sub("", texts["en"])), key


@each_notebook
def test_each_hint_is_in_its_language(path):
    """The sentences of misconceptions, likewise."""
    for misconception in read(path).misconceptions:
        ko, en = (misconception.sentences[language] for language in LANGUAGES)
        assert HANGUL.search(ko), misconception.name
        assert not foreign(ko, names_in_code(path)), misconception.name
        assert not HANGUL.search(en), misconception.name


def said(tree: ast.AST) -> list[tuple[ast.expr, ast.expr]]:
    """Return the pairs that a cell says in Korean and in English."""
    calls = (
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    )
    return [(call.args[0], call.args[1]) for call in calls if call.func.id == "say"]


def texts_in(node: ast.AST) -> list[str]:
    """Return the texts in an expression, without what is computed."""
    inside = ast.walk(node)
    return [one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)]


@each_notebook
def test_what_tests_say_is_in_its_language(path):
    """The names of what a hidden test looks at, and its other texts, likewise."""
    for test, text in read(path).tests.items():
        for ko, en in said(tree_of(split_test(text)[1])):
            assert not any(map(HANGUL.search, texts_in(en))), (test, ast.unparse(en))
            wrong = [word for one in texts_in(ko) for word in foreign(one, names_in_code(path))]
            assert not wrong, (test, ast.unparse(ko), wrong)


@each_notebook
def test_what_tests_call_is_code(path):
    """The first line of a scenario, and the keys of what it returns, are code, which has no language."""
    for test, text in read(path).tests.items():
        tree = tree_of(split_test(text)[1])
        spoken = {id(node) for pair in said(tree) for half in pair for node in ast.walk(half)}
        used = {
            word.value.id
            for word in ast.walk(tree)
            if isinstance(word, ast.keyword) and word.arg == "scenario"
        }
        scenarios = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name in used]
        for scenario in scenarios:
            first = (ast.get_docstring(scenario) or "").split("\n")[0]
            assert is_code(first), (test, scenario.name, first)
            dicts = [node for node in ast.walk(scenario) if isinstance(node, ast.Dict)]
            for key in [key for node in dicts for key in node.keys if isinstance(key, ast.Constant)]:
                is_known = id(key) in spoken or not foreign(str(key.value), names_in_code(path))
                assert is_known, (test, key.value)


def is_code(text: str) -> bool:
    """Tell whether a text is Python, but for Δ, and an ellipsis where something is left out."""
    text = text.replace("…", "...").replace(", ...)", ", *_)").replace("Δ ", "")
    try:
        tree_of(text)
    except SyntaxError:
        return False
    return bool(text) and not HANGUL.search(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_tests_say_what_the_course_says(language):
    """In an exam in English, given functions speak English, though the source is both."""
    for path in NOTEBOOKS:
        names = given_names(read(path), language)
        assert names["LANGUAGE"] == language
        assert names["say"]("ko", "en") == language
        assert read(path).is_given(names["say"])
