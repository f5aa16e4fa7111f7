"""What visible tests say in a notebook: one line, in the language of the notebook."""

from __future__ import annotations

import sys

import nbformat
import pytest
from conftest import NOTEBOOKS
from nbclient import NotebookClient

from gradlab.authoring.one_language import in_one_language

SETUP = next(cell.source for cell in nbformat.read(NOTEBOOKS[0], as_version=4).cells if cell.id == "setup")

# Answer, what a test does with it, and what it says in Korean and in English.
SAID = {
    "right": ("def f(x): return 2 * x", "expect(f(3), 6)", "✓ 통과", "✓ passed"),
    "an array": ("def f(x): return np.array([x, 2])", "expect(f(1), [1, 2])", "✓ 통과", "✓ passed"),
    "a tensor with a graph": (
        "import torch\ndef f(x): return [torch.tensor(x, requires_grad=True)]",
        "expect(f(1.0), [1.0])",
        "✓ 통과",
        "✓ passed",
    ),
    "objects": (
        "from fractions import Fraction\ndef f(x): return np.array([Fraction(1, x)], dtype=object)",
        "expect(f(2), [0.5])",
        "✓ 통과",
        "✓ passed",
    ),
    "names": ("def f(x): return [[0, 'a']]", "expect(f(1), [(0, 'a')])", "✓ 통과", "✓ passed"),
    "any sequence of names": (
        "from collections import deque\ndef f(x): return deque([(0, 'a'), [1, 'b']])",
        "expect(f(1), [(0, 'a'), (1, 'b')])",
        "✓ 통과",
        "✓ passed",
    ),
    "another value": (
        "def f(x): return [np.float64(x / 3), 1]",
        "expect(f(1), [1, 1.0])",
        "✗ f(1): 결과 [0.3333333, 1], 기대 [1, 1]",
        "✗ f(1): got [0.3333333, 1], expected [1, 1]",
    ),
    "over several lines": (
        "def f(x, y): return 1",
        "expect(\n        f(\n            '가',\n            y=2,\n        ),\n        2,\n    )",
        "✗ f('가', y=2): 결과 1, 기대 2",
        "✗ f('가', y=2): got 1, expected 2",
    ),
    "named": ("x = [1]", "expect(x, [2], 'x afterwards')", "✗ x afterwards: 결과 [1], 기대 [2]", None),
    "another shape": (
        "def f(x): return np.zeros((2, 1))",
        "expect(f(1), [0, 0])",
        "✗ f(1): 모양이 달라요. 결과 (2, 1), 기대 (2,)",
        "✗ f(1): wrong shape, got (2, 1), expected (2,)",
    ),
    "another shape, but flat": (
        "def f(x): return np.zeros((2, 1))",
        "expect(f(1), [0, 0], flat=True)",
        "✓",
        "✓",
    ),
    "another size, flat": (
        "def f(x): return np.zeros((2, 1))",
        "expect(f(1), [0], flat=True)",
        "✗ f(1): 모양이 달라요. 결과 (2, 1), 기대 (1,)",
        "✗ f(1): wrong shape, got (2, 1), expected (1,)",
    ),
    "a number, flat": (
        "def f(x): return 3",
        "expect(f(1), [0, 0], flat=True)",
        "✗ f(1): 모양이 달라요. 결과 (), 기대 (2,)",
        "✗ f(1): wrong shape, got (), expected (2,)",
    ),
    "a text": (
        "def f(x): return f'{2 * x}'",
        "expect(f(1), 2)",
        "✗ f(1): 결과 2 (str), 기대 2",
        "✗ f(1): got 2 (str), expected 2",
    ),
    "texts": (
        "def f(x): return np.array(['1', '2'])",
        "expect(f(1), [1, 2])",
        "✗ f(1): 결과 ['1' '2'] (ndarray), 기대 [1, 2]",
        "✗ f(1): got ['1' '2'] (ndarray), expected [1, 2]",
    ),
    "nothing in a pair": (
        "def f(x): return None, x",
        "expect(f(1), [1, 1])",
        "✗ f(1): 결과 (None, 1), 기대 [1, 1]",
        "✗ f(1): got (None, 1), expected [1, 1]",
    ),
    "no number": (
        "def f(x): return {0: 0}",
        "expect(f(1), 2)",
        "✗ f(1): 결과 {0: 0} (dict), 기대 2",
        "✗ f(1): got {0: 0} (dict), expected 2",
    ),
    "nothing": (
        "def f(x): 2 * x",
        "expect(f(1), 2)",
        "✗ f(1): None이 나왔어요. return을 잊었거나, None인 것을 돌려준 것 같아요.",
        "✗ f(1): got None. A return is missing, or what is returned is None.",
    ),
    "nothing to unpack": (
        "def f(x): pass",
        "a, b = f(1)",
        "✗ a, b = f(1): TypeError: cannot unpack non-iterable NoneType object. return을 잊지 않았나요?",
        None,
    ),
    "the stub": (
        "def f(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()",
        "expect(f(1), 2)",
        "✗ 아직 답이 없어요. 답 칸의 raise NotImplementedError를 여러분의 코드로 바꾸고 실행하세요.",
        "✗ No answer yet. Replace raise NotImplementedError in its cell with your code, and run it.",
    ),
    "torch can't": (
        "def f(x): raise NotImplementedError('bitwise_xor')",
        "expect(f(1), 2)",
        "✗ f(1): NotImplementedError: bitwise_xor (f: def f(x): raise NotImplementedError('bitwise_xor'))",
        None,
    ),
    "an error in the answer": (
        "def f(x):\n    return math.sqrt(x + k)",
        "expect(f(1), 2)",
        "✗ f(1): NameError: name 'k' is not defined (f: return math.sqrt(x + k))",
        "✗ f(1): NameError: name 'k' is not defined (f: return math.sqrt(x + k))",
    ),
    "an assertion of the answer": (
        "def f(x):\n    assert x > 1, 'mine'",
        "expect(f(1), 2)",
        "✗ f(1): AssertionError: mine (f: assert x > 1, 'mine')",
        None,
    ),
    "an answer that was not run": (
        "",
        "expect(unknown(1), 2)",
        "✗ unknown: NameError: name 'unknown' is not defined. 답 칸을 먼저 실행했나요?",
        "✗ unknown: NameError: name 'unknown' is not defined. Did you run the cell of the answer first?",
    ),
    "an error without a text": (
        "def f(x):\n    assert x > 1",
        "expect(f(1), 2)",
        "✗ f(1): AssertionError (f: assert x > 1)",
        "✗ f(1): AssertionError (f: assert x > 1)",
    ),
    "an error in an assertion of the test": (
        "x = np.array([1, 2])",
        "assert not x, 'too small'",
        (
            "✗ not x: ValueError: The truth value of an array with more than one element is ambiguous. "
            "Use a.any() or a.all()"
        ),
        None,
    ),
    "an assertion of the test": ("x = 1", "assert x > 1, 'too small'", "✗ too small", "✗ too small"),
    "the error": (
        "def f(x): raise ValueError",
        "expect_error(ValueError, lambda: f(1))",
        "✓ 통과",
        "✓ passed",
    ),
    "no error": (
        "def f(x): return 3",
        "expect_error(ValueError, lambda: f(1))",
        "✗ f(1): ValueError가 나야 해요. 결과는 값 3",
        "✗ f(1): should raise ValueError, got the value 3",
    ),
    "another error": (
        "def f(x): raise TypeError('no')",
        "expect_error(ValueError, lambda: f(1))",
        "✗ f(1): ValueError가 나야 해요. 결과는 TypeError: no",
        "✗ f(1): should raise ValueError, got TypeError: no",
    ),
    "a library can't, where an error is due": (
        "from torch.utils.data import Dataset\nclass f(Dataset): pass",
        "expect_error(IndexError, lambda: f()[0])",
        "✗ f()[0]: NotImplementedError: Subclasses of Dataset should implement __getitem__.",
        None,
    ),
    "the stub, where an error is due": (
        "def f(x): raise NotImplementedError()",
        "expect_error(ValueError, lambda: f(1))",
        "✗ 아직 답이 없어요. 답 칸의 raise NotImplementedError를 여러분의 코드로 바꾸고 실행하세요.",
        None,
    ),
}


