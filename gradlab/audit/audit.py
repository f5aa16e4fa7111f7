"""One audit: examine all answers to all exercises in parallel, and report on the course."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.adopt.calibrated import CalibratedNotebook, cells_with, notebooks_of
from gradlab.audit.cache import Cache, digest, engine, given_files, libraries
from gradlab.audit.closeness import Near
from gradlab.audit.exercises import cells_of, exercises_of
from gradlab.audit.findings import AuditReport, ExerciseReport
from gradlab.audit.judge import Judge
from gradlab.audit.plan import marks_in, stale_marks, trials_of
from gradlab.audit.rerun import N_SEEDS
from gradlab.audit.trials import Examined, Trial, Verdict, examine_trials, source_at
from gradlab.audit.whole import Whole, audit_notebooks
from gradlab.audit.written import with_written_tests
from gradlab.base.errors import CourseError
from gradlab.examiner.ways import Asked, Way
from gradlab.grading.calibrations import ways_of_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from concurrent.futures import Executor

    from gradlab.audit.exercises import AuditedExercise, Cell
    from gradlab.authoring.answer_books import EquivalentMark
    from gradlab.course import Course
    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.ways import Ways

CHUNK = 6  # answers that a worker takes at once
MIN_WRONG_S = 2.0
WRONG_TIMES = 10  # a wrong answer may take this many times as long as the reference


@dataclass
class _ExerciseWork:
    """One exercise, the answers to examine, and their results so far."""

    path: Path
    exercise: AuditedExercise
    cells: Mapping[str, Cell]
    trials: list[Trial]
    stale: list[EquivalentMark]
    cache: Cache
    keys: list[str]
    results: dict[int, Examined] = field(default_factory=dict)

    @property
    def unknown(self) -> list[int]:
        """The positions of the answers that still have to be examined."""
        return [place for place in range(len(self.trials)) if place not in self.results]

    @property
    def wrong_s(self) -> float:
        """The time limit of a test cell for a wrong answer, in seconds."""
        slowest_s = max((verdict.elapsed_s for verdict in self.results[0].verdicts), default=0.0)
        return max(MIN_WRONG_S, WRONG_TIMES * slowest_s)

    def note(self, place: int, examined: Examined) -> None:
        """Keep the result of an answer, here and in the cache."""
        self.results[place] = examined
        self.cache.put(self.keys[place], dataclasses.asdict(examined))

    def judged(self) -> ExerciseReport:
        """Return the report on the exercise; on one that has not been finished, without advice."""
        results = [(self.trials[place], examined) for place, examined in sorted(self.results.items())]
        report = Judge(self.exercise, self.cells, results, self.stale).report()
        if not self.unknown:
            return report
        findings = tuple(finding for finding in report.findings if not finding.rule.is_advice)
        return dataclasses.replace(report, findings=findings)


class Phase(StrEnum):
    """The phases of an audit, in order."""

    CALIBRATING = "calibrating notebooks"
    ANSWERS = "examining answers"
    WHOLES = "examining whole notebooks"


@dataclass
class Audit:
    """An audit of some assignments of a course.

    Args:
        course: the course.
        root: its folder.
        assignments: their names.
        executor: runs the examinations.
        books: the folder of the answer books.
        is_fresh: whether to examine everything again, even if it is in the cache.
        tell: called with the phase, and its number of planned and of newly finished steps.
    """

    course: Course
    root: Path
    assignments: Sequence[str]
    executor: Executor
    books: Path
    is_fresh: bool
    tell: Callable[[Phase, int, int], None]
    _known: AuditReport = field(default_factory=AuditReport)
    _work: list[_ExerciseWork] = field(default_factory=list)
    _started_s: float = field(default_factory=time.monotonic)

    @cached_property
    def settings(self) -> Settings:
        """How the course wants its submissions examined."""
        return self.course.execute().settings()

    def run(self) -> None:
        """Run the audit; `report` tells at any time what is known."""
        paths = [path for name in self.assignments for path in notebooks_of(self.course, name)]
        caches = {_name(path): Cache(self.root, _name(path), is_read=not self.is_fresh) for path in paths}
        try:
            with tempfile.TemporaryDirectory() as folder:
                self._run(paths, caches, Path(folder))
            self._known.is_complete = True
        finally:
            for cache in caches.values():
                cache.save(is_complete=self._known.is_complete)

    def _run(self, paths: Sequence[Path], caches: Mapping[str, Cache], folder: Path) -> None:
        """Run the audit.

        Args:
            paths: of the source notebooks.
            caches: by the name of the notebook.
            folder: for releases, and for sources with the tests that nbgrader writes.
        """
        ways = self._calibrated(paths, caches, folder / "written")
        for path, asked in ways.items():
            self._work += self._planned(path, caches[_name(path)], asked)
        self._known.n_trials = sum(len(task.trials) for task in self._work)
        self._known.n_known = sum(len(task.results) for task in self._work)
        self.tell(Phase.ANSWERS, self._known.n_trials, self._known.n_known)
        self._examine(self._work, self.settings)
        self.tell(Phase.WHOLES, N_SEEDS, 0)
        wholes = [Whole(path, caches[_name(path)], self.settings, asked) for path, asked in ways.items()]
        tell = partial(self.tell, Phase.WHOLES, N_SEEDS, 1)
        releases = folder / "releases"
        releases.mkdir()
        self._known.notebooks = audit_notebooks(wholes, self.root, releases, self.executor, tell)

    @property
    def has_findings(self) -> bool:
        """Whether there is anything to report."""
        return bool(self._known.asked)

    def report(self) -> AuditReport:
        """Return what is known."""
        started = [task for task in self._work if 0 in task.results]  # the reference comes first
        self._known.exercises = [task.judged() for task in started]
        self._known.n_left = sum(len(task.unknown) for task in self._work)
        self._known.elapsed_s = time.monotonic() - self._started_s
        return self._known

    def _calibrated(
        self, paths: Sequence[Path], caches: Mapping[str, Cache], folder: Path
    ) -> dict[Path, Ways]:
        """Return how the test cells of each notebook are asked; one that can't be released is only named.

        Args:
            paths: of the source notebooks.
            caches: by the name of the notebook.
            folder: gets copies of those whose tests nbgrader writes, which are tried instead.
        """
        self.tell(Phase.CALIBRATING, len(paths), 0)
        running: dict[Path, Future[dict[str, Asked]] | Ways] = {}
        keys: dict[Path, str] = {}
        tried: dict[Path, Path] = {}
        broken: dict[str, str] = {}
        for path in paths:
            try:
                spec = self.course.as_released(path.parent.name, path.stem)
            except CourseError as error:
                broken.setdefault(path.parent.name, str(error))
                continue
            keys[path] = _state(path, repr(spec.cells), self.settings)
            tried[path] = with_written_tests(path, spec, self.course, folder)
            known = caches[_name(path)].get(keys[path])
            running[path] = (
                self.executor.submit(ways_of_notebook, spec, self.settings)
                if known is None
                else {cell: Asked(**{**entry, "way": Way(entry["way"])}) for cell, entry in known.items()}
            )
        found: dict[Path, Ways] = {}
        for path, examined in running.items():
            ways = examined.result() if isinstance(examined, Future) else examined
            entries = {cell: dataclasses.asdict(asked) for cell, asked in ways.items()}
            caches[_name(path)].put(keys[path], entries)
            if path.parent.name not in broken:
                found[tried[path]] = ways
                cells = cells_with(path, ways)
                self._known.asked.append(CalibratedNotebook(path.parent.name, path.stem, cells))
            self.tell(Phase.CALIBRATING, len(paths), 1)
        if broken and not found:
            raise CourseError(next(iter(broken.values())))
        for assignment, problem in broken.items():
            self._known.asked.append(CalibratedNotebook(assignment, "*", problem=problem))
        return found

    def _planned(self, path: Path, cache: Cache, asked: Ways) -> Iterator[_ExerciseWork]:
        notebook, settings = source_at(path), self.settings
        cells = {cell.name: cell for cell in cells_of(path, settings.language)}
        for exercise in exercises_of(path, settings.language, asked):
            book = self.books / exercise.assignment / exercise.notebook / f"{exercise.name}.py"
            trials = trials_of(exercise, notebook, book)
            around = _context(path, exercise, settings)
            keys = [
                digest(around, trial.kind, trial.title, trial.code, repr(trial.variants)) for trial in trials
            ]
            work = _ExerciseWork(
                path, exercise, cells, trials, stale_marks(trials, marks_in(book)), cache, keys
            )
            for place, key in enumerate(keys):
                known = cache.get(key)
                if known is not None:
                    work.results[place] = _examined(known)
            yield work

    def _examine(self, work: Sequence[_ExerciseWork], settings: Settings) -> None:
        """Examine the references, and then, with time limits taken from them, all other answers."""
        running: dict[Future[list[Examined]], tuple[_ExerciseWork, list[int]]] = {}

        def start(task: _ExerciseWork, places: list[int], wrong_s: float) -> None:
            trials = [task.trials[place] for place in places]
            future = self.executor.submit(examine_trials, task.path, task.exercise, trials, settings, wrong_s)
            running[future] = (task, places)

        def finish() -> None:
            for future in as_completed(list(running)):
                task, places = running.pop(future)
                for place, examined in zip(places, future.result(), strict=True):
                    task.note(place, examined)
                self.tell(Phase.ANSWERS, self._known.n_trials, len(set(places)))

        for task in work:
            if 0 not in task.results:
                start(task, [0, 0], settings.limits.cell_s)  # twice: the first time includes slow imports
        finish()
        for task in work:
            unknown = task.unknown
            for begin in range(0, len(unknown), CHUNK):
                start(task, unknown[begin : begin + CHUNK], task.wrong_s)
        finish()


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _context(path: Path, exercise: AuditedExercise, settings: Settings) -> str:
    """Return a hash of everything that a trial depends on, except for the answer."""
    cells = [
        (cell.name, cell.source, cell.is_test)
        for cell in cells_of(path, settings.language)
        if not cell.is_picture and (not cell.is_test or cell.name in exercise.tests)
    ]
    misconceptions = [
        misconception
        for misconception in source_at(path).misconceptions
        if misconception.exercise == exercise.name
    ]
    around = (cells, misconceptions, exercise.asked)
    return _state(path, repr(around), settings)


def _state(path: Path, around: str, settings: Settings) -> str:
    """Return a hash of some cells of a notebook, and of everything else that an exam of them depends on."""
    asked = (settings.limits, settings.sandbox, settings.language, around)
    return digest(engine(), libraries(source_at(path).modules), repr(asked), given_files(path))


def _examined(known: dict[str, Any]) -> Examined:
    return Examined(tuple(Verdict(**fields) for fields in known["verdicts"]), Near(**known["near"]))
