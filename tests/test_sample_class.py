"""The invented class: large and mixed enough to show something, and the same each time."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections import Counter

import nbformat
import pytest
from conftest import ASSIGNMENTS, COURSE, NOTEBOOKS

from gradlab.authoring.source import SourceNotebook
from gradlab.demo.sample_class import (
    ACCIDENTS,
    STUDENTS,
    TORN,
    WRITTEN_ANSWERS,
    Choice,
    answers_of,
    tear,
    write_answers,
    written_answer_of,
)

DUE = dt.datetime(2026, 3, 9, 15, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def choices() -> dict[tuple[str, str], Choice]:
    """The choice of answers in the books, by assignment and notebook."""
    return {
        (path.parent.name, path.stem): Choice.read(
            SourceNotebook.read(path), COURSE / "tests" / "answers" / path.parent.name / path.stem
        )
        for path in NOTEBOOKS
    }


def test_the_class_is_large_and_some_have_korean_names():
    """There are at least thirty students, each with a name and id of their own."""
    assert len(STUDENTS) >= 30
    assert len({student.id for student in STUDENTS}) == len(
        {(student.last_name, student.first_name) for student in STUDENTS}
    )
    assert sum("가" <= student.last_name[0] <= "힣" for student in STUDENTS) >= 15
    assert {student for student, _ in [TORN, *ACCIDENTS]} <= {student.id for student in STUDENTS}


def test_all_kinds_of_answers_are_drawn_for_each_notebook(choices):
    """Right answers are the most common; wrong and missing ones and misconceptions are in all notebooks."""
    for (assignment, notebook), choice in choices.items():
        kinds: Counter[str] = Counter()
        for student in STUDENTS:
            answers = answers_of(student, assignment, notebook, choice)
            for exercise in choice.right:
                answer = answers.get(exercise)
                kinds["none"] += answer is None
                for kind in ("right", "wrong", "typical"):
                    kinds[kind] += answer in getattr(choice, kind)[exercise]
        assert kinds.most_common(1)[0][0] == "right"
        assert min(kinds[kind] for kind in ("none", "right", "wrong", "typical")) >= 1, (notebook, kinds)


def test_the_able_answer_more(choices):
    """The five most able have more right answers than the five least able."""

    def n_right(student) -> int:
        return sum(
            answers_of(student, *where, choice).get(exercise) in choice.right[exercise]
            for where, choice in choices.items()
            for exercise in choice.right
        )

    ranked = sorted(STUDENTS, key=lambda student: student.ability)
    assert sum(map(n_right, ranked[-5:])) > 1.5 * sum(map(n_right, ranked[:5]))


def test_some_are_late_some_give_up_some_hand_in_again():
    """Late, missing and repeated submissions all happen, but not often."""
    pairs = [(student, assignment) for student in STUDENTS for assignment in ASSIGNMENTS]
    late = sum(student.timestamp(assignment, DUE) > DUE for student, assignment in pairs)
    missing = sum(not student.submits(assignment) for student, assignment in pairs)
    again = sum(student.submits_again(assignment) for student, assignment in pairs)
    for number in (late, missing, again):
        assert 3 <= number <= len(pairs) / 5


def test_answers_in_words_are_of_all_kinds():
    """Written answers range from good to poor."""
    assert {written_answer_of(student) for student in STUDENTS} == set(
        zip(WRITTEN_ANSWERS, (2, 1, 0), strict=True)
    )


def test_the_draw_is_the_same_in_another_process():
    """The drawn class does not depend on the hash seed."""
    code = "from gradlab.demo.sample_class import STUDENTS; print([student.ability for student in STUDENTS])"
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": "7"}
    )
    assert done.stdout.strip() == str([student.ability for student in STUDENTS])


def test_answers_are_written_into_their_cells(small_course):
    """An answer goes into the solution cell of its exercise; a torn notebook can't be read any more."""
    path = small_course / "source" / "ps" / "triple.ipynb"
    write_answers(path, {"triple": "def triple(x):\n    return 0", "other": ""})
    cells = nbformat.read(path, as_version=4).cells
    assert [cell.source for cell in cells if cell.metadata.get("nbgrader", {}).get("solution")] == [
        "def triple(x):\n    return 0"
    ]
    tear(path)
    with pytest.raises(nbformat.reader.NotJSONError):
        nbformat.read(path, as_version=4)
