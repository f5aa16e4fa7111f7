"""Makes nbgrader's own autograding (`nbgrader autograde`, formgrader's button) as good as gradlab's.

nbgrader's converter makes its exporter after it has looked for notebooks, and before it touches anything. So
the exporter can correct what the converter has found, refuse to start, and read what nbgrader can't.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets import Unicode

from gradlab.authoring.source import read_source
from gradlab.base.errors import CourseError
from gradlab.base.failures import explained
from gradlab.base.texts import without_control
from gradlab.course import Course
from gradlab.grading.grade import found_in, guessed_in, notes_on, results_in
from gradlab.grading.graded import FinishedExam, GradedNotebook
from gradlab.grading.judged import judged_in
from gradlab.grading.recorder import Recorder
from gradlab.preprocessors.execute import BESIDE
from gradlab.preprocessors.restore_cells import RESTORED
from gradlab.submission.times import submitted_time

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from gradlab.course import AssignmentSpec, NotebookSpec
    from gradlab.grading.recorded import Recorded
    from gradlab.submission.restore import Restored


class SubmissionExporter(NotebookExporter):
    """Reads submissions as `gradlab autograde` does, and records the same.

    Set ``c.Autograde.exporter_class`` to it.
    """

    def __init__(self, **traits: Any) -> None:
        """Correct what nbgrader's converter has found.

        Raises:
            NbGraderException: if source, gradebook and release don't agree, or the gradebook can't be used.
        """
        super().__init__(**traits)  # type: ignore[no-untyped-call]  # nbconvert's
        self._run: _StockRun | None = None
        if not isinstance(self.parent, Autograde):
            return
        try:
            self._run = _StockRun(self.parent)
            self._run.prepare()
        except Exception as error:
            text = str(error) if isinstance(error, CourseError) else explained(error)
            if text is None:
                raise
            self.log.error(text)  # noqa: TRY400  # one line instead of a traceback
            raise NbGraderException(text) from None

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **more: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert a notebook: first as it was submitted, then with the answers in the released one."""
        if self._run is None or resources is None:
            return super().from_filename(filename, resources, **more)
        path = Path(filename)
        if not self._run.is_sanitizing:
            resources[BESIDE] = self._run.submission_graded_at(path).beside.get(path.stem, "")
            output, resources = super().from_filename(filename, resources, **more)
            self._run.finish(path, str(output))
            return output, resources
        notebook = nbformat.from_dict(self._run.read(path))  # type: ignore[no-untyped-call]  # untyped
        resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
        output, resources = self.from_notebook_node(notebook, resources, **more)  # type: ignore[no-untyped-call]  # nbconvert's
        if RESTORED in resources:
            self._run.restore(path, output, resources[RESTORED])
        return output, resources


class _Times(CourseDirectory):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's folders, with times of submission in any zone; a file without a time stops nothing."""

    zone = Unicode()

    def get_existing_timestamp(self, dest_path: str) -> dt.datetime | None:
        """Return when the submission in a folder was made, None if that is not known."""
        return submitted_time(Path(dest_path), self.zone)[0]


@dataclass
class _Conversion:
    """A submission in nbgrader's hands.

    Args:
        student: who submitted it.
        folder: where it is.
        spec: what is asked.
        confirmed: the (notebook, cell) whose points a person had confirmed before.
        graded: the notebooks that are done, by name.
        begun: what is known about the others, by name.
        beside: the folders of the submission in which notebooks were found, by name.
    """

    student: str
    folder: Path
    spec: AssignmentSpec
    confirmed: frozenset[tuple[str, str]]
    graded: dict[str, GradedNotebook] = field(default_factory=dict)
    begun: dict[str, GradedNotebook] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)

    def find(self, asked: NotebookSpec) -> Any:
        """Return the content of a notebook, None if it can't be examined."""
        found = found_in(self.folder, self.spec, asked, self.student)
        if isinstance(found, GradedNotebook):
            self.graded[asked.name] = found
            return None
        self.begun[asked.name] = GradedNotebook(asked.name, notes=notes_on(asked.name, found.note))
        self.beside[asked.name] = found.folder
        return found.content

    def asked(self, name: str) -> NotebookSpec:
        """Return what is asked in a notebook."""
        return next(notebook for notebook in self.spec.notebooks if notebook.name == name)


