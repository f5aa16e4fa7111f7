"""What the sandbox promises, and which walls keep each promise.

A wall is a set of layers that together keep the promise. A promise is kept if at least one of its walls is
complete: all its layers are on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gradlab.sandbox._layers import Layer


@dataclass(frozen=True)
class Promise:
    """A promise: what it means, and the walls that can keep it."""

    name: str
    meaning: str
    walls: tuple[tuple[str, ...], ...]

    def kept_by(self, layers: Iterable[Layer]) -> list[str]:
        """Return the complete walls."""
        on = {layer.name for layer in layers if layer.is_on}
        return [_shown(wall) for wall in self.walls if on.issuperset(wall)]

    def would_be_kept_by(self, layers: Iterable[Layer]) -> list[str]:
        """Return the incomplete walls, each with the reasons."""
        off = {layer.name: layer.reason for layer in layers if not layer.is_on}
        return [
            f"{_shown(wall)} ({'; '.join(f'{name}: {off[name]}' for name in wall if name in off)})"
            for wall in self.walls
            if not off.keys().isdisjoint(wall)
        ]


def _shown(wall: Iterable[str]) -> str:
    return " + ".join(wall)


PROMISES = {
    promise.name: promise
    for promise in (
        Promise(
            "no network",
            "It reaches no address and listens on none.",
            (("network namespace",), ("seccomp",)),
        ),
        Promise(
            "no files of the host",
            "It reads the Python installation and system libraries alone, and writes in its scratch folder.",
            (("mount namespace",), ("landlock", "seccomp")),
        ),
        Promise(
            "no other processes",
            "It neither looks into another process nor traces or signals it.",
            (("pid namespace", "mount namespace"), ("landlock", "seccomp")),
        ),
        Promise(
            "nothing left behind",
            "When it ends, all that it started has ended.",
            (("pid namespace",), ("seccomp",)),
        ),
        Promise(
            "nothing shared",
            "It has no memory, queues, keys, locks or leases in common with others.",
            (("seccomp",),),
        ),
        Promise(
            "bounded memory and time",
            "Its memory and processor time have limits.",
            (("rlimits", "seccomp"), ("rlimits", "thread limit")),
        ),
        Promise(
            "bounded threads",
            "It has no more threads than the limit.",
            (("thread limit",), ("watchdog", "seccomp")),
        ),
        Promise(
            "bounded files",
            "Its files have a limit, each and together, and are gone when it ends.",
            (("rlimits", "mount namespace"), ("rlimits", "watchdog", "seccomp")),
        ),
        Promise(
            "no rights gained",
            "It has no capabilities and can't get any.",
            (("no new privileges", "capabilities"),),
        ),
        Promise(
            "nothing inherited",
            "It has descriptors and an environment of its own.",
            (("descriptors", "environment"),),
        ),
    )
}


def broken(layers: Iterable[Layer], require: frozenset[str]) -> str:
    """Return which required promises are not kept, and what would keep them; "" if all are kept."""
    layers = tuple(layers)
    return "; ".join(
        f"{name}, which would be kept by {' or by '.join(promise.would_be_kept_by(layers))}"
        for name, promise in PROMISES.items()
        if name in require and not promise.kept_by(layers)
    )
