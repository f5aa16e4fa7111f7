"""Where the course's own code runs in this process: in a copy of the assignment's folder.

Given cells, the reference and hidden tests open files and import modules as in Jupyter, where the
assignment's folder is the working directory and on `sys.path`. Only what the course hands out is in the copy,
never a file of a student's. Outside, this process has its own working directory, `sys.path` and modules.
What that code puts out reaches nobody, nor does what the processes put out that it starts.
"""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import sys
import tempfile
import warnings
from functools import cache, cached_property
from multiprocessing.util import Finalize
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.base.working_directory import LOCK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

PREFIX = "gradlab-workplace-"
_STREAMS = 1, 2  # standard output, standard error


class Workplace:
    """The copy of an assignment's folder for one notebook: made on first use, removed when no longer used.

    Args:
        files: what the assignment hands out, by relative path.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._given = files
        self._modules: dict[str, ModuleType] = {}
        self._directory = ""  # the last working directory of its code
        self._path: list[str] = []
        self._is_entered = False

    @cached_property
    def folder(self) -> Path:
        """The copy."""
        _sweep()
        folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-")).resolve()
        Finalize(self, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=0)
        for name, path in self._given.items():
            copy = folder / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        return folder

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Be in the folder, in silence: its files are beside what runs, its modules are imported first."""
        if self._is_entered:
            yield
            return
        with LOCK, _silence(), self._as_working_directory():
            yield

    @contextlib.contextmanager
    def _as_working_directory(self) -> Iterator[None]:
        if not self._path:
            self._directory, self._path = str(self.folder), [str(self.folder), *sys.path]
        directory, path = os.getcwd(), sys.path[:]  # noqa: PTH109  # what os.chdir gets back
        covered = {name: sys.modules.pop(name) for name in self._covered()}
        known = set(sys.modules)
        sys.modules.update(self._modules)
        sys.path[:] = self._path
        os.chdir(self._directory)
        self._is_entered = True
        try:
            yield
        finally:
            self._is_entered = False
            self._directory, self._path = os.getcwd(), sys.path[:]  # noqa: PTH109  # as above
            os.chdir(directory)
            sys.path[:] = path
            if len(sys.modules) > len(known):
                new = [name for name in sys.modules if name not in known and self._has(sys.modules[name])]
                self._modules = {name: sys.modules.pop(name) for name in new}
            sys.modules.update(covered)

    def modules(self) -> list[ModuleType]:
        """Return the modules of the folder that have been imported."""
        return list(self._modules.values())

    def paths(self) -> set[Path]:
        """Return all that is in the folder now."""
        return set(self.folder.rglob("*"))

    @staticmethod
    def remove(paths: set[Path]) -> None:
        """Remove files and folders."""
        for path in sorted(paths, reverse=True):
            with contextlib.suppress(OSError):
                (path.rmdir if path.is_dir() and not path.is_symlink() else path.unlink)()

    def _covered(self) -> list[str]:
        """Return the modules of this process that have the same names as modules of the folder."""
        given = self._importable - sys.stdlib_module_names
        return [name for name in sys.modules if name.partition(".")[0] in given] if given else []

    @cached_property
    def _importable(self) -> frozenset[str]:
        """The names under which the given modules and packages are imported."""
        paths = [Path(name) for name in self._given if name.endswith(".py")]
        modules = {path.stem for path in paths if len(path.parts) == 1}
        return frozenset(modules | {path.parts[0] for path in paths if len(path.parts) > 1})

    def _has(self, module: ModuleType) -> bool:
        """Tell whether a module comes from the folder."""
        names = getattr(module, "__dict__", {})  # not getattr: some modules make up attributes
        places = [names.get("__file__"), *names.get("__path__", ())]
        return any(isinstance(place, str) and self.folder in Path(place).parents for place in places)


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Let nothing that is put out or warned of reach the grader's terminal, also from processes."""
    nowhere = io.StringIO()
    with (
        _silent_descriptors(),
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _silent_descriptors() -> Iterator[None]:
    """Let standard output and standard error lead nowhere, and back again."""
    kept = {}
    for number in _STREAMS:
        with contextlib.suppress(OSError):  # a daemon may have closed it
            kept[number] = os.dup(number)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for number in kept:
            os.dup2(nowhere, number)
        yield
    finally:
        os.close(nowhere)
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)


@cache
def _sweep() -> None:
    """Remove the copies that processes have left that were killed by force."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).partition("-")[0]
        if pid.isdigit() and not Path("/proc", pid).exists():
            shutil.rmtree(folder, ignore_errors=True)
