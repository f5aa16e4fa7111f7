"""What students have submitted to nbgrader's exchange; it is collected in one step, without links."""

from __future__ import annotations

import contextlib
import datetime as dt
import errno
import os
import shutil
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbgrader.exchange.default import ExchangeCollect
from nbgrader.utils import find_owner, ignore_patterns

from gradlab.base.errors import CourseError
from gradlab.base.folders import raise_unless_gone
from gradlab.base.texts import without_control
from gradlab.submission.reading import SECRET_NAME, TIMESTAMP_NAME
from gradlab.submission.times import course_zone, utc_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPEN_TO_ALL = 0o777  # `nbgrader submit` gives a submission this mode once it is complete
_SETTLED_S = 10.0  # what others have put there has no such mode
_NO_FILES = frozenset({errno.ELOOP, errno.ENXIO})  # a link, a socket
_PARTS = 3  # of a submission's name: student, assignment, time


@dataclass(frozen=True, order=True)
class Arrived:
    """A complete submission in the exchange.

    Args:
        time: when it was submitted, in UTC without a zone.
        path: its folder.
        student: who submitted it.
        assignment: to which assignment.
        files: the relative paths of its files when it was first seen.
    """

    time: dt.datetime
    path: Path
    student: str = field(compare=False)
    assignment: str = field(compare=False)
    files: frozenset[str] = field(compare=False)

    @property
    def name(self) -> str:
        """The name of its folder, which no other submission has."""
        return self.path.name


class Inbox:
    """The submissions that arrive for a course.

    Args:
        collect: nbgrader's own collecting, as the course configures it.

    Raises:
        CourseError: if the course does not use nbgrader's exchange of folders, or has no course id.
    """

    def __init__(self, collect: Any) -> None:
        if not isinstance(collect, ExchangeCollect):
            raise CourseError(
                f"'gradlab serve' watches the folders of nbgrader's own exchange, and the course's is "
                f"{type(collect).__name__} (c.ExchangeFactory.collect)."
            )
        self._directory = collect.coursedir
        if not self._directory.course_id:
            raise CourseError("The course has no id. Set c.CourseDirectory.course_id, then start again.")
        self._checks_owner = bool(collect.check_owner)
        self._zone = course_zone(collect.config)
        self._known: dict[str, Arrived] = {}
        self.folder = Path(collect.root) / self._directory.course_id / "inbound"
        if not self.folder.is_dir():
            raise CourseError(
                f"The exchange has no folder {self.folder}. Release an assignment first "
                "(nbgrader release_assignment), or set c.Exchange.root."
            )

    def released(self) -> list[str]:
        """Return the names of the assignments that students can fetch."""
        return sorted(path.name for path in self.folder.with_name("outbound").glob("[!.]*") if path.is_dir())

    def arrivals(self) -> list[Arrived]:
        """Return all complete submissions, the oldest first; names that no submission has are left out."""
        with os.scandir(self.folder) as entries:
            names = {entry.name for entry in entries}
        for gone in self._known.keys() - names:
            del self._known[gone]
        for name in names - self._known.keys():
            arrival = self._arrival(name)
            if arrival is not None:
                self._known[name] = arrival
        return sorted(self._known.values())

    def _arrival(self, name: str) -> Arrived | None:
        path = self.folder / name
        if not _is_complete(path):
            return None
        for parts in (name.rsplit("+", 3)[:-1], name.rsplit("+", 2)):  # with a random text at the end, or not
            if len(parts) == _PARTS and _is_name(parts[0]) and _is_name(parts[1]):
                with contextlib.suppress(ValueError, OverflowError, TypeError):
                    time = utc_of(parts[2], self._zone)
                    return Arrived(time, path, parts[0], parts[1], _names_in(path))
        return None

    def note_on(self, arrival: Arrived) -> str:
        """Return what a person should know about a submission, "" if there is nothing."""
        if not self._checks_owner:
            return ""
        try:
            owner = find_owner(str(arrival.path))
        except (OSError, KeyError):
            owner = "nobody known"
        if owner == arrival.student:
            return ""
        return (
            f"{arrival.name} is owned by {owner}: is it {arrival.student}'s? (c.ExchangeCollect.check_owner)"
        )

    def collect(self, arrival: Arrived) -> Path:
        """Put a submission into the course's folder, in the place of an earlier one; return its folder.

        Links are left out, and so is what nbgrader's own collecting leaves out.

        Raises:
            OSError: if it can't be read or written.
            ValueError: if it is larger than nbgrader allows.
        """
        place = Path(
            self._directory.format_path(
                self._directory.submitted_directory, arrival.student, arrival.assignment
            )
        )
        beside, before = (place.with_name(f".{place.name}.{word}") for word in ("new", "old"))
        if before.exists() and not place.exists():  # the grader was killed between the two steps below
            before.rename(place)
        for folder in (beside, before):
            shutil.rmtree(folder, ignore_errors=True)
        beside.mkdir(parents=True)
        self._copy(arrival.path, beside)
        if not (arrival.path.is_dir() and arrival.files <= _names_in(arrival.path)):
            self._known.pop(arrival.name, None)  # it is being removed: files may be missing in the copy
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(arrival.path))
        if place.exists():
            place.rename(before)
        beside.rename(place)
        shutil.rmtree(before, ignore_errors=True)
        return place

    def is_collected(self, arrival: Arrived, folder: Path) -> bool:
        """Tell whether a collected submission is this one: both have the same secret, and the same time.

        Raises:
            OSError: if that can't be read.
        """
        names = SECRET_NAME, TIMESTAMP_NAME
        here, there = ([_content(place / name) for name in names] for place in (folder, arrival.path))
        return here == there and any(here)

    def _copy(self, source: Path, target: Path) -> None:
        left_out = ignore_patterns(
            exclude=self._directory.ignore,
            include=self._directory.include,
            max_file_size=self._directory.max_file_size,
        )
        left_bytes = 1000 * self._directory.max_dir_size
        for folder, name, descriptor in _files(source, left_out):
            left_bytes -= os.fstat(descriptor).st_size
            if left_bytes < 0:
                raise ValueError(f"{source.name} is larger than {self._directory.max_dir_size} kB")
            place = target / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.dup(descriptor), "rb") as content, place.open("wb") as copy:
                shutil.copyfileobj(content, copy)


