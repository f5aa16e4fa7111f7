"""Texts of answers are taken apart and joined: names, pieces, fences and the order of cells."""

from __future__ import annotations

import pytest

from gradlab.base.deadline import deadline
from gradlab.submission.parts import (
    binds,
    does_nothing,
    joined,
    kept_parts,
    n_needed,
    names_bound,
    needs_earlier,
    unfenced,
    without_given,
)
from gradlab.submission.places import out_of_order

PARTS = {
    "a function and its rest": (
        ["def f(x):\n    y = x", "    return y"],
        "def f(x):\n    y = x\n    return y",
    ),
    "cut after the indentation": (
        ["def f(x):\n    y = x\n    ", "return y"],
        "def f(x):\n    y = x\n    return y",
    ),
    "two that are whole": (["a = 1", "b = 2"], "a = 1\nb = 2"),
    "one that is torn": (["def f(x:", "def f(x):\n    return x"], "def f(x):\n    return x"),
    "both torn": (["def f(x:", "return )"], "def f(x:\nreturn )"),
    "with commands": (["%matplotlib inline\na = 1", "!ls\nb = 2"], "%matplotlib inline\na = 1\n!ls\nb = 2"),
}


@pytest.mark.parametrize(("parts", "text"), PARTS.values(), ids=PARTS)
def test_parts_are_joined(parts, text):
    """Parts are joined in order, so that they are valid code; a torn copy does nothing."""
    assert joined(parts) == text


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (["def f(", "x):", "    return x", "y = 1"], 3),
        (["f = await g()", "f == 3"], 1),
        ([">>> f = 1", "f == 1"], 1),
        (["def f(x:", "y = 1"], 1),
    ],
)
def test_only_pieces_that_make_whole_code_belong_together(texts, number):
    """A cell that Python can't read, but IPython may, is not left out in favour of the valid one below it."""
    assert n_needed(texts) == number


def test_of_complete_copies_the_last_counts():
    """A part that binds the exercise's names replaces those before it; other parts stay."""
    names = frozenset({"f"})
    assert kept_parts(["helper = 1", "f = 1", "f = 2", "g = 3"], names) == ["helper = 1", "f = 2", "g = 3"]


@pytest.mark.parametrize(
    ("last", "is_needed"),
    [
        ("class f(f): pass", True),
        ("f = cached(f)", True),
        ("f += 1", True),
        ("@f\ndef f(): pass", True),
        ("def f(): return f()", False),
        ("def f(): return 1\nf()", False),
        ("f = lambda: f()", False),
    ],
)
def test_a_copy_that_builds_on_the_earlier_one_keeps_it(last, is_needed):
    """A class in pieces, or a function that is wrapped, needs the part before it."""
    assert kept_parts(["f = 0", "f = 1", last], frozenset({"f"})) == (
        ["f = 1", last] if is_needed else [last]
    )


@pytest.mark.parametrize(
    "text",
    [
        "%%time\ndef f(): pass",
        "files = !ls\n%time 1\nf = 1\nf?",
        "?f\nf = 1",
        "if True:\n    def f(): pass",
        "f, g = 1, 2",
        "from functools import partial as f",
        "f = (3\n% 2)",
        "(f := 1)",
        "f = await g()",
        "async with g() as f:\n    pass",
    ],
)
def test_names_in_all_ways_to_bind_them(text):
    """Commands of Jupyter are skipped, and each way to bind a name counts."""
    assert "f" in names_bound(text)


DEEP = {
    "a sum": "triple = " + "+".join(["1"] * 2_000),
    "attributes": "triple = a" + ".b" * 2_000,
    "functions": "triple = " + "lambda: " * 900 + "0",
    "branches": "def triple(x):\n    if x:\n        return 0\n" + "    elif x: pass\n" * 900,
    "signs": "triple = " + "-" * 100_000 + "1",
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_code_is_read_or_is_not_valid(text):
    """However deep an answer is nested, finding it raises no error."""
    is_valid = names_bound(text) is not None
    assert names_bound(text) in {frozenset({"triple"}), None}
    assert not does_nothing(text)
    assert needs_earlier(text, frozenset({"triple"})) in {True, False}
    assert without_given(f"import math\n{text}", "import math") == (text.rstrip() if is_valid else "")


@pytest.mark.parametrize(
    ("order", "moved"),
    [
        ([0, 1, 2, 3], set()),
        ([3, 0, 1, 2], {3}),
        ([1, 2, 3, 0], {0}),
        ([0, 2, 1, 3], {1, 2}),
        ([0, None, 1, 0, 1, 2], set()),
        ([], set()),
    ],
)
def test_what_was_moved_is_out_of_order_with_the_most_others(order, moved):
    """A cell that was moved is, and the others are not; of two that were exchanged, either may be."""
    assert {order[number] for number in out_of_order(order)} == moved


@pytest.mark.parametrize(
    "text",
    [
        " " * 299_000 + "x = 1",
        "```\n" + "\n" * 299_000,
        "```\n" + "\n " * 140_000 + "x",
        " \t" * 149_000 + "=",
        "".join(f"def a{number}(): pass\n" for number in range(20_000)),
    ],
)
def test_a_long_text_takes_no_time(text):
    """What looks for commands, fences and names goes through a text once, however long it is."""
    with deadline(5, TimeoutError):
        assert unfenced(text) == text
        binds(text, frozenset({"y"}))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```python\nx = 1\n```", "x = 1"),
        ("\n ```\nx = 1  \n\n  ```\n", "x = 1  "),
        ("```\n\n```", ""),
        ("```\n```", "```\n```"),
        ("```\nx = 1```", "```\nx = 1```"),
        ("```\nx = 1\n```\nmore", "```\nx = 1\n```\nmore"),
    ],
)
def test_code_in_a_fence_is_taken_out(text, code):
    """A whole text that is one block of code stands for its code, without blank lines at the end."""
    assert unfenced(text) == code
