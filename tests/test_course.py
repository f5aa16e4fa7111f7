"""The course keeps its contract: names, signatures, points, languages, form."""

from __future__ import annotations

import ast
import builtins
import re
from typing import TYPE_CHECKING

import nbformat
import pytest
from conftest import COURSE, NOTEBOOKS

from gradlab.authoring.hidden_marks import split_test
from gradlab.authoring.one_language import in_one_language
from gradlab.authoring.source import SourceNotebook, select_lines

if TYPE_CHECKING:
    from pathlib import Path

# Exercise -> (signature, points), by notebook.
CONTRACT = {
    "ps1-derivatives/derivatives": {
        "average_rate_of_change": ("f, x, h", 3),
        "difference_quotients": ("f, x, hs", 2),
        "polynomial_derivative": ("coefficients", 3),
        "chain_rule": ("df, g, dg", 2),
    },
    "ps2-numerical-diff/numerical_diff": {
        "numerical_diff_forward": ("f, x, h=0.0001", 3),
        "numerical_diff_backward": ("f, x, h=0.0001", 3),
        "numerical_diff": ("f, x, h=0.0001", 4),
        "observed_order": ("method, f, df, x, hs", 4),
        "numerical_gradient": ("f, x, h=0.0001", 4),
        "explain_step_size": (None, 2),
    },
    "ps3-autograd/autograd": {
        "autograd_derivative": ("f, x", 4),
        "grad_fn_tree": ("fn", 4),
        "backward_repeatedly": ("f, x, times, zero_grad", 4),
        "numerical_partial_diff": ("f, x, y, var='x', h=0.0001", 4),
        "autograd_partials": ("f, x, y", 4),
    },
    "ps4-linear-layer/matrix": {
        "L": ("W, X, b, y", 2),
        "dL_dW": ("W, X, b, y", 6),
        "dL_db": ("W, X, b, y", 2),
        "gradient_check": ("f, grad_f, x, h=1e-05, tol=1e-05", 4),
    },
    "ps4-linear-layer/scalar": {
        "L": ("w, x, b, y", 2),
        "dL_dw": ("w, x, b, y", 2),
        "dL_db": ("w, x, b, y", 2),
    },
    "ps5-gradient-descent/gradient_descent": {
        "make_regression_data": ("n, W_true, b_true, noise, seed", 2),
        "gd_step": ("W, b, X, y, lr", 5),
        "iterate_minibatches": ("n, batch_size, shuffle=True, drop_last=False, generator=None", 4),
        "train": ("X, y, batch_size, epochs, lr, seed", 5),
    },
    "ps6-dataloader/dataloader": {
        "MyDataset": ("self, X, y", 4),
        "make_loader": ("dataset, method, batch_size=16, seed=0", 3),
        "train_one_epoch": ("model, loader, criterion, optimizer", 4),
        "fit": ("X, y, method, epochs, lr, seed=0", 3),
    },
}
MAX_EXPECTATIONS = 3  # of a visible test
HANGUL = re.compile(r"[\uac00-\ud7a3]")


def name_of(path: Path) -> str:
    """Return assignment/notebook."""
    return f"{path.parent.name}/{path.stem}"


each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name_of)


def raw(path: Path) -> nbformat.NotebookNode:
    """Return the notebook as it is stored."""
    return nbformat.read(path, as_version=4)


def role(cell: nbformat.NotebookNode) -> dict[str, object]:
    """Return a cell's nbgrader metadata."""
    return cell.metadata.get("nbgrader", {})


def points(path: Path) -> dict[str, float]:
    """Return the points of each exercise."""
    totals: dict[str, float] = {}
    for cell in raw(path).cells:
        if role(cell).get("grade"):
            grade_id = str(role(cell)["grade_id"])
            exercise = grade_id.removeprefix("test_").split("__")[0]
            totals[exercise] = totals.get(exercise, 0) + float(role(cell)["points"])
    return totals


