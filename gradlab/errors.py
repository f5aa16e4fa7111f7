"""What can go wrong, by whose fault."""


class GradlabError(Exception):
    """Base of all errors that gradlab raises on purpose."""


class CourseError(GradlabError):
    """The course itself is wrong: the author has to mend it, no student loses points by it."""
