"""Equal wrong answers of a class: if many return the same, it may be a misconception without a name.

The outcome file of a submission describes what its answers returned, in the form that `gradlab.checks`
explains. Answers that show a known misconception are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RTOL = 1e-6
ATOL = 1e-9  # values that should be 0 differ by round-off

Description = Mapping[str, Any]
Float64Array = npt.NDArray[np.float64]
_Kind = tuple[object, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """A result that one or more students' answers, but no known misconception, return in a test cell.

    Args:
        exercise: the exercise's name.
        notebook: the notebook's name.
        cell: the test cell's grade id.
        outcome: of the test cell.
        returned: what the first student's answer returned in each case.
        students: those whose answers are equal, sorted.
    """

    exercise: str
    notebook: str
    cell: str
    outcome: str
    returned: tuple[Description, ...]
    students: tuple[str, ...]


@dataclass(frozen=True)
class _Described:
    student: str
    returned: tuple[Description, ...]
    numbers: list[float]


def groups(cells: Iterable[tuple[str, str, str, object]]) -> list[WrongAnswer]:
    """Return the groups of equal wrong answers, the largest first.

    Answers to one test cell are equal if they have the same outcome and returned the same in every
    case: the same error, the same text, the same numbers (within 1e-6 of the first student's) in the
    same shape. Lists and arrays are treated alike, as in `gradlab.checks.agree`.

    Args:
        cells: student, notebook, test cell and its entry in the outcome file. Entries that do not have
            the form that `gradlab autograde` writes are left out.
    """
    kinds: dict[tuple[str, str, str, str, _Kind], list[_Described]] = defaultdict(list)
    for student, notebook, cell, grade in cells:
        match grade:
            case {"exercise": str(exercise), "outcome": str(outcome), "returned": [_, *_] as returned}:
                numbers: list[float] = []
                try:
                    kind = tuple(_kind(description, numbers) for description in returned)
                except (TypeError, ValueError, OverflowError):
                    continue
                answer = _Described(student, tuple(returned), numbers)
                kinds[exercise, notebook, cell, outcome, kind].append(answer)
    found = [
        WrongAnswer(
            exercise,
            notebook,
            cell,
            outcome,
            equal[0].returned,
            tuple(answer.student for answer in equal),
        )
        for (exercise, notebook, cell, outcome, _), answers in kinds.items()
        for equal in _equal(answers)
    ]
    return sorted(found, key=lambda group: (-len(group.students), group.notebook, group.cell, group.students))


def _kind(description: object, numbers: list[float]) -> _Kind:
    """Return a description without its numbers; append these to `numbers`.

    Raises:
        TypeError, ValueError, OverflowError: if it is not a description.
    """
    match description:
        case {"error": str(name)}:
            return ("error", name)
        case {"text": str(text)}:
            return ("text", text)
        case {"type": str(name), "shape": [*shape], "values": [*values]}:
            numbers += map(float, values)
            return ("bool" if name == "bool" else "numbers", len(values), *map(int, shape))
        case {"type": str(name), "items": [*items]}:
            return ("dict" if name == "dict" else "items", *(_kind(item, numbers) for item in items))
    raise ValueError("not a description")


def _equal(answers: list[_Described]) -> Iterable[list[_Described]]:
    """Yield the groups of answers with equal numbers; all answers have equally many numbers."""
    left = sorted(answers, key=lambda answer: answer.student)
    numbers: Float64Array = np.array([answer.numbers for answer in left], dtype=np.float64)
    while left:
        close = np.isclose(numbers, numbers[0], rtol=RTOL, atol=ATOL, equal_nan=True).all(axis=1)
        yield [answer for answer, is_close in zip(left, close, strict=True) if is_close]
        left = [answer for answer, is_close in zip(left, close, strict=True) if not is_close]
        numbers = numbers[~close]
