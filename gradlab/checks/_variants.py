"""Variants: what hidden tests ask differs a little from submission to submission.

So no table of answers serves for all. A submission always gets the same variant; in a plain kernel and in the
source notebook as it is read, it is the first one, in which everything is as it is written.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

Choice = TypeVar("Choice")

N_VARIANTS = 8
_DIGITS = 4
_LEAST = 0.1  # of the way: two variants should not ask the same


@dataclass(frozen=True)
class _Variant:
    number: int = 0
    chance: np.random.Generator = field(default_factory=np.random.default_rng)
    passed: list[Any] | None = None


_variant: ContextVar[_Variant] = ContextVar("variant", default=_Variant())  # noqa: B039  # the first one draws nothing


@contextmanager
def use_variant(number: int) -> Iterator[None]:
    """Use this variant, from 0 to `N_VARIANTS` - 1, for one run of a hidden test inside the `with` block."""
    token = _variant.set(_Variant(number, np.random.default_rng(number), []))
    try:
        yield
    finally:
        _variant.reset(token)


def passed_checks() -> list[Any]:
    """Return the list of what has passed in this run of a hidden test; always empty in a plain kernel."""
    passed = _variant.get().passed
    return [] if passed is None else passed


def pick(*choices: Choice) -> Choice:
    """Return one of several things that a test could ask: in the first variant the first, and so on."""
    return choices[_variant.get().number % len(choices)]


def near(value: Any, by: float = 0.1) -> Any:
    """Return numbers that are a little different in each variant.

    Zeros, signs, shapes and dtypes stay. The numbers have four digits, so that messages stay short.

    Args:
        value: a float, or an array or tensor of floats.
        by: how much larger or smaller a number may become, as a share of it.

    Raises:
        TypeError: if the value is anything else; of whole numbers, `pick` some.
    """
    variant = _variant.get()
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(value, torch.Tensor) and value.is_floating_point():
        moved = near(value.detach().double().numpy(), by)
        return torch.tensor(moved, dtype=value.dtype, requires_grad=value.requires_grad)
    if isinstance(value, float):
        return float(_moved(np.float64(value), by, variant)) if variant.number else value
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return _moved(value, by, variant).astype(value.dtype) if variant.number else value.copy()
    raise TypeError(f"near() takes floats, not {value!r}")


def _moved(value: Any, by: float, variant: _Variant) -> Any:
    way = variant.chance.uniform(_LEAST, 1, np.shape(value)) * variant.chance.choice([-1, 1], np.shape(value))
    factor = 1 + by * way
    return np.vectorize(lambda number: float(f"{number:.{_DIGITS}g}"), otypes=[float])(value * factor)
