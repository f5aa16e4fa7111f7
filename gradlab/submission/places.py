"""The places of a release's cells, which tell the places of the cells between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.one_language import selection_for
from gradlab.base.texts import LANGUAGES
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gradlab.authoring.source import SourceNotebook
    from gradlab.submission.official import OfficialCell

MANY = -1  # the place of a text that is in the release more than once


def places_of(source: SourceNotebook, official: Mapping[str, OfficialCell]) -> dict[tuple[Any, str], int]:
    """Return the place of each cell of the release: by grade id, or by type and text."""
    places: dict[tuple[Any, str], int] = {}
    select = selection_for(source.cells)
    for place, cell in enumerate(source.cells):
        grade_id = grade_id_of(cell)
        if grade_id in official:
            places[grade_id, ""] = place
            continue
        for text in {normal(select(cell.source, language)) for language in LANGUAGES} - {""}:
            key = (cell.cell_type, text)
            places[key] = MANY if key in places else place
    return places


def visible_text(cell: OfficialCell) -> str:
    """Return the text of a cell as students get it."""
    return normal(split_test(cell.source)[0] if cell.is_grade and not cell.is_solution else cell.source)


def normal(text: str) -> str:
    """Return a text without the blanks that editors add or remove."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
