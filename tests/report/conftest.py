"""A class of 30, and its report."""

from __future__ import annotations

import pytest
from classes import lay_out_class
from reports import N_STUDENTS

from gradlab.course import Course
from gradlab.gradebook.reading import read_classroom
from gradlab.report.site import write_report


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A course with a class of 30, and its report."""
    folder = lay_out_class(tmp_path_factory.mktemp("class"), N_STUDENTS)
    here = Course(folder)
    write_report(here, here.beside_gradebook / "report")
    return folder


@pytest.fixture(scope="session")
def report(course):
    """The folder of the report."""
    return course / "gradebook" / "report"


@pytest.fixture(scope="session")
def classroom(course):
    """The class as the report reads it."""
    return read_classroom(Course(course))
