r"""How attacks are declared, and how their results are read after grading.

An attack is declared where it is tested, by a decorator::

    @attack("def triple(x):\n    return Lie()")
    def test_a_lie_earns_nothing(result): ...

It is a submission by a student of its own, with right answers to all exercises except for the
attacked one. `result` is the result of that submission.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import nbformat

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASSIGNMENT = "ps"
NOTEBOOK = "exercises"

# Placeholders for places in the text of an attack; the worst case is a student who knows these places.
COURSE, HOME, TEMP, PORT = "@COURSE@", "@HOME@", "@TEMP@", "@PORT@"

# Secrets that must reach no student, by the place where they are kept.
CANARIES = {
    place: f"canary-of-the-{place}-{number}"
    for number, place in enumerate(
        ("reference", "hidden-test", "environment", "home", "gradebook", "neighbour"), start=7081
    )
}

HAS_RUN = "the attack has run"

# A right answer to each exercise, in another style than the reference's, and a wrong one.
RIGHT = {
    "triple": "def triple(x):\n    return x + 2 * x",
    "norms": "def norms(rows):\n    return np.array([sum(row * row) ** 0.5 for row in rows])",
    "squares": "def squares(t):\n    return t**2",
    "Tally": (
        "class Tally:\n"
        "    def __init__(self):\n"
        "        self.values = []\n\n"
        "    def add(self, value):\n"
        "        self.values.append(value)\n\n"
        "    def mean(self):\n"
        "        return sum(self.values) / len(self.values)"
    ),
    "evens": "def evens(n):\n    return iter(range(0, 2 * n, 2))",
}
WRONG = {
    "triple": "def triple(x):\n    return 0",
    "norms": "def norms(rows):\n    return np.zeros(len(rows))",
    "squares": "def squares(t):\n    return torch.zeros_like(t)",
    "Tally": (
        "class Tally:\n    def add(self, value):\n        pass\n\n    def mean(self):\n        return 0.0"
    ),
    "evens": "def evens(n):\n    return iter([0] * n)",
}
POINTS = {"triple": 3, "norms": 3, "squares": 3, "Tally": 2, "evens": 2}


@dataclass(frozen=True)
class Attack:
    """One hostile submission.

    Args:
        student: who submits it.
        exercise: the exercise whose points it is after.
        answer: the text of that exercise's cell.
        tamper: changes the notebook.
        plant: changes the folder of the submission.
        wins_elsewhere: whether it gets all points of the exercise if the tests run in the
            student's own process.
    """

    student: str
    exercise: str
    answer: str
    tamper: Callable[[nbformat.NotebookNode], None] | None
    plant: Callable[[Path], None] | None
    wins_elsewhere: bool

    @property
    def is_right(self) -> bool:
        """Whether the answer itself is right, and the attack is beside it."""
        return RIGHT[self.exercise] in self.answer


ATTACKS: dict[str, Attack] = {}


def attack(  # noqa: PLR0913  # all except for the first are keywords with defaults
    answer: str = "",
    *,
    after: str = "triple",
    tamper: Callable[[nbformat.NotebookNode], None] | None = None,
    plant: Callable[[Path], None] | None = None,
    wins_elsewhere: bool = False,
    student: str = "",
):
    """Declare the attack that a test is about.

    Args:
        answer: the text of the exercise's cell; a wrong answer if empty. A last line is added, which
            prints that the attack has run.
        after: the exercise whose points it is after.
        tamper: changes the notebook.
        plant: changes the folder of the submission.
        wins_elsewhere: whether it wins if tests and answers share a process.
        student: who submits it; by default the test's own name.
    """

    def declare(test):
        family = test.__module__.rpartition("test_")[2]
        name = student or f"{family}-{test.__name__.removeprefix('test_')}"
        text = f"{(answer or WRONG[after]).strip()}\nprint({HAS_RUN!r})"
        ATTACKS[name] = Attack(name, after, text, tamper, plant, wins_elsewhere)
        test.student = name
        return test

    return declare


@dataclass(frozen=True)
class Result:
    """The result of one submission.

    Args:
        course: the folder of the course.
        student: who submitted it.
        scores: the points of each test cell, None if a person has to look.
        attack: the attack, None for an honest submission.
        has_namespaces: whether it was examined with namespaces.
    """

    course: Path
    student: str
    scores: dict[str, float | None]
    attack: Attack | None = None
    has_namespaces: bool = True

    def points_of(self, exercise: str) -> float:
        """Return the points for an exercise."""
        return sum(score or 0 for test, score in self.scores.items() if _exercise_of(test) == exercise)

    @property
    def earned(self) -> float:
        """The points that the attack got for its exercise."""
        assert self.attack is not None
        return self.points_of(self.attack.exercise)

    @property
    def lost(self) -> set[str]:
        """The exercises that did not get all their points."""
        return {exercise for exercise, points in POINTS.items() if self.points_of(exercise) != points}

    @cached_property
    def outcome(self) -> dict[str, Any]:
        """The outcome file."""
        path = self.course / "gradebook" / "outcomes" / ASSIGNMENT / f"{self.student}.json"
        return json.loads(path.read_text(encoding="utf-8"))

    @property
    def outcomes(self) -> dict[str, str]:
        """The outcome of each test cell, by name."""
        return {test: grade["outcome"] for test, grade in self.outcome["notebooks"][NOTEBOOK].items()}

    def outcomes_of(self, exercise: str) -> set[str]:
        """Return the outcomes of an exercise's test cells."""
        return {outcome for test, outcome in self.outcomes.items() if _exercise_of(test) == exercise}

    @property
    def has_notebook(self) -> bool:
        """Whether it was gradeable."""
        return bool(self.outcome["has_notebooks"])

    @cached_property
    def notebook(self) -> nbformat.NotebookNode:
        """The graded notebook."""
        path = self.course / "autograde" / self.student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
        return nbformat.read(path, as_version=4)

    def cell(self, grade_id: str) -> nbformat.NotebookNode:
        """Return the graded cell with a grade id of the release."""
        (found,) = [
            cell
            for cell in self.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id
        ]
        return found

    @cached_property
    def printed(self) -> str:
        """All outputs of the graded notebook, as text."""
        return "\n".join(
            json.dumps(output, ensure_ascii=False)
            for cell in self.notebook.cells
            for output in cell.get("outputs", ())
        )

    @property
    def has_run(self) -> bool:
        """Whether the attack's cell ran to its end."""
        return HAS_RUN in self.printed

    @property
    def told(self) -> str:
        """Everything that grading tells the student: outputs, and the outcome file."""
        return self.printed + json.dumps(self.outcome, ensure_ascii=False)


def _exercise_of(test: str) -> str:
    return test.removeprefix("test_").partition("__")[0]
