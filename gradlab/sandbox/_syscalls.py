"""The table of system calls: those that are allowed, checked or refused, and attacks."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

# The columns of the table.
MACHINES = ("x86_64", "aarch64")

# Read at the import: an examinee that sets up its filter can't read files any more.
_TABLE: dict[str, dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("system_calls.toml").read_text(encoding="utf-8")
)


def calls(section: str, machine: str) -> dict[str, int]:
    """Return the calls of a section that a machine has: their numbers by name."""
    content = _TABLE[section]
    groups = content.values() if section in {"allowed", "refused"} else [content]
    numbers = {name: pair[MACHINES.index(machine)] for group in groups for name, pair in group.items()}
    return {name: number for name, number in numbers.items() if number >= 0}
