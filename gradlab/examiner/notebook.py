"""The exam of a notebook: from the restored notebook to one with outputs and verdicts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from nbgrader.utils import compute_checksum, is_grade

from gradlab.authoring.folders import files_beside
from gradlab.base.outcome import Outcome
from gradlab.base.texts import FALLBACK_LANGUAGE
from gradlab.checks import N_VARIANTS
from gradlab.examinee.zygote import Warmth
from gradlab.examiner.again import Circumstances, DoubtfulError, Settlement, has_timed_out, was_ended
from gradlab.examiner.beside import runs_beside, with_those_beside
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.desk import desk
from gradlab.examiner.doubts import without_doubtful_losses
from gradlab.examiner.exam import Exam, ExamLimits, message_of
from gradlab.examiner.outputs import Cleaner, size_bytes
from gradlab.examiner.session import Session
from gradlab.examiner.showing import as_shown
from gradlab.examiner.stubs import defined_in
from gradlab.examiner.verdicts import record
from gradlab.examiner.ways import BY_VALUE
from gradlab.submission.restore import IN_DOUBT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examinee.zygote import Zygote
    from gradlab.examiner.files import Files
    from gradlab.examiner.result import CellResult
    from gradlab.examiner.ways import Ways
    from gradlab.sandbox import SandboxLimits


@dataclass(frozen=True)
class Settings:
    """How a course wants its submissions examined.

    Args:
        limits: on time and output.
        sandbox: the limits of the examinee's sandbox.
        require: what the sandbox must promise before anything is examined.
        language: the language of messages to students, "" if each notebook's own.
        skip_tag: given cells with this tag are not run.
        warm_up: the course's own code that a zygote runs once, before it forks.
    """

    limits: ExamLimits
    sandbox: SandboxLimits
    require: frozenset[str]
    language: str
    skip_tag: str = ""
    warm_up: str = ""

    def language_of(self, source: SourceNotebook | None) -> str:
        """Return the language of messages about a notebook."""
        return self.language or (FALLBACK_LANGUAGE if source is None else source.language)


def warmth_of(source: SourceNotebook | None, settings: Settings) -> Warmth:
    """Return what a zygote imports and runs before the exams of a notebook."""
    return Warmth(frozenset() if source is None else source.modules, settings.warm_up)


def examine(  # noqa: PLR0913  # all that an exam depends on
    notebook: NotebookNode,
    source: SourceNotebook | None,
    settings: Settings,
    circumstances: Circumstances = Circumstances(),  # noqa: B008  # frozen
    *,
    ways: Ways = MappingProxyType({}),
    own_files: Mapping[str, Path] = MappingProxyType({}),
) -> Files:
    """Examine a restored notebook: write outputs and verdicts into its cells; return the files it wrote.

    The first examinee runs the notebook to be shown, and hears no hidden test before all outputs are taken.
    Then the tests are asked about the state that the last cell has left. If one of them fails, or a name is
    bound anew between a test and the end, a silent judge runs the notebook again, and asks each test in its
    place.

    A doubtful exam is repeated; see `gradlab.examiner.again`. Of an answer in several versions, no test is
    lost before a person has chosen.

    Args:
        notebook: the submission, as `gradlab.submission.restore` returns it.
        source: the source notebook.
        settings: how the course wants it examined.
        circumstances: what this exam has to know about other exams.
        ways: how its test cells are asked.
        own_files: the student's own files by relative path, without those of the assignment.

    Raises:
        DoubtfulError: if the exam was ended from outside, and others are examined at the same time.
        SandboxError: if the sandbox can't promise what is required, or the zygote dies twice.
    """
    cells, exam_cells = exam_cells_of(notebook, source, settings, ways)
    warmth, variant = warmth_of(source, settings), variant_of(exam_cells)

    def exam(cells: Sequence[ExamCell], zygote: Zygote) -> Exam:
        return exam_of(cells, source, zygote, settings, variant, own_files=own_files)

    two_ways = message_of("two_ways", settings.limits, settings.language_of(source))

    def judged(zygote: Zygote, verdicts: Sequence[CellResult] = ()) -> list[CellResult]:
        def run_beside(whole: Sequence[ExamCell]) -> list[CellResult]:
            return replace(exam(whole, zygote), is_shown=True).results()

        verdicts = verdicts or exam(exam_cells, zygote).results()
        return with_those_beside(exam_cells, verdicts, run_beside, two_ways)

    def shown(zygote: Zygote) -> tuple[Exam, list[CellResult]]:
        showing = replace(exam(exam_cells, zygote), is_shown=True)
        return showing, showing.results()

    undecided = message_of(Outcome.UNDECIDED, settings.limits, settings.language_of(source))
    settlement = Settlement([cell.is_test for cell in exam_cells], undecided)
    showing, views = desk().examine(shown, warmth)
    results: list[CellResult] = showing.verdicts
    if was_ended(views):
        ended = views
        showing, views = desk().examine(shown, warmth)
        results = settlement.results(ended, showing.verdicts) if showing.verdicts else []
    if circumstances.first_results is not None or not results:
        results = _settled(lambda: desk().examine(judged, warmth), settlement, circumstances)
    elif any(map(runs_beside, exam_cells, results)):
        results = desk().examine(lambda zygote: judged(zygote, showing.verdicts), warmth)
    several = message_of("several_versions", settings.limits, settings.language_of(source))
    results = without_doubtful_losses(exam_cells, results, several)
    cleaner = Cleaner()
    for cell, asked, result, view in zip(cells, exam_cells, results, views, strict=True):
        record(cell, as_shown(asked, result, view), cleaner, asked.asked)
    return showing.files


def exam_cells_of(
    notebook: NotebookNode,
    source: SourceNotebook | None,
    settings: Settings,
    ways: Ways = MappingProxyType({}),
) -> tuple[list[NotebookNode], list[ExamCell]]:
    """Return the code cells of a restored notebook that are run, and what the exam knows about each."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and not _is_skipped(cell, settings)]
    return cells, [_exam_cell(cell, source, ways) for cell in cells]


