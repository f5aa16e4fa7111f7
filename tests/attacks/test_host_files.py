"""Files of the host: source, gradebook, other submissions, home, /proc, and Python's own folders."""

from __future__ import annotations

import pytest

from attacks.corpus import CANARIES, COURSE, HOME, TEMP, WRONG, Result, attack

WRONG_TRIPLE = WRONG["triple"]


def refusal(result: Result) -> str:
    """Return the error of a file of the host: it does not exist, or it is closed."""
    return "FileNotFoundError" if result.has_namespaces else "PermissionError"


@attack(
    f"""
{WRONG_TRIPLE}
import glob, os
names = [
    "{COURSE}/source/ps/exercises.ipynb", "{COURSE}/nbgrader_config.py", "{HOME}/.netrc",
    "../../source/ps/exercises.ipynb", "../../../source/ps/exercises.ipynb", "/etc/passwd", "/etc/shadow",
    "{COURSE}/submitted/between-honest/ps/exercises.ipynb", "{COURSE}/gradebook/gradebook.db",
    *glob.glob("/root/**/*.ipynb", recursive=True), *glob.glob("{COURSE}/**", recursive=True),
    *glob.glob("/home/**/*.ipynb", recursive=True), *glob.glob("/tmp/**", recursive=True),
]
for name in names:
    try:
        print("read", name, open(name, errors="replace").read())
    except OSError as error:
        print("refused", type(error).__name__)
""",
)
def test_files_of_the_grader_can_not_be_read(result):
    """Source, configuration, gradebook, other submissions and the home folder do not exist for a student."""
    assert result.has_run
    assert f"refused {refusal(result)}" in result.printed
    assert "read /" not in result.printed
    assert not any(canary in result.told for canary in CANARIES.values())
    assert result.lost == {"triple"}


@attack(
    f"""
{WRONG_TRIPLE}
import os
for name in ("environ", "cmdline", "maps", "mem", "fd", "cwd", "root", "mounts"):
    for who in ("self", "1", str(os.getppid()), "thread-self"):
        path = f"/proc/{{who}}/{{name}}"
        try:
            print("read", os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1000))
        except OSError as error:
            print("refused", type(error).__name__)
print("seen", os.path.exists("/proc"), os.path.exists("/sys"), sorted(os.environ))
""",
)
def test_proc_can_not_be_read(result):
    """There is no /proc to look into, and the environment contains nothing from the grader."""
    assert result.has_run
    assert f"refused {refusal(result)}" in result.printed
    own_folder = "" if result.has_namespaces else "read ['data']"  # by way of /proc/self/cwd
    assert "read " not in result.printed.replace(own_folder, "")
    assert "seen False False" in result.printed or not result.has_namespaces
    assert "'GRADER'" not in result.printed
    assert CANARIES["environment"] not in result.told


@attack(
    f"""
{WRONG_TRIPLE}
import os
own = [os.getcwd(), os.path.expanduser("~"), "/tmp", "/dev/shm"]
others = ["/", "/root", "/usr/lib", os.path.dirname(os.__file__)]
for number, folder in enumerate([*own, *others, "{COURSE}", "{HOME}", "{TEMP}", "{COURSE}/source/ps"]):
    try:
        with open(f"{{folder}}/left-by-a-student", "w") as file:
            file.write("left")
        print("wrote", number)
    except OSError as error:
        print("refused", number, type(error).__name__)
""",
)
def test_files_can_be_written_in_the_scratch_folder_alone(result):
    """Working folder, home and temporary folders are the student's own, and nothing else can be written."""
    assert result.has_run
    n_own = 4 if result.has_namespaces else 2  # else /tmp and /dev/shm are the host's
    for number in range(n_own):
        assert f"wrote {number}\\n" in result.printed
    for number in range(n_own, 12):
        assert f"refused {number} " in result.printed


