"""Given files are where given cells, answers, reference and hidden tests look for them, and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import unicodedata
from pathlib import Path

import pytest
from commands import gradlab, nbgrader
from conftest import code
from foreign import grade, grading, lay_out, solution, submit_answers
from submissions import copy_of, outcome

from gradlab.authoring.workplace import PREFIX, Workplace
from gradlab.base.working_directory import working_in
from gradlab.submission.own_files import MAX_BYTES, MAX_FILES, Limits, OwnFiles

FILES = {
    "values.csv": "a,b\n1,2\n3,4\n",
    "helper.py": "from shapes.area import square\nK = 7\nclass Point:\n    def __init__(self, x):\n"
    "        self.x = x\ndef cube(x):\n    return square(x) * x\n",
    "shapes/__init__.py": "",
    "shapes/area.py": "def square(x):\n    return x * x\n",
    "data/words.txt": "one two three\n",
}
ANSWERS = {
    "total": "def total():\n    return sum(int(line.split(',')[0]) for line in list(open('values.csv'))[1:])",
    "sevens": "from helper import K\nsevens = [K, K]",
    "volume": "def volume(f, x):\n    return f(x) + 1",
    "moved": "def moved(point):\n    return Point(point.x + 1)",
    "saved": "def saved(x):\n    with open('result.txt', 'w') as file:\n        file.write(str(x))\nsaved(3)",
    "words": "words = open('data/words.txt').read().split()",
}
TESTS = {
    "total_test": ("", "assert total() == sum(np.loadtxt('values.csv', delimiter=',', skiprows=1)[:, 0])"),
    "sevens_test": ("", "assert sevens == [K] * 2"),
    "volume_test": ("", "assert volume(cube, 2) == 9 and volume(lambda x: helper.cube(x) + 1, 2) == 10"),
    "point_test": ("", "assert moved(Point(3)).x == 4"),
    "words_test": (
        "",
        "from shapes import area\nassert len(words) == len(TEXT.split()) == area.square(1) * 3",
    ),
    "saved_test": ("", "assert open('result.txt').read() == '3'"),
}
GIVEN = "import numpy as np\nimport helper\nfrom helper import K, Point, cube\n"
GIVEN += "TEXT = open('data/words.txt').read()"


def points(course, student):
    """Return the way and the points of each test cell."""
    cells = outcome(course, student, "hw")["notebooks"]["hw"]
    return {name: (cell["asked"], cell["auto_score"]) for name, cell in cells.items()}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course whose cells need files in their folder, graded for some students."""
    cells = [
        code(GIVEN, "given", locked=True),
        *(solution(name, text) for name, text in ANSWERS.items()),
        *(grading(name, *parts) for name, parts in TESTS.items()),
    ]
    made = lay_out(tmp_path_factory.mktemp("files"), cells, FILES)
    submit_answers(made, "right", ANSWERS)
    submit_answers(made, "untouched", {})
    own = {**ANSWERS, "total": "from mine import total\nassert open('own/data.txt').read() == 'own'"}
    submit_answers(made, "own-files", own)
    folder = made / "submitted" / "own-files" / "hw"
    (folder / "mine.py").write_text(ANSWERS["total"])
    (folder / "own").mkdir()
    (folder / "own" / "data.txt").write_text("own")
    submit_answers(made, "cheating", {**ANSWERS, "total": "def total():\n    return 999"})
    folder = made / "submitted" / "cheating" / "hw"
    (folder / "values.csv").write_text("a,b\n999,0\n")
    (folder / "helper.py").write_text("K = 8\ndef cube(x):\n    return 0\nclass Point: pass\n")
    (folder / "numpy.py").write_text("loadtxt = 0")
    (folder / "sitecustomize.py").write_text("raise SystemExit")
    submit_answers(made, "another-type", {**ANSWERS, "words": "words = 5"})
    submit_answers(made, "many-files", own)
    folder = made / "submitted" / "many-files" / "hw"
    for number in range(MAX_FILES):
        (folder / f"{number}.txt").write_text("x" * 500)
    (folder / "mine.py").write_text(ANSWERS["total"])
    (folder / "own").mkdir()
    (folder / "own" / "data.txt").write_text("own")
    grade(made)
    return made


BY_VALUE = {name: ("by value", 1) for name in TESTS if name != "saved_test"}


@pytest.mark.slow
@pytest.mark.parametrize("student", ["right", "own-files", "many-files"])
def test_files_are_beside_all_cells(course, student):
    """Given data and modules are found in given cells, answers and hidden tests; the student's own, too."""
    assert points(course, student) == {**BY_VALUE, "saved_test": ("beside", 1)}


