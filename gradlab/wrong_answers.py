"""Equal wrong answers of a class: where many return the same, a misconception waits for its name.

What an answer returned is described in the outcome file of its submission; see
`gradlab.checks` for the description. An answer that shows a known misconception is none of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

RTOL = 1e-6
ATOL = 1e-9  # what should be 0 differs by round-off

Description = Mapping[str, Any]
Float64Array = npt.NDArray[np.float64]
_Kind = tuple[object, ...]


@dataclass(frozen=True)
class WrongAnswer:
    """What one or more students' answers return in a test cell, and no known misconception does.

    Args:
        exercise: whose answers.
        notebook: its notebook.
        cell: the test cell's grade id.
        outcome: of the test cell.
        returned: what the first student's answer gave on each case.
        students: whose answers are equal, sorted.
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

    Answers to one test cell are equal where they have the same outcome and gave the same on every
    case: the same error, the same text, the same numbers (within 1e-6 of the first student's) in the
    same shape. Whether a list or an array holds them does not matter, as for `gradlab.checks.agree`.

    Args:
        cells: student, notebook, test cell and what the outcome file keeps of it. Whatever is not
            of the form that `gradlab autograde` writes is left out.
    """
    kinds: dict[tuple[str, str, str, str, _Kind], list[_Described]] = defaultdict(list)
    for student, notebook, cell, grade in cells:
        match grade:
            case {"exercise": str(exercise), "outcome": str(outcome), "returned": [_, *_] as returned}:
                numbers: list[float] = []
                try:
                    kind = tuple(_kind(one, numbers) for one in returned)
                except (TypeError, ValueError, OverflowError):
                    continue
                answer = _Described(student, tuple(returned), numbers)
                kinds[exercise, notebook, cell, outcome, kind].append(answer)
    found = [
        WrongAnswer(exercise, notebook, cell, outcome, equal[0].returned, tuple(one.student for one in equal))
        for (exercise, notebook, cell, outcome, _), answers in kinds.items()
        for equal in _equal(answers)
    ]
    return sorted(found, key=lambda one: (-len(one.students), one.notebook, one.cell, one.students))


def _kind(description: object, numbers: list[float]) -> _Kind:
    """Return all of a description but its numbers; add these to the others.

    Raises:
        TypeError, ValueError, OverflowError: where it is no description.
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
            return ("dict" if name == "dict" else "items", *(_kind(one, numbers) for one in items))
    raise ValueError("no description")


def _equal(answers: list[_Described]) -> Iterable[list[_Described]]:
    """Yield the groups of those whose numbers are equal; there are as many of each."""
    left = sorted(answers, key=lambda one: one.student)
    numbers: Float64Array = np.array([one.numbers for one in left], dtype=np.float64)
    while left:
        close = np.isclose(numbers, numbers[0], rtol=RTOL, atol=ATOL, equal_nan=True).all(axis=1)
        yield [one for one, is_close in zip(left, close, strict=True) if is_close]
        left = [one for one, is_close in zip(left, close, strict=True) if not is_close]
        numbers = numbers[~close]