def signature(text: str, name: str) -> str:
    """Return the arguments of a function, or of a class's `__init__`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.unparse(node.args)
        if isinstance(node, ast.ClassDef) and node.name == name:
            return signature(ast.unparse(node), "__init__")
    raise AssertionError(name)


def test_the_course_has_these_notebooks():
    """Folders and notebooks are named as the contract says."""
    assert [name_of(path) for path in NOTEBOOKS] == sorted(CONTRACT)


@each_notebook
def test_exercises_have_their_names_signatures_and_points(path):
    """Each exercise has the name, signature and points of the contract."""
    contract = CONTRACT[name_of(path)]
    assert points(path) == {name: float(worth) for name, (_, worth) in contract.items()}
    solutions = SourceNotebook.read(path).solutions
    assert list(solutions) == [name for name, (arguments, _) in contract.items() if arguments is not None]
    for name, text in solutions.items():
        assert signature(text, name) == contract[name][0]


def test_the_course_is_worth_a_hundred_points():
    """Of the hundred points, 98 are given automatically and 2 by hand."""
    total = {name: worth for path in NOTEBOOKS for name, worth in [(path, sum(points(path).values()))]}
    assert sum(total.values()) == 100
    assert points(COURSE / "source/ps2-numerical-diff/numerical_diff.ipynb")["explain_step_size"] == 2


@each_notebook
def test_notebooks_are_stored_clean(path):
    """Notebooks have no outputs or execution counts, fixed ids and a plain kernelspec."""
    notebook = raw(path)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs, cell.id
            assert cell.execution_count is None, cell.id
        if role(cell):
            assert role(cell)["grade_id"] == cell.id
    assert notebook.metadata.kernelspec.name == "python3"


def test_all_notebooks_share_one_setup_cell():
    """The setup cell is the same in all notebooks."""
    setups = {cell.source for path in NOTEBOOKS for cell in raw(path).cells if cell.id == "setup"}
    assert len(setups) == 1


@each_notebook
def test_text_stands_in_both_languages(path):
    """Text cells come in pairs: a Korean one, and an English one without Hangul."""
    texts = [cell for cell in raw(path).cells if cell.cell_type == "markdown" and not role(cell)]
    korean = [cell for cell in texts if "lang-ko" in cell.metadata.get("tags", ())]
    english = [cell for cell in texts if "lang-en" in cell.metadata.get("tags", ())]
    assert len(korean) + len(english) == len(texts)
    assert [cell.id.removesuffix("-ko") for cell in korean] == [
        cell.id.removesuffix("-en") for cell in english
    ]
    assert all(HANGUL.search(cell.source) for cell in korean)
    assert not [cell.id for cell in english if HANGUL.search(cell.source)]


@each_notebook
def test_solution_cells_explain_themselves_in_both_languages(path):
    """Each solution has a docstring in each language, and marks of the solution."""
    for name, text in SourceNotebook.read(path).solutions.items():
        for language in ("ko", "en"):
            selected = ast.parse(select_lines(text, language))
            node = next(statement for statement in selected.body if getattr(statement, "name", "") == name)
            docstring = ast.get_docstring(node) or ""
            assert len(docstring) > 100, (name, language)
            assert bool(HANGUL.search(docstring)) == (language == "ko"), (name, language)
        assert "### BEGIN SOLUTION" in text


@each_notebook
def test_hints_are_folded_ladders_of_three(path):
    """In each language, each exercise has three hints, each folded inside the one before, and a blank."""
    n_exercises = len(points(path))
    for language in ("lang-ko", "lang-en"):
        ladders = [
            cell.source
            for cell in raw(path).cells
            if {language, "hint"} <= set(cell.metadata.get("tags", ()))
        ]
        assert len(ladders) == n_exercises
        for ladder in ladders:
            assert re.findall("</?details>", ladder) == ["<details>"] * 3 + ["</details>"] * 3
            assert "____" in ladder


@each_notebook
def test_test_cells_have_a_visible_and_a_hidden_part(path):
    """The visible part does not mention gradlab; the hidden part calls `check`."""
    for name, text in SourceNotebook.read(path).tests.items():
        visible, hidden = split_test(text)
        assert visible.strip(), name
        assert "gradlab" not in visible, name
        assert "check(" in hidden, name


@each_notebook
def test_test_cells_begin_with_a_line_for_people(path):
    """In each language, the first line of a test cell says the exercise, the aspect and the points."""
    for cell in raw(path).cells:
        if not role(cell).get("grade") or cell.cell_type != "code":
            continue
        exercise = str(role(cell)["grade_id"]).removeprefix("test_").split("__")[0]
        worth = f"{role(cell)['points']:g}"
        for language, word, unit in (("ko", "테스트", "점"), ("en", "test", " points?")):
            first = in_one_language(cell.source, language).split("\n")[0]
            assert re.fullmatch(rf"# {word} · {exercise} · [^·]+ \({worth}{unit}\)", first), first
        assert "1 points" not in cell.source


@each_notebook
def test_visible_tests_are_short_functions(path):
    """A visible part is one function, so that no name of a test gets in the way of a student's."""
    for name, text in SourceNotebook.read(path).tests.items():
        (test,) = ast.parse(split_test(text)[0]).body
        assert isinstance(test, ast.FunctionDef), name
        assert (test.name, *map(ast.unparse, test.decorator_list)) == (name, "visible_test")
        expecting = [part for part in test.body if {"expect", "expect_error"} & names_used(part)]
        asserting = [part for part in test.body if isinstance(part, ast.Assert)]
        assert 1 <= len(expecting + asserting) <= MAX_EXPECTATIONS, name


