"""A course whose submissions are graded as if by the engine, to make pages of feedback of."""

from __future__ import annotations

import base64
import datetime as dt
import warnings
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import nbformat
from conftest import COURSE, code, nbgrader_metadata
from nbgrader.api import Gradebook
from sqlalchemy.exc import SAWarning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NEVER_SHOWN = "what only a hidden test says"
SCHEME = (
    "### BEGIN MARK SCHEME\n- **1점, 정의:** 정의를 말해요.\n- **1점, 까닭:** 까닭을 말해요.\n"
    "- 길이는 상관없어요.\n### END MARK SCHEME"
)
CASE: dict[str, Any] = {
    "version": 1,
    "call": "tripled(cube, 2.0)",
    "functions": [
        {"name": "cube", "source": "def cube(x):\n    return x**3", "is_answer": False},
        {"name": "known", "source": "def known(f, x):\n    return 7 * f(x)", "is_answer": True},
    ],
    "got": {"text": "16.0"},
    "expected": {"text": "24.0"},
}
HIDDEN = f"### BEGIN HIDDEN TESTS\n{NEVER_SHOWN!r}\n### END HIDDEN TESTS"
PICTURE = 'fig, axis = plt.subplots()\naxis.set_title(label("세 배의 그래프", "graph of three times"))'
HINT = (
    "<details><summary>힌트 1: 질문</summary>\n\n무엇의 세 배인가요?\n\n"
    "<details><summary>힌트 2</summary>\n\n$3x$\n\n</details>\n</details>"
)
SOLUTION = "def tripled(f, x):\n    ### BEGIN SOLUTION\n    return 3 * f(x)\n    ### END SOLUTION"
ERROR = nbformat.v4.new_output("error", ename="AssertionError", evalue="x", traceback=["x"])
TESTS = {
    "test_tripled__value": (2, "assert tripled(abs, -1) == 3"),
    "test_tripled__sign": (1, "assert tripled(abs, 0) == 0"),
    "test_tripled__type": (1, "tripled"),
}


def text(ko: str, en: str) -> list[nbformat.NotebookNode]:
    """Return a text cell in each language."""
    pairs = (("lang-ko", ko), ("lang-en", en))
    return [nbformat.v4.new_markdown_cell(source, metadata={"tags": [tag]}) for tag, source in pairs]


def picture() -> str:
    """Return a picture as base64."""
    figure, axis = plt.subplots(figsize=(9, 3))
    axis.plot([0, 1], [0, 3])
    content = BytesIO()
    figure.savefig(content, format="png", dpi=100)
    plt.close(figure)
    return base64.b64encode(content.getvalue()).decode()


def lay_out(course: Path, due: dt.datetime | None = None, config: str = "") -> Path:
    """Make a course of one assignment, worth 6 points, and its gradebook; nothing is submitted yet."""
    misconception = "# misconception: tripled · doubled\n# ko: 두 배를 했나요?\n# en: Did you double it?\n"
    explain = nbgrader_metadata("explain", grade=True, solution=True, points=2)
    cells = [
        *text("# 세 배\n\n넓은 식: $$3x = x + x + x$$", "# Three times"),
        code("import matplotlib.pyplot as plt", "setup", locked=True),
        *text("## 1. 함수의 세 배\n\n| 값 | 세 배 |\n|--:|--:|\n| 1 | 3 |", "## 1. Three times a function"),
        code(SOLUTION, "tripled", solution=True),
        nbformat.v4.new_raw_cell(
            f"{misconception}def tripled(f, x):\n    return 2 * f(x)\n", metadata={"tags": ["misconception"]}
        ),
        *text(HINT, "<details><summary>Hint 1</summary>\n\nOf what?\n\n</details>"),
        *(
            code(f"{visible}\n{HIDDEN}", name, grade=True, locked=True, points=points)
            for name, (points, visible) in TESTS.items()
        ),
        code(PICTURE, "picture_tripled", ("picture",), locked=True),
        nbformat.v4.new_markdown_cell(f"왜 그럴까요?\n\n{SCHEME}", metadata=explain),
    ]
    folder = course / "source" / "ps"
    folder.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "triple.ipynb")
    text_of_config = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    (course / "nbgrader_config.py").write_text(f"{text_of_config}\n{config}\n", encoding="utf-8")
    (course / "gradebook").mkdir()
    with book(course) as gradebook:
        gradebook.add_assignment("ps", duedate=due)
        gradebook.add_notebook("triple", "ps")
        for cell in cells:
            role = cell.metadata.get("nbgrader", {})
            where = (role.get("grade_id"), "triple", "ps")
            if role.get("grade"):
                gradebook.add_grade_cell(*where, max_score=role["points"], cell_type=cell.cell_type)
            if role.get("solution"):
                gradebook.add_solution_cell(*where)
    return course


