"""Source notebooks: the course as it is authored, read as exercises.

A source notebook is the single source of truth about an exercise. It contains, in this order,

- locked cells with imports and data (a locked cell tagged ``picture`` only draws),
- solution cells, each with the reference solution and the exercise's name as ``grade_id``,
- raw cells tagged ``misconception``, each with a typical wrong answer under a header of comments: the
  exercise and a name, one sentence in Korean and one in English,
- test cells with a visible and a hidden part.

Text is in Korean and in English: in cells tagged ``lang-ko`` and ``lang-en``, and, inside a cell, in regions
between ``### BEGIN LANG ko`` and ``### END LANG ko``.
"""

from __future__ import annotations

import re
import symtable
import warnings
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from types import CodeType, FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any

import nbformat
from nbformat.warnings import MissingIDFieldWarning

from gradlab.authoring.derived import derived_from
from gradlab.authoring.folders import SOURCE_FOLDER, files_beside, find_course, state_of
from gradlab.authoring.functions import functions_in
from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.imports import modules_imported_by
from gradlab.authoring.ipython import SHELL, QuietShell, as_python
from gradlab.authoring.running import run
from gradlab.authoring.said import Said
from gradlab.authoring.workplace import Workplace
from gradlab.base.errors import CourseError
from gradlab.base.machine import of_the_machine
from gradlab.base.texts import DEFAULT_LANGUAGE, FALLBACK_LANGUAGE, LANGUAGES, in_language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PICTURE_TAG = "picture"
MISCONCEPTION_TAG = "misconception"
LANGUAGE_TAG = "lang-"

_LANGUAGE_MARK = re.compile(r"\s*### (?P<edge>BEGIN|END) LANG (?P<language>\w+)\s*\Z")

_MISCONCEPTION = re.compile(
    r"\A# misconception: (?P<exercise>\w+) · (?P<name>\w+)\n"
    r"# ko: (?P<ko>.+)\n"
    r"# en: (?P<en>.+)\n"
)


@dataclass(frozen=True)
class Misconception:
    """A typical wrong answer to an exercise.

    Args:
        exercise: the exercise's name.
        name: of the misconception.
        sentences: what it looks like, in one sentence, by language.
        code: the whole text of the answer.
    """

    exercise: str
    name: str
    sentences: Mapping[str, str]
    code: str

    def sentence(self, language: str) -> str:
        """Return what it looks like, in one sentence."""
        return in_language(self.sentences, language)

    @classmethod
    def parse(cls, text: str) -> Misconception:
        """Read a misconception cell.

        Raises:
            CourseError: if its header is malformed.
        """
        header = _MISCONCEPTION.match(text)
        if header is None:
            raise CourseError(
                "A misconception cell starts with three comment lines: "
                "'# misconception: <exercise> · <name>', '# ko: …', '# en: …'. "
                f"This one starts with {text[:80]!r}."
            )
        sentences = MappingProxyType({language: header[language] for language in LANGUAGES})
        return cls(header["exercise"], header["name"], sentences, text)


@dataclass(frozen=True)
class FailedCell:
    """A given cell, or the reference solution of an exercise, that fails where hidden tests run.

    Args:
        title: what it is, in a sentence.
        text: of the cell.
        error: that it raised.
    """

    title: str
    text: str
    error: str


