"""Floods: memory, processes, threads, descriptors, output, and the disk."""

from __future__ import annotations

import nbformat

from attacks.corpus import NOTEBOOK, WRONG, attack
from attacks.test_forged_messages import TOOLS
from gradlab.submission import inert

WRONG_TRIPLE = WRONG["triple"]
MIB = 2**20


@attack("def triple(x):\n    hoard = []\n    while True:\n        hoard.append(bytearray(2**26))")
def test_a_memory_bomb_costs_its_own_exercise(result):
    """Memory is limited, and running out of it costs only the student's own exercise."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"out of memory"}


@attack(
    f"""
import mmap
{WRONG_TRIPLE}
hoard = []
makers = [lambda: mmap.mmap(-1, 2**27), lambda: np.zeros(2**24), lambda: torch.empty(2**25)]
for make in [*makers, lambda: "x" * 2**27]:
    try:
        for _ in range(16):
            hoard.append(make())
    except BaseException as error:
        print("refused", type(error).__name__)
    hoard.clear()
""",
)
def test_memory_of_every_kind_is_bounded(result):
    """Memory maps, arrays, tensors and texts count towards one limit."""
    assert result.has_run
    assert result.printed.count("refused") == 4
    assert result.lost == {"triple"}


@attack(
    f"""
import os, subprocess, multiprocessing
{WRONG_TRIPLE}
for call in (
    lambda: [os.fork() for _ in range(1000)],
    lambda: subprocess.run(["sh", "-c", ":(){{ :|:& }};:"]),
    lambda: os.posix_spawn("/bin/sh", ["sh"], {{}}),
    lambda: multiprocessing.get_context("fork").Process(target=print).start(),
    lambda: os.system("sleep 1000 &") and print("refused"),
):
    try:
        call()
    except (OSError, BlockingIOError) as error:
        print("refused", type(error).__name__)
""",
)
def test_a_fork_bomb_forks_nothing(result):
    """An examinee can't start a process at all."""
    assert result.has_run
    assert result.printed.count("refused") == 5
    assert result.lost == {"triple"}


@attack(
    f"""
import threading, time
{WRONG_TRIPLE}
n_threads = 0
try:
    while n_threads < 5000:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        n_threads += 1
except (RuntimeError, MemoryError):
    print("threads", n_threads)
""",
)
def test_a_thread_bomb_is_bounded(result):
    """The number of threads is limited, and they end with the examinee."""
    assert result.has_run
    assert int(result.printed.partition("threads ")[2].partition("\\n")[0]) < 100
    assert result.earned == 0


@attack(
    f"""
import os
{WRONG_TRIPLE}
n_pipes = 0
try:
    while n_pipes < 10_000:
        os.pipe()
        n_pipes += 1
except OSError:
    print("pipes", n_pipes)
""",
)
def test_descriptors_are_bounded(result):
    """Open files are limited; using up all of them harms only the student's own process."""
    assert int(result.printed.partition("pipes ")[2].partition("\\n")[0]) < 500
    assert result.earned == 0


@attack(f"{WRONG_TRIPLE}\nwhile True:\n    print('x' * 100_000)")
def test_an_output_flood_is_cut_off(result):
    """A cell that prints for ever is stopped, and its output is kept up to the limit."""
    assert "output flood" in result.printed
    assert len(result.printed) < 3_000_000
    assert result.lost == {"triple"}


@attack(
    f"""
from IPython.display import display, HTML
{WRONG_TRIPLE}
while True:
    try:
        while True:
            display(HTML("x" * 100_000))
            print("y" * 100_000)
    except Exception:
        break
""",
)
def test_a_flood_of_displays_is_cut_off(result):
    """Displays count like printed text, even if the student catches the exception."""
    assert result.has_run or "output flood" in result.printed
    assert len(result.printed) < 3_000_000
    assert result.lost == {"triple"}


