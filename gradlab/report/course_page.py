"""The course page: the status of assignments, what needs a person, and everybody's scores."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradlab.base.outcome import Outcome
from gradlab.gradebook.classroom import Status
from gradlab.report.attention import Reminder, needs
from gradlab.report.changes import changes_table
from gradlab.report.item_analysis import mean, median, quartiles, standard_deviation
from gradlab.report.plots import Plot, distribution
from gradlab.report.tables import (
    Column,
    Table,
    estimate_column,
    person_column,
    span_column,
    total_column,
)
from gradlab.report.values import Heat, Link, Message, Note, Span, Term, Total, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markupsafe import Markup

    from gradlab.gradebook.classroom import Assignment, Classroom, Exercise, Submission
    from gradlab.report.places import Places
    from gradlab.report.words import Words


class CoursePage:
    """The contents of the page; `root` is the path from the page to the report's folder."""

    def __init__(self, classroom: Classroom, places: Places, root: str) -> None:
        self._classroom = classroom
        self._places = places
        self._root = root

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of the page by their names."""
        tables = (self._assignments(), self._attention(), self._scores(), self._changes())
        return {table.name: table for table in tables}

    @cached_property
    def needed(self) -> dict[str, int]:
        """How often a person is needed, by reason."""
        return Counter(need.why.value for need in self._needs)

    @cached_property
    def _needs(self) -> list[Any]:
        return needs(self._classroom)

    def _assignments(self) -> Table:
        counted = ("submitted", "graded", "waiting", "not_gradeable", "not_graded")
        columns = [
            Column("assignment"),
            *(Column(f"n_{name}", is_number=True) for name in counted),
            Column("n_complete", is_number=True),
            Column("max", is_number=True),
            estimate_column("mean"),
            estimate_column("median_score"),
            Column("deviation", is_number=True),
            span_column("quartiles"),
        ]
        return Table(
            "assignments", columns, [self._row(assignment) for assignment in self._classroom.assignments]
        )

    def _row(self, assignment: Assignment) -> list[Any]:
        submissions = self._classroom.of(assignment)
        statuses = Counter(submission.status for submission in submissions)
        scores = complete_scores(submissions)
        return [
            Link(assignment.name, self._places.assignment(assignment.name)),
            len(submissions),
            statuses[Status.GRADED],
            statuses[Status.WAITING],
            statuses[Status.NOT_GRADEABLE],
            statuses[Status.SUBMITTED],
            len(scores),
            assignment.max_score,
            mean(scores, assignment.max_score),
            median(scores),
            standard_deviation(scores),
            Span(*quartiles(scores)),
        ]

    def _attention(self) -> Table:
        columns = [Column("what"), person_column()]
        columns += [Column(name) for name in ("assignment", "notebook", "cell", "detail")]
        rows = [
            [
                Term(need.why),
                self._places.person(need.student),
                need.assignment,
                Link(
                    need.notebook or need.assignment,
                    self._root + self._places.notebook(need.student.id, need.assignment, need.notebook),
                ),
                need.cell,
                (Note if need.why in {Reminder.BROKEN, Reminder.NOTE} else Message)(need.detail),
            ]
            for need in self._needs
        ]
        return Table("attention", columns, rows)

    def _scores(self) -> Table:
        assignments = self._classroom.assignments
        several = len(assignments) > 1
        columns = [person_column(), total_column()]
        columns += [
            Column(
                f"{assignment.name}/{exercise.title}" if several else exercise.title,
                is_number=True,
                title=exercise.title,
            )
            for assignment in assignments
            for exercise in assignment.exercises
        ]
        rows = [
            [
                self._places.person(student),
                _total(submissions),
                *(
                    heat
                    for submission, assignment in zip(submissions, assignments, strict=True)
                    for heat in _heats(submission, assignment)
                ),
            ]
            for student in self._classroom.students
            for submissions in (self._classroom.of_student(student),)
        ]
        groups = [
            (Link(assignment.name, self._places.assignment(assignment.name)), len(assignment.exercises))
            for assignment in assignments
        ]
        return Table("scores", columns, rows, "heat", [("", 2), *groups])

    def _changes(self) -> Table:
        return changes_table(
            (
                submission
                for assignment in self._classroom.assignments
                for submission in self._classroom.of(assignment)
            ),
            self._places,
        )

    @cached_property
    def totals(self) -> list[float]:
        """The totals of the students who have submitted something, if nothing of it is provisional."""
        totals = [
            _total(submissions)
            for student in self._classroom.students
            for submissions in (self._classroom.of_student(student),)
            if any(submission.status != Status.MISSING for submission in submissions)
        ]
        return [total.value for total in totals if not total.is_provisional]

    @property
    def total_max(self) -> float:
        """The points that all assignments are worth."""
        return sum(assignment.max_score for assignment in self._classroom.assignments)

    @property
    def total_tiles(self) -> list[tuple[str, Any]]:
        """What the totals are like, each number with the key of its name."""
        return score_tiles(self.totals, self.total_max)

    def plot_of_totals(self, words: Words) -> Markup:
        """Return the distribution of the totals."""
        return distribution_plot(
            "distribution-of-totals", words("total"), self.total_max, self.totals, words, height=200
        )

    def plots(self, words: Words) -> Iterator[tuple[Link, Markup]]:
        """Yield the distribution of scores of each assignment, with the link to its page."""
        for index, assignment in enumerate(self._classroom.assignments):
            scores = complete_scores(self._classroom.of(assignment))
            if scores:
                plot = distribution_plot(
                    f"distribution-{index}", assignment.name, assignment.max_score, scores, words, height=200
                )
                yield Link(assignment.name, self._places.assignment(assignment.name)), plot


def complete_scores(submissions: Iterable[Submission]) -> list[float]:
    """Return the scores of submissions that wait neither for grading nor for a person."""
    scores = (submission.final_score for submission in submissions)
    return [score for score in scores if score is not None]


def score_tiles(scores: Sequence[float], max_score: float) -> list[tuple[str, Any]]:
    """Return what some scores are like, each number with the key of its name."""
    return [
        ("n_complete", len(scores)),
        ("mean", mean(scores, max_score)),
        ("median", median(scores)),
        ("deviation", standard_deviation(scores)),
        ("quartiles", Span(*quartiles(scores))),
    ]


def distribution_plot(  # noqa: PLR0913  # a plot and its texts
    name: str, title: str, max_score: float, scores: Sequence[float], words: Words, *, height: float = 240
) -> Markup:
    """Return the plot of how some scores are distributed."""
    plot = Plot(
        name,
        words("distribution_of", name=title),
        words(
            "distribution_desc",
            n=len(scores),
            mean=number(mean(scores, max_score).value),
            median=number(median(scores).value),
            max=number(max_score),
        ),
        height=height,
    )
    return distribution(plot, scores, max_score, (words("score_axis"), words("students_axis")))


def _total(submissions: Iterable[Submission]) -> Total:
    """Return the points of a student's submissions."""
    known = [submission for submission in submissions if submission.status != Status.MISSING]
    is_provisional = any(submission.is_provisional for submission in known)
    return Total(sum(submission.score for submission in known), is_provisional)


def _heats(submission: Submission, assignment: Assignment) -> Iterator[Heat]:
    return (_heat(submission, exercise) for exercise in assignment.exercises)


def _heat(submission: Submission, exercise: Exercise) -> Heat:
    if not submission.is_judged and (
        submission.status != Status.NOT_GRADEABLE or exercise.notebook in submission.broken
    ):
        return Heat(None, exercise.max_score, submission.status)
    score = submission.exercise_score(exercise)
    if score is None:
        return Heat(None, exercise.max_score, Status.WAITING)
    why = "" if submission.is_attempted(exercise) else Outcome.NOT_ATTEMPTED
    return Heat(score, exercise.max_score, why, submission.waits(exercise))
