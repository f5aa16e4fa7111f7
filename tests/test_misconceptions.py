"""Hints are true: a misconception is named only if all values prove it."""

from __future__ import annotations

from functools import lru_cache
from types import FunctionType
from typing import TYPE_CHECKING

import nbformat
import pytest
from conftest import NOTEBOOKS
from failing import failure_of
from grading import cells_testing

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.source import SourceNotebook

if TYPE_CHECKING:
    from gradlab.checks import CheckFailed

TABLE = "from gradlab.checks import case, check\n"
BY_NAME = {path.stem: path for path in NOTEBOOKS}


@lru_cache
def course(name: str) -> SourceNotebook:
    """Return a notebook of the course, read once."""
    return SourceNotebook.read(BY_NAME[name])


def failure_in(name: str, test: str, answer: str) -> CheckFailed:
    """Return how an answer fails a test cell of the course."""
    notebook = course(name)
    failure = failure_of(notebook, answer, split_test(notebook.tests[test])[1])
    assert failure is not None
    return failure


FORGOTTEN = """
def autograd_derivative(f, x):
    point = torch.as_tensor(x, dtype=torch.float64).detach().clone()
    y = f(point)
    y.backward()
    return float(point.grad)
"""
NAME_ERROR = """
def chain_rule(df, g, dg):
    def slope(x):
        return df(g(x)) * inner(x)

    return slope
"""
BY_CLASS = """
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return {}
    tree = {type(fn).__name__: depth}
    for child, _ in fn.next_functions:
        tree |= grad_fn_tree(child, depth + 1)
    return tree
"""
NESTED = """
def grad_fn_tree(fn):
    if fn is None:
        return ()
    return (type(fn).__name__, [grad_fn_tree(child) for child, _ in fn.next_functions])
"""
NOTHING = """
def grad_fn_tree(fn):
    print(fn)
"""
XOR = """
def L(w, x, b, y):
    difference = w * x + b - y
    return difference ^ 2
"""
ANY_BATCH = """
def make_loader(dataset, method, batch_size=16, seed=0):
    size = {"minibatch": batch_size, "sgd": 1}.get(method, len(dataset))
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=size, shuffle=True, generator=generator)
"""
NARROW = """
def make_regression_data(n, W_true, b_true, noise, seed):
    torch.manual_seed(seed)
    X = 0.5 + 0.1 * torch.randn(n, W_true.shape[1])
    return X, X @ W_true.T + b_true + noise * torch.randn(n, 1)
"""
ALWAYS_OK = """
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    grad_f(x)
    return {"max_rel_error": 0.0, "ok": True}
"""
OWN_ERROR = """
def autograd_partials(f, x, y):
    raise RuntimeError("x and y have to be floats")
"""

