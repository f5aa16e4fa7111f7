"""The places of a release's cells, which tell the places of the cells between them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.one_language import selection_for
from gradlab.base.texts import LANGUAGES
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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


def out_of_order(places: Sequence[int | None]) -> frozenset[int]:
    """Return the numbers of the cells that are not where they were among the others.

    A cell is in order if it is in each longest sequence of cells that are still in order. Of two neighbours
    that were exchanged, neither is. Further copies of a cell do not count.

    Args:
        places: in the release, of the submitted cells; None if it is not known.
    """
    first: dict[int, int] = {}
    for number, place in enumerate(places):
        if place is not None:
            first.setdefault(place, number)
    known = list(first)
    before = _lengths(known)
    behind = _lengths([-place for place in reversed(known)])[::-1]
    longest = max(before, default=0)
    through = [
        all_before + all_behind - 1 == longest for all_before, all_behind in zip(before, behind, strict=True)
    ]
    at_step = Counter(step for step, is_in_order in zip(before, through, strict=True) if is_in_order)
    return frozenset(
        first[place]
        for place, step, is_in_order in zip(known, before, through, strict=True)
        if not is_in_order or at_step[step] > 1
    )


def _lengths(numbers: Iterable[int]) -> list[int]:
    """Return for each number the length of the longest increasing sequence that ends with it."""
    smallest: list[int] = []  # last numbers of the sequences, by length
    lengths = []
    for number in numbers:
        length = bisect_left(smallest, number)
        smallest[length : length + 1] = [number]
        lengths.append(length + 1)
    return lengths


def visible_text(cell: OfficialCell) -> str:
    """Return the text of a cell as students get it."""
    return normal(split_test(cell.source)[0] if cell.is_grade and not cell.is_solution else cell.source)


def normal(text: str) -> str:
    """Return a text without the blanks that editors add or remove."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
