"""An assignment while it is served: what it asks now, and the recorder that holds it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from gradlab.base.replacing import replace_file
from gradlab.grading.calibrations import with_ways
from gradlab.grading.pipeline import Progress
from gradlab.grading.recorder import Recorder
from gradlab.submission.reading import SECRET_NAME, TIMESTAMP_NAME

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from nbgrader.api import Gradebook

    from gradlab.course import Course


class ServedAssignment:
    """What an assignment asks; read again if its source or its release changes.

    Args:
        course: of the assignment.
        name: of the assignment.
        gradebook: an open one.
        executor: examines the reference.

    Raises:
        CourseError: if the assignment can't be graded, or another process grades it.
    """

    def __init__(self, course: Course, name: str, gradebook: Gradebook, executor: Executor) -> None:
        self._course = course
        self._name = name
        self._gradebook = gradebook
        self._executor = executor
        self._state: tuple[object, ...] = ()
        self._digest = ""
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def digest(self) -> str:
        """Return a hash of what is asked now.

        Raises:
            CourseError: if source, gradebook and release don't agree now.
        """
        if self._state != self._state_now():
            self._read()
        return self._digest

    def known(self, student: str, digest: str) -> Progress | None:
        """Return the record of a submission with this digest, None if there is none."""
        content = self.recorder.outcome_file(student).content()
        if content is None or content["digest"] != digest:
            return None
        self.recorder.forget()
        known = self.recorder.known(student, digest)
        if known is None:
            return None
        submitted, graded = (
            self._course.step(step, student, self._name) for step in ("submitted", "autograded")
        )
        for name in (TIMESTAMP_NAME, SECRET_NAME):  # the same answer was submitted again
            if graded.is_dir() and (submitted / name).is_file():
                replace_file(graded / name, (submitted / name).read_bytes())
        return Progress(student, was_known=True, recorded=known)

    def _read(self) -> None:
        state = self._state_now()
        self.spec = with_ways(self._course, self._course.assignment(self._name), self._executor)
        self._held.close()
        self.recorder = self._held.enter_context(Recorder(self._course, self.spec, self._gradebook))
        self._digest, self._state = self.spec.digest(), state

    def _state_now(self) -> tuple[object, ...]:
        """Return what changes if somebody changes the files of the assignment."""
        folders = (self._course.step(step, assignment=self._name) for step in ("source", "release"))
        paths = sorted(path for folder in folders for path in folder.rglob("*"))
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
