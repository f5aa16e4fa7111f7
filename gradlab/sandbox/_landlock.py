"""Landlock: a second barrier around the file system, which any user can set up."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.sandbox import _kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_KINDS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_USE_OF_DEVICES = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV

# How many kinds of access each version of Landlock knows.
_N_KINDS = {1: 13, 2: 14, 3: 15, 4: 15}
_N_KINDS_KNOWN_HERE = 16


def restrict(*, readable: Iterable[str], devices: Iterable[str], writable: Iterable[str]) -> None:
    """Allow only reading `readable`, using `devices`, and all access to `writable`; deny all other access."""
    n_kinds = _N_KINDS.get(_kernel.landlock_version(), _N_KINDS_KNOWN_HERE)
    everything = (1 << n_kinds) - 1
    ruleset = _kernel.landlock_create(everything)
    rules = dict.fromkeys(writable, everything)
    rules |= dict.fromkeys(readable, _READ) | dict.fromkeys(devices, _USE_OF_DEVICES)
    for path, access in rules.items():
        descriptor = os.open(path, os.O_PATH)
        possible = everything if Path(path).is_dir() else _FILE_KINDS
        _kernel.landlock_allow(ruleset, descriptor, access & everything & possible)
        os.close(descriptor)
    _kernel.landlock_restrict(ruleset)
    os.close(ruleset)
