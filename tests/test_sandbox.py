"""What the sandbox promises: each promise kept in a real jail, by root and by an ordinary user."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from zygotes import COURSE, NOBODY, Zygote

from gradlab.sandbox import LAYERS, spawn
from gradlab.sandbox._syscalls import MACHINES, calls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

MIB = 1 << 20
WARM = ("numpy", "torch", "IPython", "matplotlib.pyplot")
MACHINE = os.uname().machine


def users() -> list[object]:
    """Root and an ordinary user; an ordinary user who runs the tests can't become root."""
    only_root = pytest.mark.skipif(os.geteuid() != 0, reason="started as an ordinary user")
    ordinary = NOBODY if os.geteuid() == 0 else os.geteuid()
    return [pytest.param(0, id="root", marks=only_root), pytest.param(ordinary, id="ordinary")]


@pytest.fixture(scope="module", params=users())
def zygote(request):
    """A warm zygote on a machine that allows everything."""
    zygote = Zygote(request.param, WARM)
    yield zygote
    zygote.close()


@pytest.fixture(scope="module", params=users())
def without_filter(request):
    """A zygote on a kernel without system-call filters, where an examinee can start processes."""
    zygote = Zygote(request.param, has_filter=False)
    yield zygote
    zygote.close()


# Files


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/self/maps", __file__])
def test_cannot_read_files_of_the_host(zygote, path):
    """Files that are neither Python's nor the examinee's do not exist."""
    assert zygote.run(f"open({path!r})").error == "FileNotFoundError"


def test_cannot_see_the_course(zygote):
    """The course is out of sight, even if the environment is in its folder."""
    seen = zygote.run(
        f"import os; [os.path.exists({str(COURSE)!r} + '/' + n) for n in ('source', 'gradlab')]"
    )
    assert seen.value == [False, False]


def test_cannot_write_outside_its_scratch_folder(zygote):
    """Python's own folders can be read, and nothing can be written there."""
    code = """
        import os, numpy, sys
        refused = []
        libraries = (sys.prefix + "/lib", sys.base_prefix + "/lib", os.path.dirname(numpy.__file__))
        for folder in ("/", "/dev", "/usr/lib", *libraries):
            try:
                open(folder + "/new", "w")
            except OSError as error:
                refused.append(folder)
        len(refused)
    """
    assert zygote.run(code).value == 6


def test_mounts_are_closed(zygote):
    """What Python needs is mounted read-only, and the scratch folder runs no programs."""
    code = """
        import os, sys
        paths = ("/", "/usr/lib", sys.prefix + "/lib", sys.base_prefix + "/lib", "/dev/null")
        closed = [bool(os.statvfs(path).f_flag & os.ST_RDONLY) for path in paths]
        wanted = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
        [all(closed), os.statvfs(".").f_flag & wanted == wanted]
    """
    assert zygote.run(code).value == [True, True]


def test_can_use_its_scratch_folder(zygote):
    """The working folder, the home, and the places for temporary files can be written."""
    code = """
        import os, pathlib, sys, tempfile
        from multiprocessing import shared_memory
        folders = [".", os.environ["HOME"], tempfile.gettempdir(), "/dev/shm", "/tmp"]
        for folder in folders:
            pathlib.Path(folder, "a").write_text("a")
        os.rename("a", os.environ["HOME"] + "/b")
        [tempfile.NamedTemporaryFile().write(b"a"), len({os.stat(folder).st_dev for folder in folders})]
    """
    assert zygote.run(code).value == [1, 1]


@pytest.mark.parametrize("uid", users())
def test_can_use_the_temporary_folder_if_python_lies_in_there(uid):
    """An installation below /tmp can be read and not written; the rest of /tmp is the examinee's own."""
    code = """
        import os, pathlib, sys
        pathlib.Path("/tmp/a").write_text("a")
        try:
            pathlib.Path(sys.prefix, "lib", "a").write_text("a")
        except OSError:
            print("refused")
        homes = {path.split("/")[2] for path in (sys.prefix, *sys.path) if path.startswith("/tmp/")}
        [sys.prefix.startswith("/tmp/"), set(os.listdir("/tmp")) == {"a", *homes},
         os.listdir(sys.prefix + "/lib") != ["a"], os.path.exists("/examinee/tmp/a")]
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # what the test is about
        Path(folder).chmod(0o755)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        zygote = Zygote(uid, python=Path(folder, "venv", "bin", "python"))
        answer = zygote.run(code)
        zygote.close()
        assert answer.value == [True] * 4, answer
        assert not Path(folder, "venv", "lib", "a").exists()


def test_finds_its_files_in_its_working_folder(zygote):
    """The assignment's files are in the working folder, at their paths."""
    files = {"data/points.csv": "1,2", "hello.py": "WORD = 'hello'"}
    code = "import sys; sys.path.insert(0, ''); import hello; [open('data/points.csv').read(), hello.WORD]"
    assert zygote.run(code, files=files).value == ["1,2", "hello"]


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", ""])
def test_files_outside_the_working_folder_are_refused(name):
    """No name of a file leads out of the working folder."""
    with pytest.raises(ValueError, match="can't be named"):
        spawn(print, keep_fd=3, files={name: b""})


