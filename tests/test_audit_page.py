"""The audit's report as a page, and the cache of earlier audits."""

from __future__ import annotations

import math

import pytest

from gradlab.audit.cache import Cache
from gradlab.audit.exercises import AuditedExercise
from gradlab.audit.findings import AuditReport, ExerciseReport, Finding, NotebookReport, Rule, Tally
from gradlab.audit.page import page

SCRIPT = "<script>alert(1)</script>"


def report(*findings):
    """Return a report on one exercise."""
    exercise = AuditedExercise("ps", "one", "triple", "", ("test_triple",), 2.0)
    of_exercise = ExerciseReport(
        exercise, Tally(3, 3), Tally(), Tally(1, 1), Tally(6, 7), 0, math.inf, ("test_triple", 0.02), findings
    )
    of_notebook = NotebookReport("ps/one", 0.1, (("setup", 0.05),), ())
    return AuditReport([of_exercise], [of_notebook], n_trials=10)


def test_a_page_shows_the_findings_as_text():
    """Markup from a notebook is escaped, so nothing of it runs."""
    text = page(report(Finding(Rule.MUTANTS, SCRIPT, "survives", SCRIPT)))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 2
    assert "1 problem: 10 answers, 6/7 mutants killed (85 %)" in text


def test_advice_is_no_problem():
    """An assignment with few known right answers can be released."""
    advised = report(Finding(Rule.N_RIGHT, "ps/one: triple", "0 right answers"))
    assert not advised.problems
    assert "advice: three right answers are known" in page(advised)


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
