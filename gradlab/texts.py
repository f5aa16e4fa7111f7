"""Texts for people, in Korean and in English, looked up by key and language.

Each package keeps its texts in a TOML file beside its modules, one line for each key::

    passed = {ko = "통과", en = "passed"}
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LANGUAGES = ("ko", "en")
DEFAULT_LANGUAGE = "ko"
FALLBACK_LANGUAGE = "en"


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

    def __contains__(self, key: str) -> bool:
        return key in self._texts