@dataclass(frozen=True)
class SourceNotebook:
    """One source notebook, its cells in order."""

    path: Path
    cells: tuple[nbformat.NotebookNode, ...] = field(repr=False)

    @classmethod
    def read(cls, path: Path) -> SourceNotebook:
        """Read the notebook at `path`.

        Raises:
            CourseError: if it is not a notebook.
        """
        try:
            return cls(path, tuple(read_notebook_file(path).cells))
        except (ValueError, KeyError, TypeError, AttributeError, nbformat.ValidationError) as error:
            reason = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
            raise CourseError(f"{path} is not a notebook: {reason}") from None

    @cached_property
    def solutions(self) -> Mapping[str, str]:
        """The reference solution of each exercise, by the exercise's name, in order."""
        return MappingProxyType(
            {
                _grade_id(cell): cell.source
                for cell in self.cells
                if cell.cell_type == "code" and _is(cell, "solution")
            }
        )

    @cached_property
    def examined(self) -> tuple[tuple[object, ...], ...]:
        """What an exam depends on: code and misconceptions in order, without texts, outputs and counts."""
        return tuple(
            (
                _grade_id(cell),
                tuple(_is(cell, role) for role in ("grade", "solution", "locked", "task")),
                tuple(cell.metadata.get("tags", ())),
                cell.source,
            )
            for cell in self.cells
            if cell.cell_type == "code" or MISCONCEPTION_TAG in cell.metadata.get("tags", ())
        )

    @cached_property
    def answered(self) -> frozenset[str]:
        """The names that the reference solutions define; each answer defines them in its own way."""
        tables = [symtable.symtable(as_python(text), name, "exec") for name, text in self.solutions.items()]
        symbols = [symbol for table in tables for symbol in table.get_symbols()]
        return frozenset(
            symbol.get_name() for symbol in symbols if symbol.is_assigned() and not symbol.is_imported()
        )

    @cached_property
    def derived(self) -> frozenset[str]:
        """The names that given cells bind to what answers return."""
        given = (text for name, text in self.definitions() if name not in self.solutions)
        return derived_from(self.answered, given)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages that its cells name."""
        return languages_in(self.cells)

    @cached_property
    def language(self) -> str:
        """The language of its messages if the course chooses none."""
        return language_of(self.cells)

    @cached_property
    def modules(self) -> frozenset[str]:
        """The modules that its code imports."""
        return modules_imported_by(cell.source for cell in self.cells if cell.cell_type == "code")

    @cached_property
    def texts(self) -> frozenset[str]:
        """The texts of the Markdown cells, in each language."""
        texts = [cell.source for cell in self.cells if cell.cell_type == "markdown"]
        return frozenset(select_lines(text, language) for text in texts for language in LANGUAGES)

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, ...]]:
        """The tags of each cell that nbgrader knows, by its grade id."""
        return MappingProxyType(
            {_grade_id(cell): tuple(cell.metadata.get("tags", ())) for cell in self.cells if _grade_id(cell)}
        )

    @cached_property
    def tests(self) -> Mapping[str, str]:
        """The text of each test cell, by its grade id, in order."""
        return MappingProxyType(
            {
                _grade_id(cell): cell.source
                for cell in self.cells
                if cell.cell_type == "code" and _is(cell, "grade") and not _is(cell, "solution")
            }
        )

    @cached_property
    def exercises(self) -> Mapping[str, str]:
        """The exercise that each cell with points judges, by the cell's grade id, in order.

        The exercise is the nearest solution cell before the cell, or the cell itself if there is none.
        """
        found, answer = {}, ""
        for cell in self.cells:
            if _is(cell, "solution") or _is(cell, "task"):
                answer = _grade_id(cell)
            if _is(cell, "grade") or _is(cell, "task"):
                found[_grade_id(cell)] = answer or _grade_id(cell)
        return MappingProxyType(found)

    @cached_property
    def misconceptions(self) -> tuple[Misconception, ...]:
        """The named misconceptions of all exercises, in order."""
        return tuple(
            Misconception.parse(cell.source)
            for cell in self.cells
            if MISCONCEPTION_TAG in cell.metadata.get("tags", ())
        )

    @cached_property
    def said(self) -> Mapping[str, Said]:
        """What each test, and what the given cells say in both languages, by the test's grade id."""
        given = [text for name, text in self.definitions() if name not in self.solutions]
        return {name: Said.by([test, *given]) for name, test in self.tests.items()}

    @cached_property
    def functions(self) -> Mapping[CodeType, str]:
        """The source of the functions that given cells and tests define, by their code; no solution's."""
        given = [text for name, text in self.definitions() if name not in self.solutions]
        return functions_in([*given, *(part for test in self.tests.values() for part in split_test(test))])

    @cached_property
    def workplace(self) -> Workplace:
        """The folder in which its code runs in this process."""
        return Workplace(files_beside(self.path))

    def definitions(self) -> Iterator[tuple[str, str]]:
        """Yield (grade id or "", text) of the cells that define something: given cells and solutions."""
        for cell in self.cells:
            if cell.cell_type != "code" or PICTURE_TAG in cell.metadata.get("tags", ()):
                continue
            if not _is(cell, "grade") or _is(cell, "solution"):
                yield _grade_id(cell), cell.source

    @cached_property
    def reference(self) -> Mapping[str, Any]:
        """The names that the reference solutions and given cells define, run on first use.

        If a cell fails here (see `failed`), what it would define is missing, and a test that needs it fails.
        """
        return self._ran[0]

    @property
    def failed(self) -> tuple[FailedCell, ...]:
        """The cells that fail when `reference` is run, in order."""
        return self._ran[1]

    @cached_property
    def _ran(self) -> tuple[Mapping[str, Any], tuple[FailedCell, ...]]:
        namespace: dict[str, Any] = {"__name__": f"reference of {self.path.stem}"}
        namespace[SHELL] = QuietShell(namespace)
        failed, written = list[FailedCell](), set[Path]()
        with self.workplace.entered():
            for name, text in self.definitions():
                before = self.workplace.paths()
                try:
                    run(text, namespace, f"<{self.path.stem}: {name or 'given'}>")
                except Exception as error:  # as in a notebook, the next cell runs all the same
                    if of_the_machine(error):
                        raise  # it may succeed another time
                    failed.append(self._failed_cell(name, text, error))
                if name in self.solutions:
                    written |= self.workplace.paths() - before
            self.workplace.remove(written)  # no answer's, so no hidden test may find them
        return MappingProxyType(namespace), tuple(failed)

    def _failed_cell(self, name: str, text: str, error: Exception) -> FailedCell:
        kind, first = "answer" if name in self.solutions else "given cell", text.strip().partition("\n")[0]
        title = f"the {kind} {name!r}" if name else f"the given cell that starts with {first[:60]!r}"
        return FailedCell(title, text, f"{type(error).__name__}: {' '.join(str(error).split())}"[:200])

    def is_given(self, value: object) -> bool:
        """Tell whether a value is a function or a class that its cells define."""
        home = self.reference["__name__"]
        return isinstance(value, FunctionType | type) and value.__module__ == home

    @cached_property
    def memory(self) -> dict[bytes, Any]:
        """What the notebook's own answers returned, stored by `gradlab.checks`."""
        return {}

    def namespace_with(self, answer: str, name: str) -> dict[str, Any]:
        """Return a copy of the reference's namespace in which another answer has been run."""
        namespace = dict(self.reference)
        with self.workplace.entered():
            before = self.workplace.paths()
            run(answer, namespace, f"<{self.path.stem}: {name}>")
            self.workplace.remove(self.workplace.paths() - before)
        return namespace


