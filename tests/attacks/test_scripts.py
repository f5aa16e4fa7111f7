"""Scripts that students write or display are inert in autograde/, in formgrader and in the feedback."""

from __future__ import annotations

from html.parser import HTMLParser

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers

from attacks.corpus import ASSIGNMENT, NOTEBOOK, WRONG, attack
from attacks.tampering import cell_of, code, markdown

MARK = "pwned"
CALL = f"{MARK}()"

HTML = [
    f"<script>{CALL}</script>",
    f"<img src=x onerror={CALL}>",
    f"<svg/onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<a href='javascript:{CALL}'>here</a>",
    f"<a href=' java&#10;script:{CALL}'>here</a>",
    f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    f"<form action='javascript:{CALL}'><button>here</button></form>",
    f"<details open ontoggle={CALL}>x</details>",
    f"<math><mtext></p><img src=x onerror={CALL}></math>",
    f"<style>@import '//{MARK}.example/'; * {{background: url(javascript:{CALL})}}</style>",
    f"<link rel=stylesheet href='//{MARK}.example/'>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>",
    f"<base href='//{MARK}.example/'>",
    f"<object data='javascript:{CALL}'></object><embed src='javascript:{CALL}'>",
    f"<input autofocus onfocus={CALL}><video><source onerror={CALL}></video>",
    f"<!--><script>{CALL}</script>-->",
    f"<noscript><p title='</noscript><script>{CALL}</script>'></noscript>",
    f"</pre></div></body></html><script>{CALL}</script>",
    f"<b onmouseover={CALL}>x</b><p style='background:url(//{MARK}.example/)' id={MARK}>y</p>",
    f"<a href='{MARK}.html'>here</a>",
]
MARKDOWN = [
    f"[here](javascript:{CALL})",
    f"[here](JaVaScRiPt&colon;{CALL})",
    f"[here](&#1;javascript:{CALL})",
    f"[here](javascript\\:{CALL})",
    f"[here]\n\n[here]: javascript:{CALL}",
    f"<javascript:{CALL}>",
    f"![x](vbscript:{CALL})",
    f"```mermaid\n<img src=x onerror={CALL}>\n```",
    f'```"><script>{CALL}</script>\nx\n```',
    f"$$<script>{CALL}</script>$$",
    f"\\begin{{a}}<img src=x onerror={CALL}>\\end{{a}}",
    f"`x` <img\nsrc=x\nonerror={CALL}\n>",
    f"| a |\n|---|\n| <script>{CALL}</script> |",
    f"<https://x/onfocus={CALL}/autofocus/tabindex=1>",
    f"# <img src=x onerror={CALL}>",
    f"> - <script>{CALL}</script>",
    f"[here]({MARK}.html)",
]
PLAIN = """# 왜 그럴까요?
a < b and c > d, `if a < b:` and **bold**, H<sub>2</sub>O<br>x
$a<b$ and $$\\sum_{i<n} x_i \\le 1$$
> quoted, [a link](https://example.org/?a=1&b=2)
```python
if a<b:
    print('<b class=x>')
```"""


class Active(HTMLParser):
    """Collects the parts of a page that contain the mark and that a browser would act upon."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag, attrs):
        """Look at a tag and its attributes."""
        self._inside = tag
        text = f"<{tag} {attrs}>"
        if MARK in text and not self._is_text(attrs):
            self.found.append(text)

    def handle_startendtag(self, tag, attrs):
        """Look at a tag without content."""
        self.handle_starttag(tag, attrs)
        self._inside = ""

    def handle_endtag(self, tag):
        """Remember that a tag is closed."""
        del tag
        self._inside = ""

    def handle_data(self, data):
        """Look at text inside an active element."""
        if MARK in data and self._inside in {"script", "style", "iframe", "noscript", "object"}:
            self.found.append(f"in <{self._inside}>: {data}")

    def handle_comment(self, data):
        """Look at a comment, which may end earlier than it seems."""
        if MARK in data:
            self.found.append(f"<!--{data}-->")

    @staticmethod
    def _is_text(attrs):
        """Tell whether all attributes with the mark are mere text: names, or addresses on the web."""
        marked = [(name, value or "") for name, value in attrs if MARK in name or MARK in (value or "")]
        return all(
            name in {"id", "class", "title", "alt"}
            or (name == "href" and value.startswith(("#", "https://x/")))
            for name, value in marked
        )


def active(html: str) -> list[str]:
    """Return the parts of a page that contain the mark and that a browser would act upon."""
    parser = Active()
    parser.feed(html)
    parser.close()
    return parser.found


class Loading(HTMLParser):
    """Collects the tags of a page that load something, or could."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        """Look at a tag and its attributes."""
        addresses = [
            value or "" for name, value in attrs if name in {"src", "srcset", "data", "action", "poster"}
        ]
        is_here = all(address.startswith("data:image/") for address in addresses)
        if tag in {"script", "link", "iframe", "object", "embed", "base", "form"} or not is_here:
            self.found.append(f"<{tag} {attrs}>")


def loading(html: str) -> list[str]:
    """Return the tags of a page that load something, or could."""
    parser = Loading()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize("text", [*HTML[:17], *MARKDOWN[7:8]])
def test_the_search_for_scripts_finds_them(text):
    """The check itself finds the scripts in a page that shows them as they are."""
    assert active(text)


def write_everywhere(notebook):
    """Write scripts into every kind of cell."""
    cell_of(notebook, "explain").source = "\n\n".join([*HTML, *MARKDOWN])
    notebook.cells += [markdown(text) for text in (*HTML, *MARKDOWN)]
    notebook.cells += [
        nbformat.v4.new_raw_cell(text, metadata={"raw_mimetype": "text/html"}) for text in HTML
    ]
    notebook.cells += [code(f"# {text}") for text in HTML]
    notebook.cells[-1].metadata.tags = HTML
    notebook.cells[-1].id = f'x" onclick={CALL}'


def attach(notebook):
    """Attach files that are no pictures, and refer to files that are not attached."""
    svg = {"image/svg+xml": f"<svg onload={CALL}/>", "text/html": HTML[0], "image/png": f"'><script>{CALL}"}
    for cell in (cell_of(notebook, "explain"), markdown("")):
        cell.source = f"![{MARK}](attachment:x.svg) ![{MARK}](attachment:y.png)"
        cell.attachments = {"x.svg": svg, f"<{MARK}>": {"image/png": "aGk="}}
    notebook.cells.append(cell)


DISPLAYS = f"""
from IPython.display import HTML, SVG, Javascript, Markdown, Latex, IFrame, display
{WRONG["triple"]}
texts = {HTML!r} + {MARKDOWN!r}
for text in texts:
    display(HTML(text), Markdown(text), Latex(text), {{"text/html": text, "text/plain": text}}, raw=False)
    display({{
        "text/html": text, "text/markdown": text, "image/svg+xml": text, "text/latex": text,
        "application/javascript": text, "text/vnd.mermaid": text, "image/png": text.encode(),
        "application/vnd.jupyter.widget-view+json": {{"model_id": text}}, "text/plain": text, text: text,
    }}, raw=True, metadata={{"text/html": {{"isolated": True}}, "image/png": {{"width": text, "alt": text}}}})
    print(text)
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='{CALL}'><script>{CALL}</script></svg>"))
display(Javascript("{CALL}"), IFrame("javascript:{CALL}", 9, 9))
class Rich:
    def _repr_html_(self):
        return "".join(texts)

    def _repr_svg_(self):
        return texts[3]

    def _repr_javascript_(self):
        return "{CALL}"