@attack(
    f"""
import sys
{WRONG_TRIPLE}
log = get_ipython().output_log
log.start = lambda max_bytes: None
log.left_bytes = 10**12
for _ in range(50):
    print("x" * 1_000_000)
    log.outputs.append({{"output_type": "stream", "name": "stderr", "text": ["y" * 1_000_000]}})
""",
    tamper=lambda notebook: notebook.cells.extend(
        nbformat.v4.new_code_cell("print('z' * 1_000_000)") for _ in range(60)
    ),
)
def test_an_output_log_without_limits_fills_no_disk(result):
    """The examiner itself limits the outputs of a cell and of a notebook."""
    path = result.course / "autograde" / result.student / "ps" / f"{NOTEBOOK}.ipynb"
    assert path.stat().st_size < 10 * MIB
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG_TRIPLE}
picture = {{"output_type": "display_data", "data": {{"image/png": bytes(15_000_000)}}}}
sys.modules["gradlab.examinee.serve"].Examinee._run = lambda self, *args: ran(outputs=[picture] * 4)
""",
    tamper=lambda notebook: notebook.cells.extend(nbformat.v4.new_code_cell("") for _ in range(6)),
)
def test_forged_pictures_fill_no_disk(result):
    """Sixty megabytes of forged pictures per cell are left out."""
    path = result.course / "autograde" / result.student / "ps" / f"{NOTEBOOK}.ipynb"
    assert path.stat().st_size < 10 * MIB
    assert result.earned == 0


@attack(
    f"""
import os
{WRONG_TRIPLE}
block = bytes(2**20)
for folder in (".", os.path.expanduser("~"), "/tmp", "/dev/shm"):
    written = 0
    try:
        for number in range(40):
            with open(f"{{folder}}/big-{{number}}", "wb") as file:
                for _ in range(16):
                    written += file.write(block)
    except OSError as error:
        print("refused", error.strerror, written)
    for number in range(40):
        if os.path.exists(f"{{folder}}/big-{{number}}"):
            os.remove(f"{{folder}}/big-{{number}}")
""",
)
def test_the_disk_can_not_be_filled(result):
    """The total size of an examinee's files is limited; without namespaces, the watchdog ends it."""
    if result.has_namespaces:
        assert result.has_run
        assert result.printed.count("refused No space left on device") == 4
    else:
        assert not result.has_run
    assert result.lost == {"triple"}


@attack(
    f"""
import os, tempfile
{WRONG_TRIPLE}
n_files = 0
try:
    while n_files < 200_000:
        os.close(os.open(f"{{tempfile.gettempdir()}}/{{n_files}}", os.O_CREAT | os.O_WRONLY))
        n_files += 1
except OSError as error:
    print("refused", error.strerror)
""",
)
def test_files_without_number_can_not_be_made(result):
    """The number of files is limited, however small they are."""
    assert not result.has_run or "refused No space left" in result.printed
    assert result.lost == {"triple"}


@attack(
    f"""
{WRONG_TRIPLE}
import warnings, logging, sys
for number in range(20_000):
    sys.stderr.write(f"warning {{number}}\\n")
warnings.warn("x" * 100_000)
logging.error("y" * 100_000)
""",
)
def test_a_flood_on_stderr_costs_no_other_exercise(result):
    """Text on stderr costs no points, however much there is."""
    assert result.lost == {"triple"}


@attack(
    f"""
from IPython.display import HTML, display
{WRONG_TRIPLE}
bomb = "<p>" + "".join(f"<b id={{number}}>" for number in range(4_000)) + "</p>" + "<p>x</p>" * 4_000
for _ in range(8):
    display(HTML(bomb), HTML("<table>" * 20_000), HTML("<div>" * 30_000))
""",
)
def test_a_bomb_of_html_becomes_a_note(result):
    """HTML that grows without bounds when it is cleaned is not shown, and costs no points."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.outcomes_of("triple") == {"failed"}
    assert inert.TOO_COSTLY in result.printed
    assert len(nbformat.writes(result.notebook)) < 8 * MIB


@attack(
    f"""
from IPython.display import HTML, display
{WRONG_TRIPLE}
short = "<p>" + "".join(f"<b {{number}}=>" for number in range(100)) + "</p>" + "<p>x" * 250
for _ in range(450):
    display(HTML(short))
""",
)
def test_many_short_bombs_of_html_become_notes(result):
    """Short HTML can't grow either: 450 texts of 1,700 characters would become 80 MB."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert inert.TOO_COSTLY in result.printed
    assert len(nbformat.writes(result.notebook)) < MIB
