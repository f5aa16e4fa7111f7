"""Zygotes for exams: on this machine, and in containers."""

from __future__ import annotations

import os

import pytest
from container import start_zygote
from zygotes import NOBODY

from gradlab.examinee.zygote import Warmth, Zygote


@pytest.fixture(scope="session")
def zygote():
    """A zygote for all exams."""
    made = Zygote.started()
    made.warm(Warmth(frozenset({"numpy", "torch.utils.data"})))
    yield made
    made.close()


@pytest.fixture(scope="module", params=["machine", "container", "container of a user"])
def anywhere(request, zygote):
    """A zygote on this machine, and in a container that refuses namespaces, of root and of a user."""
    if request.param == "machine":
        yield zygote
        return
    if os.geteuid() != 0 and request.param != "container":
        pytest.skip("only root can become another user")  # the suite also runs as an ordinary user
    made = start_zygote(os.geteuid() if request.param == "container" else NOBODY)
    made.warm(Warmth(frozenset({"numpy", "torch.utils.data"})))
    yield made
    made.close()
