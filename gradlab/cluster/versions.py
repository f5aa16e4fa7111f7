"""Versions that grader, scheduler and workers must have in common, because grades depend on them."""

from __future__ import annotations

from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, Any

from distributed.versions import get_versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PYTHON = "python"
PACKAGES = (
    "gradlab",
    "cloudpickle",
    "dask",
    "distributed",
    "ipython",
    "matplotlib",
    "msgpack",
    "nbconvert",
    "nbformat",
    "nbgrader",
    "numpy",
    "scipy",
    "torch",
)
ADVICE = "Install the same versions everywhere: pip install --constraint constraints.txt 'gradlab[dask]'."


def packages_of(modules: Iterable[str]) -> list[str]:
    """Return the packages whose versions must agree: the engine's, and those that provide some modules."""
    providers = packages_distributions()
    used = {package for module in modules for package in providers.get(module.partition(".")[0], ())}
    return sorted({*PACKAGES, *used})


def versions_here(packages: Iterable[str]) -> dict[str, str | None]:
    """Return the versions of Python and of packages on this machine, None for those that are missing."""
    return versions_in(get_versions(packages), packages)


def versions_in(found: Mapping[str, Any], packages: Iterable[str]) -> dict[str, str | None]:
    """Return the versions of Python and of packages from what Dask tells about a machine."""
    return {package: found["packages"][package] for package in (PYTHON, *packages)}


def differences(ours: Mapping[str, str | None], theirs: Mapping[str, str | None]) -> str:
    """Return how versions differ from ours, "" if they don't."""
    different = [
        f"{package} {theirs.get(package) or 'not at all'} instead of {version}"
        for package, version in ours.items()
        if theirs.get(package) != version
    ]
    return f"has {', '.join(different)}. {ADVICE}" if different else ""
