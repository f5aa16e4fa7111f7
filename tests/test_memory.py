"""The memory of `check`: the reference is asked each question once."""

from __future__ import annotations

import pytest
from conftest import code

from gradlab.authoring.running import run
from gradlab.authoring.source import SourceNotebook
from gradlab.checks import CheckFailed, Elsewhere, use_notebook
from gradlab.checks._memory import MAX_QUESTIONS

IMPORTS = "import torch\nfrom gradlab.checks import case, check, probe\n"
ANSWER = "def triple(x):\n    return 3 * x"

SCENARIO = """
class Doubled(torch.nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.tensor([float(factor)]))

    def forward(self, x):
        return self.weight * x

def of_a_model(model, x):
    return triple(model(x)).detach()

check("triple", [case(Doubled(2), torch.tensor([1.0, {}]))], scenario=of_a_model)
"""


@pytest.fixture
def notebook(tmp_path) -> SourceNotebook:
    """A notebook whose reference counts its calls."""
    solution = "def triple(x):\n    calls.append(x)\n    return 3 * x"
    cells = (code("calls = []", "setup", locked=True), code(solution, "triple", solution=True))
    return SourceNotebook(tmp_path / "triple.ipynb", cells)


def n_calls(notebook: SourceNotebook, *tests: str, answer: str = ANSWER) -> int:
    """Run hidden tests one after the other, each in its own namespace; count the reference's calls."""
    for test in tests:
        names: dict[str, object] = {"__name__": "__main__"}
        run(answer, names, "<answer>")
        with use_notebook(notebook):
            run(IMPORTS + test, names, "<test>")
    return len(notebook.reference["calls"])


@pytest.mark.parametrize(
    "test", ['check("triple", [case(2)])', SCENARIO.format(2.0), SCENARIO.format("float('nan')")]
)
def test_the_same_question_is_asked_once(notebook, test):
    """Numbers, tensors, models and the test's own classes are recognised when they recur."""
    assert n_calls(notebook, test, test, test) == 1


@pytest.mark.parametrize(
    ("test", "other"),
    [
        ('check("triple", [case(2)])', 'check("triple", [case(2.0)])'),
        (SCENARIO.format(2.0), SCENARIO.format(3.0)),
        (SCENARIO.format(2.0), SCENARIO.format(2.0).replace("Doubled(2)", "Doubled(4)")),
        (SCENARIO.format(2.0), SCENARIO.format(2.0).replace("self.weight * x", "self.weight + x")),
        (SCENARIO.format(2.0), SCENARIO.format(2.0).replace("triple(model(x))", "-triple(model(x))")),
    ],
)
def test_another_question_is_asked_anew(notebook, test, other):
    """A different case, model, method or scenario is a different question."""
    assert n_calls(notebook, test, other, test, other) == 2


def test_what_is_known_is_not_the_answers(notebook):
    """A wrong answer fails even if the reference's answer is known."""
    test = 'check("triple", [case(2)])'
    n_calls(notebook, test)
    with pytest.raises(CheckFailed):
        n_calls(notebook, test, answer="def triple(x):\n    return 2 * x")


def test_what_cannot_be_written_down_is_asked_anew(notebook):
    """A question without a fingerprint is asked and answered each time."""
    test = 'check("triple", [case(2)], scenario=lambda x: (lock, triple(x))[1])'
    assert n_calls(notebook, *[f"import threading\nlock = threading.Lock()\n{test}"] * 2) == 2


class Stranger(Elsewhere):
    """A student's answer, which lives elsewhere."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self, x: float) -> float:
        """Return a multiple of the argument."""
        return self.value * x

    def __deepcopy__(self, memo: dict[int, object]) -> Stranger:
        return self


def test_what_a_students_answer_made_of_the_reference_is_not_held_against_the_next(tmp_path):
    """If a student's function is an argument, each student's own function counts."""
    solution = "def twice(f, x):\n    return 2 * f(x)"
    notebook = SourceNotebook(tmp_path / "twice.ipynb", (code(solution, "twice", solution=True),))
    for value in (-1.0, 1.0):
        names = {"__name__": "__main__", "f": Stranger(value), "twice": lambda f, x: f(x) + f(x)}
        with use_notebook(notebook):
            run(f"{IMPORTS}check('twice', [case(f, 3)])", names, "<test>")


def test_what_is_remembered_is_bounded(notebook):
    """Tests that ask a new question each time do not fill the memory."""
    names: dict[str, object] = {"__name__": "__main__"}
    run(ANSWER, names, "<answer>")
    with use_notebook(notebook):
        run(
            f"{IMPORTS}for x in range({MAX_QUESTIONS + 10}):\n    check('triple', [case(x)])", names, "<test>"
        )
    assert 10 <= len(notebook.memory) <= MAX_QUESTIONS
