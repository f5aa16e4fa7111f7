"""Digests and times of submissions, remembered as long as no file changes: then nothing is read again.

A file counts as unchanged if its name, inode, size and times are. These stay the same if a file changes twice
within a tick of the clock, so nothing is remembered that changed less than two seconds before it was read.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import time
from typing import TYPE_CHECKING, NamedTuple

from gradlab import __version__
from gradlab.base.folders import raise_unless_gone
from gradlab.base.replacing import replace_file
from gradlab.submission.reading import digest_of
from gradlab.submission.times import submitted_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SETTLED_NS = 2 * 10**9


class Read(NamedTuple):
    """What is read of a submission before it is examined.

    Args:
        fingerprint: of its files.
        digest: see `digest_of`.
        timestamp: when it was submitted, None if that is not known.
        note: on the timestamp, for a person.
    """

    fingerprint: str
    digest: str
    timestamp: dt.datetime | None
    note: str


class Fingerprints:
    """The submissions of one assignment as they were last read.

    Args:
        path: of the file that remembers them.
        folder_of: returns the folder of a student's submission.
        max_file_bytes: see `digest_of`.
        zone: the name of the course's time zone.
    """

    def __init__(self, path: Path, folder_of: Callable[[str], Path], max_file_bytes: int, zone: str) -> None:
        self._path = path
        self._folder_of = folder_of
        self._max_file_bytes = max_file_bytes
        self._zone = zone
        self._known = self._load()
        self._last: dict[str, Read] = {}
        self._n_new = 0

    def last(self, student: str) -> Read:
        """Return what `read` has returned last in this run."""
        return self._last.get(student) or self.read(student)

    def read(self, student: str) -> Read:
        """Return what has been read of a submission, now or before its files last changed.

        Raises:
            OSError: if a file can't be read.
        """
        folder = self._folder_of(student)
        now_ns = time.time_ns()
        fingerprint, changed_ns = _fingerprint(folder)
        known = self._known.get(student)
        if known is not None and known.fingerprint == fingerprint:
            self._last[student] = known
            return known
        digest = digest_of(folder, self._max_file_bytes)
        found = Read(fingerprint, digest, *submitted_time(folder, self._zone))
        self._last[student] = found
        self._known.pop(student, None)
        if changed_ns + _SETTLED_NS < now_ns:
            self._known[student] = found
            self._n_new += 1
        return found

    def save(self) -> None:
        """Remember what has been read; if that fails, it is only read again."""
        if not self._n_new:
            return
        rows = {
            student: [*read[:2], read.timestamp and read.timestamp.isoformat(), read.note]
            for student, read in self._known.items()
        }
        content = json.dumps({"read_by": self._reader, "submissions": rows})
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, content.encode())
            self._n_new = 0

    @property
    def _reader(self) -> list[object]:
        """What digests and times depend on besides the files."""
        return [__version__, self._max_file_bytes, self._zone]

    def _load(self) -> dict[str, Read]:
        try:
            content = json.loads(self._path.read_bytes())
            if content["read_by"] != self._reader:
                return {}
            return {
                student: Read(fingerprint, digest, time and dt.datetime.fromisoformat(time), note)
                for student, (fingerprint, digest, time, note) in content["submissions"].items()
            }
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}


def _fingerprint(folder: Path) -> tuple[str, int]:
    """Return a hash of the names and states of the files in a folder, and when one last changed, in ns."""
    total = hashlib.blake2b(digest_size=16)
    changed_ns = 0
    for name, state in _states(str(folder), ""):
        states = (state.st_mode, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        total.update(f"{name}\0{states}\0".encode("utf-8", "surrogatepass"))
        changed_ns = max(changed_ns, state.st_mtime_ns, state.st_ctime_ns)
    return total.hexdigest(), changed_ns


def _states(folder: str, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield everything but folders by relative path; no link is followed.

    Raises:
        OSError: if a folder can't be listed.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise_unless_gone(error)
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _states(entry.path, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.stat(follow_symlinks=False)
