"""A container like Docker's, as far as a sandbox notices: the same calls are refused, the same rights gone.

``python container.py UID FOLDER COMMAND …`` runs a command in it, as root or as an ordinary user who can
reach the folder.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import subprocess
import sys
from pathlib import Path

from gradlab.examinee.zygote import ENVIRONMENT, Zygote
from gradlab.sandbox import _kernel
from gradlab.sandbox._syscalls import calls

COURSE = Path(__file__).resolve().parent.parent

# What Docker's default profile refuses to a container without CAP_SYS_ADMIN, CAP_SYS_PTRACE and others.
REFUSED_CALLS = {
    *("unshare", "setns", "mount", "umount2", "pivot_root", "open_tree", "move_mount", "mount_setattr"),
    *("fsopen", "fsconfig", "fsmount", "fspick", "sethostname", "setdomainname", "quotactl", "quotactl_fd"),
    *(
        "name_to_handle_at",
        "open_by_handle_at",
        "fanotify_init",
        "acct",
        "swapon",
        "swapoff",
        "sysfs",
        "ustat",
    ),
    *("add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "lookup_dcookie"),
    *("kcmp", "pidfd_getfd", "process_madvise", "move_pages", "migrate_pages", "mbind", "set_mempolicy"),
    *("io_uring_setup", "io_uring_enter", "io_uring_register", "kexec_load", "kexec_file_load", "reboot"),
    *("init_module", "finit_module", "delete_module", "syslog", "vhangup", "nfsservctl", "uselib", "iopl"),
    *("ioperm", "personality", "settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "get_mempolicy"),
}
# CHOWN, DAC_OVERRIDE, FOWNER, FSETID, KILL, SETGID, SETUID, SETPCAP, NET_BIND_SERVICE, NET_RAW, SYS_CHROOT,
# MKNOD, AUDIT_WRITE, SETFCAP: what root keeps in a container.
KEPT_CAPABILITIES = (0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31)
CLONE_NEW = 0x7E020000
CLONE, CLONE3 = {"x86_64": (56, 435), "aarch64": (220, 435)}[os.uname().machine]

LOAD, IS_EQUAL, HAS_BIT, GIVE = 0x20, 0x15, 0x45, 0x06
FIRST_ARGUMENT = 16
REFUSE, ALLOW = 0x00050000 | errno.EPERM, 0x7FFF0000
DOES_NOT_EXIST = 0x00050000 | errno.ENOSYS


def install(program: list[tuple[int, int, int, int]]) -> None:
    """Install a filter of this process's and its descendants' system calls, as root or an ordinary user."""
    _kernel.prctl(_kernel.PR_SET_NO_NEW_PRIVS, 1)
    _kernel.filter_system_calls(b"".join(struct.pack("HBBI", *each) for each in program))


def enter() -> None:
    """Refuse from now on what a container's filter refuses; give up the rights that it takes from root."""
    machine = os.uname().machine
    numbers = {
        name: number
        for section in ("allowed", "refused", "attacks")
        for name, number in calls(section, machine).items()
    }
    program = [(LOAD, 0, 0, 0), (IS_EQUAL, 0, 1, CLONE3), (GIVE, 0, 0, DOES_NOT_EXIST)]
    for name in REFUSED_CALLS & numbers.keys():
        program += [(IS_EQUAL, 0, 1, numbers[name]), (GIVE, 0, 0, REFUSE)]
    program += [
        (IS_EQUAL, 0, 3, CLONE),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (HAS_BIT, 0, 1, CLONE_NEW),
        (GIVE, 0, 0, REFUSE),
        (GIVE, 0, 0, ALLOW),
    ]
    install(program)
    if os.geteuid() == 0:
        for capability in set(range(_kernel._last_capability() + 1)) - set(KEPT_CAPABILITIES):  # noqa: SLF001
            _kernel.prctl(_kernel.PR_CAPBSET_DROP, capability)
        kept = sum(1 << capability for capability in KEPT_CAPABILITIES)
        header = struct.pack("Ii", 0x20080522, 0)
        _kernel._call("capset", header, struct.pack("6I", kept, kept, 0, 0, 0, 0))  # noqa: SLF001


def become(uid: int) -> None:
    """Become an ordinary user, as if this user had started this process."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    _kernel.prctl(_kernel.PR_SET_DUMPABLE, 1)


def open_the_way(*more: Path) -> None:
    """Let ordinary users reach the interpreter, this checkout and more, in this process's own mounts alone.

    Each may lie in a folder, such as root's home, that is closed to them.
    """
    needed = [Path(path).resolve() for path in (sys.prefix, sys.base_prefix, COURSE, *more)]
    closed = {
        next((folder for folder in reversed(path.parents) if not folder.stat().st_mode & 1), None)
        for path in needed
    } - {None}
    _kernel.unshare(_kernel.CLONE_NEWNS)
    _kernel.mount_private()
    trees = [
        (path, _kernel.open_tree(str(path))) for path in needed if any(path.is_relative_to(c) for c in closed)
    ]
    for folder in closed:
        _kernel.mount_tmpfs(str(folder), _kernel.MS_NOSUID, "size=1m,mode=755")
    for path, tree in trees:
        path.mkdir(parents=True, exist_ok=True)
        _kernel.move_mount(tree, str(path))
        os.close(tree)


def start_zygote(uid: int) -> Zygote:
    """Return one of gradlab's zygotes, which runs in a container."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-P", "-m", "gradlab.examinee.zygote", str(theirs.fileno())]
        process = subprocess.Popen(
            [sys.executable, __file__, str(uid), COURSE, *command],
            pass_fds=[theirs.fileno()],
            env={"PATH": os.environ["PATH"], "HOME": "/nowhere", **ENVIRONMENT},
        )
    return Zygote(ours, process)


def main() -> None:
    """Run a command in a container."""
    uid, folder, *command = sys.argv[1:]
    if os.geteuid() == 0:
        open_the_way(Path(folder))
        if int(uid) != 0:
            become(int(uid))
    enter()
    os.execv(command[0], command)  # noqa: S606  # the tests' own


if __name__ == "__main__":
    main()
