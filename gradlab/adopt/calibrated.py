"""The test cells of a course's present sources, each with the way in which it would be asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gradlab.adopt.advice import Advice, advice_on
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import read_source
from gradlab.base.errors import CourseError
from gradlab.base.texts import counted, suggestion
from gradlab.examiner.ways import BY_VALUE, Asked, Way
from gradlab.grading.calibrations import ways_of_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future
    from pathlib import Path

    from gradlab.course import Course
    from gradlab.examiner.ways import Ways


@dataclass(frozen=True)
class CalibratedCell:
    """A test cell.

    Args:
        name: its grade id.
        asked: how it is asked.
        is_all_visible: whether it has no hidden part.
        advice: what its author should know.
    """

    name: str
    asked: Asked
    is_all_visible: bool = False
    advice: Advice = field(default_factory=Advice)

    @property
    def is_fine(self) -> bool:
        """Whether its author has nothing to do."""
        return not self.advice.cause


@dataclass(frozen=True)
class CalibratedNotebook:
    """A source notebook: its test cells in order, or why they can't be calibrated."""

    assignment: str
    name: str
    cells: tuple[CalibratedCell, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Counts:
    """How many test cells are asked in each way.

    Args:
        ways: by way.
        n_all_visible: how many of those that are asked by value have no hidden part.
        n_problems: how many notebooks could not be calibrated.
    """

    ways: dict[Way, int]
    n_all_visible: int
    n_problems: int

    @classmethod
    def of(cls, notebooks: Sequence[CalibratedNotebook]) -> Counts:
        """Count the test cells of some notebooks."""
        cells = [cell for notebook in notebooks for cell in notebook.cells]
        return cls(
            {way: sum(cell.asked.way is way for cell in cells) for way in Way},
            sum(cell.is_all_visible and cell.asked.way is Way.VALUE for cell in cells),
            sum(bool(notebook.problem) for notebook in notebooks),
        )

    def lines(self) -> Iterator[str]:
        """Yield the sentences that sum up."""
        if self.n_problems:
            yield f"{counted(self.n_problems, 'notebook')} could not be calibrated."
        if self.n_all_visible:
            yield (
                "If a cell has no hidden part, put what decides between ### BEGIN HIDDEN TESTS and "
                "### END HIDDEN TESTS."
            )
        n_cells = sum(self.ways.values())
        visible = f" ({self.n_all_visible} with no hidden part: forgeable)" if self.n_all_visible else ""
        each = ", ".join(f"{n} {way}{visible * (way is Way.VALUE)}" for way, n in self.ways.items())
        yield f"{counted(n_cells, 'cell')}: {each}"


def notebooks_of(course: Course, assignment: str) -> list[Path]:
    """Return the source notebooks of an assignment.

    Raises:
        CourseError: if there is none.
    """
    paths = sorted(course.step("source", assignment=assignment).glob("*.ipynb"))
    if not paths:
        raise CourseError(
            f"There is no source notebook of {assignment!r}.{suggestion(assignment, with_sources(course))}"
        )
    return paths


def with_sources(course: Course) -> list[str]:
    """Return the assignments that have source notebooks."""
    return sorted({path.parent.name for path in course.step("source").glob("[!.]*/*.ipynb")})


def calibrated_notebooks(
    course: Course, assignments: Sequence[str], executor: Executor, tell: Callable[[], None]
) -> list[CalibratedNotebook]:
    """Calibrate the test cells of assignments from their sources.

    Args:
        course: the course; its gradebook is not needed.
        assignments: their names.
        executor: examines the references and the untouched releases.
        tell: called for each notebook that is finished.
    """
    settings = course.execute().settings()
    running: list[tuple[Path, Future[dict[str, Asked]] | str]] = []
    for assignment in assignments:
        for path in notebooks_of(course, assignment):
            try:
                spec = course.as_released(assignment, path.stem)
                running.append((path, executor.submit(ways_of_notebook, spec, settings)))
            except CourseError as error:
                running.append((path, str(error)))
    found = []
    for path, future in running:
        found.append(_calibrated(path, future))
        tell()
    return found


def _calibrated(path: Path, future: Future[dict[str, Asked]] | str) -> CalibratedNotebook:
    assignment, name = path.parent.name, path.stem
    if isinstance(future, str):
        return CalibratedNotebook(assignment, name, problem=future)
    try:
        ways = future.result()
    except Exception as error:  # noqa: BLE001  # the course's own code may raise anything
        reason = f"{type(error).__name__}: {' '.join(str(error).split())[:500]}"
        return CalibratedNotebook(assignment, name, problem=f"its reference can't be examined: {reason}")
    return CalibratedNotebook(assignment, name, cells_with(path, ways))


def cells_with(path: Path, ways: Ways) -> tuple[CalibratedCell, ...]:
    """Return the test cells of a source notebook, with the ways in which they are asked."""
    source = read_source(path)
    if source is None:
        return ()
    return tuple(
        CalibratedCell(name, asked, not split_test(text)[1], advice_on(name, asked, source))
        for name, text in source.tests.items()
        for asked in (ways.get(name, BY_VALUE),)
    )
