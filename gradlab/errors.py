"""What can go wrong, by whose fault."""


class GradlabError(Exception):
    """Base of all errors that gradlab raises on purpose."""


class CourseError(GradlabError):
    """The course itself is wrong: the author has to mend it, no student loses points by it."""


class ProtocolError(GradlabError):
    """The other side sent what the protocol does not know."""


class SandboxError(GradlabError):
    """The machine does not give the sandbox what it needs: nothing is run."""


class ZygoteDiedError(SandboxError):
    """What examinees are forked from has died: a new one can take its place."""
