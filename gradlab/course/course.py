"""A course as nbgrader configures it: its folders, its gradebook, and how its submissions are graded."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import NoSuchKernel
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbgrader import apps, preprocessors
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde, GenerateAssignment
from sqlalchemy import create_engine, inspect, make_url, text
from traitlets import TraitError
from traitlets.utils.importstring import import_item

from gradlab.authoring.folders import CONFIG_NAME, files_beside
from gradlab.authoring.hidden_marks import use_marks
from gradlab.authoring.imports import modules_imported_in
from gradlab.authoring.source import read_notebook_file, read_source
from gradlab.base.errors import CourseError
from gradlab.course.agreement import ReleaseSteps
from gradlab.course.configuration import check_configuration, configured
from gradlab.examinee.zygote import Warmth
from gradlab.preprocessors.clear_metadata import ClearMetadata
from gradlab.preprocessors.execute import Execute, check_kernel
from gradlab.preprocessors.marks_of import marks_of
from gradlab.submission.official import PYTHON_KERNEL, kernelspec_of, official_cells
from gradlab.submission.own_files import Limits, OwnFiles
from gradlab.submission.times import course_zone

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from nbgrader.coursedir import CourseDirectory
    from sqlalchemy.engine import URL
    from traitlets.config import Config

    from gradlab.examiner.notebook import Settings
    from gradlab.examiner.ways import Ways
    from gradlab.submission.official import OfficialCell


@dataclass(frozen=True)
class NotebookSpec:
    """One notebook of an assignment.

    Args:
        name: of the notebook.
        cells: the official cells by name.
        kernelspec: its kernel.
        source: where its source is, None if the course has none.
        ways: how its test cells are asked.
    """

    name: str
    cells: tuple[OfficialCell, ...]
    kernelspec: dict[str, str]
    source: Path | None
    ways: Ways = field(default_factory=dict)


@dataclass(frozen=True)
class AssignmentSpec:
    """Everything that an exam of one assignment depends on, except for the submission."""

    name: str
    notebooks: tuple[NotebookSpec, ...]
    settings: Settings
    config: Config
    db_url: str
    steps: tuple[type, ...]
    own_files: OwnFiles

    def digest(self) -> str:
        """Return a hash of what is examined: tests, reference, misconceptions, files and limits."""
        settings = self.settings
        asked = (settings.limits, settings.sandbox, settings.skip_tag)
        total = hashlib.sha256(repr(asked).encode())
        for notebook in self.notebooks:
            cells = [cell.examined for cell in notebook.cells if cell.examined]
            total.update(repr((notebook.name, cells, notebook.kernelspec)).encode())
            source = None if notebook.source is None else read_source(notebook.source)
            if source is None:
                continue
            total.update(repr((settings.language_of(source), source.examined)).encode())
            for name, path in files_beside(source.path).items():
                total.update(f"{name}\0".encode("utf-8", "surrogatepass"))
                total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()


def _n_assignments(url: URL) -> int | None:
    """Return how many assignments a database knows, None if it is no gradebook."""
    try:
        engine = create_engine(url)
    except ImportError as error:
        raise CourseError(f"The gradebook's database needs a Python package: {error}. Install it.") from None
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("assignment"):
                return None
            return int(connection.scalar(text("SELECT count(*) FROM assignment")) or 0)
    finally:
        engine.dispose()


class CourseFolders:
    """The folders and the gradebook of a course.

    Args:
        directory: nbgrader's own view of them.
    """

    def __init__(self, directory: CourseDirectory) -> None:
        self._directory = directory

    @property
    def root(self) -> Path:
        """The course's folder."""
        return Path(self._directory.root)

    def step(self, name: str, student: str = ".", assignment: str = ".") -> Path:
        """Return the folder of one of nbgrader's steps: "source", "submitted", "autograded", …."""
        folder = getattr(self._directory, f"{name}_directory")
        try:
            return Path(self._directory.format_path(folder, student, assignment))
        except (KeyError, IndexError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise CourseError(
                f"c.CourseDirectory.directory_structure is wrong: {reason}. Correct it."
            ) from None

    def gradebook(self) -> Gradebook:
        """Open the gradebook.

        Raises:
            CourseError: if there is none; none is made.
        """
        self.check_gradebook()
        return Gradebook(self._directory.db_url, self._directory.course_id)

    def check_gradebook(self) -> None:
        """Check that there is a gradebook, because nbgrader makes an empty one if it finds none.

        Raises:
            CourseError: if there is none, or an empty one although submissions have been graded.
        """
        url = make_url(self._directory.db_url)
        is_file = url.get_backend_name() == "sqlite" and "uri" not in url.query
        place = url.database if is_file else url.render_as_string()
        advice = (
            "Nothing has been written. If it is lost, restore it from a backup. "
            "Otherwise run 'nbgrader generate_assignment <assignment>' first."
        )
        n_assignments = None if is_file and not Path(place or "").is_file() else _n_assignments(url)
        if n_assignments is None:
            raise CourseError(f"There is no gradebook in {place} (c.CourseDirectory.db_url). {advice}")
        if not n_assignments and any(self.outcomes.glob("*/*.json")):
            raise CourseError(f"The gradebook in {place} is empty, but submissions were graded. {advice}")

    @property
    def beside_gradebook(self) -> Path:
        """The folder for everything kept with the gradebook, wherever the database itself is."""
        return self.root / "gradebook"

    @property
    def outcomes(self) -> Path:
        """The folder where the outcomes of exams are kept."""
        return self.beside_gradebook / "outcomes"

    def assignments(self) -> list[str]:
        """Return the assignments that the gradebook or the source knows."""
        with self.gradebook() as gradebook:
            known = {row.name for row in gradebook.assignments}
        sources = self.step("source").glob("[!.]*/*.ipynb")
        return sorted(known | {path.parent.name for path in sources})

    def students(self, assignment: str) -> list[str]:
        """Return the students who have submitted an assignment."""
        excluded = self._directory.student_id_exclude.split(",")
        return sorted(
            path.name
            for path in self.step("submitted").glob("[!.]*")
            if path.name not in excluded and self.step("submitted", path.name, assignment).is_dir()
        )


class Course(CourseFolders):
    """The course in a folder, as its ``nbgrader_config.py`` configures it.

    Args:
        folder: of the course.
        converter: nbgrader's own autograding, if its configuration is to be used.

    Attributes:
        config: the configuration.
        zone: the time zone in which `nbgrader submit` writes times.

    Raises:
        CourseError: if the configuration has an error.
    """

    def __init__(self, folder: Path, converter: Autograde | None = None) -> None:
        check_configuration(folder)
        if converter is None:
            app = configured(apps.AutogradeApp(), folder)
            converter = Autograde(coursedir=app.coursedir, parent=app)
        directory = converter.coursedir
        super().__init__(directory)
        self.config: Config = converter.config
        self.zone: str = course_zone(self.config)
        use_marks(marks_of(self.config))
        self._converter = converter
        self._release_steps = ReleaseSteps(
            GenerateAssignment(coursedir=directory, parent=converter.parent).preprocessors,
            self.config,
            self.root,
            directory.db_url,
        )

    @property
    def file_limits(self) -> Limits:
        """Which files besides notebooks nbgrader takes."""
        return Limits(tuple(self._directory.ignore), self.max_file_bytes)

    @property
    def max_file_bytes(self) -> int:
        """The size limit for files besides notebooks; larger ones are left out, as in nbgrader."""
        return int(1000 * self._directory.max_file_size)

    def not_overwritten(self, assignment: str) -> list[str]:
        """Return the names of given files that a student may replace with their own."""
        return list(self._converter.exclude_overwriting.get(assignment, ()))

    @property
    def permissions(self) -> int:
        """The permissions that nbgrader gives to the files of graded submissions."""
        return int(str(self._converter.permissions), 8)

    def set_permissions(self, folder: Path, besides: Collection[str]) -> None:
        """Set nbgrader's permissions on a graded submission, except on files with these names."""
        untouched = {os.path.join(folder, name) for name in besides}  # noqa: PTH118  # as `os.walk` names them
        permissions = self.permissions
        for place, _, names in os.walk(folder):
            for path in {os.path.join(place, name) for name in names} - untouched:  # noqa: PTH118  # as above
                os.chmod(path, permissions)  # noqa: PTH101  # as above
            if self._directory.groupshared:
                Path(place).chmod((Path(place).stat().st_mode | 0o2770) & 0o2777)

    @property
    def creates_students(self) -> bool:
        """Whether unknown students are added to the gradebook."""
        return bool(self._converter.create_student)

    @cached_property
    def _steps(self) -> list[type]:
        """The preprocessors that nbgrader would run after sanitizing; the verdicts keep their metadata."""
        chosen = self._converter.autograde_preprocessors
        try:
            steps = [import_item(step) if isinstance(step, str) else step for step in chosen]
        except ImportError as error:
            raise CourseError(f"c.Autograde.autograde_preprocessors is wrong: {error}. Correct it.") from None
        return [ClearMetadata if step is ClearMetadataPreprocessor else step for step in steps]

    @cached_property
    def penalties(self) -> list[Any]:
        """The preprocessors that compute late penalties."""
        steps = [
            step(config=self.config)
            for step in self._steps
            if issubclass(step, preprocessors.AssignLatePenalties)
        ]
        for step in steps:
            step.init_plugin()
        return [step for step in steps if step.enabled]

    def execute(self) -> Execute:
        """Return the preprocessor that examines submissions, as the course configures it.

        Raises:
            CourseError: if a trait has an invalid value.
        """
        try:
            return Execute(config=self.config)
        except TraitError as error:
            raise CourseError(f"{CONFIG_NAME} is wrong: {error}") from None

    def warmth(self, assignments: Iterable[str]) -> Warmth:
        """Return what a zygote imports and runs before it examines these assignments."""
        paths = [
            path for name in assignments for path in self.step("source", assignment=name).glob("*.ipynb")
        ]
        return Warmth(modules_imported_in(paths), self.execute().warm_up)

    def assignment(self, name: str) -> AssignmentSpec:
        """Return the specification of an assignment.

        Raises:
            CourseError: if the gradebook does not know it, source, gradebook and release don't agree about
                it, or this engine can't examine it.
        """
        with self.gradebook() as gradebook:
            try:
                entry = gradebook.find_assignment(name)
            except MissingEntry:
                raise CourseError(
                    f"The gradebook has no assignment {name!r}. "
                    f"Run 'nbgrader generate_assignment {name}' first."
                ) from None
            notebooks = [self._notebook(name, notebook) for notebook in entry.notebooks]
        execute = self.execute()
        elsewhere = (
            preprocessors.Execute,  # the examiner does that
            preprocessors.AssignLatePenalties,  # the recorder does that
            preprocessors.CheckCellMetadata,  # the release has been checked, and only answers are added to it
        )
        return AssignmentSpec(
            name,
            tuple(sorted(notebooks, key=lambda notebook: notebook.name)),
            execute.settings(),
            self.config,
            self._directory.db_url,
            tuple(step for step in self._steps if not issubclass(step, elsewhere)),
            OwnFiles(self._given(name, notebooks), self.file_limits),
        )

    @property
    def mark_of_written_tests(self) -> str:
        """What marks a test in a source that nbgrader writes for a release, as in `### AUTOTEST f(2)`."""
        return self._release_steps.mark

    def as_released(self, assignment: str, name: str) -> NotebookSpec:
        """Return a notebook's specification as if its source were released now; reads no gradebook.

        Raises:
            CourseError: if it can't be released or examined.
        """
        path = self.step("source", assignment=assignment) / f"{name}.ipynb"
        read_source(path)  # an error names the file
        kernelspec = dict(read_notebook_file(path).metadata.get("kernelspec", {})) or PYTHON_KERNEL
        _check_kernel(path.name, kernelspec)
        return NotebookSpec(name, self._release_steps.cells(assignment, name, path), kernelspec, path)

    def _given(self, assignment: str, notebooks: Iterable[NotebookSpec]) -> frozenset[str]:
        """Return the names of the files that an assignment hands out and that replace the students'."""
        sources = [notebook.source for notebook in notebooks if notebook.source is not None]
        names = {name for source in sources for name in files_beside(source)}
        return frozenset(names.difference(self.not_overwritten(assignment)))

    def _notebook(self, assignment: str, entry: Any) -> NotebookSpec:
        path = self.step("source", assignment=assignment) / f"{entry.name}.ipynb"
        release = self.step("release", assignment=assignment) / path.name
        cells = official_cells(entry)
        if not path.is_file() and any(path.parent.glob("*.ipynb")):
            raise CourseError(
                f"Nothing is graded: {path} is missing, but the gradebook has it. Put it back; to leave it "
                f"out, run 'nbgrader generate_assignment {assignment} --force', which nbgrader refuses once "
                "there are submissions."
            )
        self._release_steps.check(assignment, entry.name, path, release, cells)
        kernelspec = kernelspec_of(entry)
        _check_kernel(path.name, kernelspec)
        return NotebookSpec(entry.name, tuple(cells), kernelspec, path if path.is_file() else None)


def _check_kernel(name: str, kernelspec: dict[str, str]) -> None:
    try:
        check_kernel(kernelspec)
    except NoSuchKernel as error:
        raise CourseError(f"{name} wants a kernel that is not installed: {error}") from None
