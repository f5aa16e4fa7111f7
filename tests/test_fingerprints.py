"""What has been read of a submission is remembered, and read again as soon as a file could have changed."""

from __future__ import annotations

import datetime as dt
import os
from typing import TYPE_CHECKING

import pytest

from gradlab.submission import fingerprints
from gradlab.submission.fingerprints import Fingerprints
from gradlab.submission.reading import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_BYTES = 10_000
TIME = "2026-03-02 12:00:00 UTC"


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A submission that has long been there."""
    monkeypatch.setattr(fingerprints, "_SETTLED_NS", -(10**9))
    made = tmp_path / "submitted"
    (made / "data").mkdir(parents=True)
    (made / "nb.ipynb").write_text("torn")
    (made / "data" / "table.csv").write_text("1,2,3")
    (made / "timestamp.txt").write_text(TIME)
    return made


def remembered(folder: Path, zone: str = "UTC") -> Fingerprints:
    """Return what earlier runs remember of the submission."""
    return Fingerprints(folder.parent / "remembered.json", lambda _: folder, MAX_BYTES, zone)


def first_run(folder: Path) -> str:
    """Read the submission, and remember that; return its digest."""
    reader = remembered(folder)
    read = reader.read("김")
    reader.save()
    assert read.digest == digest_of(folder, MAX_BYTES)
    assert read.timestamp == dt.datetime(2026, 3, 2, 12)  # noqa: DTZ001  # the gradebook's times are naive, in UTC
    return read.digest


def unread(*_: object) -> str:
    """Fail: nothing is to be read."""
    pytest.fail("an unchanged submission was read again")


def test_what_has_not_changed_is_not_read_again(folder, monkeypatch):
    """Another run knows digest, time and note by the state of the files alone."""
    digest = first_run(folder)
    monkeypatch.setattr(fingerprints, "digest_of", unread)
    read = remembered(folder).read("김")
    assert (read.digest, read.timestamp, read.note) == (digest, dt.datetime(2026, 3, 2, 12), "")  # noqa: DTZ001  # as above


def _same_size_and_time(folder: Path) -> None:
    path = folder / "data" / "table.csv"
    state = path.stat()
    path.write_text("3,2,1")
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def _replaced(folder: Path) -> None:
    state = (folder / "data" / "table.csv").stat()
    (folder / "other").write_text("3,2,1")
    os.utime(folder / "other", ns=(state.st_atime_ns, state.st_mtime_ns))
    (folder / "other").replace(folder / "data" / "table.csv")


@pytest.mark.parametrize(
    "change",
    [
        _same_size_and_time,
        _replaced,
        lambda folder: (folder / "data" / "table.csv").unlink(),
        lambda folder: (folder / "data").rename(folder / "date"),
        lambda folder: (folder / "data" / "more.csv").write_text("4"),
    ],
)
def test_any_change_of_a_file_is_noticed(folder, change: Callable[[Path], object]):
    """Even if size and time of the file are as before."""
    digest = first_run(folder)
    change(folder)
    again = remembered(folder).read("김").digest
    assert again == digest_of(folder, MAX_BYTES) != digest


def test_another_time_is_noticed(folder):
    """The digest does not depend on the timestamp, but the recorded time does; a link names no time."""
    digest = first_run(folder)
    path = folder / "timestamp.txt"
    path.write_text("2026-03-02 13:00:00 UTC")
    assert remembered(folder).read("김")[1:3] == (digest, dt.datetime(2026, 3, 2, 13))  # noqa: DTZ001  # as above
    path.unlink()
    path.symlink_to("elsewhere")
    read = remembered(folder).read("김")
    assert (read.digest, read.timestamp) == (digest, None)
    assert "contains no time" in read.note


def test_what_has_just_changed_is_not_remembered(folder, monkeypatch):
    """A file that changes again within a tick of the clock would look the same."""
    monkeypatch.setattr(fingerprints, "_SETTLED_NS", 60 * 10**9)
    first_run(folder)
    assert not (folder.parent / "remembered.json").exists()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"read_by": 1, "submissions": {"김": [1]}}'])
def test_damaged_memory_is_no_memory(folder, text):
    """Everything is then read again, as in another time zone."""
    digest = first_run(folder)
    assert remembered(folder, "Asia/Seoul").read("김").digest == digest
    (folder.parent / "remembered.json").write_text(text)
    assert remembered(folder).read("김").digest == digest
