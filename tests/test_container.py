"""What the sandbox promises in a container that refuses namespaces, to root and to an ordinary user."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from zygotes import NOBODY, Zygote

from gradlab import sandbox
from gradlab.sandbox import LAYERS, PROMISES, Layer, _scratch
from gradlab.sandbox._promises import broken

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

HERE = Path(__file__).resolve().parent
MIB = 1 << 20
TEMPORARY = "/tmp"  # noqa: S108  # where zygotes put scratch folders
NAMESPACES = {name for name in LAYERS if name.endswith("namespace")}
USERS = [
    pytest.param(0, id="root", marks=pytest.mark.skipif(os.geteuid() != 0, reason="started as a user")),
    pytest.param(NOBODY if os.geteuid() == 0 else os.geteuid(), id="ordinary"),
]


@pytest.fixture(scope="module", params=USERS)
def container(request):
    """A zygote in a container like Docker's."""
    zygote = Zygote(request.param, ("numpy", "torch", "matplotlib.pyplot"), in_container=True)
    yield zygote
    zygote.close()


@pytest.fixture(scope="module", params=USERS)
def without_filter(request):
    """A zygote in such a container on a kernel without system-call filters."""
    zygote = Zygote(request.param, in_container=True, has_filter=False)
    yield zygote
    zygote.close()


def test_layers_that_are_off_have_a_reason(container):
    """If a container forbids namespaces, the report says so, layer by layer."""
    answer = container.run("1")
    off = {name: reason for name, is_on, reason in answer.layers if not is_on}
    assert answer.value == 1
    assert off.keys() == NAMESPACES | ({"uid", "thread limit"} if container.uid else set())
    assert all(off.values())


def test_all_promises_are_kept(container):
    """Without namespaces, each promise still has a complete wall."""
    layers = [Layer(*layer) for layer in container.run("1").layers]
    assert {
        name: promise.kept_by(layers) for name, promise in PROMISES.items() if not promise.kept_by(layers)
    } == {}
    assert broken(layers, frozenset(PROMISES)) == ""


def test_nothing_runs_if_a_promise_is_not_kept(without_filter):
    """The code never runs, and the error names the promise, what would keep it, and why that is off."""
    answer = without_filter.run("channel.sendall(b'ran')", require=["no network", "nothing inherited"])
    assert answer.refused == (
        "The sandbox can't promise no network, which would be kept by network namespace (network namespace: "
        "unshare: Operation not permitted) or by seccomp (seccomp: prctl: Operation not permitted). "
        "`gradlab doctor` shows more."
    )
    assert answer.exit_code == 1
    assert not answer.error


def test_a_kernel_without_filters_keeps_few_promises_in_a_container(without_filter):
    """As usual all promises are required, and the error names those that are not kept."""
    refused = without_filter.run("1").refused
    missing = {name for name in PROMISES if f"{name}, which" in refused}
    assert missing == set(PROMISES) - {"no rights gained", "nothing inherited"} - (
        {"bounded threads", "bounded memory and time"} if container_counts_threads(without_filter) else set()
    )


def container_counts_threads(zygote: Zygote) -> bool:
    """Tell whether the kernel counts an examinee's threads alone: root gives each a uid of its own."""
    return zygote.uid == 0


@pytest.mark.parametrize(
    "code",
    [
        "open('/etc/passwd').read()",
        f"open({__file__!r}).read()",
        "open('/proc/1/status').read()",
        "open('/proc/self/maps').read()",
        "open('/tmp/new', 'w')",
        "os.listdir('/')",
        "os.listdir('/proc')",
        "os.listdir('/tmp')",
        "os.truncate(sys.executable, 0)",
        "os.rename(os.__file__, os.__file__ + '.old')",
        "os.unlink(os.__file__)",
        "os.kill(os.getppid(), 0)",
        "os.sched_setaffinity(os.getppid(), [0])",
        "os.getsid(os.getppid())",
        "socket.socket()",
        "os.fork()",
        "os.setsid()",
        "os.setpgid(0, 0)",
        "os.open('/dev/tty', os.O_RDWR)",
    ],
)
def test_other_layers_take_the_place_of_namespaces(container, code):
    """Landlock and the filter keep the files, the network and the others away."""
    assert container.run(f"import os, socket, sys; {code}").error == "PermissionError"


