"""What a page says first: the score, what still waits for a person, each lost point, and what was right."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.said import NOTHING_SAID
from gradlab.authoring.source import select_lines
from gradlab.base.outcome import Outcome
from gradlab.examiner.told import told_in
from gradlab.examiner.verdicts import FAILS_SIGN, has_own_line
from gradlab.gradebook.mark_schemes import items_in, named_items
from gradlab.gradebook.outdated import POINTS_TOLERANCE
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from nbformat import NotebookNode

    from gradlab.authoring.hidden_marks import HiddenMarks
    from gradlab.authoring.source import SourceNotebook
    from gradlab.gradebook.classroom import Assignment, Exercise, Mark, Submission, TestCell

CASE_VERSION = 1

# A test cell may begin with a line for people: "# test · numerical_diff · value (2 points)".
_TITLE_LINE = re.compile(
    r"\A\s*# [^·\n]+ · (?P<exercise>[^·\n]+) · (?P<aspect>[^·\n(]+?)\s*(?:\(.*\))?\s*$", re.MULTILINE
)
_ASPECT = re.compile(r"test_.+?__(?P<aspect>.+)")


# Outcomes after which the visible part of a test cell may be right: a hidden part has decided.
_SAYS_NOTHING = frozenset({Outcome.PASSED, Outcome.FAILED, Outcome.EXAMINER_ERROR, Outcome.UNDECIDED})


@dataclass(frozen=True)
class ShownValue:
    """What came back or should have: its text, and the shape if that is wrong."""

    text: str
    shape: tuple[int, ...] | None = None
    is_error: bool = False

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> ShownValue:
        """Read it from a recorded case."""
        shape = None if value.get("shape") is None else tuple(value["shape"])
        return cls(str(value["text"]), shape, bool(value.get("is_error")))


@dataclass(frozen=True)
class ShownCase:
    """The case of a test that failed; see `gradlab.checks._failing`.

    Args:
        call: what was called.
        functions: the source of the functions that the test passed in.
        answers: of those that would answer an exercise.
        got: what came back.
        expected: what was right.
    """

    call: str
    functions: tuple[str, ...]
    answers: tuple[str, ...]
    got: ShownValue
    expected: ShownValue

    @classmethod
    def read(cls, case: Any) -> ShownCase | None:
        """Read a recorded case, None if there is none, or one of an unknown version."""
        if not isinstance(case, dict) or case.get("version") != CASE_VERSION:
            return None
        return cls(
            case["call"],
            tuple(each["source"] for each in case["functions"] if not each["is_answer"]),
            tuple(each["source"] for each in case["functions"] if each["is_answer"]),
            ShownValue.read(case["got"]),
            ShownValue.read(case["expected"]),
        )

    def translated(self, translate: Callable[[str], str]) -> ShownCase:
        """Return the case with its texts in another language."""
        got, expected = (replace(value, text=translate(value.text)) for value in (self.got, self.expected))
        return replace(self, call=translate(self.call), got=got, expected=expected)

    @property
    def is_of_another_shape(self) -> bool:
        """Whether something of another shape came back than expected."""
        return self.got.shape is not None


@dataclass(frozen=True)
class RecordedVerdict:
    """What the examiner wrote into a graded cell; empty if somebody else graded it."""

    outcome: str = ""
    message: str = ""
    misconception: str = ""
    exercise: str = ""
    case: ShownCase | None = None
    is_visibly_wrong: bool = False

    @classmethod
    def of(cls, cell: NotebookNode) -> RecordedVerdict:
        """Read the verdict of a graded cell; of a stranger's grading, the last error."""
        known = cell.metadata.get("gradlab", {})
        errors = [output for output in cell.get("outputs", ()) if output.output_type == "error"]
        said = next((f"{FAILS_SIGN} {error.evalue}" for error in errors if has_own_line(error)), "")
        if known.get("outcome"):
            return cls(
                known["outcome"],
                (known["outcome"] == Outcome.RAISED and said) or known.get("message", ""),
                known.get("misconception", ""),
                known.get("exercise", ""),
                ShownCase.read(known.get("case")),
                known["outcome"] not in _SAYS_NOTHING
                or any(error.ename != known["outcome"] for error in errors),
            )
        if not errors:
            return cls()
        return cls(Outcome.RAISED, said or f"{errors[-1].ename}: {errors[-1].evalue}", is_visibly_wrong=True)

    @property
    def is_visible_tests(self) -> bool:
        """Whether nothing is known but the line of the visible test that fails."""
        return self.case is None and self.message.startswith(FAILS_SIGN)


