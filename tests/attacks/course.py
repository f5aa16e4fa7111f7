"""The course that is attacked: one assignment of five cheap exercises, and what its students submit."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
from conftest import COURSE as REPOSITORY
from conftest import code, nbgrader_metadata

from attacks.corpus import (
    ASSIGNMENT,
    ATTACKS,
    CANARIES,
    COURSE,
    HOME,
    NOTEBOOK,
    PORT,
    RIGHT,
    TEMP,
    Attack,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Their names come before, between and after those of the attacks, as students are graded by name.
HONEST = ("0-honest", "between-honest", "lies-honest", "scripts-0-honest", "zz-honest")
NEIGHBOUR = HONEST[1]

# Of their own time, so that a busy machine costs no points.
CELL_S = 1
EXAM_S = 4
MEMORY_MIB = 512

_CONFIG = f"""
c.Execute.timeout = {CELL_S}
c.Execute.exam_timeout = {EXAM_S}
c.Execute.memory_mib = {MEMORY_MIB}
"""

_SOLUTIONS = {
    "triple": "def triple(x):\n{begin}\n    return 3 * x\n{end}",
    "norms": "def norms(rows):\n{begin}\n    return np.sqrt((rows**2).sum(axis=1))\n{end}",
    "squares": "def squares(t):\n{begin}\n    return t * t\n{end}",
    "Tally": (
        "class Tally:\n"
        "{begin}\n"
        "    def __init__(self):\n"
        "        self.total, self.n = 0.0, 0\n\n"
        "    def add(self, value):\n"
        "        self.total, self.n = self.total + value, self.n + 1\n\n"
        "    def mean(self):\n"
        "        return self.total / self.n\n"
        "{end}"
    ),
    "evens": "def evens(n):\n{begin}\n    return (2 * i for i in range(n))\n{end}",
}

# By the test cell's name: points, the visible part, the hidden part.
_TESTS = {
    "test_triple": (
        2,
        "assert triple(0) == 0",
        (
            "from gradlab.checks import case, check\n"
            f"mark = {CANARIES['hidden-test']!r}\n"
            'check("triple", [case(2), case(-1.5), case(7)], oracle=lambda x: x + x + x)'
        ),
    ),
    "test_triple__plain": (1, "assert triple(0) == 0", "assert triple(5) == 15"),
    "test_norms": (
        2,
        "assert np.allclose(norms(np.zeros((2, 2))), 0)",
        (
            "from gradlab.checks import case, check\n"
            'check(\n    "norms",\n'
            "    [case(np.array([[3.0, 4.0], [8.0, 15.0]])), case(np.arange(12.0).reshape(4, 3))],\n"
            "    oracle=lambda rows: np.linalg.norm(rows, axis=1),\n)"
        ),
    ),
    "test_norms__plain": (
        1,
        "assert len(norms(np.zeros((2, 2)))) == 2",
        "assert np.allclose(norms(np.array([[6.0, 8.0], [0.0, 5.0]])), np.array([10.0, 5.0]))",
    ),
    "test_squares": (
        2,
        "assert torch.equal(squares(torch.zeros(2)), torch.zeros(2))",
        (
            "from gradlab.checks import case, check\n"
            'check(\n    "squares",\n'
            "    [case(torch.tensor([2.0, -3.0])), case(torch.tensor([[0.5]]))],\n"
            "    oracle=torch.square,\n)"
        ),
    ),
    "test_squares__plain": (
        1,
        "assert squares(torch.zeros(2)).shape == (2,)",
        "assert torch.allclose(squares(torch.tensor([1.0, 4.0])), torch.tensor([1.0, 16.0]))",
    ),
    "test_Tally": (
        2,
        "tally = Tally()\ntally.add(0)\nassert tally.mean() == 0",
        (
            "from gradlab.checks import case, check, probe\n\n\n"
            "def mean_of(values):\n"
            '    """Tally().add(...).mean()"""\n'
            "    tally = Tally()\n"
            "    for value in values:\n"
            "        tally.add(value)\n"
            "    return tally.mean()\n\n\n"
            "@probe\n"
            "def means_on_the_way(values):\n"
            '    """Tally().mean() after each add"""\n'
            "    tally, means = Tally(), []\n"
            "    for value in values:\n"
            "        tally.add(value)\n"
            "        means.append(tally.mean())\n"
            "    return means\n\n\n"
            'check("Tally", [case([1.0, 2.0, 6.0]), case([-4.0])], scenario=mean_of)\n'
            'check("Tally", [case([3.0, 5.0, 10.0])], scenario=means_on_the_way)'
        ),
    ),
    "test_evens__shown": (0, "next(iter(evens(1)))", ""),
    "test_evens": (
        2,
        "assert next(iter(evens(1))) == 0",
        (
            "from gradlab.checks import case, check\n\n\n"
            "def all_of(n):\n"
            '    """list(evens(n))"""\n'
            "    return list(evens(n))\n\n\n"
            'check("evens", [case(1), case(4)], scenario=all_of)'
        ),
    ),
}

_MISCONCEPTION = (
    "# misconception: triple · doubled\n# ko: 두 배를 했나요?\n# en: Did you double it?\n"
    "def triple(x):\n    return 2 * x\n"
)


def write(folder: Path, home: Path) -> None:
    """Write the course, and the other files on the grader's machine."""
    source = folder / "source" / ASSIGNMENT
    (source / "data").mkdir(parents=True)
    (source / "data" / "table.csv").write_text("1,2\n")
    nbformat.write(_source_notebook(), source / f"{NOTEBOOK}.ipynb")
    config = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(config + _CONFIG)
    home.mkdir()
    (home / ".netrc").write_text(CANARIES["home"])