def test_scratch_is_bounded(zygote):
    """All files together are as large as the limit, and no larger."""
    code = """
        written = 0
        try:
            for number in range(100):
                with open(str(number), "wb", buffering=0) as file:
                    written += file.write(bytes(1 << 20))
        except OSError as error:
            reason = error.errno
        [written >> 20, reason]
    """
    written, reason = zygote.run(code, limits={"scratch_bytes": 8 * MIB}).value
    assert 7 <= written <= 8
    assert reason == errno.ENOSPC


def test_file_size_is_bounded(zygote):
    """A single file is as large as the limit, and no larger."""
    code = """
        try:
            with open("a", "wb", buffering=0) as file:
                for _ in range(8): file.write(bytes(1 << 20))
        except OSError as error:
            reason = error.errno
        import os; [os.stat("a").st_size, reason]
    """
    assert zygote.run(code, limits={"file_bytes": 4 * MIB}).value == [4 * MIB, errno.EFBIG]


def test_devices_are_the_harmless_ones(zygote):
    """Only the five devices without a memory of their own exist, and they work."""
    code = """
        import os
        names = "null zero full random urandom tty ptmx console kmsg mem vda sda fuse kvm".split()
        devices = [name for name in names if os.path.exists("/dev/" + name)]
        with open("/dev/null", "w") as null: null.write("a")
        [devices, len(open("/dev/urandom", "rb").read(4)), open("/dev/zero", "rb").read(1) == bytes(1)]
    """
    assert zygote.run(code).value == [["null", "zero", "full", "random", "urandom"], 4, True]


# Others


def test_cannot_see_other_processes(zygote):
    """It is alone: the first process of its own namespace, without /proc."""
    code = "import os; [os.getpid(), os.getppid(), os.path.exists('/proc/1')]"
    assert zygote.run(code).value == [1, 0, False]


def test_cannot_signal_other_processes(zygote):
    """A process id of the host does not exist here, or can't be signalled."""
    assert zygote.run(f"import os; os.kill({zygote.process.pid}, 0)").error in {
        "PermissionError",
        "ProcessLookupError",
    }


def test_has_a_uid_of_its_own(zygote):
    """Inside it is a plain user; outside it is a user that owns nothing, if root can assign one."""
    answer = zygote.run("import os; [os.getuid(), os.geteuid(), os.getgid()]")
    assert answer.value == [1000, 1000, 1000]
    assert answer.outside_uid == zygote.uid or (zygote.uid == 0 and answer.outside_uid > 65535)


def test_no_two_examinees_share_a_uid(zygote):
    """If root assigns uids, each examinee has its own."""
    if zygote.uid == 0:
        assert zygote.run("1").outside_uid != zygote.run("1").outside_uid


def test_has_namespaces_of_its_own(zygote):
    """It shares no namespace with its zygote (an ordinary user can't look)."""
    namespaces = zygote.run("import time; time.sleep(0.3)").namespaces
    assert len(namespaces) == (6 if zygote.uid == 0 else 0)
    assert all(theirs != ours for theirs, ours in namespaces.values())


def test_has_a_host_name_of_its_own(zygote):
    """The host's name is out of sight."""
    assert zygote.run("import socket; socket.gethostname()").value == "examinee"


