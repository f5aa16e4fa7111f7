"""The network, other processes and later students: an attack reaches none of them."""

from __future__ import annotations

from attacks.corpus import COURSE, PORT, WRONG, attack

WRONG_TRIPLE = WRONG["triple"]


@attack(
    f"""
import socket, urllib.request
{WRONG_TRIPLE}
attempts = {{
    "tcp": lambda: socket.create_connection(("127.0.0.1", {PORT}), 0.5),
    "udp": lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", {PORT})),
    "unix": lambda: socket.socket(socket.AF_UNIX).connect("\\0gradlab-attacks-{PORT}"),
    "http": lambda: urllib.request.urlopen("http://127.0.0.1:{PORT}/", timeout=0.5),
    "names": lambda: socket.getaddrinfo("example.org", 80),
    "listen": lambda: socket.create_server(("127.0.0.1", 0)),
    "packet": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW),
    "netlink": lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW),
    "pair": lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM),
}}
for name, attempt in attempts.items():
    try:
        attempt()
        print("reached", name)
    except OSError as error:
        print("refused", name)
""",
)
def test_the_network_can_not_be_reached(result):
    """No socket can be made, and no address is reached."""
    assert result.has_run
    assert "reached" not in result.printed
    assert result.printed.count("refused") == 9
    assert result.lost == {"triple"}


@attack(
    f"""
import os, signal, subprocess, sys, threading, time
{WRONG_TRIPLE}

def stay():
    while True:
        time.sleep(0.1)
        try:
            open("{COURSE}/left-by-a-student", "w")
        except OSError:
            pass

threading.Thread(target=stay).start()
for leave in (os.fork, os.setsid, lambda: os.setpgid(0, 0), lambda: subprocess.Popen(["sleep", "1000"])):
    try:
        leave()
        print("left")
    except OSError:
        print("refused")
""",
)
def test_no_daemon_stays(result):
    """Everything that a student starts ends with the exam."""
    assert result.has_run
    assert result.printed.count("refused") == 4
    assert not (result.course / "left-by-a-student").exists()


@attack(
    f"""
import builtins, ctypes, glob, mmap, os
{WRONG_TRIPLE}
for folder in (".", os.environ["HOME"], "/tmp", "/dev/shm"):
    try:
        open(f"{{folder}}/left-by-a-student", "w").write("left")
    except PermissionError:
        pass
builtins.left_by_a_student = np.left_by_a_student = torch.left_by_a_student = "left"
np.sqrt = torch.Tensor.__mul__ = None
libc = ctypes.CDLL(None)
shared = [libc.shmget(7081, 4096, 0o1666), libc.semget(7081, 1, 0o1666), libc.msgget(7081, 0o1666)]
print("made", [each for each in shared if each >= 0])
""",
)
def test_no_state_is_left_for_the_next_student(result):
    """Files, patched modules and shared memory end with the examinee that made them."""
    assert result.has_run
    assert "made []" in result.printed
    assert result.earned == 0


@attack(
    f"""
import ctypes
{WRONG_TRIPLE}
ctypes.c_double.from_address(id(np.pi) + 2 * ctypes.sizeof(ctypes.c_void_p)).value = 3.0
print("changed", np.pi)
""",
)
def test_memory_of_the_zygote_can_not_be_changed(result):
    """When the examinee writes to memory that it shares with the zygote, it gets a copy."""
    assert "changed 3.0" in result.printed
    assert result.earned == 0
