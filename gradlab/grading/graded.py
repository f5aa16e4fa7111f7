"""The results of a submission's exam: a grade for each cell, and the graded notebooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from gradlab.examiner.files import Files


@dataclass(frozen=True)
class CellGrade:
    """What the gradebook and the outcome file record about a cell that is worth points.

    Args:
        auto_score: its points, None if a person has to judge.
        outcome: of the cell, "" if a person has to judge.
        message: what the student is told.
        exercise: the exercise of a failed `check`, else "".
        misconception: the name of the misconception that the answer shows, else "".
        returned: what a wrong answer returned on each case, if it shows no misconception; see
            `gradlab.gradebook.wrong_answers`.
        variant: of the hidden test; see `gradlab.checks.use_variant`.
        decided: how two exams came to the outcome, "" if one was enough.
        asked: the way in which it was asked; see `gradlab.examiner.ways`.
        case: the case that failed, None if the test names none; see `gradlab.checks._failing`.
        is_forgeable: whether it only ran beside the answer: as asked, or because it has no hidden part.
    """

    auto_score: float | None
    outcome: str
    message: str
    exercise: str = ""
    misconception: str = ""
    returned: list[dict[str, Any]] | None = None
    variant: int = 0
    decided: str = ""
    asked: str = Way.VALUE
    case: dict[str, Any] | None = None
    is_forgeable: bool = False


@dataclass(frozen=True)
class GradedNotebook:
    """A notebook after its exam.

    Args:
        name: of the notebook.
        text: the graded notebook as it is stored, "" if there is none.
        grades: by the cells' grade ids.
        comments: nbgrader's automatic comments, by the cells' grade ids.
        problem: why it is not gradeable, "" if it is.
        notes: what has been assumed, for a person to look at.
        n_found: how many answers were found in it.
        n_asked: how many answers the release asks for.
        files: the files that it has written.
        judged: hashes of the work that a person gives points for, by the cells' grade ids.
        guesses: of the student, by question; see `gradlab.submission.guesses`.
    """

    name: str
    text: str = ""
    grades: dict[str, CellGrade] = field(default_factory=dict)
    comments: dict[str, str | None] = field(default_factory=dict)
    problem: str = ""
    notes: tuple[str, ...] = ()
    n_found: int = 0
    n_asked: int = 0
    files: Files = field(default_factory=dict)
    judged: dict[str, str] = field(default_factory=dict)
    guesses: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FinishedExam:
    """An exam that has finished.

    Args:
        student: who submitted what was examined.
        digest: of what was examined, see `gradlab.gradebook.outcome_file`.
        notebooks: the results.
    """

    student: str
    digest: str
    notebooks: list[GradedNotebook]
