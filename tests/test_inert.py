"""What students write in Markdown and display as HTML: shown, and nothing of it run."""

from __future__ import annotations

import time

import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradlab import inert

PICTURE = {"picture.png": {"image/png": "aGVsbG8="}}


def rendered(source: str, pictures: inert.Attachments | None = None) -> str:
    """Return what nbconvert makes of Markdown."""
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
    """A picture that is attached can be referred to."""
    source = "![it](attachment:picture.png)"
    assert inert.markdown(source, PICTURE) == source
    assert "data:image/png;base64,aGVsbG8=" in rendered(inert.markdown(source, PICTURE), PICTURE)


def test_what_is_attached_and_no_picture_is_left_out():
    """Of what is attached only pictures are kept, and only those that are encoded as they must be."""
    bundle = {"image/svg+xml": "PHN2Zy8+", "text/html": "PGI+", "image/png": "'><script>"}
    assert inert.attachments({"x": bundle, "y": None, **PICTURE}) == PICTURE
    assert inert.attachments([PICTURE]) == {}


def test_a_picture_that_is_missing_breaks_no_page():
    """A page with such a reference nbconvert refuses to make: the text is shown as it was typed."""
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
    """A tag is text, with a space to say so."""
    assert typed in rendered(inert.markdown(text))


@pytest.mark.parametrize(
    "address",
    ["javascript:f()", "JavaScript&colon;f()", "&#1;javascript:f()", "java&Tab;script:f()", "vbscript:f()"],
)
def test_a_harmful_link_is_shown_as_text(address):
    """Where a link would run something, the whole cell is shown as plain text."""
    assert "href" not in rendered(inert.markdown(f"[here]({address}) and more"))


def test_text_that_takes_minutes_is_not_rendered():
    """A second is enough to tell; what needs more is shown as plain text, cut off."""
    started = time.monotonic()
    shown = inert.markdown("\\\\[" * 60_000)
    assert shown.startswith("<pre>")
    rendered(shown)
    assert time.monotonic() - started < 10


def test_displayed_html_is_cleaned():
    """Tables stay; what runs, and pictures that tell their server who looks at them, do not."""
    shown = inert.html("<table><tr><td onclick=f()>1</td></tr></table><script>f()</script><img src=//x.org>")
    assert shown == "<table><tbody><tr><td>1</td></tr></tbody></table>"


def test_text_can_be_written():
    """Halves of surrogate pairs are replaced."""
    assert inert.text("a\ud800b") == "a?b"
