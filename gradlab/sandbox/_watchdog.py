"""The watchdog: in the zygote, it keeps the limits that some kernels don't keep for an examinee.

Without a mount namespace, the scratch folder is a folder of the host and may grow; without a user of its own,
the kernel counts an examinee's threads together with others'. Between two looks,
an examinee can exceed its limits.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.sandbox import _identity, _kernel, _scratch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gradlab.sandbox._limits import SandboxLimits

WATCH_S = 0.2
# The least that a file or folder counts, so that their number has a limit, too.
_LEAST_BYTES = 4096
_BLOCK_BYTES = 512
_STATUS_BYTES = 1 << 13
# In /proc/<pid>/maps, a mapping of a file that no longer has a name.
_DELETED = re.compile(r"^\S+ \S+ \S+ \S+ (\d+) +(.*) \(deleted\)$", re.MULTILINE)


@dataclass
class Watchdog:
    """Looks at one examinee.

    Args:
        pid: of the examinee.
        scratch: its scratch folder on the host, if it has no file system of its own.
        limits: how much it may use.
        given_bytes: the size of the files that were given to it.
    """

    pid: int
    scratch: str
    limits: SandboxLimits
    given_bytes: int
    verdict: signal.Signals | None = None  # SIGXFSZ for too many files, SIGSYS for too many threads
    _status_fd: int = -1
    _held_fd: int = -1
    _next_look_s: float = field(default_factory=time.monotonic)

    def open(self) -> None:
        """Get ready; must be called before the examinee closes /proc to others.

        Raises:
            OSError: if this process can't see the examinee's status.
        """
        self._status_fd = os.open(f"/proc/{self.pid}/status", os.O_RDONLY | os.O_CLOEXEC)

    def hold(self) -> None:
        """Show other zygotes that the scratch folder, if there is one, is in use."""
        with contextlib.suppress(OSError):
            self._held_fd = _scratch.hold(self.scratch)

    def close(self) -> None:
        """Stop looking."""
        for descriptor in (self._status_fd, self._held_fd):
            if descriptor >= 0:
                os.close(descriptor)
        self._status_fd = self._held_fd = -1

    def is_due(self) -> bool:
        """Tell whether the last look was long enough ago."""
        return self._status_fd >= 0 and time.monotonic() >= self._next_look_s

    def look(self) -> bool:
        """Tell whether the examinee has exceeded a limit; `verdict` then says which.

        Raises:
            PermissionError: if this process may not look.
        """
        if self.verdict is not None:
            return True
        started_s = time.monotonic()
        try:
            status = os.pread(self._status_fd, _STATUS_BYTES, 0).decode("ascii", "replace")
        except ProcessLookupError:  # it has ended
            return False
        if _number(status, "Threads") > self.limits.n_threads:
            self.verdict = signal.SIGSYS
        elif Path(self.scratch).exists():
            with _as_user(_number(status, "Uid"), _number(status, "Gid")):
                has_too_much = self._has_too_much()
            self.verdict = signal.SIGXFSZ if has_too_much else None
        now_s = time.monotonic()
        self._next_look_s = now_s + max(WATCH_S, now_s - started_s)
        return self.verdict is not None

    def _has_too_much(self) -> bool:
        left_bytes = self.limits.scratch_bytes + self.given_bytes - sum(self._nameless().values())
        try:
            for n_bytes in _sizes(self.scratch):
                left_bytes -= n_bytes
                if left_bytes < 0:
                    return True
        except OSError:  # a path too long, or a folder that it has closed to its zygote
            return True
        return left_bytes < 0

    def _nameless(self) -> dict[int, int]:
        """Return the bytes of files without a name that are still open or mapped, by inode."""
        files = {}
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            for descriptor in Path(f"/proc/{self.pid}/fd").iterdir():
                with contextlib.suppress(FileNotFoundError):  # closed meanwhile
                    status = descriptor.stat()
                    if stat.S_ISREG(status.st_mode) and not status.st_nlink:
                        files[status.st_ino] = status.st_blocks * _BLOCK_BYTES
            maps = Path(f"/proc/{self.pid}/maps").read_text(encoding="utf-8", errors="replace")
            for inode, path in _DELETED.findall(maps):
                if path.startswith(f"{self.scratch}/"):  # its size can't be seen, but has a limit
                    files.setdefault(int(inode), self.limits.file_bytes)
        return files


def _number(status: str, name: str) -> int:
    """Return the first number of a line of /proc/<pid>/status."""
    return int(status.partition(f"\n{name}:")[2].split(maxsplit=1)[0])


def _sizes(folder: str) -> Iterator[int]:
    """Yield the space that each file and folder takes up."""
    folders = [folder]
    while folders:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(folders.pop()) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):  # removed meanwhile
                    status = entry.stat(follow_symlinks=False)
                    yield max(status.st_blocks * _BLOCK_BYTES, _LEAST_BYTES)
                    if stat.S_ISDIR(status.st_mode):
                        folders.append(entry.path)


@contextlib.contextmanager
def _as_user(uid: int, gid: int) -> Iterator[None]:
    """Look as the examinee's user: in a container, root may not look into other users' processes."""
    if os.geteuid() != _identity.ROOT or uid == _identity.ROOT:
        yield
        return
    os.setegid(gid)
    os.seteuid(uid)
    try:
        yield
    finally:
        os.seteuid(_identity.ROOT)
        os.setegid(_identity.ROOT)
        _kernel.prctl(_kernel.PR_SET_DUMPABLE, 1)  # changing the uid has closed /proc/self
