"""The errors that gradlab raises, by whose fault they are, and those of code that is not readable."""

UNREADABLE = SyntaxError, ValueError, RecursionError, MemoryError
"""What Python raises for code that it can't read: wrong, with a NUL character, or nested too deeply."""


class GradlabError(Exception):
    """Base of all errors that gradlab raises on purpose."""


class CourseError(GradlabError):
    """The course itself is wrong: the author has to fix it, and no student loses points for it."""


class ProtocolError(GradlabError):
    """The other side sent something that the protocol does not allow."""


class TornFrameError(ProtocolError):
    """The other side has gone away in the middle of a frame."""


class SandboxError(GradlabError):
    """The machine lacks something that the sandbox needs, so nothing is run."""


class ZygoteDiedError(SandboxError):
    """The process from which examinees are forked has died: a new one can replace it."""