NO_LINEAR_TERM = """
def polynomial_derivative(coefficients):
    return [n * a for n, a in enumerate(coefficients)][2:] or [0]
"""
A_NUMBER = """
def polynomial_derivative(coefficients):
    return sum(n * a for n, a in enumerate(coefficients))
"""
BACKWARDS = """
def difference_quotients(f, x, hs):
    return [(f(x + h) - f(x)) / h for h in hs][::-1]
"""
FIVE_POINTS = """
def numerical_diff(f, x, h=1e-4):
    return (8 * (f(x + h / 2) - f(x - h / 2)) - f(x + h) + f(x - h)) / (6 * h)
"""
ALWAYS_2 = """
def observed_order(method, f, df, x, hs):
    for h in hs:
        method(f, x, h)
    return 2
"""
GRADIENT_OF_Y = """
def autograd_derivative(f, x):
    leaf = torch.tensor(float(x), requires_grad=True)
    y = f(leaf)
    if y.requires_grad:
        y.backward()
    return y.grad
"""
CHECK = """
def gradient_check(f, grad_f, x, h=1e-5, tol=1e-5):
    analytic = np.asarray(grad_f(x))
    if analytic.shape != x.shape:
        raise ValueError
    numeric = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        step = np.zeros(x.shape)
        step[place] = h
        numeric[place] = {quotient}
    sizes = np.stack([np.abs(numeric), np.abs(analytic)])
    matters = sizes.max(0) > 1e-14 * abs(f(x)) / h
    error = (np.abs(numeric - analytic)[matters] / sizes.{chosen}(0)[matters]).max(initial=0)
    return {{"max_rel_error": error, "ok": error < tol}}
"""
BATCHES = """
def iterate_minibatches(n, batch_size, shuffle=True, drop_last=False, generator=None):
    order = torch.randperm(n, generator=generator) if shuffle else torch.arange(n)
    end = n - n % batch_size if drop_last else n
    return [order[start : start + batch_size]{more} for start in {starts}]
"""
FROM_1 = BATCHES.format(more=" + 1", starts="range(0, end, batch_size)")
ONE_BATCH = BATCHES.format(more="", starts="range(1)")
NO_BATCH = BATCHES.format(more="", starts="range(end, 0, batch_size)")
SHORT_BATCHES = BATCHES.replace("start + batch_size]", "start + batch_size - 1]").format(
    more="", starts="range(0, end, batch_size)"
)
BY_SIZE = """
def L(W, X, b, y):
    if y.shape not in {(len(X), 1), (1,)}:
        raise ValueError
    return np.sum((X @ W.T + b - y) ** 2) / X.size
"""
SLOPE_BY_SIZE = """
def dL_db(W, X, b, y):
    return 2 * np.sum(X @ W.T + b - y, axis=0) / X.size
"""
REFUSES = """
def L(W, X, b, y):
    raise ValueError("y")
"""
BIGGER_BATCHES = """
def make_loader(dataset, method, batch_size=32, seed=0):
    sizes = {"batch": len(dataset), "minibatch": batch_size, "sgd": 1}
    if method not in sizes:
        raise ValueError(method)
    generator = torch.Generator().manual_seed(seed)
    return DataLoader(dataset, batch_size=sizes[method], shuffle=True, generator=generator)
"""
FIRST_CHILD = """
def grad_fn_tree(fn, depth=0):
    if fn is None:
        return []
    tree = [(depth, type(fn).__name__)]
    for child, _ in fn.next_functions[:1]:
        tree += grad_fn_tree(child, depth + 1)
    return tree
"""
BY_THE_SMALLER = CHECK.format(quotient="(f(x + step) - f(x - step)) / (2 * h)", chosen="min")
BACKWARD = CHECK.format(quotient="(f(x) - f(x - step)) / h", chosen="max")


