"""Hidden parts of test cells: the names that they see, and how they are run."""

from __future__ import annotations

import ast
import builtins
import symtable
from dataclasses import replace
from functools import lru_cache
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, cast

from gradlab.authoring.ipython import as_python
from gradlab.authoring.running import run_and_show
from gradlab.base.errors import SandboxError
from gradlab.base.failures import no_blame_for_the_machine
from gradlab.checks import use_notebook, use_variant
from gradlab.examiner.changes import copy_data, held_by
from gradlab.examiner.session import ExamineeError, StandIn
from gradlab.examiner.stubs import defined_in
from gradlab.submission.cells import grade_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examiner.session import Session

_BUILT_IN = frozenset(vars(builtins))


class ReplacesLibraryError(Exception):
    """A hidden part replaces an attribute of a module, so that the answer can't use it."""


def run_hidden(hidden: str, names: dict[str, Any], notebook: SourceNotebook, variant: int) -> object:
    """Run a hidden part in the examiner; return the value that Jupyter would show, or raise what it raises.

    Raises:
        AssertionError: instead of what is no `Exception` and would end the grader, such as pytest's `Failed`.
        ReplacesLibraryError: if it would replace an attribute of a module: here the answer would not notice,
            but all later hidden parts would.
        SandboxError: if the machine fails.
    """
    modules = frozenset(name for name, value in names.items() if issubclass(type(value), ModuleType))
    replaced = _replaced(hidden, modules)
    if replaced:
        raise ReplacesLibraryError(f"{', '.join(replaced)} has to be replaced where the answer runs")
    with (
        no_blame_for_the_machine(),
        notebook.workplace.entered(),
        use_notebook(notebook),
        use_variant(variant),
    ):
        try:
            return run_and_show(hidden, names, "<hidden test>")
        except (Exception, ExamineeError, KeyboardInterrupt):
            raise
        except BaseException as error:  # what pytest's raises, fail and skip raise, and an exit
            raise AssertionError(str(error) or type(error).__name__) from error


def before(notebook: SourceNotebook, name: str) -> SourceNotebook:
    """Return the part of a notebook before a test cell: later cells may bind its names to something else."""
    places = (place for place, cell in enumerate(notebook.cells) if grade_id_of(cell) == name)
    return replace(notebook, cells=notebook.cells[: next(places, None)])


def given_names(notebook: SourceNotebook, language: str) -> dict[str, Any]:
    """Return the names of given cells and of the reference, which runs on first use."""
    names = {"LANGUAGE": language, **notebook.reference, "__name__": "__main__"}
    if notebook.languages:
        names |= {"LANGUAGE": language, **_speaking(notebook, language)}
    return names


def _speaking(notebook: SourceNotebook, language: str) -> dict[str, FunctionType]:
    """Return the given functions that depend on the language, as they are in a language."""
    names = {**notebook.reference, "LANGUAGE": language}
    given = {
        name: value
        for name, value in notebook.reference.items()
        if isinstance(value, FunctionType) and notebook.is_given(value) and name not in notebook.answered
    }
    speaking, before = {"LANGUAGE"}, set[str]()
    while speaking != before:
        before = set(speaking)
        speaking |= {name for name, value in given.items() if speaking.intersection(value.__code__.co_names)}
    made = {
        name: FunctionType(value.__code__, names, name, value.__defaults__, value.__closure__)
        for name, value in given.items()
        if name in speaking
    }
    for name, function in made.items():
        function.__kwdefaults__ = given[name].__kwdefaults__
    names |= made
    return made


def students_names(
    hidden: str, notebook: SourceNotebook, session: Session, given: dict[str, Any]
) -> dict[str, Any]:
    """Return the given names, with the student's definitions in place of the reference's.

    The student's functions and classes are stand-ins; anything else that the hidden part mentions is a value.
    So is what given cells have made with them, because the reference's would let every answer pass.
    """
    names = {name: value for name, value in given.items() if name not in notebook.answered}
    mentioned = _used(hidden)
    session.given = {id(value): name for name, value in names.items() if notebook.is_given(value)}
    if session.sees_changes:
        session.held = held_by([notebook.reference, *map(vars, notebook.workplace.modules())])
        copy_data(names, mentioned & names.keys())
    own = notebook.derived & mentioned - defined_in(hidden)
    for name in notebook.answered | notebook.solutions.keys() | own:
        stand_in = StandIn(session, name)
        if callable(notebook.reference.get(name, stand_in)):
            names[name] = stand_in
        elif name in mentioned:
            names[name] = session.call(cast, object, stand_in)
    return names


def add_earlier(
    names: dict[str, Any], hidden: str, earlier: Iterable[str], notebook: SourceNotebook, variant: int
) -> None:
    """Add the names that earlier tests define and a hidden part uses: those tests run in the examiner, too.

    So do the tests that these in turn need.

    Args:
        names: that the hidden part sees.
        hidden: the hidden part.
        earlier: the parts of the test cells before it, and the visible part of its own.
        notebook: the source notebook.
        variant: of the hidden tests.
    """
    missing = _used(hidden) - names.keys() - defined_in(hidden) - _BUILT_IN
    needed = list[str]()
    for text in reversed(list(earlier)):
        if not missing.isdisjoint(defined_in(text)):
            missing |= _used(text) - names.keys() - _BUILT_IN
            needed.append(text)
    for text in reversed(needed):
        try:
            run_hidden(text, names, notebook, variant)
        except Exception as error:  # what needs it fails
            if isinstance(error, SandboxError):
                raise


@lru_cache(maxsize=256)
def _replaced(hidden: str, modules: frozenset[str]) -> list[str]:
    """Return the attributes of modules that a hidden part sets or deletes, as ``numpy.linalg.solve``."""
    try:
        nodes = list(ast.walk(ast.parse(as_python(hidden))))
    except (SyntaxError, ValueError):  # reported when it is run
        return []
    imports = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    known = modules | {(alias.asname or alias.name).partition(".")[0] for alias in imports}
    changed = [_changed_by(node) for node in nodes]
    return sorted({text for text in changed if text.partition(".")[0] in known})


def _changed_by(node: ast.AST) -> str:
    """Return the attribute that a node sets or deletes, "" if it does not."""
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            return ast.unparse(node)
        case ast.Call(
            func=ast.Name(id="setattr" | "delattr"), args=[owner, ast.Constant(value=str(name)), *_]
        ):
            return f"{ast.unparse(owner)}.{name}"
    return ""


@lru_cache(maxsize=256)
def _used(hidden: str) -> frozenset[str]:
    """Return the names that a hidden part has in its namespace, or takes from it."""
    try:
        outermost = symtable.symtable(hidden, "hidden", "exec")
    except (SyntaxError, ValueError):  # reported when it is run
        return frozenset()
    found, waiting = set[str](), [outermost]
    while waiting:
        scope = waiting.pop()
        waiting += scope.get_children()
        symbols = scope.get_symbols()
        found |= {symbol.get_name() for symbol in symbols if symbol.is_global() or scope is outermost}
    return frozenset(found)
