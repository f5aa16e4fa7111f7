# ruff: noqa: INP001, T201  # a script, not a package; it prints for a person
"""What it costs to grade a class with nbgrader, with gradlab, and at the least.

The same submissions (all exercises solved) are graded by ``nbgrader autograde`` with nbgrader's own
preprocessors, where hidden tests run in the student's kernel, and by ``gradlab autograde``, in turns.
At the least, it costs the same cells and hidden tests in one warm process, divided by the cores.
Cells that only draw are skipped by all three (`c.Execute.skip_cells_with_tag`).

Machines differ and are noisy; the ratios within one run are what counts. Writes
``benchmarks/results.md``.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parent.parent
RESULTS = Path(__file__).with_name("results.md")
BIN = Path(sys.executable).parent
N_CORES = len(os.sched_getaffinity(0))
MIB = 2**20

ASSIGNMENTS = ("ps2-numerical-diff", "ps6-dataloader")
SIZES = (4, 24, 100)
N_BARE = 6
SAMPLE_S = 0.01

STOCK = """
from nbgrader import preprocessors as stock

c.Autograde.sanitize_preprocessors = [
    stock.ClearOutput,
    stock.DeduplicateIds,
    stock.OverwriteKernelspec,
    stock.OverwriteCells,
    stock.CheckCellMetadata,
]
c.Autograde.autograde_preprocessors = [
    stock.Execute,
    stock.IgnorePattern,
    ClearMetadataPreprocessor,
    stock.LimitOutput,
    stock.SaveAutoGrades,
    stock.AssignLatePenalties,
    stock.CheckCellMetadata,
]
"""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and of all processors together."""

    wall_s: float
    cpu_s: float

    def __sub__(self, other: Cost) -> Cost:
        return Cost(self.wall_s - other.wall_s, self.cpu_s - other.cpu_s)

    def __truediv__(self, number: float) -> Cost:
        return Cost(self.wall_s / number, self.cpu_s / number)


def cost_of(command: list[str | Path], folder: Path) -> Cost:
    """Run a command to its end, and that of all that it has started; return what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start_s = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True)  # noqa: S603  # our own commands
    wall_s = time.perf_counter() - start_s
    with contextlib.suppress(ChildProcessError):
        while True:  # zygotes end after their grader
            os.waitpid(-1, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def median_cost(costs: list[Cost]) -> Cost:
    """Return the median of each."""
    return Cost(median(one.wall_s for one in costs), median(one.cpu_s for one in costs))


@dataclass(frozen=True)
class Class:
    """Courses with solved submissions of one assignment: one for each command.

    Args:
        assignment: its name.
        folder: of all courses.
    """

    assignment: str
    folder: Path

    def lay_out(self) -> None:
        """Release the assignment once."""
        template = self.folder / "template"
        shutil.copytree(ROOT / "source" / self.assignment, template / "source" / self.assignment)
        shutil.copy(ROOT / "nbgrader_config.py", template)
        cost_of([BIN / "nbgrader", "generate_assignment", self.assignment], template)

    def course(self, command: str, n_submissions: int) -> Path:
        """Return a course with submissions that have not been graded."""
        course = self.folder / command
        shutil.rmtree(course, ignore_errors=True)
        shutil.copytree(self.folder / "template", course)
        if command == "nbgrader":
            with (course / "nbgrader_config.py").open("a", encoding="utf-8") as config:
                config.write(STOCK)
        for number in range(n_submissions):
            shutil.copytree(
                ROOT / "solutions" / self.assignment,
                course / "submitted" / f"student-{number:03}" / self.assignment,
            )
        return course

    def grade(self, command: str, course: Path) -> Cost:
        """Grade a course; raise where not all has been graded."""
        cost = cost_of([BIN / command, "autograde", self.assignment], course)
        graded = list((course / "autograde").glob(f"*/{self.assignment}"))
        assert len(graded) == len(list((course / "submitted").iterdir()))  # noqa: S101  # else there is no cost
        return cost


def in_a_process_of_its_own(role: str, course: Path, assignment: str) -> dict[str, Any]:
    """Let another process of this script do something, and return what it printed."""
    done = subprocess.run(  # noqa: S603  # this script
        [sys.executable, __file__, "--role", role, "--course", course, assignment],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def run_bare(course: Path, assignment: str) -> dict[str, float]:
    """Run the cells and hidden tests of submissions in this process; return the seconds for one of them."""
    import nbformat  # noqa: PLC0415  # not for the process that measures

    from gradlab.checks import use_notebook  # noqa: PLC0415  # as above
    from gradlab.examinee.shell import warm_shell  # noqa: PLC0415  # as above
    from gradlab.source import (  # noqa: PLC0415  # as above
        PICTURE_TAG,
        SourceNotebook,
        run,
        source_notebooks,
        split_test,
    )
    from gradlab.zygote import warm_up  # noqa: PLC0415  # as above

    warm_up()
    shell = warm_shell()
    sources = [SourceNotebook.read(path) for path in source_notebooks(course, assignment)]
    costs = []
    for student in sorted((course / "submitted").iterdir()):
        os.chdir(student / assignment)
        wall_s = cpu_s = 0.0
        for source in sources:
            notebook = nbformat.read(f"{source.path.stem}.ipynb", as_version=4)  # type: ignore[no-untyped-call]  # untyped
            assert source.reference  # noqa: S101  # its cost is paid once
            source.memory.clear()  # the cells as they stand
            shell.reset(new_session=False)  # type: ignore[no-untyped-call]  # untyped
            wall_s, cpu_s = wall_s - time.perf_counter(), cpu_s - time.process_time()
            for cell in notebook.cells:
                if cell.cell_type != "code" or PICTURE_TAG in cell.metadata.get("tags", ()):
                    continue
                error, _, _ = shell.run(cell.source, 10**6)
                assert error is None, error  # noqa: S101  # solutions work
                test = source.tests.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""), "")
                with use_notebook(source):
                    run(split_test(test)[1], shell.user_ns, "<hidden test>")
            wall_s, cpu_s = wall_s + time.perf_counter(), cpu_s + time.process_time()
        costs.append(Cost(wall_s, cpu_s))
    return asdict(median_cost(costs[1:] or costs))


class Here(Executor):
    """Does what is submitted at once, in this thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call a function."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # as an executor does
            future.set_exception(error)
        return future


