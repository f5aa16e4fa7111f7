"""The page of one assignment: how well its exercises work, and what the class answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np

from gradlab.base.outcome import Outcome
from gradlab.base.texts import LANGUAGES
from gradlab.gradebook.classroom import Status
from gradlab.gradebook.wrong_answers import groups
from gradlab.report.asked import asked_table, ways_of
from gradlab.report.changes import changes_table
from gradlab.report.course_page import complete_scores, distribution_plot, score_tiles
from gradlab.report.given_items import given_items_table
from gradlab.report.guesses import guessed, guesses_table
from gradlab.report.item_analysis import Analysis, Estimate, Reason, analyse, share
from gradlab.report.plots import Arrival, Plot, arrivals, forest
from gradlab.report.returned import cases, described
from gradlab.report.student_page import BY_HAND, outcome_of, score_of
from gradlab.report.tables import Column, Table, estimate_column, person_column, score_column
from gradlab.report.values import Bilingual, Message, Person, Term, clipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from markupsafe import Markup

    from gradlab.course import Course
    from gradlab.gradebook.classroom import Assignment, Classroom, Submission, TestCell
    from gradlab.gradebook.wrong_answers import WrongAnswer
    from gradlab.report.guesses import Guessed
    from gradlab.report.places import Places
    from gradlab.report.words import Words

MAX_GROUPS = 6

_ITEM_COLUMNS = [
    Column("max", is_number=True),
    Column("n", is_number=True),
    *map(estimate_column, ("difficulty", "discrimination", "alpha_if_dropped", "not_attempted")),
]


@dataclass(frozen=True)
class WrongAnswerExample:
    """A group of equal wrong answers, the cells in which they are equal, and an example."""

    group: WrongAnswer
    title: str
    cells: tuple[str, ...]
    returned: tuple[str, ...]
    student: Person
    answer: str


class AssignmentPage:
    """The contents of the page; `root` is the path from the page to the report's folder."""

    def __init__(
        self, classroom: Classroom, assignment: Assignment, course: Course, places: Places, root: str
    ) -> None:
        self.assignment = assignment
        self._classroom = classroom
        self._course = course
        self._places = places
        self._root = root
        self._submissions = classroom.of(assignment)
        self._judged = [submission for submission in self._submissions if submission.is_judged]

    @cached_property
    def tables(self) -> dict[str, Table]:
        """The tables of the page by their names."""
        tables = (
            self._exercises(),
            self._cells(),
            self._outcomes(),
            asked_table(self.assignment, self._judged),
            given_items_table(self.assignment, self._submissions, self._course),
            guesses_table(self.guessed),
            self._misconceptions(),
            self._wrong_answers(),
            changes_table(self._submissions, self._places, "../"),
            self._table_of_submissions(),
        )
        return {table.name: table for table in tables}

    @cached_property
    def guessed(self) -> list[Guessed]:
        """What the class guesses before pictures."""
        return guessed(self.assignment, self._submissions)

    @property
    def ways(self) -> list[str]:
        """How cells were asked that can be forged or that a person judges."""
        return sorted(ways_of(mark for submission in self._judged for mark in submission.marks.values()))

    @property
    def statuses(self) -> Counter[str]:
        """The number of submissions by status."""
        counts = Counter(submission.status for submission in self._submissions)
        return Counter({status.value: counts[status] for status in Status if counts[status]})

    @cached_property
    def scores(self) -> list[float]:
        """The complete scores."""
        return complete_scores(self._submissions)

    @property
    def tiles(self) -> list[tuple[str, Any]]:
        """What the scores are like, each number with the key of its name."""
        return [*score_tiles(self.scores, self.assignment.max_score), ("alpha", self.analysis.alpha)]

    @property
    def n_judged(self) -> int:
        """The number of submissions that have been graded, at least in part."""
        return len(self._judged)

    @cached_property
    def analysis(self) -> Analysis:
        """The item analysis of the exercises."""
        exercises = self.assignment.exercises
        table = [
            [submission.final_exercise_score(exercise) for exercise in exercises]
            for submission in self._judged
        ]
        return _analyse(table, [exercise.max_score for exercise in exercises])

    @property
    def left_out(self) -> list[str]:
        """The exercises left out of discrimination and alpha, because they wait for a person."""
        items = zip(self.assignment.exercises, self.analysis.items, strict=True)
        return [exercise.title for exercise, item in items if item.discrimination.reason == Reason.NOT_JUDGED]

    @cached_property
    def _titles(self) -> dict[tuple[str, str], str]:
        """The title of each exercise, by its notebook and name."""
        return {(exercise.notebook, exercise.name): exercise.title for exercise in self.assignment.exercises}

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
        table = [
            [None if mark.needs_person else mark.score for mark in map(submission.mark, cells)]
            for submission in self._judged
        ]
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
        """Return the share of submissions without an answer, among those with a known outcome."""
        outcomes = [{submission.mark(cell).outcome for cell in cells} for submission in self._judged]
        known = [found for found in outcomes if any(found)]
        return share(sum(found == {Outcome.NOT_ATTEMPTED} for found in known), len(known))

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
        return Counter(outcome_of(submission.mark(cell)).name for submission in self._judged)

    def _misconceptions(self) -> Table:
        students: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for submission in self._submissions:
            for key, mark in submission.marks.items():
                if mark.misconception:
                    exercise = self.assignment.exercise_of[key]
                    students[exercise.notebook, exercise.name, mark.misconception].add(submission.student.id)
        sentences = {
            (notebook, misconception.exercise, misconception.name): misconception
            for notebook, misconception in self.assignment.misconceptions
        }
        rows = [
            [
                self._titles[key[:2]],
                key[2],
                Bilingual(sentences[key].sentences if key in sentences else {}),
                len(found),
                share(len(found), self._n_examined(key[0])),
            ]
            for key, found in sorted(students.items(), key=lambda item: (-len(item[1]), item[0]))
        ]
        columns = [
            Column("exercise"),
            Column("misconception"),
            Column("sentence", parts=tuple(f"_{language}" for language in LANGUAGES)),
        ]
        columns += [Column("n_with_it", is_number=True), estimate_column("share_with_it")]
        return Table("misconceptions", columns, rows)

    def _n_examined(self, notebook: str) -> int:
        """Count the submissions in which this notebook has been graded."""
        return sum(
            submission.status != Status.SUBMITTED and notebook not in submission.broken
            for submission in self._submissions
        )

    @cached_property
    def groups(self) -> list[WrongAnswer]:
        """Groups of equal wrong answers that show no known misconception, the largest first."""
        return groups(
            (submission.student.id, *key, cell)
            for submission in self._submissions
            for key, cell in submission.returned.items()
        )

    def _wrong_answers(self) -> Table:
        columns = [Column("exercise"), Column("cell"), Column("outcome"), Column("n_with_it", is_number=True)]
        rows = [
            [
                self._titles[group.notebook, group.exercise],
                group.cell,
                Term(group.outcome),
                len(group.students),
                Message(described(group.returned[0])),
                Message(" ".join(group.students)),
            ]
            for group in self.groups
        ]
        return Table("wrong_answers", [*columns, Column("returned"), Column("students")], rows)

    @cached_property
    def examples(self) -> list[WrongAnswerExample]:
        """The largest groups of two or more, each with the answer of its first student.

        If the same students' answers are equal in several cells of an exercise, they are shown once.
        """
        names = {submission.student.id: submission.student.name for submission in self._submissions}
        found: dict[tuple[str, str, tuple[str, ...]], list[WrongAnswer]] = defaultdict(list)
        for group in self.groups:
            if len(group.students) > 1:
                found[group.notebook, group.exercise, group.students].append(group)
        return [
            WrongAnswerExample(
                group,
                self._titles[group.notebook, group.exercise],
                tuple(same.cell for same in equal),
                cases(group),
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
        columns += [Column(name, is_number=True) for name in ("n_attempts", "hours_late", "penalty")]
        rows = [
            [
                self._places.person(submission.student, "../"),
                Term(submission.status),
                score_of(submission, self.assignment),
                submission.submitted,
                submission.n_attempts,
                round(submission.seconds_late / 3600, 2) if submission.seconds_late else None,
                submission.penalty or None,
            ]
            for submission in self._submissions
        ]
        return Table("submissions", columns, rows)

    def plots(self, words: Words) -> Iterator[tuple[str, Markup]]:
        """Yield the plots, each with the name of its explanation."""
        if self.scores:
            max_score = self.assignment.max_score
            plot = distribution_plot("distribution", self.assignment.name, max_score, self.scores, words)
            yield "distribution", plot
        timed = [submission for submission in self._judged if submission.submitted is not None]
        if timed:
            yield "arrivals", self._arrivals(timed, words)

    def exercise_plots(self, words: Words) -> Iterator[tuple[str, Markup]]:
        """Yield the distribution of the scores of each exercise, with its title."""
        for index, exercise in enumerate(self.assignment.exercises):
            scores = [submission.final_exercise_score(exercise) for submission in self._judged]
            known = [score for score in scores if score is not None]
            if known:
                name, title = f"exercise-{index}", exercise.title
                yield title, distribution_plot(name, title, exercise.max_score, known, words, height=170)

    def _arrivals(self, timed: list[Submission], words: Words) -> Markup:
        due = self.assignment.due
        start = due or min(submission.submitted for submission in timed if submission.submitted)
        found = [
            Arrival(
                (submission.submitted - start).total_seconds() / 3600,
                submission.points,
                submission.score,
                submission.seconds_late > 0,
            )
            for submission in timed
            if submission.submitted
        ]
        plot = Plot(
            "arrivals",
            words("arrivals_of"),
            words(
                "arrivals_desc",
                n=len(found),
                n_late=sum(arrival.is_late for arrival in found),
                n_penalties=sum(arrival.score < arrival.points for arrival in found),
            ),
        )
        labels = (words("hours_axis" if due else "hours_axis_first"), words("score_axis"))
        return arrivals(plot, found, self.assignment.max_score, labels, has_due=due is not None)

    def forest(self, words: Words) -> Markup:
        """Return the plot of the exercises' difficulty and discrimination."""
        items = zip(self.assignment.exercises, self.analysis.items, strict=True)
        rows = [(exercise.title, item.difficulty, item.discrimination) for exercise, item in items]
        plot = Plot("forest", words("forest_of"), words("forest_desc"), width=720)
        return forest(plot, rows, (words("difficulty_axis"), words("discrimination_axis")))


def _analyse(table: list[list[float | None]], max_scores: list[float]) -> Analysis:
    return analyse(np.array(table, dtype=float).reshape(len(table), len(max_scores)), max_scores)


def _source(path: Path, exercise: str) -> str:
    """Return the text of an answer in a graded notebook, "" if there is none."""
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    except (OSError, ValueError, nbformat.ValidationError):
        return ""
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == exercise:
            return clipped(cell.source)
    return ""
