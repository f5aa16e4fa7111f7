"""Exams of single answers, with a real zygote, sandbox and examiner."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.authoring.folders import files_beside
from gradlab.examiner.cells import ExamCell
from gradlab.examiner.exam import Exam, ExamLimits
from gradlab.examiner.session import Session
from gradlab.sandbox import SandboxLimits

if TYPE_CHECKING:
    from gradlab.authoring.source import SourceNotebook
    from gradlab.examinee.zygote import Zygote
    from gradlab.examiner.result import CellResult

TEST = (
    "assert triple(1) == 3\n"
    "### BEGIN HIDDEN TESTS\n"
    "from gradlab.checks import case, check\n"
    "check('triple', [case(2), case(-1.5)], oracle=lambda x: x + x + x)\n"
    "### END HIDDEN TESTS"
)

LIMITS = ExamLimits(cell_s=3.0, output_bytes=10_000)


def exam(  # noqa: PLR0913  # most have defaults
    zygote: Zygote,
    notebook: SourceNotebook,
    cells: list[ExamCell],
    language: str = "ko",
    limits: ExamLimits = LIMITS,
    *,
    is_shown: bool = False,
    sandbox: SandboxLimits = SandboxLimits(memory_bytes=512 * 2**20),  # noqa: B008  # frozen
) -> list[CellResult]:
    """Examine cells."""
    return Exam(
        cells,
        notebook,
        start=lambda: Session(zygote.spawn(sandbox, files_beside(notebook.path), None)),
        ending_of=lambda session: zygote.ending_of(session.running),
        limits=limits,
        language=language,
        is_shown=is_shown,
    ).results()


def verdict(zygote: Zygote, notebook: SourceNotebook, answer: str) -> CellResult:
    """Examine one answer to `triple`; return the result of its test cell."""
    return exam(zygote, notebook, [ExamCell(answer), ExamCell(TEST, is_test=True)])[-1]


RIGHT = "def triple(x):\n    return 3 * x"

PLAIN_TEST = """
### BEGIN HIDDEN TESTS
assert triple(2) == 6, "2 is wrong"
assert triple(-1.5) == -4.5
### END HIDDEN TESTS
"""
