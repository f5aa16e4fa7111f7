"""One submission from its files to its grades: what a worker does, and all that it does."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader import preprocessors
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from gradlab.examiner.outcome import Outcome
from gradlab.examiner.room import examine
from gradlab.notebooks import restored
from gradlab.source import SourceNotebook
from gradlab.zygote import Zygote

if TYPE_CHECKING:
    from pathlib import Path

    from gradlab.course import AssignmentSpec, NotebookSpec

MAX_NOTEBOOK_BYTES = 20 * 2**20


@dataclass(frozen=True)
class CellGrade:
    """What the gradebook gets to know of a cell that is worth points."""

    auto_score: float | None
    outcome: str
    message: str


@dataclass(frozen=True)
class GradedNotebook:
    """A notebook after its exam.

    Args:
        name: of the notebook.
        text: the graded notebook as it is stored, "" where none was submitted.
        grades: by the cells' grade ids.
        comments: nbgrader's automatic comments, by the cells' grade ids.
        problem: why it is not gradeable, "" where it is.
    """

    name: str
    text: str = ""
    grades: dict[str, CellGrade] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    problem: str = ""


def files_of(folder: Path) -> list[Path]:
    """Return the regular files of a submission; what a link points to is none of its files."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def digest_of(folder: Path) -> str:
    """Return a name for a submission's content."""
    total = hashlib.sha256()
    for path in files_of(folder):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(folder)}\0{content}\0".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


@lru_cache(maxsize=1)
def zygote() -> Zygote:
    """Return this worker's zygote."""
    return Zygote.forked()


def prepare() -> None:
    """Fork this worker's zygote, before the worker gets to know anything secret."""
    zygote()


def graded(spec: AssignmentSpec, folder: Path) -> list[GradedNotebook]:
    """Examine the notebooks of one submission.

    Raises:
        SandboxError: where the sandbox lacks what is required, or the zygote has died.
    """
    return [_graded_notebook(spec, one, folder / f"{one.name}.ipynb") for one in spec.notebooks]


def _graded_notebook(spec: AssignmentSpec, one: NotebookSpec, path: Path) -> GradedNotebook:
    if not path.exists() and not path.is_symlink():
        grades = {
            cell.grade_id: CellGrade(0.0, Outcome.NOT_ATTEMPTED, "") for cell in one.cells if cell.is_grade
        }
        return GradedNotebook(one.name, grades=grades)
    try:
        submission = _read(path)
    except NotGradeableError as error:
        return GradedNotebook(one.name, problem=str(error))
    notebook = restored(submission, one.cells)
    source = None if one.source is None else _source(one.source, one.source.stat().st_mtime_ns)
    examine(notebook, source, zygote(), spec.settings)
    resources: dict[str, Any] = {}
    for preprocessor in (preprocessors.IgnorePattern, preprocessors.LimitOutput):
        notebook, resources = preprocessor(config=spec.config).preprocess(notebook, resources)
    return GradedNotebook(
        one.name,
        nbformat.writes(notebook),  # type: ignore[no-untyped-call]  # untyped
        {cell.metadata.nbgrader.grade_id: _grade(cell) for cell in notebook.cells if is_grade(cell)},
        {
            cell.metadata.nbgrader.grade_id: _comment(cell)
            for cell in notebook.cells
            if is_solution(cell) or is_task(cell)
        },
    )


class NotGradeableError(Exception):
    """A file is no notebook that could be examined."""


def _read(path: Path) -> nbformat.NotebookNode:
    """Return a submitted notebook, of whose content nothing is believed."""
    if path.is_symlink() or not path.is_file():
        raise NotGradeableError(f"{path.name} is no regular file")
    if path.stat().st_size > MAX_NOTEBOOK_BYTES:
        raise NotGradeableError(f"{path.name} is larger than {MAX_NOTEBOOK_BYTES // 2**20} MiB")
    try:
        notebook: nbformat.NotebookNode = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]  # untyped
    except RecursionError:
        raise NotGradeableError(f"{path.name} is nested too deeply") from None
    except Exception as error:  # nbformat raises whatever the content provokes
        reason = " ".join(str(error).split())[:200]
        raise NotGradeableError(f"{path.name} is no notebook: {type(error).__name__}: {reason}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise NotGradeableError(f"{path.name} has no cells")
    if not all(isinstance(cell, dict) for cell in notebook["cells"]):
        raise NotGradeableError(f"{path.name} has cells that are none")
    return notebook


@lru_cache(maxsize=8)
def _source(path: Path, _changed_ns: int) -> SourceNotebook:
    return SourceNotebook.read(path)


def _grade(cell: nbformat.NotebookNode) -> CellGrade:
    verdict = cell.metadata.get("gradlab", {})
    outcome = verdict.get("outcome", "")
    score = None if outcome == Outcome.EXAMINER_ERROR else determine_grade(cell)[0]
    return CellGrade(score, outcome, verdict.get("message", ""))


def _comment(cell: nbformat.NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return "No response." if untouched else None