def _settled(
    judge: Callable[[], list[CellResult]], settlement: Settlement, circumstances: Circumstances
) -> list[CellResult]:
    """Return the results that count, after one exam or two."""
    first = circumstances.first_results
    results = judge()
    if first is None and was_ended(results) and not circumstances.is_alone:
        raise DoubtfulError({circumstances.notebook: results})
    if first is None and (was_ended(results) or has_timed_out(results)):
        first, results = results, judge()
    return results if first is None else settlement.results(first, results)


def exam_of(  # noqa: PLR0913  # as above
    cells: Sequence[ExamCell],
    source: SourceNotebook | None,
    zygote: Zygote,
    settings: Settings,
    variant: int = 0,
    *,
    own_files: Mapping[str, Path] = MappingProxyType({}),
) -> Exam:
    """Return the exam of code cells, in examinees that a zygote forks."""
    files = {**({} if source is None else files_beside(source.path)), **own_files}
    return Exam(
        cells,
        source,
        start=lambda: Session(zygote.spawn(settings.sandbox, files, settings.require)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=settings.limits,
        language=settings.language_of(source),
        variant=variant,
    )


def variant_of(cells: Sequence[ExamCell]) -> int:
    """Return the variant of the hidden tests for a submission: always the same for the same cells."""
    texts = "\0".join(cell.source for cell in cells)
    return int.from_bytes(hashlib.sha256(texts.encode("utf-8", "surrogatepass")).digest()) % N_VARIANTS


def _exam_cell(cell: NotebookNode, source: SourceNotebook | None, ways: Ways) -> ExamCell:
    role = cell.metadata.get("nbgrader")
    if role is None:
        return ExamCell(cell.source, is_students=True)
    solution = "" if source is None else source.solutions.get(role.grade_id, "")
    is_stub = cell.source.strip() != solution.strip()  # else the release gives the answer
    return ExamCell(
        cell.source,
        is_test=is_grade(cell),
        name=role.grade_id,
        is_students=role.solution,
        is_untouched=role.solution and is_stub and role.get("checksum") == compute_checksum(cell),
        defines=defined_in(cell.source) | defined_in(solution) | {role.grade_id},
        asked=ways.get(role.grade_id, BY_VALUE),
        in_doubt=frozenset(cell.metadata.get("gradlab", {}).get(IN_DOUBT, ())),
        points=float(role.get("points") or 0),
    )


def _is_skipped(cell: NotebookNode, settings: Settings) -> bool:
    """Tell whether a cell is not run. Only given cells have tags: see `gradlab.submission.restore`."""
    is_skipped = settings.skip_tag in cell.metadata.get("tags", ())
    if is_skipped and size_bytes(cell.outputs) > settings.limits.output_bytes:
        cell.outputs = []
    return is_skipped
