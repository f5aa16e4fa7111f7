"""One submission from its files to its grades: what a worker does, and all that it does."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader import preprocessors
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from gradlab.errors import ZygoteDiedError
from gradlab.examiner.outcome import Outcome
from gradlab.examiner.room import examine
from gradlab.notebooks import restored, text_of
from gradlab.preprocessors.restore_cells import ordered
from gradlab.source import read_source
from gradlab.zygote import Zygote

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from gradlab.course import AssignmentSpec, NotebookSpec
    from gradlab.examiner.files import Files

MAX_NOTEBOOK_BYTES = 20 * 2**20
# A page that shows more takes a browser, and nbconvert before it, minutes and gigabytes.
MAX_CELLS = 2_000
MAX_CODE_CHARS = 300_000
NOTEBOOK_FORMAT = 4


@dataclass(frozen=True)
class CellGrade:
    """What the gradebook, and the outcome file beside it, get to know of a cell that is worth points.

    Args:
        auto_score: its points, None where a person has to judge.
        outcome: what became of it, "" where a person has to judge.
        message: what the student is told.
        exercise: whose answer a failed `check` has judged, else "".
        misconception: the name of the one that the answer shows, else "".
        returned: what a wrong answer gave on each case, where it shows no misconception; see
            `gradlab.wrong_answers`.
    """

    auto_score: float | None
    outcome: str
    message: str
    exercise: str = ""
    misconception: str = ""
    returned: list[dict[str, Any]] | None = None


@dataclass(frozen=True)
class GradedNotebook:
    """A notebook after its exam.

    Args:
        name: of the notebook.
        text: the graded notebook as it is stored, "" where there is none.
        grades: by the cells' grade ids.
        comments: nbgrader's automatic comments, by the cells' grade ids.
        problem: why it is not gradeable, "" where it is.
        is_missing: whether none was submitted.
        files: those that it has written.
    """

    name: str
    text: str = ""
    grades: dict[str, CellGrade] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    problem: str = ""
    is_missing: bool = False
    files: Files = field(default_factory=dict)


def files_of(folder: Path) -> list[Path]:
    """Return the regular files of a submission; what a link points to is none of its files."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()]


def digest_of(folder: Path, max_file_bytes: int) -> str:
    """Return a name for the content of a folder; of larger files, which nobody reads, for their sizes."""
    total = hashlib.sha256()
    for path in files_of(folder):
        content = f"{path.stat().st_size} bytes"
        if path.stat().st_size <= max_file_bytes:
            with path.open("rb") as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{path.relative_to(folder)}\0{content}\0".encode("utf-8", "surrogatepass"))
    return total.hexdigest()


class Desk:
    """What an examiner keeps from one submission to the next: a zygote, and where to get another."""

    def __init__(self) -> None:
        self.nursery: Zygote | None = None
        self._zygote: Zygote | None = None

    def zygote(self) -> Zygote:
        """Return this process's zygote."""
        if self._zygote is None:
            self._zygote = self._another()
        return self._zygote

    def replace_zygote(self) -> None:
        """Give up a zygote that has died."""
        if self._zygote is not None:
            self._zygote.close()
        self._zygote = None

    def _another(self) -> Zygote:
        try:
            return Zygote.started() if self.nursery is None else self.nursery.further()
        except ZygoteDiedError:
            self.nursery = None
            return Zygote.started()


@lru_cache(maxsize=1)
def desk() -> Desk:
    """Return this process's desk."""
    return Desk()


def graded(spec: AssignmentSpec, student: str, folder: Path) -> list[GradedNotebook]:
    """Examine the notebooks of one submission, if need be once again with another zygote.

    Raises:
        SandboxError: where the sandbox lacks what is required, or the zygote has died twice.
    """
    try:
        return _graded(spec, student, folder)
    except ZygoteDiedError:
        desk().replace_zygote()
        return _graded(spec, student, folder)


def _graded(spec: AssignmentSpec, student: str, folder: Path) -> list[GradedNotebook]:
    return [_graded_notebook(spec, one, student, folder) for one in spec.notebooks]


