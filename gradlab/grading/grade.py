"""One submission, from its files to its grades: everything that a worker does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import nbformat
from nbgrader import preprocessors
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task

from gradlab.authoring.choice_questions import questions_in
from gradlab.authoring.source import read_source
from gradlab.base.outcome import Outcome
from gradlab.examiner.again import Circumstances
from gradlab.examiner.notebook import examine
from gradlab.examiner.ways import Way
from gradlab.grading.graded import CellGrade, GradedNotebook
from gradlab.grading.judged import judged_in
from gradlab.submission.finding import FoundNotebook, MissingNotebookError, find_notebook
from gradlab.submission.guesses import guesses_in
from gradlab.submission.reading import NotGradeableError, check_no_links
from gradlab.submission.restore import is_worked, restored

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook
    from gradlab.course import AssignmentSpec, NotebookSpec
    from gradlab.examiner.again import FirstExams

MAX_NAMES = 5


def graded(
    spec: AssignmentSpec,
    student: str,
    folder: Path,
    *,
    is_alone: bool = True,
    first: FirstExams | None = None,
) -> list[GradedNotebook]:
    """Examine the notebooks of one submission.

    Args:
        spec: what is asked.
        student: the student's id.
        folder: of the submission.
        is_alone: whether nothing else is examined on this machine.
        first: results of exams that were ended from outside.

    Raises:
        DoubtfulError: if an exam was ended from outside, and was not alone.
        SandboxError: if the sandbox can't promise what is required, or the zygote dies twice.
    """
    return [
        _graded_notebook(spec, asked, student, folder, Circumstances(asked.name, first, is_alone=is_alone))
        for asked in spec.notebooks
    ]


def _graded_notebook(
    spec: AssignmentSpec, asked: NotebookSpec, student: str, folder: Path, circumstances: Circumstances
) -> GradedNotebook:
    found = found_in(folder, spec, asked, student)
    if isinstance(found, GradedNotebook):
        return found
    source = None if asked.source is None else read_source(asked.source)
    result = restored(found.content, asked.cells, source, asked.kernelspec)
    judged = judged_in(result.notebook, asked.cells)
    own_files, left_out = spec.own_files.of(folder, found.folder)
    files = examine(
        result.notebook, source, spec.settings, circumstances, ways=asked.ways, own_files=own_files
    )
    notes = [found.note, *result.notes]
    if left_out:
        notes.append(
            f"these files are too many or too large, and its code did not find them: {_few(left_out)}"
        )
    return replace(
        _finished(spec, asked.name, result.notebook, student, folder),
        files=files,
        judged=judged,
        guesses=guessed_in(result.notebook, source),
        notes=notes_on(asked.name, *notes),
        n_found=result.n_found,
        n_asked=result.n_asked,
    )


def found_in(
    folder: Path, spec: AssignmentSpec, asked: NotebookSpec, student: str
) -> FoundNotebook | GradedNotebook:
    """Return a notebook of a submission or, if it can't be examined, the record that takes its place."""
    source = None if asked.source is None else read_source(asked.source)

    def holds_answer(notebook: Any) -> bool:
        return is_worked(notebook["cells"], asked.cells, source)

    try:
        check_no_links(folder, {student, spec.name})
        names = [each.name for each in spec.notebooks]
        return find_notebook(folder, asked.name, names, holds_answer, spec.own_files.given)
    except MissingNotebookError as error:
        untouched = CellGrade(0.0, Outcome.NOT_ATTEMPTED, "")
        grades = {cell.grade_id: untouched for cell in asked.cells if cell.is_grade or cell.is_task}
        return GradedNotebook(asked.name, grades=grades, problem=str(error))
    except NotGradeableError as error:
        return GradedNotebook(asked.name, problem=str(error))


def guessed_in(notebook: NotebookNode, source: SourceNotebook | None) -> dict[str, str]:
    """Return a student's guesses in a restored notebook, by question."""
    return {} if source is None else guesses_in(notebook.cells, questions_in(source.cells))


def notes_on(name: str, *notes: str) -> tuple[str, ...]:
    """Return the notes on a notebook, without empty ones."""
    return tuple(f"{name}.ipynb: {note}" for note in notes if note)


def results_in(
    notebook: NotebookNode,
) -> tuple[dict[str, CellGrade], dict[str, str | None]]:
    """Return the grades and nbgrader's automatic comments of a graded notebook, by the cells' grade ids."""
    grades, comments = {}, {}
    for cell in notebook.cells:
        if is_grade(cell):
            grades[cell.metadata.nbgrader.grade_id] = _grade(cell)
        if is_solution(cell) or is_task(cell):
            comments[cell.metadata.nbgrader.grade_id] = _comment(cell)
    return grades, comments


def _finished(
    spec: AssignmentSpec, name: str, notebook: NotebookNode, student: str, folder: Path
) -> GradedNotebook:
    """Take the steps that nbgrader takes after `Execute`, except those that write into the gradebook."""
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
        grades, comments = results_in(notebook)
    text = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # untyped
    return GradedNotebook(name, f"{text}\n", grades, comments)


def _grade(cell: NotebookNode) -> CellGrade:
    verdict = cell.metadata.get("gradlab", {})
    outcome = verdict.get("outcome", "")
    score = None if outcome and Outcome(outcome).is_open else determine_grade(cell)[0]
    return CellGrade(
        score,
        outcome,
        verdict.get("message", ""),
        verdict.get("exercise", ""),
        verdict.get("misconception", ""),
        verdict.get("returned"),
        verdict.get("variant", 0),
        verdict.get("decided", ""),
        verdict.get("asked", Way.VALUE),
        verdict.get("case"),
        verdict.get("is_forgeable", False),
    )


def _few(names: list[str]) -> str:
    more = f" and {len(names) - MAX_NAMES} more" if len(names) > MAX_NAMES else ""
    return f"{', '.join(names[:MAX_NAMES])}{more}"


def _comment(cell: NotebookNode) -> str | None:
    untouched = cell.metadata.nbgrader.get("checksum") == compute_checksum(cell) and not is_task(cell)
    return "No response." if untouched else None
