"""Parts that many tests share: the course, and small notebooks made on the spot."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before numpy and torch are imported
os.environ.setdefault("MPLBACKEND", "agg")

import nbformat
import pytest
from commands import BIN, generate_assignment
from gradebooks import grade
from submissions import DOUBLE, RIGHT, copy_of, submit

from gradlab.authoring.folders import source_notebooks
from gradlab.authoring.source import SourceNotebook
from gradlab.examiner.desk import desk

if TYPE_CHECKING:
    from collections.abc import Iterator

os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"  # nbgrader calls alembic by its name

COURSE = Path(__file__).resolve().parent.parent
ASSIGNMENTS = sorted(path.name for path in (COURSE / "source").iterdir() if path.is_dir())
NOTEBOOKS = [path for assignment in ASSIGNMENTS for path in source_notebooks(COURSE, assignment)]


def nbgrader_metadata(grade_id: str, **role: object) -> dict[str, object]:
    """Return a cell's nbgrader metadata."""
    plain = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**plain, "grade_id": grade_id, **role}}


def code(source: str, grade_id: str | None = None, tags: tuple[str, ...] = (), **role: object):
    """Return a code cell."""
    metadata: dict[str, object] = nbgrader_metadata(grade_id, **role) if grade_id else {}
    return nbformat.v4.new_code_cell(source, metadata={**metadata, "tags": list(tags)})


TRIPLE_MISCONCEPTION = (
    "# misconception: triple · doubled\n# ko: 두 배를 했나요?\n# en: Did you double it?\n"
    "def triple(x):\n    return 2 * x\n"
)
TRIPLE_TEST = (
    "assert triple(1) == 3\n"
    "### BEGIN HIDDEN TESTS\n"
    "from gradlab.checks import case, check\n"
    "check('triple', [case(2), case(-1.5)], oracle=lambda x: x + x + x)\n"
    "### END HIDDEN TESTS"
)


def lay_out_small_course(course: Path) -> Path:
    """Make a course of one assignment with one exercise, `triple(x)`, worth two points."""
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        cells=[
            nbformat.v4.new_markdown_cell("세 배", metadata={"tags": ["lang-ko"]}),
            nbformat.v4.new_markdown_cell("Three times", metadata={"tags": ["lang-en"]}),
            code('### BEGIN LANG ko\nLANGUAGE = "ko"\n### END LANG ko', "setup", locked=True),
            code("raise RuntimeError('a picture')", "picture", ("picture",), locked=True),
            code(
                "def triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n    ### END SOLUTION",
                "triple",
                solution=True,
            ),
            nbformat.v4.new_raw_cell(TRIPLE_MISCONCEPTION, metadata={"tags": ["misconception"]}),
            code(TRIPLE_TEST, "test_triple", grade=True, locked=True, points=2),
        ],
    )
    folder = course / "source" / "ps"
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / "triple.ipynb")
    (course / "nbgrader_config.py").write_text((COURSE / "nbgrader_config.py").read_text(encoding="utf-8"))
    return course


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """A course of one assignment with one exercise, `triple(x)`, worth two points."""
    return lay_out_small_course(tmp_path)


@pytest.fixture(scope="session")
def released_course(tmp_path_factory) -> Path:
    """The small course after `nbgrader generate_assignment`; tests grade in copies of it."""
    course = lay_out_small_course(tmp_path_factory.mktemp("released"))
    generate_assignment(course, "ps")
    return course


@pytest.fixture
def triple(small_course: Path) -> SourceNotebook:
    """The source notebook of the small course."""
    return SourceNotebook.read(small_course / "source" / "ps" / "triple.ipynb")


@pytest.fixture(scope="module")
def executor() -> Iterator[ThreadPoolExecutor]:
    """An executor of one thread."""
    with ThreadPoolExecutor(1) as made:
        yield made
    desk().close()


@pytest.fixture(scope="module")
def graded_course(released_course, tmp_path_factory, executor) -> Path:
    """A course with the graded submissions of two students, one right and one wrong."""
    course = copy_of(released_course, tmp_path_factory.mktemp("one-truth") / "course")
    submit(course, "right", RIGHT)
    submit(course, "wrong", DOUBLE)
    assert grade(course, executor) == {"right", "wrong"}
    return course