@pytest.mark.slow
def test_files_of_the_reference_win_no_points(course):
    """A file that the reference writes is not there when a hidden test asks for the answer's."""
    assert {score for _, score in points(course, "untouched").values()} == {0}


@pytest.mark.slow
def test_an_error_in_a_test_that_uses_files_is_the_answers(course):
    """If the reference passes such a test, an answer of another type is wrong, and nobody has to look."""
    assert points(course, "another-type") == {**points(course, "right"), "words_test": ("by value", 0)}


@pytest.mark.slow
def test_the_instructors_version_wins(course):
    """Files of the same names as given ones do not replace them, and none reaches the examiner."""
    got = points(course, "cheating")
    assert got["total_test"][1] == 0
    assert [got[name][1] for name in ("sevens_test", "words_test")] == [1, 1]


@pytest.mark.slow
def test_files_that_are_too_many_are_named(course):
    """The smallest ones are found, and the attention list says which are not."""
    (note,) = outcome(course, "many-files", "hw")["notes"]
    assert note.startswith(
        "hw.ipynb: these files are too many or too large, and its code did not find them: "
    )
    assert note.endswith(".txt")


NO_LIMITS = Limits((), 1000 * MAX_BYTES)


def own_files_in(folder, sizes):
    """Make files of some sizes, which hold nothing; return those that are taken, and those that are not."""
    for name, size in sizes.items():
        with (folder / name).open("wb") as file:
            file.truncate(size)
    taken, left_out = OwnFiles(frozenset(), NO_LIMITS).of(folder)
    return sorted(taken), left_out


def test_own_files_are_beside_the_notebook_and_under_the_name_that_people_type(tmp_path):
    """A module in the notebook's own folder is imported there, and one from a Mac by its Hangul name."""
    mac = unicodedata.normalize("NFD", "도움.py")
    (tmp_path / "work").mkdir()
    for name in ("work/helper.py", f"work/{mac}", "data.csv"):
        (tmp_path / name).touch()
    taken, _ = OwnFiles(frozenset(), NO_LIMITS).of(tmp_path, "work")
    assert {"helper.py", "work/helper.py", "도움.py", mac, "data.csv"} <= taken.keys()
    assert taken["도움.py"] == tmp_path / "work" / mac


def test_own_files_are_bounded_in_number(tmp_path):
    """Of more files than may be taken, the largest are left out."""
    sizes = {f"{number:03}": 1000 - number for number in range(MAX_FILES + 2)}
    taken, left_out = own_files_in(tmp_path, sizes)
    assert left_out == ["000", "001"]
    assert len(taken) == MAX_FILES


