"""The gradebook of a small course: graded in this process, read, and changed behind gradlab's back."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from nbgrader.api import Gradebook
from submissions import tree

from gradlab.course import Course
from gradlab.grading import pipeline

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor
    from pathlib import Path


def database(course: Path) -> Path:
    """Return the gradebook's file."""
    return course / "gradebook" / "gradebook.db"


def book(course: Path) -> Gradebook:
    """Open the gradebook."""
    return Gradebook(f"sqlite:///{database(course)}", "gradlab")


def points(course: Path) -> dict[str, float]:
    """Return the points of all students."""
    with book(course) as gradebook:
        return {entry.student.id: entry.score for entry in gradebook.assignment_submissions("ps")}


def grade(course: Path, executor: ThreadPoolExecutor, *, force: bool = False) -> set[str]:
    """Grade all submissions; return the students who were not skipped as unchanged."""
    here = Course(course)
    done = list(pipeline.autograde(here, "ps", pipeline.submitted(here, "ps"), executor, force=force))
    assert [progress.error for progress in done if progress.error] == []
    return {progress.student for progress in done if not progress.was_known}


def everything(course: Path) -> dict[str, object]:
    """Return all files of a course, except for Jupyter's own settings."""
    return {path: content for path, content in tree(course).items() if not path.startswith("none")}


def change(course: Path, sql: str) -> None:
    """Change the database behind gradlab's back."""
    with sqlite3.connect(database(course)) as connection:
        connection.execute(sql)
    connection.close()
