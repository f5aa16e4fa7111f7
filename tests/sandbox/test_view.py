"""What the sandbox lets an examinee see: files, other processes, the network."""

from __future__ import annotations

import errno
import select
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from zygotes import COURSE, Zygote

from gradlab.sandbox import spawn
from sandbox.conftest import users

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")

MIB = 1 << 20


# Files


@pytest.mark.parametrize("path", ["/etc/passwd", "/etc/shadow", "/etc/hostname", "/proc/self/maps", __file__])
def test_cannot_read_files_of_the_host(zygote, path):
    """Files that are neither Python's nor the examinee's do not exist."""
    assert zygote.run(f"open({path!r})").error == "FileNotFoundError"


def test_cannot_see_the_course(zygote):
    """The course is out of sight, even if the environment is in its folder."""
    seen = zygote.run(
        f"import os; [os.path.exists({str(COURSE)!r} + '/' + n) for n in ('source', 'gradlab')]"
    )
    assert seen.value == [False, False]


def test_cannot_write_outside_its_scratch_folder(zygote):
    """Python's own folders can be read, and nothing can be written there."""
    code = """
        import os, numpy, sys
        refused = []
        libraries = (sys.prefix + "/lib", sys.base_prefix + "/lib", os.path.dirname(numpy.__file__))
        for folder in ("/", "/dev", "/usr/lib", *libraries):
            try:
                open(folder + "/new", "w")
            except OSError as error:
                refused.append(folder)
        len(refused)
    """
    assert zygote.run(code).value == 6


def test_mounts_are_closed(zygote):
    """What Python needs is mounted read-only, and the scratch folder runs no programs."""
    code = """
        import os, sys
        paths = ("/", "/usr/lib", sys.prefix + "/lib", sys.base_prefix + "/lib", "/dev/null")
        closed = [bool(os.statvfs(path).f_flag & os.ST_RDONLY) for path in paths]
        wanted = os.ST_NOSUID | os.ST_NODEV | os.ST_NOEXEC
        [all(closed), os.statvfs(".").f_flag & wanted == wanted]
    """
    assert zygote.run(code).value == [True, True]


def test_can_use_its_scratch_folder(zygote):
    """The working folder, the home, and the places for temporary files can be written."""
    code = """
        import os, pathlib, sys, tempfile
        from multiprocessing import shared_memory
        folders = [".", os.environ["HOME"], tempfile.gettempdir(), "/dev/shm", "/tmp"]
        for folder in folders:
            pathlib.Path(folder, "a").write_text("a")
        os.rename("a", os.environ["HOME"] + "/b")
        [tempfile.NamedTemporaryFile().write(b"a"), len({os.stat(folder).st_dev for folder in folders})]
    """
    assert zygote.run(code).value == [1, 1]


@pytest.mark.parametrize("uid", users())
def test_can_use_the_temporary_folder_if_python_lies_in_there(uid):
    """An installation below /tmp can be read and not written; the rest of /tmp is the examinee's own."""
    code = """
        import os, pathlib, sys
        pathlib.Path("/tmp/a").write_text("a")
        try:
            pathlib.Path(sys.prefix, "lib", "a").write_text("a")
        except OSError:
            print("refused")
        homes = {path.split("/")[2] for path in (sys.prefix, *sys.path) if path.startswith("/tmp/")}
        [sys.prefix.startswith("/tmp/"), set(os.listdir("/tmp")) == {"a", *homes},
         os.listdir(sys.prefix + "/lib") != ["a"], os.path.exists("/examinee/tmp/a")]
    """
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:  # what the test is about
        Path(folder).chmod(0o755)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", f"{folder}/venv"], check=True)
        zygote = Zygote(uid, python=Path(folder, "venv", "bin", "python"))
        answer = zygote.run(code)
        zygote.close()
        assert answer.value == [True] * 4, answer
        assert not Path(folder, "venv", "lib", "a").exists()


def test_finds_its_files_in_its_working_folder(zygote):
    """The assignment's files are in the working folder, at their paths."""
    files = {"data/points.csv": "1,2", "hello.py": "WORD = 'hello'"}
    code = "import sys; sys.path.insert(0, ''); import hello; [open('data/points.csv').read(), hello.WORD]"
    assert zygote.run(code, files=files).value == ["1,2", "hello"]


