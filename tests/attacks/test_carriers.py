"""Attacks that carry hidden questions out: no process that has heard them writes what a student reads."""

import json

from attacks.corpus import CANARIES, NOTEBOOK, WRONG, attack

# The loop of the examinee, with a log of everything that it is asked.
LISTEN = """
import gc
from gradlab.examinee.serve import Examinee

heard = []
_call = Examinee._call

def call(self, function, args, kwargs, *more):
    heard.append(repr((function, args, kwargs)))
    return _call(self, function, args, kwargs, *more)

Examinee._call = call
"""
TELL = """
from pathlib import Path
print("heard", len(heard), heard)
Path("heard.txt").write_text(repr(heard))
get_ipython().user_ns["_heard"] = heard
"""


def messages(result):
    """Return the messages of the test cells."""
    grades = result.outcome["notebooks"][NOTEBOOK].values()
    return "\n".join(grade["message"] for grade in grades)


def put_last(text):
    """Return a change of the notebook that adds a cell of the student's at its end."""

    def tamper(notebook):
        extra = json.loads(json.dumps(notebook.cells[0]))
        extra.update(cell_type="code", source=text, outputs=[], execution_count=None, metadata={}, id="extra")
        notebook.cells.append(type(notebook.cells[0])(extra))

    return tamper


@attack(f"{WRONG['triple']}\n{LISTEN}", tamper=put_last(TELL))
def test_a_log_of_the_loop_stays_in_the_judge(result):
    """The outputs come from an examinee that has heard nothing; the other verdicts stay right."""
    assert result.has_run
    assert "heard 0 []" in result.printed
    assert result.lost == {"triple"}


@attack(
    f"""
{WRONG["triple"]}
{LISTEN}
def triple(x):
    raise ValueError("heard: " + "x" * 1000 + "the end")
"""
)
def test_a_message_carries_no_more_than_a_short_value(result):
    """A failing cell shows at most 200 characters of what the answer says."""
    assert result.has_run
    assert "x" * 100 in messages(result)
    assert "x" * 201 not in messages(result)
    assert "the end" not in messages(result)


@attack(
    f"""
{LISTEN}
def triple(x):
    return ["y" * 1000 + "the end"] * 8
"""
)
def test_a_wrong_value_carries_no_more_than_a_short_value(result):
    """A wrong value is shown up to 200 characters, whatever it is made of."""
    assert "y" * 20 in messages(result)
    assert max(line.count("y") for line in messages(result).split("\n")) <= 200
    assert result.lost == {"triple"}


@attack(
    f"""
{LISTEN}
def triple(x):
    if not heard:
        return 3 * x
    raise ValueError("z" * 1000)
"""
)
def test_the_visible_part_of_a_later_cell_carries_nothing(result):
    """If a visible part fails only after a hidden question, its message is short."""
    assert "z" * 201 not in result.printed + messages(result)


@attack(
    f"{WRONG['triple']}\n{LISTEN}",
    tamper=put_last("from IPython.display import HTML\nHTML('heard ' + '!'.join(heard))"),
)
def test_a_displayed_log_is_empty(result):
    """Displays come from an examinee that has heard nothing, too."""
    assert result.has_run
    assert "'text/html': 'heard '" in repr(result.notebook.cells[-1].outputs).replace('"', "'")
    assert all(canary not in result.told for canary in CANARIES.values())
