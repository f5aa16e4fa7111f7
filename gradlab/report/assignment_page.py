"""The page of one assignment: how its questions did, and what the class answered."""

from __future__ import annotations

import itertools
import textwrap
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np

from gradlab.gradebook.classroom import Status
from gradlab.item_analysis import Analysis, Estimate, Reason, analyse, mean, median, share
from gradlab.outcome import Outcome
from gradlab.report.changes import changes_table
from gradlab.report.course_page import distribution_plot, judged_scores
from gradlab.report.plots import Arrival, Plot, arrivals, forest
from gradlab.report.student_page import BY_HAND, outcome_of
from gradlab.report.tables import Column, Table, estimate_column, person_column, score_column
from gradlab.report.values import Bilingual, Message, Person, Score, Term, clipped
from gradlab.texts import LANGUAGES
from gradlab.wrong_answers import groups

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Assignment, Classroom, Submission, TestCell
    from gradlab.report.places import Places
    from gradlab.report.words import Words
    from gradlab.wrong_answers import WrongAnswer

MAX_GROUPS = 6
MAX_CASES = 3
TIMES = "\N{MULTIPLICATION SIGN}"
MAX_VALUES = 6
MAX_VALUE_CHARS = 120

_ITEM_COLUMNS = [
    Column("max", is_number=True),
    Column("n", is_number=True),
    *map(estimate_column, ("difficulty", "discrimination", "alpha_if_dropped", "not_attempted")),
]


@dataclass(frozen=True)
class WrongAnswerExample:
    """A group of equal wrong answers, the cells in which they are equal, and one of them."""

    group: WrongAnswer
    title: str
    cells: tuple[str, ...]
    returned: tuple[str, ...]
    student: Person
    answer: str


