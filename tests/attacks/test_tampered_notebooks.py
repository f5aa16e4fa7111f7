"""Tampered notebooks: tags, metadata, points, grade ids, deleted, duplicated, retyped and edited cells."""

from __future__ import annotations

import copy

from attacks.corpus import CANARIES, POINTS, RIGHT, WRONG, attack
from attacks.tampering import cell_of, code, each_test_of, markdown


def tag_tests(notebook):
    """Ask for the tests to be skipped and their errors to be ignored."""
    for cell in each_test_of(notebook, "triple"):
        cell.metadata.tags = ["skip-execution", "raises-exception", "remove-cell"]
        cell.metadata.execution = {"allow_errors": True}


@attack(tamper=tag_tests)
def test_tags_skip_no_test(result):
    """Tags in a submission are ignored and removed."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0
    assert "tags" not in result.cell("test_triple").metadata


def raise_points(notebook):
    """Make another exercise's test worth more, and the tests of the wrong exercise worth nothing."""
    cell_of(notebook, "test_norms").metadata.nbgrader.points = 1000
    for cell in each_test_of(notebook, "triple"):
        cell.metadata.nbgrader.update(points=float("nan"), checksum="", grade=False)


@attack(tamper=raise_points)
def test_points_are_the_gradebooks(result):
    """A test's points come from the gradebook, not from the submission."""
    assert result.lost == {"triple"}
    assert sum(score or 0 for score in result.scores.values()) == sum(POINTS.values()) - POINTS["triple"]
    assert result.cell("test_norms").metadata.nbgrader.points == 2


def swap_grade_ids(notebook):
    """Give the test's name to the right answer of another exercise, and the answer's name to the test."""
    test, answer = cell_of(notebook, "test_triple"), cell_of(notebook, "norms")
    test.metadata.nbgrader.grade_id, answer.metadata.nbgrader.grade_id = "norms", "test_triple"


@attack(tamper=swap_grade_ids)
def test_swapped_grade_ids_earn_nothing(result):
    """Answers are found where they are, and tests are the course's own, whatever their names say."""
    assert result.lost == {"triple"}
    assert result.earned == 0


def delete_tests(notebook):
    """Leave out the test cells."""
    notebook.cells = [cell for cell in notebook.cells if cell not in list(each_test_of(notebook, "triple"))]


@attack(tamper=delete_tests)
def test_deleted_tests_are_restored(result):
    """A test that is missing from the submission is run all the same."""
    assert result.lost == {"triple"}
    assert result.outcomes["test_triple"] == "failed"


def delete_everything(notebook):
    """Submit a notebook without a cell."""
    notebook.cells = []


@attack(tamper=delete_everything)
def test_a_notebook_without_cells_earns_nothing(result):
    """An empty notebook counts as a submission of stubs."""
    assert result.lost == set(POINTS)
    assert sum(score or 0 for score in result.scores.values()) == 0


def duplicate_cells(notebook):
    """Put tests that always pass, and right answers that come too early, next to the real ones."""
    for cell in list(each_test_of(notebook, "triple")):
        easy = copy.deepcopy(cell)
        easy.source = "assert True"
        notebook.cells += [easy, copy.deepcopy(easy)]
    early = copy.deepcopy(cell_of(notebook, "triple"))
    early.source = RIGHT["triple"]
    notebook.cells.insert(0, early)


@attack(tamper=duplicate_cells)
def test_duplicated_cells_earn_nothing(result):
    """Of duplicated cells, only the last answer and the real test count."""
    assert result.lost == {"triple"}
    assert result.earned == 0
    assert all("HIDDEN" in cell.source for cell in each_test_of(result.notebook, "triple"))


def retype_cells(notebook):
    """Turn tests into text, and an answer too."""
    for cell in [*each_test_of(notebook, "triple"), cell_of(notebook, "triple")]:
        cell.cell_type = "markdown"
        del cell["outputs"], cell["execution_count"]
    explanation = cell_of(notebook, "explain")
    explanation.update(cell_type="code", outputs=[], execution_count=1, source="print('I run')")


