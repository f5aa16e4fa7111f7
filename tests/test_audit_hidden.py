"""What the text of a hidden test says."""

from __future__ import annotations

import pytest

from gradlab.audit.hidden import bare_comparisons, expected_errors, has_probe, varies


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("check('f', [case(0).raises(ValueError), case(1).raises(KeyError)])", ["KeyError", "ValueError"]),
        ("with pytest.raises((ValueError, IndexError)):\n    f(0)", ["IndexError", "ValueError"]),
        ("self.assertRaises(TypeError, f)", ["TypeError"]),
        ("try:\n    f(0)\nexcept (OSError, NotImplementedError):\n    pass", ["OSError"]),
        ("try:\n    f(0)\nexcept:\n    pass\nf(ValueError)", []),
        ("check('f', [case(0).raises(OwnError)])", []),
        ("%magic", []),
    ],
)
def test_expected_errors_are_found(text, errors):
    """Builtin exceptions that a test expects or handles are found; the stub's is not counted."""
    assert expected_errors(text) == errors


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("assert np.allclose(f(2), [1, 2])", ["np.allclose(f(2), [1, 2])"]),
        ("assert torch.allclose(f(x), x)", ["torch.allclose(f(x), x)"]),
        ("assert (f(x) == x).all()", ["(f(x) == x).all()"]),
        ("assert np.all(f(x) == x)", ["np.all(f(x) == x)"]),
        (
            "def right():\n    return np.allclose(f(x), x)\n\n\nassert f(x).shape == (2,)",
            ["np.allclose(f(x), x)"],
        ),
        ("got = f(x)\nassert got.shape == (2,)\nassert np.allclose(got, x)", []),
        ("def right():\n    return len(f(x)) == 2 and np.allclose(f(x), x)", []),
        ("assert not np.allclose(f(x), x)", []),
        ("assert np.array_equal(f(x), x)\nassert any(mask.all() for mask in masks)", []),
    ],
)
def test_comparisons_that_hold_for_nothing_are_found(text, bare):
    """`allclose` and `all` hold for an empty array, unless a shape or length is checked, too."""
    assert bare_comparisons(text) == bare


def test_what_varies_is_known_by_its_imports():
    """A name of the test's own is not taken for a draw."""
    assert varies("from gradlab.checks import check, near")
    assert varies("from gradlab.checks import pick as choose")
    assert varies("import gradlab.checks")
    assert not varies("from gradlab.checks import check\nnear = 1")


def test_probes_are_known_by_their_import():
    """A test without the mark runs nothing beside the answer."""
    assert has_probe("from gradlab.checks import probe")
    assert not has_probe("from gradlab.checks import check")