@pytest.mark.parametrize("name", ["../a", "/etc/passwd", "a/../../b", ""])
def test_files_outside_the_working_folder_are_refused(name):
    """No name of a file leads out of the working folder."""
    with pytest.raises(ValueError, match="can't be named"):
        spawn(print, keep_fd=3, files={name: b""})


def test_scratch_is_bounded(zygote):
    """All files together are as large as the limit, and no larger."""
    code = """
        written = 0
        try:
            for number in range(100):
                with open(str(number), "wb", buffering=0) as file:
                    written += file.write(bytes(1 << 20))
        except OSError as error:
            reason = error.errno
        [written >> 20, reason]
    """
    written, reason = zygote.run(code, limits={"scratch_bytes": 8 * MIB}).value
    assert 7 <= written <= 8
    assert reason == errno.ENOSPC


def test_file_size_is_bounded(zygote):
    """A single file is as large as the limit, and no larger."""
    code = """
        try:
            with open("a", "wb", buffering=0) as file:
                for _ in range(8): file.write(bytes(1 << 20))
        except OSError as error:
            reason = error.errno
        import os; [os.stat("a").st_size, reason]
    """
    assert zygote.run(code, limits={"file_bytes": 4 * MIB}).value == [4 * MIB, errno.EFBIG]


def test_devices_are_the_harmless_ones(zygote):
    """Only the five devices without a memory of their own exist, and they work."""
    code = """
        import os
        names = "null zero full random urandom tty ptmx console kmsg mem vda sda fuse kvm".split()
        devices = [name for name in names if os.path.exists("/dev/" + name)]
        with open("/dev/null", "w") as null: null.write("a")
        [devices, len(open("/dev/urandom", "rb").read(4)), open("/dev/zero", "rb").read(1) == bytes(1)]
    """
    assert zygote.run(code).value == [["null", "zero", "full", "random", "urandom"], 4, True]


# Others


def test_cannot_see_other_processes(zygote):
    """It is alone: the first process of its own namespace, without /proc."""
    code = "import os; [os.getpid(), os.getppid(), os.path.exists('/proc/1')]"
    assert zygote.run(code).value == [1, 0, False]


def test_cannot_signal_other_processes(zygote):
    """A process id of the host does not exist here, or can't be signalled."""
    assert zygote.run(f"import os; os.kill({zygote.process.pid}, 0)").error in {
        "PermissionError",
        "ProcessLookupError",
    }


def test_has_a_uid_of_its_own(zygote):
    """Inside it is a plain user; outside it is a user that owns nothing, if root can assign one."""
    answer = zygote.run("import os; [os.getuid(), os.geteuid(), os.getgid()]")
    assert answer.value == [1000, 1000, 1000]
    assert answer.outside_uid == zygote.uid or (zygote.uid == 0 and answer.outside_uid > 65535)


def test_no_two_examinees_share_a_uid(zygote):
    """If root assigns uids, each examinee has its own."""
    if zygote.uid == 0:
        assert zygote.run("1").outside_uid != zygote.run("1").outside_uid


def test_has_namespaces_of_its_own(zygote):
    """It shares no namespace with its zygote (an ordinary user can't look)."""
    namespaces = zygote.run("import time; time.sleep(0.3)").namespaces
    assert len(namespaces) == (6 if zygote.uid == 0 else 0)
    assert all(theirs != ours for theirs, ours in namespaces.values())


def test_has_a_host_name_of_its_own(zygote):
    """The host's name is out of sight."""
    assert zygote.run("import socket; socket.gethostname()").value == "examinee"


def test_cannot_reach_the_network(zygote):
    """A server on this machine can't be reached, and no socket can be made."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        answer = zygote.run(f"import socket; socket.create_connection(('127.0.0.1', {port}), 1)")
        assert answer.error == "PermissionError"
        assert select.select([server], [], [], 0)[0] == []


@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_cannot_open_a_socket(zygote, family):
    """No kind of socket can be opened."""
    assert zygote.run(f"import socket; socket.socket(socket.{family}, 3)").error == "PermissionError"


def test_socket_pairs_talk_to_themselves_alone(zygote):
    """A pair of stream sockets is allowed (asyncio needs it); a pair that could send elsewhere is not."""
    assert zygote.run("import socket; socket.socketpair(); 1").value == 1
    for kind in ("SOCK_DGRAM", "SOCK_SEQPACKET"):
        assert zygote.run(f"import socket; socket.socketpair(type=socket.{kind})").error == "PermissionError"
