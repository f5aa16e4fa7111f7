"""Zygotes of root and of an ordinary user."""

from __future__ import annotations

import os

import pytest
from zygotes import NOBODY, Zygote

WARM = ("numpy", "torch", "IPython", "matplotlib.pyplot")


def users() -> list[object]:
    """Root and an ordinary user; an ordinary user who runs the tests can't become root."""
    only_root = pytest.mark.skipif(os.geteuid() != 0, reason="started as an ordinary user")
    ordinary = NOBODY if os.geteuid() == 0 else os.geteuid()
    return [pytest.param(0, id="root", marks=only_root), pytest.param(ordinary, id="ordinary")]


@pytest.fixture(scope="session", params=users())
def zygote(request):
    """A warm zygote on a machine that allows everything."""
    zygote = Zygote(request.param, WARM)
    yield zygote
    zygote.close()


@pytest.fixture(scope="session", params=users())
def without_filter(request):
    """A zygote on a kernel without system-call filters, where an examinee can start processes."""
    zygote = Zygote(request.param, has_filter=False)
    yield zygote
    zygote.close()