class Stages:
    """Where the time goes: seconds by stage, each without the stages inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inner_s = [0.0]

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time of a block."""
        start_s = time.perf_counter()
        self._inner_s.append(0.0)
        try:
            yield
        finally:
            all_s = time.perf_counter() - start_s
            self.seconds[name] = self.seconds.get(name, 0.0) + all_s - self._inner_s.pop()
            self._inner_s[-1] += all_s

    def watch(self, owner: Any, method: str, name_of: Callable[..., str]) -> None:
        """Count the time of all calls of a method or function, by a name for its arguments."""
        function = getattr(owner, method)

        def watched(*args: Any, **kwargs: Any) -> Any:
            with self.stage(name_of(*args)):
                return function(*args, **kwargs)

        setattr(owner, method, watched)


def run_stages(course: Path, assignment: str) -> dict[str, float]:
    """Grade submissions one by one in this process; return the seconds of each stage for one of them."""
    from gradlab import pipeline, submission  # noqa: PLC0415  # not for the process that measures
    from gradlab.course import Course  # noqa: PLC0415  # as above
    from gradlab.examiner import exam, remote  # noqa: PLC0415  # as above
    from gradlab.recorder import Recorder  # noqa: PLC0415  # as above
    from gradlab.zygote import Zygote  # noqa: PLC0415  # as above

    stages = Stages()
    stages.watch(Zygote, "spawn", lambda *_: "spawn")
    stages.watch(remote.Session, "run", lambda *_: "cells")
    stages.watch(exam, "_run_hidden", lambda *_: "hidden tests")
    stages.watch(Recorder, "record", lambda *_: "recording")
    stages.watch(submission, "_finished", lambda *_: "nbgrader's other steps, writing the notebook")
    stages.watch(submission, "_graded_notebook", lambda *_: "reading, restoring, the rest of the exam")

    here = Course(course)
    students = pipeline.submitted(here, assignment)
    for _ in pipeline.autograde(here, assignment, students[:1], Here()):  # imports, caches
        stages.seconds.clear()
    for progress in pipeline.autograde(here, assignment, students[1:], Here(), n_ahead=1):
        assert not progress.error, progress.error  # noqa: S101  # else there is no cost
    return {name: spent_s / (len(students) - 1) for name, spent_s in stages.seconds.items()}


