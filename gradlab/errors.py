"""What can go wrong, by whose fault."""


class GradlabError(Exception):
    """Base of all errors that gradlab raises on purpose."""


class CourseError(GradlabError):
    """The course itself is wrong: the author has to fix it, and no student loses points by it."""


class ProtocolError(GradlabError):
    """The other side sent something that the protocol does not know."""


class SandboxError(GradlabError):
    """The machine does not give the sandbox what it needs: nothing is run."""


class ZygoteDiedError(SandboxError):
    """The process from which examinees are forked has died: a new one can take its place."""