class AssignmentPage:
    """What stands on the page; `root` is the way from the page to the report's folder."""

    def __init__(
        self, classroom: Classroom, assignment: Assignment, course: Course, places: Places, root: str
    ) -> None:
        self.assignment = assignment
        self._classroom = classroom
        self._course = course
        self._places = places
        self._root = root
        self._submissions = classroom.of(assignment)
        self._judged = [one for one in self._submissions if one.is_judged]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of the page by their names."""
        tables = (
            self._exercises(),
            self._cells(),
            self._outcomes(),
            self._misconceptions(),
            self._wrong_answers(),
            changes_table(self._submissions, self._places, "../"),
            self._table_of_submissions(),
        )
        return {table.name: table for table in tables}

    @property
    def statuses(self) -> Counter[str]:
        """How many submissions are how far."""
        counts = Counter(submission.status for submission in self._submissions)
        return Counter({status.value: counts[status] for status in Status if counts[status]})

    @cached_property
    def scores(self) -> list[float]:
        """The scores of those that have been judged."""
        return judged_scores(self._submissions)

    @property
    def mean(self) -> Estimate:
        """The mean score."""
        return mean(self.scores, self.assignment.max_score)

    @property
    def median(self) -> Estimate:
        """The median score."""
        return median(self.scores)

    @cached_property
    def analysis(self) -> Analysis:
        """The item analysis of the exercises."""
        exercises = self.assignment.exercises
        table = [[one.exercise_score(exercise) for exercise in exercises] for one in self._judged]
        return _analyse(table, [exercise.max_score for exercise in exercises])

    @property
    def left_out(self) -> list[str]:
        """The exercises that wait for a person, so that discrimination and alpha leave them out."""
        items = zip(self.assignment.exercises, self.analysis.items, strict=True)
        return [exercise.title for exercise, item in items if item.discrimination.reason == Reason.NOT_JUDGED]

    @cached_property
    def _titles(self) -> dict[tuple[str, str], str]:
        """The title of each exercise, by its notebook and name."""
        return {(one.notebook, one.name): one.title for one in self.assignment.exercises}

    def _exercises(self) -> Table:
        rows = [
            [
                exercise.title,
                exercise.max_score,
                item.n,
                item.difficulty,
                item.discrimination,
                item.alpha_if_dropped,
                self._not_attempted(exercise.cells),
            ]
            for exercise, item in zip(self.assignment.exercises, self.analysis.items, strict=True)
        ]
        return Table("exercises", [Column("exercise"), *_ITEM_COLUMNS], rows)

    def _cells(self) -> Table:
        cells = self.assignment.cells
        table = [[one.mark(cell).score for cell in cells] for one in self._judged]
        analysis = _analyse(table, [cell.max_score for cell in cells])
        rows = [
            [
                cell.name,
                self.assignment.exercise_of[cell.key].title,
                cell.max_score,
                item.n,
                item.difficulty,
                item.discrimination,
                item.alpha_if_dropped,
                self._not_attempted((cell,)),
            ]
            for cell, item in zip(cells, analysis.items, strict=True)
        ]
        return Table("cells", [Column("cell"), Column("exercise"), *_ITEM_COLUMNS], rows)

    def _not_attempted(self, cells: Sequence[TestCell]) -> Estimate:
        """Return the share without an answer, of those that the exam could tell of."""
        outcomes = [{one.mark(cell).outcome for cell in cells} for one in self._judged]
        told = [one for one in outcomes if any(one)]
        return share(sum(one == {Outcome.NOT_ATTEMPTED} for one in told), len(told))

    def _outcomes(self) -> Table:
        counts = {cell: self._outcomes_of(cell) for cell in self.assignment.cells}
        names = [*map(str, Outcome), BY_HAND, Status.GRADED.value, Status.WAITING.value]
        seen = [name for name in names if any(count[name] for count in counts.values())]
        rows = [
            [cell.name, self.assignment.exercise_of[cell.key].title, *(count[name] for name in seen)]
            for cell, count in counts.items()
        ]
        columns = [Column("cell"), Column("exercise")]
        return Table("outcomes", [*columns, *(Column(name, is_number=True) for name in seen)], rows)

    def _outcomes_of(self, cell: TestCell) -> Counter[str]:
        return Counter(outcome_of(one.mark(cell)).name for one in self._judged)

    def _misconceptions(self) -> Table:
        students: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for one in self._submissions:
            for key, mark in one.marks.items():
                if mark.misconception:
                    exercise = self.assignment.exercise_of[key]
                    students[exercise.notebook, exercise.name, mark.misconception].add(one.student.id)
        sentences = {
            (notebook, one.exercise, one.name): one for notebook, one in self.assignment.misconceptions
        }
        rows = [
            [
                self._titles[key[:2]],
                key[2],
                Bilingual(sentences[key].sentences if key in sentences else {}),
                len(found),
                share(len(found), self._n_examined(key[0])),
            ]
            for key, found in sorted(students.items(), key=lambda one: (-len(one[1]), one[0]))
        ]
        columns = [
            Column("exercise"),
            Column("misconception"),
            Column("sentence", parts=tuple(f"_{language}" for language in LANGUAGES)),
        ]
        columns += [Column("n_with_it", is_number=True), estimate_column("share_with_it")]
        return Table("misconceptions", columns, rows)

    def _n_examined(self, notebook: str) -> int:
        """Return how many have a graded notebook of this name, whatever became of their other ones."""
        return sum(one.status != Status.SUBMITTED and notebook not in one.broken for one in self._submissions)

    @cached_property
    def groups(self) -> list[WrongAnswer]:
        """Groups of equal wrong answers that show no known misconception, the largest first."""
        return groups(
            (one.student.id, *key, cell) for one in self._submissions for key, cell in one.returned.items()
        )

    def _wrong_answers(self) -> Table:
        columns = [Column("exercise"), Column("cell"), Column("outcome"), Column("n_with_it", is_number=True)]
        rows = [
            [
                self._titles[one.notebook, one.exercise],
                one.cell,
                Term(one.outcome),
                len(one.students),
                Message(_described(one.returned[0])),
                Message(" ".join(one.students)),
            ]
            for one in self.groups
        ]
        return Table("wrong_answers", [*columns, Column("returned"), Column("students")], rows)

    @cached_property
    def examples(self) -> list[WrongAnswerExample]:
        """The largest groups of two or more, each with the answer of its first student.

        Where the same students are equal in several cells of an exercise, they are shown once.
        """
        names = {one.student.id: one.student.name for one in self._submissions}
        found: dict[tuple[str, str, tuple[str, ...]], list[WrongAnswer]] = defaultdict(list)
        for group in self.groups:
            if len(group.students) > 1:
                found[group.notebook, group.exercise, group.students].append(group)
        return [
            WrongAnswerExample(
                group,
                self._titles[group.notebook, group.exercise],
                tuple(one.cell for one in equal),
                _cases(group),
                Person(
                    group.students[0],
                    names[group.students[0]],
                    self._root
                    + self._places.notebook(group.students[0], self.assignment.name, group.notebook),
                ),
                self._answer(group),
            )
            for equal in list(found.values())[:MAX_GROUPS]
            for group in equal[:1]
        ]

    def _answer(self, group: WrongAnswer) -> str:
        folder = self._course.step("autograded", group.students[0], self.assignment.name)
        return _source(folder / f"{group.notebook}.ipynb", group.exercise)

    def _table_of_submissions(self) -> Table:
        columns = [person_column(), Column("status"), score_column(), Column("submitted")]
        columns += [Column("hours_late", is_number=True), Column("penalty", is_number=True)]
        rows = [
            [
                self._places.person(one.student, "../"),
                Term(one.status),
                Score(one.score if one.is_judged else None, self.assignment.max_score),
                one.submitted,
                round(one.seconds_late / 3600, 2) if one.seconds_late else None,
                one.penalty or None,
            ]
            for one in self._submissions
        ]
        return Table("submissions", columns, rows)

    def plots(self, words: Words) -> Iterator[tuple[str, Markup]]:
        """Yield the plots, each by the name of what explains it."""
        if self.scores:
            yield "distribution", distribution_plot("distribution", self.assignment, self.scores, words)
        timed = [one for one in self._judged if one.submitted is not None]
        if timed:
            yield "arrivals", self._arrivals(timed, words)

    def _arrivals(self, timed: list[Submission], words: Words) -> Markup:
        due = self.assignment.due
        start = due or min(one.submitted for one in timed if one.submitted)
        found = [
            Arrival(
                (one.submitted - start).total_seconds() / 3600, one.points, one.score, one.seconds_late > 0
            )
            for one in timed
            if one.submitted
        ]
        plot = Plot(
            "arrivals",
            words("arrivals_of"),
            words(
                "arrivals_desc",
                n=len(found),
                n_late=sum(one.is_late for one in found),
                n_penalties=sum(one.score < one.points for one in found),
            ),
        )
        labels = (words("hours_axis" if due else "hours_axis_first"), words("score_axis"))
        return arrivals(plot, found, self.assignment.max_score, labels, has_due=due is not None)

    def forest(self, words: Words) -> Markup:
        """Return difficulty and discrimination of the exercises."""
        items = zip(self.assignment.exercises, self.analysis.items, strict=True)
        rows = [(exercise.title, item.difficulty, item.discrimination) for exercise, item in items]
        plot = Plot("forest", words("forest_of"), words("forest_desc"), width=720)
        return forest(plot, rows, (words("difficulty_axis"), words("discrimination_axis")))


def _analyse(table: list[list[float | None]], max_scores: list[float]) -> Analysis:
    return analyse(np.array(table, dtype=float).reshape(len(table), len(max_scores)), max_scores)


def _cases(group: WrongAnswer) -> tuple[str, ...]:
    """Return in short what the answers gave on the first cases."""
    shown = tuple(_described(one) for one in group.returned[:MAX_CASES])
    n_more = len(group.returned) - MAX_CASES
    return (*shown, f"… (+{n_more})") if n_more > 0 else shown


def _described(description: Any) -> str:
    """Return in short a value as `gradlab.wrong_answers` has it."""
    match description:
        case {"error": str(name)}:
            return name
        case {"text": str(text)}:
            return textwrap.shorten(text, MAX_VALUE_CHARS, placeholder="…")
        case {"values": [value], "shape": []}:
            return _number(value)
        case {"values": [*values], "shape": [*shape]}:
            size = "" if len(shape) == 1 else f" ({TIMES.join(map(str, shape))})"
            return f"[{_listed(map(_number, values))}]{size}"
        case {"items": [*items]}:
            return f"({_listed(map(_described, items))})"
    return textwrap.shorten(str(description), MAX_VALUE_CHARS, placeholder="…")


def _listed(texts: Iterable[str]) -> str:
    shown = [*itertools.islice(texts, MAX_VALUES + 1)]
    return ", ".join(shown if len(shown) <= MAX_VALUES else [*shown[:MAX_VALUES], "…"])


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else textwrap.shorten(str(value), MAX_VALUE_CHARS)


def _source(path: Path, exercise: str) -> str:
    """Return the text of an answer in a graded notebook, "" where there is none."""
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    except (OSError, ValueError, nbformat.ValidationError):
        return ""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise:
            return clipped(cell.source)
    return ""