def _source_notebook() -> NotebookNode:
    cells = [code("import numpy as np\nimport torch", "setup", locked=True)]
    for exercise, text in _SOLUTIONS.items():
        begin = f"    ### BEGIN SOLUTION\n    mark = {CANARIES['reference']!r}"
        solution = text.format(begin=begin, end="    ### END SOLUTION")
        cells.append(code(solution, exercise, solution=True))
        if exercise == "triple":
            misconception = nbformat.v4.new_raw_cell(_MISCONCEPTION, metadata={"tags": ["misconception"]})
            cells.append(misconception)
        for test, (points, visible, hidden) in _TESTS.items():
            if test.removeprefix("test_").partition("__")[0] == exercise:
                parts = [visible, f"### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS"]
                whole = "\n".join(parts) if hidden else visible
                cells.append(code(whole, test, grade=True, locked=True, points=points))
    explain = nbgrader_metadata("explain", grade=True, solution=True, points=1)
    cells.append(nbformat.v4.new_markdown_cell("왜 그럴까요?", metadata=explain))
    kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return nbformat.v4.new_notebook(metadata={"kernelspec": kernel}, cells=cells)


def submit_all(folder: Path, places: dict[str, str]) -> None:
    """Write all submissions; `places` are the paths for the names of places in attacks."""
    for student in HONEST:
        place = _fetch(folder, student)
        notebook = nbformat.read(place, as_version=4)
        _answer(notebook, RIGHT)
        if student == NEIGHBOUR:
            notebook.cells.append(nbformat.v4.new_code_cell(f"secret = {CANARIES['neighbour']!r}"))
        notebook.cells.append(nbformat.v4.new_code_cell(WITNESS))
        nbformat.write(notebook, place)
    for attack in ATTACKS.values():
        _submit(attack, _fetch(folder, attack.student), places)


# An honest student, who prints whatever an earlier one may have left.
WITNESS = """
import builtins, os, sys
for folder in (".", os.environ["HOME"], "/tmp", "/dev/shm"):
    try:
        print("found", sorted(name for name in os.listdir(folder) if name != "matplotlib"))
    except PermissionError:
        print("found no way in")
print("found", sorted(name for name in vars(builtins) if "left_by" in name))
print("found", sorted(name for name in vars(np) if "left_by" in name))
print("found", [] if np.pi > 3.14 else [np.pi])
"""
INSTALLED = sorted(
    {Path(prefix).parts[2] for prefix in (sys.prefix, sys.base_prefix) if prefix.startswith("/tmp/")}  # noqa: S108  # nothing is written there
)
"""What Python itself needs below /tmp."""


def witnessed(*, has_namespaces: bool) -> str:
    """Return what an honest student prints; without namespaces, the host's /tmp and /dev/shm are closed."""
    temporary = f"found {INSTALLED}\nfound []\n" if has_namespaces else "found no way in\n" * 2
    return "found ['data']\nfound []\n" + temporary + "found []\n" * 3


def _fetch(folder: Path, student: str) -> Path:
    """Give a student the release; return the path of the notebook."""
    place = folder / "submitted" / student / ASSIGNMENT
    shutil.copytree(folder / "release" / ASSIGNMENT, place)
    return place / f"{NOTEBOOK}.ipynb"


def _submit(attack: Attack, path: Path, places: dict[str, str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    answer = attack.answer
    for name, place in places.items():
        answer = answer.replace(name, place)
    _answer(notebook, {**RIGHT, attack.exercise: answer})
    if attack.tamper is not None:
        attack.tamper(notebook)
    path.write_text(json.dumps(notebook))  # not by nbformat, which would mend what is wrong
    if attack.plant is not None:
        attack.plant(path.parent)


def _answer(notebook: NotebookNode, answers: dict[str, str]) -> None:
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        if grade_id in answers:
            cell.source = answers[grade_id]


PLACES = (COURSE, HOME, TEMP, PORT)
