"""Text cells and code as HTML in which nothing runs and nothing is loaded, whoever wrote them.

Markdown is rendered by nbconvert's own renderer: what `gradlab.submission.inert` lets pass is harmless in it.
The result is cleaned all the same. Formulas are put in last, as MathML.
"""

from __future__ import annotations

import base64
import re
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

import nh3
from markupsafe import Markup, escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from gradlab.base.deadline import deadline
from gradlab.base.formulas import mathml
from gradlab.base.texts import without_control
from gradlab.submission import inert
from gradlab.submission.cells import ATTACHED
from gradlab.submission.jail import parsed
from gradlab.submission.reading import open_regular

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

DEMOTED_BY = 2  # the page's own headings are of levels 1 and 2
MAX_HEADING = 6
MAX_PICTURE_BYTES = 4_000_000
MAX_SHORT_CHARS = 2_000
RENDER_S = 5.0
GROWTH, ROOM_CHARS = 3, 200_000
_PICTURES = {".gif": "gif", ".jpeg": "jpeg", ".jpg": "jpeg", ".png": "png", ".webp": "webp"}

_LANDMARKS = {"area", "article", "aside", "figure", "footer", "header", "hgroup", "map", "nav"}
_TAGS = nh3.ALLOWED_TAGS - _LANDMARKS
_CLASSED = ("code", "div", "pre", "span")
_ATTRIBUTES = {
    **{tag: set(names) - {"style"} for tag, names in nh3.ALLOWED_ATTRIBUTES.items()},
    **{tag: {"class"} for tag in _CLASSED},
    "div": {"class", "tabindex"},
}
_LINK = re.compile(r"(?:https?:|mailto:)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(?:gif|jpeg|png|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_WITHOUT_ALT = re.compile(r"<img(?![^>]*\balt=\"[^\"])(?:\s+alt=\"\")?")

# Each formula's place, in characters for private use, until the rest is clean.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}]")

_FORMATTER = HtmlFormatter(nowrap=True)


@lru_cache(maxsize=2048)
def code(text: str, language: str = "python") -> Markup:
    """Return code as the content of a ``<code>`` element, with its tokens marked."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return escape(without_control(text))
    return Markup(highlight(without_control(text), lexer, _FORMATTER))  # noqa: S704  # pygments escapes


class Pictures:
    """The pictures beside a notebook that its text cells may show; together they have a limit.

    Args:
        folder: where they are.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._left_bytes = MAX_PICTURE_BYTES

    def data_of(self, name: str) -> str | None:
        """Return a picture as a data URL, None if there is none that may be shown."""
        try:
            path = (self._folder / name).resolve()
            kind = _PICTURES.get(path.suffix.lower())
            n_bytes = path.stat().st_size
            is_inside = path.is_relative_to(self._folder.resolve())
            if kind is None or not is_inside or n_bytes > self._left_bytes:
                return None
            with open_regular(path) as content:
                data = base64.b64encode(content.read()).decode("ascii")
        except (OSError, ValueError):
            return None
        self._left_bytes -= n_bytes
        return f"data:image/{kind};base64,{data}"


def markdown(
    source: str,
    picture: str,
    attachments: Mapping[str, Mapping[str, str]] | None = None,
    pictures: Pictures | None = None,
) -> Markup:
    """Return a text cell as HTML.

    Args:
        source: its Markdown.
        picture: the alternative text of pictures that have none.
        attachments: the pictures attached to the cell.
        pictures: those beside the notebook.
    """
    source = inert.text(source)
    if attachments or "![" in source or "<img" in source:
        return _bounded(source, _PageRenderer(picture, attachments or {}, pictures))
    return _remembered(source, picture)


@lru_cache(maxsize=2048)
def _remembered(source: str, picture: str) -> Markup:
    return _bounded(source, _PageRenderer(picture, {}, None))


def _bounded(source: str, renderer: _PageRenderer) -> Markup:
    """Return a text as HTML, or as it was typed if that takes too much: see `gradlab.submission.jail`."""
    html: str | None = None
    n_chars = len(source) + inert.n_chars_of(renderer.attached)
    most_chars = GROWTH * n_chars + renderer.room_chars
    if n_chars > MAX_SHORT_CHARS:
        html = parsed(lambda: _rendered(source, renderer), most_chars)
    else:
        with suppress(Exception), deadline(RENDER_S, TimeoutError):  # the renderer may raise anything
            html = _rendered(source, renderer)
    if html is None or len(html) > most_chars:
        return Markup("<pre>{}</pre>").format(source)
    return Markup(html)  # noqa: S704  # cleaned


def _rendered(source: str, renderer: _PageRenderer) -> str:
    html = MarkdownWithMath(renderer=renderer).render(_PRIVATE.sub("", source))
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_harmless_attribute,
        url_schemes={"http", "https", "mailto", "data"},
    )
    named = _WITHOUT_ALT.sub(lambda _: f'<img alt="{escape(renderer.picture)}"', cleaned)
    return _PLACE.sub(lambda place: renderer.formulas[int(place[1])], named)


