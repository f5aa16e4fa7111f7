"""Cheats: answers that know nothing about an exercise, and win if a test asks too little.

Some always raise the error that a test expects; some return the same, whatever they are asked; some take
their answer from what a given function brings along; some patch the loop of their process, so that no probe
runs and the cheat answers in its place.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from gradlab.audit.hidden import expected_errors, gives_functions, has_probe
from gradlab.audit.trials import Trial, TrialKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gradlab.audit.exercises import AuditedExercise

ON_ERRORS = "Ask in this cell also for something that must not raise, and compare the value."
ON_SAMENESS = "Ask in this cell for values that differ from each other, and compare each with the right one."
ON_FUNCTIONS = (
    "A function that an answer gets brings its constants and all names that it uses along:"
    " mark it @here, or ask in this cell for a value that it does not hold."
)
ON_PROBES = "What a probe returns is a claim: compare in this cell also a value that no probe has fetched."

STUB = "def {name}(*args, **kwargs):\n    raise NotImplementedError\n"
RAISING = "def {name}(*args, **kwargs):\n    raise {error}\n"

SAME = {
    "returns True": "{name} = lambda *args, **kwargs: True",
    "returns 0.0": "{name} = lambda *args, **kwargs: 0.0",
    "returns NaN": "{name} = lambda *args, **kwargs: float('nan')",
    "returns -1": "{name} = lambda *args, **kwargs: -1",
    "returns a text": "{name} = lambda *args, **kwargs: 'right'",
    "returns an empty list": "{name} = lambda *args, **kwargs: []",
    "returns its last argument": "{name} = lambda *args, **kwargs: [None, *args, *kwargs.values()][-1]",
    "returns an empty array": """
def {name}(first=0.0, *args, **kwargs):
    import numpy as np

    return np.zeros((0, *np.shape(first)))
""",
    "returns what it was asked first": """
def {name}(*args, __first=[], **kwargs):
    __first.append([*args, *kwargs.values(), None][0])
    return __first[0]
""",
    "returns another number each time": """
def {name}(*args, __asked=[], **kwargs):
    __asked.append(None)
    return float(len(__asked))
""",
}

# What is bound comes first: constants of the code are rarely what a test asks for.
SEARCH = """
def brought_along(given):
    import types

    functions = [thing for thing in given if isinstance(thing, types.FunctionType)]
    n_given, found = len(functions), []
    for function in functions:
        code, names = function.__code__, function.__globals__
        parts = [cell.cell_contents for cell in function.__closure__ or ()]
        parts += [names[name] for name in code.co_names if name in names and names is not globals()]
        parts += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values(), *code.co_consts]
        found += parts
        functions += [part for part in parts if type(part) is types.FunctionType and part not in functions]
    return found, functions[n_given:]


"""
TAKEN = """
def {name}(*args, **kwargs):
    given = [*args, *kwargs.values()]
    found, functions = brought_along(given)
    numbers = [thing for thing in found if isinstance(thing, (int, float)) and not isinstance(thing, bool)]
    plain = [thing for thing in given if not callable(thing)]
    return {taken}
"""
TAKINGS = {
    "returns the first number that a given function brings along": "numbers[0]",
    "returns the last number that a given function brings along": "numbers[-1]",
    "calls the first function that a given one brings along": "functions[0](*plain)",
    "calls the last function that a given one brings along": "functions[-1](*plain)",
}

EMPTY_OBJECT = """
class {name}{bases}:
    def __init__(self, *args, **kwargs):
        pass

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())

    def __getitem__(self, key):
        raise IndexError(key)
"""
RAISING_OBJECT = """
class {name}{bases}:
    def __init__(self, *args, **kwargs):
        pass

    def fail(self, *args, **kwargs):
        raise {error}

    __len__ = __iter__ = __getitem__ = __call__ = __getattr__ = fail
"""

# A probe is a function of the notebook's kind that was not defined in the notebook: it came with a question.
LIE = """
def lie():
    import gc
    import types

    loop = next(thing for thing in gc.get_objects() if type(thing).__name__ == "Examinee")
    honest = loop._call

    def call(function, args, kwargs, tells_changes):
        is_function = isinstance(function, types.FunctionType) and function.__module__ == "__main__"
        if is_function and function.__globals__ is not globals():
            value = answer(function, (*args, *kwargs.values()))
            return (value, {}) if tells_changes else value
        return honest(function, args, kwargs, tells_changes)

    def answer(probe, asked):
        return {answer}

    loop._call = call


lie()
"""
AGREEABLE = """
class Agreeable:
    def same(self, *args, **kwargs):
        return self

    def yes(self, *args):
        return True

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    __call__ = __getitem__ = __enter__ = __neg__ = __abs__ = same
    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = __mod__ = same
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = same
    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = yes
    __ne__ = lambda self, other: False
    __hash__ = __len__ = __index__ = lambda self: 0
    __float__ = lambda self: 0.0
    __iter__ = lambda self: iter(())
    __exit__ = lambda self, *error: False