@each_notebook
def test_the_last_cell_sums_up_the_visible_tests(path):
    """The last cell is locked, not graded, and counts the notebook's test cells."""
    notebook = SourceNotebook.read(path)
    last = notebook.cells[-1]
    locked = {"grade": False, "locked": True, "schema_version": 3, "solution": False, "task": False}
    assert role(last) == {"grade_id": "summary", **locked}
    assert last.source.split("\n")[-1] == f"sum_up({len(notebook.tests)})"


@each_notebook
def test_notebooks_begin_with_five_lines_on_how_to_work(path):
    """Below the title and above the folded cell, five lines say how to work, in each language."""
    title_ko, title_en, how_ko, how_en, setup, *_ = raw(path).cells
    assert [title_ko.id, title_en.id, how_ko.id, how_en.id, setup.id] == [
        *("title-ko", "title-en", "how-ko", "how-en", "setup")
    ]
    for cell in (how_ko, how_en):
        lines = [line for line in cell.source.split("\n") if line and not line.startswith("#")]
        assert [line[0] for line in lines] == list("12345")
        assert {"Validate", "Submit"} <= set(re.findall(r"\w+", lines[4]))


@each_notebook
def test_plotting_code_is_folded_and_other_code_is_not(path):
    """The setup cell and cells that draw are folded; all other code is the lesson."""
    for cell in raw(path).cells:
        if cell.cell_type == "code":
            draws = cell.id == "setup" or re.search(r"\b(plt|axis)\.", cell.source) is not None
            assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == draws, cell.id


