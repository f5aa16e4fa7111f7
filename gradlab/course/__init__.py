"""A course: its configuration, its assignments, and whether source, gradebook and release agree."""

from gradlab.course.configuration import check_configuration, configured
from gradlab.course.course import AssignmentSpec, Course, CourseFolders, NotebookSpec

__all__ = ["AssignmentSpec", "Course", "CourseFolders", "NotebookSpec", "check_configuration", "configured"]
