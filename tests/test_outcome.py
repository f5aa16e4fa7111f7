"""The kinds of outcome: listed once, and known wherever they are shown."""

from __future__ import annotations

import pytest
from conftest import COURSE

from gradlab.base.outcome import Outcome, Tone, Toned
from gradlab.base.texts import LANGUAGES
from gradlab.gradebook.classroom import Status
from gradlab.report.attention import REASONS, Reminder
from gradlab.report.values import Term
from gradlab.report.words import Words

STYLE = COURSE / "gradlab" / "report" / "static" / "report.css"


@pytest.mark.parametrize("words", [Outcome, Status, Reminder], ids=lambda words: words.__name__)
def test_each_word_has_its_texts_and_its_looks(words):
    """In each language there is a text, and the page has a style for the tone."""
    for word in words:
        for language in LANGUAGES:
            html = Term(word).html(Words(language))
            assert f'class="term {word.tone}"' in html
            assert Words(language).term(word)
    assert Words("ko").term(next(iter(words))) != Words("en").term(next(iter(words)))


def test_the_page_has_a_style_for_each_tone():
    """A new outcome needs no new style."""
    style = STYLE.read_text(encoding="utf-8")
    assert all(f".term.{tone} " in style for tone in Tone if tone is not Tone.PLAIN)


def test_each_alarm_needs_a_person():
    """Outcomes with the tone of an alarm come first on the list of what needs a person."""
    alarms = [outcome for outcome in Outcome if outcome.tone is Tone.ALARM]
    assert list(REASONS[: len(alarms)]) == alarms
    assert {Outcome.EXAMINER_ERROR, Outcome.VIOLATION} <= set(alarms)


def test_only_what_is_the_answers_fault_costs_points():
    """A right answer costs no points, and neither does an error of the examiner."""
    assert not Outcome.PASSED.costs_points
    assert not Outcome.EXAMINER_ERROR.costs_points
    assert all(outcome.costs_points for outcome in Outcome if outcome.tone is Tone.BAD)


def test_a_word_is_its_text():
    """Files keep the text, which is equal to the word."""

    class Word(Toned):
        QUIET = "quiet", Tone.SOFT
        LOUD = "loud"

    assert Word("quiet") is Word.QUIET == "quiet"
    assert (Word.QUIET.tone, Word.LOUD.tone) == (Tone.SOFT, Tone.PLAIN)