@pytest.mark.parametrize(
    ("sizes", "left_out"),
    [
        ({"a": MAX_BYTES - 1, "b": 1}, []),
        ({"a": MAX_BYTES, "b": 1}, ["a"]),
        ({"a": MAX_BYTES // 2, "b": MAX_BYTES // 2, "c": MAX_BYTES // 2}, ["c"]),
        ({"a": MAX_BYTES + 1}, ["a"]),
    ],
)
def test_own_files_are_bounded_in_size(tmp_path, sizes, left_out):
    """Together they have a limit, to the byte, and the smallest are taken first."""
    assert own_files_in(tmp_path, sizes) == (sorted(sizes.keys() - set(left_out)), left_out)


MINE_COUNTS = 'c.Autograde.exclude_overwriting = {"hw": ["helper.py"]}\n'
OWN_HELPER = "K = 8\n"


@pytest.fixture(scope="module")
def course_with_own_helpers(tmp_path_factory):
    """A course whose students may change a given module: one has, and another brings files of their own."""
    cells = [
        code("import helper", "given", locked=True),
        *(solution(name, ANSWERS[name]) for name in ("total", "sevens")),
        grading("total_test", "", "assert total() == 4 and helper.K == 7"),
        grading("seven_test", "", "assert sevens == [7, 7]"),
    ]
    course = lay_out(tmp_path_factory.mktemp("own-helper"), cells, FILES, more_config=MINE_COUNTS)
    submit_answers(course, "kept", {name: ANSWERS[name] for name in ("total", "sevens")})
    shutil.copytree(course / "submitted" / "kept", course / "submitted" / "changed")
    folder = course / "submitted" / "changed" / "hw"
    (folder / "helper.py").write_text(OWN_HELPER)
    (folder / "values.csv").write_text("a,b\n999,0\n")
    submit_answers(course, "own-files", {"total": "from mine import total", "sevens": ANSWERS["sevens"]})
    (course / "submitted" / "own-files" / "hw" / "mine.py").write_text(ANSWERS["total"])
    return course


@pytest.mark.slow
@pytest.mark.parametrize("command", ["gradlab", "nbgrader"])
def test_a_file_that_may_be_changed_is_the_students(course_with_own_helpers, tmp_path, command):
    """`exclude_overwriting` lets answers find the student's version, but hidden tests never."""
    course = copy_of(course_with_own_helpers, tmp_path / "course")
    (nbgrader if command == "nbgrader" else gradlab)(course, "autograde", "hw")
    assert [points(course, "kept")[name][1] for name in ("total_test", "seven_test")] == [1, 1]
    assert [points(course, "own-files")[name][1] for name in ("total_test", "seven_test")] == [1, 1]
    assert [points(course, "changed")[name][1] for name in ("total_test", "seven_test")] == [1, 0]
    graded = course / "autograde" / "changed" / "hw"
    assert (graded / "helper.py").read_text() == OWN_HELPER
    assert (graded / "values.csv").read_text() == FILES["values.csv"]


def test_a_process_keeps_its_own_folder_and_modules(tmp_path):
    """Modules of one assignment are not there for another one, nor for the process itself."""
    for name, number in (("one", 1), ("two", 2)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "helper_of_it.py").write_text(f"NUMBER = {number}")
    places = [Workplace({"helper_of_it.py": tmp_path / name / "helper_of_it.py"}) for name in ("one", "two")]
    before = Path.cwd(), list(sys.path), set(sys.modules)
    for place, number in (*zip(places, (1, 2), strict=True), (places[0], 1)):
        with place.entered(), place.entered():
            import helper_of_it  # noqa: PLC0415  # of the workplace

            assert number == helper_of_it.NUMBER
            assert Path.cwd() == place.folder
    assert (Path.cwd(), list(sys.path)) == before[:2]
    assert not set(sys.modules) - before[2]


def test_modules_that_make_up_their_attributes_stay(monkeypatch):
    """A library's module that has every attribute, like some of torch's, is not a module of the folder."""
    odd = type(sys)("odd")
    odd.__getattr__ = lambda _: 7
    with Workplace({}).entered():
        monkeypatch.setitem(sys.modules, "odd", odd)
    assert sys.modules["odd"] is odd


def test_a_module_of_the_process_is_covered_for_a_while(tmp_path):
    """A given module is imported even if this process has another module of its name."""
    (tmp_path / "conftest.py").write_text("NUMBER = 3")
    place = Workplace({"conftest.py": tmp_path / "conftest.py"})
    ours = sys.modules["conftest"]
    with place.entered():
        import conftest  # noqa: PLC0415  # of the workplace

        assert conftest.NUMBER == 3
    assert sys.modules["conftest"] is ours


def test_an_error_leaves_the_workplace():
    """Whatever given code does to folder and path, they are as before; the workplace remembers them."""
    place = Workplace({})
    before = Path.cwd(), list(sys.path)

    def move():
        Path("inner").mkdir()
        os.chdir("inner")
        sys.path.append("inner")
        raise KeyError

    with pytest.raises(KeyError), place.entered():
        move()
    assert (Path.cwd(), list(sys.path)) == before
    with place.entered():
        assert Path.cwd() == place.folder / "inner"
        assert sys.path[-1] == "inner"


@pytest.mark.parametrize("first", [working_in, lambda _: Workplace({}).entered()])
def test_threads_restore_the_folder_of_the_process(first, tmp_path):
    """A thread waits for another one's folder to be left; else it would come back to that folder."""
    before, is_in, may_leave = Path.cwd(), threading.Event(), threading.Event()

    def stay():
        with first(tmp_path):
            is_in.set()
            may_leave.wait(0.3)

    thread = threading.Thread(target=stay)
    thread.start()
    is_in.wait()
    with working_in(tmp_path):
        may_leave.set()
        thread.join()
    assert Path.cwd() == before


def test_a_workplace_is_gone_with_its_notebook():
    """No copy is left when it is no longer used."""
    place = Workplace({})
    folder = place.folder
    assert folder.is_dir()
    del place
    assert not folder.exists()


def test_what_a_killed_process_has_left_is_removed(tmp_path):
    """The next process that makes a workplace removes the folder, as its process has ended."""
    here = f"{PREFIX}{os.getpid()}-kept"
    code = (
        "import os, signal, sys\n"
        "from gradlab.authoring.workplace import Workplace\n"
        "workplace = Workplace({})\n"
        "print(workplace.folder.name, flush=True)\n"
        "if sys.argv[1:]: os.kill(os.getpid(), signal.SIGKILL)"
    )
    (tmp_path / here).mkdir()
    for more in (["killed"], []):
        done = subprocess.run(
            [sys.executable, "-c", code, *more],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=not more,
        )
        assert done.stdout.startswith(PREFIX)
    assert [path.name for path in tmp_path.iterdir()] == [here]
