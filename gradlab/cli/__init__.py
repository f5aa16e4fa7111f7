"""The command line. It imports nothing that takes time, so that Ctrl-C is heard from the beginning."""

from __future__ import annotations

import os
import signal
import sys
from typing import NoReturn

INTERRUPTED = 130


def app() -> None:
    """Run the command that was asked for; Ctrl-C ends it with a line, also while it starts."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_interrupted)  # an exception might get lost in an import
    from gradlab.cli.commands import commands  # noqa: PLC0415  # slow imports

    commands()


def raise_at_interrupt() -> None:
    """From now on, let Ctrl-C raise `KeyboardInterrupt`: the command has something to say then."""
    if signal.getsignal(signal.SIGINT) is end_interrupted:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end_interrupted(*_: object) -> NoReturn:
    """Say a line and end this process at once; what it has started ends with it."""
    sys.stdout.flush()
    print("Interrupted; start again.", file=sys.stderr, flush=True)  # noqa: T201  # the last word
    os._exit(INTERRUPTED)
