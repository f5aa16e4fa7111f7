"""Make students' text inert, so that nothing in it runs when it is shown.

Formgrader and the feedback render notebooks with nbconvert, which lets through HTML in Markdown, links with
``javascript:``, and diagrams. A grader opens them at the address of their own Jupyter server, where a script
could do everything that the grader can.

Long texts are parsed in a process of their own; see `gradlab.submission.jail`. The shortest that take long to
parse take milliseconds.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from contextlib import suppress
from functools import lru_cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradlab.base.deadline import deadline
from gradlab.submission.jail import parsed

if TYPE_CHECKING:
    from collections.abc import Mapping

Attachments = dict[str, dict[str, str]]

IMAGE_TYPES = ("image/png", "image/jpeg")

_MAX_MARKDOWN_CHARS = 2_000_000  # some editors put pictures into the text
_MAX_PLAIN_CHARS = 100_000
_MAX_REMEMBERED_CHARS = 20_000
_RENDER_S = 1.0
_MAX_SHORT_CHARS = 2_000
# Cleaning adds an attribute to each link and closes each tag; what grows more is a short way to write much.
_GROWTH, _ROOM_CHARS = 3, 2_000
_RENDERED_GROWTH = 40  # of Markdown: highlighted code is some 20 times as long as typed
TOO_COSTLY = "<p>[너무 복잡하거나 커서 표시하지 않았어요 · too complex or too large to be shown]</p>"

# A tag starts with `<` and a letter, `/`, `!` or `?`. A space after `<` makes it plain text, even in code.
_PLAIN_TAG = r"/?(?:b|br|code|details|em|hr|i|kbd|mark|s|small|strong|sub|summary|sup|u)\s*/?>"
_LINK = r"https?://[\w.,/?%#~+:-]+>"  # without `=`: if it is taken for a tag, it has no attributes
_TAG = re.compile(rf"<(?=[a-zA-Z/!?])(?!{_PLAIN_TAG}|{_LINK})")
_IMAGE_DATA = "|".join(IMAGE_TYPES)
_SAFE_ADDRESS = re.compile(
    rf"(?:https?:|mailto:|data:(?:{_IMAGE_DATA});base64,|[^:]*$|[^:/?#]*[/?#])", re.IGNORECASE
)
# A link to the grader's own server could lead to a page with scripts that the student has put there.
_SAFE_LINK = re.compile(r"(?:https?:|mailto:|#|$|[^:?#]+\.(?:csv|gif|jpe?g|pdf|png|py|txt)$)", re.IGNORECASE)
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20]|%[01][0-9a-f]|%20", re.IGNORECASE)
_ADDRESSES = {"href": _SAFE_LINK, "src": _SAFE_ADDRESS}
_ATTRIBUTES = {*_ADDRESSES, "alt", "class", "id", "start", "style", "title"}  # those that the renderer writes
# No picture in displayed HTML: loading it would tell its server who is grading.
_HTML_TAGS = nh3.ALLOWED_TAGS - {"img"}


def used_s() -> float:
    """Return the processor seconds that this process and those that parsed for it have used."""
    return sum(os.times()[:4])


def text(value: str) -> str:
    """Return text that can be written as UTF-8: strings may contain halves of surrogate pairs."""
    return value.encode("utf-8", "replace").decode("utf-8")


def html(value: str) -> str:
    """Return HTML without anything that runs or calls a server; a note if that takes too much."""
    value = text(value)
    most_chars = _GROWTH * len(value) + _ROOM_CHARS
    is_short = len(value) <= _MAX_SHORT_CHARS
    cleaned = _cleaned(value) if is_short else parsed(lambda: _cleaned(value), most_chars)
    return TOO_COSTLY if cleaned is None or len(cleaned) > most_chars else cleaned


def _cleaned(value: str) -> str:
    return nh3.clean(value, tags=_HTML_TAGS, attribute_filter=_harmless_attribute)


def raw(value: str) -> str:
    """Return the text of a raw cell with its tags shown as typed; nbconvert would take it for HTML."""
    return _TAG.sub("< ", text(value))


def attachments(value: object) -> Attachments:
    """Return the pictures that are attached to a cell."""
    if not isinstance(value, dict):
        return {}
    pictures = {
        name: {kind: data for kind, data in bundle.items() if kind in IMAGE_TYPES and is_base64(data)}
        for name, bundle in value.items()
        if isinstance(bundle, dict)
    }
    return {text(name): bundle for name, bundle in pictures.items() if bundle}


def n_chars_of(pictures: Mapping[str, Mapping[str, str]]) -> int:
    """Return how long attached pictures are together."""
    return sum(len(data) for bundle in pictures.values() for data in bundle.values())


def markdown(source: str, pictures: Attachments | None = None) -> str:
    """Return Markdown that renders to text, pictures and harmless links.

    Harmless Markdown stays as it is. Otherwise its HTML is shown as it was typed, except for the plainest
    tags. If that still has a harmful link, can't be rendered in a reasonable time, or becomes much longer, as
    by a large picture shown again and again, all of it is shown as plain text.

    Args:
        source: the text of a cell.
        pictures: the cell's attachments.
    """
    source = text(source)
    if not pictures and len(source) <= _MAX_REMEMBERED_CHARS:
        return _remembered(source)
    return _made_inert(source, pictures or {})


@lru_cache(maxsize=512)
def _remembered(source: str) -> str:
    """Return the inert form of a short text from a cache: many students may write the same."""
    return _made_inert(source, {})


def _made_inert(source: str, pictures: Attachments) -> str:
    shown = None
    if len(source) + n_chars_of(pictures) > _MAX_SHORT_CHARS:
        shown = parsed(lambda: _harmless_form(source, pictures), _MAX_MARKDOWN_CHARS)
    else:
        with suppress(Exception), deadline(_RENDER_S, TimeoutError):  # the renderer may raise anything
            shown = _harmless_form(source, pictures)
    return as_plain_text(source) if shown is None else shown


def _harmless_form(source: str, pictures: Attachments) -> str:
    for shown in (source, _TAG.sub("< ", source)):
        if len(shown) <= _MAX_MARKDOWN_CHARS and _is_harmless(shown, pictures):
            return shown
    raise ValueError("There is none.")


class _Renderer(IPythonRenderer):
    """nbconvert's own renderer, which also remembers the HTML that it lets pass."""

    def __init__(self, pictures: Attachments) -> None:
        super().__init__(escape=False, attachments=pictures)
        self.passed: list[str] = []

    def block_html(self, html: str) -> str:
        """Return the HTML of a block."""
        self.passed.append(html)
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        """Return the HTML in a line."""
        self.passed.append(html)
        return super().inline_html(html)

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram; its text passes like HTML."""
        self.passed.append(code)
        return super().block_mermaidjs(code)


class _Page(HTMLParser):
    """Checks the page that the renderer has made."""

    def __init__(self) -> None:
        super().__init__()
        self.is_harmless = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.is_harmless &= tag in nh3.ALLOWED_TAGS
        for name, value in attrs:
            self.is_harmless &= name in _ATTRIBUTES
            if name in _ADDRESSES:
                self.is_harmless &= _is_harmless_address(name, value or "")


def _is_harmless_address(name: str, value: str) -> bool:
    return bool(_ADDRESSES[name].match(_IGNORED_IN_ADDRESSES.sub("", value)))


def _harmless_attribute(_tag: str, name: str, value: str) -> str | None:
    return value if name not in _ADDRESSES or _is_harmless_address(name, value) else None


def _is_harmless(source: str, pictures: Attachments) -> bool:
    renderer = _Renderer(pictures)
    page = _Page()
    html = MarkdownWithMath(renderer=renderer).render(source)
    if len(html) > _RENDERED_GROWTH * len(source) + _GROWTH * n_chars_of(pictures) + _ROOM_CHARS:
        return False
    page.feed(html)
    return page.is_harmless and not any(map(_TAG.search, renderer.passed))


def as_plain_text(source: str) -> str:
    """Return Markdown that shows the source exactly as it was typed."""
    shown = source if len(source) <= _MAX_PLAIN_CHARS else f"{source[:_MAX_PLAIN_CHARS]} …"
    encoded = re.sub(r"[^\w\s]", lambda mark: f"&#{ord(mark[0])};", shown)
    return f"<pre>{encoded}</pre>"


def is_base64(data: Any) -> bool:
    """Tell whether a value is text in base64."""
    try:
        return isinstance(data, str) and bool(base64.b64decode(data.replace("\n", ""), validate=True))
    except (binascii.Error, ValueError):
        return False