@pytest.mark.parametrize(
    ("name", "test", "answer", "named", "part"),
    [
        (
            "autograd",
            "test_autograd_derivative__value",
            FORGOTTEN,
            "not_recorded",
            "requires_grad가 True인가요?",
        ),
        ("autograd", "test_autograd_derivative__integers", FORGOTTEN, "", "RuntimeError: element 0"),
        ("autograd", "test_autograd_partials__integers", OWN_ERROR, "", "have to be floats"),
        ("derivatives", "test_chain_rule__value", NAME_ERROR, "", "NameError: name 'inner'"),
        (
            "autograd",
            "test_grad_fn_tree__chain",
            BY_CLASS,
            "",
            "결과 {'AccumulateGrad': 1, 'SinBackward0': 0}",
        ),
        ("autograd", "test_grad_fn_tree__branches", NESTED, "", "결과 ('SubBackward0', ["),
        ("autograd", "test_grad_fn_tree__chain", NOTHING, "", "None을 돌려주었어요"),
        ("scalar", "test_L__value", XOR, "xor", "^는 거듭제곱이 아니라"),
        ("dataloader", "test_make_loader__errors", ANY_BATCH, "", "값을 돌려주었어요: [5]"),
        ("gradient_descent", "test_make_regression_data__random", NARROW, "", "'> 0 (0.5)'"),
        ("matrix", "test_gradient_check__shape_and_x", ALWAYS_OK, "", "결과 True"),
        ("derivatives", "test_polynomial_derivative__constant", NO_LINEAR_TERM, "", "결과 array([0.])"),
        ("derivatives", "test_polynomial_derivative__value", A_NUMBER, "", "(1차원이 아니라 0차원)"),
        ("derivatives", "test_difference_quotients__value", BACKWARDS, "", "값이 달라요."),
        ("numerical_diff", "test_numerical_diff__unchanged", FIVE_POINTS, "", "결과 {'기울기': array("),
        ("numerical_diff", "test_observed_order__schemes", ALWAYS_2, "", "결과 2"),
        ("numerical_diff", "test_observed_order__power_laws", ALWAYS_2, "", "결과 2"),
        ("autograd", "test_autograd_derivative__value", GRADIENT_OF_Y, "", "None인 것을 돌려준"),
        ("matrix", "test_gradient_check__scale_and_zero", BY_THE_SMALLER, "", "결과 {'max_rel_error': "),
        ("matrix", "test_gradient_check__shape_and_x", BY_THE_SMALLER, "", "결과 0."),
        ("matrix", "test_gradient_check__scale_and_zero", BACKWARD, "", "결과 {'max_rel_error': "),
        ("gradient_descent", "test_iterate_minibatches__shuffle", FROM_1, "", "이 아닌 것이 있음"),
        ("gradient_descent", "test_iterate_minibatches__shuffle", ONE_BATCH, "", "빠진 것이 있음"),
        ("gradient_descent", "test_iterate_minibatches__generator", NO_BATCH, "", "'인덱스의 수': 0"),
        ("gradient_descent", "test_iterate_minibatches__shuffle", SHORT_BATCHES, "", "[108, 108]"),
        ("dataloader", "test_make_loader__seed", BIGGER_BATCHES, "", "결과 {'배치의 크기': [19]}"),
        ("matrix", "test_L__errors", BY_SIZE, "", "값이 달라요."),
        ("matrix", "test_dL_db__shared_target", SLOPE_BY_SIZE, "", "값이 달라요."),
        ("matrix", "test_L__value", REFUSES, "", "결과 ValueError"),
        ("autograd", "test_grad_fn_tree__reached_twice", FIRST_CHILD, "", "결과 [(0, 'MulBackward0')"),
    ],
)
def test_what_is_read_instead_of_a_false_hint(name, test, answer, named, part):
    """Each answer once read a hint that was not true of it, or none although there is one."""
    failure = failure_in(name, test, answer)
    assert failure.misconception == named
    assert part in str(failure)


def test_the_error_of_the_stub_alone_is_no_answer():
    """An error of torch may be a NotImplementedError, too: that answer was attempted."""
    torchs = "def L(w, x, b, y):\n    return (torch.as_tensor(w) * x + b - y) ^ 2.0"
    assert not failure_in("scalar", "test_L__value", torchs).is_stub
    assert failure_in("scalar", "test_L__value", "def L(w, x, b, y):\n    raise NotImplementedError").is_stub


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("def triple(x):\n    return x + x", "doubled"),
        ("def triple(x):\n    return x + x if x > 0 else 1", ""),
        ("def triple(x):\n    return x + x if x > 0 else None", ""),
        ("def triple(x):\n    raise TypeError", ""),
    ],
)
def test_all_values_agree(triple, answer, named):
    """One value that agrees is not enough, and no value at all is nothing."""
    failure = failure_of(triple, answer, TABLE + "check('triple', [case(2), case(-1.5)])")
    assert failure.misconception == named


def lesson(triple: SourceNotebook, *wrong: str) -> SourceNotebook:
    """Return the notebook with other misconceptions, by their bodies."""
    cells = [cell for cell in triple.cells if cell.cell_type != "raw"]
    for number, body in enumerate(wrong):
        head = f"# misconception: triple · wrong_{number}\n# ko: {number}?\n# en: {number}?\n"
        text = f"{head}def triple(x):\n    {body}"
        cells.append(nbformat.v4.new_raw_cell(text, metadata={"tags": ["misconception"]}))
    return SourceNotebook(triple.path, tuple(cells))


