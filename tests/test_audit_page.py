"""The audit's report as a page, and the cache of earlier audits."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from gradlab.adopt.advice import Advice
from gradlab.adopt.calibrated import CalibratedCell, CalibratedNotebook
from gradlab.adopt.page import page as adopt_page
from gradlab.adopt.screen import parts_of
from gradlab.audit.cache import Cache
from gradlab.audit.exercises import AuditedExercise
from gradlab.audit.findings import AuditReport, ExerciseReport, Finding, NotebookReport, Rule, Tally
from gradlab.audit.page import page
from gradlab.audit.screen import show, summary
from gradlab.base.texts import without_control
from gradlab.examiner.ways import Asked, Way

SCRIPT = "<script>alert(1)</script>"


def report(*findings):
    """Return a report on one exercise."""
    exercise = AuditedExercise("ps", "one", "triple", "", ("test_triple",), 2.0)
    of_exercise = ExerciseReport(
        exercise, Tally(3, 3), Tally(), Tally(1, 1), Tally(6, 7), 0, math.inf, ("test_triple", 0.02), findings
    )
    of_notebook = NotebookReport("ps/one", 0.1, (("setup", 0.05),), ())
    return AuditReport(exercises=[of_exercise], notebooks=[of_notebook], n_trials=10, is_complete=True)


def test_a_page_shows_the_findings_as_text():
    """Markup from a notebook is escaped, so nothing of it runs."""
    text = page(report(Finding(Rule.MUTANTS, SCRIPT, "survives", SCRIPT)))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 2
    assert "1 problem: 10 answers, 6/7 mutants killed (85 %)" in text


def test_no_control_character_reaches_terminal_or_page():
    """Whatever an answer raises, or a course calls its cells, the report steers no terminal."""
    shown = report(Finding(Rule.MUTANTS, "ps/o\x1b[31mne", "surv\u202eives", "\x1b]0;title\x07"))
    shown.asked = [asked(Way.HAND, "why", "torn\x1b[2J")]
    calibrated = list(map(str, parts_of(shown.asked)))
    for text in (printed(shown), page(shown), *calibrated, adopt_page(shown.asked)):
        assert without_control(text) == text


def test_advice_is_no_problem():
    """An assignment with few known right answers can be released."""
    advised = report(Finding(Rule.N_RIGHT, "ps/one: triple", "0 right answers"))
    assert not advised.problems
    assert "advice: three right answers are known" in page(advised)


def asked(way, why, problem=""):
    """Return a calibrated notebook of one cell."""
    cell = CalibratedCell("test_triple", Asked(way, why), advice=Advice(f"cause of {SCRIPT}", f"do {SCRIPT}"))
    return CalibratedNotebook("ps", "one", (cell,), problem)


def printed(shown):
    """Return what a report prints on a narrow terminal, in one line."""
    console = Console(width=100, file=io.StringIO())
    show(shown, console)
    return " ".join(console.file.getvalue().split())


def test_what_is_not_asked_by_value_comes_first():
    """In the terminal and on the page, with its cause and what to do; markup stays text."""
    shown = report(Finding(Rule.RELEASE, "ps/one: test_triple", "the release: passed"))
    shown.asked = [asked(Way.BESIDE, "why"), asked(Way.HAND, "why"), asked(Way.VALUE, "won")]
    text, html = printed(shown), page(shown)
    for place in (text, html):
        beside = place.index("is asked beside the answer, where a student can forge it: cause of")
        hand = place.index("is asked by hand, by a person for everybody: cause of")
        counts = place.index("3 cells: 1 by value, 1 beside, 1 by hand")
        assert beside < hand < counts < place.index("the release earns nothing")
    assert "<script" not in html


def test_a_failing_reference_comes_before_the_tables():
    """In the terminal and on the page: as long as the reference fails, no other result tells much."""
    shown = report(
        Finding(Rule.REFERENCE, "ps/one: test_triple", "the reference: failed"),
        Finding(Rule.MUTANTS, "ps/one: triple", "survives"),
    )
    for place, table in ((printed(shown), "margin"), (page(shown), "<table>")):
        reference = place.index("not so: the reference earns everything")
        assert reference < place.index(table) < place.index("not so: mutants are killed")
        assert place.count("the reference: failed") == 1


def test_a_failing_reference_is_told_once():
    """The exercise does not repeat what the whole notebook says about a cell."""
    known = Finding(Rule.REFERENCE, "ps/one: test_triple", "the reference: failed")
    shown = report(Finding(Rule.REFERENCE, "ps/one: test_triple", "the reference failed"))
    assert len(shown.findings) == 1
    shown.notebooks = [replace(shown.notebooks[0], findings=(known,))]
    assert shown.findings == [known]


def test_many_findings_are_cut_with_a_count():
    """The terminal shows twenty of a kind, the page all."""
    shown = report(*(Finding(Rule.MUTANTS, f"ps/one: f{n}", "survives") for n in range(50)))
    assert "f19: survives … and 30 more; --html shows all" in printed(shown)
    assert "f49" in page(shown)


def test_an_audit_that_was_stopped_is_not_ready():
    """Its summary says how much is left."""
    shown = replace(report(), is_complete=False, n_left=7)
    assert "stopped, 7 answers left; 0 problems so far: 10 answers" in printed(shown)
    assert printed(AuditReport()).startswith("stopped, before the first answer")  # and no empty table
    assert "stopped, 7 answers left" in page(shown)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """A function that opens the cache, which is in a folder of the test's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return lambda **options: Cache(tmp_path / "course", "ps/one", **options)


def test_a_cache_knows_what_was_asked_last_time(cache):
    """An entry that an audit did not ask for is forgotten."""
    first = cache()
    assert first.get("a") is None
    first.put("a", {"n": 1})
    first.put("b", math.inf)
    first.save()
    second = cache()
    assert second.get("b") == math.inf
    second.save()
    third = cache()
    assert third.get("a") is None
    assert third.get("b") == math.inf


def test_an_audit_that_was_stopped_forgets_nothing(cache):
    """What it had not come to is still known next time, beside what is new."""
    first = cache()
    first.put("a", 1)
    first.save()
    stopped = cache()
    stopped.put("b", 2)
    stopped.save(is_complete=False)
    last = cache()
    assert (last.get("a"), last.get("b")) == (1, 2)


def test_a_cache_that_is_not_to_be_read_knows_nothing(cache):
    """With `is_read=False`, no entry is taken from an earlier audit."""
    first = cache()
    first.put("a", 1)
    first.save()
    assert cache(is_read=False).get("a") is None


def test_a_cache_that_is_torn_knows_nothing(cache, tmp_path):
    """A cache file that was cut off counts as empty."""
    first = cache()
    first.put("a", 1)
    first.save()
    (path,) = tmp_path.rglob("ps.one.json")
    path.write_text('{"a": ')
    assert cache().get("a") is None


def test_an_audit_that_was_stopped_early_does_not_say_that_nothing_is_left():
    """As long as no answer has been planned, their number is not known."""
    assert summary(AuditReport()).startswith("stopped, before the first answer; 0 problems so far: ")
    assert summary(AuditReport(n_trials=9, n_left=4)).startswith("stopped, 4 answers left; ")
