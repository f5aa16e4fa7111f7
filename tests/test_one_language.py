"""Bilingual cells in one language."""

from __future__ import annotations

import nbformat
import pytest
from conftest import code

from gradlab.authoring.one_language import in_one_language
from gradlab.preprocessors import SelectLanguage

CELL = """\
### BEGIN LANG ko
# 가
### END LANG ko
### BEGIN LANG en
# a
### END LANG en
x = say(
    "하나 "
    f"{n}",
    "one "
    f"{n}",
)
print(say("둘", "two"), label("셋", f"{n}"))
"""


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ko", '# 가\nx = ("하나 "\n    f"{n}")\nprint("둘", label("셋", f"{n}"))\n'),
        ("en", '# a\nx = ("one "\n    f"{n}")\nprint("two", f"{n}")\n'),
    ],
)
def test_code_says_everything_once(language, text):
    """Of two texts one is left, but for the labels of Korean plots, which may have to be in English."""
    assert in_one_language(CELL, language) == text


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ('{say("가", "a"): say("나", "b"), "é": say("다", "c")}', '{"a": "b", "é": "c"}'),
        ("f\"가 {say('나', 'b')}!\"", "f\"가 {'b'}!\""),
        ("(\n    \"가\"\n    f\"{label('나', 'b')}\"\n)", '(\n    "가"\n    f"{\'b\'}"\n)'),
        ('x if say("가", "a") else say("나", "b")\r\nsay("다", "c")', 'x if "a" else "b"\r\n"c"'),
    ],
)
def test_calls_are_found_wherever_they_stand(text, english):
    """Calls are replaced in the order of the text, also inside f-strings and behind other letters."""
    assert in_one_language(text, "en") == english


@pytest.mark.parametrize(
    "text",
    [
        "say(korean, english)",
        'say("one text")',
        'say("가", english="a")',
        'ask("가", "a")',
        '%timeit say("가", "a")',
        "Don't say(…) so.",
    ],
)
def test_other_calls_and_other_texts_stay(text):
    """Only code that says two texts changes, not what is no Python."""
    assert in_one_language(text, "en") == text


def test_a_notebook_without_languages_stays_as_it_is():
    """Where no cell names a language, `say` may be any function."""
    said, marked = 'say("Hello", "Bob")', "### BEGIN LANG en\n### END LANG en"
    for cells, text in (([code(said)], said), ([code(said), code(marked)], '"Bob"')):
        notebook = nbformat.v4.new_notebook(cells=cells)
        assert SelectLanguage(language="en").preprocess(notebook, {})[0].cells[0].source == text
