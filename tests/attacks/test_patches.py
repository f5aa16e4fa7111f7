"""Patched libraries: builtins, NumPy, torch and their testing modules, and gradlab itself."""

from __future__ import annotations

from attacks.corpus import WRONG, attack


@attack(
    f"""
import gradlab.checks
{WRONG["triple"]}
gradlab.checks.check = lambda *args, **kwargs: None
""",
    after="triple",
)
def test_a_patched_check_earns_nothing(result):
    """The examinee contains no checks that could be patched."""
    assert "ModuleNotFoundError" in result.printed or not result.has_namespaces
    assert not result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import numpy.testing

def norms(rows):
    return np.full(len(rows), -1.0)

def agrees(*args, **kwargs):
    return True

for module in (np, numpy.testing):
    for name in ("allclose", "array_equal", "isclose", "assert_allclose", "assert_array_equal"):
        if hasattr(module, name):
            setattr(module, name, agrees)
""",
    after="norms",
    wins_elsewhere=True,
)
def test_numpy_that_finds_everything_equal_earns_nothing(result):
    """The examiner does not compare with NumPy functions that are patched in the examinee."""
    assert result.has_run
    assert result.lost == {"norms"}
    assert result.earned == 0


@attack(
    """
def zeros(rows, *args, **kwargs):
    return np.zeros(len(rows))

norms = np.sqrt = np.linalg.norm = zeros
np.allclose = lambda *args, **kwargs: True
""",
    after="norms",
    wins_elsewhere=True,
)
def test_numpy_that_spoils_the_oracle_earns_nothing(result):
    """Reference and oracle run with a NumPy that no student has touched."""
    assert result.has_run
    assert result.lost == {"norms"}
    assert result.earned == 0


@attack(
    """
import torch.testing

def squares(t):
    return torch.zeros_like(t)

torch.square = torch.Tensor.__mul__ = torch.Tensor.__pow__ = lambda t, *args: torch.zeros_like(t)
torch.allclose = torch.equal = torch.testing.assert_close = lambda *args, **kwargs: True
""",
    after="squares",
    wins_elsewhere=True,
)
def test_torch_that_spoils_the_oracle_earns_nothing(result):
    """Reference and oracle run with a torch that no student has touched."""
    assert result.has_run
    assert result.earned == 0


@attack(
    """
import builtins

def triple(x):
    return -1

class Yes:
    def __eq__(self, other):
        return True

    def __bool__(self):
        return True

builtins.all = builtins.any = builtins.isinstance = builtins.hasattr = lambda *args: True
builtins.AssertionError = builtins.ValueError = Yes
print("the attack has run")
""",
)
def test_patched_builtins_earn_nothing(result):
    """Builtins are patched only in the student's own process."""
    assert result.has_run
    assert result.earned == 0


@attack(
    """
import sys

def triple(x):
    return x

class AlwaysRight(dict):
    def __missing__(self, name):
        return triple

for module in list(sys.modules.values()):
    if getattr(module, "__name__", "").startswith("gradlab"):
        for name in ("SourceNotebook", "reference", "current_notebook", "use_notebook", "Outcome"):
            if hasattr(module, name):
                setattr(module, name, AlwaysRight())
""",
)
def test_gradlab_patched_in_memory_earns_nothing(result):
    """The examinee contains only modules of gradlab that decide nothing."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0
