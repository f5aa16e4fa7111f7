"""Texts that people read: nothing in them steers a terminal or turns the text next to them."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from gradlab.base.texts import without_control
from gradlab.examiner.told import told_in

KEPT = "\t\n\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"


def test_no_control_or_format_character_is_left():
    """All characters of the categories Cc and Cf go, except for tabs, line ends and joiners; no others do."""
    characters = [chr(code) for code in range(sys.maxunicode + 1)]
    known = [character for character in characters if unicodedata.category(character) != "Cn"]
    removed = {character for character in known if not without_control(character)}
    assert removed == {c for c in known if unicodedata.category(c) in {"Cc", "Cf"}} - set(KEPT)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("\x1b]0;passed\x07\x1b[2K\rscore: 0", "]0;passed[2Kscore: 0"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}deliaf\N{POP DIRECTIONAL FORMATTING}", "deliaf"),
        ("미분 👩‍💻\tab\n", "미분 👩‍💻\tab\n"),
        ("שלום", "שלום"),
    ],
)
def test_texts_are_cleaned(text, cleaned):
    """Escapes and marks of direction go; letters of every script stay."""
    assert without_control(text) == cleaned


HINT = {"ko": "두 배를 했나요?", "en": "Did you double it?"}


@pytest.mark.parametrize(
    ("ko", "en"),
    [
        ("triple(2): 값이 달라요.\n  결과 4", "triple(2): wrong value.\n  got 4"),
        (
            "triple(2): 값이 달라요.\n  결과 4\n  힌트: 두 배를 했나요?",
            "triple(2): wrong value.\n  got 4\n  Hint: Did you double it?",
        ),
        (
            "이 셀은 2초 안에 끝나지 않아 멈추었어요.",
            "This cell did not end within 2 seconds and was stopped.",
        ),
        ("AssertionError: 2 is wrong", "AssertionError: 2 is wrong"),
    ],
)
def test_messages_are_told_in_the_readers_language(ko, en):
    """What gradlab and the course's hints say is translated, whatever it was told in; the rest stays."""
    assert told_in("en", ko, [HINT]) == told_in("en", en, [HINT]) == en
    assert told_in("ko", en, [HINT]) == told_in("ko", ko, [HINT]) == ko
