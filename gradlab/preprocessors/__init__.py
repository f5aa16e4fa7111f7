"""nbgrader preprocessors of gradlab, named in ``nbgrader_config.py``."""

from gradlab.preprocessors.clear_metadata import ClearMetadata
from gradlab.preprocessors.clear_misconceptions import ClearMisconceptions
from gradlab.preprocessors.clear_solution_marks import ClearSolutionMarks
from gradlab.preprocessors.execute import Execute
from gradlab.preprocessors.plain_metadata import PlainMetadata
from gradlab.preprocessors.restore_cells import RestoreCells
from gradlab.preprocessors.save_auto_grades import SaveAutoGrades
from gradlab.preprocessors.select_language import SelectLanguage
from gradlab.preprocessors.trim_cells import TrimCells

__all__ = [
    "ClearMetadata",
    "ClearMisconceptions",
    "ClearSolutionMarks",
    "Execute",
    "PlainMetadata",
    "RestoreCells",
    "SaveAutoGrades",
    "SelectLanguage",
    "TrimCells",
]
