"""Which system calls the sandbox allows, refuses and does not know."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import sys
from pathlib import Path

import pytest

from gradlab.sandbox._syscalls import MACHINES, calls

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

MACHINE = os.uname().machine


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
