"""Linux calls that Python has no function for. The only module that uses ctypes."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID = 1 << 1
MS_NODEV = 1 << 2
MS_NOEXEC = 1 << 3
MS_REC = 1 << 14
MS_PRIVATE = 1 << 18
MNT_DETACH = 2

MOUNT_ATTR_RDONLY = 1 << 0
MOUNT_ATTR_NOSUID = 1 << 1
MOUNT_ATTR_NODEV = 1 << 2

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_SECUREBITS = 28
PR_SET_CHILD_SUBREAPER = 36
PR_GET_CHILD_SUBREAPER = 37
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47

# These numbers are the same on all architectures.
_OPEN_TREE = 428
_MOVE_MOUNT = 429
_CLOSE_RANGE = 436
_MOUNT_SETATTR = 442
_LANDLOCK_CREATE_RULESET = 444
_LANDLOCK_ADD_RULE = 445
_LANDLOCK_RESTRICT_SELF = 446

_AT_FDCWD = -100
_AT_EMPTY_PATH = 0x1000
_AT_RECURSIVE = 0x8000
_OPEN_TREE_CLONE = 1
_MOVE_MOUNT_F_EMPTY_PATH = 4
_CAPABILITY_VERSION_3 = 0x20080522
_PR_CAP_AMBIENT_CLEAR_ALL = 4
_SECCOMP_MODE_FILTER = 2
_LANDLOCK_CREATE_RULESET_VERSION = 1
_LANDLOCK_RULE_PATH_BENEATH = 1
_BPF_INSTRUCTION_BYTES = 8

# NOROOT, NO_SETUID_FIXUP and NO_CAP_AMBIENT_RAISE, with the locks of these and of KEEP_CAPS.
_SECUREBITS = 0xEF

_libc = ctypes.CDLL(None, use_errno=True)


def _call(function: str, *arguments: object) -> int:
    """Call a function of the C library; raise `OSError` with its name if it fails."""
    wide = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(getattr(_libc, function)(*wide))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{function}: {os.strerror(code)}")
    return result


def _syscall(name: str, number: int, *arguments: int | bytes | None) -> int:
    """Call the kernel directly: the C library may be too old to know the call."""
    try:
        return _call("syscall", number, *arguments)
    except OSError as error:
        raise OSError(error.errno, f"{name}: {os.strerror(error.errno or 0)}") from None


def unshare(flags: int) -> None:
    """Move this process (for `CLONE_NEWPID`: its next children) into new namespaces."""
    _call("unshare", flags)


def prctl(option: int, *arguments: int) -> int:
    """Get or set an attribute of this process."""
    return _call("prctl", option, *arguments, *[0] * (4 - len(arguments)))


def is_child_subreaper() -> bool:
    """Tell whether orphaned descendants of this process become its children."""
    answer = ctypes.c_int()
    _call("prctl", PR_GET_CHILD_SUBREAPER, ctypes.byref(answer), 0, 0, 0)
    return bool(answer.value)


def set_child_subreaper(*, adopts: bool) -> None:
    """Set whether orphaned descendants of this process become its children."""
    prctl(PR_SET_CHILD_SUBREAPER, int(adopts))


def close_range(first: int, last: int) -> None:
    """Close all descriptors from the first to the last; `os.closerange` may close them slowly, one by one."""
    _syscall("close_range", _CLOSE_RANGE, first, last, 0)


def mount_private() -> None:
    """Stop mounts from propagating between this mount namespace and others."""
    _call("mount", None, b"/", None, MS_REC | MS_PRIVATE, None)


def mount_tmpfs(target: str, flags: int, options: str) -> None:
    """Mount a new tmpfs."""
    _call("mount", b"tmpfs", os.fsencode(target), b"tmpfs", flags, options.encode())


def open_tree(path: str) -> int:
    """Return a descriptor of a detached copy of a file or folder, with everything mounted below it."""
    flags = _OPEN_TREE_CLONE | os.O_CLOEXEC | _AT_RECURSIVE
    return _syscall("open_tree", _OPEN_TREE, _AT_FDCWD, os.fsencode(path), flags)


def restrict_mount(tree: int, attributes: int) -> None:
    """Set attributes (`MOUNT_ATTR_…`) of a mount and of all mounts below it."""
    attr = struct.pack("QQQQ", attributes, 0, 0, 0)
    flags = _AT_EMPTY_PATH | _AT_RECURSIVE
    _syscall("mount_setattr", _MOUNT_SETATTR, tree, b"", flags, attr, len(attr))


def move_mount(tree: int, target: str) -> None:
    """Mount what `open_tree` returned."""
    _syscall("move_mount", _MOVE_MOUNT, tree, b"", _AT_FDCWD, os.fsencode(target), _MOVE_MOUNT_F_EMPTY_PATH)


def unmount(target: str) -> None:
    """Detach a mount now; it is unmounted as soon as no process uses it."""
    _call("umount2", os.fsencode(target), MNT_DETACH)


def pivot_root(new_root: str) -> None:
    """Make a mount the root of this mount namespace, and leave the old root."""
    os.chdir(new_root)
    _call("pivot_root", b".", b".")
    unmount(".")
    os.chdir("/")


def _last_capability() -> int:
    """Return the highest capability that this kernel knows."""
    for capability in range(64):
        try:
            prctl(PR_CAPBSET_READ, capability)
        except OSError:
            return capability - 1
    return 63


def drop_capabilities() -> None:
    """Give up all capabilities and, as far as permitted, every way to regain them."""
    # Without a user namespace, this process may not change these two; exec gains nothing anyway.
    with contextlib.suppress(PermissionError):
        for capability in range(_last_capability() + 1):
            prctl(PR_CAPBSET_DROP, capability)
    with contextlib.suppress(PermissionError):
        prctl(PR_SET_SECUREBITS, _SECUREBITS)
    prctl(PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    _call("capset", struct.pack("Ii", _CAPABILITY_VERSION_3, 0), struct.pack("6I", *[0] * 6))


class _Program(ctypes.Structure):
    _fields_ = (("n_instructions", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def filter_system_calls(program: bytes) -> None:
    """Install a BPF program that judges every system call from now on."""
    fprog = _Program(len(program) // _BPF_INSTRUCTION_BYTES, program)
    _call("prctl", PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(fprog), 0, 0)


def landlock_version() -> int:
    """Return the version of Landlock that the kernel supports; raise `OSError` if it is off."""
    return _syscall(
        "landlock_create_ruleset", _LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_CREATE_RULESET_VERSION
    )


def landlock_create(files: int, network: int, scopes: int) -> int:
    """Return the descriptor of a new ruleset that denies these kinds of access.

    Kinds that the kernel does not know must be 0; a kernel that knows no scopes takes the others alone.
    """
    attr = struct.pack("QQQ", files, network, scopes)
    return _syscall("landlock_create_ruleset", _LANDLOCK_CREATE_RULESET, attr, len(attr), 0)


def landlock_allow(ruleset: int, path: int, access: int) -> None:
    """Allow some kinds of access to a file, or to everything in a folder."""
    attr = struct.pack("=Qi", access, path)
    _syscall("landlock_add_rule", _LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, attr, 0)


def landlock_restrict(ruleset: int) -> None:
    """Obey a ruleset from now on."""
    _syscall("landlock_restrict_self", _LANDLOCK_RESTRICT_SELF, ruleset, 0)