def _harmless_attribute(tag: str, name: str, value: str) -> str | None:
    value = _PRIVATE.sub("", value)
    if name in {"href", "cite"}:
        return value if _LINK.match(value) else None
    if name == "src":
        return value if tag == "img" and _DATA.match(value) else None
    return value


class _PageRenderer(IPythonRenderer):
    """nbconvert's renderer, with formulas set aside, pictures inside the page, and headings below its own."""

    def __init__(
        self, picture: str, attachments: Mapping[str, Mapping[str, str]], pictures: Pictures | None
    ) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.picture = picture
        self.room_chars = ROOM_CHARS + 2 * MAX_PICTURE_BYTES * (pictures is not None)
        self.formulas: list[str] = []
        self.attached = attachments
        self._pictures = pictures

    def block_math(self, body: str) -> str:
        """Return the place of a formula in lines of its own."""
        return self._formula(body, is_block=True)

    def inline_math(self, body: str) -> str:
        """Return the place of a formula within a line."""
        return self._formula(body, is_block=False)

    def latex_environment(self, name: str, body: str) -> str:
        """Return the place of an environment, which is a formula of its own."""
        return self._formula(rf"\begin{{{name}}}{body}\end{{{name}}}", is_block=True)

    def _formula(self, latex: str, *, is_block: bool) -> str:
        formula = mathml(latex.strip(), is_block=is_block)
        if formula is None:
            shown = Markup("<code>{}</code>").format(latex)
        elif is_block:
            shown = Markup('<span class="formula" tabindex="0">{}</span>').format(formula)
        else:
            shown = formula
        self.formulas.append(str(shown))
        return f"{_OPEN}{len(self.formulas) - 1}{_CLOSE}"

    def heading(self, text: str, level: int, **attrs: object) -> str:
        """Return a heading below the page's own."""
        del attrs
        return f"<h{min(level + DEMOTED_BY, MAX_HEADING)}>{text}</h{min(level + DEMOTED_BY, MAX_HEADING)}>\n"

    def block_code(self, code_text: str, info: str | None = None) -> str:
        """Return a block of code."""
        language = (info or "").split(maxsplit=1)[:1] or ["text"]
        return f"<pre><code>{code(code_text, language[0])}</code></pre>\n"

    def table(self, text: str) -> str:
        """Return a table, which may be wider than a phone."""
        return f'<div class="scroll" tabindex="0"><table>{text}</table></div>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:  # noqa: FBT001, FBT002  # mistune's
        """Return a cell of a table; its alignment is no style, which the page forbids."""
        tag, aligned = "th" if head else "td", f' align="{align}"' if align else ""
        return f"<{tag}{aligned}>{text}</{tag}>\n"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Return a picture of the notebook or beside it; any other is a link, since a page loads nothing."""
        alternative = escape(Markup(_PLACE.sub("", text)).striptags() or self.picture)  # noqa: S704  # for its text
        data = self._data_of(url)
        if data is None:
            return f'<a href="{escape(url)}">{alternative}</a>'
        del title
        return f'<img src="{escape(data)}" alt="{alternative}">'

    def _data_of(self, url: str) -> str | None:
        """Return a picture as a data URL, None if it is not here."""
        if url.startswith("data:"):
            return url
        if url.startswith(ATTACHED):
            bundle = self.attached.get(url.removeprefix(ATTACHED), {})
            return next(
                (f"data:{kind};base64,{bundle[kind]}" for kind in inert.IMAGE_TYPES if kind in bundle), None
            )
        return None if self._pictures is None else self._pictures.data_of(url)
