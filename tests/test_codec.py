"""Values sent from the examinee to the examiner."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import torch
from carrying import Kept, carried, is_of_the_closed_set
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from gradlab.wire.codec import HandleId, RaisedError, decode, encode

INTS = [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
NUMPY_DTYPES = ["bool", *INTS, "float16", "float32", "float64", "complex64", "complex128"]
TORCH_DTYPES = [*NUMPY_DTYPES, "bfloat16"]

TEXT = st.text(st.characters())  # including surrogates
KEYS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | TEXT | st.binary(),
    lambda keys: st.tuples(keys, keys),
    max_leaves=3,
)
VALUES = st.recursive(
    KEYS | st.integers(-(2**8000), 2**8000),
    lambda values: st.lists(values) | st.lists(values).map(tuple) | st.dictionaries(KEYS, values),
    max_leaves=20,
)
ARRAYS = st.sampled_from(NUMPY_DTYPES).flatmap(
    lambda name: arrays(name, array_shapes(min_dims=0, min_side=0))
)


@settings(deadline=None)
@given(VALUES)
def test_plain_values_arrive_as_they_are(value):
    """Numbers of any size, nan, all code points and nested containers arrive unchanged."""
    arrived = carried(value)
    assert repr(arrived) == repr(value)
    assert is_of_the_closed_set(arrived)


@settings(deadline=None)
@given(st.sets(KEYS))
def test_sets_arrive_as_they_are(values):
    """A set or frozenset of what can be a key arrives as one, empty or not."""
    for value in (values, frozenset(values)):
        arrived = carried(value)
        assert sorted(map(repr, arrived)) == sorted(map(repr, value))
        assert type(arrived) is type(value)


@settings(deadline=None)
@given(ARRAYS)
def test_arrays_arrive_as_they_are(array):
    """Arrays of any numeric dtype and shape arrive unchanged, even empty or without dimensions."""
    arrived = carried([array])[0]
    assert type(arrived) is np.ndarray
    assert (arrived.dtype, arrived.shape, arrived.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert arrived.flags.owndata
    assert arrived.flags.writeable


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24).reshape(2, 3, 4)[:, ::-2].T,
        np.asfortranarray(np.eye(3)),
        np.arange(3, dtype=">f4"),
        np.arange(3, dtype=">i2")[::2],
        np.broadcast_to(1.5, (2, 3)),
        np.longdouble([1, 2]),
        np.clongdouble(1j),
        np.arange(3, dtype=np.longlong),
        np.frombuffer(b"read-only", np.uint8),
        np.array([[True, False]] * 3)[::2, 1],
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_arrays_of_any_layout_arrive_by_their_values(array):
    """Shape, kind and values arrive; strides, byte order and extended precision do not."""
    arrived = carried(array)
    assert arrived.dtype.isnative
    assert (arrived.dtype.kind, arrived.shape) == (array.dtype.kind, array.shape)
    assert arrived.tolist() == array.tolist()


@pytest.mark.parametrize("name", NUMPY_DTYPES)
def test_numpy_scalars_arrive_as_such(name):
    """A scalar keeps its type, and can be a key."""
    scalar = np.ones((), name)[()]
    ((key, arrived),) = carried({scalar: scalar}).items()
    assert type(key) is type(arrived) is type(scalar)
    assert key == arrived == scalar


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (2, 3)], ids=str)
@pytest.mark.parametrize("name", TORCH_DTYPES)
def test_tensors_arrive_as_they_are(name, shape):
    """A tensor keeps its values, dtype, shape and `requires_grad`."""
    dtype = getattr(torch, name)
    tensor = torch.ones(shape).to(dtype)
    for grad in {False, dtype.is_floating_point or dtype.is_complex}:
        arrived = carried(tensor.requires_grad_(grad))
        assert type(arrived) is torch.Tensor
        assert (arrived.dtype, arrived.shape, arrived.requires_grad) == (dtype, tensor.shape, grad)
        assert arrived.is_leaf
        assert arrived.tolist() == tensor.tolist()


def test_tensors_of_any_layout_and_history_arrive_by_their_values():
    """Views, conjugates, results of a graph and parameters arrive as leaves."""
    weight = torch.nn.Parameter(torch.arange(6.0).reshape(2, 3))
    for tensor in (
        weight,
        weight.T[1:],
        weight.exp(),
        weight.to(torch.bfloat16).T,
        torch.ones(1).expand(3, 4),
        torch.tensor([1 + 2j]).conj(),
        torch.tensor([1 + 2j]).conj().imag,
    ):
        arrived = carried(tensor)
        assert type(arrived) is torch.Tensor
        assert arrived.is_leaf
        assert arrived.requires_grad == tensor.requires_grad
        assert arrived.tolist() == tensor.tolist()


def test_whether_a_gradient_is_required_does_not_depend_on_the_mode():
    """`requires_grad` arrives even if the student has switched gradients off."""
    with torch.no_grad():
        assert carried(torch.zeros(2, requires_grad=True)).requires_grad


def test_uninitialised_truth_values_are_made_proper():
    """NumPy's empty boolean arrays may contain bytes other than 0 and 1, which arrive as true."""
    array = np.array([0, 1, 2, 255], np.uint8).view(np.bool_)
    for arrived in (carried(array), carried(torch.from_numpy(array)).numpy()):
        assert arrived.view(np.uint8).tolist() == [0, 1, 1, 1]


