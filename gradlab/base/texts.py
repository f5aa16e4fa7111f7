"""Texts for people, in Korean and in English, looked up by key and language.

Each package keeps its texts in a TOML file next to its modules, one line for each key::

    passed = {ko = "통과", en = "passed"}
"""

from __future__ import annotations

import difflib
import re
import tomllib
from functools import lru_cache
from string import Formatter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LANGUAGES = ("ko", "en")
DEFAULT_LANGUAGE = "ko"
FALLBACK_LANGUAGE = "en"


# Categories Cc and Cf of Unicode, except for tabs, line ends and joiners.
_CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


def without_control(text: str) -> str:
    """Return a text that can neither steer a terminal nor change the direction of the text next to it."""
    return text if text.isprintable() else _CONTROL.sub("", text)  # most texts are, and that is told faster


def counted(n: int, what: str) -> str:
    """Return a count with its noun, singular or plural."""
    return f"{n} {what}" if n == 1 else f"{n} {what}s"


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a question that suggests the known name closest to a name, "" if none is close."""
    in_lower_case = {other.casefold(): other for other in known}
    near = difflib.get_close_matches(name.casefold(), in_lower_case, n=1, cutoff=0.5)
    return f" Did you mean {in_lower_case[near[0]]!r}?" if near else ""


def in_language(texts: Mapping[str, str], language: str) -> str:
    """Return the text in a language, or in English if it is missing there."""
    return texts.get(language) or texts[FALLBACK_LANGUAGE]


class Texts:
    """The texts of one file.

    Args:
        path: the TOML file.
    """

    def __init__(self, path: Path) -> None:
        self._texts: Mapping[str, Mapping[str, str]] = tomllib.loads(path.read_text(encoding="utf-8"))

    def __call__(self, key: str, language: str, **values: object) -> str:
        """Return a text with its placeholders filled in.

        Raises:
            KeyError: if there is no such text.
        """
        return in_language(self._texts[key], language).format(**values)

    def translated(self, text: str, language: str) -> str:
        """Return in a language what one of the texts says in any language; another text stays as it is."""
        for texts in self._texts.values():
            for template in texts.values():
                found = _pattern(template).fullmatch(text)
                if found is not None:
                    return in_language(texts, language).format(**found.groupdict())
        return text

    def __contains__(self, key: str) -> bool:
        return key in self._texts


@lru_cache
def _pattern(template: str) -> re.Pattern[str]:
    """Return what a template looks like with anything in its placeholders."""
    parts = Formatter().parse(template)
    pattern = "".join(re.escape(text) + (f"(?P<{name}>.+?)" if name else "") for text, name, *_ in parts)
    return re.compile(pattern, re.DOTALL)
