"""What students' code needs works in the sandbox, and its layers are told."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from zygotes import COURSE

from gradlab.sandbox import LAYERS, spawn

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


# What students' code needs


def test_torch_backward_works_inside(zygote):
    """Gradients can be computed, from any thread."""
    code = """
        import threading, torch
        def descend():
            model = torch.nn.Linear(3, 1)
            loss = model(torch.ones(8, 3)).square().mean()
            loss.backward()
            torch.optim.SGD(model.parameters(), lr=0.1).step()
            shapes.append(list(model.weight.grad.shape))
        shapes = []
        descend()
        thread = threading.Thread(target=descend)
        thread.start(); thread.join()
        shapes
    """
    assert zygote.run(code).value == [[1, 3], [1, 3]]


def test_torch_data_loader_works_inside(zygote):
    """Mini-batches can be drawn, and models kept in files."""
    code = """
        import torch
        from torch.utils.data import DataLoader, TensorDataset
        batches = list(DataLoader(TensorDataset(torch.arange(10)), batch_size=4, shuffle=True, num_workers=0))
        torch.save(batches, "batches.pt")
        [len(batch) for batch, in torch.load("batches.pt")]
    """
    assert zygote.run(code).value == [4, 4, 2]


def test_matplotlib_draws_inside(zygote):
    """A figure with text and formulas can be drawn and saved."""
    code = """
        import warnings
        warnings.simplefilter("error")
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots()
        axes.plot([1, 2, 4])
        axes.set_title(r"loss $\\frac{\\partial L}{\\partial w}$", family="monospace")
        figure.savefig("loss.png")
        figure.savefig("loss.svg")
        open("loss.png", "rb").read(4)[1:].decode()
    """
    assert zygote.run(code).value == "PNG"


def test_ipython_runs_cells_inside(zygote):
    """IPython works, its history and top-level await included."""
    code = """
        from IPython.core.interactiveshell import InteractiveShell
        shell = InteractiveShell.instance()
        results = [shell.run_cell(cell, store_history=True) for cell in
                   ("import asyncio", "await asyncio.sleep(0, 'slept')", "%time _")]
        [result.success for result in results] + [results[1].result]
    """
    assert zygote.run(code).value == [True, True, True, "slept"]


def test_further_modules_can_be_imported(zygote):
    """What the zygote has not imported can be imported later, shared libraries included."""
    code = """
        import sys
        names = "sqlite3 zoneinfo lzma torch.fft matplotlib.animation nbformat numpy.polynomial".split()
        fresh = [name for name in names if name not in sys.modules]
        for name in names: __import__(name)
        import zoneinfo; zoneinfo.ZoneInfo("Asia/Seoul")
        len(fresh) > 2
    """
    assert zygote.run(code).value is True


def test_callbacks_from_c_work(zygote):
    """C can call Python, although its library can't look into /proc."""
    code = "ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: 2 * x)(21)"
    assert zygote.run(code).value == 42


# Layers


def test_all_layers_are_on(zygote):
    """The report names every layer; root has them all, an ordinary user all except for a uid to assign."""
    answer = zygote.run("1")
    assert [name for name, _, _ in answer.layers] == list(LAYERS)
    off = {name for name, is_on, _ in answer.layers if not is_on}
    assert off <= {"landlock", "landlock network", "landlock scopes"} | ({"uid"} if zygote.uid else set())


def test_unknown_promises_are_refused():
    """A misspelt requirement is an error, not a promise without walls."""
    with pytest.raises(ValueError, match="no networks"):
        spawn(print, keep_fd=3, require=frozenset({"no networks"}))


def test_inspection_tells_all_layers():
    """A trial jail reports every layer, without the examinee's help."""
    code = (
        "import json, gradlab.sandbox as s; print(json.dumps([layer.name for layer in s.inspect_layers()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=COURSE, check=True, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == list(LAYERS)
