"""`check`: a table of cases against the student's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.running import run
from gradlab.base.errors import CourseError
from gradlab.checks import CheckFailed, Remark, agree, case, check, probe, reference, use_notebook
from gradlab.checks._scenario import bound_to

if TYPE_CHECKING:
    from gradlab.authoring.source import SourceNotebook


def verdict(notebook: SourceNotebook, answer: str, test: str | None = None, language: str = "ko") -> str:
    """Return the message of a hidden test on an answer, "" if it passes."""
    names = {"LANGUAGE": language, "__name__": "__main__", "np": np}
    run(answer, names, "<answer>")
    hidden = test or split_test(notebook.tests["test_triple"])[1]
    with use_notebook(notebook):
        try:
            run(hidden, names, "<test>")
        except CheckFailed as failure:
            return str(failure)
    return ""


TABLE = "from gradlab.checks import case, check, probe\n"


@pytest.mark.parametrize(
    "answer",
    [
        "def triple(x):\n    return x * 3",
        "triple = lambda x: x + x + x",
        "import numpy as np\ndef triple(x):\n    return np.multiply(x, 3)",
    ],
)
def test_a_right_answer_passes(triple, answer):
    """Any style of a right answer passes."""
    assert verdict(triple, answer) == ""


def test_a_wrong_value_says_what_was_called_and_what_came(triple):
    """The message shows the call and the result, and does not give the answer away."""
    message = verdict(triple, "def triple(x):\n    return x + 1")
    assert "triple(2)" in message
    assert "결과 3" in message
    assert "6" not in message


def test_a_misconception_is_named_in_the_language_of_the_notebook(triple):
    """If the values are a misconception's, the message contains its sentence."""
    answer = "def triple(x):\n    return x + x"
    assert "두 배를 했나요?" in verdict(triple, answer)
    assert "Did you double it?" in verdict(triple, answer, language="en")


def test_a_misconception_must_fit_all_cases(triple):
    """A misconception is not named if only one case has its value."""
    message = verdict(triple, "def triple(x):\n    return 4 if x == 2 else 0")
    assert message
    assert "두 배" not in message


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        (
            "def triple(x):\n    raise NotImplementedError",
            "raise NotImplementedError()가 남아 있으면 지우세요",
        ),
        ("def triple(x):\n    pass", "None을 돌려주었어요"),
        ("def triple(x):\n    return x / 0", "ZeroDivisionError"),
        ("def triple(x):\n    raise SystemExit", "SystemExit"),
        ("def triple(x):\n    return [3 * x, 0]", "모양이 달라요. 결과 (2,), 기대 ()"),
        ("def triple(x, y):\n    return 3 * x", "TypeError"),
        ("def treble(x):\n    return 3 * x", "이 이름으로 정의된 것이 없어요"),
    ],
)
def test_each_way_to_be_wrong_has_its_message(triple, answer, part):
    """A stub, None, an error, a wrong shape and a wrong name get different messages."""
    assert part in verdict(triple, answer)


@pytest.mark.parametrize(
    ("answer", "returned"), [("return [2 * x]", "[4]"), ("return np.array([[2 * x]])", "array([[4]])")]
)
def test_a_single_wrong_number_is_a_wrong_value_in_any_shape(triple, answer, returned):
    """A single number may come in any shape, so that its shape is never what is wrong."""
    whole = f"def triple(x):\n    {answer}"
    assert verdict(triple, whole, None, "en").startswith(f"triple(2): wrong value.\n  got {returned}")
    in_a_row = (
        f"{TABLE}def row(x):\n    return np.reshape(triple(x), -1)\ncheck('triple', [case(2)], scenario=row)"
    )
    assert "wrong value" in verdict(triple, "def triple(x):\n    return 2.5 * x", in_a_row, "en")


def test_numbers_are_told_in_one_line_without_padding(triple):
    """Blanks that align columns of numbers are left out of a message, which has no columns."""
    told = verdict(triple, "def triple(x):\n    return np.array([[-1.5, 0.2398], [12, 3]])", None, "en")
    assert told.endswith("got array([[-1.5, 0.2398], [12., 3.]])")


def test_an_answer_that_defines_nothing_has_not_raised(triple):
    """If the answer's cell did not run, its function is not blamed for what only its name raises."""
    test = TABLE + "def called(x):\n    return triple(x)\ncheck('triple', [case(2)], scenario=called)"
    gone = "def triple(x):\n    raise NameError(\"name 'triple' is not defined\")"
    assert verdict(triple, gone, test).startswith("triple: 이 이름으로 정의된 것이 없어요.")
    within = "def triple(x):\n    return trible(x)"
    assert "NameError: name 'trible' is not defined" in verdict(triple, within, test)


def test_of_a_dictionary_only_what_is_wrong_is_told(triple):
    """Entries that are right are left out; if one is missing, all that came is told."""
    test = TABLE + (
        "def parts(x):\n    return {'value': triple(x), 'x': x}\ncheck('triple', [case(2)], scenario=parts)"
    )
    assert verdict(triple, "def triple(x):\n    return 5", test).endswith("결과 {'value': 5}")
    lacking = test.replace("'value': triple(x), ", "'value' if triple(x) == 6 else 'other': 6, ")
    assert "결과 {'other': 6, 'x': 2}" in verdict(triple, "def triple(x):\n    return 5", lacking)