def test_signals_and_traces_of_others_are_refused(container):
    """Neither its zygote nor its zygote's parent can be signalled or traced."""
    code = """
        import os
        calls = [lambda pid: libc.kill(pid, 0), lambda pid: libc.ptrace(16, pid, 0, 0),
                 lambda pid: libc.tgkill(pid, pid, 0), lambda pid: libc.process_vm_readv(pid, 0, 0, 0, 0, 0)]
        [call(pid) for pid in (os.getppid(), 1) for call in calls]
    """
    assert container.run(code).value == [-1] * 8


def test_modes_of_files_of_the_host_do_not_change(container):
    """Landlock guards no modes and times, so that changing them is answered as if it had succeeded."""
    with tempfile.NamedTemporaryFile(dir=TEMPORARY) as file:
        os.chown(file.name, container.uid, container.uid)
        before = Path(file.name).stat()
        code = f"""
            import os
            name = {file.name!r}
            os.chmod(name, 0o777); os.utime(name, (0, 0)); os.chown(name, -1, -1)
            open("mine", "w").close(); os.chmod("mine", 0); "done"
        """
        assert container.run(code).value == "done"
        assert Path(file.name).stat() == before


# The watchdog

FILL = """
    import os, time
    for number in range(1000):
        with open(str(number), "wb", buffering=0) as file:
            file.write(bytes(1 << 20))
        time.sleep(0.01)
"""
# Each of them hides its files from a look into the scratch folder.
NAMELESS = """
    import mmap, os, time
    kept = []
    for number in range(200):
        file = open("a", "w+b", buffering=0)
        os.unlink("a")
        file.write(bytes(1 << 20))
        {keep}
        time.sleep(0.01)
"""
MANY = """
    import os, time
    for number in range(100_000):
        {make}
        if number % 100 == 0: time.sleep(0.01)
"""
DEEP = """
    import os, time
    for number in range(5000):
        os.mkdir("a" * 200); os.chdir("a" * 200)
        if number % 20 == 0: time.sleep(0.02)
"""
CLOSED = """
    import os, time
    os.mkdir("closed", 0o300)
    for number in range(1000):
        with open(f"closed/{number}", "wb", buffering=0) as file:
            file.write(bytes(1 << 20))
        time.sleep(0.01)
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(FILL, id="files"),
        pytest.param(NAMELESS.format(keep="kept.append(file)"), id="open files without a name"),
        pytest.param(
            NAMELESS.format(keep="kept.append(mmap.mmap(file.fileno(), 4096)); file.close()"),
            id="mapped files without a name",
        ),
        pytest.param(MANY.format(make="os.mkdir(str(number))"), id="folders", marks=pytest.mark.slow),
        pytest.param(MANY.format(make="os.symlink('a', str(number))"), id="links"),
        pytest.param(DEEP, id="depth"),
        pytest.param(CLOSED, id="a closed folder"),
    ],
)
def test_the_watchdog_bounds_files(container, code):
    """An examinee that writes too much is ended, however it hides its files, and nothing is left."""
    mark = secrets.token_hex(8)
    limits = {"scratch_bytes": 8 * MIB, "file_bytes": 4 * MIB}
    answer = container.run(code, limits=limits, files={mark: ""})
    assert answer.exit_code == -signal.SIGXFSZ
    assert not list(Path(TEMPORARY).glob(f"gradlab-examinee-*/**/{mark}"))


def test_files_within_the_limit_can_be_written(container):
    """An examinee that removes its files and stays within the limit is left alone."""
    code = """
        import os, tempfile, time
        for number in range(40):
            with tempfile.TemporaryFile() as file:
                file.write(bytes(1 << 20))
            time.sleep(0.02)
        "done"
    """
    answer = container.run(code, limits={"scratch_bytes": 8 * MIB}, files={"given": "a" * 9 * MIB})
    assert answer.value == "done"


def test_threads_are_bounded(container):
    """A flood of threads ends at the limit, by the kernel or by the watchdog."""
    code = """
        import threading, time
        gate, n_started = threading.Event(), 0
        try:
            for _ in range(100):
                threading.Thread(target=gate.wait, daemon=True).start()
                n_started += 1
        except RuntimeError:
            pass
        time.sleep(3)
        n_started
    """
    answer = container.run(code, limits={"n_threads": 20})
    assert answer.value == 19 if container.uid == 0 else answer.exit_code == -signal.SIGSYS


def test_scratch_is_gone_in_a_container(container):
    """The scratch folder is one of the host's, and the zygote removes it, even if its folders are closed."""
    code = """
        import os, pathlib
        os.makedirs("a/b/c", mode=0o000, exist_ok=True) if os.geteuid() == 0 else os.mkdir("a", 0)
        os.symlink("/", "root"); pathlib.Path('x').write_text('a'); os.getcwd()
    """
    folder = Path(container.run(code).value)
    assert folder.name == "work"
    assert not folder.parent.exists()


