"""An answer with a character that nobody sees, or that looks like another: the line is named."""

from __future__ import annotations

import nbformat
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from submissions import RIGHT

from gradlab.submission.characters import odd_character, shown
from gradlab.submission.notes import note_in
from gradlab.submission.official import OfficialCell
from gradlab.submission.restore import restored

NAMES = frozenset({"triple"})
REFUSED = {
    "byte-order mark": ("\ufeff" + RIGHT, 1, "U+FEFF"),
    "no-break spaces": (RIGHT.replace("    ", "\xa0" * 4), 2, "U+00A0"),
    "wide space at an end": (RIGHT + "\u3000", 2, "U+3000"),
    "wide parenthesis": (RIGHT.replace("(x)", "\uff08x\uff09"), 1, "U+FF08 \uff08"),
    "wide digit": (RIGHT.replace("3", "\uff13"), 2, "U+FF13 \uff13"),
    "minus of a formula": (RIGHT + " \u2212 0", 2, "U+2212 \u2212"),
    "after a magic": ("%matplotlib inline\n" + RIGHT + "\u200b", 3, "U+200B"),
    "after a blank line": ("\n\xa0\n" + RIGHT + "\u200b", 4, "U+200B"),
    "null": (RIGHT + "\0", 2, "U+0000"),
}
OTHER_NAME = {
    "filler of a Korean keyboard": (RIGHT.replace("(", "\u3164("), 1, "U+3164"),
    "variation selector": ("# 1\n" + RIGHT.replace("(", "\ufe0f("), 2, "U+FE0F"),
}
READ = {
    "plain": RIGHT,
    "wide letters, which are the same name": RIGHT.replace("triple", "\uff54\uff52\uff49\uff50\uff4c\uff45"),
    "in comments and strings": f"# \u200b\uff08\ufeff\nmark = '\u200b\uff0c\u3164'\n{RIGHT}",
    "another name": f"\u3164 = 1\n{RIGHT}",
    "a blank line that Jupyter leaves out": "\xa0\n" + RIGHT,
    "wrong for another reason": RIGHT.replace(":", ""),
}


def defined_by(text: str) -> set[str]:
    """Return the names that Jupyter's kernel would define."""
    namespace: dict[str, object] = {"get_ipython": lambda: nbformat.from_dict({"run_line_magic": max})}
    exec(TransformerManager().transform_cell(text), namespace)
    return {*namespace}


@pytest.mark.parametrize(("text", "line", "character"), REFUSED.values(), ids=REFUSED)
def test_what_python_refuses_is_named(text, line, character):
    """What the student's own kernel refuses because of a character is told with line and character."""
    with pytest.raises((SyntaxError, ValueError)):
        defined_by(text)
    found = odd_character(text, NAMES)
    assert found is not None
    assert (found[0], shown(found[1])) == (line, character)


@pytest.mark.parametrize(("text", "line", "character"), OTHER_NAME.values(), ids=OTHER_NAME)
def test_an_invisible_letter_makes_another_name(text, line, character):
    """A name with a letter that nobody sees is not the name that is asked for."""
    assert not defined_by(text) >= NAMES
    found = odd_character(text, NAMES)
    assert found is not None
    assert (found[0], shown(found[1])) == (line, character)


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_what_is_read_is_not_named(text):
    """Nothing is said of a character that does no harm."""
    assert odd_character(text, NAMES) is None


def test_it_is_said_in_both_languages():
    """The note names the answer, and is there in Korean, too."""
    official = OfficialCell(
        grade_id="triple",
        source="def triple(x): ...",
        cell_type="code",
        is_grade=False,
        is_solution=True,
        is_locked=False,
        is_task=False,
        points=0,
        checksum="",
    )
    cell = {"cell_type": "code", "metadata": {"nbgrader": {"grade_id": "triple"}}, "source": "\ufeff" + RIGHT}
    (note,) = restored(nbformat.from_dict({"cells": [cell]}), [official]).notes
    assert note.startswith("line 1 of the answer has a character that nobody sees or that Python can't read")
    assert note.endswith("(U+FEFF); writing that line anew removes it: triple")
    assert note_in("ko", note).startswith("답의 코드 1번째 줄에")
    assert note_in("en", note_in("ko", note)) == note
