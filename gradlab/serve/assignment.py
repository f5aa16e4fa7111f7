"""An assignment while it is served: what it asks now, and the recorder that holds it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

from gradlab.base.replacing import replace_file
from gradlab.grading.calibrations import with_ways
from gradlab.grading.pipeline import Progress
from gradlab.grading.recorder import Recorder
from gradlab.grading.recording import Recording
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
        self._recording: Recording | None = None
        self._held = ExitStack()

    def __enter__(self) -> Self:
        self._read()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    @property
    def recording(self) -> Recording:
        """The exams that have finished and are not recorded yet."""
        assert self._recording is not None  # noqa: S101  # since it was entered
        return self._recording

    def digest(self, student: str) -> str:
        """Return the digest of what is asked now, and of what a student has submitted.

        Raises:
            CourseError: if source, gradebook and release don't agree now.
            OSError: if the submission can't be read.
        """
        if self._state != self._state_now():
            self._read()
        return self.recorder.digest(student)

    def known(self, student: str, digest: str) -> Progress | None:
        """Return the record of a submission with this digest, None if there is none."""
        known = self.recorder.known({student: digest}).get(student)
        if known is None:
            return None
        self.recorder.spool.drop(student)
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
        self._recording = self._recording or Recording(self.recorder)
        self._recording.use(self.recorder)
        self._state = state

    def _state_now(self) -> tuple[object, ...]:
        """Return what changes if somebody changes the files of the assignment."""
        folders = (self._course.step(step, assignment=self._name) for step in ("source", "release"))
        paths = sorted(path for folder in folders for path in folder.rglob("*"))
        return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in paths)
