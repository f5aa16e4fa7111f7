"""Students' Markdown and displayed HTML are shown, but nothing in them runs."""

from __future__ import annotations

import os
import signal
import time

import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradlab.base.errors import SandboxError
from gradlab.examiner.outputs import Cleaner
from gradlab.submission import inert
from gradlab.submission.jail import parsed
from gradlab.submission.restore import restored

PICTURE = {"picture.png": {"image/png": "aGVsbG8="}}


def rendered(source: str, pictures: inert.Attachments | None = None) -> str:
    """Render Markdown as nbconvert does."""
    return MarkdownWithMath(renderer=IPythonRenderer(escape=False, attachments=pictures)).render(source)


@pytest.mark.parametrize(
    "text",
    [
        "a < b and c > d",
        "$a<b$ and $$\\sum_{i<n} x_i$$",
        "`List<int>`",
        "```python\nif a<b:\n    print('<b class=x>')\n```",
        "> quoted\n\n- a list\n\n| a | b |\n|---|--:|\n| 1 | 2 |",
        "H<sub>2</sub>O<br>**bold**",
        "<details><summary>hint</summary>\n\ntext\n\n</details>",
        "[a link](https://example.org/?a=1&b=2) <https://example.org> [there](#here)",
        "![a picture](https://example.org/x.png)",
        "the data: 3, javascript: a language",
        "한글, \t tabs",
    ],
)
def test_harmless_text_is_left_as_it_is(text):
    """Comparisons, mathematics, code, plain tags and links to the web are kept to the letter."""
    assert inert.markdown(text) == text


def test_attached_pictures_are_kept():
    """An attached picture can be referred to."""
    source = "![it](attachment:picture.png)"
    assert inert.markdown(source, PICTURE) == source
    assert "data:image/png;base64,aGVsbG8=" in rendered(inert.markdown(source, PICTURE), PICTURE)


def test_an_attached_picture_is_not_repeated_without_end():
    """A page of the formgrader can't grow to gigabytes by one picture; shown twice, it stays."""
    large = {"p": {"image/png": "aGVsbG8=" * 100_000}}
    assert inert.markdown("![](attachment:p)" * 100, large).startswith("<pre>")
    twice = "![](attachment:p) ![](attachment:p)"
    assert inert.markdown(twice, large) == twice


def test_what_is_attached_and_no_picture_is_left_out():
    """Of the attachments, only correctly encoded pictures are kept."""
    bundle = {"image/svg+xml": "PHN2Zy8+", "text/html": "PGI+", "image/png": "'><script>"}
    assert inert.attachments({"x": bundle, "y": None, **PICTURE}) == PICTURE
    assert inert.attachments([PICTURE]) == {}


def test_a_picture_that_is_missing_breaks_no_page():
    """Nbconvert would fail on a reference to a missing picture, so the text is shown as it was typed."""
    shown = rendered(inert.markdown("![it](attachment:nothing.png)"))
    assert "<img" not in shown
    assert "<pre>" in shown


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("# <img src=x onerror=f()>", "&lt; img src=x onerror=f()&gt;"),
        ("<script>f()</script>", "&lt; script&gt;f()&lt; /script&gt;"),
        ("```mermaid\n<script>f()</script>\n```", "< script>f()< /script>"),
    ],
)
def test_html_is_shown_as_it_was_typed(text, typed):
    """A tag becomes text by a space after its opening bracket."""
    assert typed in rendered(inert.markdown(text))


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:f()",
            "JavaScript&colon;f()",
            "&#1;javascript:f()",
            "java&Tab;script:f()",
            "vbscript:f()",
        ),
        *("page.html", "./page.svg", "/formgrader/page.xhtml", "page", "page.html?.png", "page.html#x.png"),
    ],
)
def test_a_harmful_link_is_shown_as_text(address):
    """A cell becomes plain text if a link would run something, or leads to a student's page."""
    assert "href" not in rendered(inert.markdown(f"[here]({address}) and more"))


def test_text_that_takes_minutes_is_not_rendered():
    """Text that takes too long to render is cut off and shown as plain text."""
    started_s = inert.used_s()
    shown = inert.markdown("\\\\[" * 60_000)
    assert shown.startswith("<pre>")
    rendered(shown)
    assert inert.used_s() - started_s < 10


def test_all_text_of_a_notebook_together_has_its_time(monkeypatch):
    """Text that is left when the time is up is shown as plain text without rendering."""
    monkeypatch.setattr("gradlab.submission.restore.MARKDOWN_S", 0.1)
    slow = [{"cell_type": "markdown", "source": "\\\\[" * 60_000}] * 3
    started_s = inert.used_s()
    cells = restored({"cells": [*slow, {"cell_type": "markdown", "source": "**bold**"}]}, []).notebook.cells
    assert cells[-1].source == "<pre>&#42;&#42;bold&#42;&#42;</pre>"
    assert inert.used_s() - started_s < 5