def test_cannot_reach_the_network(zygote):
    """A server on this machine can't be reached, and no socket can be made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answer = zygote.run(f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)")
        assert answer.error == "PermissionError"
        assert select.select([server], [], [], 0)[0] == []


@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_cannot_open_a_socket(zygote, family):
    """No kind of socket can be opened."""
    assert zygote.run(f"import socket; socket.socket(socket.{family}, 3)").error == "PermissionError"


def test_socket_pairs_talk_to_themselves_alone(zygote):
    """A pair of stream sockets is allowed (asyncio needs it); a pair that could send elsewhere is not."""
    assert zygote.run("import socket; socket.socketpair(); 1").value == 1
    for kind in ("SOCK_DGRAM", "SOCK_SEQPACKET"):
        assert zygote.run(f"import socket; socket.socketpair(type=socket.{kind})").error == "PermissionError"


# Rights


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU])
def test_cannot_stop_itself(zygote, number):
    """Else it would look as if the machine had stopped it; a timer of the kernel could send any signal."""
    code = f"import signal; signal.raise_signal({number:d})"
    assert zygote.run(code).error == "PermissionError"
    code = f"import signal, threading; signal.pthread_kill(threading.get_ident(), {number:d})"
    assert zygote.run(code).error == "PermissionError"
    timer_create = {"x86_64": 222, "aarch64": 107}[MACHINE]
    code = f"[libc.syscall({timer_create}, 0, 0, 0), ctypes.get_errno()]"
    assert zygote.run(code).value == [-1, errno.ENOSYS]


def test_cannot_gain_privileges(zygote):
    """It has no capability and can't get any, not even by exec."""
    code = """
        import os, struct
        sets = ctypes.create_string_buffer(24)
        libc.capget(struct.pack("Ii", 0x20080522, 0), sets)
        in_reach = [n for n in range(40) if libc.prctl(23, n, 0, 0, 0)]
        refused = []
        for change in (os.setuid, os.setgid):
            try: change(0)
            except OSError as error: refused.append(error.errno)
        [sets.raw.strip(bytes(1)) == b"", in_reach, libc.prctl(39, 0, 0, 0, 0), refused]
    """
    no_capability, in_reach, no_new_privileges, refused = zygote.run(code).value
    assert no_capability
    assert in_reach == []
    assert no_new_privileges == 1
    assert set(refused) <= {errno.EPERM, errno.EINVAL}
    assert len(refused) == 2


@pytest.mark.parametrize("call", ["mount", "umount2", "pivot_root", "chroot", "unshare", "setns"])
def test_cannot_mount(zygote, call):
    """Neither mounts nor namespaces can be changed."""
    assert zygote.run(f"[libc.{call}(0, 0, 0, 0, 0), ctypes.get_errno()]").value == [-1, errno.EPERM]


def test_cannot_ptrace(zygote):
    """No process can be traced, nor its memory read."""
    for call in ("ptrace(0, 0, 0, 0)", "process_vm_readv(1, 0, 0, 0, 0, 0)"):
        assert zygote.run(f"[libc.{call}, ctypes.get_errno()]").value == [-1, errno.EPERM]


def test_refused_system_calls_are_refused(zygote):
    """Every call that the table refuses is refused, by its number on this machine."""
    code = f"""
        allowed = []
        for name, number in {calls("refused", MACHINE)!r}.items():
            if libc.syscall(number, 0, 0, 0, 0, 0, 0) != -1 or ctypes.get_errno() != {errno.EPERM}:
                allowed.append(name)
        allowed
    """
    assert zygote.run(code).value == []


@pytest.mark.parametrize("name", ["init_module", "reboot", "open_by_handle_at"])
def test_attacks_on_the_machine_end_it(zygote, name):
    """An attempt to load code into the kernel, to stop the machine or to open files by number ends it."""
    answer = zygote.run(f"libc.syscall({calls('attacks', MACHINE)[name]}, 0, 0, 0)")
    assert answer.exit_code == -signal.SIGSYS


@pytest.mark.parametrize(
    ("name", "x86_64", "aarch64"),
    [
        ("read", 0, 63),
        ("futex", 202, 98),
        ("renameat2", 316, 276),
        ("clock_nanosleep", 230, 115),
        ("rt_sigreturn", 15, 139),
    ],
)
def test_the_table_has_the_kernels_numbers(name, x86_64, aarch64):
    """The table's numbers are those in the kernel's headers."""
    assert calls("allowed", "x86_64")[name] == x86_64
    assert calls("allowed", "aarch64")[name] == aarch64


def test_no_call_is_listed_twice():
    """Each number has one answer, on either machine."""
    for machine in MACHINES:
        numbers = [
            number
            for section in ("allowed", "looked_into", "attributes", "refused", "attacks")
            for number in calls(section, machine).values()
        ]
        assert len(numbers) == len(set(numbers))


