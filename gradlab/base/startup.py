"""Make commands start faster."""

import sys


def skip_slow_grammar() -> None:
    """Hide a module that jsonschema imports if it is installed: its grammar takes a second to build."""
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # Python's way to say that it isn't there
