"""The course page: the status of assignments, what needs a person, and everybody's scores."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradlab.base.outcome import Outcome
from gradlab.gradebook.classroom import Status
from gradlab.report.attention import needs
from gradlab.report.changes import changes_table
from gradlab.report.item_analysis import mean, median
from gradlab.report.plots import Plot, distribution
from gradlab.report.tables import Column, Table, estimate_column, person_column
from gradlab.report.values import Heat, Link, Message, Term, number

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
            Column("max", is_number=True),
            estimate_column("mean"),
            estimate_column("median_score"),
        ]
        return Table(
            "assignments", columns, [self._row(assignment) for assignment in self._classroom.assignments]
        )

    def _row(self, assignment: Assignment) -> list[Any]:
        submissions = self._classroom.of(assignment)
        statuses = Counter(submission.status for submission in submissions)
        scores = judged_scores(submissions)
        return [
            Link(assignment.name, self._places.assignment(assignment.name)),
            len(submissions),
            statuses[Status.GRADED],
            statuses[Status.WAITING],
            statuses[Status.NOT_GRADEABLE],
            statuses[Status.SUBMITTED],
            assignment.max_score,
            mean(scores, assignment.max_score),
            median(scores),
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
                Message(need.detail),
            ]
            for need in self._needs
        ]
        return Table("attention", columns, rows)

    def _scores(self) -> Table:
        assignments = self._classroom.assignments
        several = len(assignments) > 1
        columns = [person_column(), Column("total", is_number=True)]
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
                sum(submission.score for submission in submissions if submission.status != Status.MISSING),
                *(
                    heat
                    for submission, assignment in zip(submissions, assignments, strict=True)
                    for heat in _heats(submission, assignment)
                ),
            ]
            for student in self._classroom.students
            for submissions in [
                [self._classroom.submission(assignment, student) for assignment in assignments]
            ]
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

    def plots(self, words: Words) -> Iterator[tuple[Link, Markup]]:
        """Yield the distribution of scores of each assignment, with the link to its page."""
        for index, assignment in enumerate(self._classroom.assignments):
            scores = judged_scores(self._classroom.of(assignment))
            if scores:
                link = Link(assignment.name, self._places.assignment(assignment.name))
                yield link, distribution_plot(f"distribution-{index}", assignment, scores, words, height=200)


def judged_scores(submissions: Iterable[Submission]) -> list[float]:
    """Return the scores of the judged submissions."""
    return [submission.score for submission in submissions if submission.is_judged]


def distribution_plot(
    name: str, assignment: Assignment, scores: Sequence[float], words: Words, height: float = 240
) -> Markup:
    """Return the plot of an assignment's score distribution."""
    plot = Plot(
        name,
        words("distribution_of", name=assignment.name),
        words(
            "distribution_desc",
            n=len(scores),
            mean=number(mean(scores, assignment.max_score).value),
            median=number(median(scores).value),
            max=number(assignment.max_score),
        ),
        height=height,
    )
    return distribution(plot, scores, assignment.max_score, (words("score_axis"), words("students_axis")))


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
    return Heat(score, exercise.max_score, "" if submission.is_attempted(exercise) else Outcome.NOT_ATTEMPTED)