def test_locks_are_answered_as_if_taken(zygote):
    """A lock on a file that all examinees see would be a channel between them, so locks are not taken."""
    code = """
        import fcntl, struct
        open("mine", "w").close()
        with open(fcntl.__file__) as library, open("mine", "r+") as mine, open("mine", "r+") as again:
            fcntl.flock(library, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for file in (mine, again):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                fcntl.fcntl(file, fcntl.F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
        "locked"
    """
    with Path(fcntl.__file__).open(encoding="latin-1") as library:
        fcntl.flock(library, fcntl.LOCK_EX)
        assert zygote.run(code).value == "locked"


@pytest.mark.parametrize(
    "call",
    [
        "fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)",
        "fcntl.fcntl(file, fcntl.F_NOTIFY, fcntl.DN_ACCESS)",
        "fcntl.fcntl(file, fcntl.F_SETOWN, os.getpid())",
        "fcntl.fcntl(file, fcntl.F_SETSIG, 10)",
        "channel.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)",
        "os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)",
    ],
)
def test_what_others_would_notice_is_refused(zygote, call):
    """Leases, signals from files, the page cache and the other end of the channel are closed to it."""
    code = f"import fcntl, os, socket; file = open(fcntl.__file__, 'rb'); {call}"
    assert zygote.run(code).error == "PermissionError"


def test_what_is_not_listed_does_not_exist(zygote):
    """New calls, calls of other interfaces and calls that no notebook needs are unknown."""
    numbers = [*range(500, 520), 0x40000000 + 41, calls("allowed", MACHINE)["read"] + (1 << 30)]
    clone3, openat2 = 435, 437
    numbers += [clone3, openat2]
    code = f"[(libc.syscall(number, 0, 0, 0, 0, 0, 0), ctypes.get_errno()) for number in {numbers!r}]"
    assert zygote.run(code).value == [[-1, errno.ENOSYS]] * len(numbers)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("fcntl.ioctl(0, 0x5412, b'x')", errno.ENOTTY),  # TIOCSTI: type for others
        ("fcntl.ioctl(0, 0x8910, bytes(40))", errno.ENOTTY),  # SIOCGIFNAME: names of network interfaces
        ("fcntl.ioctl(0, 0x40049409, 0)", errno.EOPNOTSUPP),  # FICLONE
        ("fcntl.fcntl(0, 1031, 1 << 20)", errno.EPERM),  # F_SETPIPE_SZ
        ("prctl(4, 1)", errno.EPERM),  # PR_SET_DUMPABLE
        ("prctl(36, 1)", errno.EPERM),  # PR_SET_CHILD_SUBREAPER
        ("prctl(22, 2, 0)", errno.EPERM),  # PR_SET_SECCOMP
        ("os.getsid(2)", errno.EPERM),
        ("os.sched_setaffinity(2, [0])", errno.EPERM),
        ("socket.socketpair()[0].sendmsg([b'x'])", errno.EPERM),
        ("socket.socketpair()[0].setsockopt(1, 7, 1 << 20)", errno.EPERM),
        ("advise(21)", errno.EINVAL),  # MADV_PAGEOUT
    ],
)
def test_commands_are_looked_into(zygote, call, error):
    """Of calls with many commands, those that no notebook needs are answered as if they were unknown."""
    code = f"""
        import fcntl, mmap, os, socket
        def prctl(*arguments):
            if libc.prctl(*arguments): raise OSError(ctypes.get_errno(), "")
        def advise(advice):
            mmap.mmap(-1, 4096).madvise(advice)
        os.sched_setaffinity(0, os.sched_getaffinity(0))
        try:
            {call}
        except OSError as refused:
            number = refused.errno
        number
    """
    assert zygote.run(code).value == error


def test_names_of_threads_and_memory_can_be_set(zygote):
    """Calls that tools need to name threads and memory are allowed."""
    assert zygote.run("[libc.prctl(15, b'name', 0, 0, 0), libc.prctl(39, 0, 0, 0, 0)]").value == [0, 1]


def test_cannot_change_limits_of_others(zygote):
    """Limits can be lowered for itself alone, and never raised."""
    code = """
        import resource
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        refused = []
        for change in (lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard + 1)),
                       lambda: resource.prlimit(1, resource.RLIMIT_NOFILE, (soft, hard))):
            try: change()
            except (ValueError, OSError) as error: refused.append(True)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft - 1, hard))
        refused
    """
    assert zygote.run(code).value == [True, True]