def private_bytes(pid: int) -> int:
    """Return the memory that a process shares with no other, 0 where that can't be seen."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))
    return 0


def children() -> dict[int, list[tuple[int, str]]]:
    """Return the children of each process, with their commands."""
    found: dict[int, list[tuple[int, str]]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            command = (folder / "cmdline").read_text().replace("\0", " ")
            found.setdefault(parent, []).append((int(folder.name), command))
    return found


def processes_of(grader: int) -> Iterator[tuple[str, int]]:
    """Yield (kind, process id) of what grades: zygotes are orphans that this process has adopted."""
    family = children()
    zygotes = [pid for pid, command in family.get(os.getpid(), ()) if "gradlab.zygote" in command]
    for pid, command in family.get(grader, ()):
        if "ipykernel" in command:
            yield "a kernel of nbgrader's", pid
        elif "gradlab.zygote" not in command:
            yield "a worker", pid
    for zygote in zygotes:
        yield "its zygote", zygote
        yield from (("its examinee", pid) for pid, _ in family.get(zygote, ()))


def memory_of(command: list[str | Path], folder: Path) -> dict[str, int]:
    """Run a command; return the most memory that a process of each kind had for itself."""
    most: dict[str, int] = {}
    silent = subprocess.DEVNULL
    with subprocess.Popen(command, cwd=folder, stdout=silent, stderr=silent) as grader:  # noqa: S603  # our own
        has_ended = threading.Event()

        def sample() -> None:
            while not has_ended.wait(SAMPLE_S):
                for kind, pid in processes_of(grader.pid):
                    most[kind] = max(most.get(kind, 0), private_bytes(pid))

        thread = threading.Thread(target=sample)
        thread.start()
        grader.wait()
        has_ended.set()
        thread.join()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)
    return most


class Page:
    """The page of results, printed as it grows."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def write(self, *lines: str) -> None:
        """Add lines."""
        self._lines += lines
        print(*lines, sep="\n", flush=True)

    def table(self, *columns: str) -> None:
        """Begin a table."""
        self.write("", f"| {' | '.join(columns)} |", f"|---|{'---:|' * (len(columns) - 1)}")

    def row(self, *cells: str | float) -> None:
        """Add a row to the table."""
        self.write(f"| {' | '.join(one if isinstance(one, str) else f'{one:.2f}' for one in cells)} |")

    def save(self) -> None:
        """Write the page."""
        RESULTS.write_text("\n".join(self._lines) + "\n", encoding="utf-8")


def compare(page: Page, school: Class, sizes: list[int], n_repeats: int) -> float:
    """Measure one assignment; return the seconds that one submission takes alone."""
    costs: dict[tuple[str, int], list[Cost]] = {}
    bare_costs = []
    for _ in range(n_repeats):
        for n_submissions in sizes:
            for command in ("nbgrader", "gradlab"):
                course = school.course(command, n_submissions)
                costs.setdefault((command, n_submissions), []).append(school.grade(command, course))
            found = in_a_process_of_its_own("bare", school.course("bare", N_BARE), school.assignment)
            bare_costs.append(Cost(**found))
    total = {key: median_cost(found) for key, found in costs.items()}
    few, many = sizes[0], sizes[-1]
    further = {
        command: (total[command, many] - total[command, few]) / max(many - few, 1)
        for command in ("nbgrader", "gradlab")
    }
    bare = median_cost(bare_costs)

    def row(name: str, stock: Cost, ours: Cost) -> None:
        cells = (stock.wall_s, stock.cpu_s, ours.wall_s, ours.cpu_s)
        ratios = (stock.wall_s / ours.wall_s, stock.cpu_s / ours.cpu_s) if ours.wall_s > 0 else ("", "")
        page.row(name, *cells, *ratios)

    page.write("", f"## {school.assignment}")
    columns = ("nbgrader, wall", "CPU", "gradlab, wall", "CPU", "nbgrader / gradlab, wall", "CPU")
    page.table("seconds", *columns)
    for n_submissions in sizes:
        row(f"{n_submissions} submissions", total["nbgrader", n_submissions], total["gradlab", n_submissions])
    row(f"a further one (from {few} to {many})", further["nbgrader"], further["gradlab"])

    limits = (bare.wall_s / N_CORES, bare.cpu_s)
    page.table("a further submission, against the limit", "wall", "CPU")
    page.row(f"bare, in one warm process; wall divided by {N_CORES} cores, in seconds", *limits)
    for command, cost in further.items():
        page.row(f"{command} / limit", cost.wall_s / limits[0], cost.cpu_s / limits[1])

    spent = in_a_process_of_its_own("stages", school.course("stages", N_BARE), school.assignment)
    whole_s = float(sum(spent.values()))
    page.table("where the time of one submission goes, one at a time", "ms", "%")
    for name, seconds in sorted(spent.items(), key=lambda item: -item[1]):
        page.row(name, f"{seconds * 1000:.0f}", f"{100 * seconds / whole_s:.0f}")
    page.row("together", f"{whole_s * 1000:.0f}", "100")
    return whole_s


