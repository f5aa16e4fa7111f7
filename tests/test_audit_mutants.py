"""Mutants of a solution: small changes like common mistakes, each made once."""

from __future__ import annotations

import pytest

from gradlab.audit.mutants import meaning_of, mutants_of

SOLUTION = '''def slope(f, x, h=1e-4):
    """Return a slope."""
    ### BEGIN SOLUTION
    if h == 0:
        raise ValueError("no step")
    return (f(x + h) - f(x)) / h
    ### END SOLUTION
'''


def bodies(text: str) -> set[str]:
    """Return the mutants of a function's body, each on one line."""
    indented = "\n    ".join(text.split("\n"))
    return {
        "; ".join(line.strip() for line in mutant.code.split("\n")[1:])
        for mutant in mutants_of(f"def answer(x, y):\n    {indented}")
    }


@pytest.mark.parametrize(
    ("text", "mutant"),
    [
        ("return x + y", "return x - y"),
        ("return x / y", "return x * y"),
        ("return x * y", "return x"),
        ("return x * y", "return y"),
        ("return x - y", "return y - x"),
        ("return x - y", "return -(x - y)"),
        ("return -x", "return x"),
        ("return x < y", "return x <= y"),
        ("return x < y", "return x >= y"),
        ("return x and y", "return x or y"),
        ("return not x", "return x"),
        ("return [x for x in y if x]", "return [x for x in y if True]"),
        ("return x[1:]", "return x[2:]"),
        ("return x[1:]", "return x[:]"),
        ("return range(x)", "return range((x) + 1)"),
        ("return f(x, y)", "return f(y, x)"),
        ("return x, y", "return y, x"),
        ("return f(x, shuffle=True)", "return f(x, shuffle=False)"),
        ("return f(x, axis=0)", "return f(x, axis=1)"),
        ("return x.mean()", "return x.sum()"),
        ("return x.copy()", "return x"),
        ("return list(x)", "return x"),
        ("x.zero_grad(); return x", "pass"),
        ("x -= y\nreturn x", "x = x - y; return x"),
        ("x = x - y\nreturn x", "x -= y; return x"),
        ("x = x.astype(float)\nreturn x", "pass; return x"),
        ("with no_grad():\n    x += y", "if True:; x += y"),
        ("for x in y:\n    break", "for x in y:; continue"),
        ("if x:\n    return y", "pass"),
        ("if x:\n    return y", "if not x:; return y"),
        ("return x == 'sgd'", "return x == 'sgd_'"),
        ("return torch.tensor(x)", "return torch.as_tensor(x)"),
    ],
)
def test_a_mistake_is_among_the_mutants(text, mutant):
    """Each operator makes a mistake that a person might make."""
    assert mutant in bodies(text)


def test_only_the_solution_is_changed_and_the_defaults():
    """Lines outside the solution are not changed, except for the defaults of arguments."""
    lines = {mutant.line for mutant in mutants_of(SOLUTION)}
    assert lines == {1, 4, 5, 6}


def test_a_cell_without_marks_is_a_solution_as_a_whole():
    """All of a cell without marks is mutated, as nbgrader replaces all of it."""
    assert {mutant.line for mutant in mutants_of("def half(x):\n    return x / 2")} == {2}


def test_texts_for_people_are_left_alone():
    """Docstrings and messages are not mutated, because no test may depend on them."""
    assert not mutants_of('def nothing():\n    """Do nothing."""\n    raise ValueError("not" + " yet")')[1:]


def test_each_mutant_stands_once_and_is_no_reference():
    """Duplicate mutants, and mutants that mean the same as the reference, are left out."""
    mutants = mutants_of(SOLUTION)
    meanings = {meaning_of(mutant.code) for mutant in mutants}
    assert len(meanings) == len(mutants)
    assert meaning_of(SOLUTION) not in meanings


def test_a_mutant_shows_what_differs():
    """A mutant's diff contains the line before and after the change."""
    (mutant,) = [mutant for mutant in mutants_of(SOLUTION) if mutant.operator == "comparison"]
    assert "-    if h == 0:" in mutant.diff
    assert "+    if h != 0:" in mutant.diff


def test_texts_that_differ_in_layout_alone_mean_the_same():
    """A mutant is recognised among the right answers even if its layout differs."""
    assert meaning_of(SOLUTION) == meaning_of(
        "def slope(f, x, h=0.0001):\n"
        "    if h == 0: raise ValueError('no step')\n"
        "    return (f(x + h) - f(x)) / h  # a comment"
    )


def test_jupyters_own_commands_are_no_python():
    """Mutating a cell that contains a magic raises a SyntaxError."""
    with pytest.raises(SyntaxError):
        mutants_of("%matplotlib inline\ndef half(x):\n    return x / 2")