@contextmanager
def book(course: Path) -> Iterator[Gradebook]:
    """Open the gradebook; the order in which nbgrader adds rows does no harm."""
    url = f"sqlite:///{course}/gradebook/gradebook.db"
    with warnings.catch_warnings(), Gradebook(url, "gradlab") as opened:
        warnings.simplefilter("ignore", SAWarning)
        yield opened


def verdict(outcome: str = "passed", message: str = "", **more: Any) -> dict[str, Any]:
    """Return what the examiner writes into a test cell."""
    return {"outcome": outcome, "message": message, "exercise": "tripled", "misconception": "", **more}


WRONG = {
    "test_tripled__value": verdict("failed", "값이 달라요.", misconception="doubled", case=CASE),
    "test_tripled__sign": verdict("raised", "AssertionError: <b>0</b>"),
    "test_tripled__type": verdict(),
}


def add_graded(
    course: Path,
    student: str,
    verdicts: dict[str, dict[str, Any]] = WRONG,
    answer: str = "def tripled(f, x):\n    return 2 * f(x)",
    further: tuple[nbformat.NotebookNode, ...] = (),
) -> Path:
    """Record the graded submission of a student; return the graded notebook."""
    source = nbformat.read(course / "source" / "ps" / "triple.ipynb", as_version=4)
    cells = []
    for cell in source.cells:
        tags = cell.metadata.get("tags", [])
        if "lang-en" in tags or "misconception" in tags:
            continue
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if cell.cell_type == "markdown" and not name:
            cell.metadata = {}
        cell.source = {"tripled": answer, "explain": "그냥 <script>그래요</script>"}.get(name, cell.source)
        if name in verdicts:
            cell.metadata["gradlab"] = verdicts[name]
            if verdicts[name]["outcome"] != "passed":
                cell.outputs = [ERROR]
        if name == "picture_tripled":
            cell.outputs = [nbformat.v4.new_output("display_data", data={"image/png": picture()})]
        cells.append(cell)
    folder = course / "autograde" / student / "ps"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "triple.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[*cells, *further]), path)
    (folder / "timestamp.txt").write_text("2026-03-01 12:00:00 UTC")
    (folder / "submission_secret.txt").write_text(f"the secret of {student}")
    with book(course) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission("ps", student)
        submission.timestamp = dt.datetime(2026, 3, 1, 12)  # noqa: DTZ001  # as nbgrader stores it
        for grade in submission.notebooks[0].grades:
            outcome = verdicts.get(grade.name, {}).get("outcome")
            grade.auto_score = None if outcome is None else grade.max_score * (outcome == "passed")
            grade.needs_manual_grade = outcome is None
        gradebook.db.commit()
    return path


def give(course: Path, student: str, points: float, comment: str = "", cell: str = "explain") -> None:
    """Give points and a comment as a person would in formgrader."""
    with book(course) as gradebook:
        grade = gradebook.find_grade(cell, "triple", "ps", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        name = "explain" if cell == "explain" else "tripled"
        gradebook.find_comment(name, "triple", "ps", student).manual_comment = comment
        gradebook.db.commit()


def set_due(course: Path, due: dt.datetime | None) -> None:
    """Set the due date."""
    with book(course) as gradebook:
        gradebook.update_or_create_assignment("ps", duedate=due)


def page_path(course: Path, student: str) -> Path:
    """Return where the page of a student is."""
    return course / "feedback" / student / "ps" / "triple.html"