@dataclass(frozen=True)
class ScoredCell:
    """A cell that is worth points, with its result.

    Args:
        cell: of the gradebook.
        exercise: that it judges.
        mark: its points.
        verdict: of the examiner.
        aspect: what it looks at, "" if it is the only one of its exercise.
        hint: the misconception that the answer shows, in one sentence.
        comment: of a person, on the exercise; at one of its cells only.
        given: what a person gave points for, from the mark scheme.
    """

    cell: TestCell
    exercise: Exercise
    mark: Mark
    verdict: RecordedVerdict
    aspect: str = ""
    hint: str = ""
    comment: str = ""
    given: tuple[str, ...] = ()

    @property
    def is_answer(self) -> bool:
        """Whether the answer itself is worth points, as written ones are."""
        return self.cell.name == self.exercise.name

    @property
    def waits(self) -> bool:
        """Whether a person has to say how many points it earns."""
        return self.mark.needs_person or self.mark.score is None

    @property
    def points_lost(self) -> float:
        """The points that it lacks, 0 while it waits."""
        return 0.0 if self.waits else max(self.cell.max_score - (self.mark.score or 0.0), 0.0)

    @property
    def has_lost(self) -> bool:
        """Whether it lost points."""
        return self.points_lost > POINTS_TOLERANCE

    @property
    def anchor(self) -> str:
        """The place of its card on the page."""
        return f"card-{self.cell.name}"


@dataclass(frozen=True)
class LossCard:
    """What a page says about lost points: of one cell, or of all cells of an exercise without an answer."""

    items: tuple[ScoredCell, ...]

    @property
    def item(self) -> ScoredCell:
        """Its first cell, which stands for all."""
        return self.items[0]

    @property
    def is_unanswered(self) -> bool:
        """Whether there was no answer."""
        return self.item.verdict.outcome == Outcome.NOT_ATTEMPTED

    @property
    def points_lost(self) -> float:
        """The points that its cells lack."""
        return sum(item.points_lost for item in self.items)

    @property
    def max_score(self) -> float:
        """The points that its cells are worth."""
        return sum(item.cell.max_score for item in self.items)


@dataclass(frozen=True)
class Results:
    """The results of one notebook of a submission, in the notebook's order.

    Args:
        items: the cells that are worth points.
        penalty: the points that lateness costs.
        comments: of a person, on answers that are worth no points, by their names.
        is_revealed: whether expected values and mark schemes are shown.
    """

    items: Sequence[ScoredCell]
    penalty: float = 0.0
    comments: Mapping[str, str] = field(default_factory=dict)
    is_revealed: bool = False

    @property
    def score(self) -> float:
        """The points so far, after the late penalty; never below 0."""
        return max(sum(item.mark.score or 0.0 for item in self.items) - self.penalty, 0.0)

    @property
    def max_score(self) -> float:
        """The points that the notebook is worth."""
        return sum(item.cell.max_score for item in self.items)

    @cached_property
    def waiting(self) -> list[ScoredCell]:
        """What still waits for a person."""
        return [item for item in self.items if item.waits]

    @property
    def points_waiting(self) -> float:
        """The points that a person may add."""
        return sum(max(item.cell.max_score - (item.mark.score or 0.0), 0.0) for item in self.waiting)

    @cached_property
    def lost(self) -> list[LossCard]:
        """What lost points, worst first."""
        cards: dict[str, LossCard] = {}
        for item in self.items:
            if item.has_lost:
                is_unanswered = item.verdict.outcome == Outcome.NOT_ATTEMPTED
                name = f"no answer to {item.exercise.name}" if is_unanswered else item.cell.name
                before = cards[name].items if name in cards else ()
                cards[name] = LossCard((*before, item))
        return sorted(cards.values(), key=lambda card: -card.points_lost)

    @cached_property
    def card_of(self) -> Mapping[str, LossCard]:
        """The cards by the names of their cells."""
        return {item.cell.name: card for card in self.lost for item in card.items}

    @cached_property
    def right(self) -> list[ScoredCell]:
        """What earned all of its points."""
        return [item for item in self.items if not (item.waits or item.has_lost)]

    @cached_property
    def tests(self) -> list[ScoredCell]:
        """The test cells, which have a visible part."""
        return [item for item in self.items if not item.is_answer]

    @property
    def n_visibly_right(self) -> int:
        """How many test cells have a visible part that passes."""
        return sum(not item.verdict.is_visibly_wrong for item in self.tests)

    @cached_property
    def item_of(self) -> Mapping[str, ScoredCell]:
        """The items by the names of their cells."""
        return {item.cell.name: item for item in self.items}