def select_lines(text: str, language: str) -> str:
    """Return the text without the regions of other languages and without the marks.

    Raises:
        CourseError: if a region is not closed, or closed by another language.
    """
    kept: list[str] = []
    region: str | None = None
    for line in text.split("\n"):
        mark = _LANGUAGE_MARK.match(line)
        if mark is None:
            if region in (None, language):
                kept.append(line)
            continue
        opens = mark["edge"] == "BEGIN"
        if (
            mark["language"] not in LANGUAGES
            or opens != (region is None)
            or region not in (None, mark["language"])
        ):
            raise CourseError(f"Language regions don't match at {line.strip()!r} in the cell {text[:60]!r}…")
        region = mark["language"] if opens else None
    if region is not None:
        raise CourseError(f"The region '### BEGIN LANG {region}' is not closed in the cell {text[:60]!r}…")
    return "\n".join(kept)


def languages_in(cells: Iterable[nbformat.NotebookNode]) -> tuple[str, ...]:
    """Return the languages that the tags of cells, or the marks inside them, name."""
    named = set()
    for cell in cells:
        named.update(cell.metadata.get("tags", ()))
        marks = map(_LANGUAGE_MARK.match, cell.source.split("\n"))
        named.update(LANGUAGE_TAG + mark["language"] for mark in marks if mark)
    return tuple(language for language in LANGUAGES if LANGUAGE_TAG + language in named)


def language_of(cells: Iterable[nbformat.NotebookNode]) -> str:
    """Return the default language for cells: Korean if they name it, else English."""
    named = languages_in(cells)
    return DEFAULT_LANGUAGE if DEFAULT_LANGUAGE in named else FALLBACK_LANGUAGE


def source_notebook(folder: Path, assignment: str, notebook: str) -> SourceNotebook | None:
    """Return the source notebook of a submission, None if the course has none."""
    try:
        course = find_course(folder)
    except CourseError:
        return None
    return read_source(course / SOURCE_FOLDER / assignment / f"{notebook}.ipynb")


def read_notebook_file(path: Path) -> nbformat.NotebookNode:
    """Return a notebook of the course; its cells may lack ids, as in those of older Jupyter versions."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingIDFieldWarning)
        notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # untyped
    return notebook


def read_source(path: Path) -> SourceNotebook | None:
    """Return the source notebook at a path, None if there is none, read again after a change."""
    return _read(path, state_of(path)) if path.is_file() else None


@lru_cache(maxsize=8)
def _read(path: Path, _state: tuple[object, ...]) -> SourceNotebook:
    return SourceNotebook.read(path)


def _is(cell: nbformat.NotebookNode, role: str) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get(role, False))


def _grade_id(cell: nbformat.NotebookNode) -> str:
    """Return nbgrader's name of a cell, "" if it has none; old versions leave empty metadata."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
