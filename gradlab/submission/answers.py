"""Find the answers in a submission: by grade id, else by the names that a cell binds, else by place.

Editors and tools remove metadata, students delete cells and write them anew, and JupyterLab copies the grade
id when a cell is split. Cells of the release that have lost their grade id are known by their text; the place
of an answer is between known neighbours.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradlab.submission.cells import CELL_TYPES, attachments_of, grade_id_of, text_of
from gradlab.submission.damages import damages, unfenced_cell, without_conflict
from gradlab.submission.found import Answers
from gradlab.submission.notes import Assumption
from gradlab.submission.parts import (
    binds,
    does_nothing,
    joined,
    keys_of,
    n_needed,
    names_bound,
    names_defined,
    needs_earlier,
    taken_parts,
    unfenced,
    without_given,
)
from gradlab.submission.places import MANY, normal, out_of_order, places_of, visible_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gradlab.authoring.source import SourceNotebook
    from gradlab.submission.official import OfficialCell

MAX_PARTS = 20
_WORD = re.compile(r"\w+")


def find_answers(
    cells: Sequence[Any], official: Sequence[OfficialCell], source: SourceNotebook | None
) -> Answers:
    """Return the answers among submitted cells.

    Args:
        cells: of the submission.
        official: the cells of the release.
        source: the source notebook, if the course has it; without it, no place is known.
    """
    known = {cell.grade_id: cell for cell in official}
    readable = [unfenced_cell(cell, known.get(grade_id_of(cell))) for cell in cells]
    return _Search(readable, known, source).answers()


class _Search:
    """The search in one submission.

    Args:
        cells: of the submission.
        official: the cells of the release, by grade id.
        source: the source notebook, if the course has it.
    """

    def __init__(
        self, cells: Sequence[Any], official: Mapping[str, OfficialCell], source: SourceNotebook | None
    ) -> None:
        self._official, self._source = official, source
        self._cells = [without_conflict(cell, official.get(grade_id_of(cell))) for cell in cells]
        self._texts = [text_of(cell) for cell in self._cells]
        self._keys = keys_of(self._cells)
        self._places = {} if source is None else places_of(source, official)
        self._owner = [grade_id if (grade_id := grade_id_of(cell)) in official else "" for cell in cells]
        self._is_known = [bool(name) for name in self._owner]
        self._place = [self._places.get((name, "")) for name in self._owner]
        self._found: dict[str, Any] = {}
        self._assumed: dict[Assumption, list[str]] = {}
        self._moved: set[int] = set()
        for own, cell, readable in zip(self._owner, cells, self._cells, strict=True):
            if cell is not readable:
                self._assume(Assumption.ONE_SIDE_OF_CONFLICT, own)

    def answers(self) -> Answers:
        self._know_by_text()
        asked = [name for name, cell in self._official.items() if cell.is_solution]
        for name in self._official:
            self._take_known(name)
        for name in asked:
            self._find_by_name(name)
        for name in asked:
            self._find_by_place(name)
        for name in asked:
            if name not in self._found:
                self._assume(Assumption.NOWHERE, name)
        self._look_for_damages(asked)
        further: dict[str, list[Any]] = {}
        behind = ""
        for number, (cell, owner) in enumerate(zip(self._cells, self._owner, strict=True)):
            if not owner:
                further.setdefault(behind, []).append(cell)
            elif number not in self._moved:
                behind = owner
        return Answers(self._found, further, self._assumed, {name: self._wanted(name) for name in asked})

    def _assume(self, what: Assumption, name: str) -> None:
        self._assumed.setdefault(what, []).append(name)

    def _look_for_damages(self, asked: Sequence[str]) -> None:
        """Assume what does not show in how an answer was found."""
        moved = out_of_order(self._place)
        gone = {visible_text(self._official[name]) for name in self._official.keys() - {*asked, *self._owner}}
        for name in asked:
            cell, official = self._found.get(name), self._official[name]
            if cell is None or normal(text_of(cell)) == normal(official.source):
                continue
            own = [number for number, owner in enumerate(self._owner) if owner == name]
            if len(own) == 1 and own[0] in moved:
                self._assume(Assumption.MOVED, name)
            for damage in damages(cell, official, gone):
                self._assume(damage, name)

    def _is_untouched(self, name: str, number: int) -> bool:
        return normal(self._texts[number]) == normal(self._official[name].source)

    def _know_by_text(self) -> None:
        """Know cells without grade id that have the text of exactly one cell of the release."""
        present = {name for name in self._owner if name}
        texts = Counter((cell.cell_type, visible_text(cell)) for cell in self._official.values())
        lost = {
            (cell.cell_type, visible_text(cell)): name
            for name, cell in self._official.items()
            if name not in present and visible_text(cell) and texts[cell.cell_type, visible_text(cell)] == 1
        }
        stubs = {
            (cell.cell_type, visible_text(cell)): name
            for name, cell in self._official.items()
            if name in present and cell.is_solution and names_defined(cell.source)
        }
        for number, cell in enumerate(self._cells):
            if self._owner[number] or cell.get("cell_type") not in CELL_TYPES:
                continue
            key = (cell.get("cell_type"), normal(self._texts[number]))
            if not key[1]:
                continue
            name = lost.pop(key, "") or stubs.get(key, "")
            place = self._places.get((name, "") if name else key)
            if name:
                self._owner[number] = name
            self._is_known[number] = bool(name) or key in self._places
            self._place[number] = place if place != MANY else None

    def _take_known(self, name: str) -> None:
        """Take the cells that have a grade id; if it is an answer's, all its parts."""
        numbers = [number for number, owner in enumerate(self._owner) if owner == name]
        if not numbers:
            return
        self._found[name] = self._cells[numbers[-1]]
        if not self._official[name].is_solution:
            return
        written = {self._keys[number]: number for number in numbers if not self._is_untouched(name, number)}
        if len(numbers) > len(written) == 1:
            self._assume(Assumption.IN_EQUAL_COPIES, name)
        for number in self._after_tests(name, sorted(written.values())):
            del written[self._keys[number]]
            self._owner[number], self._is_known[number] = "", False
        if written and self._official[name].cell_type == "code":
            for number in self._with_rest(max(written.values()))[1:]:
                written[self._keys[number]] = number
                self._owner[number], self._is_known[number] = name, True
        if len(written) > 1:
            for number in self._take(name, sorted(written.values())):
                self._owner[number], self._is_known[number] = "", False
        elif written:
            self._found[name] = self._cells[next(iter(written.values()))]

    def _after_tests(self, name: str, numbers: Sequence[int]) -> list[int]:
        """Return the copies of an answer after its tests, if there is a whole one before them."""
        end = self._gap(name).stop
        before = [number for number in numbers if number < end]
        is_whole = bool(before) and binds(self._texts[before[-1]], self._wanted(name))
        is_run = self._official[name].cell_type == "code" and not self._official[name].is_grade
        return [number for number in numbers if number >= end] if is_whole and is_run else []

    def _take(self, name: str, numbers: Sequence[int]) -> list[int]:
        """Take some cells as an answer; return those that stay cells of their own."""
        parts, staying = [self._texts[number] for number in numbers], list[int]()
        if self._official[name].cell_type != "code":
            text = "\n\n".join(parts)
        else:
            taken = taken_parts(parts, self._wanted(name), is_joined=self._official[name].is_grade)
            if len(taken.kept) < len(parts):
                self._assume(Assumption.IN_COPIES, name)
            staying = [number for number in numbers if self._texts[number] in taken.beside]
            parts, text = taken.kept, taken.text
        if len(parts) > 1:
            self._assume(Assumption.IN_PARTS, name)
        attached = attachments_of([self._cells[number] for number in numbers])
        self._found[name] = {**self._cells[numbers[-1]], "source": text, "attachments": attached}
        return staying

    def _wanted(self, name: str) -> frozenset[str]:
        """Return what an answer binds: its own name, else what the tests use of the stub or the solution."""
        stub = names_defined(self._official[name].source)
        bound = stub | names_defined(self._solution(name))
        if name in bound:
            return frozenset({name})
        return (stub or bound) & self._tested or stub or bound

    @cached_property
    def _shared(self) -> frozenset[str]:
        """The names that several exercises ask for, as where a later one extends an earlier function."""
        code = (cell for cell in self._official.values() if cell.is_solution and cell.cell_type == "code")
        asked = Counter(name for cell in code for name in self._wanted(cell.grade_id))
        return frozenset(name for name, number in asked.items() if number > 1)

    def _solution(self, name: str) -> str:
        return "" if self._source is None else self._source.solutions.get(name, "")

    @cached_property
    def _tested(self) -> frozenset[str]:
        """The words in test cells."""
        tests = (cell.source for cell in self._official.values() if cell.is_grade and not cell.is_solution)
        return frozenset(word for text in tests for word in _WORD.findall(text))

    def _find_by_name(self, name: str) -> None:
        """Take the cell that binds what the answer's own cell does not bind."""
        if self._official[name].cell_type != "code":
            return
        own = [number for number, owner in enumerate(self._owner) if owner == name]
        is_touched = not all(self._is_untouched(name, number) for number in own)
        wanted = self._wanted(name)
        missing = self._missing(name, wanted) if is_touched else wanted
        binding = [
            number
            for number, cell in enumerate(self._cells)
            if cell.get("cell_type") == "code"
            and binds(self._torn.get(number, self._texts[number]), missing or wanted)
        ]
        free = [number for number in binding if not self._is_known[number]]
        near = [number for number in free if number in self._gap(name)]
        if not self._shared.isdisjoint(wanted):  # elsewhere, another exercise defines the same name
            free = near
        if missing and len({normal(self._texts[number]) for number in free}) > 1:
            is_last = free[-1] == (near or free)[-1]
            self._assume(Assumption.IN_COPIES if is_last else Assumption.AGAIN, name)
        if not missing:
            if free and self._gap(name) and free[-1] >= self._gap(name).stop:
                self._assume(Assumption.AGAIN, name)
        elif own and near and self._is_directly_after(name, own[-1], near[-1]) and near[-1] not in self._torn:
            self._assume(Assumption.ELSEWHERE, name)  # directly after its own cell: it runs where it is
            self._is_known[near[-1]] = True
        elif free:
            self._assume(Assumption.ELSEWHERE if own else Assumption.HAD_LOST_ID_FOUND_BY_NAME, name)
            numbers = self._with_needed(near or free, missing)
            self._claim(name, [*(own if is_touched else ()), *numbers], is_near=bool(near))
        elif answers := [number for number in binding if self._is_answer(number, besides=wanted)]:
            self._find_in_answer(name, answers[-1], missing)
        else:
            self._find_in_other_cells(name, missing)

    def _is_directly_after(self, name: str, own: int, number: int) -> bool:
        """Tell whether a cell is after an answer's own cell, and no cell of the release is between them."""
        return number > own and not {*self._owner[own:number]} - {"", name}

    def _missing(self, name: str, wanted: frozenset[str]) -> frozenset[str]:
        """Return the names that an answer should bind, but its own cells, though changed, do not."""
        text = text_of(self._found[name])
        solution = self._solution(name)
        stub = self._official[name].source
        may_be_empty = solution and normal(solution) != normal(stub) and does_nothing(solution)
        if does_nothing(text) and not may_be_empty:
            return wanted
        return wanted - (names_bound(text) or frozenset())

    def _with_needed(self, binding: Sequence[int], names: frozenset[str]) -> list[int]:
        """Return the last of some cells with the rest of it, and the earlier ones that it needs."""
        numbers = self._with_rest(binding[-1])
        for number in reversed(binding[:-1]):
            if not needs_earlier(self._texts[numbers[0]], names):
                break
            numbers.insert(0, number)
        return numbers

    def _find_in_answer(self, name: str, number: int, missing: frozenset[str]) -> None:
        """Take the text of another answer's cell, unless the names that it binds are found anyway."""
        self._assume(Assumption.ELSEWHERE, name)
        text = text_of(self._found[name]) if name in self._found else ""
        is_replaced = not missing.isdisjoint(names_bound(text) or ())
        places = list(self._official)
        is_later = places.index(self._owner[number]) > places.index(name)
        if is_replaced or is_later or name not in self._found:
            self._take_from(name, self._texts[number])

    def _take_from(self, name: str, text: str) -> None:
        """Take a text from the cell of something else, and append it to the answer's own cells."""
        own = text_of(self._found[name]) if name in self._found else ""
        is_stub = normal(own) == normal(self._official[name].source)
        self._found[name] = {"cell_type": "code", "source": text if is_stub else joined([own, text])}

    def _find_in_other_cells(self, name: str, missing: frozenset[str]) -> None:
        """Take an answer that was written into a given cell or a test, or into a cell that is not code."""
        for number, cell in enumerate(self._cells):
            owner, text = self._owner[number], ""
            if owner and cell.get("cell_type") == "code" and not self._official[owner].is_solution:
                text = without_given(self._texts[number], visible_text(self._official[owner]))
            elif not self._is_known[number] and cell.get("cell_type") in {"markdown", "raw"}:
                text = unfenced(self._texts[number])
            if binds(text, missing):
                self._assume(Assumption.ELSEWHERE, name)
                self._take_from(name, text)
                return

    @cached_property
    def _torn(self) -> dict[int, str]:
        """The new cells that are valid code only together with the cells after them, and those cells."""
        return {
            number: joined([self._texts[each] for each in self._with_rest(number)])
            for number, cell in enumerate(self._cells)
            if cell.get("cell_type") == "code"
            and not self._is_known[number]
            and names_bound(self._texts[number]) is None
        }

    def _is_answer(self, number: int, *, besides: frozenset[str]) -> bool:
        """Tell whether a cell is the answer to an exercise that asks for other names than these."""
        owner = self._owner[number]
        is_solution = bool(owner) and self._official[owner].is_solution
        is_other = is_solution and besides.isdisjoint(self._wanted(owner))
        return is_other and not self._is_untouched(owner, number)

    def _with_rest(self, number: int) -> list[int]:
        """Return a cell and those after it that are valid code only together, as after a split."""
        end = number + 1
        while end < min(number + MAX_PARTS, len(self._cells)):
            if self._is_known[end] or self._cells[end].get("cell_type") != "code":
                break
            end += 1
        return list(range(number, number + n_needed(self._texts[number:end])))

    def _claim(self, name: str, numbers: Sequence[int], *, is_near: bool) -> None:
        """Take cells as an answer; if they are far from its place, the cells after them stay there."""
        staying = self._take(name, numbers)
        for number in staying:
            self._owner[number], self._is_known[number] = "", False
        for number in [each for each in numbers if each not in staying]:
            if not (is_near or self._owner[number] == name):
                self._moved.add(number)
            self._owner[number], self._is_known[number] = name, True

    def _find_by_place(self, name: str) -> None:
        """Take the cells between the known neighbours of the answer."""
        official = self._official[name]
        is_there = name in self._found
        is_untouched = is_there and normal(text_of(self._found[name])) == normal(official.source)
        if is_there and (official.cell_type == "code" or not is_untouched):
            return
        gap = self._gap(name)
        free = [
            number
            for number in gap
            if self._cells[number].get("cell_type") == official.cell_type
            and not self._is_known[number]
            and grade_id_of(self._cells[number]) not in self._official
            and self._texts[number].strip()
        ]
        rivals = [name] if is_there else self._rivals(name, gap)
        if free and len(rivals) == 1:
            written = [number for number in free if not self._is_untouched(name, number)]
            self._assume(Assumption.ELSEWHERE if is_there else Assumption.HAD_LOST_ID_FOUND_BY_PLACE, name)
            self._claim(name, written or free[-1:], is_near=True)
        elif len(rivals) == len(free):
            for rival, number in zip(rivals, free, strict=True):
                self._assume(Assumption.HAD_LOST_ID_FOUND_BY_PLACE, rival)
                self._claim(rival, [number], is_near=True)

    def _rivals(self, name: str, gap: range) -> list[str]:
        """Return the answers of the same type that may be in a gap and have not been found."""
        return [
            other
            for other, cell in self._official.items()
            if cell.is_solution
            and cell.cell_type == self._official[name].cell_type
            and other not in self._found
            and self._gap(other) == gap
        ]

    def _gap(self, name: str) -> range:
        """Return the cells between the known neighbours of an official cell."""
        own = self._places.get((name, ""))
        if own is None:
            return range(0)
        known = [
            (place, number) for number, place in enumerate(self._place) if place is not None and place != own
        ]
        before = max((each for each in known if each[0] < own), default=(0, -1))
        behind = (each for each in known if each[0] > own and each[1] > before[1])
        return range(before[1] + 1, min(behind, default=(0, len(self._cells)))[1])
