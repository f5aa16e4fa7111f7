"""What hidden tests ask differs from submission to submission, and is always the same for the same one."""

import numpy as np
import pytest
import torch

from gradlab.checks import N_VARIANTS, near, pick, use_variant
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.notebook import variant_of


def in_each(draw):
    """Return what is drawn in each variant."""
    drawn = []
    for number in range(N_VARIANTS):
        with use_variant(number):
            drawn.append(draw())
    return drawn


def test_there_are_at_least_eight():
    """Eight tables of answers are needed, at least."""
    assert N_VARIANTS >= 8


def test_numbers_differ_in_each_and_stay_near():
    """No two variants ask for the same number."""
    drawn = in_each(lambda: near(-1.5))
    assert drawn[0] == -1.5
    assert len(set(drawn)) == N_VARIANTS
    assert all(-1.65 <= number <= -1.35 for number in drawn)
    assert all(type(number) is float for number in drawn)


def test_the_same_variant_asks_the_same_again():
    """A regraded submission is asked the same."""
    assert in_each(lambda: [near(1.5), near(2.0)]) == in_each(lambda: [near(1.5), near(2.0)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_arrays_keep_shape_dtype_zeros_and_signs(dtype):
    """An array stays the same kind of question."""
    array = np.array([[1.5, 0.0, -20.0]], dtype=dtype)
    for drawn in in_each(lambda: near(array)):
        assert (drawn.shape, drawn.dtype) == (array.shape, array.dtype)
        assert (np.sign(drawn) == np.sign(array)).all()
        assert drawn is not array


def test_tensors_keep_dtype_and_requires_grad():
    """A tensor stays the same kind of question."""
    tensor = torch.tensor([1.5, -2.0], requires_grad=True)
    for drawn in in_each(lambda: near(tensor)):
        assert (drawn.dtype, drawn.requires_grad, drawn.is_leaf) == (torch.float32, True, True)


@pytest.mark.parametrize("value", [3, True, "x", [1.0], np.array([1, 2]), torch.tensor(3)])
def test_what_can_not_be_moved_is_refused(value):
    """Whole numbers, truth values and texts are picked, not moved."""
    with pytest.raises(TypeError, match="near"):
        near(value)


def test_choices_come_in_turn():
    """Each choice is asked of some submissions."""
    assert in_each(lambda: pick("a", "b", "c")) == ["a", "b", "c", "a", "b", "c", "a", "b"]


def test_outside_of_an_exam_everything_is_as_it_is_written():
    """In a plain kernel, an author gets the values that the source says."""
    assert (near(1.5), pick(7, 8)) == (1.5, 7)


def test_submissions_get_different_variants_and_the_same_one_always_the_same():
    """The variant is random, but fixed for each submission."""
    submissions = [[ExamCell(f"x = {n}"), ExamCell("y", is_test=True)] for n in range(200)]
    variants = [variant_of(cells) for cells in submissions]
    assert set(variants) == set(range(N_VARIANTS))
    assert variants == [variant_of(cells) for cells in submissions]
