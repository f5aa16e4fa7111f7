"""Take only the answers from a submission."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor

from gradlab.authoring.hidden_marks import use_marks
from gradlab.preprocessors.marks_of import marks_of
from gradlab.preprocessors.source_of import source_of
from gradlab.submission.official import kernelspec_of, official_cells
from gradlab.submission.reading import TIMESTAMP_NAME
from gradlab.submission.restore import restored
from gradlab.submission.times import course_zone, submitted_time

if TYPE_CHECKING:
    from nbformat import NotebookNode

RESTORED = "gradlab-restored"
"""The key of nbconvert's resources under which a `Restored` is kept."""


class RestoreCells(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """Put a student's answers into the notebook as it was released; see `gradlab.submission.restore`.

    It also corrects the time of submission, which nbgrader has already read (`gradlab.submission.times`).
    It replaces nbgrader's `ClearOutput`, `DeduplicateIds`, `OverwriteKernelspec` and `OverwriteCells`.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook that is examined."""
        names = resources["nbgrader"]
        use_marks(marks_of(self.config))
        with Gradebook(names["db_url"]) as gradebook:
            entry = gradebook.find_notebook(names["notebook"], names["assignment"])
            official, kernelspec = official_cells(entry), kernelspec_of(entry)
            self._correct_time(gradebook, resources)
        result = restored(nb, official, source_of(self, resources), kernelspec)
        for note in result.notes:
            self.log.warning("%s: %s.ipynb: %s", names["student"], names["notebook"], note)
        resources[RESTORED] = result
        return result.notebook, resources

    def _correct_time(self, gradebook: Gradebook, resources: dict[str, Any]) -> None:
        names, folder = resources["nbgrader"], Path(resources["metadata"]["path"])
        if not (folder / TIMESTAMP_NAME).is_file():
            return
        time, note = submitted_time(folder, course_zone(self.config))
        gradebook.update_or_create_submission(names["assignment"], names["student"], timestamp=time)
        if note:
            self.log.warning("%s: %s", names["student"], note)
