"""One audit: all answers to all exercises, examined in parallel, and what they say about the course."""

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

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from gradlab.audit.exercises import AuditedExercise
    from gradlab.authoring.answer_books import EquivalentMark
    from gradlab.course import Course
    from gradlab.examiner.notebook import Settings

CHUNK = 6  # answers that a worker takes at once
MIN_WRONG_S = 2.0
WRONG_TIMES = 10  # a wrong answer may take as many times as long as the reference


@dataclass
class _ExerciseWork:
    """One exercise, with the answers that it is tried with and what is known of them."""

    path: Path
    exercise: AuditedExercise
    trials: list[Trial]
    stale: list[EquivalentMark]
    cache: Cache
    keys: list[str]
    results: dict[int, Examined] = field(default_factory=dict)

    @property
    def unknown(self) -> list[int]:
        """The places of the answers that have to be examined."""
        return [place for place in range(len(self.trials)) if place not in self.results]

    @property
    def wrong_s(self) -> float:
        """The seconds that a test cell may take with a wrong answer."""
        slowest_s = max((one.elapsed_s for one in self.results[0].verdicts), default=0.0)
        return max(MIN_WRONG_S, WRONG_TIMES * slowest_s)

    def note(self, place: int, examined: Examined) -> None:
        """Take what became of an answer."""
        self.results[place] = examined
        self.cache.put(self.keys[place], dataclasses.asdict(examined))

    def judged(self, settings: Settings) -> ExerciseReport:
        """Return what the answers say about the exercise."""
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
        executor: what examines.
        books: the folder of the answer books.
        is_fresh: whether all is examined, known or not.
        tell: is told how many answers more are planned, and how many more are done.
    """

    course: Course
    root: Path
    assignments: Sequence[str]
    executor: Executor
    books: Path
    is_fresh: bool
    tell: Callable[[int, int], None]

    def report(self) -> AuditReport:
        """Do all, and return what is found."""
        started_s = time.monotonic()
        settings = self.course.execute().settings()
        report = AuditReport()
        paths = [path for name in self.assignments for path in self._notebooks(name)]
        caches = {path: Cache(self.root, _name(path), is_read=not self.is_fresh) for path in paths}
        work = [one for path in paths for one in self._planned(path, settings, caches[path])]
        report.n_trials = sum(len(one.trials) for one in work)
        report.n_known = sum(len(one.results) for one in work)
        self.tell(report.n_trials, report.n_known)
        try:
            self._examine(work, settings)
            with tempfile.TemporaryDirectory() as folder:
                wholes = [Whole(path, caches[path], settings) for path in paths]
                report.notebooks = audit_notebooks(wholes, self.root, Path(folder), self.executor)
        finally:
            for cache in caches.values():
                cache.save()
        report.exercises = [one.judged(settings) for one in work]
        report.elapsed_s = time.monotonic() - started_s
        return report

    def _notebooks(self, assignment: str) -> list[Path]:
        paths = sorted(self.course.step("source", assignment=assignment).glob("*.ipynb"))
        if not paths:
            raise CourseError(f"There is no source notebook of {assignment!r}.")
        return paths

    def _planned(self, path: Path, settings: Settings, cache: Cache) -> Iterator[_ExerciseWork]:
        notebook = source_at(path)
        for exercise in exercises_of(path, settings.language):
            book = self.books / exercise.assignment / exercise.notebook / f"{exercise.name}.py"
            trials = trials_of(exercise, notebook, book)
            around = _context(path, exercise, settings)
            keys = [digest(around, one.kind, one.title, one.code) for one in trials]
            work = _ExerciseWork(path, exercise, trials, stale_marks(trials, marks_in(book)), cache, keys)
            for place, key in enumerate(keys):
                known = cache.get(key)
                if known is not None:
                    work.results[place] = _examined(known)
            yield work

    def _examine(self, work: Sequence[_ExerciseWork], settings: Settings) -> None:
        """Examine the references, and, when it is known how long they take, all else."""
        running: dict[Future[list[Examined]], tuple[_ExerciseWork, list[int]]] = {}

        def start(one: _ExerciseWork, places: list[int], wrong_s: float) -> None:
            trials = [one.trials[place] for place in places]
            future = self.executor.submit(examine_trials, one.path, one.exercise, trials, settings, wrong_s)
            running[future] = (one, places)

        def finish() -> None:
            for future in as_completed(list(running)):
                one, places = running.pop(future)
                for place, examined in zip(places, future.result(), strict=True):
                    one.note(place, examined)
                self.tell(0, len(set(places)))

        for one in work:
            if 0 not in one.results:
                start(one, [0, 0], settings.limits.cell_s)  # the first time, much is imported
        finish()
        for one in work:
            unknown = one.unknown
            for begin in range(0, len(unknown), CHUNK):
                start(one, unknown[begin : begin + CHUNK], one.wrong_s)
        finish()


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _context(path: Path, exercise: AuditedExercise, settings: Settings) -> str:
    """Return a name for all that a trial depends on but the answer."""
    cells = [
        (cell.name, cell.source, cell.is_test)
        for cell in cells_of(path, settings.language)
        if not cell.is_picture and (not cell.is_test or cell.name in exercise.tests)
    ]
    misconceptions = [one for one in source_at(path).misconceptions if one.exercise == exercise.name]
    asked = (settings.limits, settings.sandbox, settings.language, cells, misconceptions)
    return digest(engine(), libraries(source_at(path).modules), repr(asked), given_files(path))


def _examined(known: dict[str, Any]) -> Examined:
    return Examined(tuple(Verdict(**one) for one in known["verdicts"]), Near(**known["near"]))
