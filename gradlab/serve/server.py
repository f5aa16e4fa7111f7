"""The resident grader: takes what arrives, lets it be examined, records it, and releases the feedback.

All of its state follows from the exchange, the collected submissions, the outcome files, the gradebook and
the journal: it can be killed at any moment, and goes on when it is started again.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from gradlab.base.errors import CourseError
from gradlab.grading.exams import Exams, Job
from gradlab.grading.graded import FinishedExam
from gradlab.grading.pipeline import Progress, text_of
from gradlab.serve.assignment import ServedAssignment
from gradlab.serve.journal import Journal, Served
from gradlab.serve.turns import Turns
from gradlab.submission.times import submitted_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Executor

    from gradlab.course import Course
    from gradlab.grading.recorded import Recorded
    from gradlab.serve.inbox import Arrived, Inbox
    from gradlab.serve.pages import Pages
    from gradlab.serve.settings import Serve
    from gradlab.serve.turns import Work

AGAIN_S = 60.0  # after a failure of the grader itself
DUE_S = 30.0  # between two looks at due dates
_EXCHANGE = "the exchange"  # the name of its failure


@dataclass(frozen=True)
class Event:
    """Something that happened, in a line.

    Args:
        text: what happened.
        is_trouble: whether a person should look at it.
    """

    text: str
    is_trouble: bool = False


@dataclass
class ResidentGrader:
    """Grades the submissions that arrive for some assignments of a course.

    Args:
        course: the course.
        assignments: their names.
        inbox: what arrives.
        pages: the feedback.
        executor: examines submissions.
        n_at_once: tells how many it examines at once now; as many again are ready for it, so that nothing
            waits while a page is made.
    """

    course: Course
    assignments: Sequence[str]
    inbox: Inbox
    pages: Pages
    executor: Executor
    n_at_once: Callable[[], int]
    waiting_for_person: set[Work] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    _asked: dict[str, ServedAssignment] = field(default_factory=dict)
    _done: set[str] = field(default_factory=set)
    _again_at: dict[str, float] = field(default_factory=dict)
    _busy: dict[Work, Arrived] = field(default_factory=dict)
    _revealed: set[Work] = field(default_factory=set)
    _looked_at_due: float = -DUE_S
    _is_told: bool = False  # that the exchange can't be read

    def __enter__(self) -> Self:
        """Take over the assignments.

        Raises:
            CourseError: if another process is grading one of them, or it can't be graded.
        """
        self.started = time.time()
        self.journal = Journal(self.course.beside_gradebook / "served")
        self.turns = Turns()
        self._exams = Exams(self.executor, lambda: 2 * self.n_at_once())
        with ExitStack() as stack:
            gradebook = stack.enter_context(self.course.gradebook())
            for name in self.assignments:
                self._asked[name] = stack.enter_context(
                    ServedAssignment(self.course, name, gradebook, self.executor)
                )
            self._stack = stack.pop_all()
        self._done = self.journal.names()
        return self

    def __exit__(self, *_: object) -> None:
        self._exams.cancel()
        self._stack.close()

    @property
    def choices(self) -> Serve:
        """What the course has chosen."""
        return self.pages.choices

    @property
    def n_running(self) -> int:
        """How many submissions are being graded."""
        return len(self._busy)

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits or is being graded, and due dates have been looked at."""
        return self._is_free and time.monotonic() < self._looked_at_due + DUE_S

    @property
    def _is_free(self) -> bool:
        return not (self._busy or len(self.turns))

    def look(self) -> None:
        """See what has arrived; the newest submission of each student counts.

        If the exchange can't be read now, `step` says so, and the next look tries again.
        """
        newest: dict[Work, Arrived] = {}
        try:
            arrivals = self.inbox.arrivals()
        except OSError as error:
            self.failed[_EXCHANGE] = text_of(error)
            return
        self.failed.pop(_EXCHANGE, None)
        self._is_told = False
        for gone in self.failed.keys() - {arrival.name for arrival in arrivals}:
            del self.failed[gone]
        for arrival in arrivals:
            if arrival.assignment in self._asked:
                newest[arrival.student, arrival.assignment] = arrival
        now = time.monotonic()
        for work, arrival in newest.items():
            is_waiting = self._again_at.get(arrival.name, now) > now
            if arrival.name not in self._done and not is_waiting and self._busy.get(work) != arrival:
                self.turns.add(arrival)

    def try_again(self) -> None:
        """Let what has failed have a turn at once."""
        self._again_at.clear()
        self.look()

    def step(self) -> Iterator[Event]:
        """Begin what can be begun, and finish what has been examined; yield what happened."""
        if _EXCHANGE in self.failed and not self._is_told:
            self._is_told = True
            yield Event(f"{_EXCHANGE}: {self.failed[_EXCHANGE]}", is_trouble=True)
        yield from self._begin()
        for job, result in self._exams.finished(timeout_s=0):
            if isinstance(result, BaseException):
                yield from self._finished(job.student, job.spec.name, CourseError(text_of(result)))
            else:
                exam = FinishedExam(job.student, job.digest, result)
                self._asked[job.spec.name].recording.add(exam)
        for name, asked in self._asked.items():
            for student, recorded in asked.recording.attempt():
                yield from self._finished(student, name, recorded)
        yield from self._begin()
        yield from self._reveal()

    def _begin(self) -> Iterator[Event]:
        while self._exams.has_room:
            arrival = self.turns.take(self._busy)
            if arrival is None:
                return
            yield from self._guarded(arrival, lambda: self._take(arrival))  # noqa: B023  # called at once

    def _guarded(self, arrival: Arrived, step: Callable[[], Iterator[Event]]) -> Iterator[Event]:
        """Take a step; if it fails, say so and try again later: the others go on."""
        try:
            yield from step()
        except Exception as error:  # noqa: BLE001  # a full disk, a locked database, a course that is being changed
            self._busy.pop((arrival.student, arrival.assignment), None)
            self._again_at[arrival.name] = time.monotonic() + AGAIN_S
            text = text_of(error)
            if self.failed.get(arrival.name) != text:
                self.failed[arrival.name] = text
                yield Event(
                    f"{_called(arrival)}: the grader failed, and tries again: {text}", is_trouble=True
                )
        else:
            self.failed.pop(arrival.name, None)

    def _take(self, arrival: Arrived) -> Iterator[Event]:
        """Collect a submission, and let it be examined unless it is known."""
        student, assignment = arrival.student, arrival.assignment
        folder = self.course.step("submitted", student, assignment)
        if not self.inbox.is_collected(arrival, folder):
            time_of_collected, _ = submitted_time(folder, self.course.zone)
            if time_of_collected is not None and time_of_collected > arrival.time:
                self._done.add(arrival.name)
                return
            note = self.inbox.note_on(arrival)
            if note:
                yield Event(note, is_trouble=True)
            self.inbox.collect(arrival)
        if self._is_over_limit(arrival):
            self._again_at[arrival.name] = time.monotonic() + DUE_S
            return
        asked = self._asked[assignment]
        digest = asked.digest(student)
        known = asked.known(student, digest)
        if known is not None:
            yield from self._hand_out(arrival, known)
            return
        self._busy[student, assignment] = arrival
        spooled = asked.recorder.spool.find(student, digest)
        if spooled is None:
            self._exams.add(Job(asked.spec, student, folder, digest))
        else:
            asked.recording.add(spooled)

    def _is_over_limit(self, arrival: Arrived) -> bool:
        most = self.choices.graded_per_day
        if not most or self.journal.n_graded(arrival.student, arrival.assignment) < most:
            return False
        return not self.pages.is_over(arrival.student, arrival.assignment)

    def _finished(self, student: str, assignment: str, result: Recorded | Exception) -> Iterator[Event]:
        """Hand out what has been recorded, or say why it has not been."""
        arrival = self._busy.pop((student, assignment))

        def hand_out() -> Iterator[Event]:
            if isinstance(result, Exception):
                raise result
            yield from self._hand_out(arrival, Progress(student, recorded=result))

        yield from self._guarded(arrival, hand_out)

    def _hand_out(self, arrival: Arrived, progress: Progress) -> Iterator[Event]:
        """Release the feedback on a recorded submission."""
        work = arrival.student, arrival.assignment
        handed_out = self.pages.bring_up_to_date(*work)
        if handed_out.is_whole:
            self._revealed.add(work)
        (self.waiting_for_person.add if progress.waits_for_person else self.waiting_for_person.discard)(work)
        arrived = arrival.path.stat().st_ctime if arrival.path.exists() else 0.0
        now = time.time()
        took_s = now - arrived if arrived > self.started else None
        self._done.add(arrival.name)
        self.journal.add(Served(arrival.name, *work, now, took_s))
        yield Event(f"{_called(arrival)}: {progress.summary}")
        for text in (handed_out.note, *progress.problems, *progress.recorded.notes):
            if text:
                yield Event(f"{_called(arrival)}: {text}", is_trouble=True)

    def _reveal(self) -> Iterator[Event]:
        """Release a whole page whose due date has passed, if nothing else waits."""
        if self.is_idle or not self._is_free:
            return
        for name in self.assignments:
            for student in self.course.students(name):
                work = student, name
                is_recorded = self._asked[name].recorder.outcome_file(student).content() is not None
                if is_recorded and work not in self._revealed and self.pages.is_over(*work):
                    self._revealed.add(work)
                    try:
                        self.pages.bring_up_to_date(*work)
                    except Exception as error:  # noqa: BLE001  # as in `_guarded`
                        yield Event(f"{student}, {name}: no feedback: {text_of(error)}", is_trouble=True)
                    return
        self._looked_at_due = time.monotonic()


def _called(arrival: Arrived) -> str:
    return f"{arrival.student}, {arrival.assignment}"