def luminance(color: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_colors_are_dark_enough_for_text_on_white():
    """Each colour of the setup cell has a contrast of at least 4.5 with white."""
    (setup,) = [cell.source for cell in raw(NOTEBOOKS[0]).cells if cell.id == "setup"]
    (colors,) = re.findall("^BLUE, .+ = (.+)$", setup, re.MULTILINE)
    for color in ast.literal_eval(colors):
        assert 1.05 / (luminance(color) + 0.05) >= 4.5, color


def drawings(path: Path, language: str) -> dict[str, ast.Module]:
    """Return the code of the cells that draw a picture."""
    cells = [cell for cell in raw(path).cells if "picture" in cell.metadata.get("tags", ())]
    texts = {cell.id: in_one_language(cell.source, language) for cell in cells}
    return {name: ast.parse(text) for name, text in texts.items() if "plt." in text}


@each_notebook
def test_pictures_say_what_they_show(path):
    """Each picture comes with a sentence for those who can't see it, in each language."""
    for language in ("ko", "en"):
        for name, drawing in drawings(path, language).items():
            calls = [node for node in ast.walk(drawing) if isinstance(node, ast.Call)]
            (shown,) = [
                call for call in calls if ast.unparse(call.func) in {"show", "show_moving", "plt.show"}
            ]
            sentences = [*shown.args, *(keyword.value for keyword in shown.keywords if keyword.arg == "text")]
            sentence = ast.literal_eval(sentences[-1])
            assert len(sentence) > 30, name
            assert bool(HANGUL.search(sentence)) == (language == "ko"), name


@each_notebook
def test_english_titles_of_pictures_are_in_sentence_case(path):
    """A title that begins with a word begins with a capital."""
    for name, drawing in drawings(path, "en").items():
        for call in ast.walk(drawing):
            if not isinstance(call, ast.Call) or getattr(call.func, "attr", "") == "legend":
                continue
            titles = [keyword.value for keyword in call.keywords if keyword.arg == "title"]
            if getattr(call.func, "attr", "") in {"set_title", "suptitle"}:
                titles.append(call.args[0])
            for title in titles:
                first = title.values[0] if isinstance(title, ast.JoinedStr) else title
                text = first.value if isinstance(first, ast.Constant) else ""
                assert not text[:1].islower() or re.match(r"\w+ = \d", text), (name, text)


@each_notebook
def test_one_word_has_one_meaning(path):
    """Words that the course has replaced, and conditions that begin with "where", do not come back."""
    replaced = re.compile(
        "다음 번|견주|이 덕분에|비우|h = 0에는|in place of|[Dd]ata set|will do as well|Error: where |"
        "Where (?:n|N|x|y|both|fn|X) "
    )
    for cell in raw(path).cells:
        assert not replaced.search(cell.source), (cell.id, replaced.search(cell.source))


@each_notebook
def test_code_speaks_one_language(path):
    """In English, no code is Korean; in Korean, only labels of plots are in English, too."""
    for cell in raw(path).cells:
        if cell.cell_type == "code":
            visible = split_test(cell.source)[0]
            assert not HANGUL.search(in_one_language(visible, "en")), cell.id
            calls = ast.walk(ast.parse(in_one_language(visible, "ko")))
            said = [node for node in calls if isinstance(node, ast.Call) and ast.unparse(node.func) == "say"]
            assert [ast.unparse(call) for call in said] == ["say(korean, english)"] * (cell.id == "setup")


def names_used(code: ast.AST) -> set[str]:
    """Return the names that code reads."""
    return {
        node.id for node in ast.walk(code) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def test_building_backward_costs_nothing():
    """In the last section of ps3 no test is graded, stubs are ordinary cells, and nothing needs them."""
    cells = [
        cell for cell in raw(COURSE / "source/ps3-autograd/autograd.ipynb").cells if cell.cell_type == "code"
    ]
    stubs = [cell for cell in cells if not role(cell)]
    steps = [cell for cell in stubs if "### BEGIN SOLUTION" in cell.source]
    tests = [cell for cell in cells if cell.id.startswith("build_") and cell not in stubs]
    assert len(steps) == len(tests) == 4
    assert all("picture" in test.metadata.tags and not role(test)["grade"] for test in tests)
    built = set().union(*(names_bound(ast.parse(step.source)) for step in steps))
    section = [*steps, *tests, *[cell for cell in cells if cell.id == "picture_value"]]
    for cell in cells:
        if cell not in section:
            code = ast.parse(cell.source)
            assert not {"Value", "as_value", "in_order"} & names_used(code), cell.id
            assert not {"Value", "as_value", "in_order"} & names_bound(code), cell.id
    assert {"Value", "in_order", "backward"} <= built


@each_notebook
def test_guesses_come_before_pictures_and_cost_nothing(path):
    """A locked question with three choices, a guess that no other cell reads, and the folded answer."""
    cells = raw(path).cells
    questions = [i for i, cell in enumerate(cells) if cell.id.startswith("predict_")]
    assert questions
    for i in questions:
        name = cells[i].id.removeprefix("predict_")
        question, guess, why_ko, why_en = cells[i : i + 4]
        assert role(question)["locked"]
        for language in ("ko", "en"):
            choices = re.findall(
                r"^- \*\*(\w)\*\* ", in_one_language(question.source, language), re.MULTILINE
            )
            assert choices == ["a", "b", "c"], name
        assert (guess.source, role(guess)) == (f'guess_{name} = ""', {})
        for why in (why_ko, why_en):
            folded = re.match(r"<details><summary>.+</summary>\n\n\*\*[abc]\*\*\. ", why.source)
            assert folded, name
            assert why.source.endswith("</details>"), name
    code = [cell for cell in cells if cell.cell_type == "code" and not cell.id.startswith("guess_")]
    assert not [cell.id for cell in code if "guess_" in cell.source]


def names_bound(code: ast.AST) -> set[str]:
    """Return all names that code binds."""
    bound = set()
    for node in ast.walk(code):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return bound


@each_notebook
def test_hidden_parts_are_self_contained(path):
    """Hidden parts use only the names of exercises and the names that locked cells define."""
    notebook = SourceNotebook.read(path)
    given = set(notebook.solutions)
    for name, text in notebook.definitions():
        if name not in notebook.solutions:
            given |= names_bound(ast.parse(text))
    for name, text in notebook.tests.items():
        hidden = ast.parse(split_test(text)[1])
        missing = names_used(hidden) - names_bound(hidden) - given - set(dir(builtins))
        assert not missing, name


@each_notebook
def test_probes_hold_no_expected_answers(path):
    """A probe uses nothing from gradlab, because it runs beside the student's code."""
    for name, text in SourceNotebook.read(path).tests.items():
        hidden = ast.parse(split_test(text)[1])
        secrets = {
            alias.asname or alias.name
            for node in ast.walk(hidden)
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("gradlab")
            for alias in node.names
        }
        for node in ast.walk(hidden):
            if isinstance(node, ast.FunctionDef) and "probe" in {
                ast.unparse(decorator) for decorator in node.decorator_list
            }:
                used = set().union(*(names_used(statement) for statement in node.body))
                assert not used & secrets, (name, node.name)


@each_notebook
def test_misconceptions_have_their_sentences(path):
    """Each misconception is listed once, with a Korean and an English sentence."""
    listed = list(SourceNotebook.read(path).misconceptions)
    assert len({(misconception.exercise, misconception.name) for misconception in listed}) == len(listed)
    for misconception in listed:
        assert HANGUL.search(misconception.sentences["ko"]), misconception.name
        assert not HANGUL.search(misconception.sentences["en"]), misconception.name
        assert misconception.exercise in SourceNotebook.read(path).solutions