@attack(
    f"""
{WRONG_TRIPLE}
import os, sqlite3
for path in ("{COURSE}/gradebook/gradebook.db", "../../gradebook/gradebook.db", "gradebook.db"):
    try:
        database = sqlite3.connect(path)
        database.execute("update grade set auto_score = 2, manual_score = 2")
        database.execute("insert into student (id) values ('invented')")
        database.commit()
        print("updated", path)
    except sqlite3.Error as error:
        print("refused", error)
""",  # noqa: S608  # an attack
)
def test_the_gradebook_can_not_be_written(result):
    """Even a student who knows the gradebook's path finds no such file."""
    assert result.has_run
    assert "updated" not in result.printed
    assert "unable to open database file" in result.printed
    assert result.earned == 0


@attack(
    f"""
{WRONG_TRIPLE}
import os, site, sys
folders = [*sys.path, site.getusersitepackages(), os.path.dirname(np.__file__), sys.prefix, sys.base_prefix]
for folder in filter(None, folders):
    for name in ("usercustomize.py", "sitecustomize.py", "evil.pth", "__init__.py"):
        try:
            with open(os.path.join(folder, name), "a") as file:
                file.write("import os; os.environ['LEFT'] = 'left'")
            print("wrote", folder)
        except OSError:
            pass
np.left_by_a_student = 1
__builtins__.left_by_a_student = 1
""",
)
def test_nothing_is_left_in_pythons_folders(result):
    """Startup files and packages can't be changed for later students."""
    assert result.has_run
    assert "wrote" not in result.printed
    assert result.earned == 0


@attack(
    f"""
{WRONG_TRIPLE}
import os
targets = {{"link": "{COURSE}/source/ps/exercises.ipynb", "up": "../../..", "old": "/proc/1/root"}}
for name, target in targets.items():
    os.symlink(target, name)
    try:
        print("read", open(name).read()[:1000] if name == "link" else os.listdir(name + "{COURSE}"))
    except OSError as error:
        print("refused", type(error).__name__)
calls = [lambda: os.link("/etc/passwd", "hard"), lambda: os.mknod("disk", 0o60600, 0x800)]
for call in [*calls, lambda: os.chroot(".")]:
    try:
        call()
        print("done")
    except OSError as error:
        print("refused", type(error).__name__)
""",
)
def test_links_and_devices_lead_nowhere(result):
    """Links lead only to files that the examinee sees anyway, and devices can't be made."""
    assert result.has_run
    assert "read" not in result.printed
    assert "done" not in result.printed


@attack(
    f"""
{WRONG_TRIPLE}
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
attempts = {{
    "mount": lambda: libc.mount(b"proc", b"/examinee/home", b"proc", 0, None),
    "unshare": lambda: libc.unshare(0x10000000),
    "setuid": lambda: libc.setuid(0),
    "chroot": lambda: libc.chroot(b"."),
    "ptrace": lambda: libc.ptrace(16, 1, None, None),
    "setns": lambda: libc.setns(0, 0),
    "keyctl": lambda: libc.syscall(250, 0, -3, 0, 0, 0),
    "open_by_handle_at": lambda: libc.syscall(304, -1, None, 0),
    "bpf": lambda: libc.syscall(321, 0, None, 0),
    "userfaultfd": lambda: libc.syscall(323, 0),
    "perf_event_open": lambda: libc.syscall(298, None, 0, -1, -1, 0),
    "io_uring": lambda: libc.syscall(425, 1, None),
    "process_vm_readv": lambda: libc.process_vm_readv(1, None, 0, None, 0, 0),
    "init_module": lambda: libc.syscall(175, None, 0, b""),
    "x32": lambda: libc.syscall(0x40000000 + 41, 2, 1, 0),
}}
print("succeeded", [name for name, attempt in attempts.items() if attempt() >= 0])
""",
)
def test_rights_can_not_be_gained(result):
    """No system call gives back rights that the examinee has given up."""
    assert result.has_run or "violation" in result.printed
    if result.has_run:
        assert "succeeded []" in result.printed
    assert result.earned == 0


@pytest.mark.parametrize("place", ["source", "submitted", "release", "home"])
def test_folders_of_the_grader_are_unchanged(graded, place):
    """Grading has changed or deleted no existing file."""
    assert [path for path in graded.report["changed"] if place in path.split("/")] == []
