"""The examiner's requests: functions with everything that they use, but nothing from gradlab."""

from __future__ import annotations

import subprocess
import sys
import threading
import types

import numpy as np
import pytest
import torch

import gradlab.checks
from gradlab.authoring.running import run
from gradlab.base.errors import CourseError
from gradlab.checks import agree
from gradlab.checks._course import reference
from gradlab.wire.codec import HandleId
from gradlab.wire.requests import dumps, loads


class Standin:
    """The examiner's stand-in for one of the student's names."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other):
        raise AssertionError("a stand-in is not compared")

    __hash__ = None


def name_of(value):
    """Return the name of a stand-in or handle, None for any other value."""
    if isinstance(value, Standin):
        return ("name", value.name)
    if isinstance(value, HandleId):
        return ("handle", value.id)
    return None


def hidden_test(text: str) -> dict[str, object]:
    """Return the namespace of a hidden test that uses the student's `double`."""
    namespace: dict[str, object] = {"__name__": "__main__", "double": Standin("double")}
    run(text, namespace, "<hidden test>")
    return namespace


def carried(value: object, **students: object):
    """Return a value as it arrives in the examinee."""
    things = {("name", name): thing for name, thing in students.items()}
    return loads(dumps(value, name_of=name_of), things.__getitem__)


PROBE = """
import numpy as np
import torch.nn.functional

SCALE = 10

def scaled(x):
    return SCALE * x

def factorial(n):
    return 1 if n == 0 else n * factorial(n - 1)

class Counter:
    def __init__(self, start):
        self.count = start
    def __call__(self, x):
        self.count += 1
        return scaled(x)

def counter_from(start):
    calls = [start]
    def count(x):
        calls[0] += 1
        return x, calls[0]
    return count

count = counter_from(3)
square = lambda x: x**2

def probe():
    f = Counter(5)
    values = double(np.array([f(1.0), square(3)]))
    relu = torch.nn.functional.relu(torch.tensor(-1.0)).item()
    return values.tolist(), f.count, factorial(5), count(1), relu
"""


def test_a_probe_takes_along_what_it_uses():
    """Helpers, classes, closures and imports travel along; the student's names are found on arrival."""
    probe = hidden_test(PROBE)["probe"]
    assert carried(probe, double=lambda x: 2 * x)() == ([20.0, 18.0], 6, 120, (1, 4), 0.0)


def test_a_probe_runs_where_the_test_never_was():
    """Another process needs only gradlab's wire to run it."""
    payload = dumps(hidden_test(PROBE)["probe"], name_of=name_of)
    code = (
        "import sys\n"
        "from gradlab.wire.requests import loads\n"
        "probe = loads(sys.stdin.buffer.read(), {('name', 'double'): lambda x: 2 * x}.__getitem__)\n"
        "print(probe())\n"
        "known = ('gradlab.checks', 'gradlab.authoring')\n"
        "print([name for name in sys.modules if name.startswith(known)])\n"
    )
    end = subprocess.run([sys.executable, "-c", code], input=payload, capture_output=True, check=True)
    assert end.stdout.decode().splitlines() == ["([20.0, 18.0], 6, 120, (1, 4), 0.0)", "[]"]


def test_a_probe_sees_the_names_of_the_examinee_live():
    """The student's name refers to the very object, not to a copy."""
    double = object()
    probe = hidden_test("def probe():\n    return double")["probe"]
    assert carried(probe, double=double)() is double


def test_a_probe_does_not_change_the_tests_namespace():
    """A probe has globals of its own in the examinee."""
    namespace = hidden_test("n = 0\ndef probe():\n    global n\n    n += 1\n    return n")
    assert carried(namespace["probe"])() == 1
    assert namespace["n"] == 0


def test_arguments_travel_as_they_are():
    """Arrays, tensors, library functions and the test's own objects arrive unchanged."""
    namespace = hidden_test("class Pair:\n    pass\npair = Pair()\npair.items = (1, [2])")
    arguments = [np.arange(3.0), np.exp, torch.tensor([1.0], requires_grad=True), namespace["pair"], {1: {2}}]
    array, exp, tensor, pair, sets = carried(arguments)
    assert array.tolist() == [0, 1, 2]
    assert exp is np.exp
    assert tensor.requires_grad
    assert tensor.is_leaf
    assert (type(pair).__name__, pair.items) == ("Pair", (1, [2]))
    assert sets == {1: {2}}


def test_things_of_the_examinee_stay_there_at_any_depth():
    """A nested handle arrives as the object that it stands for."""
    handle = HandleId(7, "generator")
    thing = object()
    payload = dumps({"a": [(handle, 1)]}, name_of=name_of)
    assert loads(payload, {("handle", 7): thing}.__getitem__) == {"a": [(thing, 1)]}