{name} = Agreeable()
"""
CLEVER = """
def guessed(probe, asked):
    keys = [text for part in probe.__code__.co_consts if type(part) is tuple for text in part]
    try:
        value = probe(*asked)
    except Exception:
        has_sentences = any(type(text) is str and not text.isidentifier() for text in keys)
        return dict.fromkeys(keys, True) if has_sentences else True
    return True if type(value) is Agreeable else value
"""
LIES = {
    "True": "True",
    "False": "False",
    "0": "0",
    "1": "1",
    "[]": "[]",
    "None": "None",
    "with its first argument": "asked[0] if asked else None",
    "with its arguments": "asked",
    "with its arguments but for the last": "asked[:-1]",
    "with True for each of its texts": (
        "{text: True for part in probe.__code__.co_consts"
        " for text in (part if type(part) is tuple else [part]) if type(text) is str}"
    ),
}


def cheats_of(exercise: AuditedExercise, hidden: Sequence[str]) -> list[Trial]:
    """Return the cheats to try on an exercise.

    Args:
        exercise: the exercise.
        hidden: the hidden parts of its test cells.
    """
    errors = sorted({error for text in hidden for error in expected_errors(text)})
    cheats = [*_raising(exercise, errors), *_same(exercise)]
    if any(map(gives_functions, hidden)):
        cheats += _taking(exercise)
    if any(map(has_probe, hidden)):
        cheats += _lying(exercise, errors)
    return cheats


def _raising(exercise: AuditedExercise, errors: Sequence[str]) -> Iterator[Trial]:
    stub = _for_each_name(exercise, STUB)
    yield Trial(TrialKind.CHEAT, "is the stub, and its visible parts are forged", stub, advice=ON_ERRORS)
    for error in errors:
        text = _for_each_name(exercise, RAISING, error=error)
        yield Trial(TrialKind.CHEAT, f"always raises {error}", text, advice=ON_ERRORS)
    for error in errors if _bases_of(exercise) else ():
        text = _for_each_name(exercise, RAISING, RAISING_OBJECT, error=error)
        yield Trial(TrialKind.CHEAT, f"raises {error} in each method", text, advice=ON_ERRORS)


def _same(exercise: AuditedExercise) -> Iterator[Trial]:
    for title, text in SAME.items():
        yield Trial(TrialKind.CHEAT, title, _for_each_name(exercise, text), advice=ON_SAMENESS)
    if _bases_of(exercise):
        text = _for_each_name(exercise, STUB, EMPTY_OBJECT)
        yield Trial(TrialKind.CHEAT, "is empty", text, advice=ON_SAMENESS)


def _taking(exercise: AuditedExercise) -> Iterator[Trial]:
    for title, taken in TAKINGS.items():
        text = SEARCH + _for_each_name(exercise, TAKEN.replace("{taken}", taken))
        yield Trial(TrialKind.CHEAT, title, text, advice=ON_FUNCTIONS)


def _lying(exercise: AuditedExercise, errors: Sequence[str]) -> Iterator[Trial]:
    """Yield the cheats that lie to probes; those that patch the loop come last, as it stays patched."""
    agreeable = _for_each_name(exercise, AGREEABLE)
    yield Trial(TrialKind.CHEAT, "is an object that equals everything", agreeable, advice=ON_PROBES)
    stub = _for_each_name(exercise, STUB)
    for title, answer in LIES.items():
        text = stub + LIE.replace("{answer}", answer)
        yield Trial(
            TrialKind.CHEAT, f"is the stub, and each probe is answered {title}", text, advice=ON_PROBES
        )
    text = agreeable + CLEVER + LIE.replace("{answer}", "guessed(probe, asked)")
    title = "equals everything, and each probe that fails is answered True"
    yield Trial(TrialKind.CHEAT, title, text, advice=ON_PROBES)
    for error in errors:
        text = _for_each_name(exercise, RAISING, error=error) + LIE.replace("{answer}", "True")
        title = f"always raises {error}, and each probe is answered True"
        yield Trial(TrialKind.CHEAT, title, text, advice=ON_PROBES)


def _for_each_name(exercise: AuditedExercise, text: str, of_classes: str = "", error: str = "") -> str:
    """Return definitions of all names of an exercise; those of classes may have a text of their own."""
    bases = _bases_of(exercise)
    texts = []
    for name in exercise.defines:
        chosen = of_classes if of_classes and name in bases else text
        texts.append(chosen.format(name=name, error=error, bases=bases.get(name, "")))
    return "\n".join(texts)


def _bases_of(exercise: AuditedExercise) -> dict[str, str]:
    """Return the bases of each class that an exercise defines, as they are written."""
    try:
        tree = ast.parse(exercise.solution)
    except SyntaxError:  # Jupyter's own commands
        return {}
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: f"({', '.join(map(ast.unparse, node.bases))})" for node in classes}
