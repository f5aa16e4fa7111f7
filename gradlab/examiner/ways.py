"""The ways in which a test cell can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Way(StrEnum):
    """How the verdict on a test cell is found."""

    VALUE = "by value"
    """The hidden part runs in the examiner, and can't be forged."""
    BESIDE = "beside"
    """The whole cell runs beside the answer, where a student can forge it."""
    HAND = "by hand"
    """A person gives the points."""


@dataclass(frozen=True)
class Asked:
    """How a test cell is asked.

    Args:
        way: the way.
        why: why it is not asked by value, or what else an instructor should know about it, else "".
        sees_changes: whether the hidden part, by value, sees the changes that a call makes to its arguments.
        trusts_methods: whether the hidden part, by value, may believe attributes and methods of a student's
            object, as the reference hands out such an object, too.
        also_beside: whether the cell, by value, is run beside the answer, too: its hidden part looks at
            something that values don't show; see `gradlab.examiner.beyond_values`.
    """

    way: Way = Way.VALUE
    why: str = ""
    sees_changes: bool = False
    trusts_methods: bool = False
    also_beside: bool = False


BY_VALUE = Asked()
Ways: TypeAlias = Mapping[str, Asked]
"""How test cells are asked, by grade id; those that are left out, by value."""