class _StockRun:
    """One run of nbgrader's converter."""

    def __init__(self, converter: Autograde) -> None:
        self._converter = converter
        self._course = Course(Path(converter.coursedir.root), converter)
        self._submissions: dict[Path, _Conversion] = {}

    @property
    def is_sanitizing(self) -> bool:
        """Whether the submission is read, not the notebook that was made from it."""
        return bool(self._converter._sanitizing)  # noqa: SLF001  # the only place that tells

    def prepare(self) -> None:
        """Give the notebooks that can be graded the assignment's names, and record those that can't."""
        converter, known = self._converter, self._converter.coursedir
        traits = {name: getattr(known, name) for name in known.trait_names(config=True)}
        converter.coursedir = _Times(parent=known.parent, zone=self._course.zone, **traits)
        for assignment, folders in self._folders().items():
            spec = self._course.assignment(assignment)
            names = [each.name for each in spec.notebooks if fnmatchcase(each.name, known.notebook_id)]
            with self._recorder(spec) as recorder:
                for folder, student in folders.items():
                    submission = _Conversion(student, Path(folder), spec, recorder.confirmed(student))
                    self._submissions[submission.folder] = submission
                    for name in names:
                        submission.find(submission.asked(name))
                    converter.assignments[folder] = [f"{folder}/{name}.ipynb" for name in submission.begun]
                    if not submission.begun:
                        del converter.assignments[folder]
                        self._record_broken(recorder, submission)

    def _folders(self) -> dict[str, dict[str, str]]:
        """Return the folders that were asked for by assignment, each with its student."""
        directory = self._converter.coursedir
        excluded = directory.student_id_exclude.split(",")
        submitted = directory.submitted_directory
        pattern = directory.format_path(submitted, "(?P<student>.*)", "(?P<assignment>.*)", escape=True)
        found: dict[str, dict[str, str]] = {}
        wanted = directory.format_path(submitted, directory.student_id, directory.assignment_id)
        for folder in sorted(glob(wanted)):  # noqa: PTH207  # nbgrader's own pattern, of its whole path
            match = re.fullmatch(pattern, folder)
            if match and Path(folder).is_dir() and match["student"] not in excluded:
                found.setdefault(match["assignment"], {})[folder] = match["student"]
        return found

    def read(self, path: Path) -> Any:
        """Return a submitted notebook as parsed JSON."""
        submission = self._submissions[path.parent]
        with self._recorder(submission.spec) as recorder:
            recorder.outcome_file(submission.student).begin()
        content = submission.find(submission.asked(path.stem))
        for note in submission.begun[path.stem].notes:
            self._converter.log.warning("%s: %s", submission.student, note)
        return content

    def restore(self, path: Path, output: str, restored: Restored) -> None:
        """Remember the restored form of a submitted notebook."""
        submission, name = self._submissions[path.parent], path.stem
        asked = submission.asked(name)
        notebook = nbformat.reads(output, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]  # untyped
        begun = submission.begun[name]
        submission.begun[name] = replace(
            begun,
            judged=judged_in(notebook, asked.cells),
            guesses=guessed_in(notebook, None if asked.source is None else read_source(asked.source)),
            notes=begun.notes + notes_on(name, *restored.notes),
            n_found=restored.n_found,
            n_asked=restored.n_asked,
        )

    def submission_graded_at(self, path: Path) -> _Conversion:
        """Return the submission whose graded notebook has this path."""
        return next(
            each
            for each in self._submissions.values()
            if self._course.step("autograded", each.student, each.spec.name) == path.parent
        )

    def finish(self, path: Path, output: str) -> None:
        """Remember a graded notebook; record the submission if it is the last one."""
        submission = self.submission_graded_at(path)
        notebook = nbformat.reads(output, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]  # untyped
        grades, comments = results_in(notebook)
        begun = submission.begun.pop(path.stem)
        submission.graded[path.stem] = replace(begun, text=output, grades=grades, comments=comments)
        is_whole = len(submission.graded) == len(submission.spec.notebooks)
        if submission.begun or not is_whole or not self._course.execute().enabled:
            return  # the outcome file stays outdated
        with self._recorder(submission.spec) as recorder:
            exam = self._exam(recorder, submission)
            self._tell(submission, recorder.record_rows(exam, submission.confirmed))

    def _record_broken(self, recorder: Recorder, submission: _Conversion) -> None:
        """Record a submission without any notebook that can be graded."""
        if len(submission.graded) < len(submission.spec.notebooks):
            recorder.outcome_file(submission.student).begin()
            return
        exam = self._exam(recorder, submission)
        known = {} if self._converter.force else recorder.known({exam.student: exam.digest})
        result = known.get(exam.student) or recorder.record([exam])[exam.student]
        if isinstance(result, Exception):
            raise result
        self._tell(submission, result)

    @staticmethod
    def _exam(recorder: Recorder, submission: _Conversion) -> FinishedExam:
        notebooks = [submission.graded[notebook.name] for notebook in submission.spec.notebooks]
        return FinishedExam(submission.student, recorder.digest(submission.student), notebooks)

    def _tell(self, submission: _Conversion, recorded: Recorded) -> None:
        student, log = submission.student, self._converter.log
        log.info("%s: answers found %s of %s", student, recorded.n_found, recorded.n_asked)
        for problem in recorded.problems:
            log.error("not gradeable: %s: %s", student, without_control(problem))

    @contextlib.contextmanager
    def _recorder(self, spec: AssignmentSpec) -> Iterator[Recorder]:
        with self._course.gradebook() as gradebook, Recorder(self._course, spec, gradebook) as recorder:
            yield recorder
