"""Equal wrong answers are found, whatever the outcome files contain."""

from __future__ import annotations

import json

import numpy as np
import pytest

from gradlab.authoring.running import run
from gradlab.checks import CheckFailed, case, check, use_notebook
from gradlab.gradebook.wrong_answers import WrongAnswer, groups


def number(*values: object, kind: str = "float", shape: tuple[int, ...] = ()) -> dict[str, object]:
    """Return the description of numbers."""
    return {"type": kind, "shape": list(shape), "values": list(values)}


def grade(*returned: object, **changes: object) -> dict[str, object]:
    """Return a failed test cell's entry in an outcome file."""
    return {
        "auto_score": 0,
        "outcome": "failed",
        "message": "",
        "exercise": "triple",
        "misconception": "",
        "returned": list(returned),
        **changes,
    }


def students_of(grades: dict[str, object]) -> list[tuple[str, ...]]:
    """Return the groups of students with equal answers, the largest first."""
    return [group.students for group in groups((name, "nb", "test", cell) for name, cell in grades.items())]


def test_equal_answers_are_one_group_the_largest_first():
    """A group has the returned values and the students who returned them."""
    cells = [
        ("c", "nb", "test_triple", grade(number(4.0), {"error": "TypeError"})),
        ("b", "nb", "test_triple", grade(number(5.0), {"error": "TypeError"})),
        ("a", "nb", "test_triple", grade(number(4.0), {"error": "TypeError"})),
    ]
    assert groups(cells) == [
        WrongAnswer(
            "triple", "nb", "test_triple", "failed", (number(4.0), {"error": "TypeError"}), ("a", "c")
        ),
        WrongAnswer("triple", "nb", "test_triple", "failed", (number(5.0), {"error": "TypeError"}), ("b",)),
    ]
    assert groups([]) == []


def test_numbers_are_equal_within_a_relative_tolerance():
    """Numbers that differ only by rounding are equal; a thousandth more makes a different answer."""
    grades = {
        "a": grade(number(1e6, 1e-17, shape=(2,))),
        "b": grade(number(1e6 * (1 + 1e-8), 0, shape=(2,), kind="ndarray")),
        "c": grade(number(1e6 * 1.001, 0, shape=(2,))),
    }
    assert students_of(grades) == [("a", "b"), ("c",)]


@pytest.mark.parametrize(
    "other",
    [
        grade(number(2.0)),
        grade(number(1.0, shape=(1,))),
        grade(number(1.0, kind="bool")),
        grade(number(1.0), number(1.0)),
        grade(number(1.0), outcome="raised"),
        grade(number(1.0), exercise="other"),
        grade({"error": "ValueError"}),
        grade({"text": "1.0"}),
        grade({"type": "list", "items": [number(1.0)]}),
        grade(number("nan")),
    ],
)
def test_what_differs_is_no_group(other):
    """Answers differ by value, shape, kind, number of cases, outcome or exercise."""
    assert students_of({"a": grade(number(1.0)), "b": other}) == [("a",), ("b",)]


def test_answers_to_different_test_cells_are_no_group():
    """The same values in another cell or notebook answer another question."""
    same = grade(number(1.0))
    cells = [("a", "nb", "test", same), ("b", "nb", "test__edge", same), ("c", "nb2", "test", same)]
    assert [len(group.students) for group in groups(cells)] == [1, 1, 1]


def test_what_is_no_number_is_equal_to_itself():
    """NaN and infinities equal themselves, also inside containers."""
    nested = {"type": "dict", "items": [{"text": "'W'"}, number("nan", "-inf", shape=(2,))]}
    as_tuple = {"type": "tuple", "items": [nested]}
    as_list = {"type": "list", "items": [nested]}
    assert students_of({"a": grade(as_tuple), "b": grade(as_list)}) == [("a", "b")]


