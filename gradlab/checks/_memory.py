"""What the course's own answers come to: the same for each submission, so that it is asked once.

A question is known by its content, the code of its scenario and the values of its cases included:
a test that draws other cases each time is asked anew each time. Where a student's own answer is
part of the question, as an argument say, nothing is remembered: what it makes of the course's answer
would be held against the next student's.
"""

from __future__ import annotations

import hashlib
import io
import sys
from types import GetSetDescriptorType, MemberDescriptorType
from typing import TYPE_CHECKING, Any

import cloudpickle  # type: ignore[import-untyped]  # ships no types

from gradlab.checks._scenario import CallResult, Elsewhere, Scenario, bound_to

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradlab.authoring.source import SourceNotebook

MAX_QUESTIONS = 1000  # of one notebook: tests that draw other cases each time would fill the memory
_SLOTS = GetSetDescriptorType, MemberDescriptorType


def remembered(
    notebook: SourceNotebook, scenario: Scenario | None, asked: object, ask: Callable[[], list[CallResult]]
) -> list[CallResult]:
    """Return what an answer of the course's own comes to, from memory where it is known.

    Args:
        notebook: whose answer it is; it also keeps what is known.
        scenario: what is asked, None for the exercise itself.
        asked: of whom, on which cases, and whatever else the outcomes depend on.
        ask: finds it out.
    """
    try:
        key = _fingerprint(notebook, scenario, asked)
    except Exception:  # noqa: BLE001  # what is pickled may raise anything
        return ask()
    if key not in notebook.memory:
        outcomes = ask()
        for one in outcomes:
            if one.error is not None:
                one.error.__traceback__ = None  # it would keep all its frames alive
        if len(notebook.memory) >= MAX_QUESTIONS:
            notebook.memory.clear()
        notebook.memory[key] = outcomes
    known: list[CallResult] = notebook.memory[key]
    return known


class _Fingerprinter(cloudpickle.Pickler):  # type: ignore[misc]  # of no known type
    """Writes the same bytes for the same content.

    Tensors are pickled with their address, and classes of a hidden test with a random name: the first
    are written as arrays, the second by number, and collected.
    """

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.classes: list[type] = []

    def persistent_id(self, obj: Any) -> tuple[object, ...] | None:
        if isinstance(obj, Elsewhere):
            raise TypeError("what depends on a student's answer is not the course's own")
        if _is_tensor(obj):
            return ("tensor", type(obj), obj.requires_grad, obj.is_leaf, obj.detach().numpy())
        if not isinstance(obj, type) or obj.__module__ != "__main__":
            return None
        if obj not in self.classes:
            self.classes.append(obj)
        return ("class", self.classes.index(obj))


def _fingerprint(notebook: SourceNotebook, scenario: Scenario | None, asked: object) -> bytes:
    """Return a name for a question; whose answer is asked does not stand in the scenario."""
    nobodys = None if scenario is None else bound_to(scenario, dict.fromkeys(notebook.solutions))
    content = io.BytesIO()
    pickler = _Fingerprinter(content)
    pickler.dump((nobodys, asked))
    for one in pickler.classes:  # it grows meanwhile
        attributes = {name: value for name, value in vars(one).items() if not isinstance(value, _SLOTS)}
        pickler.dump((one.__qualname__, one.__bases__, attributes))
    return hashlib.sha256(content.getvalue()).digest()


def _is_tensor(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)