class Unasked:
    """An object whose methods must not be called."""

    def __iter__(self):
        raise AssertionError("asked")

    __len__ = __bool__ = __getattr__ = __iter__


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        (object(), "object"),
        (len, "builtin_function_or_method"),
        (lambda: 0, "function"),
        (Unasked, "type"),
        (Unasked(), "Unasked"),
        ((i for i in "ab"), "generator"),
        ({1, 2}.union, "builtin_function_or_method"),
        (range(10**9), "range"),
        (np.array([1, object()]), "ndarray"),
        (np.zeros(2, "f4,i8"), "ndarray"),
        (torch.zeros((1,) * 33), "Tensor"),
        (np.broadcast_to(0.0, 10**12), "ndarray"),
        (torch.zeros(1).expand(10**12), "Tensor"),
        (torch.eye(2).to_sparse(), "Tensor"),
        (torch.zeros(2, device="meta"), "Tensor"),
        ("a" * 2**21, "str"),
        (1 << 10_000, "int"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_anything_else_stays_and_a_handle_travels(value, type_name):
    """A handle has an id and the type's name, found without calling the value's methods."""
    kept = Kept()
    handle = decode(encode([0, value], kept))[1]
    assert len(kept) == 1
    assert kept[0] is value
    assert handle == HandleId(0, type_name)


def test_keys_that_are_no_plain_values_are_handles():
    """Tensors that are the keys of a dictionary arrive as handles."""
    leaf = torch.zeros(1)
    arrived = carried({leaf: 1.5, ("w", leaf): 2.5})
    assert [(type(key).__name__, item) for key, item in arrived.items()] == [
        ("HandleId", 1.5),
        ("tuple", 2.5),
    ]


def test_a_tensor_class_that_computes_its_elements_is_a_handle():
    """A tensor subclass with `__torch_dispatch__` has no elements of its own."""

    class Computed(torch.Tensor):
        @classmethod
        def __torch_dispatch__(cls, *_):
            raise AssertionError("asked")

    tensor = torch.Tensor._make_wrapper_subclass(Computed, (3,))  # noqa: SLF001  # torch's way to make one
    assert carried(tensor).type_name == "Computed"


class OwnError(KeyError, ValueError):
    """A student's exception."""


class MuteError(Exception):
    """An exception whose `__str__` raises."""

    def __str__(self):
        raise self


@pytest.mark.parametrize(
    ("error", "name", "message"),
    [
        (ValueError("no ☃"), "ValueError", "no ☃"),
        (ZeroDivisionError(), "ZeroDivisionError", ""),
        (KeyError("W1"), "KeyError", "W1"),
        (OwnError(3), "KeyError", "3"),
        (np.linalg.LinAlgError("singular"), "ValueError", "singular"),
        (MuteError("a"), "Exception", ""),
        (FileNotFoundError(2, "gone", "a.txt"), "FileNotFoundError", "[Errno 2] gone: 'a.txt'"),
        (UnicodeDecodeError("utf-8", b"a", 0, 1, "why"), "UnicodeError", "'utf-8' codec can't decode byte"),
        (ExceptionGroup("many", [OSError()]), "Exception", "many (1 sub-exception)"),
        (AssertionError("\ud800" + "a" * 10_000), "AssertionError", "\ud800aaa"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_exceptions_arrive_as_the_nearest_builtin_one(error, name, message):
    """An exception arrives with a builtin's name and at most 2000 characters of its message."""
    arrived = carried(error)
    assert arrived.type_name == name
    assert arrived.message.startswith(message)
    assert len(arrived.message) <= 2000
    assert type(arrived.as_exception()).__name__ == name
    assert arrived.as_exception().args == (arrived.message,)


def test_what_would_end_the_examiner_is_made_harmless():
    """A student's SystemExit is raised in the examiner as a RuntimeError."""
    arrived = carried(SystemExit(3))
    assert arrived == RaisedError("SystemExit", "3")
    assert repr(arrived.as_exception()) == "RuntimeError('SystemExit: 3')"


def test_torch_is_imported_when_a_tensor_arrives():
    """Decoding a value without tensors does not import torch."""
    code = (
        "import sys\n"
        "from gradlab.wire.codec import decode, encode\n"
        "decode(encode([1, {'a': 2.5}], id))\n"
        "assert 'torch' not in sys.modules\n"
        f"print(decode({encode(torch.ones(2), id)!r}))\n"
    )
    end = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert end.stdout.decode().strip() == "tensor([1., 1.])"


def test_nan_arrives_as_nan():
    """Nan and infinities arrive unchanged, also inside containers."""
    assert math.isnan(carried(float("nan")))
    assert np.isnan(carried(np.array([np.nan, -np.nan]))).all()
    assert carried({math.inf: -math.inf}) == {math.inf: -math.inf}
