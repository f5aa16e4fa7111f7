"""The test cells that wait for a person because the examiner could not decide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradlab.base.outcome import Outcome
from gradlab.base.texts import counted
from gradlab.gradebook.outcome_file import OutcomeFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.course import CourseFolders

MAX_NAMES = 5
MAX_CHARS = 200


def waiting(folders: CourseFolders, assignment: str, students: Iterable[str]) -> list[str]:
    """Return a line for each such cell of an assignment: the cell, why, and whose submissions wait.

    Args:
        folders: of the course.
        assignment: its name.
        students: whose outcome files to look at.
    """
    found: dict[tuple[str, str, str], list[str]] = {}
    reasons: dict[tuple[str, str, str], str] = {}
    for student in students:
        content = OutcomeFile(folders.outcomes / assignment / f"{student}.json").content() or {}
        for notebook, cells in content.get("notebooks", {}).items():
            for cell, result in cells.items():
                outcome = result["outcome"]
                if not outcome or not Outcome(outcome).is_open:
                    continue
                key = (notebook, cell, outcome)
                found.setdefault(key, []).append(student)
                reasons.setdefault(key, " ".join(str(result.get("message", "")).split())[:MAX_CHARS])
    return [
        f"waits for a person: {key[0]}: {key[1]} ({key[2]}), {_of(names)}: {reasons[key]}"
        for key, names in found.items()
    ]


def _of(students: list[str]) -> str:
    more = ", …" if len(students) > MAX_NAMES else ""
    return f"{counted(len(students), 'submission')} ({', '.join(students[:MAX_NAMES])}{more})"
