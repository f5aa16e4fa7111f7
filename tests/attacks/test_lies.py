"""Values that lie about themselves: subclasses, overridden protocols, forged equality."""

from __future__ import annotations

from attacks.corpus import attack


@attack(
    """
class Yes:
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    __hash__ = None

def triple(x):
    return Yes()
""",
)
def test_an_object_equal_to_everything_earns_nothing(result):
    """The examiner never calls a student's `==`."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
class Lie(float):
    def __eq__(self, other):
        return True

    __hash__ = float.__hash__
    __lt__ = __le__ = __gt__ = __ge__ = __eq__

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__

def triple(x):
    return Lie(4242.0)
""",
)
def test_a_lying_float_arrives_as_a_plain_one(result):
    """A subclass of float is compared by its plain number, which is shown to the student."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0
    assert "4242" in result.outcome["notebooks"]["exercises"]["test_triple"]["message"]


@attack(
    """
class Lie(np.ndarray):
    def __array_function__(self, function, types, args, kwargs):
        return True

    def __array_ufunc__(self, *args, **kwargs):
        return np.array(True)

    def __eq__(self, other):
        return True

    __hash__ = None

def norms(rows):
    return np.zeros(len(rows)).view(Lie)
""",
    after="norms",
)
def test_an_array_that_answers_for_numpy_earns_nothing(result):
    """A student's `__array_function__` and `__array_ufunc__` are never called."""
    assert result.has_run
    assert result.lost == {"norms"}
    assert result.earned == 0


@attack(
    """
class Lie(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function in (torch.allclose, torch.equal):
            return True
        return super().__torch_function__(function, types, args, kwargs or {})

def squares(t):
    return torch.zeros_like(t).as_subclass(Lie)
""",
    after="squares",
)
def test_a_tensor_that_answers_for_torch_earns_nothing(result):
    """A student's `__torch_function__` is never called."""
    assert result.has_run
    assert result.lost == {"squares"}
    assert result.earned == 0


@attack(
    """
import sys

class Spy(torch.Tensor):
    def detach(self):
        frame = sys._getframe(1)
        while frame is not None:
            for name in ("expected", "right", "other"):
                found = frame.f_locals.get(name)
                if isinstance(getattr(found, "value", found), torch.Tensor):
                    return getattr(found, "value", found).clone()
            frame = frame.f_back
        return torch.Tensor.detach(self)

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if function in (torch.allclose, torch.equal):
            return True
        return super().__torch_function__(function, types, args, kwargs or {})

def squares(t):
    return torch.zeros_like(t).as_subclass(Spy)
""",
    after="squares",
    wins_elsewhere=True,
)
def test_a_tensor_that_looks_for_the_answer_earns_nothing(result):
    """A method that searches its callers for the expected value does not find it."""
    assert result.has_run
    assert result.lost == {"squares"}
    assert result.earned == 0


@attack(
    """
class Meta(type):
    def __instancecheck__(cls, value):
        return True

    def __subclasscheck__(cls, kind):
        return True

    def mro(cls):
        return [cls, float, object] if float in cls.__bases__ else [cls, object]

class Chameleon(metaclass=Meta):
    __class__ = property(lambda self: float)

    def __float__(self):
        return 6.0

    def __index__(self):
        return 6

    def __array__(self, *args, **kwargs):
        return np.array(6.0)

    def __getattr__(self, name):
        return lambda *args, **kwargs: True

def triple(x):
    return Chameleon()
""",
)
def test_an_object_that_poses_as_a_number_earns_nothing(result):
    """The real type of a value counts, not its `__class__`."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
class Everything(dict):
    def __contains__(self, key):
        return True

    def __missing__(self, key):
        return self

    def __len__(self):
        return 3

class Endless(list):
    def __len__(self):
        return 1

    def __iter__(self):
        while True:
            yield 0

    def __getitem__(self, index):
        return 0

def triple(x):
    return Everything() if x == 2 else Endless([1, 2])
""",
)
def test_containers_that_lie_about_their_size_earn_nothing(result):
    """A student's lists and dictionaries are read by the methods of their builtin bases."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import copyreg, pickle

class Grenade:
    def __reduce__(self):
        return (eval, ("__import__('os').system('touch @TEMP@/exploded')",))

    def __reduce_ex__(self, protocol):
        return self.__reduce__()

def triple(x):
    return Grenade()
""",
)
def test_nothing_is_unpickled_from_the_student(result):
    """An object whose pickle would run a command stays in the examinee."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
class Tally:
    def __init__(self):
        self.total = self

    def add(self, value):
        return self

    def mean(self):
        return self

    def __getattr__(self, name):
        return self

    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    __hash__ = None
""",
    after="Tally",
)
def test_an_object_that_answers_itself_earns_nothing(result):
    """A handle that comes back does not pass as a number."""
    assert result.has_run
    assert result.lost == {"Tally"}
    assert result.earned == 0
