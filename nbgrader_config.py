"""The course's configuration: nbgrader's own traits, and those of gradlab's preprocessors.

All paths are relative to the folder of this file. Classes are named by strings, so that formgrader can show
the configuration.
"""

import re
import warnings
from pathlib import Path

from sqlalchemy.exc import SAWarning

from gradlab.sandbox import PROMISES

c = get_config()  # noqa: F821  # traitlets provides it

# SQLAlchemy warns about the order in which nbgrader adds rows, which does no harm.
warnings.filterwarnings("ignore", category=SAWarning, module="nbgrader")

root = Path(__file__).resolve().parent
(root / "gradebook").mkdir(exist_ok=True)

# Where things are.
c.CourseDirectory.course_id = "gradlab"
c.CourseDirectory.root = str(root)
c.CourseDirectory.autograded_directory = "autograde"
c.CourseDirectory.solution_directory = "solutions"
c.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook' / 'gradebook.db'}"

# `nbgrader zip_collect`: whose file it is, and which notebook, by the names in a class download. The number
# at the end is of a resubmission, or of a second download; of several, the newest counts.
#   Canvas   kimminsu_LATE_1234_567890_derivatives-1.ipynb, anon_x1Y2z_567890_derivatives.ipynb
#   Moodle   Kim Minsu_1234_assignsubmission_file_/derivatives.ipynb
c.ZipCollectApp.collector_plugin = "gradlab.submission.collecting.ClassDownloadCollector"
c.FileNameCollectorPlugin.named_regexp = (
    re.escape(str(root / "downloaded"))
    + r"/[^/]+/extracted/(?:[^/]+/)*?"
    + r"(?:(?=(?:LATE_)?anon_)|[^/]*?_)(?:LATE_)?(?P<student_id>\d+|anon_[0-9A-Za-z]+)"
    + r"_(?:\d+_|assignsubmission_file(?:_|/|_/))"
    + r"(?:[^/]+/)*(?P<file_id>[^/]+?)(?:-\d{1,2}| ?\(\d{1,2}\))?\.ipynb\Z"
)

# The language of release/ and solutions/: "ko" or "en".
c.SelectLanguage.language = "ko"

# Limits of a submission: seconds for each cell (and as many again for its hidden test), MiB of memory on top
# of Python, NumPy and torch, bytes that a cell may print and display, MiB of one file, threads at once.
c.Execute.timeout = 30
c.Execute.memory_mib = 2048
c.Execute.output_bytes = 1_000_000
c.Execute.file_mib = 128
c.Execute.n_threads = 64

# Seconds for all cells of a notebook together, and what the sandbox must promise before anything is graded:
# `gradlab doctor` shows what keeps each promise here.
c.Execute.exam_timeout = 600
c.Execute.require_promises = list(PROMISES)

# Slow first uses of libraries, run once for all submissions: the first optimizer imports half of torch, the
# first drawing reads fonts.
c.Execute.warm_up = """
import io
import matplotlib.pyplot as plt
import torch

torch.set_num_threads(1)
torch.optim.SGD([torch.zeros(1)])
figure, axes = plt.subplots(layout="constrained")
axes.loglog([1e-12, 1], [1e-16, 1e4], label="$h^2$")
axes.legend()
figure.savefig(io.BytesIO(), bbox_inches="tight")
plt.close(figure)
"""

# Cells that only draw are not run again: graded notebooks and feedback show the submitted pictures.
c.Execute.skip_cells_with_tag = "picture"

# source/ -> release/: nbgrader's steps, after picking the language and removing the misconceptions.
c.GenerateAssignment.preprocessors = [
    "gradlab.preprocessors.PlainMetadata",
    "gradlab.preprocessors.SelectLanguage",
    "gradlab.preprocessors.ClearMisconceptions",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "gradlab.preprocessors.TrimCells",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# Stubs also stand in cells that are worth no points and that nbgrader need not know: the last section of ps3.
c.ClearSolutions.enforce_metadata = False

# source/ -> solutions/: no hidden tests, no mark schemes, and no outputs. The mark scheme of a written answer
# is in the answer's own cell, which nbgrader by default reports as an error.
c.ClearMarkScheme.enforce_metadata = False
c.GenerateSolution.preprocessors = [
    "gradlab.preprocessors.PlainMetadata",
    "gradlab.preprocessors.SelectLanguage",
    "gradlab.preprocessors.ClearMisconceptions",
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.LockCells",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "gradlab.preprocessors.ClearSolutionMarks",
    "gradlab.preprocessors.TrimCells",
]

# submitted/ -> autograde/: nbgrader's steps, but only the answers are taken from a submission, and they are
# examined in a sandbox. The exporter finds and reads the notebooks, and records what the report needs.
c.Autograde.exporter_class = "gradlab.grading.stock.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "gradlab.preprocessors.RestoreCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "gradlab.preprocessors.Execute",
    "nbgrader.preprocessors.IgnorePattern",
    "gradlab.preprocessors.ClearMetadata",
    "nbgrader.preprocessors.LimitOutput",
    "gradlab.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# autograde/ -> feedback/: gradlab's own page, without hidden tests.
c.GenerateFeedback.exporter_class = "gradlab.feedback.FeedbackExporter"
c.GenerateFeedback.preprocessors = [
    "nbgrader.preprocessors.GetGrades",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# `c.Feedback.reveal` says when a page shows what would have been right: "after_due" (due date and extension;
# the default), "always" or "never". nbgrader would take `c.Feedback` for an old name of
# `c.GenerateFeedback`; here it names the exporter.
vars(c)["Feedback"] = c.FeedbackExporter

# Formgrader: the mark scheme below each written answer, with a button for each of its items.
c.HTMLExporter.preprocessors = ["gradlab.formgrader.ShowMarkSchemes"]
