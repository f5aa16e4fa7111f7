"""What the sandbox limits, and how an examinee ends."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys

import pytest
from zygotes import COURSE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

MIB = 1 << 20


# Limits


@pytest.mark.parametrize(
    "code",
    [
        "bytearray(600 << 20)",
        "import mmap; mmap.mmap(-1, 600 << 20)",
        "import mmap; mmap.mmap(-1, 600 << 20, flags=mmap.MAP_PRIVATE)",
        "import torch; torch.zeros(600 << 20, dtype=torch.uint8)",
        "import os; os.memfd_create('a')",
        "[bytearray(1 << 20) for _ in range(600)]",
    ],
)
def test_memory_is_bounded(zygote, code):
    """No way to get memory exceeds the limit."""
    answer = zygote.run(code, limits={"memory_bytes": 500 * MIB})
    assert answer.error in {"MemoryError", "OSError", "RuntimeError", "PermissionError"}


def test_room_of_libraries_is_not_to_be_had(zygote):
    """Unmapping libraries gains no memory: writable memory has a limit of its own."""
    code = "from resource import *; [getrlimit(RLIMIT_DATA)[1], getrlimit(RLIMIT_AS)[1]]"
    writable, everything = zygote.run(code, limits={"memory_bytes": 500 * MIB}).value
    assert 500 * MIB < writable < everything - 100 * MIB


def test_memory_within_the_limit_can_be_had(zygote):
    """The limit counts from what the zygote maps, so that a warm examinee has its full share."""
    assert zygote.run("len(bytearray(400 << 20))", limits={"memory_bytes": 500 * MIB}).value == 400 * MIB


def test_processor_time_is_bounded(zygote):
    """An examinee that computes for too long is killed."""
    answer = zygote.run("while True: pass", limits={"cpu_s": 1})
    assert answer.exit_code == -signal.SIGKILL
    assert 0.5 < answer.cpu_s < 3  # the kernel counts ticks here, and time there


def test_open_files_are_bounded(zygote):
    """No more files can be open at once than the limit says."""
    answer = zygote.run("[open('/dev/null') for _ in range(60)]", limits={"n_open_files": 50})
    assert answer.message.startswith(f"[Errno {errno.EMFILE}]")


def test_core_dumps_are_off(zygote):
    """A crash leaves no image of the memory, neither in a file nor with a program that collects them."""
    assert zygote.run("import resource; resource.getrlimit(resource.RLIMIT_CORE)").value == [1, 1]


def test_threads_are_bounded(zygote):
    """A flood of threads ends at the limit, and those within it run."""
    code = """
        import threading
        gate, n_started = threading.Event(), 0
        try:
            for _ in range(100):
                threading.Thread(target=gate.wait).start()
                n_started += 1
        except RuntimeError:
            pass
        gate.set()
        n_started
    """
    assert zygote.run(code, limits={"n_threads": 20}).value == 19


def test_cannot_start_processes(zygote):
    """As usual there is no fork at all, so that memory and processor time are bounded in total."""
    for code in ("os.fork()", "subprocess.run([sys.executable])", "os.execv(sys.executable, ['python'])"):
        assert zygote.run(f"import os, subprocess, sys; {code}").error == "PermissionError"
    assert zygote.run("import os; os.system('true') != 0").value is True


def test_fork_bomb_is_bounded(without_filter):
    """If it could fork, its processes and threads together would be bounded, and it ends with all of them."""
    code = """
        import os, time
        n_children = 0
        try:
            for _ in range(100):
                if os.fork() == 0: time.sleep(60)
                n_children += 1
        except BlockingIOError:
            pass
        n_children
    """
    answer = without_filter.run(code, limits={"n_threads": 12}, require=[])
    assert answer.value == 11
    assert not answer.left_something


DAEMON = """
    import os, time
    if os.fork() == 0:
        if os.fork() == 0:
            time.sleep(60)
        os._exit(0)
    os.wait()
    {last}
"""


def test_daemons_die_with_it(without_filter):
    """What it leaves running ends when it ends."""
    answer = without_filter.run(DAEMON.format(last="'done'"), require=[])
    assert answer.value == "done"
    assert not answer.left_something


def test_daemons_die_when_it_is_killed(without_filter):
    """Killing it kills all that it started."""
    code = DAEMON.format(last="time.sleep(60)")
    answer = without_filter.run(code, require=[], send=signal.SIGKILL)
    assert answer.exit_code == -signal.SIGKILL
    assert not answer.left_something


ZYGOTE = """
import os, sys, time
from gradlab import sandbox
channel = int(sys.argv[1])
def main():
    os.write(channel, b"on")
    time.sleep(60)
examinee = sandbox.spawn(main, keep_fd=channel, require=frozenset())
time.sleep(60)
"""


def test_dies_with_its_zygote():
    """When the zygote is killed, its examinees end too."""
    ours, theirs = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", ZYGOTE, str(theirs)], pass_fds=[theirs], cwd=COURSE
    ) as zygote:
        os.close(theirs)
        assert os.read(ours, 2) == b"on"
        zygote.kill()
    assert select.select([ours], [], [], 10)[0]
    assert os.read(ours, 2) == b""
    os.close(ours)


# Its ending


def test_leaves_nothing(zygote):
    """An examinee that has ended leaves no process and no zombie behind."""
    assert not zygote.run("open('a', 'w').write('a')").left_something


def test_interrupt_is_an_exception(zygote):
    """SIGINT stops the code as it does in a notebook."""
    answer = zygote.run("while True: pass", send=signal.SIGINT)
    assert (answer.error, answer.exit_code) == ("KeyboardInterrupt", 0)


def test_can_be_killed(zygote):
    """Code that catches every interrupt can be killed all the same."""
    code = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    assert zygote.run(code, send=signal.SIGKILL).exit_code == -signal.SIGKILL


@pytest.mark.parametrize(("code", "exit_code"), [("import os; os._exit(7)", 7), ("1", 0)])
def test_exit_code_is_told(zygote, code, exit_code):
    """The zygote learns how an examinee ended."""
    assert zygote.run(code).exit_code == exit_code


def test_crash_ends_it_alone(zygote):
    """A crash is a signal in the exit code, and the zygote goes on."""
    assert zygote.run("ctypes.string_at(0)").exit_code == -signal.SIGSEGV
    assert zygote.run("1").value == 1
