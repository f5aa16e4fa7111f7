"""Marking by hand in nbgrader's formgrader."""

from gradlab.formgrader.show_mark_schemes import ShowMarkSchemes

__all__ = ["ShowMarkSchemes"]
