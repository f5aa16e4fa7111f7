"""How far a wrong value is from the right one, in tolerances."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from gradlab.audit.closeness import distance_of, nearest
from gradlab.checks import CheckFailed, Comparison, case, check, noted_comparisons, use_notebook
from gradlab.checks._scenario import CallResult


def comparison(got, right, rtol=0.0, atol=0.5):
    """Return the comparison that `check` notes for two values."""
    return Comparison("f(x)", CallResult(right), CallResult(got), rtol, atol, any_shape=False)


@pytest.mark.parametrize(
    ("got", "right", "distance"),
    [
        (1.0, 1.0, 0),
        (2.0, 1.0, 2),
        (np.array([1.0, 4.0]), [1.0, 3.0], 2),
        (torch.tensor([1.0, 3.0]), [1.0, 3.0], 0),
        ({"a": 1.0, "b": 9}, {"a": 2.0}, 2),
        ([("x", 1.0)], [("x", 1.5)], 1),
        (math.nan, math.nan, 0),
        (math.inf, math.inf, 0),
        ("x", "x", 0),
        (None, None, 0),
        (True, True, 0),
        (math.nan, 1.0, math.inf),
        ([1.0], [1.0, 2.0], math.inf),
        ("x", "y", math.inf),
        ("x", 1.0, math.inf),
        (None, 1.0, math.inf),
        (True, False, math.inf),
        ({"b": 1.0}, {"a": 1.0}, math.inf),
        ([("x", 1.0)], [("y", 1.0)], math.inf),
    ],
)
def test_a_distance_is_counted_in_tolerances(got, right, distance):
    """The distance is the largest over all numbers, and infinite if the kinds differ."""
    assert distance_of(comparison(got, right)) == distance


def test_an_exception_is_as_far_as_can_be_from_another_and_from_a_value():
    """Exceptions are equal if their types are; otherwise their distance is infinite."""
    raised = CallResult(error=ValueError("one"))
    alike = Comparison("f(x)", raised, CallResult(error=ValueError("two")), 0, 1, any_shape=False)
    assert distance_of(alike) == 0
    for other in (CallResult(error=TypeError()), CallResult(1.0)):
        assert distance_of(Comparison("f(x)", raised, other, 0, 1, any_shape=False)) == math.inf


def test_what_is_neither_equal_nor_clearly_different_is_close():
    """A wrong value is close if it is less than a hundred tolerances away."""
    near = nearest([comparison(1.2, 1.0), comparison(11.0, 1.0), comparison(99.0, 1.0)])
    assert near.clearest == 196
    assert near.close == {"f(x)": 20}


def test_check_notes_what_it_compares_where_somebody_asks(triple):
    """The rows of the table are noted, up to and including the one that fails."""
    names = {"triple": lambda x: x + 2, "check": check, "case": case, "CheckFailed": CheckFailed}
    code = "check('triple', [case(1), case(2)])"
    with use_notebook(triple), noted_comparisons() as comparisons, pytest.raises(CheckFailed):
        exec(code, names)
    assert [(str(noted.shown), noted.right.value, noted.got.value) for noted in comparisons] == [
        ("triple(1)", 3, 3),
        ("triple(2)", 6, 4),
    ]
    with use_notebook(triple), pytest.raises(CheckFailed):
        exec(code, names)
    assert len(comparisons) == 2


def test_a_failed_check_asks_no_more_than_somebody_wants_to_know(triple):
    """A comparison that settles the matter is the last one, unless the check has not failed yet."""
    names = {"triple": lambda x: x + 2, "check": check, "case": case, "CheckFailed": CheckFailed}
    code = "check('triple', [case(1), case(2), case(300), case(4)])"
    for settles, n_asked in (
        (None, 4),
        (lambda _: True, 2),
        (lambda compared: compared.got.value > 100, 3),
        (lambda compared: compared.got.value == 3, 4),
    ):
        noting = noted_comparisons(settles)
        with use_notebook(triple), noting as comparisons, pytest.raises(CheckFailed) as failed:
            exec(code, names)
        assert len(comparisons) == n_asked
        assert "triple(2)" in str(failed.value)
        assert (failed.value.case is None) is (settles is not None)
