"""Outcome files: the results of an exam as JSON, one file for each submission, in the gradebook's folder.

A complete file contains::

    {
      "digest": "<of the assignment>:<of the submission>",
      "graded": "2026-03-02T12:00:00+00:00",
      "problems": ["triple.ipynb is empty"],
      "notes": ["double.ipynb: answer was found by its place: double"],
      "answers": [<found>, <asked for>],
      "has_notebooks": true,
      "notebooks": {"<notebook>": {"<test cell>": {"auto_score": 2.0, "outcome": "passed", "case": null, …}}},
      "late": {"seconds": <after the due date>, "points": {"<notebook>": <before the penalty>}},
      "judged": {"<notebook>": {"<test cell>": "<hash of what a person gives points for>"}},
      "n_attempts": <graded submissions so far, without any that was the same as the one before>,
      "guesses": {"<notebook>": {"<question>": "<the chosen letter, or other>"}},
      "changed": "<when scores or outcomes last changed>",
      "before": null
    }

The case of a test cell that failed is what `gradlab.checks._failing` describes, with a version of its own;
files of earlier versions have none.

If an earlier grading had other scores or outcomes, `before` contains its time, why they changed (a `Cause`),
and its notebooks, but nothing older. It stays until the next change.

While a submission is recorded again, its file contains only ``{"earlier": <the complete content>}``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gradlab.base.folders import raise_unless_gone
from gradlab.base.replacing import replace_file

if TYPE_CHECKING:
    from pathlib import Path

Content = dict[str, Any]


class Cause(StrEnum):
    """Why the results of a submission changed."""

    ASSIGNMENT = "the assignment changed"
    SUBMISSION = "the submission changed"
    BOTH = "the assignment and the submission changed"
    NEITHER = "neither the assignment nor the submission changed"


@dataclass(frozen=True)
class OutcomeFile:
    """The file with the results of a submission; each write is atomic."""

    path: Path

    def content(self) -> Content | None:
        """Return its content, None if it is not complete."""
        content = self._read()
        return content if _is_complete(content) else None

    def was_begun(self) -> bool:
        """Tell whether its results are outdated."""
        return bool(_earlier(self._read()))

    def update(self, notes: list[str], late: Content) -> None:
        """Change the notes for a person and the reason for the penalty, in a complete file."""
        self._write({**self._read(), "notes": notes, "late": late})

    def begin(self) -> Content:
        """Mark its results as outdated; return them for `finish`, empty if there are none."""
        content = self._read()
        if not _is_complete(content):
            return _earlier(content)
        replace_file(self.path, b'{"earlier": %b}' % self.path.read_bytes())
        return content

    def finish(self, content: Content, earlier: Content) -> None:
        """Write the new results of a submission, together with the earlier ones that `begin` returned."""
        changed = content["graded"]
        if earlier and _verdicts(earlier) == _verdicts(content):
            changed = earlier.get("changed", earlier["graded"])
        made = {"n_attempts": _n_attempts(earlier, content), "changed": changed}
        self._write({**content, **made, "before": _before(earlier, content)})

    def _read(self) -> Content:
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
        except OSError as error:
            raise_unless_gone(error)  # what is known of earlier exams must not be written over
            return {}
        except ValueError:
            return {}
        return content if isinstance(content, dict) else {}

    def _write(self, content: Content) -> None:
        replace_file(self.path, json.dumps(content, ensure_ascii=False).encode())


def _is_complete(content: Any) -> bool:
    match content:
        case {"digest": str(), "graded": str(), "problems": list(), "has_notebooks": bool()}:
            try:
                _verdicts(content)
                _later_parts(content)
            except (KeyError, TypeError, AttributeError):
                return False
            return True
    return False


def _earlier(content: Content) -> Content:
    """Return the outdated results in an incomplete file, empty if there are none."""
    earlier = content.get("earlier", {})
    return earlier if _is_complete(earlier) else {}


def _verdicts(content: Content) -> dict[tuple[str, str], tuple[object, object]]:
    """Return the score and the outcome of each cell, which reviewers sign off."""
    return {
        (notebook, cell): (grade["auto_score"], grade["outcome"])
        for notebook, grades in content["notebooks"].items()
        for cell, grade in grades.items()
    }


def _later_parts(content: Content) -> None:
    """Raise an error if a field that a later version has added has the wrong form."""
    list(content.get("notes", ()))
    late, answers = content.get("late", {}), content.get("answers", (0, 0))
    if late:
        sum(late["points"].values(), late["seconds"])
    sum(answers, content.get("n_attempts", 1))
    for part in ("judged", "guesses"):
        for found in content.get(part, {}).values():
            found.keys()


def _n_attempts(earlier: Content, content: Content) -> int:
    if not earlier:
        return 1
    is_new = cause(earlier["digest"], content["digest"]) in {Cause.SUBMISSION, Cause.BOTH}
    return int(earlier.get("n_attempts", 1)) + is_new


def _before(earlier: Content, content: Content) -> object:
    if not earlier:
        return None
    if _verdicts(earlier) == _verdicts(content):
        return earlier.get("before")
    return {
        "graded": earlier["graded"],
        "why": cause(earlier["digest"], content["digest"]),
        "notebooks": earlier["notebooks"],
    }


def cause(earlier: str, now: str) -> Cause:
    """Return which part of the digest of a submission has changed."""
    assignment, _, submission = earlier.partition(":")
    assignment_now, _, submission_now = now.partition(":")
    match assignment != assignment_now, submission != submission_now:
        case True, False:
            return Cause.ASSIGNMENT
        case False, True:
            return Cause.SUBMISSION
        case True, True:
            return Cause.BOTH
    return Cause.NEITHER
