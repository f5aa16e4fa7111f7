"""Why a test cell is not asked by value, in the author's terms, and the rewrite that would change it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.ipython import as_python
from gradlab.examiner.calibration import BEHIND, EARNS, NO_ANSWER, ONLY_BY_VALUE
from gradlab.examiner.hidden import ReplacesLibraryError
from gradlab.examiner.stubs import defined_in
from gradlab.examiner.ways import Way

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbformat import NotebookNode

    from gradlab.authoring.source import SourceNotebook
    from gradlab.examiner.ways import Asked

_CHECKED = "let check('name of the answer', [case(...)], scenario=f) compare that with the reference"
_NAME_ERROR = re.compile(r"NameError: name '(?P<name>\w+)' is not defined")
_FAILED_BEFORE = re.compile(r"; before it, (?P<cell>.+?) failed: (?P<error>.*)\Z", re.DOTALL)
_NO_MODULE = re.compile(r"ModuleNotFoundError: No module named '(?P<name>[\w.]+)'")
_NO_FILE = re.compile(r"FileNotFoundError: .*?'(?P<name>[^']+)'")
_NO_NETWORK = re.compile(r"URLError|gaierror|ConnectionError|HTTPError|MaxRetryError|name resolution")
_MAX_CHARS = 160
_SHELL = frozenset({"get_ipython", "In", "Out", "_", "__", "_i", "_ih", "_oh"})
_CAPTURING = frozenset({"redirect_stdout", "capture_output", "StringIO", "capsys", "stdout"})
_READING = frozenset({"getsource", "getsourcelines", "__code__", "get_history", "history_manager"})
_PATCHING = frozenset({"patch", "setattr", "monkeypatch", "mock_open", "MagicMock"})
_DRAWING = frozenset({"gca", "gcf", "plt", "get_lines", "get_axes", "plotchecker", "patches", "figure"})
_RANDOM = frozenset({"seed", "manual_seed", "RandomState", "default_rng"})
_UNORDERED = frozenset({"set", "frozenset"})


@dataclass(frozen=True)
class Advice:
    """What an author wants to know about a test cell that is not asked by value.

    Args:
        cause: why, in one sentence without its period.
        rewrite: what would let it be asked by value, likewise; "" if that is clear.
    """

    cause: str = ""
    rewrite: str = ""


def advice_on(name: str, asked: Asked, source: SourceNotebook) -> Advice:
    """Return the cause and the rewrite for a test cell.

    Args:
        name: its grade id.
        asked: how it is asked, and what the examiner says of it.
        source: its notebook.
    """
    test = _Test(source.tests[name], asked.why, source)
    if asked.way is Way.VALUE and not asked.why:
        return Advice() if test.hidden else _ALL_VISIBLE
    return next(advice for advice in (rule(test) for rule in _RULES[asked.way]) if advice is not None)


_ALL_VISIBLE = Advice("it has no hidden part, so an answer can forge it")  # the end says once what to do


@dataclass(frozen=True)
class _Test:
    """A test cell as the rules look at it."""

    text: str
    why: str
    source: SourceNotebook

    @property
    def hidden(self) -> str:
        return split_test(self.text)[1]

    @property
    def error(self) -> str:
        """What the reference's failure says."""
        return self.why.partition(": ")[2]

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(_nodes(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """The names, attributes and imports that it mentions."""
        return _words(self.nodes)

    @property
    def changed(self) -> list[str]:
        """The names of answers that it deletes or binds anew."""
        names = (node for node in self.nodes if isinstance(node, ast.Name))
        return sorted(
            {name.id for name in names if not isinstance(name.ctx, ast.Load)} & self.source.answered
        )

    def cell_that_defines(self, name: str) -> NotebookNode | None:
        """Return a code cell that imports or defines a name at its top, None if there is none."""
        cells = (cell for cell in self.source.cells if cell.cell_type == "code")
        return next((cell for cell in cells if name in defined_in(as_python(cell.source))), None)


def _nodes(text: str) -> Iterator[ast.AST]:
    try:
        yield from ast.walk(ast.parse(as_python(text)))
    except SyntaxError:
        return


def _words(nodes: list[ast.AST]) -> frozenset[str]:
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return frozenset(names | attributes | {name for node in nodes for name in _imported(node)})


def _imported(node: ast.AST) -> set[str]:
    """Return the names that a statement imports."""
    if not isinstance(node, ast.Import | ast.ImportFrom):
        return set()
    return {(alias.asname or alias.name).partition(".")[0] for alias in node.names}


def _failed_before(test: _Test) -> Advice | None:
    found = _FAILED_BEFORE.search(test.why)
    if found is None:
        return None
    failed = replace(test, why=f": {found['error']}")
    causes = (rule(failed) for rule in (_not_installed, _no_file, _no_network))
    otherwise = (
        "let that cell run with nothing but given cells, answers and the files next to the source notebook"
    )
    return Advice(
        f"{found['cell']} fails where tests run: {_short(found['error'])}",
        next((advice.rewrite for advice in causes if advice is not None), otherwise),
    )


def _missing_name(test: _Test) -> Advice | None:
    found = _NAME_ERROR.search(test.error)
    if found is None:
        return None
    name = found["name"]
    if name in _SHELL:
        return Advice(
            f"it looks into the student's notebook through {name!r}",
            _by_probe("returns what you look for"),
        )
    cell = test.cell_that_defines(name)
    role = {} if cell is None else cell.metadata.get("nbgrader", {})
    if role.get("solution"):
        return Advice(
            f"it uses {name!r}, which only the answer {role['grade_id']!r} imports or makes",
            f"move the import of {name!r} into a given cell, or ask the answer for it",
        )
    if role.get("grade"):
        return Advice(
            f"it uses {name!r}, which the test cell {role['grade_id']!r} makes",
            f"make {name!r} in the hidden part of this cell, too",
        )
    return Advice(
        f"it uses {name!r}, which is not there when only given cells and answers have run",
        f"make {name!r} in a given cell that runs without the test cells, or in the hidden part",
    )


def _changes_names(test: _Test) -> Advice | None:
    if test.changed:
        names = ", ".join(map(repr, test.changed))
        return Advice(f"it deletes or replaces {names}, which the answer uses", _as_probe("does so"))
    if test.words & _PATCHING or ReplacesLibraryError.__name__ in test.why:
        return Advice("it replaces what the answer calls", _as_probe("does so"))
    if "input" in test.words:
        return Advice("it stands in for the keyboard (`input`)", _as_probe("does so"))
    return None


def _by_probe(what: str) -> str:
    return f"write a @probe function f that {what}, and {_CHECKED}; all are in gradlab.checks"


def _as_probe(what: str) -> str:
    return _by_probe(f"{what}, calls the answer and returns what came back")


def _reads_text(test: _Test) -> Advice | None:
    if test.words & _READING or test.words & _SHELL:
        return Advice("it reads the text of the answer", _by_probe("returns what you look for in that text"))
    return None


def _captures_output(test: _Test) -> Advice | None:
    if test.words & _CAPTURING or "%%capture" in test.text:
        return Advice("it looks at what the answer prints", _by_probe("captures it and returns it"))
    return None


def _looks_at_figure(test: _Test) -> Advice | None:
    if test.words & _DRAWING:
        return Advice(
            "it looks at a figure that the answer draws",
            _by_probe("returns the figure's data as lists of numbers and texts"),
        )
    return None


def _draws_numbers(test: _Test) -> Advice | None:
    if test.words & _RANDOM:
        return Advice(
            "it seeds random numbers that the answer draws elsewhere, in its own process",
            f"give the generator to the answer as an argument, or {_as_probe('seeds')}",
        )
    return None


def _depends_on_order(test: _Test) -> Advice | None:
    answers = [node for text in test.source.solutions.values() for node in _nodes(text)]
    makes_sets = _words(answers) & _UNORDERED or any(
        isinstance(node, ast.Set | ast.SetComp) for node in answers
    )
    is_ordered = test.words & {"list", "tuple", "str", "next", "enumerate"} and "sorted" not in test.words
    if test.error.startswith("AssertionError") and makes_sets and is_ordered:
        return Advice(
            "it depends on the order of a set, which differs from process to process",
            "compare sets, or put sorted(...) around the set",
        )
    return None


def _looks_at_class(test: _Test) -> Advice | None:
    has_is = any(isinstance(node, ast.Is | ast.IsNot) for node in test.nodes)
    if test.words & {"isinstance", "type", "issubclass", "__class__", "hasattr"} or (
        has_is and test.error.startswith("AssertionError")
    ):
        return Advice(
            "it asks for the class or the identity of the student's own object, and only values travel",
            "compare a part of the object (an attribute, len(...), an element), or "
            + _by_probe("returns the name of its class"),
        )
    return None


def _generic(test: _Test) -> Advice:
    return Advice(
        f"it needs the student's own object: by value, the reference fails with {_short(test.error)}",
        "compare what travels (numbers, texts, lists, dicts, sets, arrays), as with float(x), list(x) or "
        f"an attribute; for anything else, {_by_probe('returns such a value')}",
    )


def _passed_without_answer(test: _Test) -> Advice | None:
    if not test.why.startswith("the untouched release"):
        return None
    names = f" (it deletes {', '.join(map(repr, test.changed))})" if test.changed else ""
    return Advice(
        f"by value, it is passed without any answer{names}",
        "give the hidden test a value to compare that only an answer has, such as assert f(2) == 4",
    )


def _won(test: _Test) -> Advice:
    return Advice(
        test.why, "give the test a value to compare that only an answer has, such as assert f(2) == 4"
    )


def _not_installed(test: _Test) -> Advice | None:
    found = _NO_MODULE.search(test.error)
    if found is None:
        return None
    name = found["name"]
    return Advice(
        f"it needs the module {name!r}, which is not here",
        f"install its package where gradlab runs, or put {name}.py next to the source notebook",
    )


def _no_file(test: _Test) -> Advice | None:
    found = _NO_FILE.search(test.error)
    if found is None:
        return None
    return Advice(
        f"it needs the file {found['name']!r}, which is not there",
        "put the file next to the source notebook, and name it by a relative path",
    )


def _no_network(test: _Test) -> Advice | None:
    if _NO_NETWORK.search(test.error):
        return Advice(
            "it needs the network, which no submission has", "put the data next to the source notebook"
        )
    return None


def _too_slow(test: _Test) -> Advice | None:
    if "did not end within" in test.error or "timed out" in test.error:
        return Advice("the reference takes longer than a cell may", "ask for less, or set c.Execute.timeout")
    return None


def _calls_probe(test: _Test) -> Advice | None:
    probes = {node.name: node for node in test.nodes if isinstance(node, ast.FunctionDef) and _is_probe(node)}
    calls = (node for node in test.nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    call = next((call for call in calls if ast.unparse(call.func) in probes), None)
    if call is None:
        return None
    name = ast.unparse(call.func)
    asked = sorted(test.source.answered & _words([*ast.walk(probes[name])])) or ["name of the answer"]
    arguments = ast.unparse(call).removeprefix(name)
    return Advice(
        f"it calls the probe {name!r} itself, which then runs with the test instead of beside the answer: "
        f"there, {_short(test.error)}",
        f"let check call it: check({asked[0]!r}, [case{arguments}], scenario={name})",
    )


def _is_probe(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(each).rpartition(".")[2] == "probe" for each in function.decorator_list)


def _says_why(test: _Test) -> Advice | None:
    return next((Advice(test.why, do) for start, do in _REWRITES.items() if test.why.startswith(start)), None)


_REWRITES = {
    EARNS: "write a semicolon behind that value, or let the reference's be all points of the cell",
    BEHIND: "let the hidden part end with the points, as an int or a float",
    NO_ANSWER.why: "write the reference between ### BEGIN SOLUTION and ### END SOLUTION in source/",
}


def _only_by_value(test: _Test) -> Advice | None:
    """Return why a test fails by value that can't run beside the answer, because it uses gradlab's checks."""
    if not test.why.startswith(ONLY_BY_VALUE):
        return None
    causes = (rule(test) for rule in _RULES[Way.BESIDE] if rule is not _generic)
    return next(
        (advice for advice in causes if advice is not None),
        Advice(
            f"the reference fails it: {_short(test.error)}",
            "correct the test or the reference; if it works in the source notebook, "
            f"{_by_probe('returns what you look for')}",
        ),
    )


def _fails_itself(test: _Test) -> Advice:
    return Advice(
        f"the reference fails it, even beside the answer: {_short(test.error)}",
        "correct the test or the reference, and run the source notebook from top to bottom",
    )


def _short(error: str) -> str:
    line = " ".join(error.split()).removesuffix(":")
    return line if len(line) <= _MAX_CHARS else f"{line[: _MAX_CHARS - 1]}…"


# The first that fits counts; the last one always does.
_RULES: dict[Way, tuple[Callable[[_Test], Advice | None], ...]] = {
    Way.VALUE: (_won,),
    Way.BESIDE: (
        _failed_before,
        _says_why,
        _passed_without_answer,
        _missing_name,
        _changes_names,
        _reads_text,
        _captures_output,
        _looks_at_figure,
        _draws_numbers,
        _depends_on_order,
        _looks_at_class,
        _generic,
    ),
    Way.HAND: (
        _failed_before,
        _says_why,
        _calls_probe,
        _only_by_value,
        _not_installed,
        _no_file,
        _no_network,
        _too_slow,
        _fails_itself,
    ),
}