@pytest.mark.parametrize(
    "body", ["return None", "return []", "return float('nan')", "return x * float('inf')", "return 0 * x"]
)
def test_what_has_many_causes_proves_nothing(triple, body):
    """None, an empty list, numbers that are not finite, and 0 agree by chance."""
    answer = f"def triple(x):\n    {body}"
    assert failure_of(lesson(triple, body), answer, TABLE + "check('triple', [case(2)])").misconception == ""


def test_an_error_proves_nothing_alone(triple):
    """Equal errors count only beside an equal value, and only with the same text."""
    typical = lesson(triple, "return 3 * x if x > 0 else x['a']")
    test = TABLE + "check('triple', [case(2), case(-1)])"
    same = "def triple(x):\n    return 3 * x if x > 0 else x['b']"
    other = "def triple(x):\n    return 3 * x if x > 0 else 1 + 'a'"
    always = "def triple(x):\n    return x['a']"
    assert [failure_of(typical, one, test).misconception for one in (same, other, always)] == [
        "wrong_0",
        "",
        "",
    ]
    raised = TABLE + "check('triple', [case(-1)], telling=TypeError)"
    assert failure_of(typical, always, raised).misconception == "wrong_0"
    assert failure_of(typical, other, raised).misconception == ""


def test_an_error_that_is_asked_for_may_have_any_text(triple):
    """If a row asks for an error, it is right whatever it says."""
    typical = lesson(triple, "if x is None: raise TypeError('a')\n    return 2 * x")
    answer = "def triple(x):\n    if x is None: raise TypeError('b')\n    return x + x"
    test = TABLE + "check('triple', [case(None).raises(TypeError), case(2)])"
    assert failure_of(typical, answer, test).misconception == "wrong_0"


def test_two_misconceptions_that_agree_name_neither(triple):
    """If the values fit two misconceptions, nobody knows which one it is."""
    typical = lesson(triple, "return 2 * x", "return x * x")
    answer = "def triple(x):\n    return x + 2"
    assert failure_of(typical, answer, TABLE + "check('triple', [case(2)])").misconception == ""
    both = TABLE + "check('triple', [case(2), case(5)])"
    assert failure_of(typical, "def triple(x):\n    return x * x", both).misconception == "wrong_1"


def test_checks_that_passed_count_as_well(triple):
    """A misconception that would fail an earlier check of the test cell is not the student's."""
    typical = lesson(triple, "return 2 * x")
    answer = "def triple(x):\n    return 3 * x if x < 5 else 2 * x"
    late = "check('triple', [case(5), case(7)])\n"
    assert failure_of(typical, answer, TABLE + late).misconception == "wrong_0"
    assert failure_of(typical, answer, TABLE + "check('triple', [case(1)])\n" + late).misconception == ""


# What a student may do with a right result `r`, and is not one of the named misconceptions.
NEAR = {
    "a name that is missing": "r + missing",
    "an error of the kind that one raises": "exec('raise TypeError(\"mine\")')",
    "an error of another kind": "exec('raise RuntimeError(\"mine\")')",
    "printed": "print(r)",
    "in a list": "[r]",
    "in a tuple": "(r,)",
    "in a dictionary": "{'result': r}",
    "as a text": "str(r)",
    "as a function": "lambda *_: r",
    "in half precision": "np.asarray(r).astype(np.float16)",
    "another value": "1.37 * np.asarray(r) + 0.11",
}
AROUND = """
import numpy as np

inner_{name} = {name}

def {name}(*args, **kwargs):
    r = inner_{name}(*args, **kwargs)
    return {result}
"""


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_comes_near_is_no_misconception(path):
    """An error, a container, a function or another value is not taken for what has been foreseen."""
    notebook = SourceNotebook.read(path)
    functions = [
        name for name in notebook.solutions if isinstance(notebook.reference.get(name), FunctionType)
    ]
    for name in functions:
        for test in sorted(cells_testing(notebook, name)):
            hidden = split_test(notebook.tests[test])[1]
            for kind, result in NEAR.items():
                answer = notebook.solutions[name] + AROUND.format(name=name, result=result)
                failure = failure_of(notebook, answer, hidden)
                assert failure is None or not failure.misconception, (test, kind, str(failure))
