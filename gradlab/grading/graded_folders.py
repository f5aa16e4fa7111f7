"""The folders of graded submissions: graded notebooks, and the files that nbgrader leaves next to them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from gradlab.examiner.files import write_beside
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
        self._given = course.file_limits.files_in(course.step("source", assignment=assignment))
        for name in course.not_overwritten(assignment):
            self._given.pop(name, None)

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
            shutil.rmtree(folder, ignore_errors=True)
        texts = {f"{notebook.name}.ipynb": notebook.text for notebook in notebooks if notebook.text}
        if texts:
            feedback = {f"{notebook.name}.html" for notebook in notebooks}
            for name, path in self._files(student, {*texts, *feedback}).items():
                target = beside / name
                target.parent.mkdir(parents=True, exist_ok=True)
                with open_regular(path) as content, target.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
            beside.mkdir(parents=True, exist_ok=True)
            for name, text in texts.items():
                (beside / name).write_text(text, encoding="utf-8")
            for notebook in notebooks:
                write_beside(beside, notebook.files)
            self._course.set_permissions(beside)
        if place.exists():
            place.rename(before)
        if texts:
            beside.rename(place)
        shutil.rmtree(before, ignore_errors=True)

    def _files(self, student: str, taken: set[str]) -> dict[str, Path]:
        """Return the files next to the notebooks by name: the course's, and the student's additional ones."""
        folder = self._course.step("submitted", student, self._assignment)
        added = besides(self._course.file_limits.files_in(folder), {*self._given, *taken})
        return added | self._given
