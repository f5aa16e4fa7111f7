"""What students write, made so that nothing of it runs where it is shown.

Formgrader and the feedback render a notebook by nbconvert, which lets HTML in Markdown pass, and so do
its links with ``javascript:`` and its diagrams. What a grader looks at is shown on the address of their
Jupyter server: a script there could do all that the grader can.
"""

from __future__ import annotations

import base64
import binascii
import re
from functools import lru_cache
from html.parser import HTMLParser
from typing import Any

import nh3
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from gradlab.deadline import deadline

Attachments = dict[str, dict[str, str]]

IMAGE_TYPES = ("image/png", "image/jpeg")

MAX_MARKDOWN_CHARS = 100_000
_MAX_REMEMBERED_CHARS = 20_000
_RENDER_S = 1.0

# A tag starts with `<` and one of these; a space between them makes it text, in code and math as well.
_PLAIN_TAG = r"/?(?:b|br|code|em|hr|i|kbd|mark|s|small|strong|sub|sup|u)\s*/?>"
_LINK = r"https?://[\w.,/?%#~+:-]+>"  # without `=`: where it is taken for a tag, it has no attributes
_TAG = re.compile(rf"<(?=[a-zA-Z/!?])(?!{_PLAIN_TAG}|{_LINK})")
_IMAGE_DATA = "|".join(IMAGE_TYPES)
_SAFE_ADDRESS = re.compile(
    rf"(?:https?:|mailto:|data:(?:{_IMAGE_DATA});base64,|[^:]*$|[^:/?#]*[/?#])", re.IGNORECASE
)
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20]|%[01][0-9a-f]|%20", re.IGNORECASE)
# What is displayed as HTML calls nobody: a picture would tell its server who is grading.
_HTML_TAGS = nh3.ALLOWED_TAGS - {"img"}


def text(value: str) -> str:
    """Return text that can be written as UTF-8: strings may hold halves of surrogate pairs."""
    return value.encode("utf-8", "replace").decode("utf-8")


def html(value: str) -> str:
    """Return HTML without what runs or calls anybody."""
    return nh3.clean(text(value), tags=_HTML_TAGS)


def attachments(value: object) -> Attachments:
    """Return the pictures that are attached to a cell."""
    if not isinstance(value, dict):
        return {}
    pictures = {
        name: {kind: data for kind, data in bundle.items() if kind in IMAGE_TYPES and _is_base64(data)}
        for name, bundle in value.items()
        if isinstance(bundle, dict)
    }
    return {text(name): bundle for name, bundle in pictures.items() if bundle}


def markdown(source: str, pictures: Attachments | None = None) -> str:
    """Return Markdown that renders to text, pictures and harmless links.

    HTML is shown as it was typed, but for the plainest tags. What has a harmful link all the same,
    or can't be rendered, or not in a reasonable time, is shown as plain text as a whole.

    Args:
        source: the text of a cell.
        pictures: those that are attached to the cell.
    """
    source = text(source)
    if not pictures and len(source) <= _MAX_REMEMBERED_CHARS:
        return _remembered(source)
    return _made_inert(source, pictures or {})


@lru_cache(maxsize=512)
def _remembered(source: str) -> str:
    """Return what `markdown` makes of a short text: most of what students submit is the release's own."""
    return _made_inert(source, {})


def _made_inert(source: str, pictures: Attachments) -> str:
    tagless = _TAG.sub("< ", source)
    try:
        with deadline(_RENDER_S, TimeoutError()):
            is_short = len(tagless) <= MAX_MARKDOWN_CHARS
            is_harmless = is_short and _is_harmless(_render(tagless, pictures))
    except Exception:  # noqa: BLE001  # the renderer raises whatever the text provokes
        is_harmless = False
    return tagless if is_harmless else _as_plain_text(source)


def _render(source: str, pictures: Attachments) -> str:
    """Return the HTML that nbconvert makes of a Markdown cell."""
    renderer = IPythonRenderer(escape=False, attachments=pictures)
    rendered: str = MarkdownWithMath(renderer=renderer).render(source)
    return rendered


class _Addresses(HTMLParser):
    """Collects the addresses in HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self.found += [value or "" for name, value in attrs if name in {"href", "src"}]


def _is_harmless(rendered: str) -> bool:
    parser = _Addresses()
    parser.feed(rendered)
    return all(_SAFE_ADDRESS.match(_IGNORED_IN_ADDRESSES.sub("", address)) for address in parser.found)


def _as_plain_text(source: str) -> str:
    """Return Markdown that shows the source as it was typed, whatever a renderer makes of Markdown."""
    shown = source[:MAX_MARKDOWN_CHARS]
    encoded = re.sub(r"[^\w\s]", lambda mark: f"&#{ord(mark[0])};", shown)
    return f"<pre>{encoded}</pre>"


def _is_base64(data: Any) -> bool:
    try:
        return isinstance(data, str) and bool(base64.b64decode(data.replace("\n", ""), validate=True))
    except (binascii.Error, ValueError):
        return False