def test_descriptors_are_closed(zygote):
    """It has its channel, and three standard streams that lead nowhere."""
    code = """
        import os
        open_ones, null = [], os.stat("/dev/null").st_rdev
        for descriptor in range(4096):
            try: open_ones.append(os.fstat(descriptor).st_rdev == null)
            except OSError: pass
        [open_ones, channel.fileno() > 2]
    """
    assert zygote.run(code).value == [[True, True, True, False], True]


def test_environment_is_empty(zygote):
    """The zygote's environment does not reach it, neither through Python nor through the C library."""
    code = """
        import os
        libc.getenv.restype = ctypes.c_char_p
        [sorted(os.environ), libc.getenv(b"SECRET"), os.environ["HOME"]]
    """
    names, secret, home = zygote.run(code).value
    assert secret is None
    assert home.startswith("/examinee/")
    assert set(names) == {
        *("PATH", "HOME", "USER", "LOGNAME", "LANG", "TMPDIR", "MPLCONFIGDIR"),
        *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    }


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


# What students' code needs


def test_torch_backward_works_inside(zygote):
    """Gradients can be computed, from any thread."""
    code = """
        import threading, torch
        def descend():
            model = torch.nn.Linear(3, 1)
            loss = model(torch.ones(8, 3)).square().mean()
            loss.backward()
            torch.optim.SGD(model.parameters(), lr=0.1).step()
            shapes.append(list(model.weight.grad.shape))
        shapes = []
        descend()
        thread = threading.Thread(target=descend)
        thread.start(); thread.join()
        shapes
    """
    assert zygote.run(code).value == [[1, 3], [1, 3]]


def test_torch_data_loader_works_inside(zygote):
    """Mini-batches can be drawn, and models kept in files."""
    code = """
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        batches = list(DataLoader(TensorDataset(torch.arange(10)), batch_size=4, shuffle=True, num_workers=0))
        torch.save(batches, "batches.pt")
        [len(batch) for batch, in torch.load("batches.pt")]
    """
    assert zygote.run(code).value == [4, 4, 2]


def test_matplotlib_draws_inside(zygote):
    """A figure with text and formulas can be drawn and saved."""
    code = """
        import warnings
        warnings.simplefilter("error")
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots()
        axes.plot([1, 2, 4])
        axes.set_title(r"loss $\\frac{\\partial L}{\\partial w}$", family="monospace")
        figure.savefig("loss.png")
        figure.savefig("loss.svg")
        open("loss.png", "rb").read(4)[1:].decode()
    """
    assert zygote.run(code).value == "PNG"


def test_ipython_runs_cells_inside(zygote):
    """IPython works, its history and top-level await included."""
    code = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        results = [shell.run_cell(cell, store_history=True) for cell in
                   ("import asyncio", "await asyncio.sleep(0, 'slept')", "%time _")]
        [result.success for result in results] + [results[1].result]
    """
    assert zygote.run(code).value == [True, True, True, "slept"]


def test_further_modules_can_be_imported(zygote):
    """What the zygote has not imported can be imported later, shared libraries included."""
    code = """
        import sys
        names = "sqlite3 zoneinfo lzma torch.fft matplotlib.animation nbformat numpy.polynomial".split()
        fresh = [name for name in names if name not in sys.modules]
        for name in names: __import__(name)
        import zoneinfo; zoneinfo.ZoneInfo("Asia/Seoul")
        len(fresh) > 2
    """
    assert zygote.run(code).value is True


def test_callbacks_from_c_work(zygote):
    """C can call Python, although its library can't look into /proc."""
    code = "ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: 2 * x)(21)"
    assert zygote.run(code).value == 42


# Layers


def test_all_layers_are_on(zygote):
    """The report names every layer; root has them all, an ordinary user all except for a uid to assign."""
    answer = zygote.run("1")
    assert [name for name, _, _ in answer.layers] == list(LAYERS)
    off = {name for name, is_on, _ in answer.layers if not is_on}
    assert off <= {"landlock", "landlock network", "landlock scopes"} | ({"uid"} if zygote.uid else set())


def test_unknown_promises_are_refused():
    """A misspelt requirement is an error, not a promise without walls."""
    with pytest.raises(ValueError, match="no networks"):
        spawn(print, keep_fd=3, require=frozenset({"no networks"}))


def test_inspection_tells_all_layers():
    """A trial jail reports every layer, without the examinee's help."""
    code = (
        "import json, gradlab.sandbox as s; print(json.dumps([layer.name for layer in s.inspect_layers()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=COURSE, check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == list(LAYERS)
