"""Text, formulas, code and outputs on a page of feedback: right, and harmless whoever wrote them."""

from __future__ import annotations

import base64

import pytest
from attacks.test_scripts import HTML, MARK, MARKDOWN, PLAIN, active
from test_inert import BOMB

from gradlab.authoring.hidden_marks import HiddenMarks
from gradlab.base.deadline import deadline
from gradlab.base.formulas import MAX_CHARS, mathml
from gradlab.feedback import markup, outputs
from gradlab.feedback.titles import headings_in, picture_titles
from gradlab.gradebook.mark_schemes import items_in, named_items

PNG = base64.b64encode(b"\x89PNG picture").decode()


def test_formulas_become_mathml():
    """LaTeX becomes MathML, in a line or in lines of its own; accents, fractions and Korean text included."""
    inline = mathml(r"\frac{1}{2} \text{기울기batch\_size}", is_block=False)
    assert "<mfrac>" in inline
    assert "기울기batch_size" in inline
    assert 'display="block"' in mathml("x^2", is_block=True)


@pytest.mark.parametrize(
    "latex",
    [
        r"\text{<script>pwned()</script>}",
        r"\href{javascript:pwned()}{x}",
        r"\style{background:url(//pwned.example)}{x}",
        r"\class{pwned}{x} \id{pwned}{y}",
        r'\text{"><img src=x onerror=pwned()>}',
        r"\mathrm{</math><script>pwned()</script>}",
        r"\text{&lt;script&gt;pwned()&lt;/script&gt;}",
    ],
)
def test_formulas_run_nothing(latex):
    """Of a hostile formula only letters are left: no tag, no link, no style, no name."""
    shown = str(mathml(latex, is_block=False))
    assert active(shown) == []
    assert "href" not in shown
    assert "style=" not in shown
    assert active(markup.markdown(f"${latex}$ ![${latex}$](x.png) # ${latex}$", "picture")) == []


def test_what_is_no_formula_is_shown_as_typed():
    """A formula that is too long or can't be read is shown as its source."""
    assert mathml("x" * (MAX_CHARS + 1), is_block=False) is None
    assert "<code>" in markup.markdown("$" + "{" * 50 + "$", "picture")


@pytest.mark.parametrize("text", [*HTML, *MARKDOWN])
def test_markdown_runs_nothing(text):
    """Whatever passes for Markdown has no script, no form, no style and no address on the page but https."""
    html = markup.markdown(text, "picture")
    assert active(html) == []
    assert "<script" not in html
    assert f"{MARK}.html" not in html.replace("&", "").split("href")[-1] or 'href="' not in html


def test_honest_markdown_is_rendered():
    """Comparisons, code, tables, formulas, quotes and links come out as they are meant."""
    html = markup.markdown(PLAIN + "\n\n| a | b |\n|--:|---|\n| 1 | 2 |", "picture")
    for part in (
        "a &lt; b",
        "<strong>bold</strong>",
        "<sub>2</sub>",
        "<math",
        'align="right"',
        "<blockquote>",
    ):
        assert part in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html
    assert "style=" not in html


def test_headings_are_below_those_of_the_page():
    """The notebook's first level is the page's third."""
    assert markup.markdown("# A\n\n##### B", "picture").startswith("<h3>A</h3>")
    assert "<h6>B</h6>" in markup.markdown("# A\n\n##### B", "picture")


def test_pictures_are_in_the_page_and_have_a_text(tmp_path):
    """Attached pictures and files beside the notebook are embedded, others are links; none lacks a text."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.png").write_bytes(b"\x89PNG picture")
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "in" / "b.png").symlink_to(tmp_path / "secret.png")
    text = "![](attachment:p.png) ![A](a.png) ![](../secret.png) ![](b.png) <img src=z>"
    text += " ![](https://x.example/y.png)"
    attached = {"p.png": {"image/png": PNG}}
    html = markup.markdown(text, "the picture", attached, markup.Pictures(tmp_path / "in"))
    assert html.count(f"data:image/png;base64,{PNG}") == 2
    assert 'alt="the picture"' in html
    assert 'alt="A"' in html
    assert base64.b64encode(b"secret").decode() not in html
    assert html.count("<img") == html.count("alt=")
    assert 'src="https' not in html
    assert '<a href="https://x.example/y.png"' in html


def test_pictures_beside_a_notebook_have_a_limit(tmp_path):
    """A picture that would make the page too large is left out."""
    (tmp_path / "a.png").write_bytes(b"0" * (markup.MAX_PICTURE_BYTES // 2 + 1))
    pictures = markup.Pictures(tmp_path)
    assert pictures.data_of("a.png") is not None
    assert pictures.data_of("a.png") is None


@pytest.mark.parametrize("mark", ["[", "*a ", "> ", "![](", "`", "<b ", "<sub>", "$$"])
def test_text_that_takes_too_much_is_bounded(mark):
    """Markdown that is costly to render ends in time, and its page is not much longer than it is."""
    html = markup.markdown(mark * 50_000, "picture")
    assert len(html) < 10 * len(mark) * 50_000


def test_a_text_that_grows_is_shown_as_typed():
    """HTML that becomes a thousand times longer when it is cleaned is shown as it was typed."""
    assert markup.markdown(f"<div>{BOMB}</div>", "picture").startswith("<pre>&lt;div")


def test_formulas_that_grow_are_shown_as_typed():
    """Many short formulas, whose MathML is thirty times as long, do not make the page as long."""
    assert markup.markdown("$a$ " * 3_000, "picture").count("<math") == 3_000
    text = "$a_1$ " * 20_000
    assert len(markup.markdown(text, "picture")) < 2 * len(text)


def test_a_picture_shown_again_and_again_is_bounded():
    """A text of 1,700 characters can't repeat an attached picture until the page has gigabytes."""
    attached = {"p": {"image/png": PNG * 20_000}}
    assert "<img" not in markup.markdown("![](attachment:p)" * 100, "picture", attached)
    assert markup.markdown("![](attachment:p) " * 2, "picture", attached).count("<img") == 2