@pytest.mark.parametrize(
    "malformed",
    [
        None,
        [],
        "text",
        {},
        grade(),
        grade(returned=None),
        grade(returned={"0": number(1.0)}),
        grade(returned="four"),
        grade(None),
        grade({}),
        grade({"error": 5}),
        grade(number("four")),
        grade(number(None)),
        grade(number([])),
        grade(number(10**400)),
        grade(number(1.0, shape=("a",))),
        grade({"type": "list", "items": [5]}),
        grade(number(1.0), exercise=None),
        grade(number(1.0), outcome=None),
    ],
)
def test_what_is_malformed_is_left_out(malformed):
    """Malformed entries do not keep other entries from being grouped."""
    assert students_of({"a": malformed, "b": grade(number(1.0))}) == [("b",)]


def test_a_large_class_of_different_answers_is_grouped():
    """Two thousand students form a thousand groups of two."""
    grades = {f"s{i:04}": grade(number(i // 2 + 0.5, shape=(1,))) for i in range(2_000)}
    assert [len(students) for students in students_of(grades)] == [2] * 1_000


def returned_by(notebook, answer: str) -> CheckFailed:
    """Return the failure of an answer in the test of `triple`."""
    names = {"__name__": "__main__", "case": case, "check": check, "np": np}
    run(answer, names, "<answer>")
    with use_notebook(notebook), pytest.raises(CheckFailed) as failed:
        run("check('triple', [case(2), case(np.ones((2, 20)))])", names, "<test>")
    return failed.value


@pytest.mark.parametrize(
    ("answer", "returned"),
    [
        ("4.5", number(4.5)),
        ("np.float32(0.1)", number(0.1000000015, kind="float32")),
        ("[1, float('inf')]", number(1, "inf", kind="list", shape=(2,))),
        ("None", {"text": "None"}),
        ("{'a': (1, 'b')}", {
            "type": "dict",
            "items": [{"text": "'a'"}, {"type": "tuple", "items": [number(1, kind="int"), {"text": "'b'"}]}],
        }),
        ("len", {"text": "len"}),
        ("1 / 0", {"error": "ZeroDivisionError"}),
        ("'x' * 10**6", {"text": f"'{'x' * 37}...{'x' * 38}'"}),
    ],
)  # fmt: skip
def test_a_failed_check_says_what_was_returned(triple, answer, returned):
    """Returned values are described in JSON, as numbers with a shape, errors or short texts."""
    failure = returned_by(triple, f"def triple(x):\n    return {answer}")
    assert (failure.exercise, failure.misconception) == ("triple", "")
    assert failure.returned is not None
    assert failure.returned[0] == returned
    kept = json.loads(json.dumps(failure.returned, allow_nan=False))
    assert students_of({"a": grade(*kept), "b": grade(*failure.returned)}) == [("a", "b")]


@pytest.mark.parametrize(
    "answer",
    ["np.ones(10**6)", "list(range(10**5))", "[['a'] * 100] * 100", "{i: [i] * 100 for i in range(1000)}",
     "[[[[[[[['a']]]]]]]]", "['x' * 10**5] * 100"],
)  # fmt: skip
def test_what_is_kept_of_an_answer_is_bounded(triple, answer):
    """The description of a returned value takes a few kilobytes at most."""
    failure = returned_by(triple, f"def triple(x):\n    return {answer}")
    assert len(json.dumps(failure.returned)) < 2 * 5_000


def test_a_misconception_is_told_by_its_name_alone(triple):
    """Returned values are not described for known misconceptions and for stubs."""
    failure = returned_by(triple, "def triple(x):\n    return 2 * x")
    assert (failure.exercise, failure.misconception, failure.returned) == ("triple", "doubled", None)
    failure = returned_by(triple, "def triple(x):\n    raise NotImplementedError")
    assert (failure.exercise, failure.misconception, failure.returned) == ("triple", "", None)
    assert failure.is_stub
    assert returned_by(triple, "").exercise == "triple"