def _graded_notebook(spec: AssignmentSpec, one: NotebookSpec, student: str, folder: Path) -> GradedNotebook:
    path = folder / f"{one.name}.ipynb"
    if not path.exists() and not path.is_symlink():
        untouched = CellGrade(0.0, Outcome.NOT_ATTEMPTED, "")
        grades = {cell.grade_id: untouched for cell in one.cells if cell.is_grade or cell.is_task}
        return GradedNotebook(one.name, grades=grades, problem=f"{path.name} is missing", is_missing=True)
    try:
        _check_is_no_link(folder, {student, spec.name})
        submission = _read(path)
    except NotGradeableError as error:
        return GradedNotebook(one.name, problem=str(error))
    source = None if one.source is None else read_source(one.source)
    order = submission if source is None else {"cells": source.cells}
    notebook = restored(submission, ordered(one.cells, order), source)
    notebook.metadata["kernelspec"] = one.kernelspec
    files = examine(notebook, source, desk().zygote(), spec.settings)
    return replace(_finished(spec, one.name, notebook, student, folder), files=files)


def _finished(
    spec: AssignmentSpec, name: str, notebook: NotebookNode, student: str, folder: Path
) -> GradedNotebook:
    """Take the steps that nbgrader takes after `Execute`, but for those that write into the gradebook."""
    resources: dict[str, Any] = {
        "unique_key": name,
        "output_files_dir": f"{name}_files",
        "metadata": {"name": name, "path": str(folder)},
        "nbgrader": {
            "student": student,
            "assignment": spec.name,
            "notebook": name,
            "db_url": spec.db_url,
        },
    }
    grades: dict[str, CellGrade] = {}
    comments: dict[str, str | None] = {}
    for step in spec.steps:
        if not issubclass(step, preprocessors.SaveAutoGrades):
            notebook, resources = step(config=spec.config)(notebook, resources)
            continue
        for cell in notebook.cells:
            if is_grade(cell):
                grades[cell.metadata.nbgrader.grade_id] = _grade(cell)
            if is_solution(cell) or is_task(cell):
                comments[cell.metadata.nbgrader.grade_id] = _comment(cell)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # untyped
    return GradedNotebook(name, f"{text}\n", grades, comments)


class NotGradeableError(Exception):
    """A file is no notebook that could be examined."""


def _check_is_no_link(folder: Path, names: set[str]) -> None:
    """Raise an error where a folder, or a student's folder around it, is another one's by a link."""
    for part in (folder, *folder.parents):
        if part.name in names and part.is_symlink():
            raise NotGradeableError(f"{part.name} is a link to another folder")


def _read(path: Path) -> Any:
    """Return a submitted notebook, of whose content nothing is believed."""
    if path.is_symlink() or not path.is_file():
        raise NotGradeableError(f"{path.name} is no regular file")
    n_bytes = path.stat().st_size
    if n_bytes > MAX_NOTEBOOK_BYTES:
        raise NotGradeableError(f"{path.name} is larger than {MAX_NOTEBOOK_BYTES // 2**20} MiB")
    if n_bytes == 0:
        raise NotGradeableError(f"{path.name} is empty")
    try:
        notebook = json.loads(path.read_bytes())
    except RecursionError:
        raise NotGradeableError(f"{path.name} is nested too deeply") from None
    except (OSError, ValueError) as error:
        reason = " ".join(str(error).split())[:200]
        raise NotGradeableError(f"{path.name} is no notebook: {type(error).__name__}: {reason}") from error
    try:
        _check(notebook)
    except NotGradeableError as error:
        raise NotGradeableError(f"{path.name} {error}") from None
    return notebook


def _check(notebook: Any) -> None:
    """Raise an error, which says what is wrong with it, for what is no notebook that can be examined."""
    if not isinstance(notebook, dict):
        raise NotGradeableError(f"is no notebook: it holds a {type(notebook).__name__}")
    if notebook.get("nbformat") != NOTEBOOK_FORMAT:
        found = repr(notebook.get("nbformat"))[:40]
        raise NotGradeableError(f"is of notebook format {found}, not {NOTEBOOK_FORMAT}")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise NotGradeableError("has no cells")
    if not all(isinstance(cell, dict) for cell in cells):
        raise NotGradeableError("has cells that are none")
    if len(cells) > MAX_CELLS:
        raise NotGradeableError(f"has more than {MAX_CELLS} cells")
    if sum(len(text_of(cell)) for cell in cells if cell.get("cell_type") != "markdown") > MAX_CODE_CHARS:
        raise NotGradeableError(f"has more than {MAX_CODE_CHARS} characters of code")


def _grade(cell: NotebookNode) -> CellGrade:
    verdict = cell.metadata.get("gradlab", {})
    outcome = verdict.get("outcome", "")
    score = None if outcome == Outcome.EXAMINER_ERROR else determine_grade(cell)[0]
    return CellGrade(
        score,
        outcome,
        verdict.get("message", ""),
        verdict.get("exercise", ""),
        verdict.get("misconception", ""),
        verdict.get("returned"),
    )


def _comment(cell: NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return "No response." if untouched else None
