"""An exam from the notebook that goes in to the notebook that comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbgrader.utils import is_grade

from gradlab.examiner.exam import Exam, ExamCell, ExamLimits
from gradlab.examiner.outputs import size_bytes
from gradlab.examiner.record import record
from gradlab.examiner.remote import Session
from gradlab.source import files_beside

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from gradlab.examiner.files import Files
    from gradlab.sandbox import Limits
    from gradlab.source import SourceNotebook
    from gradlab.zygote import Zygote


@dataclass(frozen=True)
class Settings:
    """How a course wants its submissions examined.

    Args:
        limits: of each cell.
        sandbox: of the examinee.
        require: layers of the sandbox without which nothing is examined.
        language: of messages to students.
        skip_tag: of given cells that are not run.
    """

    limits: ExamLimits
    sandbox: Limits
    require: frozenset[str]
    language: str
    skip_tag: str = ""


def examine(
    notebook: NotebookNode, source: SourceNotebook | None, zygote: Zygote, settings: Settings
) -> Files:
    """Examine a restored notebook, write outputs and verdicts into its cells, and return what files it wrote.

    Raises:
        SandboxError: where the sandbox lacks what is required, or the zygote has died.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not _is_skipped(cell, settings)]
    exam = exam_of(
        [ExamCell(cell.source, is_test=is_grade(cell)) for cell in cells], source, zygote, settings
    )
    for cell, result in zip(cells, exam.results(), strict=True):
        record(cell, result)
    return exam.files


def exam_of(
    cells: Sequence[ExamCell], source: SourceNotebook | None, zygote: Zygote, settings: Settings
) -> Exam:
    """Return the exam of code cells, in examinees that a zygote forks."""
    files = {} if source is None else files_beside(source.path)
    return Exam(
        cells,
        source,
        start=lambda: Session(zygote.spawn(settings.sandbox, files, settings.require)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=settings.limits,
        language=settings.language,
    )


def _is_skipped(cell: NotebookNode, settings: Settings) -> bool:
    """Tell whether a cell is not run. Only given cells have tags: see `gradlab.notebooks`."""
    is_skipped = settings.skip_tag in cell.metadata.get("tags", ())
    if is_skipped and size_bytes(cell.outputs) > settings.limits.output_bytes:
        cell.outputs = []
    return is_skipped
