"""Searches for the answers: in frames, by the garbage collector, in modules and in raw memory."""

from __future__ import annotations

from attacks.corpus import CANARIES, WRONG, attack

LOOK_AT = """
import gc, sys, types

needle = "-".join(("canary", "of"))  # put together as it runs, not to find itself

def look_at(value, depth=0, seen=None):
    seen = set() if seen is None else seen
    if id(value) in seen or depth > 6 or len(seen) > 200_000:
        return
    seen.add(id(value))
    if isinstance(value, (str, bytes)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        if needle in text and text != needle:
            print("found", text[:300])
    elif isinstance(value, dict):
        for key, item in list(value.items()):
            look_at(key, depth + 1, seen)
            look_at(item, depth + 1, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in list(value):
            look_at(item, depth + 1, seen)
    elif isinstance(value, types.FunctionType):
        look_at(value.__code__.co_consts, depth + 1, seen)
        look_at(value.__closure__ and [cell.cell_contents for cell in value.__closure__], depth + 1, seen)
        look_at(value.__globals__, depth + 1, seen)
    elif isinstance(value, types.CodeType):
        look_at(value.co_consts, depth + 1, seen)

def frames():
    frame = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back
"""


@attack(
    f"""{LOOK_AT}
names = set()

def triple(x):
    for frame in frames():
        names.update(frame.f_locals)
        for name in ("expected", "right", "rights", "reference", "oracle", "case", "cases"):
            if name in frame.f_locals:
                return frame.f_locals[name]
            if name in frame.f_globals:
                return frame.f_globals[name](x)
    raise LookupError(sorted(names))
""",
)
def test_the_frames_of_a_call_hold_no_answer(result):
    """The student's function is called by the examinee's loop, not by a test."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert "LookupError" in result.outcome["notebooks"]["exercises"]["test_triple"]["message"]
    assert "'payload'" in result.printed


@attack(
    f"""{LOOK_AT}
{WRONG["triple"]}
seen = set()
for thing in gc.get_objects():
    look_at(thing, 4, seen)
for module in list(sys.modules.values()):
    look_at(vars(module), 4, seen)
for frame in frames():
    look_at(frame.f_locals, 0, seen)
print("looked at", len(seen) > 50_000)
""",
)
def test_the_garbage_collector_finds_no_answer(result):
    """No object in the examinee contains a hidden test, a reference, or a secret of the grader."""
    assert result.has_run
    assert "looked at True" in result.printed
    assert "found" not in result.printed
    assert result.earned == 0


@attack(
    f"""{LOOK_AT}

class Tally:
    def add(self, value):
        found = [value]
        for frame in frames():
            found += [frame.f_code, frame.f_locals, sorted(frame.f_globals), frame.f_code.co_name]
        self.found = repr(found)[:100_000]

    def mean(self):
        return self.found
""",
    after="Tally",
)
def test_a_probe_tells_no_answer(result):
    """A probe that runs beside the student's code contains questions, but no answers."""
    assert result.has_run
    assert result.lost == {"Tally"}
    assert "oracle" not in result.told
    assert "mean_of" not in result.told


@attack(
    f"""
import sys
{WRONG["triple"]}
loaded = sorted(name for name in sys.modules if name.split(".")[0] in ("gradlab", "nbgrader", "sqlalchemy"))
print("loaded", loaded)
""",
)
def test_modules_of_the_examiner_are_not_loaded(result):
    """The examinee has loaded only its own half of gradlab, and nothing from nbgrader."""
    loaded = result.printed.partition("loaded ")[2].partition("]")[0]
    assert "'gradlab.examinee.serve'" in loaded
    for name in ("examiner", "checks", "source", "course", "recorder", "nbgrader", "sqlalchemy"):
        assert name not in loaded
    assert result.lost == {"triple"}


@attack(
    f"""
import ctypes, re
{WRONG["triple"]}
libc = ctypes.CDLL(None)
start = ctypes.c_char_p.in_dll(libc, "program_invocation_name").value
stack = ctypes.c_void_p.in_dll(libc, "program_invocation_name").value
page = 4096
for address in range(stack - stack % page, stack + 64 * page, page):
    if libc.msync(ctypes.c_void_p(address), ctypes.c_size_t(page), 1) != 0:  # not mapped
        break
    for word in re.findall(rb"[ -~]{{6,}}", ctypes.string_at(address, page)):
        if b"=" in word or b"canary" in word:
            print("found", word.decode())
""",
)
def test_the_environment_of_the_grader_is_not_in_memory(result):
    """The initial environment in memory is the zygote's own, not the grader's."""
    assert result.has_run
    assert "PATH=" in result.printed  # the search finds an environment
    assert CANARIES["environment"] not in result.told
    assert result.lost == {"triple"}


@attack(
    f"""
import ctypes, os
{WRONG["triple"]}
libc = ctypes.CDLL(None)
needle = b"-".join((b"canary", b"of"))
marker = bytearray(b"@" + needle + b"-myself")
page, chunk = 2**12, 2**20
copy = os.open("copy", os.O_RDWR | os.O_CREAT)

def read(address, size):  # the kernel copies what can be read, and refuses the rest
    n_bytes = libc.pwrite(copy, ctypes.c_void_p(address), ctypes.c_size_t(size), ctypes.c_long(0))
    return os.pread(copy, n_bytes, 0) if n_bytes > 0 else b""

def read_chunk(address):  # a mapping may begin and end anywhere in it
    whole = read(address, chunk)
    if len(whole) == chunk:
        return whole
    return b"".join(read(place, page) for place in range(address, address + chunk, page))

found = set()
# an object and its bytes may lie in arenas that are far from each other
places = id(marker), ctypes.addressof(ctypes.c_char.from_buffer(marker))
for address in {{(place // chunk + step) * chunk for place in places for step in range(-300, 300)}}:
    data = read_chunk(address)
    place = data.find(needle)
    while place >= 0:
        found.add(data[place:place + 40])
        place = data.find(needle, place + 1)
print("found", sorted(found))
""",
)
def test_the_heap_holds_no_answer(result):
    """A search through the memory around the student's own objects finds only these."""
    assert result.has_run
    assert "canary-of-myself" in result.printed  # the search finds what is there
    for canary in CANARIES.values():
        assert canary not in result.told


@attack(
    f"""
import inspect, linecache
{WRONG["evens"]}
known = repr((In, linecache.cache, get_ipython().user_ns))
print("found", "case" + "(" in known, "hidden" + " test" in known, "assert" in known)
print("history", [line for *_, line in get_ipython().history_manager.get_range(raw=True)])
""",
    after="evens",
)
def test_the_history_of_the_shell_holds_no_test(result):
    """IPython has been given only the visible parts."""
    assert result.has_run
    assert "found False False True" in result.printed
    assert "HIDDEN" not in result.printed


@attack(
    f"""
{WRONG["triple"]}
import os
made_by_python = ("fontlist", "pyvenv.cfg")  # the second where the installation is mounted below /tmp
names = [name for _, _, names in os.walk(os.path.dirname(os.environ["HOME"])) for name in names]
print("files", [name for name in names if not name.startswith(made_by_python)])
""",
)
def test_no_notebook_lies_beside_the_student(result):
    """The working folder contains the assignment's files, but no notebook."""
    assert result.has_run
    assert "files ['table.csv']" in result.printed
    assert result.lost == {"triple"}
