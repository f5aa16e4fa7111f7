"""What students are told about the outcomes of test cells, in either language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.base.texts import Texts
from gradlab.checks import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MESSAGES = Texts(Path(__file__).with_name("messages.toml"))


def told_in(language: str, message: str, hints: Iterable[Mapping[str, str]] = ()) -> str:
    """Return a message in a language, as far as it is gradlab's own or one of the course's hints.

    Args:
        language: of the reader.
        message: as it was told, in any language.
        hints: the sentences that it may end with, by language.
    """
    return MESSAGES.translated(translated(message, language, hints), language)