def test_displayed_html_is_cleaned():
    """Tables stay; scripts, and pictures that would tell their server who looks at them, are removed."""
    shown = inert.html("<table><tr><td onclick=f()>1</td></tr></table><script>f()</script><img src=//x.org>")
    assert shown == "<table><tbody><tr><td>1</td></tr></tbody></table>"


def test_displayed_links_lead_to_no_page_of_the_students():
    """A page next to the notebook would have the grader's rights on the grader's server."""
    shown = inert.html("<a href='page.html'>1</a><a href='https://example.org/'>2</a><a href='#x'>3</a>")
    assert "page" not in shown
    assert 'href="https://example.org/"' in shown
    assert 'href="#x"' in shown


def test_tags_of_raw_text_are_shown_as_they_were_typed():
    """Nbconvert takes raw text for HTML, so its active tags are turned into text."""
    assert inert.raw("<a href='page.html'>a</a> <b>b</b> 1<2") == "< a href='page.html'>a< /a> <b>b</b> 1<2"


def test_text_can_be_written():
    """Lone surrogates are replaced."""
    assert inert.text("a\ud800b") == "a?b"


BOMB = "<p>" + "".join(f"<b id={number}>" for number in range(20_000)) + "</p>" + "<p>x</p>" * 20_000
COSTLY = [BOMB[:55_000] + "<p>x</p>" * 3_000, BOMB, "<div>" * 80_000, "<table>" * 50_000]


@pytest.mark.parametrize("value", COSTLY)
def test_html_that_costs_too_much_becomes_a_note(value):
    """The student's HTML can't use unlimited time and memory, nor become unlimited text."""
    started_s = time.process_time()
    assert len(inert.html(value)) <= 3 * len(value) + 2_000
    assert time.process_time() - started_s < 1  # this process only waits
    assert inert.html("<p>next</p>") == "<p>next</p>"


def test_the_costliest_html_is_not_shown():
    """A note says so in both languages."""
    assert inert.html(BOMB) == inert.TOO_COSTLY


def test_a_short_text_is_no_way_to_write_a_long_page():
    """2,000 characters that cleaning would make a hundred times as long become a note, too."""
    short = "<p>" + "".join(f"<b {number}=>" for number in range(100)) + "</p>" + "<p>x" * 250
    assert len(short) <= 2_000
    assert inert.html(short) == inert.TOO_COSTLY


def test_long_honest_html_is_kept():
    """A table with thousands of cells stays as it is."""
    table = "<table><tbody>" + "<tr><td>1.5</td><td>a &amp; b</td></tr>" * 5_000 + "</tbody></table>"
    assert inert.html(table) == table


@pytest.mark.parametrize("mark", ["[", "*a ", "> ", "![](", "`", "<b "])
def test_markdown_that_costs_too_much_is_shown_as_typed(mark):
    """Long Markdown is rendered in a process of its own, too."""
    started_s = time.process_time()
    shown = inert.markdown(mark * 100_000)
    assert len(shown) <= 1_000_000
    assert time.process_time() - started_s < 1


def test_what_fails_in_the_jail_gives_nothing():
    """Errors, floods, endless loops and too much memory end the process, and nothing else."""

    def fail():
        raise ValueError

    def loop():
        while True:
            pass

    for parse in (fail, loop, lambda: "a" * 101, lambda: str(bytearray(2**30)), lambda: os._exit(0)):
        assert parsed(parse, 100) is None
    assert parsed(lambda: "한글\ud800", 100) == "한글\ud800"
    assert parsed(lambda: "", 100) == ""


@pytest.mark.parametrize("n_kills", [2, 3])
def test_who_is_killed_in_the_jail_parses_again(tmp_path, n_kills):
    """A process that is ended from outside says nothing of a text, however often it happens."""

    def parse():
        attempt = len(list(tmp_path.iterdir()))
        if attempt < n_kills:
            (tmp_path / str(attempt)).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return "parsed"

    if n_kills < 3:
        assert parsed(parse, 100) == "parsed"
    else:
        with pytest.raises(SandboxError, match="ended from outside"):
            parsed(parse, 100)


def test_patience_with_costly_outputs_has_an_end(monkeypatch):
    """After five costly outputs of a notebook, its HTML is no longer cleaned; other outputs are kept."""
    asked = []
    monkeypatch.setattr(inert, "html", lambda value: asked.append(value) or inert.TOO_COSTLY)
    shown = {
        "output_type": "display_data",
        "data": {"text/html": "costly", "text/plain": "kept"},
        "metadata": {},
    }
    cleaner = Cleaner()
    outputs = [output for _ in range(4) for output in cleaner.cleaned([shown, shown])]
    assert len(asked) == 5
    assert len(outputs) == 8
    assert all(output.data == {"text/html": inert.TOO_COSTLY, "text/plain": "kept"} for output in outputs)