def test_a_remark_is_no_value_of_the_students(triple):
    """What a scenario says in its own words has no quotes, is no wrong type, and can't be returned."""
    test = (
        "from gradlab.checks import Remark, case, check\n"
        "def row(x):\n    return triple(x) if triple(x) != 5 else Remark('a number')\n"
        "check('triple', [case(2)], scenario=row)"
    )
    assert verdict(triple, "def triple(x):\n    return 5", test, "en").endswith(
        "wrong value.\n  got a number"
    )
    assert "str" in verdict(triple, "def triple(x):\n    return 'a number'", test, "en")
    assert not agree("a number", Remark("a number"))


def test_an_object_that_cannot_be_shown_is_still_wrong(triple):
    """A value whose repr raises does not break the test."""
    answer = "class Bad:\n    def __repr__(self):\n        raise ValueError\ndef triple(x):\n    return Bad()"
    assert "Bad" in verdict(triple, answer)


def test_the_message_is_no_traceback(triple):
    """IPython shows the message alone, so that the hidden test's source is never printed."""
    failure = CheckFailed(verdict(triple, "def triple(x):\n    return 0"))
    assert failure._render_traceback_() == [f"CheckFailed: {failure}"]


def test_each_call_gets_fresh_arguments(triple):
    """An answer that changes its argument can't spoil the next case or the reference."""
    test = TABLE + (
        "xs = np.array([1.0, 2.0])\n"
        "check('triple', [case(xs), case(xs)], oracle=lambda x: x + x + x)\n"
        "assert xs.tolist() == [1.0, 2.0]"
    )
    assert verdict(triple, "def triple(x):\n    x *= 3\n    return x", test) == ""


def test_a_probe_sees_what_a_value_cannot_show(triple):
    """A probe finds out whether the answer has changed its argument."""
    test = TABLE + (
        "@probe\n"
        "def afterwards(x):\n"
        "    '''triple(x); x'''\n"
        "    triple(x)\n"
        "    return x\n"
        "check('triple', [case(np.array([1.0, 2.0]))], scenario=afterwards, oracle=lambda x: x)"
    )
    assert verdict(triple, "def triple(x):\n    return 3 * x", test) == ""
    assert "triple(x); x" in verdict(triple, "def triple(x):\n    x *= 3\n    return x", test)


def test_a_scenario_may_call_functions_beside_it(triple):
    """Functions that a scenario calls use the same answer as the scenario itself."""
    test = TABLE + (
        "def twice(x):\n"
        "    return triple(triple(x))\n"
        "def ninefold(x):\n"
        "    return twice(x)\n"
        "check('triple', [case(2)], scenario=ninefold, oracle=lambda x: 9 * x)"
    )
    assert verdict(triple, "def triple(x):\n    return 3 * x", test) == ""
    assert "ninefold" in verdict(triple, "def triple(x):\n    return 2 * x", test)


def test_an_error_that_is_asked_for_is_right(triple):
    """A case that should raise an error passes only with that error or a subclass."""
    test = TABLE + "check('triple', [case(None).raises(TypeError)])"
    assert verdict(triple, "def triple(x):\n    return 3 * x", test) == ""
    assert "ValueError" in verdict(triple, "def triple(x):\n    raise ValueError", test)
    assert "TypeError" in verdict(triple, "def triple(x):\n    return 0", test)


def test_the_expected_value_is_told_only_on_request(triple):
    """With `reveal=True`, the message contains the expected value."""
    test = TABLE + "check('triple', [case(2)], reveal=True)"
    assert "기대 6" in verdict(triple, "def triple(x):\n    return 0", test)


@pytest.mark.parametrize(
    "row",
    [
        "check('triple', [case(2)], oracle=lambda x: x)",
        "check('triple', [case(2)], oracle=lambda x: 1 / 0)",
        "check('triple', [case(2).raises(ValueError)])",
        "check('triple', [case()])",
    ],
)
def test_a_wrong_test_is_the_authors_error(triple, row):
    """If the test does not agree with the reference, no student is told that they are wrong."""
    with pytest.raises(CourseError):
        verdict(triple, "def triple(x):\n    return 0", TABLE + row)


def test_the_reference_is_the_notebooks_own(triple):
    """`reference` has the names that the solution cells define, and draws no pictures."""
    with use_notebook(triple):
        assert reference.triple(5) == 15
        with pytest.raises(AttributeError, match="treble"):
            _ = reference.treble


def test_the_notebook_is_found_from_the_folder(triple, monkeypatch):
    """In a plain kernel, the name of the working folder is the assignment's."""
    folder = triple.path.parent.parent.parent / "autograde" / "student-01" / "ps"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    assert reference.triple(1) == 3
    monkeypatch.chdir(folder.parent)
    with pytest.raises(CourseError, match="no source notebook of 'student-01'"):
        reference.triple(1)


def test_outside_a_course_there_is_no_reference(tmp_path, monkeypatch):
    """In a kernel that runs elsewhere, the error says that there is no course."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CourseError, match="No course around"):
        reference.triple(1)


def test_a_scenario_is_a_function():
    """A scenario that is not a function is refused."""
    with pytest.raises(TypeError, match="a scenario is a function"):
        bound_to(np.sin, {})
    assert probe(lambda: None).is_probe
    assert case(1).args == (1,)
    assert callable(check)