@pytest.mark.parametrize(
    "value",
    [
        agree,
        gradlab,
        gradlab.checks,
        CourseError,
        CourseError("an instance"),
        reference,
        [{"deep": agree}],
        types.MethodType(agree, 1),
        np.vectorize(agree),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_of_gradlab_travels(value):
    """Functions, classes, instances and modules of gradlab raise a CourseError."""
    with pytest.raises(CourseError, match="gradlab's"):
        dumps(value, name_of=name_of)


def test_a_probe_that_uses_checks_is_refused():
    """Imports from gradlab.checks do not follow a probe into the examinee."""
    probe = hidden_test("from gradlab.checks import agree\ndef probe():\n    return agree(double(1), 2)")[
        "probe"
    ]
    with pytest.raises(CourseError, match="'agree' is gradlab's"):
        dumps(probe, name_of=name_of)


@pytest.mark.parametrize(
    "text", ["def f(): pass", "f = lambda: 1", "class f: pass", "class C: pass\nf = C()"]
)
def test_the_reference_does_not_travel(triple, text):
    """The reference's definitions stay with the examiner, even inside a probe."""
    namespace = {"__name__": triple.reference["__name__"]}
    run(text, namespace, "<reference>")
    probe = hidden_test("def probe():\n    return answer")["probe"]
    probe.__globals__["answer"] = namespace["f"]
    for value in (namespace["f"], probe):
        with pytest.raises(CourseError, match="reference of triple"):
            dumps(value, name_of=name_of)
    with pytest.raises(CourseError, match="triple"):
        dumps(triple.reference["triple"], name_of=name_of)


def test_what_cannot_be_pickled_is_the_authors_error():
    """The error says what could not be pickled."""
    with pytest.raises(CourseError, match="lock"):
        dumps(threading.Lock(), name_of=name_of)


def test_a_list_that_never_ends_is_the_authors_error():
    """A list that is nested too deeply raises a CourseError."""
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(CourseError, match="recursion"):
        dumps(deep, name_of=name_of)


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(6.0).reshape(2, 3),
        torch.arange(6).reshape(2, 3).T,
        torch.arange(6.0)[2:4],
        torch.zeros(0, 3),
        torch.tensor([True]),
        torch.ones(2, dtype=torch.bfloat16),
        torch.complex(torch.zeros(2), torch.ones(2)).conj(),
        torch.eye(3).to_sparse(),
        torch.nn.Parameter(torch.ones(2)),
    ],
    ids=str,
)
def test_a_tensor_arrives_as_it_is(tensor):
    """Values, type, layout and gradient flag arrive, even if NumPy has no equivalent."""
    arrived = carried(tensor)
    assert type(arrived) is type(tensor)
    assert arrived.dtype == tensor.dtype
    assert arrived.layout == tensor.layout
    assert arrived.requires_grad == tensor.requires_grad
    assert torch.equal(arrived.to_dense(), tensor.to_dense())


@pytest.mark.parametrize("requires_grad", [False, True])
def test_a_view_carries_nothing_that_it_does_not_show(requires_grad):
    """Targets next to the inputs in memory do not travel."""
    table = torch.tensor([[1.0, 2.0, 99.0], [3.0, 4.0, 77.0]])
    inputs = table[:, :2].requires_grad_(requires_grad)
    arrived = carried({"inputs": inputs, "weight": torch.nn.Parameter(table[:, 1])})
    assert torch.equal(arrived["inputs"], inputs)
    assert arrived["inputs"].requires_grad == requires_grad
    assert arrived["inputs"].is_leaf
    assert isinstance(arrived["weight"], torch.nn.Parameter)
    assert torch.empty(0).set_(arrived["inputs"].untyped_storage()).tolist() == [1, 2, 3, 4]
    assert torch.empty(0).set_(arrived["weight"].untyped_storage()).tolist() == [2, 4]


SEARCHES = """
import cloudpickle.cloudpickle
theirs = cloudpickle.cloudpickle._find_imported_submodules
from gradlab.wire.requests import dumps
ours = cloudpickle.cloudpickle._find_imported_submodules
import concurrent.futures, os, numpy as np, torch.utils.data, xml

def use(x):
    os.path.join(np.linalg.norm(x), concurrent.futures.ThreadPoolExecutor, xml.dom)
    return torch.utils.data.DataLoader(torch.nn.functional.relu(np.random.rand(3)))

modules = [os, np, concurrent, torch, xml, 7]
found = ours(use.__code__, modules)
assert {np.linalg, concurrent.futures, torch.utils.data} <= set(found)
assert {id(each) for each in found} == {id(each) for each in theirs(use.__code__, modules)}
"""


def test_submodules_are_found_as_by_cloudpickle():
    """A function that names a submodule takes it along, as with cloudpickle's own, slower search."""
    subprocess.run([sys.executable, "-c", SEARCHES], check=True)
