"""Run a command, and report what it leaves behind: ``python watch.py REPORT COMMAND …``.

Processes that outlive their parents become children of this one, so that none of them escapes.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
GRACE_S = 5.0


def children() -> list[str]:
    """Return the command lines of this process's children, including those that ended unreaped."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(status.read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid():
                found.append((status.parent / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def reap() -> None:
    """Reap children that have ended."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def main() -> None:
    """Run the command and write the report."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    report, *command = sys.argv[1:]
    started = time.monotonic()
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seconds = time.monotonic() - started
    deadline = time.monotonic() + GRACE_S
    reap()
    while children() and time.monotonic() < deadline:
        time.sleep(0.05)
        reap()
    content = {
        "exit_code": done.returncode,
        "output": done.stdout.decode("utf-8", "replace"),
        "left": children(),
        "seconds": seconds,
        "max_rss_bytes": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
    }
    Path(report).write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    main()
