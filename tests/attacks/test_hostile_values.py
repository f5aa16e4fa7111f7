"""Values that are large, deep, endless, or harmful to read."""

from __future__ import annotations

import json

from attacks.corpus import attack


@attack("def triple(x):\n    return [0.0] * 199_000")
def test_long_lists_earn_nothing(result):
    """A list as long as the protocol allows is a wrong answer, or takes too long."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "timed out"}


@attack("def triple(x):\n    return [[[]] * 9 for _ in range(19_000)]")
def test_lists_of_lists_earn_nothing(result):
    """Many small containers are a wrong answer, or take too long."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "timed out"}


@attack(
    """
def triple(x):
    deep = knot = []
    for _ in range(100_000):
        deep = [deep]
    knot.append(knot)
    return [deep, knot, {0: knot}, (knot,)]
""",
)
def test_deep_and_endless_nesting_earns_nothing(result):
    """Lists that are deeply nested or contain themselves are cut off."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"failed"}


@attack(
    """
def triple(x):
    huge = {2: 1 << 10**7, -1.5: "x" * 10**8, 7: bytes(10**8)}
    return huge.get(x, np.broadcast_to(0.0, (10**9, 10**5)))
""",
)
def test_huge_numbers_texts_and_arrays_earn_nothing(result):
    """A value that is too large to send stays in the examinee."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "out of memory"}


# Only for the two hidden parts: at a second for each of four questions, the time of the exam would be over.
@attack("def triple(x):\n    return [torch.ones(1) for _ in range(199_000)] if x else 0")
def test_a_flood_of_small_tensors_earns_nothing(result):
    """A message that takes long to decode is a wrong answer, or exceeds a limit; it harms no other."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "timed out", "out of memory"}


@attack("def triple(x):\n    return np.zeros(8_000_000)")
def test_the_largest_array_that_travels_earns_nothing(result):
    """An array of sixty megabytes is a wrong answer, or exceeds a limit."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "timed out", "out of memory"}


@attack("def triple(x):\n    return {i * (2**61 - 1): 0 for i in range(90_000)}")
def test_colliding_keys_earn_nothing(result):
    """A dictionary whose keys share one hash is refused, not built."""
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
def triple(x):
    raise ValueError("\\ud800 \\x00 \\x1b[2J [/red] {braces} %s <b>" + "x" * 10**7)
""",
)
def test_a_hostile_message_is_shown_as_text(result):
    """Lone surrogates, control characters, markup and ten megabytes in an exception do no harm."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert len(result.outcome["notebooks"]["exercises"]["test_triple"]["message"]) < 1000


@attack(
    """
Strange = type("한<script>" * 10**5, (), {"__len__": lambda self: 2**62, "__iter__": None})

def triple(x):
    return Strange()
""",
)
def test_a_hostile_class_name_is_shown_as_text(result):
    """The name of a class is cut off and escaped."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"failed"}


@attack(
    """
class Unspeakable(BaseException):
    def __str__(self):
        raise self

    __repr__ = __str__

def triple(x):
    if x == 2:
        raise Unspeakable
    raise (KeyboardInterrupt, StopIteration, GeneratorExit, SystemExit)[int(x) % 4]
""",
)
def test_exceptions_that_are_no_errors_earn_nothing(result):
    """A student's KeyboardInterrupt, SystemExit and the like do not end the examiner."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") <= {"failed", "exited"}


@attack(
    """
from fractions import Fraction
values = [
    np.array([object()]), np.array(["3"]), np.datetime64("2024-01-01"), np.zeros(3, "i4,f8"), np.ma.masked,
    float("nan"), complex(6, 0), np.float16("inf"), Fraction(6), torch.zeros(2).to_sparse(), b"6", "6",
    torch.zeros(2, device="meta"), type, ..., NotImplemented, lambda: 6, np.zeros((0, 2**40)), -0.0,
]

def triple(x):
    return values.pop()
""",
)
def test_values_of_every_kind_earn_nothing(result):
    """No odd value of Python, NumPy or torch passes as the answer."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"failed"}


@attack("def evens(n):\n    while True:\n        yield 0", after="evens")
def test_an_endless_iterator_is_timed_out(result):
    """All answers of an endless iterator together have the time of one cell."""
    assert result.has_run
    assert result.lost == {"evens"}
    assert result.outcomes["test_evens"] == "timed out"


@attack("def evens(n):\n    while True:\n        yield bytes(8 * 2**20)", after="evens")
def test_an_endless_iterator_of_megabytes_is_stopped(result):
    """The total size of the answers to one hidden test is limited, to save the examiner's memory."""
    assert result.has_run
    assert result.lost == {"evens"}
    assert result.outcomes["test_evens"] == "out of memory"


@attack(
    """
class evens:
    def __init__(self, n):
        pass

    def __iter__(self):
        return self

    def __next__(self):
        return evens(0)
""",
    after="evens",
)
def test_an_iterator_of_handles_is_timed_out(result):
    """Objects that stay in the examinee use up only its own time and memory."""
    assert result.has_run
    assert result.lost == {"evens"}
    assert result.outcomes["test_evens"] in {"timed out", "out of memory"}


@attack(
    """
class Tally:
    def add(self, value):
        return 0

    def mean(self):
        return Tally()

    def __len__(self):
        return 2**62

    def __getitem__(self, index):
        return 0

    def __call__(self, *args):
        return self
""",
    after="Tally",
)
def test_a_sequence_without_end_earns_nothing(result):
    """An object that claims a size and answers every index does not pass as a sequence."""
    assert result.has_run
    assert result.lost == {"Tally"}
    assert result.outcomes_of("Tally") == {"failed"}


@attack("def evens(n):\n    return [10**6] * n", after="evens")
def test_a_displayed_number_that_is_too_large_is_no_credit(result):
    """If a test without hidden part shows a number above its points, no credit is given."""
    assert result.has_run
    assert result.lost == {"evens"}
    assert result.scores["test_evens__shown"] == 0


@attack(
    """
class Unnamed(float):
    def _repr_mimebundle_(self, **kwargs):
        return {"text/html": "nothing"}

def evens(n):
    return [Unnamed("nan")] * n

get_ipython().display_formatter.active_types = ["text/html"]
""",
    after="evens",
)
def test_a_display_without_text_is_no_credit(result):
    """If a test without hidden part shows something other than a number, no credit is given."""
    assert result.has_run
    assert result.lost == {"evens"}
    assert result.scores["test_evens__shown"] == 0


@attack("def triple(x):\n    return np.zeros((4,) * 11, bool)")
def test_an_array_of_many_short_axes_is_told_by_its_shape(result):
    """The message does not list four million numbers, although no axis is long enough to be shortened."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert len(result.outcome["notebooks"]["exercises"]["test_triple"]["message"]) < 1000


@attack(
    """
def triple(x):
    wide = ["x" * 80] * 8
    for _ in range(4):
        wide = [wide] * 8
    return wide
""",
)
def test_lists_that_are_wide_at_each_depth_are_cut_off(result):
    """The message is short, whatever the answer returned."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert len(json.dumps(result.outcome)) < 20_000
    assert len(result.printed) < 20_000


@attack("def triple(x):\n    return -1.7976931348623157e308")
def test_the_largest_number_is_still_json(result):
    """Returned values are kept in strict JSON, which has no infinity."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert "Infinity" not in json.dumps([result.outcome, result.notebook])