def test_scratch_folders_of_killed_zygotes_are_swept(tmp_path, monkeypatch):
    """A folder that no process holds is removed, however deep; a held, new or foreign folder is not."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, held = Path(_scratch.new_name()), Path(_scratch.new_name())
    other = tmp_path / "gradlab-examinee-course"
    for folder in (left, held, other):
        folder.mkdir()
        (folder / "file").write_text("text")
    deep = os.open(left, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("a" * 200, dir_fd=deep)
        inner = os.open("a" * 200, os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(deep)
    descriptor = _scratch.hold(str(held))
    sandbox.sweep(settled_s=0)
    assert sorted(tmp_path.iterdir()) == sorted([held, other])
    os.close(descriptor)
    sandbox.sweep()
    assert held.exists()


def test_leaves_nothing(container):
    """An examinee that has ended leaves no process and no zombie behind."""
    assert not container.run("open('a', 'w').write('a')").left_something


# What students' code needs


def test_libraries_work(container):
    """Files, databases, plots, gradients and threads work as with namespaces."""
    code = """
        import asyncio, sqlite3, tempfile, threading, zipfile, shutil, os
        import matplotlib.pyplot as plt, numpy as np, torch
        database = sqlite3.connect("a.db"); database.execute("create table t (a)"); database.commit()
        with zipfile.ZipFile("a.zip", "w") as archive: archive.writestr("a", "b")
        shutil.copy2("a.zip", "b.zip"); shutil.unpack_archive("b.zip", "out"); shutil.rmtree("out")
        figure, axes = plt.subplots(); axes.plot([1, 2]); figure.savefig("a.png")
        weight = torch.ones(3, requires_grad=True); (weight * 2).sum().backward()
        torch.save(weight, "w.pt"); np.save("a.npy", np.ones(3)); np.load("a.npy", mmap_mode="r")
        thread = threading.Thread(target=tempfile.NamedTemporaryFile); thread.start(); thread.join()
        [torch.load("w.pt").grad_fn is None, weight.grad.tolist(), asyncio.run(asyncio.sleep(0, 1))]
    """
    assert container.run(code).value == [True, [2.0, 2.0, 2.0], 1]


# The command


@pytest.mark.parametrize("uid", USERS)
def test_doctor_finds_all_promises_kept_in_a_container(uid):
    """The command says what keeps each promise without namespaces, and why these are off."""
    gradlab = Path(sys.executable).with_name("gradlab")
    done = subprocess.run(
        [sys.executable, HERE / "container.py", str(uid), HERE, sys.executable, gradlab, "doctor"],
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200", "HOME": "/"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "landlock + seccomp" in done.stdout
    assert "Operation not permitted" in done.stdout
    assert "listens" in done.stdout  # what a promise means
    assert "not kept" not in done.stdout
