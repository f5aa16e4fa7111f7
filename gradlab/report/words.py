"""The report's texts, in Korean and English."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.base.texts import LANGUAGES, Texts, in_language

if TYPE_CHECKING:
    from collections.abc import Mapping

_TEXTS = Texts(Path(__file__).with_name("words.toml"))
_TERMS = Texts(Path(__file__).with_name("terms.toml"))

LANGUAGE_NAMES = {language: _TEXTS("language_name", language) for language in LANGUAGES}


@dataclass(frozen=True)
class Words:
    """The texts in one language ("ko" or "en")."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its placeholders filled in."""
        return _TEXTS(key, self.language, **values)

    def column(self, name: str) -> str:
        """Return the heading of a column, which may be one of gradlab's terms."""
        return self(name) if name in _TEXTS else self.term(name)

    def term(self, name: str) -> str:
        """Return the word for an outcome, a status or a reason; an unknown name stays as it is."""
        return _TERMS(name, self.language) if name in _TERMS else name

    def pick(self, texts: Mapping[str, str]) -> str:
        """Return the text in this language."""
        return in_language(texts, self.language)