def compare_starts(page: Page, school: Class, n_repeats: int, alone_s: float) -> None:
    """Measure the start of the command against that of the libraries that it needs.

    Args:
        page: gets the table.
        school: the class.
        n_repeats: how often at least.
        alone_s: what one submission takes after the start.
    """
    one = school.course("gradlab", 1)
    school.grade("gradlab", one)
    starts: dict[str, list[Cost]] = {}
    commands: dict[str, list[str | Path]] = {
        "`python -c 'import torch, nbgrader.apps'`": [sys.executable, "-c", "import torch, nbgrader.apps"],
        "`gradlab autograde`, nothing new": [BIN / "gradlab", "autograde", school.assignment],
        "`gradlab autograde --force`, one submission": [
            *(BIN / "gradlab", "autograde", school.assignment, "--force")
        ],
    }
    for _ in range(max(3, n_repeats)):
        for name, command in commands.items():
            starts.setdefault(name, []).append(cost_of(command, one))
    page.write("", f"### Start-up ({school.assignment})")
    page.table("seconds", "wall", "CPU", "wall, in imports", "CPU, in imports")
    imports = median_cost(next(iter(starts.values())))
    for name, found in starts.items():
        cost = median_cost(found)
        page.row(name, cost.wall_s, cost.cpu_s, cost.wall_s / imports.wall_s, cost.cpu_s / imports.cpu_s)
    start = cost - Cost(alone_s, alone_s)
    page.row(
        "… without that submission",
        *(start.wall_s, start.cpu_s),
        *(start.wall_s / imports.wall_s, start.cpu_s / imports.cpu_s),
    )


def compare_memory(page: Page, school: Class) -> None:
    """Measure what one more submission at a time needs."""
    most = memory_of(
        [BIN / "gradlab", "autograde", school.assignment, "--workers", "1"], school.course("gradlab", 3)
    )
    kernel = "a kernel of nbgrader's"
    stock = memory_of([BIN / "nbgrader", "autograde", school.assignment], school.course("nbgrader", 1))
    most[kernel] = stock.get(kernel, 0)
    page.write("", f"### Private memory of one more submission at a time ({school.assignment})")
    page.table("process", "MiB")
    for kind in ("a worker", "its zygote", "its examinee", kernel):
        page.row(kind, f"{most[kind] / MIB:.0f}" if most.get(kind) else "not to be seen")


def main() -> None:
    """Measure, print, and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assignments", nargs="*", default=list(ASSIGNMENTS))
    parser.add_argument("--submissions", type=int, nargs="+", default=list(SIZES), help="sizes of the class")
    parser.add_argument("--repeats", type=int, default=1, help="of everything; medians are kept")
    parser.add_argument("--role", choices=("bare", "stages"), help=argparse.SUPPRESS)
    parser.add_argument("--course", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role:
        work = run_bare if options.role == "bare" else run_stages
        print(json.dumps(work(options.course, options.assignments[0])))
        return

    import torch  # noqa: PLC0415  # not for the other roles

    from gradlab.sandbox import _kernel  # noqa: PLC0415  # as above

    _kernel.set_child_subreaper(adopts=True)  # so that the CPU time of zygotes can be counted
    page = Page()
    page.write(
        "# What it costs to grade a class",
        "",
        f"By `make bench`: {N_CORES} cores, Python {platform.python_version()}, torch {torch.__version__}, "
        f"median of {options.repeats}. All exercises of all submissions are solved; pictures are skipped.",
    )
    with tempfile.TemporaryDirectory() as folder:
        for assignment in options.assignments:
            school = Class(assignment, Path(folder) / assignment)
            school.lay_out()
            alone_s = compare(page, school, sorted(options.submissions), options.repeats)
            compare_starts(page, school, options.repeats, alone_s)
            compare_memory(page, school)
    page.save()


if __name__ == "__main__":
    main()