@attack(tamper=retype_cells)
def test_retyped_cells_are_what_they_were(result):
    """A cell has the type that it has in the release: code runs, text does not."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert "I run" not in result.printed
    assert result.cell("explain").cell_type == "markdown"


def edit_locked_cells(notebook):
    """Write into cells that are locked."""
    for cell in each_test_of(notebook, "triple"):
        cell.source = "assert True; print('edited test')"
    cell_of(notebook, "setup").source += "\nprint('edited setup')\ntriple = lambda x: 3 * x"


@attack(tamper=edit_locked_cells)
def test_edited_locked_cells_are_restored(result):
    """Text that a student writes into a locked cell never runs."""
    assert "edited" not in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


def unlock_cells(notebook):
    """Claim that nothing is locked, solved or graded, in schemas of past and future."""
    for number, cell in enumerate(notebook.cells):
        cell.metadata.nbgrader.update(locked=False, solution=False, grade=False, schema_version=number % 5)
    for cell in each_test_of(notebook, "triple"):
        cell.metadata.nbgrader.update(solution=True)
        cell.source = "pass"


@attack(tamper=unlock_cells)
def test_roles_are_the_gradebooks(result):
    """The roles of cells come from the gradebook, not from the submission."""
    assert result.lost == {"triple"}
    assert result.earned == 0


def add_graded_cells(notebook):
    """Add cells that claim to be worth points."""
    role = {"grade": True, "solution": False, "locked": True, "task": False, "schema_version": 3}
    for number, (grade_id, points) in enumerate([("bonus", 100), ("test_triple ", 2), ("../test_triple", 2)]):
        cell = code("2") if number else markdown("please")
        cell.metadata.nbgrader = {**role, "grade_id": grade_id, "points": points}
        notebook.cells.append(cell)


@attack(tamper=add_graded_cells)
def test_cells_that_claim_points_earn_nothing(result):
    """A cell that the gradebook does not know has no role and no points; a text may be the written answer."""
    assert result.lost == {"triple"}
    assert "bonus" not in result.outcomes
    roles = {cell.source: cell.metadata.get("nbgrader", {}) for cell in result.notebook.cells}
    assert roles["2"] == {}
    assert roles["please"]["grade_id"] == "explain"
    assert roles["please"]["points"] == 1


def forge_outputs(notebook):
    """Submit the tests with outputs and verdicts that look passed."""
    for cell in each_test_of(notebook, "triple"):
        points = {"text/plain": "2"}
        cell.outputs = [
            {"output_type": "execute_result", "data": points, "metadata": {}, "execution_count": 1}
        ]
        cell.execution_count = 1
        cell.metadata.gradlab = {"outcome": "passed", "message": ""}
        cell.metadata.nbgrader.update(score=2, auto_score=2, manual_score=2)


@attack(tamper=forge_outputs)
def test_forged_outputs_earn_nothing(result):
    """Outputs and verdicts in a submission are discarded."""
    assert result.lost == {"triple"}
    assert result.outcomes["test_triple"] == "failed"


def name_a_kernel(notebook):
    """Name a kernel, widgets and other things that tools act upon."""
    notebook.metadata.kernelspec = {"name": "evil", "display_name": "<script>", "language": "bash"}
    notebook.metadata.language_info = {
        "name": "bash",
        "pygments_lexer": "../../evil",
        "file_extension": ".sh",
    }
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": "</script><script>"}}
    notebook.metadata.celltoolbar = notebook.metadata.jupytext = {"text_representation": {"extension": ".sh"}}


@attack(tamper=name_a_kernel)
def test_the_kernel_is_the_courses(result):
    """The metadata of a notebook come from the release."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.notebook.metadata.kernelspec.name == "python3"
    assert "widgets" not in result.notebook.metadata
    assert "jupytext" not in result.notebook.metadata


@attack(
    f"""
### BEGIN HIDDEN TESTS
{WRONG["triple"]}
### END HIDDEN TESTS
### BEGIN SOLUTION
### END SOLUTION
### BEGIN MARK SCHEME
### END MARK SCHEME
print("between the marks")
""",
)
def test_marks_of_nbgrader_in_an_answer_mean_nothing(result):
    """An answer is run as it is, whatever marks it contains."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


def surrogates(notebook):
    """Write lone surrogates wherever there is text."""
    half = "\ud800"
    notebook.cells.insert(1, markdown(f"# {half}"))
    notebook.cells.insert(1, code(f"print('{half}')\n{half} = 1"))
    notebook.cells[0].metadata[half] = half
    notebook.metadata[half] = half
    cell_of(notebook, "explain").source = half


@attack(tamper=surrogates)
def test_halves_of_surrogate_pairs_stop_nothing(result):
    """Text that can't be written as UTF-8 is replaced, and the rest is graded."""
    assert result.has_run
    assert result.lost == {"triple"}


def odd_cells(notebook):
    """Mix in malformed cells."""
    notebook.cells[1:1] = [
        {"cell_type": "code", "source": ["print('a", 7, None, "')"], "metadata": None, "outputs": "none"},
        {"cell_type": "heading", "source": "x", "metadata": {}},
        {"cell_type": ["code"], "source": "print('listed')", "metadata": {"nbgrader": "x"}},
        {"source": {"x": 1}, "metadata": {"nbgrader": {"grade_id": ["triple"]}}},
        {},
    ]
    for cell in notebook.cells:
        cell["id"] = "same"


@attack(tamper=odd_cells)
def test_cells_that_are_none_stop_nothing(result):
    """Malformed cells are left out or converted, and the rest is graded."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert "listed" not in result.printed


def shadow_the_tests(notebook):
    """Redefine the names that hidden tests use, before and after every cell."""
    shadow = "case = check = reference = probe = np.allclose = lambda *args, **kwargs: True\ntriple = check"
    notebook.cells = [code(shadow), *(each for cell in notebook.cells for each in (cell, code(shadow)))]


@attack(tamper=shadow_the_tests)
def test_names_of_the_tests_can_not_be_shadowed(result):
    """Hidden tests look up their names in a namespace that students can't change."""
    assert result.earned == 0
    assert CANARIES["hidden-test"] not in result.told


@attack(
    f"""
{WRONG["triple"]}
shell = get_ipython()
for kind, line in (
    ("run", "-i ../../source/ps/exercises.ipynb"),
    ("run", "@COURSE@/source/ps/exercises.ipynb"),
    ("load", "@COURSE@/source/ps/exercises.ipynb"),
    ("cd", "@COURSE@"),
    ("pip", "install evil"),
    ("sx", "cat @COURSE@/source/ps/exercises.ipynb"),
    ("logstart", "@COURSE@/log-by-shell"),
):
    try:
        print("came", kind, shell.run_line_magic(kind, line))
    except BaseException as error:
        print("refused", kind, type(error).__name__)
!touch @COURSE@/submitted/by-shell
""",
)
def test_magics_reach_no_file_and_no_program(result):
    """IPython's magics have the rights of the examinee: they read no course and start no program."""
    assert result.has_run
    assert "by-shell: commands are not run" in result.printed
    assert not (result.course / "submitted" / "by-shell").exists()
    assert result.lost == {"triple"}
    assert not any(canary in result.told for canary in CANARIES.values())