@dataclass(frozen=True)
class Reader:
    """Reads the results of a graded notebook.

    Args:
        notebook: the graded notebook.
        name: its name.
        source: its source, None if the course has none.
        language: of the page.
        is_revealed: whether expected values and mark schemes are shown.
        scheme_marks: how the course marks its mark schemes.
    """

    notebook: NotebookNode
    name: str
    source: SourceNotebook | None
    language: str
    is_revealed: bool
    scheme_marks: HiddenMarks

    def results(self, assignment: Assignment, submission: Submission) -> Results:
        """Return the results of the notebook in a submission."""
        cells = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in self.notebook.cells
            if cell.metadata.get("nbgrader", {}).get("grade_id")
        }
        places = {name: place for place, name in enumerate(cells)}
        asked = [
            (exercise, cell)
            for exercise in assignment.exercises
            if exercise.notebook == self.name
            for cell in exercise.cells
        ]
        asked.sort(key=lambda pair: places.get(pair[1].name, len(places)))
        comments = {name: text for (place, name), text in submission.comments.items() if place == self.name}
        items = [self._item(exercise, cell, cells.get(cell.name), submission) for exercise, cell in asked]
        return Results(
            list(self._commented(items, comments)),
            submission.penalties.get(self.name, 0.0),
            comments,
            is_revealed=self.is_revealed,
        )

    def _item(
        self, exercise: Exercise, cell: TestCell, graded: NotebookNode | None, submission: Submission
    ) -> ScoredCell:
        verdict = RecordedVerdict() if graded is None else self._verdict(graded)
        aspect = "" if graded is None else self._aspect(cell, exercise, graded)
        return ScoredCell(
            cell, exercise, submission.mark(cell), verdict, aspect, self._hint(verdict, exercise)
        )

    def _verdict(self, graded: NotebookNode) -> RecordedVerdict:
        """Return the verdict of a graded cell in the language of the page, as far as it can be translated."""
        verdict = RecordedVerdict.of(graded)
        known = {} if self.source is None else self.source.said
        said = known.get(grade_id_of(graded), NOTHING_SAID)
        told = told_in(self.language, verdict.message, said=said)
        case = verdict.case and verdict.case.translated(lambda text: said.translated(text, self.language))
        return replace(verdict, message=told, case=case)

    @staticmethod
    def _aspect(cell: TestCell, exercise: Exercise, graded: NotebookNode) -> str:
        """Return what a test cell looks at: as its first line says it, else as its name does."""
        title = _TITLE_LINE.match(split_test(graded.source)[0])
        if title is not None:
            return title["aspect"]
        named = _ASPECT.fullmatch(cell.name)
        is_single = named is None and len(exercise.cells) == 1
        return "" if is_single or named is None else named["aspect"]

    def _hint(self, verdict: RecordedVerdict, exercise: Exercise) -> str:
        """Return the sentence of a misconception in the language of the page."""
        known = () if self.source is None else self.source.misconceptions
        shown = (verdict.exercise or exercise.name, verdict.misconception)
        found = (each for each in known if (each.exercise, each.name) == shown)
        return next((each.sentence(self.language) for each in found), "")

    def _commented(self, items: Sequence[ScoredCell], comments: dict[str, str]) -> Iterator[ScoredCell]:
        """Add the comment of a person to the worst cell of its exercise, and what they gave points for."""
        worst = {item.exercise.name: item for item in sorted(items, key=lambda item: item.points_lost)}
        for item in items:
            if worst[item.exercise.name] is not item:
                yield item
                continue
            scheme = self._schemes.get(item.cell.name, ())
            numbers, comment = named_items(comments.pop(item.exercise.name, ""), len(scheme))
            yield replace(item, comment=comment, given=self._given(item, scheme, numbers))

    def _given(
        self, item: ScoredCell, scheme: Sequence[str], numbers: Sequence[int] | None
    ) -> tuple[str, ...]:
        """Return the items of the mark scheme that were given: those that the comment names, or all."""
        if not (self.is_revealed and item.mark.is_by_hand and not item.waits):
            return ()
        if numbers is None:
            return () if item.has_lost else tuple(scheme)
        return tuple(text for number, text in enumerate(scheme, start=1) if number in numbers)

    @cached_property
    def _schemes(self) -> Mapping[str, Sequence[str]]:
        """The items of the mark schemes of the source, by the names of their cells."""
        cells = () if self.source is None else self.source.cells
        return {
            grade_id_of(cell): items_in(select_lines(cell.source, self.language), self.scheme_marks)
            for cell in cells
            if self.scheme_marks.begin in cell.source
        }