def _names_in(folder: Path) -> frozenset[str]:
    return frozenset(str(Path(place, name)) for place, _, names in os.walk(folder) for name in names)


def _files(source: Path, left_out: Any) -> Iterator[tuple[Path, str, int]]:
    """Yield folder, name and descriptor of each regular file; no link is followed, not even a new one.

    Raises:
        OSError: if anything can't be read, so that no part of a submission is taken for the whole.
    """
    for folder, folders, names, place in os.fwalk(source, onerror=raise_unless_gone):
        regular = [name for name in names if not (Path(folder) / name).is_symlink()]
        ignored = set(left_out(folder, [*folders, *regular]))
        folders[:] = sorted(set(folders) - ignored)
        for name in sorted(set(regular) - ignored):
            with _opened(name, place) as descriptor:
                if descriptor is not None and stat.S_ISREG(os.fstat(descriptor).st_mode):
                    yield Path(folder).relative_to(source), name, descriptor


@contextlib.contextmanager
def _opened(name: str, folder: int) -> Iterator[int | None]:
    """Open a file; None if it is a link or a socket."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    except OSError as error:
        if error.errno not in _NO_FILES:
            raise
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_name(name: str) -> bool:
    """Tell whether a name that a student may have chosen can be that of a folder."""
    return bool(name) and not name.startswith(".") and "/" not in name and without_control(name) == name


def _is_complete(path: Path) -> bool:
    """Tell whether a submission has been written to its end."""
    try:
        state = path.lstat()
        if not path.is_dir() or path.is_symlink():
            return False
        if state.st_mode & _OPEN_TO_ALL == _OPEN_TO_ALL:
            return True
        age_s = dt.datetime.now(dt.UTC).timestamp() - state.st_ctime
        return age_s > _SETTLED_S and (path / TIMESTAMP_NAME).is_file()
    except OSError:
        return False


def _content(path: Path) -> bytes | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno not in {errno.ENOENT, *_NO_FILES}:
            raise
        return None
    with os.fdopen(descriptor, "rb") as file:
        return file.read(1000)