def test_code_is_marked_and_escaped():
    """Tokens have classes, and the code stays text."""
    html = markup.code("def f():\n    return '</code><script>'")
    assert '<span class="k">def</span>' in html
    assert "<script>" not in html


def output(kind, **parts):
    return {"output_type": kind, **parts}


def test_outputs_are_shown():
    """Text without colours, errors, tables, formulas and pictures with their titles are shown in order."""
    html = outputs.shown(
        [
            output("stream", text="\x1b[31mred\x1b[0m <b>\u202e"),
            output("error", ename="ValueError", evalue="<x>", traceback=["\x1b[1mValueError\x1b[0m: <x>"]),
            output("execute_result", data={"text/html": "<table><tr><td onclick=a()>1</td></tr></table>"}),
            output("display_data", data={"text/latex": "$x^2$", "text/plain": "x"}),
            output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"}),
            output("display_data", data={"image/png": PNG}),
            output("display_data", data={"application/javascript": "pwned()", "image/svg+xml": "<svg/>"}),
        ],
        ["A <title>"],
        "picture",
        with_errors=True,
    )
    for part in (
        "red &lt;b&gt;</pre>",
        "ValueError: &lt;x&gt;",
        "<td>1</td>",
        "<msup>",
        'alt="A &lt;title&gt;"',
    ):
        assert part in html
    assert 'alt="picture"' in html
    for part in ("\x1b", "\u202e", "onclick", "pwned", "svg", "<b>"):
        assert part not in html


@pytest.mark.parametrize("text", [*HTML, *MARKDOWN])
def test_outputs_run_nothing(text):
    """A hostile output of any kind leaves nothing active."""
    kinds = ("text/html", "text/latex", "text/plain", "image/png", "image/svg+xml", "text/markdown")
    shown = [output("display_data", data={kind: text}, metadata={}) for kind in kinds]
    shown += [output("stream", text=text), output("error", ename=text, evalue=text, traceback=[text])]
    assert active(outputs.shown(shown, [text], text, with_errors=True)) == []


def test_errors_can_be_left_out():
    """The errors of a test cell are on its card, not below it."""
    shown = [output("error", ename="E", evalue="v", traceback=[]), output("stream", text="said")]
    assert "E: v" not in outputs.shown(shown, [], "picture", with_errors=False)


def test_titles_of_pictures_are_read_from_their_code():
    """A title is the text of its call, in the page's language; what is computed is left out."""
    code = (
        'axis.set_title(label("접선의 기울기", "slope of the tangent"))\n'
        'plt.title("$h^2$ and so on")\nfigure.suptitle(f"{n} steps")\naxis.set_title(name)\n'
    )
    assert picture_titles(code, "ko") == ("접선의 기울기", "h^2 and so on", "… steps")
    assert picture_titles(code, "en")[0] == "slope of the tangent"
    assert picture_titles("not python (", "en") == ()


def test_a_picture_of_several_parts_has_all_titles():
    """The titles of its parts are its alternative text; several pictures have one title each."""
    drawn = output("display_data", data={"image/png": PNG})
    assert 'alt="left, right"' in outputs.shown([drawn], ["left", "right"], "picture", with_errors=True)
    both = outputs.shown([drawn, drawn], ["left", "right"], "picture", with_errors=True)
    assert 'alt="left"' in both
    assert 'alt="right"' in both


def test_headings_are_read_from_text_cells():
    """Headings come without markup; a comment in code is none."""
    assert headings_in("## 1. `h` and $x$\n\n```python\n# no heading\n```\n### Two ##") == [
        "1. h and x",
        "Two",
    ]


@pytest.mark.parametrize(
    "line", ["# a" + " " * 200_000 + "b", "# " + "#" * 200_000 + "b", "#\t" + "\t #" * 70_000]
)
def test_a_long_heading_takes_no_time(line):
    """A heading is read once, however many blanks and hashes it has."""
    with deadline(5, TimeoutError):
        assert len(headings_in(line)) <= 1


def test_the_mark_scheme_is_read_in_items():
    """Items begin with what they are worth; rules for who gives points are none."""
    scheme = (
        "An answer.\n### BEGIN MARK SCHEME\n- **1점, 절단 오차:** 설명\n- **0.5 points, round-off:** why\n"
        "- Full points need no formula.\n### END MARK SCHEME\n- 3 points elsewhere"
    )
    marks = HiddenMarks("BEGIN MARK SCHEME", "END MARK SCHEME")
    assert items_in(scheme, marks) == ["**1점, 절단 오차:** 설명", "**0.5 points, round-off:** why"]


@pytest.mark.parametrize(
    ("comment", "named"),
    [
        ("[1, 3] well put", ([1, 3], "well put")),
        ("[] no", ([], "no")),
        ("well [1] put", (None, "well [1] put")),
        ("", (None, "")),
    ],
)
def test_a_comment_may_name_what_was_given(comment, named):
    """A comment begins with the numbers of the items that earned points, or with none."""
    assert named_items(comment, 3) == named
