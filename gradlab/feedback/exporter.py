"""The exporter by which nbgrader's own `generate_feedback` makes the pages."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import Exporter
from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.converters import GenerateFeedback, NbGraderException
from nbgrader.preprocessors import ClearHiddenTests, GetGrades
from traitlets import default
from traitlets.utils.importstring import import_item

from gradlab.authoring.hidden_marks import use_marks
from gradlab.authoring.source import language_of, read_source
from gradlab.base.errors import CourseError
from gradlab.base.texts import DEFAULT_LANGUAGE
from gradlab.course import CourseFolders
from gradlab.feedback.blocks import BlockReader
from gradlab.feedback.broken import BrokenPage
from gradlab.feedback.markup import Pictures
from gradlab.feedback.page import FeedbackPage, FeedbackWords, version
from gradlab.feedback.policy import AFTER_DUE, FULL, Feedback
from gradlab.feedback.results import Reader
from gradlab.gradebook.reading import read_records
from gradlab.preprocessors.marks_of import marks_of, scheme_marks_of
from gradlab.preprocessors.select_language import SelectLanguage
from gradlab.submission.notes import assumed_about, note_in
from gradlab.submission.reading import SECRET_NAME, TIMESTAMP_NAME

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from gradlab.authoring.hidden_marks import HiddenMarks
    from gradlab.authoring.source import SourceNotebook
    from gradlab.gradebook.classroom import Submission
    from gradlab.gradebook.reading import Records

_MADE_FROM = "<!-- gradlab feedback "
_END = " -->\n"


class FeedbackExporter(Feedback, Exporter):
    """Makes a page of feedback from a graded notebook and the gradebook.

    Set ``c.GenerateFeedback.exporter_class`` to it. nbgrader skips a submission that has pages; this removes
    those that would look different now, so that they are made anew.
    """

    def __init__(self, **traits: Any) -> None:
        """Look for pages that would look different now, if nbgrader is about to make some.

        Raises:
            NbGraderException: if the gradebook can't be used.
        """
        super().__init__(**traits)  # type: ignore[no-untyped-call]  # nbconvert's
        self._records: dict[str, Records | None] = {}
        self.detail = FULL
        use_marks(marks_of(self.config))
        if not isinstance(self.parent, GenerateFeedback):
            return
        try:
            for folder, notebooks in self._converter.assignments.items():
                self._remove_stale(folder, list(map(Path, notebooks)))
        except CourseError as error:
            self.log.error(str(error))  # noqa: TRY400  # one line instead of a traceback
            raise NbGraderException(str(error)) from None

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    output_mimetype = "text/html"

    def register_preprocessor(self, preprocessor: Any, enabled: bool = False) -> Any:  # noqa: FBT001, FBT002  # nbconvert's signature
        """Register a step before the page is made, but for those that do what the page does itself."""
        step = import_item(preprocessor) if isinstance(preprocessor, str) else preprocessor
        if step in {GetGrades, ClearHiddenTests, CSSHTMLHeaderPreprocessor}:
            return None
        return super().register_preprocessor(preprocessor, enabled)  # type: ignore[no-untyped-call]  # nbconvert's

    def from_notebook_node(  # type: ignore[override]  # a text, as of all exporters but the base
        self, nb: NotebookNode, resources: Any = None, **more: Any
    ) -> tuple[str, dict[str, Any]]:
        """Return the page on a graded notebook."""
        path = self._graded(**resources["nbgrader"])
        made_from = self._made_from(path, **resources["nbgrader"])
        nb, resources = super().from_notebook_node(nb, resources, **more)
        page = self._page(nb, path, **resources["nbgrader"])
        return f"{page.html()}\n{_MADE_FROM}{made_from}{_END}", resources

    def is_fresh(self, path: Path, student: str, assignment: str) -> bool:
        """Tell whether the page on a graded notebook is there, and would be the same now."""
        page = self._folders.step("feedback", student, assignment) / f"{path.stem}.html"
        if not page.is_file():
            return False
        wanted = f"{_MADE_FROM}{self._made_from(path, student, assignment, path.stem)}{_END}".encode()
        with page.open("rb") as content:
            content.seek(max(page.stat().st_size - len(wanted), 0))
            return content.read() == wanted

    def broken_pages(self, student: str, assignment: str) -> list[BrokenPage]:
        """Return the pages on notebooks that could not be opened."""
        submission = self._submission(student, assignment)
        if submission is None:
            return []
        pages = []
        for notebook in sorted(submission.broken):
            source = self._source(assignment, notebook)
            language = self._language or (DEFAULT_LANGUAGE if source is None else source.language)
            own = [text for text in submission.problems if text.startswith(f"{notebook}.ipynb")]
            problems = [note_in(language, text) for text in own or submission.problems]
            pages.append(BrokenPage(assignment, notebook, student, problems, FeedbackWords(language)))
        return pages

    def read(self, student: str, assignment: str) -> tuple[Records, Submission] | None:
        """Read a submission's record again, as the gradebook has it now; None if it has none."""
        records = read_records(self._folders, assignment, student)
        self._records[assignment] = records
        submission = None if records is None else records.submission_of(student)
        return None if records is None or submission is None else (records, submission)

    def _remove_stale(self, folder: str, notebooks: list[Path]) -> None:
        """Remove pages that would look different now: of all notebooks, or of those that were asked for."""
        names = self._converter.init_single_notebook_resources(f"{folder}/x.ipynb")["nbgrader"]
        student, assignment = names["student"], names["assignment"]
        place = self._folders.step("feedback", student, assignment)
        if not place.is_dir() or self._submission(student, assignment) is None:
            return  # there is nothing to remove, or nbgrader tells what is missing
        stale = [path for path in notebooks if not self.is_fresh(path, student, assignment)]
        if stale and self._converter.coursedir.notebook_id == "*":
            shutil.rmtree(place)
        for path in stale:
            (place / f"{path.stem}.html").unlink(missing_ok=True)

    @property
    def _converter(self) -> Any:
        """The converter that has made this exporter."""
        return self.parent

    @cached_property
    def _folders(self) -> CourseFolders:
        return CourseFolders(self._converter.coursedir)

    @cached_property
    def _scheme_marks(self) -> HiddenMarks:
        return scheme_marks_of(self.config)

    @cached_property
    def _language(self) -> str | None:
        language: str | None = SelectLanguage(parent=self, config=self.config).language
        return language

    def _graded(self, student: str, assignment: str, notebook: str, **_: Any) -> Path:
        return self._folders.step("autograded", student, assignment) / f"{notebook}.ipynb"

    def _source(self, assignment: str, notebook: str) -> SourceNotebook | None:
        return read_source(self._folders.step("source", assignment=assignment) / f"{notebook}.ipynb")

    def _submission(self, student: str, assignment: str) -> Submission | None:
        if assignment not in self._records:
            self._records[assignment] = read_records(self._folders, assignment)
        records = self._records[assignment]
        return None if records is None else records.submission_of(student)

    def _known(self, student: str, assignment: str) -> tuple[Records, Submission]:
        submission = self._submission(student, assignment)
        records = self._records[assignment]
        if records is None or submission is None:
            raise CourseError(f"The gradebook has no submission of {student!r} for {assignment!r}.")
        return records, submission

    def _reveals_now(self, records: Records, submission: Submission) -> bool:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        return self.reveals(records.assignment.due, submission.extension, now)

    def _made_from(self, path: Path, student: str, assignment: str, notebook: str, **_: Any) -> str:
        """Return a hash of all that a page depends on."""
        records, submission = self._known(student, assignment)
        known = (
            version(),
            self._language,
            self._reveals_now(records, submission),
            self.reveal,
            self.detail,
            records.assignment.exercises,
            sorted(submission.marks.items()),
            sorted(submission.penalties.items()),
            sorted(submission.comments.items()),
            sorted(submission.broken),
            assumed_about(notebook, submission.notes),
        )
        total = hashlib.sha256(repr(known).encode("utf-8", "surrogatepass"))
        source = self._folders.step("source", assignment=assignment) / f"{notebook}.ipynb"
        for file in (path, path.with_name(TIMESTAMP_NAME), path.with_name(SECRET_NAME), source):
            total.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
        return total.hexdigest()

    def _page(
        self, graded: NotebookNode, path: Path, student: str, assignment: str, notebook: str, **_: Any
    ) -> FeedbackPage:
        records, submission = self._known(student, assignment)
        source = self._source(assignment, notebook)
        language = self._language or (language_of(graded.cells) if source is None else source.language)
        is_revealed = self._reveals_now(records, submission)
        reader = Reader(graded, notebook, source, language, is_revealed, self._scheme_marks)
        results, words = reader.results(records.assignment, submission), FeedbackWords(language)
        cells = BlockReader(
            graded, source, language, results, words("picture"), Pictures(path.parent), self._scheme_marks
        )
        is_whole = all(exercise.notebook == notebook for exercise in records.assignment.exercises)
        return FeedbackPage(
            assignment,
            notebook,
            student,
            results,
            list(cells.blocks()),
            None if is_whole else (submission.score, records.assignment.max_score),
            words,
            is_reveal_to_come=not is_revealed and self.reveal == AFTER_DUE,
            broken=sorted(submission.broken),
            detail=self.detail,
            assumed=assumed_about(notebook, submission.notes, language),
        )
