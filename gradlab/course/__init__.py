"""A course: its configuration, its assignments, and whether source, gradebook and release agree."""

from gradlab.course.course import AssignmentSpec, Course, CourseFolders, NotebookSpec, check_configuration

__all__ = ["AssignmentSpec", "Course", "CourseFolders", "NotebookSpec", "check_configuration"]
