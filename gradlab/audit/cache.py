"""Cached results, found by a hash of everything that they depend on."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from functools import lru_cache
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from gradlab.authoring.folders import files_beside

if TYPE_CHECKING:
    from collections.abc import Mapping

ENGINE = (
    "audit/closeness.py",
    "audit/exercises.py",
    "audit/hidden.py",
    "audit/rerun.py",
    "audit/seeded.py",
    "audit/trials.py",
    "authoring",
    "base",
    "checks",
    "examinee",
    "examiner",
    "grading/calibrations.py",
    "sandbox",
    "submission",
    "wire",
)
KINDS = (".py", ".toml")


class Cache:
    """The cached results of one notebook.

    Args:
        course: the root of the course.
        name: the notebook's name in the course.
        is_read: whether to use the saved results.
    """

    def __init__(self, course: Path, name: str, *, is_read: bool = True) -> None:
        folder = platformdirs.user_cache_path("gradlab") / "audit" / digest(str(course.resolve()))[:16]
        self._path = folder / f"{name.replace('/', '.')}.json"
        self._known: dict[str, Any] = {}
        self._asked: dict[str, Any] = {}
        if is_read:
            with contextlib.suppress(OSError, ValueError):
                self._known = json.loads(self._path.read_text(encoding="utf-8"))

    def get(self, key: str) -> Any | None:
        """Return the result for a key, None if there is none."""
        if key in self._known:
            self._asked[key] = self._known[key]
        return self._asked.get(key)

    def put(self, key: str, result: Any) -> None:
        """Keep a result; JSON must be able to represent it."""
        self._asked[key] = result

    def save(self, *, is_complete: bool = True) -> None:
        """Write the results that were asked for or added; a failure to write is ignored.

        Args:
            is_complete: whether all results have been asked for, so that others are of no more use.
        """
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            new = self._path.with_suffix(".new")
            kept = self._asked if is_complete else {**self._known, **self._asked}
            new.write_text(json.dumps(kept), encoding="utf-8")
            new.replace(self._path)


def given_files(source: Path) -> str:
    """Return a hash of the files next to a source notebook, which its cells may read."""
    return digest(
        *(part for name, path in files_beside(source).items() for part in (name, path.read_bytes().hex()))
    )


def digest(*parts: str) -> str:
    """Return one hash of some texts."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part.encode()).digest())
    return total.hexdigest()


def libraries(modules: frozenset[str]) -> str:
    """Return a hash of the versions of IPython and of the packages that provide some modules."""
    providers = _providers()
    packages = {package for module in modules for package in providers.get(module.partition(".")[0], ())}
    return digest(*(f"{package} {version(package)}" for package in sorted({"ipython", *packages})))


@lru_cache(maxsize=1)
def _providers() -> Mapping[str, list[str]]:
    return packages_distributions()


@lru_cache(maxsize=1)
def engine() -> str:
    """Return a hash of Python's version and of all code of gradlab that a result depends on."""
    package = Path(__file__).resolve().parent.parent
    found = [path for name in ENGINE for path in (package / name, *(package / name).rglob("*"))]
    files = sorted(path for path in found if path.is_file() and path.suffix in KINDS)
    return digest(sys.version, *(file.read_text(encoding="utf-8") for file in files))
