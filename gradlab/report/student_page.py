"""The page of one student, without anything about another student."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gradlab.authoring.said import NOTHING_SAID
from gradlab.gradebook.classroom import Status
from gradlab.report.asked import asked_outcome, ways_of
from gradlab.report.item_analysis import median, quartiles
from gradlab.report.plots import Plot, progress
from gradlab.report.tables import Column, Table, score_column, span_column
from gradlab.report.values import DASH, Link, Message, Note, Person, Score, Span, Term

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from markupsafe import Markup

    from gradlab.gradebook.classroom import Assignment, Exercise, Mark, Student, Submission
    from gradlab.report.places import Places
    from gradlab.report.values import Hint
    from gradlab.report.words import Words

BY_HAND = "by hand"
MIN_SCORES = 5

_SUMMARY = [
    Column("assignment"),
    Column("status"),
    score_column(),
    Column("class_median", is_number=True),
    span_column("class_quartiles"),
    Column("submitted"),
    Column("n_attempts", is_number=True),
    Column("hours_late", is_number=True),
    Column("penalty", is_number=True),
]
_MARKS = [
    Column("cell"),
    Column("exercise"),
    score_column("exercise_score"),
    score_column("cell_score"),
    Column("outcome", parts=("", "_asked")),
    Column("message"),
    Column("comment"),
]


@dataclass(frozen=True)
class ClassNorm:
    """What the class has in one assignment, NaN if too few scores are complete to hide whose they are."""

    median: float = math.nan
    quartiles: tuple[float, float] = (math.nan, math.nan)

    @classmethod
    def of(cls, scores: Sequence[float]) -> ClassNorm:
        """Return what some complete scores are like."""
        if len(scores) < MIN_SCORES:
            return cls()
        return cls(median(scores).value, quartiles(scores))


@dataclass(frozen=True)
class Section:
    """One assignment on the page."""

    assignment: str
    status: Term
    feedback: Sequence[Link]
    problems: Sequence[Note]
    marks: Table
    asked: Sequence[str]


class StudentPage:
    """The contents of the page; `root` is the path from the page to the report's folder."""

    min_scores = MIN_SCORES

    def __init__(
        self,
        student: Student,
        work: Sequence[tuple[Assignment, Submission]],
        norms: Mapping[str, ClassNorm],
        places: Places,
        root: str,
    ) -> None:
        self.student = student
        self.person = Person(student.id, student.name)
        self._work = work
        self._norms = norms
        self._places = places
        self._root = root
        self.summary = Table("progress", _SUMMARY, [self._row(*pair) for pair in work])
        self.sections = [self._section(*pair) for pair in work]

    @property
    def everything(self) -> Table:
        """All tables of the page for one CSV file: a row for each mark, or one if an assignment has none."""
        no_mark = ["", "", None, None, None, "", ""]
        rows = [
            [*self._row(*pair), *marks] for pair in self._work for marks in list(_marks(*pair)) or [no_mark]
        ]
        assignment = [*_SUMMARY[:2], score_column("assignment_score"), *_SUMMARY[3:]]
        return Table("everything", [*assignment, *_MARKS], rows)

    def plot(self, words: Words) -> Markup:
        """Return the scores by assignment."""
        shares = [
            (
                assignment.name.partition("-")[0],
                _share(assignment, submission),
                self._shares(assignment),
            )
            for assignment, submission in self._work
        ]
        values = ", ".join(f"{name} {DASH if share is None else f'{share:.0%}'}" for name, share, _ in shares)
        plot = Plot(
            "progress",
            words("progress_of"),
            words("progress_desc", values=values),
            width=720,
            height=150,
            bottom=26,
        )
        return progress(plot, shares, words("share_axis"))

    def _shares(self, assignment: Assignment) -> tuple[float, ...]:
        """Return the class's first quartile, median and third quartile as shares of the maximum."""
        norm = self._norms[assignment.name]
        first, third = norm.quartiles
        return tuple(points / (assignment.max_score or 1.0) for points in (first, norm.median, third))

    def _row(self, assignment: Assignment, submission: Submission) -> list[Any]:
        norm = self._norms[assignment.name]
        return [
            assignment.name,
            Term(submission.status),
            score_of(submission, assignment),
            norm.median,
            Span(*norm.quartiles),
            submission.submitted,
            submission.n_attempts,
            round(submission.seconds_late / 3600, 2) if submission.seconds_late else None,
            submission.penalty or None,
        ]

    def _section(self, assignment: Assignment, submission: Submission) -> Section:
        feedback = [
            Link(notebook, self._root + href)
            for notebook in dict.fromkeys(exercise.notebook for exercise in assignment.exercises)
            if submission.status != Status.MISSING
            if (href := self._places.feedback(self.student.id, assignment.name, notebook))
        ]
        return Section(
            assignment.name,
            Term(submission.status),
            feedback,
            [Note(text) for text in (*submission.problems, *submission.notes)],
            _without_empty(Table("marks", _MARKS, list(_marks(assignment, submission)))),
            sorted(ways_of(submission.marks.values())),
        )


def _without_empty(table: Table) -> Table:
    """Return the table, without the column of comments if it is empty."""
    if any(row[-1].text for row in table.rows):
        return table
    return Table(table.name, table.columns[:-1], [row[:-1] for row in table.rows])


def _marks(assignment: Assignment, submission: Submission) -> Iterator[list[Any]]:
    if submission.status in {Status.MISSING, Status.SUBMITTED}:
        return
    for exercise in assignment.exercises:
        comment = submission.comments.get((exercise.notebook, exercise.name), "")
        total = Score(submission.exercise_score(exercise), exercise.max_score, submission.waits(exercise))
        for place, cell in enumerate(exercise.cells):
            mark, said = submission.mark(cell), assignment.said.get(cell.key, NOTHING_SAID)
            yield [
                cell.name,
                exercise.title,
                total,
                Score(mark.score, cell.max_score, mark.needs_person),
                asked_outcome(outcome_of(mark), mark),
                Message(mark.message, _hints(assignment, exercise, mark), said),
                Message(comment if place == 0 else ""),
            ]


def _hints(assignment: Assignment, exercise: Exercise, mark: Mark) -> tuple[Hint, ...]:
    """Return the sentences of the misconception that a message may name, by language."""
    if not mark.misconception:
        return ()
    return tuple(
        tuple(misconception.sentences.items())
        for notebook, misconception in assignment.misconceptions
        if notebook == exercise.notebook and misconception.name == mark.misconception
    )


def score_of(submission: Submission, assignment: Assignment) -> Score:
    """Return the score of a submission, which may be provisional, out of the assignment's points."""
    score = submission.score if submission.is_judged else submission.final_score
    return Score(score, assignment.max_score, submission.is_provisional)


def outcome_of(mark: Mark) -> Term:
    """Return the word for a cell's outcome or status."""
    if mark.outcome:
        return Term(mark.outcome)
    if mark.needs_person or mark.score is None:
        return Term(Status.WAITING)
    return Term(BY_HAND if mark.is_by_hand else Status.GRADED)


def _share(assignment: Assignment, submission: Submission) -> float | None:
    if not submission.is_judged or not assignment.max_score:
        return None
    return submission.score / assignment.max_score
