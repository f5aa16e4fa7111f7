"""Calls that travel to another machine as bytes, together with the folders that they read.

A path in the arguments is that of a source notebook, which travels with the files beside it, or that of a
submission's folder. What many calls have in common is kept on the other side: it travels once, and the calls
name it by its hash.
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import stat
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from traitlets.config import Config

from gradlab.authoring.folders import files_beside
from gradlab.base.errors import CourseError
from gradlab.base.folders import raise_unless_gone
from gradlab.course import AssignmentSpec
from gradlab.submission import own_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES = 256 * 2**20  # of a submission
_GIVEN, _SPEC, _SUBMISSION, _CONFIG = "given", "spec", "submission", "config"


@dataclass(frozen=True)
class Parcel:
    """A call on its way.

    Args:
        call: the function and its arguments.
        kept: what it names by hash.
    """

    call: bytes
    kept: dict[str, bytes]


@dataclass(frozen=True)
class _FolderPart:
    """Something in a submission's folder.

    Args:
        mode: its type and permissions.
        content: of a file that may be read, or where a link leads.
        n_bytes: the size of a file.
    """

    mode: int
    content: bytes | str = b""
    n_bytes: int = 0

    @classmethod
    def of(cls, path: Path) -> _FolderPart:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            return cls(status.st_mode, os.readlink(path))  # noqa: PTH115  # as it is, not as a path
        content = b""
        if stat.S_ISREG(status.st_mode) and status.st_size <= own_files.MAX_BYTES:  # no larger one is read
            with suppress(PermissionError):  # nor is it readable on the other side
                content = path.read_bytes()
        return cls(status.st_mode, content, status.st_size)

    def lay_out(self, path: Path) -> None:
        if stat.S_ISDIR(self.mode):
            path.mkdir(parents=True, exist_ok=True)
        elif stat.S_ISLNK(self.mode):
            path.symlink_to(str(self.content))
        elif stat.S_ISREG(self.mode):
            assert isinstance(self.content, bytes)  # noqa: S101  # only a link has a text
            path.write_bytes(self.content)
            os.truncate(path, self.n_bytes)
            path.chmod(stat.S_IMODE(self.mode))
        else:
            os.mkfifo(path)  # nobody reads what is no regular file


@dataclass
class Sender:
    """Makes parcels; remembers the assignments that it has packed."""

    _specs: dict[int, tuple[AssignmentSpec, str, dict[str, bytes]]] = field(default_factory=dict)

    def parcel(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Parcel:
        """Pack a call.

        Raises:
            CourseError: if a submission is too large.
        """
        return self._packed((function, args, kwargs))

    def keep_spec(self, spec: AssignmentSpec) -> tuple[str, dict[str, bytes]]:
        """Return the hash of an assignment, and all that is to be kept for it."""
        if id(spec) not in self._specs:
            public = replace(spec, db_url="")
            parcel = self._packed([getattr(public, each.name) for each in fields(spec)])
            digest = _digest(parcel.call)
            self._specs[id(spec)] = spec, digest, {**parcel.kept, digest: parcel.call}
        return self._specs[id(spec)][1:]

    def _packed(self, value: object) -> Parcel:
        content, kept = io.BytesIO(), dict[str, bytes]()
        _Packer(content, self, kept).dump(value)
        return Parcel(content.getvalue(), kept)


class _Packer(pickle.Pickler):
    """Takes paths, assignments and configurations out of a pickle."""

    def __init__(self, content: io.BytesIO, sender: Sender, kept: dict[str, bytes]) -> None:
        super().__init__(content, pickle.HIGHEST_PROTOCOL)
        self._sender = sender
        self._kept = kept

    def persistent_id(self, value: Any) -> tuple[str, *tuple[Any, ...]] | None:
        """Return what stands for a value in the pickle, None if it stands for itself."""
        if isinstance(value, AssignmentSpec):
            digest, kept = self._sender.keep_spec(value)
            self._kept.update(kept)
            return _SPEC, digest
        if isinstance(value, Config):
            return _CONFIG, pickle.dumps(_without_database(value))
        if not isinstance(value, Path):
            return None
        if value.suffix == ".ipynb" and value.is_file():
            files = {value.name: value, **files_beside(value)}
            given = pickle.dumps({name: path.read_bytes() for name, path in files.items()})
            self._kept[_digest(given)] = given
            return _GIVEN, _digest(given), value.parent.name, value.name
        return _SUBMISSION, value.parent.name, value.name, _items(value)


class _Unpacker(pickle.Unpickler):
    """Lays out what a parcel has brought.

    Args:
        content: of the call, or of what is kept.
        kept: the folder of what is kept.
        folder: for the submission.
    """

    def __init__(self, content: bytes, kept: Path, folder: Path) -> None:
        super().__init__(io.BytesIO(content))
        self._kept = kept
        self._folder = folder

    def persistent_load(self, packed: Any) -> Any:
        """Return what was taken out of the pickle."""
        kind, *details = packed
        if kind == _SPEC:
            return _spec(self._kept, *details)
        if kind == _CONFIG:
            return pickle.loads(*details)  # noqa: S301  # from the grader
        if kind == _GIVEN:
            return _given(self._kept, *details)
        student, name, items = details
        for place, item in items:
            item.lay_out(self._folder / place)
        return self._folder / student / name


def called(call: bytes, kept: Path, folder: Path) -> Any:
    """Call what has arrived in a parcel; return the result.

    Args:
        call: of the parcel.
        kept: the folder that has what is kept, in files named by their hashes.
        folder: an empty one, for the submission.
    """
    function, args, kwargs = _Unpacker(call, kept, folder).load()
    return function(*args, **kwargs)


@lru_cache(maxsize=8)
def _spec(kept: Path, digest: str) -> AssignmentSpec:
    return AssignmentSpec(*_Unpacker((kept / digest).read_bytes(), kept, kept).load())


@lru_cache(maxsize=64)
def _given(kept: Path, digest: str, assignment: str, notebook: str) -> Path:
    """Return the path of a source notebook, laid out for this process."""
    folder = kept.parent / f"given-{digest}-{os.getpid()}" / assignment
    for name, content in pickle.loads((kept / digest).read_bytes()).items():  # noqa: S301  # from the grader
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / notebook


def _items(folder: Path) -> list[tuple[str, _FolderPart]]:
    """Return what is in a submission's folder, by its place below the student's folder.

    Raises:
        CourseError: if it is too large.
    """
    found, left_bytes = [], MAX_BYTES
    for path in _below(folder):
        item = _FolderPart.of(path)
        left_bytes -= len(item.content)
        if left_bytes < 0:
            raise CourseError(f"{folder} has more than {MAX_BYTES // 2**20} MiB, too much to be sent.")
        found.append((str(path.relative_to(folder.parent.parent)), item))
    return found


def _below(folder: Path) -> Iterator[Path]:
    """Yield the student's folder, the submission's, and all that is in it; links are not followed."""
    for path in (folder.parent, folder):
        yield path
        if path.is_symlink():
            return
    for place, folders, files in os.walk(folder, onerror=raise_unless_gone):
        yield from (Path(place, name) for name in sorted([*folders, *files]))


def _without_database(config: Config) -> Config:
    """Return a configuration without the gradebook's address, which may contain a password."""
    public = deepcopy(config)
    public.get("CourseDirectory", {}).pop("db_url", None)
    return public


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