display(Rich())
"""


@attack(DISPLAYS, student="scripts-displayed")
@attack(tamper=write_everywhere, student="scripts-written")
@attack(tamper=attach, student="scripts-attached")
@attack(
    f"""
texts = {HTML!r}

def triple(x):
    raise type("A<script>{CALL}</script>", (ValueError,), {{}})("".join(texts))

raise type("A<script>{CALL}</script>", (ValueError,), {{}})("".join(texts))
""",
    student="scripts-raised",
)
@attack(
    f"""
{WRONG["triple"].replace("return 0", 'return type("<script>" + "' + CALL + '</script>", (), dict())()')}
""",
    student="scripts-returned",
)
def _declare():
    """Declare the attacks of this family."""


STUDENTS = ("scripts-displayed", "scripts-written", "scripts-attached", "scripts-raised", "scripts-returned")


@pytest.mark.parametrize("student", STUDENTS)
def test_scripts_are_inert_in_the_feedback(graded, student):
    """The page that the student gets back contains the scripts only as text."""
    page = graded.course / "feedback" / student / ASSIGNMENT / f"{NOTEBOOK}.html"
    html = page.read_text(encoding="utf-8")
    assert MARK in html
    assert active(html) == []


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("template", ["formgrade", "lab", "classic"])
def test_scripts_are_inert_where_a_grader_looks(graded, student, template):
    """Formgrader and nbconvert show the graded notebook without running anything in it."""
    path = graded.course / "autograde" / student / ASSIGNMENT / f"{NOTEBOOK}.ipynb"
    exporter = HTMLExporter(template_name=template, extra_template_basedirs=[handlers.template_path])
    html, _ = exporter.from_filename(str(path), resources={"base_url": "", "index": 0, "total": 1})
    assert MARK in html
    assert active(html) == []


@pytest.mark.parametrize("student", STUDENTS)
def test_displays_are_text_and_pictures(graded, student):
    """Of a cell's displays, only text, HTML and pictures are kept, without metadata."""
    kept = {"text/plain", "text/latex", "text/html", "image/png", "image/jpeg"}
    for cell in graded.result(student).notebook.cells:
        for output in cell.get("outputs", ()):
            assert set(output.get("data", {})) <= kept
            assert not output.get("metadata")


@pytest.mark.parametrize("student", STUDENTS)
def test_scripts_earn_nothing(graded, student):
    """Only the attacked exercise is lost."""
    assert graded.result(student).lost == {"triple"}


def write_plainly(notebook):
    """Write an honest answer, with mathematics, code and a picture."""
    cell = cell_of(notebook, "explain")
    cell.source = PLAIN
    notebook.cells.append(markdown("![picture](attachment:picture.png)"))
    notebook.cells[-1].attachments = {"picture.png": {"image/png": "aGVsbG8="}}


@attack(tamper=write_plainly)
def test_honest_markdown_is_left_as_it_is(result):
    """A comparison, mathematics, code and an attached picture are kept to the letter."""
    assert result.cell("explain").source == PLAIN
    assert result.notebook.cells[-1].source == "![picture](attachment:picture.png)"
    assert result.notebook.cells[-1].attachments == {"picture.png": {"image/png": "aGVsbG8="}}


def write_slowly(notebook):
    """Write Markdown that takes minutes to render."""
    notebook.cells += [markdown("\\\\[" * 60_000), markdown("\\begin{a}" * 30_000)]


@attack(tamper=write_slowly)
def test_markdown_that_takes_minutes_is_shown_as_plain_text(result):
    """Markdown that can't be rendered in time is shown as plain text."""
    slow = [cell for cell in result.notebook.cells if len(cell.source) > 100_000]
    assert slow
    assert all(cell.source.startswith("<pre>") for cell in slow)
    assert all(len(cell.source) < 1_000_000 for cell in slow)
