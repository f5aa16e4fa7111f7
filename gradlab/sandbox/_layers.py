"""The layers of the sandbox, by name, and whether they are on."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LAYERS = (
    "user namespace",
    "mount namespace",
    "pid namespace",
    "network namespace",
    "ipc namespace",
    "uts namespace",
    "uid",
    "rlimits",
    "thread limit",
    "watchdog",
    "no new privileges",
    "capabilities",
    "landlock",
    "landlock network",
    "landlock scopes",
    "seccomp",
    "descriptors",
    "environment",
)


@dataclass(frozen=True)
class Layer:
    """A layer: whether it is on and, if not, why."""

    name: str
    is_on: bool
    reason: str = ""


class UnavailableError(Exception):
    """A layer is not available here; the message says why."""


class LayerLog:
    """Records for each layer whether it is on, while the sandbox is set up."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}

    @contextlib.contextmanager
    def attempt(self, name: str) -> Iterator[None]:
        """Record that a layer is on or, if the block fails, why it is off."""
        try:
            yield
        except UnavailableError as error:
            self._layers[name] = Layer(name, is_on=False, reason=str(error))
        except OSError as error:
            where = f": {error.filename}" if error.filename else ""
            self._layers[name] = Layer(name, is_on=False, reason=f"{error.strerror}{where}")
        else:
            self._layers[name] = Layer(name, is_on=True)

    def has(self, name: str) -> bool:
        """Tell whether a layer is on."""
        return name in self._layers and self._layers[name].is_on

    def knows(self, name: str) -> bool:
        """Tell whether a layer has been attempted."""
        return name in self._layers

    def layers(self) -> tuple[Layer, ...]:
        """Return all layers, in the order of `LAYERS`."""
        return tuple(self._layers[name] for name in LAYERS)
