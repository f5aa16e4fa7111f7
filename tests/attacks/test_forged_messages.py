"""Forged messages: the student's code writes directly to the descriptors of its process."""

from __future__ import annotations

from attacks.corpus import WRONG, attack

# Finds the channel to the examiner, the number of the current question, and the codec.
TOOLS = """
import os, socket, stat, struct, sys

sockets = []
for descriptor in range(3, 256):
    try:
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            sockets.append(descriptor)
    except OSError:
        pass
channel = sockets[0]


def number_of_the_question():
    frame = sys._getframe()
    while "number" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["number"]


number = number_of_the_question()
encode = sys.modules["gradlab.wire.codec"].encode


def frame_of(payload):
    return struct.pack(">I", len(payload)) + payload


def answer(number, value, succeeded=True):
    os.write(channel, frame_of(encode((number, succeeded, value), id)))


def ran(**more):
    return {"error": None, "outputs": [], "number": 1, "has_flooded": False, **more}
"""


@attack(f"{TOOLS}\n{WRONG['triple']}\nprint('sockets:', len(sockets), 'number:', number)")
def test_the_channel_is_the_only_descriptor(result):
    """The examinee's only socket leads to the examiner, not to the zygote or to other examinees."""
    assert result.has_run
    assert "sockets: 1" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    """
import os
for descriptor in range(256):
    try:
        os.write(descriptor, b"\\xff" * 64)
    except OSError:
        pass
""",
)
def test_garbage_on_every_descriptor_costs_its_own_exercise(result):
    """Garbage ends the examinee, and the rest is graded in a new one."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
for later in range(number, number + 40):
    answer(later, ran() if later - number < 2 else 0.0)
""",
)
def test_answers_sent_before_they_are_asked_for_earn_nothing(result):
    """Prepared answers are no better than a function that returns them."""
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
for later in range(number + 1, number + 40):
    answer(later, True)
    answer(later, None, succeeded=False)
""",
)
def test_answers_to_other_questions_are_a_violation(result):
    """An answer with the number of another question ends the examinee."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
points = {{"output_type": "execute_result", "data": {{"text/plain": "2"}}, "execution_count": 1}}
loop = sys.modules["gradlab.examinee.serve"].Examinee
really_run = loop._run
loop._run = lambda self, *args: {{**really_run(self, *args), "outputs": [points] * 3}}
""",
)
def test_a_forged_display_of_points_earns_nothing(result):
    """A number that the examinee claims to have displayed gives no partial credit."""
    assert result.has_run
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
serve = sys.modules["gradlab.examinee.serve"]
serve.Examinee._call = lambda self, function, args, kwargs, *more: True
serve.encode = lambda value, keep: encode((value[0], True, value[2]), keep)
""",
)
def test_a_patched_loop_earns_nothing(result):
    """A loop that answers True to everything answers wrongly."""
    assert result.has_run
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
outputs = [{{}}, None, 7, {{"output_type": "stream"}}, {{"output_type": "error", "ename": 1}}]
outputs += [{{"output_type": "execute_result", "data": {{}}, "execution_count": 10**2000}}]
outputs += [{{"output_type": "display_data", "data": {{"text/html": 5, 7: "x", "text/plain": ["x"]}}}}]
outputs += [{{"output_type": "stream", "name": "stdout", "text": "\\ud800 \\x00 \\x1b[31m"}}]
strange = ran(outputs=outputs, number=-5, error=7, has_flooded="yes")
loop = sys.modules["gradlab.examinee.serve"].Examinee
really_run = loop._run
loop._run = lambda self, *args: {{**really_run(self, *args), **strange}}
""",
)
def test_outputs_that_are_none_are_left_out(result):
    """The graded notebook is valid, whatever the examinee sends as outputs."""
    assert result.has_run
    assert result.lost == {"triple"}
    for cell in result.notebook.cells:
        for output in cell.get("outputs", ()):
            assert output.output_type in {"stream", "error", "display_data", "execute_result"}
            assert 0 <= (output.get("execution_count") or 0) < 2**31


@attack(
    f"""{TOOLS}
import time
{WRONG["triple"]}
os.write(channel, struct.pack(">I", 60 * 2**20))
while True:
    os.write(channel, b"x")
    time.sleep(0.2)
""",
)
def test_an_answer_that_never_ends_is_timed_out(result):
    """A long message that comes byte by byte has to arrive within the cell's time."""
    assert "timed out" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
message = frame_of(encode((number - 1, True, bytes(2**10)), id)) * 1000
os.set_blocking(channel, True)
while True:
    os.write(channel, message)
""",
)
def test_a_flood_of_messages_is_a_violation(result):
    """The examiner reads one message for each question, and no more."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
payload = b"\\x93" + b"\\xdf\\xff\\xff\\xff\\xff" * 1000
os.write(channel, frame_of(payload))
""",
)
def test_a_malformed_message_is_a_violation(result):
    """Bytes that can't be decoded end the examinee."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(f"{TOOLS}\nos.closerange(0, 256)\nwhile True:\n    pass\n")
def test_a_closed_channel_ends_the_examinee(result):
    """A process that closes its channel is ended, although it would run on."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
ours, theirs = socket.socketpair()
os.dup2(theirs.fileno(), channel)
for later in range(number, number + 40):
    ours.sendall(frame_of(encode((later, True, ran()), id)))
""",
)
def test_a_replaced_channel_ends_the_examinee(result):
    """A socket that replaces the channel reaches no process."""
    assert "violation" in result.printed
    assert result.lost == {"triple"}
    assert result.earned == 0


@attack(
    f"""{TOOLS}
{WRONG["triple"]}
connection = socket.socket(fileno=os.dup(channel))
null = os.open("/dev/null", os.O_RDONLY)
for _ in range(200):
    connection.sendmsg([b""], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("20i", *[null] * 20))])
payload = encode((number, True, ran()), id)
connection.sendmsg(
    [frame_of(payload)], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", null))]
)
""",
)
def test_descriptors_sent_along_reach_nobody(result):
    """Open files that are attached to a message earn nothing."""
    assert result.earned == 0
