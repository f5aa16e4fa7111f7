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

_MAX_MARKDOWN_CHARS = 2_000_000  # some editors put pictures into the text
_MAX_PLAIN_CHARS = 100_000
_MAX_REMEMBERED_CHARS = 20_000
_RENDER_S = 1.0

# A tag starts with `<` and one of these; a space between them makes it text, in code and math as well.
_PLAIN_TAG = r"/?(?:b|br|code|details|em|hr|i|kbd|mark|s|small|strong|sub|summary|sup|u)\s*/?>"
_LINK = r"https?://[\w.,/?%#~+:-]+>"  # without `=`: where it is taken for a tag, it has no attributes
_TAG = re.compile(rf"<(?=[a-zA-Z/!?])(?!{_PLAIN_TAG}|{_LINK})")
_IMAGE_DATA = "|".join(IMAGE_TYPES)
_SAFE_ADDRESS = re.compile(
    rf"(?:https?:|mailto:|data:(?:{_IMAGE_DATA});base64,|[^:]*$|[^:/?#]*[/?#])", re.IGNORECASE
)
# A link on the grader's own server leads to what the student has put there: a page with scripts, say.
_SAFE_LINK = re.compile(r"(?:https?:|mailto:|#|$|[^:?#]+\.(?:csv|gif|jpe?g|pdf|png|py|txt)$)", re.IGNORECASE)
_IGNORED_IN_ADDRESSES = re.compile(r"[\x00-\x20]|%[01][0-9a-f]|%20", re.IGNORECASE)
_ADDRESSES = {"href": _SAFE_LINK, "src": _SAFE_ADDRESS}
_ATTRIBUTES = {*_ADDRESSES, "alt", "class", "id", "start", "style", "title"}  # that the renderer writes
# What is displayed as HTML calls nobody: a picture would tell its server who is grading.
_HTML_TAGS = nh3.ALLOWED_TAGS - {"img"}


def text(value: str) -> str:
    """Return text that can be written as UTF-8: strings may hold halves of surrogate pairs."""
    return value.encode("utf-8", "replace").decode("utf-8")


def html(value: str) -> str:
    """Return HTML without what runs or calls anybody."""
    return nh3.clean(text(value), tags=_HTML_TAGS, attribute_filter=_harmless_attribute)


def raw(value: str) -> str:
    """Return the text of a raw cell, which nbconvert takes for HTML; tags are shown as typed."""
    return _TAG.sub("< ", text(value))


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

    What does so already stays as it is. In all else, HTML is shown as it was typed, but for the plainest
    tags. What has a harmful link, or can't be rendered, or not in a reasonable time, is shown as plain
    text as a whole.

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
    """Return what `markdown` makes of a short text, which many students may have in common."""
    return _made_inert(source, {})


def _made_inert(source: str, pictures: Attachments) -> str:
    try:
        with deadline(_RENDER_S, TimeoutError()):
            for shown in (source, _TAG.sub("< ", source)):
                if len(shown) <= _MAX_MARKDOWN_CHARS and _is_harmless(shown, pictures):
                    return shown
    except Exception:  # noqa: BLE001, S110  # the renderer raises whatever the text provokes
        pass
    return as_plain_text(source)


class _Renderer(IPythonRenderer):
    """nbconvert's own, which remembers the HTML that it lets pass."""

    def __init__(self, pictures: Attachments) -> None:
        super().__init__(escape=False, attachments=pictures)
        self.passed: list[str] = []

    def block_html(self, html: str) -> str:
        """Return HTML of a block's."""
        self.passed.append(html)
        return super().block_html(html)

    def inline_html(self, html: str) -> str:
        """Return HTML of a line's."""
        self.passed.append(html)
        return super().inline_html(html)

    def block_mermaidjs(self, code: str) -> str:
        """Return a diagram; its text passes as if it were HTML."""
        self.passed.append(code)
        return super().block_mermaidjs(code)


class _Page(HTMLParser):
    """Judges what the renderer has made."""

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
    page.feed(MarkdownWithMath(renderer=renderer).render(source))
    return page.is_harmless and not any(map(_TAG.search, renderer.passed))


def as_plain_text(source: str) -> str:
    """Return Markdown that shows the source as it was typed, whatever a renderer makes of Markdown."""
    shown = source if len(source) <= _MAX_PLAIN_CHARS else f"{source[:_MAX_PLAIN_CHARS]} …"
    encoded = re.sub(r"[^\w\s]", lambda mark: f"&#{ord(mark[0])};", shown)
    return f"<pre>{encoded}</pre>"


def _is_base64(data: Any) -> bool:
    try:
        return isinstance(data, str) and bool(base64.b64decode(data.replace("\n", ""), validate=True))
    except (binascii.Error, ValueError):
        return False
