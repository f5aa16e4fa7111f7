"""The folders of graded submissions: graded notebooks, and the files that nbgrader leaves next to them."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from gradlab.examiner.files import write_beside
from gradlab.grading.given import GivenFiles
from gradlab.submission.own_files import besides
from gradlab.submission.reading import open_regular

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gradlab.course import Course
    from gradlab.grading.graded import GradedNotebook


class GradedFolders:
    """The graded submissions of one assignment.

    Args:
        course: the course.
        assignment: its name.
    """

    def __init__(self, course: Course, assignment: str) -> None:
        self._course = course
        self._assignment = assignment
        self._limits = course.file_limits
        given = self._limits.files_in(course.step("source", assignment=assignment))
        for name in course.not_overwritten(assignment):
            given.pop(name, None)
        self._given = GivenFiles(given, course.beside_gradebook / "given", course.permissions)

    def open(self) -> None:
        """Keep a copy of the files that the assignment hands out."""
        self._given.store()

    def of(self, student: str) -> Path:
        """Return the folder of a student's graded submission."""
        return self._course.step("autograded", student, self._assignment)

    def notebooks_of(self, student: str) -> set[str]:
        """Return the names of a student's graded notebooks."""
        return {path.stem for path in self.of(student).glob("*.ipynb")}

    def replace(self, student: str, notebooks: Sequence[GradedNotebook]) -> None:
        """Replace the graded notebooks and the files next to them in one step."""
        place = self.of(student)
        beside = place.with_name(f".{place.name}.new")
        before = place.with_name(f".{place.name}.old")
        for folder in (beside, before):
            if os.path.lexists(folder):
                shutil.rmtree(folder, ignore_errors=True)
        is_graded = any(notebook.text for notebook in notebooks)
        if is_graded:
            beside.mkdir(parents=True, exist_ok=True)
            self._fill(beside, student, notebooks)
        if os.path.lexists(place):
            place.rename(before)
        if is_graded:
            beside.rename(place)
        if os.path.lexists(before):
            shutil.rmtree(before, ignore_errors=True)

    def _fill(self, folder: Path, student: str, notebooks: Sequence[GradedNotebook]) -> None:
        """Write graded notebooks, and the files next to them: the course's, and more of the student's."""
        texts = {f"{notebook.name}.ipynb": notebook.text for notebook in notebooks if notebook.text}
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
        pages = {f"{notebook.name}.html" for notebook in notebooks}
        submitted = self._limits.files_in(self._course.step("submitted", student, self._assignment))
        for name, path in besides(submitted, {*self._given.names, *texts, *pages}).items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with open_regular(path) as content, target.open("wb") as copy:
                shutil.copyfileobj(content, copy)
        self._given.put_into(folder)
        for notebook in notebooks:
            if notebook.files:
                write_beside(folder, notebook.files)
        self._course.set_permissions(folder, besides=self._given.names)
