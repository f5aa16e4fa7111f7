"""Hooks into Python and IPython that change the code, its meaning, or the display of its errors."""

from __future__ import annotations

from attacks.corpus import HAS_RUN, WRONG, attack

WRONG_TRIPLE = WRONG["triple"]


@attack(
    f"""
import ast

class Emptying(ast.NodeTransformer):
    def visit_Module(self, node):
        return ast.Module([], [])

{WRONG_TRIPLE}
get_ipython().ast_transformers.append(Emptying())
""",
    wins_elsewhere=True,
)
def test_a_syntax_tree_emptied_of_tests_earns_nothing(result):
    """A transformer that drops every statement does not reach the hidden test."""
    assert result.has_run
    assert result.earned == 0


@attack(
    f"""
import ast

class WithoutAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()

    def visit_Expr(self, node):
        is_check = isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "check"
        return ast.Pass() if is_check else node

{WRONG_TRIPLE}
get_ipython().ast_transformers.append(WithoutAsserts())
""",
    wins_elsewhere=True,
)
def test_dropped_assertions_earn_nothing(result):
    """A transformer that drops only assertions and checks changes no verdict and no other exercise."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""
{WRONG_TRIPLE}
get_ipython().input_transformers_post.append(lambda lines: ["pass\\n"])
""",
    wins_elsewhere=True,
)
def test_rewritten_input_earns_nothing(result):
    """A transformer of later cells' text does not reach the hidden test."""
    assert result.has_run
    assert result.earned == 0


@attack(
    f"""
{WRONG_TRIPLE}
shell = get_ipython()
shell.showtraceback = shell.showsyntaxerror = shell._showtraceback = lambda *args, **kwargs: None
""",
    wins_elsewhere=True,
)
def test_a_silenced_traceback_earns_nothing(result):
    """A shell that shows no error does not affect the verdict."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""
import sys
{WRONG_TRIPLE}
get_ipython().set_custom_exc((BaseException,), lambda *args, **kwargs: None)
sys.excepthook = sys.unraisablehook = lambda *args: None
""",
    wins_elsewhere=True,
)
def test_exception_hooks_earn_nothing(result):
    """A handler that swallows every exception of a cell does not affect the verdict."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""
from IPython.core.interactiveshell import ExecutionResult
{WRONG_TRIPLE}
print("{HAS_RUN}")
get_ipython().run_cell = lambda *args, **kwargs: ExecutionResult(None)
get_ipython().run_code = lambda *args, **kwargs: False
""",
)
def test_a_shell_that_runs_nothing_earns_nothing(result):
    """Later cells that a patched shell only pretends to run earn nothing."""
    assert result.has_run
    assert result.earned == 0


@attack(
    f"""
import sys
{WRONG_TRIPLE}

def before(info):
    for name in ("gradlab.checks", "gradlab.checks._check"):
        if name in sys.modules:
            sys.modules[name].check = lambda *args, **kwargs: None

get_ipython().events.register("pre_run_cell", before)
before(None)
""",
)
def test_events_of_the_shell_earn_nothing(result):
    """A function that IPython calls before each cell finds no hidden test to disarm."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""
import builtins, sys, types
{WRONG_TRIPLE}
original = builtins.__import__

def lying_import(name, *args, **kwargs):
    if name.startswith("gradlab.checks"):
        fake = types.ModuleType(name)
        fake.case = fake.check = fake.probe = fake.reference = lambda *args, **kwargs: None
        return fake
    return original(name, *args, **kwargs)

builtins.__import__ = lying_import
builtins.AssertionError = type("Never", (BaseException,), {{"__init__": lambda self, *args: None}})
""",
)
def test_an_import_that_lies_earns_nothing(result):
    """A forged `gradlab.checks` in the student's process tests nothing."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""
import sys
{WRONG_TRIPLE}

def tracer(frame, event, value):
    code = frame.f_code
    is_ours = "/gradlab/checks/" in code.co_filename or "/gradlab/examiner/" in code.co_filename
    if is_ours and code.co_name in ("check", "outcome_of", "_hidden", "_judged"):
        print("here is a test")
    return tracer

sys.settrace(tracer)
sys.setprofile(tracer)
""",
)
def test_a_tracer_sees_no_test(result):
    """A trace function is never called for a part of a hidden test."""
    assert result.has_run
    assert "here is a test" not in result.printed
    assert result.earned == 0
