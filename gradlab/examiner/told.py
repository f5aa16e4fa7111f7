"""What students are told about the outcomes of test cells, in either language."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.authoring.said import NOTHING_SAID, Said
from gradlab.base.texts import Texts
from gradlab.checks import translated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MESSAGES = Texts(Path(__file__).with_name("messages.toml"))


def told_in(
    language: str, message: str, hints: Iterable[Mapping[str, str]] = (), said: Said = NOTHING_SAID
) -> str:
    """Return a message in a language, as far as it is gradlab's own or the course's.

    Args:
        language: of the reader.
        message: as it was told, in any language.
        hints: the sentences that it may end with, by language.
        said: what the course's tests say.
    """
    told = translated(said.translated(message, language), language, hints)
    return MESSAGES.translated(told, language)