@pytest.fixture(scope="module")
def said() -> dict[tuple[str, str], nbformat.NotebookNode]:
    """What a kernel shows for each line, by language and name; `sum_up` stands at the end."""
    cells = []
    for number, language in enumerate(("ko", "en")):
        cells.append(nbformat.v4.new_code_cell(in_one_language(SETUP, language)))
        for name, (answer, test, *_) in SAID.items():
            visible = f"@visible_test\ndef test_{len(cells)}():\n    {test}"
            cells += [nbformat.v4.new_code_cell(text) for text in (answer or "pass", visible)]
            cells[-1].metadata["case"] = (language, name)
        cells.append(nbformat.v4.new_code_cell(f"sum_up({len(SAID) + number})"))
        cells[-1].metadata["case"] = (language, "sum_up")
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": sys.executable,
        "language": "python",
    }
    NotebookClient(notebook, timeout=300, allow_errors=True).execute()
    return {tuple(cell.metadata["case"]): cell for cell in cells if "case" in cell.metadata}


@pytest.mark.parametrize("name", SAID)
def test_a_test_says_one_line(said, name):
    """A pass is printed; a failure is a single red line, whoever raised what."""
    for language, line in zip(("ko", "en"), SAID[name][2:], strict=True):
        errors = [output for output in said[language, name].outputs if output.output_type == "error"]
        if line is not None and line.startswith("✓"):
            assert printed(said[language, name]) == {"ko": "✓ 통과\n", "en": "✓ passed\n"}[language]
        elif line is not None:
            (error,) = errors
            assert error.traceback == [f"\033[31m{line}\033[0m"]
            assert (error.ename, error.evalue) == ("TestFailed", line.removeprefix("✗ "))
        else:
            (error,) = errors
            assert len(error.traceback) == 1
            assert "\n" not in error.traceback[0]


def printed(cell: nbformat.NotebookNode) -> str:
    """Return what a cell printed: a kernel may send it in several parts."""
    return "".join(output.text for output in cell.outputs)


def test_the_last_cell_counts_the_tests_that_pass(said):
    """It counts each visible test once, and says that there is more."""
    n = sum(line.startswith("✓") for _, _, line, _ in SAID.values())
    assert printed(said["ko", "sum_up"]) == (
        f"보이는 테스트 {len(SAID)}개 중 {n}개 통과 · 숨은 테스트는 더 많은 것을 물어요\n"
    )
    assert printed(said["en", "sum_up"]) == (
        f"visible tests {n} of {len(SAID) + 1} · hidden tests ask more\n"
    )
