"""Formulas as MathML, which browsers show without any script or network."""

from __future__ import annotations

import html
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree.ElementTree import tostring

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_CHARS = 2_000

_TAGS = frozenset(
    {"math", "menclose", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom"}
    | {"mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable"}
    | {"mtd", "mtext", "mtr", "munder", "munderover", "none"}
)
# Neither links nor styles nor names.
_ATTRIBUTES = frozenset(
    {"accent", "accentunder", "columnalign", "columnlines", "columnspacing", "depth", "display"}
    | {"displaystyle", "fence", "form", "height", "largeop", "linethickness", "lspace", "mathcolor"}
    | {"mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "rowlines"}
    | {"rowspacing", "rspace", "scriptlevel", "separator", "stretchy", "symmetric", "voffset", "width"}
)


@lru_cache(maxsize=4096)
def mathml(latex: str, *, is_block: bool) -> Markup | None:
    """Return a formula as MathML, None if it can't be read.

    Args:
        latex: the formula without its delimiters; it may be a student's.
        is_block: whether it stands in lines of its own.
    """
    if len(latex) > MAX_CHARS:
        return None
    try:
        element = convert_to_element(latex, display="block" if is_block else "inline")
        _make_plain(element)
        return Markup(tostring(element, encoding="unicode"))  # noqa: S704  # made and escaped just now
    except Exception:  # noqa: BLE001  # the converter may raise anything for what is no formula
        return None


def _make_plain(element: Element) -> None:
    """Keep only what shows a formula; the converter leaves characters as references, and text unescaped.

    Raises:
        ValueError: if there is an element that is no part of a formula.
    """
    for part in element.iter():
        if part.tag not in _TAGS:
            raise ValueError(part.tag)
        part.attrib = {name: value for name, value in part.attrib.items() if name in _ATTRIBUTES}
        if part.text:
            text = html.unescape(part.text)
            part.text = text.replace("\\_", "_") if part.tag == "mtext" else text
        if part.tail and part.tail.strip():
            part.tail = html.unescape(part.tail)
