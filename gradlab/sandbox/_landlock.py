"""Landlock: files, TCP, and signals and sockets to others; any user can set it up.

The kernel's version says what it guards: files since 1, TCP since 4, signals and abstract sockets since 6.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gradlab.sandbox import _kernel
from gradlab.sandbox._layers import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable

NETWORK_SINCE = 4
SCOPES_SINCE = 6

_EXECUTE = 1 << 0
_WRITE_FILE = 1 << 1
_READ_FILE = 1 << 2
_READ_DIR = 1 << 3
_TRUNCATE = 1 << 14
_IOCTL_DEV = 1 << 15

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_KINDS = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_USE_OF_DEVICES = _READ_FILE | _WRITE_FILE | _TRUNCATE | _IOCTL_DEV

# How many kinds of access to files each version of Landlock knows.
_N_KINDS = {1: 13, 2: 14, 3: 15, 4: 15}
_N_KINDS_KNOWN_HERE = 16
_BIND_AND_CONNECT = 0b11
_ABSTRACT_SOCKETS_AND_SIGNALS = 0b11


def restrict(*, readable: Iterable[str], devices: Iterable[str], writable: Iterable[str]) -> int:
    """Allow only reading `readable`, using `devices`, and all access to `writable`; return the version.

    Denies as much access to the network and to other processes as the kernel's version can.
    """
    version = _kernel.landlock_version()
    everything = (1 << _N_KINDS.get(version, _N_KINDS_KNOWN_HERE)) - 1
    ruleset = _kernel.landlock_create(
        everything,
        _BIND_AND_CONNECT if version >= NETWORK_SINCE else 0,
        _ABSTRACT_SOCKETS_AND_SIGNALS if version >= SCOPES_SINCE else 0,
    )
    rules = dict.fromkeys(writable, everything)
    rules |= dict.fromkeys(readable, _READ) | dict.fromkeys(devices, _USE_OF_DEVICES)
    for path, access in rules.items():
        descriptor = os.open(path, os.O_PATH)
        possible = everything if Path(path).is_dir() else _FILE_KINDS
        _kernel.landlock_allow(ruleset, descriptor, access & everything & possible)
        os.close(descriptor)
    _kernel.landlock_restrict(ruleset)
    os.close(ruleset)
    return version


def check(version: int, since: int) -> None:
    """Raise `UnavailableError` if the kernel's Landlock is older than a feature."""
    if version < since:
        here = f"version {version} is here" if version else "it is not here"
        raise UnavailableError(f"needs version {since} of Landlock; {here}")
