"""What an examinee sees of the file system: the Python installation, and its scratch folder."""

from __future__ import annotations

import functools
import os
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from gradlab.sandbox import _kernel

# Where the scratch folder is mounted: no Python installation is at this path.
SCRATCH = "/examinee"

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")

_SYSTEM = (
    "/lib",
    "/lib64",
    "/usr/lib",
    "/usr/lib64",
    "/usr/local/lib",
    "/nix/store",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
    "/usr/local/share/fonts",
)
# Never a whole prefix: a virtual environment may have been created in the course's own folder.
_PARTS_OF_A_PREFIX = ("bin", "lib", "lib64", "pyvenv.cfg")
_PACKAGES = ("site-packages", "dist-packages")

# Any folder that surely exists will do: only the examinee's own mount namespace mounts over it.
_NEW_ROOT = "/tmp"  # noqa: S108  # nothing is written to the host's
_READ_ONLY = _kernel.MOUNT_ATTR_RDONLY | _kernel.MOUNT_ATTR_NOSUID
# Programs write to these paths without asking, so they lead into the scratch folder.
_LINKS = {"/tmp": f"{SCRATCH}/tmp", "/dev/shm": f"{SCRATCH}/shm"}  # noqa: S108  # links, nothing is written to the host's
_INODE_BYTES = 4096


@functools.cache
def readable_paths() -> tuple[str, ...]:
    """Return the folders and files that an examinee can read, none of them inside another."""
    prefixes = dict.fromkeys((sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix))
    candidates = [
        *_SYSTEM,
        *(f"{prefix}/{part}" for prefix in prefixes for part in _PARTS_OF_A_PREFIX),
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        *(entry for entry in sys.path if Path(entry).name in _PACKAGES),
    ]
    kept: list[str] = []
    for path in sorted({os.path.normpath(path) for path in candidates if os.access(path, os.R_OK)}):
        if not any(path.startswith(f"{other}/") for other in kept):
            kept.append(path)
    return tuple(kept)


def occupied_links() -> list[str]:
    """Return the paths of `_LINKS` that can't be links because the installation is below them."""
    return [link for link in _LINKS if any(path.startswith(f"{link}/") for path in readable_paths())]


def devices() -> tuple[str, ...]:
    """Return the device files that exist here and that an examinee may use."""
    return tuple(path for path in DEVICES if os.access(path, os.R_OK))


def build(scratch_bytes: int) -> None:
    """Replace the host's file system with the readable paths, the devices and an empty scratch folder.

    The process must be in a mount namespace of its own, with the right to mount there.
    """
    _kernel.mount_private()
    trees = [_Tree.copy(path, _kernel.MOUNT_ATTR_NODEV) for path in readable_paths()]
    trees += [_Tree.copy(path, 0) for path in devices()]
    _kernel.mount_tmpfs(_NEW_ROOT, _kernel.MS_NOSUID | _kernel.MS_NODEV, "size=1m,mode=755")
    try:
        _fill_root(_NEW_ROOT, trees, scratch_bytes)
        _kernel.pivot_root(_NEW_ROOT)
    except OSError:
        _kernel.unmount(_NEW_ROOT)
        raise


@dataclass(frozen=True)
class _Tree:
    """A read-only copy of a file or folder of the host, not yet mounted."""

    path: str
    is_folder: bool
    descriptor: int

    @classmethod
    def copy(cls, path: str, attributes: int) -> _Tree:
        tree = _kernel.open_tree(path)
        _kernel.restrict_mount(tree, _READ_ONLY | attributes)
        return cls(path, Path(path).is_dir(), tree)

    def mount(self, root: str) -> None:
        """Mount it in a new root, at the path that it has on the host."""
        target = Path(f"{root}{self.path}")
        (target if self.is_folder else target.parent).mkdir(parents=True, exist_ok=True)
        if not self.is_folder:
            target.touch()
        _kernel.move_mount(self.descriptor, str(target))


def _fill_root(root: str, trees: list[_Tree], scratch_bytes: int) -> None:
    """Mount the trees in an empty root, and make it read-only except for the scratch folder.

    If the installation is below one of `_LINKS`, that path is a mount of its folder in the scratch folder
    instead of a link, and the installation is mounted inside.
    """
    occupied = occupied_links()
    inside = [tree for tree in trees if any(tree.path.startswith(f"{link}/") for link in occupied)]
    for tree in trees:
        if tree not in inside:
            tree.mount(root)
    for link, target in _LINKS.items():
        place = Path(f"{root}{link}")
        place.parent.mkdir(parents=True, exist_ok=True)
        if link in occupied:
            place.mkdir()
        else:
            place.symlink_to(target)
    Path(f"{root}{SCRATCH}").mkdir()
    folder = os.open(root, os.O_PATH | os.O_DIRECTORY)
    _kernel.restrict_mount(folder, _READ_ONLY)
    os.close(folder)
    flags = _kernel.MS_NOSUID | _kernel.MS_NODEV | _kernel.MS_NOEXEC
    n_inodes = max(1024, scratch_bytes // _INODE_BYTES)
    _kernel.mount_tmpfs(f"{root}{SCRATCH}", flags, f"size={scratch_bytes},nr_inodes={n_inodes},mode=700")
    for link in occupied:
        Path(f"{root}{_LINKS[link]}").mkdir()
        _kernel.move_mount(_kernel.open_tree(f"{root}{_LINKS[link]}"), f"{root}{link}")
    for tree in inside:
        tree.mount(root)
