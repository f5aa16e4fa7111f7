"""One audit: examine all answers to all exercises in parallel, and report on the course."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from concurrent.futures import as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gradlab.audit.cache import Cache, digest, engine, given_files, libraries
from gradlab.audit.closeness import Near
from gradlab.audit.exercises import cells_of, exercises_of
from gradlab.audit.findings import AuditReport, ExerciseReport
from gradlab.audit.judge import Judge
from gradlab.audit.plan import marks_in, stale_marks, trials_of
from gradlab.audit.trials import Examined, Trial, Verdict, examine_trials, source_at
from gradlab.audit.whole import Whole, audit_notebooks
from gradlab.errors import CourseError
from gradlab.texts import suggestion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from gradlab.audit.exercises import AuditedExercise
    from gradlab.authoring.answer_books import EquivalentMark
    from gradlab.course import Course
    from gradlab.examiner.notebook import Settings

CHUNK = 6  # answers that a worker takes at once
MIN_WRONG_S = 2.0
WRONG_TIMES = 10  # a wrong answer may take this many times as long as the reference


@dataclass
class _ExerciseWork:
    """One exercise, the answers to examine, and their results so far."""

    path: Path
    exercise: AuditedExercise
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

    def judged(self, settings: Settings) -> ExerciseReport:
        """Return the report on the exercise."""
        cells = {cell.name: cell for cell in cells_of(self.path, settings.language)}
        results = [(trial, self.results[place]) for place, trial in enumerate(self.trials)]
        return Judge(self.exercise, cells, results, self.stale).report()


@dataclass(frozen=True)
class Audit:
    """An audit of some assignments of a course.

    Args:
        course: the course.
        root: its folder.
        assignments: their names.
        executor: runs the examinations.
        books: the folder of the answer books.
        is_fresh: whether to examine everything again, even if it is in the cache.
        tell: called with the number of newly planned and of newly finished answers.
    """

    course: Course
    root: Path
    assignments: Sequence[str]
    executor: Executor
    books: Path
    is_fresh: bool
    tell: Callable[[int, int], None]

    def report(self) -> AuditReport:
        """Run the audit and return its report."""
        started_s = time.monotonic()
        settings = self.course.execute().settings()
        report = AuditReport()
        paths = [path for name in self.assignments for path in self._notebooks(name)]
        caches = {path: Cache(self.root, _name(path), is_read=not self.is_fresh) for path in paths}
        work = [task for path in paths for task in self._planned(path, settings, caches[path])]
        report.n_trials = sum(len(task.trials) for task in work)
        report.n_known = sum(len(task.results) for task in work)
        self.tell(report.n_trials, report.n_known)
        try:
            self._examine(work, settings)
            with tempfile.TemporaryDirectory() as folder:
                wholes = [Whole(path, caches[path], settings) for path in paths]
                report.notebooks = audit_notebooks(wholes, self.root, Path(folder), self.executor)
        finally:
            for cache in caches.values():
                cache.save()
        report.exercises = [task.judged(settings) for task in work]
        report.elapsed_s = time.monotonic() - started_s
        return report

    def _notebooks(self, assignment: str) -> list[Path]:
        paths = sorted(self.course.step("source", assignment=assignment).glob("*.ipynb"))
        if not paths:
            known = {path.parent.name for path in self.course.step("source").glob("[!.]*/*.ipynb")}
            raise CourseError(
                f"There is no source notebook of {assignment!r}.{suggestion(assignment, known)}"
            )
        return paths

    def _planned(self, path: Path, settings: Settings, cache: Cache) -> Iterator[_ExerciseWork]:
        notebook = source_at(path)
        for exercise in exercises_of(path, settings.language):
            book = self.books / exercise.assignment / exercise.notebook / f"{exercise.name}.py"
            trials = trials_of(exercise, notebook, book)
            around = _context(path, exercise, settings)
            keys = [
                digest(around, trial.kind, trial.title, trial.code, repr(trial.variants)) for trial in trials
            ]
            work = _ExerciseWork(path, exercise, trials, stale_marks(trials, marks_in(book)), cache, keys)
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
                self.tell(0, len(set(places)))

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
    asked = (settings.limits, settings.sandbox, settings.language, cells, misconceptions)
    return digest(engine(), libraries(source_at(path).modules), repr(asked), given_files(path))


def _examined(known: dict[str, Any]) -> Examined:
    return Examined(tuple(Verdict(**fields) for fields in known["verdicts"]), Near(**known["near"]))
