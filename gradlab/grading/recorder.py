"""Record the results of exams: the only module that writes grades into the gradebook.

Submissions are recorded in steps that can all be repeated: outcome files are marked as outdated, graded
notebooks are replaced, rows are written in one transaction, and outcome files are completed. An exam stays
in the spool until then.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from sqlalchemy.exc import IntegrityError

from gradlab.base.failures import may_pass
from gradlab.gradebook import queries
from gradlab.gradebook.outcome_file import OutcomeFile, cause
from gradlab.grading.entries import Entries, Entry, Late, Written
from gradlab.grading.graded_folders import GradedFolders
from gradlab.grading.judged import Confirmed
from gradlab.grading.lock import lock
from gradlab.grading.penalties import Penalties
from gradlab.grading.recorded import Forecast, Recorded
from gradlab.grading.rows import Rows
from gradlab.grading.spool import Spool
from gradlab.submission.fingerprints import Fingerprints
from gradlab.submission.reading import TIMESTAMP_NAME

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from nbgrader.api import Gradebook

    from gradlab.course import AssignmentSpec, Course
    from gradlab.grading.graded import FinishedExam

N_TRIES = 3

Results = dict[str, Recorded | Exception]


class _Begun(NamedTuple):
    """A submission that is being recorded.

    Args:
        exam: its exam.
        earlier: its last complete results, empty if there are none.
        note: what is wrong with its timestamp.
        entry: what is written into the gradebook.
    """

    exam: FinishedExam
    earlier: dict[str, Any]
    note: str
    entry: Entry


class Recorder:
    """Records the exams of one assignment, in one process at a time.

    Attributes:
        spool: exams that are not recorded yet.

    Raises:
        CourseError: on entering, if another process is grading this assignment.
    """

    def __init__(self, course: Course, spec: AssignmentSpec, gradebook: Gradebook) -> None:
        self._course = course
        self._spec = spec
        self._db = gradebook.db
        self._assignment_id = gradebook.find_assignment(spec.name).id
        self._rows = Rows.read(gradebook, self._assignment_id)
        self._entries = Entries(
            self._db,
            self._assignment_id,
            self._rows,
            Penalties(course.penalties),
            adds_students=course.creates_students,
        )
        self._folders = GradedFolders(course, spec.name)
        self._outcomes = course.outcomes / spec.name
        self.spool = Spool(course.beside_gradebook / "spool" / spec.name)
        self._asked = spec.digest()
        self._submissions = Fingerprints(
            course.beside_gradebook / "fingerprints" / f"{spec.name}.json",
            lambda student: course.step("submitted", student, spec.name),
            course.max_file_bytes,
            course.zone,
        )
        self._lock = -1

    def __enter__(self) -> Self:
        self._outcomes.mkdir(parents=True, exist_ok=True)
        self._lock = lock(self._outcomes / ".lock", repr(self._spec.name))
        try:
            self._check_writing()
            self.spool.open()
            self._folders.open()
        except BaseException:
            os.close(self._lock)
            raise
        return self

    def _check_writing(self) -> None:
        """Raise an error if database or graded notebooks can't be written, before anything is examined."""
        place = self._course.step("autograded")
        place.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=place):
            pass
        with self._transaction(keeps=False):
            self._entries.lock()

    def __exit__(self, *_: object) -> None:
        self._submissions.save()
        os.close(self._lock)

    @contextlib.contextmanager
    def _transaction(self, *, keeps: bool = True) -> Iterator[None]:
        """Commit all changes of the block, or none."""
        try:
            yield
            if keeps:
                self._db.commit()
        finally:
            self._db.rollback()

    def digest(self, student: str) -> str:
        """Return the digest of what is asked and of what a student has submitted.

        Raises:
            OSError: if the submission can't be read.
        """
        return f"{self._asked}:{self._submissions.read(student).digest}"

    def outcome_file(self, student: str) -> OutcomeFile:
        """Return the outcome file of a student's submission."""
        return OutcomeFile(self._outcomes / f"{student}.json")

    def known(self, digests: Mapping[str, str]) -> dict[str, Recorded]:
        """Return the records of submissions with these digests, by student; some may have none.

        A submission is recorded if its outcome file is complete, its graded notebooks are there, and the
        gradebook holds the automatic points of the outcome file. Points that people gave don't matter.
        """
        with self._transaction(keeps=False):
            written = self._entries.read(digests)
        contents = {}
        for student, digest in digests.items():
            content = self.outcome_file(student).content()
            if content is not None and not self._reason(student, digest, content, written):
                contents[student] = content
        self._bring_on_time(contents, written)
        return {student: Recorded.of(content) for student, content in contents.items()}

    def forecasts(self, digests: Mapping[str, str]) -> dict[str, Forecast | OSError]:
        """Return what would be done with submissions that have these digests, and why; nothing is written.

        An error is why it can't be told.
        """
        found: dict[str, Forecast | OSError] = {}
        with self._transaction(keeps=False):
            written = self._entries.read(digests)
            for student, digest in digests.items():
                try:
                    found[student] = self._forecast(student, digest, written)
                except OSError as error:
                    found[student] = error
        return found

    def _forecast(self, student: str, digest: str, written: Mapping[str, Written]) -> Forecast:
        file = self.outcome_file(student)
        content = file.content()
        reason = "it is new"
        if content is not None:
            reason = self._reason(student, digest, content, written)
        elif file.was_begun():
            reason = "its grading was interrupted"
        if reason and self.spool.find(student, digest):
            return Forecast(student, "its exam has finished, and is only recorded", is_examined=False)
        if reason:
            return Forecast(student, reason)
        timestamp, _ = self._timestamp(student)
        is_outdated = timestamp not in (None, written[student].timestamp) or (
            written[student].is_late
            and self._entries.has_other_penalty(student, timestamp, self._folders.notebooks_of(student))
        )
        text = "unchanged, only its time or penalty is brought up to date" if is_outdated else "unchanged"
        return Forecast(student, text, is_examined=False)

    def _reason(self, student: str, digest: str, content: dict[str, Any], written: Mapping[str, Any]) -> str:
        """Return why a submission with a complete outcome file would be examined, "" if it is recorded."""
        if content["digest"] != digest:
            return str(cause(content["digest"], digest))
        if os.path.exists(self._folders.of(student)) != content["has_notebooks"]:  # noqa: PTH110  # raises nothing
            return "its graded notebook is missing"
        if student not in written or written[student].auto_scores != self._rows.auto_scores(
            content["notebooks"]
        ):
            return "its record is missing in the gradebook, or has other points"
        return ""

    def _bring_on_time(self, contents: Mapping[str, dict[str, Any]], written: Mapping[str, Any]) -> None:
        """Bring time, penalty and the note on them of recorded submissions up to date, without an exam."""
        times = {student: self._timestamp(student) for student in contents}
        outdated = {
            student: timestamp
            for student, (timestamp, _) in times.items()
            if written[student].is_late or timestamp not in (None, written[student].timestamp)
        }
        late: dict[str, Late] = {}
        if outdated:
            graded = {student: self._folders.notebooks_of(student) for student in outdated}
            with self._transaction():
                late = self._entries.bring_up_to_date(outdated, graded)
        for student, content in contents.items():
            notes = [times[student][1]] if times[student][1] else []
            notes += [other for other in content.get("notes", ()) if not other.startswith(TIMESTAMP_NAME)]
            new = (notes, late.get(student, {}))
            if new != (content.get("notes", []), content.get("late", {})):
                content["notes"] = notes
                self.outcome_file(student).update(*new)

    def record(self, exams: Sequence[FinishedExam]) -> Results:
        """Record exams; return by student what has been recorded, or the error.

        If one of them can't be recorded, the others are.
        """
        results: Results = {}
        begun = {}
        for exam in exams:
            try:
                begun[exam.student] = self._begun(exam)
                self._folders.replace(exam.student, exam.notebooks)
            except Exception as error:  # noqa: BLE001  # the others go on
                results[exam.student] = error
                begun.pop(exam.student, None)
        return results | self._completed(begun)

    def record_rows(self, exam: FinishedExam, confirmed: Collection[tuple[str, str]]) -> Recorded:
        """Record one submission, except for its graded notebooks.

        Args:
            exam: of the submission.
            confirmed: the (notebook, cell) whose points a person had confirmed.

        Raises:
            CourseError: if the gradebook does not know the student, and the course adds no students.
        """
        (result,) = self._completed({exam.student: self._begun(exam, confirmed)}).values()
        if isinstance(result, Exception):
            raise result
        return result

    def _begun(self, exam: FinishedExam, confirmed: Collection[tuple[str, str]] | None = None) -> _Begun:
        earlier = self.outcome_file(exam.student).begin()
        timestamp, note = self._timestamp(exam.student)
        return _Begun(exam, earlier, note, Entry(timestamp, exam.notebooks, Confirmed(earlier, confirmed)))

    def _completed(self, begun: Mapping[str, _Begun]) -> Results:
        """Write rows and outcome files of submissions; drop their exams from the spool."""
        results: Results = {}
        for student, late in self._written({key: each.entry for key, each in begun.items()}).items():
            if isinstance(late, Exception):
                results[student] = late
                continue
            try:
                content = _content(begun[student], late)
                self.outcome_file(student).finish(content, begun[student].earlier)
                self.spool.drop(student)
                results[student] = Recorded.of(content)
            except OSError as error:
                results[student] = error
        return results

    def _written(self, entries: Mapping[str, Entry]) -> dict[str, Late | Exception]:
        """Write entries in one transaction; if that fails because of one of them, each in its own."""
        if not entries:
            return {}
        failure: Exception
        for _ in range(N_TRIES):
            try:
                with self._transaction():
                    return {**self._entries.write(entries)}
            except IntegrityError as error:  # another process has added the same student meanwhile
                failure = error
            except Exception as error:  # noqa: BLE001  # the others go on
                failure = error
                break
        if len(entries) == 1 or may_pass(failure):
            return dict.fromkeys(entries, failure)
        alone = [self._written({student: entry}) for student, entry in entries.items()]
        return {student: late for found in alone for student, late in found.items()}

    def confirmed(self, student: str) -> frozenset[tuple[str, str]]:
        """Return the (notebook, cell) of a student whose points a person has confirmed."""
        return queries.confirmed(self._db, self._assignment_id, student)

    def _timestamp(self, student: str) -> tuple[dt.datetime | None, str]:
        """Return when it was submitted (None if unknown), and what is wrong with its timestamp."""
        return self._submissions.last(student)[2:]


def _content(begun: _Begun, late: Late) -> dict[str, Any]:
    """Return the content of an outcome file."""
    notebooks = begun.exam.notebooks
    notes = [begun.note] if begun.note else []
    return {
        "digest": begun.exam.digest,
        "graded": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "problems": [notebook.problem for notebook in notebooks if notebook.problem],
        "notes": [*notes, *(note for notebook in notebooks for note in notebook.notes)],
        "answers": [
            sum(notebook.n_found for notebook in notebooks),
            sum(notebook.n_asked for notebook in notebooks),
        ],
        "has_notebooks": any(notebook.text for notebook in notebooks),
        "notebooks": {
            notebook.name: {cell: vars(grade) for cell, grade in notebook.grades.items()}
            for notebook in notebooks
        },
        "late": late,
        "judged": {notebook.name: notebook.judged for notebook in notebooks},
        "guesses": {notebook.name: notebook.guesses for notebook in notebooks if notebook.text},
    }
