"""What tests say in one language is read in the other."""

from __future__ import annotations

import re
from functools import partial

import pytest
from conftest import NOTEBOOKS
from failing import failure_of
from grading import cells_testing

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.said import Said
from gradlab.authoring.source import SourceNotebook
from gradlab.base.texts import LANGUAGES
from gradlab.examiner.told import told_in

HANGUL = re.compile("[가-힣]")
WORD = re.compile(r"[A-Za-z_]{2,}\b(?!…)")  # a word that was cut is none

CODE = """
say("모양", "shape")
say(("계산한 뒤의 x", "값"), ("x afterwards", "the value"))
say(f"결과 {got}, 기대 {right}", f"got {got}, expected {right}")
say(f"{kind}가 나야 해요. 결과는 {outcome}", f"should raise {kind}, got {outcome}")
say(". return을 잊지 않았나요?", ". Is a return missing?")
say(f"손실: 처음 {a}, 끝 {b}", f"loss: last {b}, first {a}")
say(f"{text}", f"{text}")
say(computed, "no text")
"""
PAIRS = [
    (
        "f(1): 값이 달라요.\n  결과 {'모양': [1, 2], 'x': 0}",
        "f(1): wrong value.\n  got {'shape': [1, 2], 'x': 0}",
    ),
    ("✗ f({1: 2}): 결과 3, 기대 4", "✗ f({1: 2}): got 3, expected 4"),
    ("TestFailed: 계산한 뒤의 x: 결과 [1], 기대 [2]", "TestFailed: x afterwards: got [1], expected [2]"),
    ("✗ f(1): TypeError: no. return을 잊지 않았나요?", "✗ f(1): TypeError: no. Is a return missing?"),
    ("✗ 손실: 처음 3, 끝 4", "✗ loss: last 4, first 3"),
    ("✗ f(1): ValueError가 나야 해요. 결과는 값 3", "✗ f(1): should raise ValueError, got the value 3"),
]


@pytest.mark.parametrize(("ko", "en"), PAIRS)
def test_what_is_said_is_translated(ko, en):
    """In quotes, between colons, at the end: each way, and a message that has the language stays as it is."""
    said = Said.by([CODE, "no Python: say('a', 'b')"])
    for message in (ko, en):
        assert told_in("ko", message, said=said) == ko
        assert told_in("en", message, said=said) == en


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_text_has_one_translation(path):
    """What a test says twice in one language is the same in the other."""
    for test, said in SourceNotebook.read(path).said.items():
        for pairs in said.into.values():
            found = {}
            for told, same in pairs:
                assert found.setdefault(told, same) == same, (test, told)


def test_what_was_cut_is_whole_in_the_other_language():
    """A message shows the beginning of a long value; the text at its end is known by its first words."""
    cut = "f(1): 값이 달라요.\n  결과 {'모양': 0, '계산…"
    assert told_in("en", cut, said=Said.by([CODE])) == "f(1): wrong value.\n  got {'shape': 0, 'x afterwards…"


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_failure_has_the_language_of_its_reader(path):
    """Read in English, a Korean exam says no Korean; read in Korean, an English one no other Latin words."""
    notebook = SourceNotebook.read(path)
    for misconception in notebook.misconceptions:
        for test in sorted(cells_testing(notebook, misconception.exercise)):
            hidden = split_test(notebook.tests[test])[1]
            failures = [failure_of(notebook, misconception.code, hidden, language) for language in LANGUAGES]
            if None in failures:
                continue
            read = partial(texts_of, hint=misconception.sentences, said=notebook.said[test])
            ko, en = failures
            assert not HANGUL.search(read(ko, "en")), (test, misconception.name)
            foreign = {*WORD.findall(read(en, "ko"))} - {*WORD.findall(read(ko, "ko"))}
            assert not foreign, (test, misconception.name)


def texts_of(failure, language, hint, said):
    """Return what a student reads about a failure, in a language: the message, and the parts of a card."""
    case = failure.case or {"call": "", "got": {"text": ""}, "expected": {"text": ""}}
    parts = (case["call"], case["got"]["text"], case["expected"]["text"])
    told = told_in(language, str(failure), [hint], said)
    return "\n".join([told, *(said.translated(part, language) for part in parts)])
