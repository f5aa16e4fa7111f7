"""A course as nbgrader configures it: its folders, its gradebook, what it wants graded and how."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader import apps
from nbgrader.api import Gradebook, MissingEntry

from gradlab.errors import CourseError
from gradlab.preprocessors.execute import Execute
from gradlab.preprocessors.restore_cells import official_cells, ordered
from gradlab.source import SourceNotebook

if TYPE_CHECKING:
    from nbgrader.coursedir import CourseDirectory
    from traitlets.config import Config

    from gradlab.examiner.room import Settings
    from gradlab.notebooks import OfficialCell


@dataclass(frozen=True)
class NotebookSpec:
    """One notebook of an assignment: its official cells in order, and where its source is."""

    name: str
    cells: tuple[OfficialCell, ...]
    source: Path | None


@dataclass(frozen=True)
class AssignmentSpec:
    """All that an exam of one assignment depends on, but for the submission."""

    name: str
    notebooks: tuple[NotebookSpec, ...]
    settings: Settings
    config: Config

    def digest(self) -> str:
        """Return a name for what is asked: it changes with the tests, the reference and the limits."""
        parts = [repr((self.notebooks, self.settings.limits, self.settings.sandbox, self.settings.language))]
        parts += [one.source.read_text(encoding="utf-8") for one in self.notebooks if one.source is not None]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


class Course:
    """The course in a folder, by its ``nbgrader_config.py``."""

    def __init__(self, folder: Path) -> None:
        app = apps.AutogradeApp()
        app.initialize([f"--CourseDirectory.root={folder.resolve()}", "--log-level=ERROR"])
        self.config: Config = app.config
        self._directory: CourseDirectory = app.coursedir

    def step(self, name: str, student: str = ".", assignment: str = ".") -> Path:
        """Return the folder of one of nbgrader's steps: "source", "submitted", "autograded", …."""
        folder = getattr(self._directory, f"{name}_directory")
        return Path(self._directory.format_path(folder, student, assignment))

    def gradebook(self) -> Gradebook:
        """Open the gradebook."""
        return Gradebook(self._directory.db_url, self._directory.course_id)

    @property
    def outcomes(self) -> Path:
        """The folder where the outcomes of exams are kept: beside the database."""
        return Path(self._directory.db_url.removeprefix("sqlite:///")).parent / "outcomes"

    def students(self, assignment: str) -> list[str]:
        """Return the students of whom there is a submission."""
        return sorted(path.parent.name for path in self.step("submitted").glob(f"*/{assignment}"))

    def assignment(self, name: str) -> AssignmentSpec:
        """Return what is asked in an assignment.

        Raises:
            CourseError: where the gradebook does not know it.
        """
        with self.gradebook() as gradebook:
            try:
                entry = gradebook.find_assignment(name)
            except MissingEntry:
                raise CourseError(
                    f"The gradebook has no assignment {name!r}. "
                    f"Run 'nbgrader generate_assignment {name}' first."
                ) from None
            notebooks = [self._notebook(gradebook, name, one.name) for one in entry.notebooks]
        execute = Execute(config=self.config)
        return AssignmentSpec(
            name, tuple(sorted(notebooks, key=lambda one: one.name)), execute.settings(), self.config
        )

    def _notebook(self, gradebook: Any, assignment: str, name: str) -> NotebookSpec:
        path = self.step("source", assignment=assignment) / f"{name}.ipynb"
        source = path if path.is_file() else None
        cells = official_cells(gradebook, assignment, name)
        order = [] if source is None else [cell.get("id", "") for cell in SourceNotebook.read(source).cells]
        return NotebookSpec(name, tuple(ordered(cells, order)), source)
